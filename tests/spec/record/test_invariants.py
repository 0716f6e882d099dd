"""Invariants 7, 12 and 16 on the record: append-only, units and unknowns, figures by sex and age."""

import sqlite3
from contextlib import closing

import pytest
from pydantic import ValidationError
from tests.samples.releases import AREA, Story, clearance, survey

from landrelease.errors import LandreleaseError
from landrelease.land.accounts import build_accounts
from landrelease.record.beneficiaries import BeneficiaryCount
from landrelease.record.fold import fold
from landrelease.record.kinds import KINDS


@pytest.fixture
def story(tmp_path):
    told = Story(tmp_path)
    yield told
    told.ledger.close()


def remaining(log):
    return round(build_accounts(fold(log)).balance(by=()).iloc[0]["closing_m2"], -1)


@pytest.mark.invariant(7)
@pytest.mark.parametrize("statement", ["UPDATE entry SET seq = 99", "DELETE FROM entry", "DELETE FROM log"])
def test_nothing_recorded_is_changed_or_removed(story, tmp_path, statement):
    story.outline()
    with (
        closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as database,
        pytest.raises(sqlite3.DatabaseError, match="append-only"),
    ):
        database.execute(statement)


@pytest.mark.invariant(7)
def test_a_past_figure_is_had_again(story):
    """What remained, asked as of every line of the log, is what was answered then."""
    sizes = []
    for tell in (story.outline, story.work, story.inspect):
        tell()
        sizes.append(len(story.ledger))
    log = list(story.ledger.log())
    then = [remaining(log[:size]) for size in sizes]
    assert then[0] > then[1] == then[2]
    assert then == [remaining(one for one in story.ledger.log() if one.index <= log[size - 1].index) for size in sizes]


@pytest.mark.invariant(7)
def test_a_correction_leaves_what_it_corrects(story):
    story.outline()
    first = story.report("clearance.report", clearance(depth_cm=5), "2026-05-10")
    better = story.report("clearance.report", clearance(depth_cm=20), "2026-05-10")
    story.report("supersession", {"replaced": [first], "by": [better], "reason": "typing error"}, "2026-05-12",
                 cites=[first, better])  # fmt: skip
    assert first in story.register
    assert [entry.hash for entry in story.register.entries("clearance.report")] == [better]


@pytest.mark.invariant(12)
@pytest.mark.parametrize(
    ("field", "value"),
    [("cleared_area_m2", 12.5), ("cleared_area_m2", -1), ("depth_cm", "13 cm"), ("coverage_permille", 1_001)],
)
def test_figures_are_whole_numbers_in_the_unit_of_their_name(story, field, value):
    with pytest.raises(LandreleaseError):
        story.say("clearance.report", clearance(**{field: value}), "2026-05-10")
    assert len(story.ledger) == 0


@pytest.mark.invariant(12)
def test_unknown_zero_and_none_are_three_things(story):
    """A depth that is not stated is absent, however that is written; one of 0 is 0."""
    given = (clearance(depth_cm=None), clearance() | {"depth_cm": None}, clearance(depth_cm=0))
    bodies = [story.ledger.entry(story.say("clearance.report", body, "2026-05-10")).body for body in given]
    assert [body.get("depth_cm", "unknown") for body in bodies] == ["unknown", "unknown", 0]
    assert all("depth_cm" not in body for body in bodies[:2])


@pytest.mark.invariant(12)
def test_nothing_found_is_a_result(story):
    story.outline()
    story.report("survey.nts", survey(), "2026-05-12")
    (entry,) = story.register.entries("survey.nts")
    assert entry.body["hazard_found"] is False


@pytest.mark.invariant(12)
def test_times_carry_a_zone(story):
    story.outline()
    assert all(logged.entry.recorded.endswith("Z") for logged in story.ledger.log())


PEOPLE = {"area": AREA, "reached": "direct", "basis": "count", "total": 10}
GROUPS = {"women": 3, "men": 2, "girls": 4, "boys": 1}


@pytest.mark.invariant(16)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"groups": GROUPS},
        {"groups": {"women": 4, "unknown": 6}},
        {"first_time": 10},
        {"first_time": 0},
        {"basis": "estimate"},
    ],
)
def test_figures_by_sex_and_age_that_add_up(story, changes):
    story.say("beneficiary.count", PEOPLE | changes, "2026-06-01", subject="beneficiaries:1")
    assert len(story.ledger) == 1


@pytest.mark.invariant(16)
@pytest.mark.parametrize(
    "changes",
    [{"groups": GROUPS | {"boys": 2}}, {"groups": {"women": 3}}, {"first_time": 11}, {"total": -1}],
    ids=["too many", "too few", "more for the first time than in all", "less than nobody"],
)
def test_figures_that_do_not_add_up_are_refused_and_nothing_written(story, changes):
    with pytest.raises(LandreleaseError, match="LR1002"):
        story.say("beneficiary.count", PEOPLE | changes, "2026-06-01", subject="beneficiaries:1")
    assert len(story.ledger) == 0


@pytest.mark.invariant(16)
def test_direct_or_indirect_and_counted_or_estimated_must_be_said():
    """One statement holds one of them, so that no field can hold their sum."""
    for missing in ("reached", "basis"):
        with pytest.raises(ValidationError):
            BeneficiaryCount.model_validate({key: value for key, value in PEOPLE.items() if key != missing})
    with pytest.raises(ValidationError):
        BeneficiaryCount.model_validate(PEOPLE | {"reached": "both"})
    assert KINDS["beneficiary.count"].reviewed
