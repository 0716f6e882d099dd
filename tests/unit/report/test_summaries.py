"""Short tables of documents and maps."""

import pandas as pd
import pytest
from tests.samples import studies

from landrelease.errors import ErrorCode, Finding
from landrelease.report.summaries import (
    area_by_state,
    evidence_counts,
    figures_by_region,
    region_names,
    summarise_findings,
)
from landrelease.report.vocabulary import kind_label, record_label
from landrelease.terms import ReleaseStatus


def test_every_state_is_counted_once():
    states = area_by_state(studies.parts())
    assert list(states["state"]) == list(ReleaseStatus)
    assert states["parts"].sum() == 7
    assert states["area_m2"].sum() == pytest.approx(studies.parts()["area_m2"].sum())


def test_states_without_land_are_zero():
    assert area_by_state(studies.nothing().parts)["area_m2"].sum() == 0


ADMIN = pd.DataFrame(
    [("c", "Country", None, 0, None), ("d", "Department", "05", 1, "c"), ("m", "Town", "05001", 2, "d"),
     ("v", "Village", None, 3, "m"), ("o", "Orphan", None, 2, "gone"), ("x", "Loop", None, 2, "y"),
     ("y", "Loop too", None, 2, "x")],
    columns=["admin_area", "name", "code", "level", "parent"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("key", "region"),
    [
        ("c", "Country"),
        ("d", "Department"),
        ("m", "Department"),
        ("v", "Department"),
        ("o", "Orphan"),
    ],
)
def test_regions(key, region):
    assert region_names(ADMIN)[key] == region


def test_parents_in_a_circle_end():
    assert region_names(ADMIN)["x"] in {"Loop", "Loop too"}


def test_figures_sum_by_region_and_in_total():
    tables = figures_by_region(studies.figures(), studies.admin())
    table = tables["clearance"]
    assert list(table.columns) == ["cleared_area_m2", "devices"]
    assert list(table.index) == ["District 0", "District 1", "District 2", "total"]
    assert table.loc["total", "cleared_area_m2"] == 45_000
    assert table.loc["District 0", "devices"] == 2 * (1 + 4 + 7)


def test_figures_of_unknown_places_keep_their_key():
    figures = studies.figures().assign(admin_area="admin:404")
    assert "admin:404" in figures_by_region(figures, studies.admin())["clearance"].index


def test_evidence_is_counted_by_kind():
    counts = evidence_counts(studies.evidence(7))
    assert counts.to_dict("records")[0] == {"record": "evidence", "kind": "verbal_report", "count": 3}
    assert counts["count"].sum() == 7


def test_findings_are_counted_gravest_first():
    findings = [
        Finding(ErrorCode.REPORT_SYSTEM, {"frame": "a", "crs": "b"}),
        Finding(ErrorCode.FILE_MISSING, {"path": "one"}, file="x.csv", row=3),
        Finding(ErrorCode.FILE_MISSING, {"path": "two"}),
    ]
    table = summarise_findings(findings)
    assert table[["code", "count"]].to_numpy().tolist() == [["LR0002", 2], ["LR7102", 1]]
    assert table["example"].iloc[0] == "x.csv, row 3"
    assert "one" in table["what"].iloc[0]


@pytest.mark.parametrize(
    ("record", "kind", "label"),
    [("accident", "mine", "Mine accident"), ("evidence", "marking", "Mine signs or fencing"),
     ("evidence", "new", "new"), ("ordnance.item", "mine_ap", "Anti-personnel mine"), ("else", "what", "what")],
)  # fmt: skip
def test_kind_labels(record, kind, label):
    assert kind_label(record, kind) == label


def test_record_labels():
    assert (record_label("accident"), record_label("else")) == ("Accident", "else")
