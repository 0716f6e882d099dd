"""After a change of keys the old one signs nothing more, wherever what it signed comes from."""

import pytest
from tests.samples.bundles import entries_of, grant, key_of, programme, repacked, report, revocation

from landrelease.errors import LandreleaseError
from landrelease.record.audit import audit
from landrelease.record.bundles import merge as merging
from landrelease.record.bundles.bundle import export_bundle
from landrelease.record.bundles.merge import merge
from landrelease.record.fold import fold
from landrelease.record.proofs.checkpoint import kept_checkpoints, make_checkpoint
from landrelease.record.review import review_statements
from landrelease.record.signing.keyring import grant_key
from landrelease.terms import KeyRole, ReviewVerdict, Standing

NEW = key_of("north, second key")


@pytest.fixture
def nodes(make_ledger):
    made = programme(make_ledger, "north", "south")
    made["north"].append([report(1)])
    return made


@pytest.fixture
def send(tmp_path):
    """Carry all of one ledger to another, or what is chosen of it, without the sender's checkpoint."""
    number = iter(range(1_000))

    def send(source, target, chosen=slice(None)):
        (path,) = export_bundle(source, tmp_path / f"{next(number)}.bundle")
        entries = entries_of(path)[chosen]
        return merge(target, repacked(path, tmp_path / f"{next(number)}.bundle", entries, checkpoint=""))

    return send


def stolen(make_ledger, north):
    """A copy of north's ledger, with its key."""
    copy = make_ledger(node="north", root=key_of("centre").public.hex)
    with copy.store.writing() as writer:
        for row in north.store.rows():
            writer.add(row)
    copy.signer = key_of("north")
    return copy


def rotate(centre, *others, send, from_seq=3):
    centre.append([grant("north", NEW, from_seq=from_seq), revocation("north", 3)])
    for other in others:
        send(centre, other)


@pytest.mark.parametrize("from_seq", [1, 3])
def test_the_old_key_writes_nothing_more(nodes, make_ledger, send, from_seq):
    centre, north, south = nodes.values()
    send(north, centre)
    copy = stolen(make_ledger, north)
    rotate(centre, north, south, send=send, from_seq=from_seq)
    copy.append([report(66), report(67)])
    for target in (centre, south):
        with pytest.raises(LandreleaseError, match="LR1112"):
            send(copy, target)
    north.signer = NEW
    north.append([report(2)])
    for target in (centre, south):
        send(north, target)
        assert [entry.subject for entry in fold(target.log()).pending()] == ["report:1", "report:2"]
        assert audit(target).intact


def test_what_the_old_key_signed_late_counts_where_the_new_one_stands_on_it(nodes, send):
    centre, north, south = nodes.values()
    north.append([report(2)])
    rotate(centre, south, send=send)
    north.replace_key(NEW, "changed in time")
    assert send(north, south).added == 4
    assert [entry.seq for entry in fold(south.log()).about("report:2")] == [3]
    with pytest.raises(LandreleaseError, match="LR1112"):
        send(north, centre, slice(0, 3))


def test_what_waited_does_not_come_in_with_a_key_that_was_revoked_meanwhile(nodes, make_ledger, send):
    centre, north, _south = nodes.values()
    copy = stolen(make_ledger, north)
    copy.append([report(66)])
    assert send(copy, centre, slice(2, None)).held == 1
    rotate(centre, north, send=send)
    north.signer = NEW
    assert send(north, centre, slice(0, 2)).released == 0
    north.append([report(2)])
    send(north, centre)
    assert fold(centre.log()).about("report:66") == []
    assert len(fold(centre.log()).about("report:2")) == 1
    assert list(centre.store.held()) == []


def test_a_second_key_signs_from_what_is_not_here_on(nodes, send):
    centre, north, _south = nodes.values()
    send(north, centre)
    assert grant_key(centre, NEW.public, KeyRole.NODE, "north").body["from_seq"] == 3
    assert grant_key(centre, NEW.public, KeyRole.NODE, "west").body["from_seq"] == 1
    centre.append([revocation("north", 2)])
    assert [logged.revoked for logged in centre.log() if logged.entry.node == "north"] == [False, True]


def test_a_checkpoint_by_the_old_key_says_nothing_and_stops_nothing(nodes, tmp_path, send):
    centre, north, south = nodes.values()
    make_checkpoint(north)
    rotate(centre, south, send=send)
    north.signer = None
    (path,) = export_bundle(north, tmp_path / "old.bundle")
    assert merge(south, path).added == 2
    assert kept_checkpoints(south, "landrelease/north") == []


def test_a_node_whose_key_was_revoked_hands_over_what_it_has(nodes, tmp_path, send):
    centre, north, south = nodes.values()
    rotate(centre, north, south, send=send)
    (path,) = export_bundle(north, tmp_path / "last.bundle")
    assert merge(south, path).added == 2


@pytest.mark.parametrize("first", [2, 3])
def test_what_was_written_under_grants_of_a_dismissed_authority_counts_nowhere(nodes, make_ledger, send, first):
    centre, north, south = nodes.values()
    west = make_ledger(node="west", signer=key_of("west"), root=centre.root)
    send(north, centre)
    centre.append([grant("south", role="authority")])
    send(centre, south)
    south.append([report(4), grant("west")] if first == 3 else [grant("west"), report(4)])
    send(south, west)
    west.append([report(66)])
    send(west, centre)
    send(south, centre)
    (made,) = fold(centre.log()).about("report:66")
    centre.append(review_statements([made.hash], ReviewVerdict.ACCEPTED, "person:bo", "op:nc"))
    assert fold(centre.log()).standing(made.hash) is Standing.OFFICIAL
    centre.append([revocation("south", first)])
    assert fold(centre.log()).standing(made.hash) is Standing.REVOKED
    assert send(centre, north).held == 0
    assert fold(north.log()) == fold(centre.log())
    assert audit(north).intact
    west.append([report(67)])
    with pytest.raises(LandreleaseError, match="LR1112"):
        send(west, centre)


def test_another_program_goes_on_as_the_new_node(make_ledger):
    place = make_ledger.place()
    ledger = make_ledger("north", place, signer=key_of("north"))
    with make_ledger.open(place, signer=key_of("north")) as other:
        ledger.new_node(node="north-2")
        assert [entry.node for entry in other.append([report(1)])] == ["north-2"]
        assert other.node == "north-2"


def test_a_root_that_changes_during_a_merge_makes_it_check_again(nodes, make_ledger, tmp_path, monkeypatch):
    centre, north, _south = nodes.values()
    (path,) = export_bundle(north, tmp_path / "north.bundle")
    write = merging._write

    def changed(ledger, *others):
        ledger.trust_root(NEW.public.hex)
        return write(ledger, *others)

    monkeypatch.setattr(merging, "_write", changed)
    with pytest.raises(LandreleaseError, match="LR1109"):
        merge(centre, path)
