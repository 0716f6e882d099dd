"""Checkpoints: what they say, which histories they refuse, what of them is kept."""

import pytest
from tests.samples.proofs import DONOR, NORTH, Clock, made, new_ledger

from landrelease.errors import LandreleaseError
from landrelease.record.proofs.checkpoint import (
    Checkpoint,
    LogCheck,
    check_against_log,
    keep,
    kept_checkpoints,
    kept_note,
    log_check,
    make_checkpoint,
    node_of,
    origin_of,
    parse_checkpoint,
    read_checkpoint,
    whole_number,
)
from landrelease.record.proofs.merkle import EMPTY, root
from landrelease.record.proofs.notes import sign_note


@pytest.fixture
def scene(tmp_path):
    with made(tmp_path) as scene:
        yield scene


def codes(ledger, notes=None) -> list[str]:
    return [finding.error.code for finding in check_against_log(ledger, notes)]


def test_a_checkpoint_says_origin_size_root_and_arrival(scene):
    scene.grow(3)
    note, checkpoint = read_checkpoint(make_checkpoint(scene.log))
    assert (checkpoint.origin, checkpoint.size) == ("landrelease/north", 4)
    assert checkpoint.root == root(scene.log.store.hashes())
    assert checkpoint.received == "2026-08-14T15:03:11Z"
    assert checkpoint.text() == note.text
    assert parse_checkpoint(note.text) == checkpoint


def test_the_same_log_has_one_checkpoint(scene):
    scene.grow(2)
    first = make_checkpoint(scene.log)
    scene.clock.move(hours=1)
    assert make_checkpoint(scene.log) == first
    assert [one.note for one in kept_checkpoints(scene.log)] == [first]


def test_every_size_has_its_own(scene):
    notes = [(scene.grow(1), make_checkpoint(scene.log))[1] for _number in range(3)]
    assert [one.note for one in kept_checkpoints(scene.log, "landrelease/north")] == notes
    assert kept_note(scene.log) == notes[-1]
    assert kept_note(scene.log, 3) == notes[1]
    assert kept_checkpoints(scene.log, "landrelease/elsewhere") == []
    assert codes(scene.log, {"copy.txt": notes[0]}) == []


def test_a_cosigned_note_is_preferred_to_the_plain_one(scene):
    scene.grow(1)
    note = scene.cosigned(scene.donor)
    assert kept_note(scene.log) == make_checkpoint(scene.log) == note


def test_a_size_that_is_not_kept_is_named(scene):
    with pytest.raises(LandreleaseError, match=r"LR1095 .*for 7 entries\. Kept sizes: -"):
        kept_note(scene.log, 7)


def test_no_checkpoint_without_key_or_entries(tmp_path):
    with new_ledger(tmp_path, "unsigned", None, Clock()) as ledger:
        with pytest.raises(LandreleaseError, match="LR1082"):
            make_checkpoint(ledger)
        ledger.signer = NORTH
        with pytest.raises(LandreleaseError, match="LR1096"):
            make_checkpoint(ledger)


def test_notes_from_elsewhere_are_compared_and_named(scene):
    scene.grow(3)
    note = make_checkpoint(scene.log)
    _read, checkpoint = read_checkpoint(note)
    forged = Checkpoint(checkpoint.origin, 4, bytes(32), checkpoint.received, checkpoint.received_sha256).text()
    longer = Checkpoint(checkpoint.origin, 9, bytes(32), checkpoint.received, checkpoint.received_sha256).text()
    edited = Checkpoint(checkpoint.origin, 4, checkpoint.root, checkpoint.received, "0" * 64).text()
    zero = Checkpoint(checkpoint.origin, 0, bytes(32)).text()
    notes = {
        "good": note,
        "broken": note[:-9],
        "no checkpoint": sign_note("a\nb\nc\n", "landrelease/north", NORTH),
        "another log's": sign_note(checkpoint.text().replace("north", "south"), "landrelease/south", NORTH),
        "another's key": sign_note(checkpoint.text(), "landrelease/north", DONOR),
        "root of the empty log": sign_note(zero, "landrelease/north", NORTH),
        "other root": sign_note(forged, "landrelease/north", NORTH),
        "other arrival": sign_note(edited, "landrelease/north", NORTH),
        "longer": sign_note(longer, "landrelease/north", NORTH),
    }
    found = {finding.file: finding.error.code for finding in check_against_log(scene.log, notes)}
    assert found == {
        "broken": "LR1080", "no checkpoint": "LR1081", "another log's": "LR1086", "another's key": "LR1087",
        "root of the empty log": "LR1084", "other root": "LR1084", "other arrival": "LR1085", "longer": "LR1083",
    }  # fmt: skip


def test_the_check_runs_inside_another_pass(scene):
    scene.grow(2)
    make_checkpoint(scene.log)
    scene.grow(2)
    findings, check = log_check(scene.log)
    for leaf, received in zip(scene.log.store.hashes(), scene.log.store.received(), strict=True):
        check.take(leaf, received)
    assert findings == check.end() == []


def test_a_received_time_that_is_none_is_found_and_does_not_stop_the_check():
    said = Checkpoint("landrelease/north", 1, bytes(32), "2026-08-14T15:03:11Z", "0" * 64)
    check = LogCheck([(said, None)])
    check.take(bytes(32), "not a time")
    assert [finding.error.code for finding in check.end()] == ["LR1085"]


@pytest.mark.parametrize(("size", "code"), [(2, "LR1084"), (9, "LR1083")])
def test_a_log_never_signs_a_second_history(scene, size, code):
    """A checkpoint is kept of other entries, or of more than the log has: it was rewritten, or an old copy put back."""
    other = Checkpoint("landrelease/north", size, bytes(32))
    keep(scene.log, other, sign_note(other.text(), other.origin, NORTH))
    scene.grow(3)
    with pytest.raises(LandreleaseError, match=code):
        make_checkpoint(scene.log)
    assert [one.checkpoint for one in kept_checkpoints(scene.log)] == [other]


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("two lines", "a\n0\n"),
        ("no line feed at the end", f"a\n0\n{'A' * 43}="),
        ("an empty line", f"a\n0\n{'A' * 43}=\n\nb\n"),
        ("a leading zero", f"a\n01\n{'A' * 43}=\n"),
        ("a negative size", f"a\n-1\n{'A' * 43}=\n"),
        ("a size beyond 2^63", f"a\n{2**63}\n{'A' * 43}=\n"),
        ("digits of another script", f"a\n١\n{'A' * 43}=\n"),
        ("a short root", "a\n1\nAAAA\n"),
        ("a root that is not base64", f"a\n1\n{'A' * 43}!\n"),
    ],
)
def test_not_a_checkpoint(why, text):
    with pytest.raises(LandreleaseError, match="LR1081"):
        parse_checkpoint(text)


def test_other_extension_lines_are_kept_and_ignored():
    text = f"a\n0\n{'A' * 43}=\nreceived yesterday\nmore\n"
    checkpoint = parse_checkpoint(text)
    assert (checkpoint.received, checkpoint.others) == ("", ("received yesterday", "more"))
    assert checkpoint.text() == text


@pytest.mark.parametrize("values", [("", 0, EMPTY), ("a", -1, EMPTY), ("a", 0, b""), ("a", 1, EMPTY, "x", "y")])
def test_values_that_make_no_checkpoint(values):
    with pytest.raises(LandreleaseError, match="LR1081"):
        Checkpoint(*values)


@pytest.mark.parametrize("node", ["north", "a b", "a+b", "a/b", "Åse", "a%20b", "\n"])
def test_every_node_has_an_origin_of_its_own(node):
    origin = origin_of(node)
    assert node_of(origin) == node
    assert sign_note(f"{origin}\n", origin, NORTH)


def test_other_logs_have_no_node():
    assert node_of("example.com/log") is None


@pytest.mark.parametrize("text", ["", "00", "+1", " 1", "1_0", "²", "1.0", str(2**63)])
def test_not_a_whole_number(text):
    assert whole_number(text) is None
    assert (whole_number("0"), whole_number(str(2**63 - 1))) == (0, 2**63 - 1)
