"""What the gate asks of a field, one row a case: what is changed, which criterion is then not met."""

import pytest
from tests.samples.releases import AREA, WEST, clearance, point, surface, survey, technical_survey

from landrelease.errors import LandreleaseError
from landrelease.release.dossier import Dossiers
from landrelease.release.gate import can_release, check_release, unmet_criteria

INSIDE_WEST, INSIDE_EAST = (36.0005, 48.001), (36.0035, 48.001)
JUST_OUTSIDE, FAR_OUTSIDE = (36.0041, 48.001), (36.0045, 48.001)
"""7 m and 37 m from the eastern edge; the default profile's fade-out is 10 m."""


def codes(story, **options):
    return [unmet.criterion.code for unmet in unmet_criteria(AREA, *story.state, **options)]


def evidence(place, kind="verbal_report", accuracy_m=None, **changes):
    return {"kind": kind, "grade": "indirect", "shape": point(*place, accuracy_m)} | changes


def test_a_finished_field_meets_every_criterion(story):
    story.finished()
    assert codes(story) == []
    assert can_release(AREA, *story.state)
    check_release(AREA, *story.state)


@pytest.mark.invariant(2, 4)
@pytest.mark.parametrize(
    ("work", "missing"),
    [
        ({"west": clearance(depth_cm=12)}, "depth"),
        ({"west": clearance(depth_cm=13)}, None),
        ({"middle": technical_survey(coverage_permille=49)}, "coverage"),
        ({"middle": technical_survey(coverage_permille=50)}, None),
        ({"middle": technical_survey(coverage_permille=None)}, "coverage"),
        ({"west": clearance(finds=[{"ordnance": "mine_ap", "quantity": 3, "destroyed": 2}])}, "finds_disposed"),
        ({"west": clearance(finds=[{"ordnance": "mine_ap", "quantity": 3}])}, "finds_disposed"),
        ({"west": clearance(finds=[{"ordnance": "scrap", "quantity": 3, "status": "ffe"}])}, None),
        ({"west": clearance(finds=[])}, None),
        ({"east": survey(criteria=["land in use"])}, "cancellation_criteria"),
        ({"east": survey(criteria=["land in use", "land in use"])}, "cancellation_criteria"),
    ],
)
def test_what_the_reports_must_say(story, work, missing):
    story.outline()
    story.work(**work)
    story.inspect()
    found = codes(story)
    # land itself refuses to credit clearance below the required depth: then the part is unresolved
    assert found == ([] if missing is None else ["resolved"] if missing == "depth" else [missing])


def test_land_that_nobody_resolved_is_named_with_its_size(story):
    story.outline()
    story.report("clearance.report", clearance(), "2026-05-10")
    story.inspect()
    [unmet] = unmet_criteria(AREA, *story.state)
    assert unmet.criterion.code == "resolved"
    assert "44254 m²" in unmet.reason
    assert unmet.part_id is not None


def test_parts_may_be_decided_alone(story):
    story.outline()
    story.report("clearance.report", clearance(), "2026-05-10")
    story.inspect()
    _register, accounts, _profile = story.state
    parts = accounts.parts().set_index("release_status")["part_id"]
    assert codes(story, part_ids=[parts["cleared"]]) == []
    assert codes(story, part_ids=[parts["unresolved"]]) == ["resolved"]


@pytest.mark.invariant(17)
@pytest.mark.parametrize(
    ("item", "unmet"),
    [
        (evidence(INSIDE_EAST), True),
        (evidence(INSIDE_EAST, kind="land_in_use"), False),
        (evidence(INSIDE_EAST, resolved="the informant meant another field"), False),
        (evidence(JUST_OUTSIDE), True),
        (evidence(FAR_OUTSIDE), False),
        (evidence(FAR_OUTSIDE, accuracy_m=30), True),
        (evidence(INSIDE_WEST, observed="2026-04-01"), False),
        (evidence(INSIDE_WEST, observed="2026-04"), False),
        (evidence(INSIDE_WEST, observed="2026-05-11"), True),
        (evidence(INSIDE_WEST, observed="2026-04-01", accuracy_m=60), True),
        ({"kind": "verbal_report", "grade": "indirect", "area": AREA}, True),
        ({"kind": "verbal_report", "grade": "indirect", "area": "area:2"}, False),
    ],
    ids=[
        "inside cancelled land", "speaks against", "resolved", "within fade-out", "beyond fade-out", "vague position",
        "cleared afterwards", "month before clearance", "seen after clearance", "wider than the cleared ground",
        "somewhere in the area", "about another area",
    ],
)  # fmt: skip
def test_evidence_on_or_near_the_land_must_be_resolved(story, item, unmet):
    story.finished()
    story.report("evidence", item, "2026-02-15", subject="evidence:1")
    assert codes(story) == (["evidence_resolved"] if unmet else [])


@pytest.mark.invariant(17)
@pytest.mark.parametrize(
    ("kind", "body", "unmet"),
    [
        ("accident", {"kind": "mine", "shape": point(*INSIDE_EAST)}, True),
        ("accident", {"kind": "mine", "shape": point(*INSIDE_WEST)}, False),
        ("ordnance.item", {"ordnance": "mine_ap", "shape": point(*INSIDE_EAST)}, True),
        ("ordnance.item", {"ordnance": "mine_ap", "shape": point(*INSIDE_EAST), "disposed": True}, False),
    ],
)
def test_accidents_and_ordnance_are_evidence(story, kind, body, unmet):
    story.finished()
    story.report(kind, body, "2026-02-15", subject="thing:1")
    assert codes(story) == (["evidence_resolved"] if unmet else [])


def test_evidence_inside_the_hazard_report_counts(story):
    item = evidence(INSIDE_EAST) | {"grade": "direct"}
    story.outline(evidence=[item])
    story.work()
    story.inspect()
    assert codes(story) == ["evidence_resolved"]


def test_an_approved_report_that_cites_the_evidence_resolves_it(story):
    outline = story.outline(evidence=[evidence(INSIDE_EAST)])
    story.report("clearance.report", clearance(), "2026-05-10")
    story.report("survey.ts", technical_survey(), "2026-05-11")
    story.report("survey.nts", survey(), "2026-05-12", cites=[outline])
    story.inspect()
    assert codes(story) == []


def test_a_later_statement_resolves_earlier_evidence_of_its_kind(story):
    story.finished()
    seen = story.report("evidence", evidence(INSIDE_EAST), "2026-02-15", subject="evidence:1")
    other = {"kind": "marking", "grade": "direct", "resolved": "signs taken down"}
    story.report("evidence", other, "2026-06-02", subject="evidence:1", cites=[seen])
    assert codes(story) == ["evidence_resolved"]
    answer = {"kind": "verbal_report", "grade": "indirect", "resolved": "informant heard again: no"}
    story.report("evidence", answer, "2026-06-03", subject="evidence:1", cites=[seen])
    assert codes(story) == []


def test_pending_evidence_does_not_count_officially(story):
    story.finished()
    story.say("evidence", evidence(INSIDE_EAST), "2026-02-15", subject="evidence:1")
    assert codes(story) == []


SERIOUS = {"severity": "critical", "requirement": "PPE worn"}


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        ([("2026-06-02", {"nonconformities": [SERIOUS]})], ["nonconformity"]),
        ([("2026-06-02", {"nonconformities": [SERIOUS | {"severity": "major"}]})], ["nonconformity"]),
        ([("2026-06-02", {"nonconformities": [SERIOUS | {"severity": "minor"}]})], []),
        ([("2026-06-02", {"nonconformities": [SERIOUS | {"closed": "2026-06-03"}]})], []),
        ([("2026-06-02", {"area": "area:9", "nonconformities": [SERIOUS]})], ["nonconformity"]),
        ([("2026-06-02", {"area": "area:9", "team": "team:7", "nonconformities": [SERIOUS]})], []),
        ([("2026-06-02", {"area": "area:9", "result": "fail", "nonconformities": [SERIOUS]}),
          ("2026-06-05", {"area": "area:8"})], []),
        ([("2026-06-02", {"result": "fail"})], ["quality_visit"]),
        ([("2026-06-02", {"result": "fail"}), ("2026-06-04", {})], []),
        ([("2026-06-02", {"result": "suspended"})], ["quality_visit"]),
    ],
)  # fmt: skip
def test_visits_after_the_first_passed_one(story, visits, expected):
    story.finished()
    for day, changes in visits:
        story.inspect(day, **changes)
    assert codes(story) == expected


@pytest.mark.invariant(8)
@pytest.mark.parametrize(
    ("day", "organisation", "passes"),
    [
        ("2026-06-01", "org:qa", True),
        ("2026-06-01", "org:operator", False),
        ("2026-05-11", "org:qa", True),
        ("2026-05-10", "org:qa", False),
    ],
    ids=["independent", "its own organisation", "on the last day of work", "before the work ended"],
)
def test_quality_is_checked_after_the_work_by_another_organisation(story, day, organisation, passes):
    story.outline()
    story.work()
    story.inspect(day, organisation)
    assert codes(story) == ([] if passes else ["quality_visit"])


def test_cancelled_land_alone_needs_no_visit(story):
    story.outline()
    story.report("survey.nts", survey(), "2026-05-12")
    _register, accounts, _profile = story.state
    cancelled = accounts.parts().set_index("release_status")["part_id"]["cancelled"]
    assert codes(story, part_ids=[cancelled]) == []


@pytest.mark.parametrize(("items_per_hectare", "parts"), [(0.1, 0), (0.21, 1), (0.5, 2), (9.0, 3)])
def test_the_residual_figure_falls_with_the_search(story, items_per_hectare, parts):
    """Threshold 0.2 items/ha; left of it: cancelled 100 %, reduced 1 - 0.1 * 0.85, cleared 1 - 0.97."""
    story.finished()
    assert codes(story, surface=surface(items_per_hectare)) == ["residual"] * parts


def test_the_residual_figure_alone_may_be_overridden(story):
    story.finished()
    state = (*story.state, surface(9.0))
    assert not can_release(AREA, *state)
    assert can_release(AREA, *state, override_reason="searched twice; the estimate knows only one search")
    story.inspect("2026-06-02", result="fail")
    assert not can_release(AREA, *story.state, surface(9.0), override_reason="the same")


def test_a_refusal_lists_everything_at_once(story):
    story.outline()
    story.work(west=clearance(finds=[{"ordnance": "mine_ap", "quantity": 1}]), east=survey(criteria=[]))
    with pytest.raises(LandreleaseError) as refused:
        check_release(AREA, *story.state)
    assert refused.value.codes == ("LR7003", "LR7006", "LR7009")


def test_an_unknown_area_is_refused(story):
    story.finished()
    with pytest.raises(LandreleaseError) as refused:
        unmet_criteria("area:404", *story.state)
    assert refused.value.codes == ("LR7011",)


def test_one_index_serves_many_questions(story):
    story.finished()
    register, accounts, profile = story.state
    dossiers = Dossiers(register, accounts, profile.release.evidence_fade_out_m)
    assert unmet_criteria(AREA, register, accounts, profile, dossiers=dossiers) == []
    assert len(dossiers.of(AREA).parts) == 3
    assert dossiers.of("area:404").parts.empty


def test_unmet_criteria_name_their_statements(story):
    story.outline()
    made = story.work(west=clearance(WEST, finds=[{"ordnance": "mine_ap", "quantity": 1}]))
    story.inspect()
    [unmet] = unmet_criteria(AREA, *story.state)
    assert unmet.entries == (made["west"],)
    assert unmet.finding.remedy
