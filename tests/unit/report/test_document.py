"""The report and the certificate as PDF; what they say is read from their blocks."""

import json
import re

import pandas as pd
import pytest
from tests.samples import studies

from landrelease.errors import LandreleaseError
from landrelease.hazard.baselines import KernelEstimator
from landrelease.hazard.looks import looks_from_arrays
from landrelease.report import document
from landrelease.report.blocks import without_pictures
from landrelease.report.data import Evaluation
from landrelease.report.document import write_report
from landrelease.report.sections import MOST_ROWS, SECTIONS, map_tables, report_blocks


def text(study):
    """All words of a report."""
    return json.dumps(without_pictures(report_blocks(study)), ensure_ascii=False)


def headings(study):
    return [block["text"] for block in report_blocks(study) if block["kind"] == "heading"]


def table(study, caption):
    return next(b for b in report_blocks(study) if b["kind"] == "table" and b["caption"].startswith(caption))


def test_the_sections_of_a_whole_study():
    assert headings(studies.province()) == [
        "What this is about", "Map", "Area balance", "Hazard estimate", "Plan", "Findings", "Limits",
        "Where the figures come from",
    ]  # fmt: skip


def test_figures_have_their_section_where_there_are_any():
    assert "Figures by administrative area" in headings(studies.points_only())
    assert table(studies.points_only(), "clearance")["rows"][-1][0] == "Total"


def test_the_balance_table_closes_in_total():
    shown = table(studies.province(), "Area balance")
    assert shown["total"]
    numbers = [float(cell.replace("\N{MINUS SIGN}", "-")) for cell in shown["rows"][-1][1:]]
    opening, new, expansion, correction, reopened, cancelled, reduced, cleared, closing = numbers
    assert closing == pytest.approx(opening + new + expansion + correction + reopened - cancelled - reduced - cleared)
    assert shown["rows"][0][0] == "District 1"


def test_a_long_balance_is_cut_but_its_total_is_whole():
    frame = studies.balances()["admin_area"]
    long = frame.loc[[i % 3 for i in range(90)]].reset_index(drop=True)
    shown = table(studies.province(balances={"admin_area": long}), "Area balance")
    assert len(shown["rows"]) == MOST_ROWS + 2
    assert shown["rows"][-2][0] == f"{90 - MOST_ROWS} others"


def test_hazard_methods_stand_side_by_side_with_the_test_stated():
    shown = table(studies.province(), "Every method")
    assert shown["head"] == ["Measure", "Distance to the nearest event", "Kernel"]
    thin = "\N{NARROW NO-BREAK SPACE}"
    assert shown["rows"] == [
        ["km² for 50 %", f"25{thin}000", f"16{thin}830"],
        [f"Share in 1{thin}000 km²", "0.101", "0.136"],
    ]
    assert "Trained on events before 2015" in text(studies.province())


def test_land_without_an_administrative_area_is_said_to_have_none_stated():
    for missing in (None, float("nan")):
        frame = studies.balances()["admin_area"]
        frame["admin_area"] = ["admin:0", "admin:1", missing]
        study = studies.province(balances={"admin_area": frame})
        assert [row[0] for row in table(study, "Area balance")["rows"]] == [
            "District 1", "District 0", "not stated", "Total",
        ]  # fmt: skip
        for block in map_tables(study):
            assert not {"nan", "None"} & {cell for row in block["rows"] for cell in row}


def test_findings_are_told_whole_and_in_words():
    many = pd.concat([studies.findings()] * 40, ignore_index=True)
    shown = table(studies.province(findings=many), "What was found")
    assert len(shown["rows"]) == 80
    assert [row[1] for row in shown["rows"][:2]] == ["Error", "Warning"]


def test_no_name_of_the_code_stands_in_a_report():
    """Words with an underscore are names of the code; identifiers of the record have colons."""
    said = text(studies.province(evaluation=full_evaluation(), surface=tuned_surface()))
    names = set(re.findall(r"[a-z0-9]+(?:_[a-z0-9]+)+", said))
    assert names <= {"text_columns"}


def full_evaluation():
    measures = ["test_events", "test_outside", "roc_auc", "pr_auc", "height", "r_height", "brier", "log_score",
                "place_log_score", "km2_for_50", "captured_10"]  # fmt: skip
    names = ["distance", "kernel", "kernel_tuned"]
    return Evaluation(pd.DataFrame({"method": names, **dict.fromkeys(measures, 1.0)}), "Tested.")


def tuned_surface():
    grid = studies.surface().grid
    looks = looks_from_arrays([1_000.0], [500.0], [2015.0])
    return KernelEstimator(decay_years=float("inf")).fit(looks, grid, 2016.0)


def test_what_waits_is_said_with_its_reason():
    assert "Others give more value for each team-day" in text(studies.province())


def test_limits_and_provenance_are_always_there():
    for study in (studies.province(), studies.points_only(), studies.nothing()):
        said = text(study)
        assert "never shows that ground is safe" in said
        assert study.provenance.last_hash in said
        assert study.provenance.profile_sha256 in said
    assert "Two districts have never been surveyed." in text(studies.province())


def test_no_report_says_that_ground_is_safe():
    for study in (studies.province(), studies.points_only(), studies.nothing()):
        for sentence in re.findall(r"[^.\"]*\bsafe\b[^.\"]*", text(study)):
            assert "never" in sentence


def test_nothing_is_said_plainly():
    said = text(studies.nothing())
    for words in ("No hazard estimate was made.", "No plan was made", "nothing to balance", "Nothing was found wrong"):
        assert words in said


def test_every_picture_has_words_instead():
    for block in report_blocks(studies.province()):
        if block["kind"] == "figure":
            assert block["alternative"]


def test_every_section_is_a_pure_function():
    study = studies.province()
    for section in SECTIONS:
        assert without_pictures(section(study)) == without_pictures(section(study))


@pytest.mark.parametrize("study", [studies.province, studies.points_only, studies.nothing])
def test_the_document_can_be_set(tmp_path, study):
    write_report(study(), tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert [item.name for item in tmp_path.iterdir()] == ["report.pdf"]


def test_right_to_left(tmp_path):
    write_report(studies.points_only(count=5).with_frames(language="ar"), tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").stat().st_size > 20_000


def test_the_same_study_gives_the_same_bytes(tmp_path):
    for name in ("one.pdf", "two.pdf"):
        write_report(studies.points_only(), tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_marks_of_the_template_language_in_names_are_only_text(tmp_path):
    study = studies.province(title='#panic("no") *bold* $x$ \\ <b> "')
    write_report(study, tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").exists()


def test_a_fault_of_the_template_is_refused_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(document, "template", lambda name: "#nonsense(")
    with pytest.raises(LandreleaseError) as refused:
        write_report(studies.nothing(), tmp_path / "report.pdf")
    assert refused.value.codes == ("LR7103",)
    assert list(tmp_path.iterdir()) == []


def test_the_land_with_the_most_expected_items_comes_first_with_bounds():
    study = studies.with_figures(studies.province(), studies.field_surface())
    shown = table(study, "Land with the most expected items")
    assert [row[0] for row in shown["rows"]] == ["Field 6 <b>", "Field 0 <b>"]  # reopened, unresolved; no other state
    assert re.fullmatch(r"\d+ to \d+", shown["rows"][0][3])
    assert "In land still to be released: " in text(study)
    assert "Some of this land lies outside the region" in text(study)


def test_an_estimate_without_draws_has_no_bounds_and_says_so():
    study = studies.with_figures(studies.province(), studies.surface())
    shown = table(study, "Land with the most expected items")
    assert [row[0] for row in shown["rows"]] == [
        "Field 0 <b>"
    ]  # the reopened field was cleared; baselines read no searches
    assert shown["rows"][0][3] == "–"
    assert "no bounds: the estimate has no draws" in text(study)


def test_without_figures_of_parts_there_is_no_such_table():
    assert "Land with the most expected items" not in text(studies.province())
    assert "Land with the most expected items" not in text(
        studies.with_figures(studies.points_only(), studies.surface())
    )
