"""Standards 6.1, 6.3 (after IMAS 07.12) and invariants 5, 8: from the nonconformity to the effectiveness review."""

import pytest
from tests.samples.conduct import AREA, INSPECTOR, INSPECTORATE, LEADER, MONITOR, NC, OPERATOR, OWNER, TEAM, raised

from landrelease.errors import LandreleaseError
from landrelease.quality.acts import Author
from landrelease.quality.nonconformities import nonconformities, open_nonconformities
from landrelease.record.conduct import Verification
from landrelease.terms import NonconformityState


def state(conduct):
    [case] = nonconformities(conduct.register)
    return case.state


def test_nonconformity_correction_root_cause_verification_effectiveness(conduct):
    conduct.raise_()
    assert state(conduct) is NonconformityState.OPEN
    conduct.correct(done=None)
    assert state(conduct) is NonconformityState.PLANNED
    conduct.correct()
    assert state(conduct) is NonconformityState.CORRECTED
    conduct.verify()
    assert state(conduct) is NonconformityState.CLOSED
    conduct.review()
    [case] = nonconformities(conduct.register)
    assert case.state is NonconformityState.EFFECTIVE
    assert (case.root_cause, case.verified_by, case.closed_on) == ("tape had run out", MONITOR, "2026-05-12")
    assert len(case.entries) == 5


def test_it_counts_as_open_until_its_correction_is_verified(conduct):
    conduct.raise_()
    conduct.correct()
    assert [case.nonconformity for case in open_nonconformities(conduct.register)] == [NC]
    conduct.verify()
    assert open_nonconformities(conduct.register) == []


def test_a_correction_that_does_not_hold_opens_it_again(conduct):
    conduct.raise_()
    conduct.correct()
    conduct.verify(holds=False)
    assert state(conduct) is NonconformityState.OPEN


def test_a_cause_that_comes_back_opens_it_again(conduct):
    conduct.raise_()
    conduct.correct()
    conduct.verify()
    conduct.review(effective=False)
    assert state(conduct) is NonconformityState.OPEN


REFUSED = [
    # what is tried after raising and correcting, the error
    ({"by": OWNER}, "LR3201"),
    ({"by": "PERSON:Owner "}, "LR3201"),
    ({"by": LEADER}, "LR3201"),
    ({"by": "person:nobody"}, "LR3207"),
    ({"day": "2026-05-09"}, "LR3204"),
    ({"organisation": OPERATOR}, "LR3202"),
    ({"nonconformity": "nc:2"}, "LR3200"),
]


@pytest.mark.invariant(8)
@pytest.mark.parametrize(("options", "code"), REFUSED)
def test_a_verification_by_its_owner_or_too_early_is_refused_and_nothing_written(conduct, options, code):
    conduct.raise_()
    conduct.correct(by=LEADER)
    before = len(conduct.ledger)
    with pytest.raises(LandreleaseError) as caught:
        conduct.verify(**options)
    assert caught.value.codes == (code,)
    assert len(conduct.ledger) == before


def test_the_profile_says_whether_an_outsider_must_verify(conduct):
    conduct.raise_(severity="minor")
    conduct.correct()
    conduct.verify(organisation=OPERATOR)
    assert state(conduct) is NonconformityState.CLOSED


@pytest.mark.parametrize("act", ["verify", "review"])
def test_nothing_is_closed_before_it_was_corrected(conduct, act):
    conduct.raise_()
    with pytest.raises(LandreleaseError, match="LR3203"):
        getattr(conduct, act)()


def test_nothing_is_corrected_before_it_was_found(conduct):
    conduct.raise_(day="2026-05-01")
    with pytest.raises(LandreleaseError, match="LR3204"):
        conduct.correct(day="2026-04-30")


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"requirement": "  "}, "LR3206"), ({"owner": "person:nobody"}, "LR3207"), ({"due": "2026-04-01"}, "LR3237")],
)
def test_a_nonconformity_needs_a_requirement_a_known_owner_and_a_possible_date(conduct, changes, code):
    with pytest.raises(LandreleaseError, match=code):
        conduct.raise_(**changes)


def test_a_correction_needs_a_root_cause(conduct):
    conduct.raise_()
    with pytest.raises(LandreleaseError, match="LR3206"):
        conduct.correct(root_cause=None)


def test_one_identifier_is_one_nonconformity(conduct):
    conduct.raise_()
    with pytest.raises(LandreleaseError, match="LR3208"):
        conduct.raise_()


def test_the_profile_sets_the_due_date(conduct):
    conduct.raise_(severity="critical")
    [case] = nonconformities(conduct.register)
    assert case.due == "2026-05-02"
    assert case.is_overdue("2026-05-03")
    assert not case.is_overdue("2026-05-02")


FORGED = [
    # an act that other software wrote: author, organisation, day, what it cites
    (OWNER, INSPECTORATE, "2026-05-12", True),
    (MONITOR, OPERATOR, "2026-05-12", True),
    (MONITOR, INSPECTORATE, "2026-05-09", True),
    (MONITOR, INSPECTORATE, "2026-05-12", False),
]


@pytest.mark.parametrize(("author", "organisation", "day", "cites"), FORGED)
def test_an_act_that_is_not_allowed_counts_nothing_when_it_is_read(conduct, author, organisation, day, cites):
    made, corrected = conduct.raise_(), conduct.correct()
    conduct.say("nonconformity.verification", {"holds": True}, day, subject=NC, author=author,
                organisation=organisation, cites=[made.hash, *([corrected.hash] if cites else [])])  # fmt: skip
    [case] = nonconformities(conduct.register, outside=conduct.profile.quality.verify_outside)
    assert case.is_open
    assert [finding.error.code for finding in case.findings] == ["LR3205"]


def test_those_who_have_to_correct_it_cannot_take_it_back(conduct):
    made = conduct.raise_()
    withdrawn = conduct.say("withdrawal", {"reason": "not so"}, "2026-05-02", subject=NC, author=LEADER,
                            organisation=OPERATOR, cites=[made.hash])  # fmt: skip
    conduct.say("review", {"verdict": "accepted"}, "2026-05-02", subject=NC, author=OWNER, organisation=OPERATOR,
                cites=[withdrawn])  # fmt: skip
    assert [case.nonconformity for case in open_nonconformities(conduct.register)] == [NC]


def test_who_raised_it_may_take_it_back(conduct):
    made = conduct.raise_()
    conduct.say("withdrawal", {"reason": "another team was meant"}, "2026-05-02", subject=NC, author=INSPECTOR,
                organisation=INSPECTORATE, cites=[made.hash])  # fmt: skip
    assert nonconformities(conduct.register) == []


@pytest.mark.invariant(5)
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"area": AREA}, True),
        ({"area": "area:2"}, False),
        ({"teams": {TEAM}}, True),
        ({"area": "area:2", "teams": {"team:2"}}, False),
        ({"severities": ["critical"]}, False),
        ({"severities": ["critical", "major"]}, True),
    ],
)
def test_open_nonconformities_of_an_area_and_its_teams(conduct, asked, found):
    conduct.raise_()
    assert bool(open_nonconformities(conduct.register, **asked)) is found


@pytest.mark.invariant(5)
def test_one_on_a_method_concerns_all_who_work_so_for_the_organisation(conduct):
    conduct.raise_(area=None, team=None, method="dog_team")
    for organisation, found in ((OPERATOR, True), ("org:other", False)):
        asked = open_nonconformities(conduct.register, area="area:9", methods={("dog_team", organisation)})
        assert bool(asked) is found


def test_the_gravest_of_two_versions_counts(conduct):
    conduct.raise_(severity="critical")
    conduct.say("nonconformity", raised(severity="minor"), "2026-05-03", subject=NC)
    [case] = nonconformities(conduct.register)
    assert case.severity == "critical"


def test_a_verification_makes_no_statement_by_itself(conduct):
    conduct.raise_()
    conduct.correct()
    before = len(conduct.ledger)
    by = Author(MONITOR, INSPECTORATE, "2026-05-12")
    conduct.quality.verify(NC, Verification(holds=True), by)
    assert len(conduct.ledger) == before
