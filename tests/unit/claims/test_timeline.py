"""Who said and answered what, in time; and claims that differ, side by side."""

import pytest
from tests.samples.claims import held

from landrelease.claims.contradictions import contradictions
from landrelease.claims.held import claims_of
from landrelease.claims.tables import answers_text, claim_rows, contradiction_rows, figures_text, timeline_rows
from landrelease.claims.timeline import timeline
from landrelease.record.fold import fold

YES, NO = {"verdict": "acknowledged"}, {"verdict": "denied"}


def measures(*claims):
    return [(each.measure.partition(":")[0], [side.value for side in each.sides]) for each in contradictions(claims)]


def test_the_same_figures_do_not_contradict():
    assert measures(held(1, items=5), held(2, items=5), held(3)) == []


@pytest.mark.invariant(19)
def test_different_figures_stand_side_by_side_and_none_is_merged():
    assert measures(held(1, items=5), held(2, items=7), held(3, items=5)) == [("items", ["5", "7", "5"])]


def test_claims_on_other_things_do_not_contradict():
    assert measures(held(1, items=5), held(2, items=7, subject="province:south")) == []


@pytest.mark.invariant(19)
def test_different_definitions_stand_side_by_side():
    one, other = held(1, area_m2=5, definition="cleared"), held(2, area_m2=5, definition="inspected")
    assert measures(one, other) == [("definition", ["cleared", "inspected"])]


@pytest.mark.parametrize("definition", ["not_stated", "not_applicable"])
def test_no_definition_contradicts_none(definition):
    assert measures(held(1, definition="cleared"), held(2, definition=definition)) == []


def test_figures_without_a_field_of_their_own_are_compared_too():
    assert measures(held(1, figures={"schools": "3"}), held(2, figures={"schools": "4"})) == [("schools", ["3", "4"])]


def test_answers_that_differ_are_shown():
    assert measures(held(1, answers=[YES, NO])) == [("answer", ["acknowledged", "denied"])]
    assert measures(held(1, answers=[YES, YES])) == []


def test_time_goes_by_the_day_on_which_it_was_said():
    claims = [held(1, said="2025-05"), held(2, said="2025-03-02"), held(3, said="2025-03-01..2025-04")]
    assert [moment.said_text for moment in timeline(claims)] == ["2025-03-01..2025-04", "2025-03-02", "2025-05"]


def test_a_claim_known_only_to_be_early_comes_before_its_answer():
    claim = held(1, said="before 2025-12", answers=[YES | {"said": "2025-04"}])
    later = held(2, said="2025-05")
    assert [moment.said_text for moment in timeline([later, claim])] == ["before 2025-12", "2025-04", "2025-05"]


@pytest.mark.invariant(19)
def test_only_the_first_acknowledgement_is_called_the_first():
    claim = held(1, answers=[NO, YES | {"said": "2025-05-01"}, YES | {"said": "2025-06-01"}])
    told = [(moment.verdict and moment.verdict.value, moment.first_acknowledgement) for moment in timeline([claim])]
    assert told == [(None, False), ("denied", False), ("acknowledged", True), ("acknowledged", False)]


@pytest.mark.invariant(19)
@pytest.mark.parametrize(
    ("said", "answered", "days"),
    [("2025-03-01", "2025-04-01", 31), ("2025-03", "2025-04-01", None), ("2025-03-01", "2025", None)],
)
def test_days_to_an_answer_are_counted_only_between_days(said, answered, days):
    *_rest, answer = timeline([held(1, said=said, answers=[YES | {"said": answered}])])
    assert answer.days_after == days


def test_what_a_person_reads_names_speaker_interest_bounds_and_answers():
    claim = held(1, items=1_500_000, people=9, bounds={"items": "at_least"}, interest="party", interest_note="its army",
                 wounded_counted=False, answers=[NO])  # fmt: skip
    (row,) = claim_rows([claim])
    assert "ministry, party to what is claimed, its army" in row.values()
    assert figures_text(claim) == "Items: at least 1,500,000; People: 9; the wounded are not counted"
    assert answers_text(claim) == "Denied 2025-04-01: operator"
    assert answers_text(held(2)) == "none on record"


def test_each_side_is_a_row_with_its_speaker():
    found = contradictions([held(1, items=5000, answers=[YES, NO]), held(2, items=7, speaker="operator"),
                            held(3, definition="cleared"), held(4, definition="reduced")])  # fmt: skip
    rows = contradiction_rows(found)
    assert [row["Says"] for row in rows] == ["Acknowledged", "Denied", "Cleared to depth", "Reduced", "5,000", "7"]
    assert {row["By"] for row in rows} == {"ministry", "operator"}


def test_a_timeline_row_says_what_happened():
    rows = timeline_rows(timeline([held(1, known="2025-05", answers=[NO, YES])]))
    assert [row["What"] for row in rows] == ["said", "denied", "acknowledged for the first time"]
    assert [row["Known"] for row in rows] == ["2025-05", "", ""]


def test_an_empty_register_has_no_claims():
    assert claims_of(fold([])) == []
