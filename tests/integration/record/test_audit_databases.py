"""One audit for both databases: the same record gives the same report."""

import pytest
from tests.samples.nodes import carry
from tests.samples.programme import CENTRE_KEY, NORTH_KEY, Programme, report, revocation

from landrelease.record.audit import audit
from landrelease.record.proofs.checkpoint import make_checkpoint


@pytest.fixture
def programme(tmp_path):
    return Programme(tmp_path)


def same_report(found, expected):
    names = (
        "entries",
        "nodes",
        "head",
        "root",
        "errors",
        "warnings",
        "notes",
        "findings",
        "signed",
        "verified",
        "blobs",
    )
    assert [getattr(found, name) for name in names] == [getattr(expected, name) for name in names]


@pytest.fixture
def copies(programme, make_ledger):
    """The centre's ledger file, and the same log in the database at hand."""
    copy = make_ledger("centre", root=CENTRE_KEY.public.hex, clock=programme.clock)
    with programme.open() as centre:
        yield centre, copy


def test_a_sound_record(copies):
    centre, copy = copies
    carry(centre, copy, blobs=True)
    found = audit(copy)
    assert (found.entries, found.signed, found.verified, found.blobs) == (15, 15, 15, 1)
    same_report(found, audit(centre))


def test_a_record_with_revoked_entries_and_missing_attachments(copies):
    centre, copy = copies
    centre.append([revocation(NORTH_KEY.public, from_seq=4)])
    carry(centre, copy)
    found = audit(copy)
    assert sorted(one.error.code for one in found.findings) == ["LR1076", "LR1173"]
    assert [one for one in audit(centre).findings if one.error.code == "LR1076"] == [
        one for one in found.findings if one.error.code == "LR1076"
    ]


def test_an_entry_that_was_never_right_and_what_depends_on_it(copies):
    """Written by hand: the columns of one row do not say what its bytes say."""
    centre, copy = copies
    with copy.store.writing() as writer:
        for row in centre.store.rows():
            writer.add(row._replace(author="person:bo") if row.place == 5 else row)
    found = audit(copy)
    assert [(one.error.code, one.details["index"]) for one in found.findings[:1]] == [("LR1019", 5)]
    assert (found.dependents.index, found.dependents.later, found.dependents.citing) == (5, 7, 1)


def test_a_checkpoint_of_a_longer_log(copies, programme):
    centre, copy = copies
    with copy.store.writing() as writer:
        for row in list(centre.store.rows())[:13]:
            writer.add(row)
    found = audit(copy, checkpoints={"note": programme.note})
    assert [one.error.code for one in found.findings] == ["LR1083"]


def test_a_ledger_that_grows_between_audits_keeps_its_checkpoints(make_ledger, programme):
    ledger = make_ledger("south", signer=CENTRE_KEY, clock=programme.clock)
    for number in range(4):
        ledger.append([report(number)])
        make_checkpoint(ledger)
        found = audit(ledger)
        assert (found.intact, found.checkpoints, found.findings) == (True, number + 1, ())


def test_an_empty_ledger(make_ledger):
    found = audit(make_ledger())
    assert (found.entries, found.head, found.findings) == (0, "", ())
