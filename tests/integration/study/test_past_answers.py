"""A past answer can be had again (invariant 7): profile, ledger and plan of a study are those of its day."""

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from landrelease import cli, estimates, study
from landrelease.errors import LandreleaseError
from landrelease.geo.shapes import body_from_shape
from landrelease.profile import load_profile, parse_profile
from landrelease.record.entry import Statement
from landrelease.record.review import review_statements
from landrelease.record.workspace import Workspace

STRICT = parse_profile(load_profile().text.replace("required_depth_cm = 13", "required_depth_cm = 40"))
FIELD, HALF = shapely.box(36.0, 48.0, 36.002, 48.001), shapely.box(36.0, 48.0, 36.001, 48.001)
AREA = "area:1"
TEAMS = ("survey_team", "technical_survey_team", "manual_team", "qa_team")


class Clock:
    now = datetime(2020, 1, 1, 12, tzinfo=UTC)

    def __call__(self):
        return self.now

    def move_to(self, day):
        self.now = datetime.fromisoformat(f"{day}T12:00:00+00:00")


@pytest.fixture
def clock():
    return Clock()


def told(workspace, *statements):
    made = workspace.ledger.append(Statement(*each, "person:a", "org:1") for each in statements)
    reports = [entry.hash for entry in made if entry.kind != "team"]
    workspace.ledger.append(review_statements(reports, "accepted", "person:b", "org:2", on="2020-01-02"))


def shallow(workspace):
    """A field of which half was cleared to 20 cm, accidents around it and a team."""
    clearance = {"area": AREA, "stage": "completion", "method": "manual_team", "depth_cm": 20,
                 "coverage_permille": 1000, "cleared": body_from_shape(HALF)}  # fmt: skip
    places = [shapely.Point(36.0 + number / 2_000, 48.0 + number % 3 / 1_000) for number in range(8)]
    accidents = [
        (
            "accident",
            f"accident:{number}",
            {"kind": "mine", "shape": body_from_shape(place, "gnss")},
            f"201{number}-05-05",
        )
        for number, place in enumerate(places)
    ]
    told(
        workspace,
        ("hazard.report", AREA, {"name": "Field", "classification": "sha", "shape": body_from_shape(FIELD)},
         "2019-01-10"),
        ("clearance.report", "clearance:1", clearance, "2019-02-01"),
        *(("team", f"team:{kind}", {"name": kind, "asset_kind": kind, "people": 8}, "2019-01-01") for kind in TEAMS),
        *accidents,
    )  # fmt: skip


def cleared_m2(register):
    return float(study.status_of(register).balance["cleared_m2"].iloc[0])


@pytest.fixture
def changed(tmp_path, clock):
    """A programme that knew the default profile in 2020 and adopted a stricter one in 2021."""
    with Workspace.create(tmp_path / "centre", clock=clock) as workspace:
        shallow(workspace)
        clock.move_to("2021-01-01")
        workspace.adopt(STRICT, "person:c", "org:2", day="2021-01-01")
        yield workspace


@pytest.fixture
def kept(monkeypatch):
    """What a study would write; the files are tested elsewhere."""
    made = []

    def keep(data, out, *_others):
        out.mkdir(parents=True, exist_ok=True)
        (out / "hazard.tif").write_bytes(b"raster")
        made.append(data)
        return {"hazard.tif": str(out / "hazard.tif")}

    monkeypatch.setattr(study, "write_study", keep)
    for cells in ("REPORTED_CELLS", "SEARCHED_CELLS", "PUBLIC_CELLS"):
        monkeypatch.setattr(estimates, cells, 400)
    return made


def test_before_the_first_adoption_the_programmes_own_profile_holds_not_the_packages(tmp_path, clock):
    with Workspace.create(tmp_path / "centre", STRICT, clock=clock) as workspace:
        shallow(workspace)
        for valid_on in (None, "2019-06-01", "2020-06-01"):
            register = study.register_of(workspace, None, valid_on)
            assert cleared_m2(register) == 0, valid_on
            assert set(study.layers(register)["land_part"]["release_status"]) == {"unresolved"}, valid_on


@pytest.mark.parametrize(
    ("as_of", "valid_on", "counts"),
    [
        (None, None, False),
        ("2020-12-31", None, True),
        (None, "2020-12-31", True),
        (None, "2021-01-01", False),
        ("2020-12-31", "2021-06-01", True),
    ],
)
def test_status_export_and_study_ask_for_the_depth_of_the_profile_known_and_in_force(
    changed, kept, tmp_path, as_of, valid_on, counts
):
    register = study.register_of(changed, as_of, valid_on)
    assert (cleared_m2(register) > 0) is counts
    assert ("cleared" in set(study.layers(register)["land_part"]["release_status"])) is counts
    study.study(changed, tmp_path / "out", as_of=as_of, valid_on=valid_on)
    assert (float(kept[0].balances["area_id"]["cleared_m2"].sum()) > 0) is counts
    assert kept[0].provenance.profile_sha256 == (load_profile() if counts else STRICT).sha256


def test_the_reviews_asked_for_are_those_of_the_profile_known(changed, clock):
    two = parse_profile(STRICT.text.replace("reviews_needed = 1 ", "reviews_needed = 2 "))
    clock.move_to("2022-01-01")
    changed.adopt(two, "person:c", "org:2", day="2022-01-01")
    assert study.status_of(study.register_of(changed)).balance["new_m2"].sum() == 0
    for as_of, valid_on in (("2021-12-31", None), (None, "2021-12-31")):
        assert study.status_of(study.register_of(changed, as_of, valid_on)).balance["new_m2"].sum() > 0


def test_a_study_as_of_a_date_names_and_cites_the_ledger_of_that_date(changed, kept, tmp_path):
    known = [logged.entry for logged in changed.ledger.log("2020-12-31")]
    study.study(changed, tmp_path / "out", as_of="2020-12-31", record_as="analyst")
    source = kept[0].provenance
    assert (source.ledger_entries, source.last_hash) == (len(known), known[-1].hash)
    assert len(known) < len(changed.ledger) - 1
    (estimate,) = (logged.entry for logged in changed.ledger.log(kind="estimate"))
    assert estimate.cites == (known[-1].hash,)
    assert estimate.body["inputs"] == [known[-1].hash]


def test_the_statement_of_an_estimate_says_how_it_was_made(changed, kept, tmp_path):
    study.study(changed, tmp_path / "out", as_of="2020-12-31", seed=4, record_as="analyst")
    (entry,) = (logged.entry for logged in changed.ledger.log(kind="estimate"))
    body, surface = entry.model(), kept[0].surface
    accidents = [each.hash for each in study.register_of(changed, "2020-12-31").entries("accident")]
    assert (body.method, body.seed, body.converged) == ("field", 4, True)
    assert body.events == len(accidents) == 8
    assert body.looks >= 8
    assert body.draws == len(surface.draws) == estimates.DRAWS
    assert body.newton_steps >= 1
    assert abs(float(body.newton_decrement)) < 0.05
    assert 2 <= len(body.rounds) <= 8
    assert body.results == {"hazard.tif": hashlib.sha256((tmp_path / "out" / "hazard.tif").read_bytes()).hexdigest()}
    assert float(body.parameters["short_range_m"]) == surface.parameters["short_range_m"]
    assert all(type(value) in (int, str, bool, list, dict) for value in entry.body.values())


def test_the_same_record_is_read_into_the_same_estimate(changed, kept, tmp_path):
    for name in ("one", "two"):
        study.study(changed, tmp_path / name, as_of="2020-12-31", record_as="analyst")
    one, two = (logged.entry.body for logged in changed.ledger.log(kind="estimate"))
    assert one == two
    np.testing.assert_array_equal(kept[0].surface.draws, kept[1].surface.draws)


def test_a_study_of_today_names_the_whole_ledger(changed, kept, tmp_path):
    study.study(changed, tmp_path / "out")
    *_others, last = changed.ledger.log()
    assert (kept[0].provenance.ledger_entries, kept[0].provenance.last_hash) == (len(changed.ledger), last.entry.hash)


def test_an_estimate_that_cannot_be_recorded_is_said(tmp_path, kept):
    with Workspace.create(tmp_path / "empty") as workspace:
        before = len(workspace.ledger)
        found = study.study(workspace, tmp_path / "out", record_as="analyst").findings
        assert [finding.error.code for finding in found].count("LR9009") == 1
        assert len(workspace.ledger) == before
        quiet = study.study(workspace, tmp_path / "out").findings
        assert "LR9009" not in [finding.error.code for finding in quiet]


TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("start", "valid_on", "as_of", "expected"),
    [
        (None, None, None, TODAY),
        ("2026-03-01", "2020-06-01", "2021", date(2026, 3, 1)),
        (None, "2020-06-01", "2021", date(2020, 6, 1)),
        (None, None, "2020-12-30", date(2020, 12, 30)),
        (None, None, "2020-12-30T09:00:00Z", date(2020, 12, 30)),
        (None, None, "2020-12-30T23:00:00-05:00", date(2020, 12, 31)),
        (None, None, "2020-02", date(2020, 2, 29)),
        (None, None, "2020", date(2020, 12, 31)),
        (None, None, "9999", TODAY),
    ],
)
def test_a_plan_starts_on_the_day_asked_for_or_the_last_one_known_never_at_the_end_of_old_records(
    start, valid_on, as_of, expected
):
    assert study.plan_start(start, valid_on, as_of) in (expected, datetime.now(UTC).date())
    assert expected == TODAY or study.plan_start(start, valid_on, as_of) == expected


@pytest.mark.parametrize("start", ["tomorrow", "2026-02-30", "2026-03", "2026-03-01T00:00:00Z"])
def test_a_plan_starts_on_a_day(changed, tmp_path, start):
    with pytest.raises(LandreleaseError, match="LR9001"):
        study.study(changed, tmp_path / "out", start=start)
    assert not (tmp_path / "out").exists()


def test_assignments_and_summary_are_dated_from_the_start_of_the_plan(changed, kept, tmp_path):
    for options, first in (
        ({"start": "2024-05-06"}, "2024-05-06"),
        ({"valid_on": "2020-06-01"}, "2020-06-01"),
        ({"as_of": "2020-12-30"}, "2020-12-30"),
    ):
        study.study(changed, tmp_path / "out", **options)
        plan = kept.pop().plan
        assert len(plan.assignments) > 0
        assert plan.assignments["start_on"].astype(str).min() == first
        rows = {row.measure: (row.value, row.unit) for row in plan.summary.itertuples()}
        assert rows["First day"] == (first, "")
        assert rows["Horizon"] == (study.PLAN_DAYS, "calendar days")


def machine(capsys, *arguments):
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        cli.main([*map(str, arguments), "--json"])
    assert not ended.value.code
    return json.loads(capsys.readouterr().out)


def test_explain_answers_for_a_date_too(changed, clock, capsys):
    path = Path(changed.path)
    everything = machine(capsys, "explain", path, AREA)
    assert {"hazard.report", "clearance.report", "review"} <= {row["kind"] for row in everything}
    held = machine(capsys, "explain", path, AREA, "--valid", "2019-01-31")
    assert "clearance.report" not in {row["kind"] for row in held}
    assert {"hazard.report", "review"} <= {row["kind"] for row in held}
    clock.move_to("2022-01-01")
    withdrawn = next(row["hash"] for row in everything if row["kind"] == "clearance.report")
    (cited,) = (log.entry.hash for log in changed.ledger.log() if log.entry.hash.startswith(withdrawn))
    statement = Statement("withdrawal", "w", {"reason": "twice"}, "2022-01-01", "person:a", "org:1", cites=(cited,))
    changed.ledger.append([statement])
    assert machine(capsys, "explain", path, AREA, "--as-of", "2021-12-31") == everything
    assert len(machine(capsys, "explain", path, AREA)) == len(everything) + 1
