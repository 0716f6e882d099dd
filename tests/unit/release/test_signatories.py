"""Who may sign: an officer with a key in force on the day, who neither did nor inspected the work."""

import pytest
from tests.samples.releases import AREA, Story
from tests.samples.signing import DIRECTOR, SIGNED, grant_officer, key

from landrelease.errors import LandreleaseError
from landrelease.record.signing.keyring import append_signed, revoke_key
from landrelease.record.signing.trust import check_officer_signature
from landrelease.release.decision import check_key, decide


@pytest.fixture
def signed(tmp_path):
    """The finished field on a ledger with a key."""
    told = Story(tmp_path, signer=key(1))
    told.finished()
    yield told
    told.ledger.close()


def refused(story, **options):
    before = len(story.ledger)
    with pytest.raises(LandreleaseError) as error:
        decide(AREA, *story.state, **(SIGNED | options), trust=story.ledger.trust())
    assert len(story.ledger) == before
    return error.value


def test_an_officer_with_a_key_in_force_decides_and_signs(signed):
    officer = grant_officer(signed)
    statement = decide(AREA, *signed.state, **SIGNED, trust=signed.ledger.trust())
    entry, signature = append_signed(signed.ledger, statement, officer)
    assert signature.body["entry"] == entry.hash
    assert check_officer_signature(signature, signed.ledger.trust()) is None
    assert set(signed.accounts.parts()["release_status"]) == {"released"}


def test_without_a_key_nobody_signs(signed):
    error = refused(signed)
    assert error.codes == ("LR7022",)
    assert "no key was granted" in str(error)


def test_an_expired_key_is_refused(signed):
    grant_officer(signed, until="2026-06-19")
    error = refused(signed)
    assert error.codes == ("LR7022",)
    assert "expired on 2026-06-19" in str(error)


@pytest.mark.parametrize("until", ["2026-06-20", "2027-01-01", None])
def test_a_key_counts_to_its_last_day(signed, until):
    officer = grant_officer(signed, until=until)
    check_key(signed.ledger.trust(), DIRECTOR, "2026-06-20", officer.public)


def test_a_revoked_key_is_refused(signed):
    officer = grant_officer(signed)
    revoke_key(signed.ledger, officer.public, "stolen", day="2026-06-15")
    error = refused(signed)
    assert error.codes == ("LR7022",)
    assert "revoked" in str(error)


def test_a_key_revoked_after_the_day_counted_on_it(signed):
    officer = grant_officer(signed)
    revoke_key(signed.ledger, officer.public, "left the office", day="2026-06-21")
    assert decide(AREA, *signed.state, **SIGNED, trust=signed.ledger.trust()).author == DIRECTOR


def test_a_key_granted_later_is_refused(signed):
    grant_officer(signed)
    assert "for later days" in str(refused(signed, day="2026-06-08"))


def test_another_officers_key_is_refused(signed):
    grant_officer(signed)
    other = grant_officer(signed, 8, "person:deputy")
    with pytest.raises(LandreleaseError) as error:
        check_key(signed.ledger.trust(), DIRECTOR, "2026-06-20", other.public)
    assert error.value.codes == ("LR7023",)


def test_a_foreign_signature_leaves_no_decision_behind(signed):
    grant_officer(signed)
    statement = decide(AREA, *signed.state, **SIGNED, trust=signed.ledger.trust())
    before = len(signed.ledger)
    with pytest.raises(LandreleaseError) as error:
        append_signed(signed.ledger, statement, key(9))
    assert error.value.codes == ("LR1069",)
    assert len(signed.ledger) == before


@pytest.mark.parametrize(
    ("signatory", "code"), [("person:leader", "LR7012"), ("person:inspector", "LR7024"), ("Person:Inspector", "LR7024")]
)
def test_nobody_decides_on_their_own_work_or_inspection(signed, signatory, code):
    grant_officer(signed, person=signatory)
    assert refused(signed, signatory=signatory).codes == (code,)


def test_a_decision_is_not_dated_before_the_work(story):
    story.finished()
    with pytest.raises(LandreleaseError) as error:
        decide(AREA, *story.state, **(SIGNED | {"day": "2026-05-11"}))
    assert error.value.codes == ("LR7025",)


def test_a_reopening_cites_what_was_found(story):
    made = story.finished()
    story.append(decide(AREA, *story.state, **SIGNED))
    for cites in ((), (story.effort,)):
        with pytest.raises(LandreleaseError) as error:
            decide(AREA, *story.state, **SIGNED, decision="reopen", reason="doubts", cites=cites)
        assert error.value.codes == ("LR7031",)
    assert made
