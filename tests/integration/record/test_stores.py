"""What every store does: the same tests on SQLite and on PostgreSQL."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.canonical import content_hash
from landrelease.record.encoding import FIRST_PREV
from landrelease.record.entry import Statement
from landrelease.record.proofs import merkle
from landrelease.record.stores import BlobState, Head, Held, Kept, Row, StoredBlob

NOON = "2026-08-14T12:00:00Z"


class Nonces:
    """Nonces 1, 2, 3: the same statements give the same bytes."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> str:
        return f"{next(self._numbers):032x}"


class TickingClock:
    """A second later each time."""

    def __init__(self) -> None:
        self.now = datetime(2026, 8, 14, 12, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def report(number: int, **changes) -> Statement:
    body = {"area": f"area:{number}", "stage": "completion", "method": "manual_team", "cleared_area_m2": 100 + number}
    values = {"subject": f"report:{number}", "valid_from": "2026-08-11", "author": "person:amina"} | changes
    return Statement("clearance.report", body=body, organisation="op:1", **values)


def row(place: int, *, node: str = "south", seq: int | None = None, received: str = NOON, **changes) -> Row:
    """A line of the log whose content says nothing."""
    seq = place + 1 if seq is None else seq
    content = f"{node} {seq}".encode()
    values = {
        "place": place, "received": received, "hash": content_hash(content), "node": node, "seq": seq,
        "prev": FIRST_PREV, "kind": "team", "kind_version": 1, "subject": "team:1", "valid_from": "2026",
        "valid_to": None, "recorded": NOON, "author": "a", "organisation": "o", "content": content,
        "signature": None,
    }  # fmt: skip
    return Row(**(values | changes))


@pytest.fixture
def store(make_ledger):
    return make_ledger().store


def add(store, *rows: Row) -> None:
    with store.writing() as writer:
        writer.set_meta("last", rows[-1].hash)
        writer.add_many(rows)


# reading


def test_a_new_store_is_empty(store):
    assert (store.size(), store.size_at("~"), store.heads(), store.unlogged()) == (0, 0, {}, [])
    assert [*store.lines(), *store.hashes(), *store.received(), *store.rows(), *store.held(), *store.blobs()] == []
    assert (store.kept(), store.meta("node"), store.meta("root"), store.find("0" * 64)) == ([], "north", None, None)


ROWS = [
    row(0, signature=b"s" * 64, valid_to="2027-01"),
    row(1, kind="key.grant", received="2026-08-14T12:00:01Z"),
    row(2, node="east", seq=7, received="2026-08-14T12:00:01Z", prev="ab" * 32),
    row(3, kind="key.revocation", received="2026-08-15T00:00:00Z"),
]


@pytest.mark.parametrize("together", [True, False])
def test_rows_come_back_as_they_were(store, together):
    if together:
        add(store, *ROWS)
    else:
        for each in ROWS:
            add(store, each)
    assert list(store.rows()) == ROWS
    assert [line[:3] + line[3:] for line in store.lines()] == [
        (r.place, r.received, r.hash, r.content, r.signature) for r in ROWS
    ]
    assert [digest.hex() for digest in store.hashes()] == [each.hash for each in ROWS]
    assert list(store.received()) == [each.received for each in ROWS]


@pytest.mark.parametrize(
    ("start", "stop", "kind", "places"),
    [
        (0, None, None, [0, 1, 2, 3]),
        (1, 3, None, [1, 2]),
        (3, 3, None, []),
        (2, 99, None, [2, 3]),
        (0, None, "team", [0, 2]),
        (1, None, "team", [2]),
        (0, None, "key.grant", [1]),
        (2, None, "key.grant", []),
        (0, 3, "key.revocation", []),
        (0, None, "nothing", []),
    ],
)
def test_a_part_of_the_log(store, start, stop, kind, places):
    add(store, *ROWS)
    assert [line.place for line in store.lines(start, stop, kind)] == places
    if kind is None:
        assert len(list(store.hashes(start, stop))) == len(list(store.received(start, stop))) == len(places)


@pytest.mark.parametrize(
    ("received", "size"),
    [
        ("", 0),
        ("2026-08-14T11:59:59Z", 0),
        (NOON, 1),
        ("2026-08-14T12:00:01Z", 3),
        ("2026-08-14T23:59:59Z", 3),
        ("~", 4),
    ],
)
def test_how_much_had_been_received(store, received, size):
    add(store, *ROWS)
    assert store.size_at(received) == size


def test_heads_and_places_of_entries(store):
    add(store, *ROWS)
    assert store.heads() == {"south": Head(4, ROWS[3].hash, False), "east": Head(7, ROWS[2].hash, False)}
    assert store.hash_at("south", 2) == ROWS[1].hash
    assert (store.hash_at("south", 3), store.hash_at("nobody", 1)) == (None, None)
    assert store.find(ROWS[2].hash).place == 2
    assert [store.find(text) for text in ("", "no hash", "00", "ff" * 32)] == [None] * 4


def test_reading_goes_page_by_page_through_a_long_log(store):
    rows = [row(place) for place in range(4_500)]
    add(store, *rows)
    assert [line.hash for line in store.lines(10)] == [each.hash for each in rows[10:]]
    assert sum(1 for _ in store.hashes()) == 4_500


def test_readers_see_what_is_committed(store):
    with store.writing() as writer:
        writer.add(row(0))
        writer.set_meta("root", "00")
        assert (store.size(), store.meta("root"), store.find(row(0).hash)) == (0, None, None)
    assert (store.size(), store.meta("root")) == (1, "00")


@pytest.mark.parametrize(
    "text", ["a\0b", "\0", "\uf8ff", "\uf8ff0", "a\uf8ff1\0\uf8ff", "ą \U0001f9ed", "\\", "%s", "'; --", "\x7f\n"]
)
def test_any_text_comes_back(store, text):
    odd = row(0, node=text, subject=text, author=text, organisation=text)
    add(store, odd)
    assert list(store.rows()) == [odd]
    assert store.heads() == {text: Head(1, odd.hash)}
    assert store.hash_at(text, 1) == odd.hash
    with store.writing() as writer:
        assert writer.head(text) == Head(1, odd.hash)
        writer.set_meta("m", text)
        writer.keep(Kept(text, 1, b"r" * 32, NOON, text))
        writer.hold([Held("aa" * 32, text, 9, NOON, b"c", None)])
        writer.erase_blob("bb" * 32, text)
        assert writer.held(text, 9)[0].node == text
    assert (store.meta("m"), store.kept(text)[0].note, next(store.held()).node) == (text, text, text)
    assert store.blob("bb" * 32).erased_reason == store.blob_states()[0].erased_reason == text


# writing


def test_a_writer_sees_what_it_has_written(store):
    add(store, row(0))
    with store.writing() as writer:
        assert (writer.last(), writer.head("south"), writer.head("east")) == ((0, NOON), Head(1, row(0).hash), None)
        writer.add(row(1, signature=b"s" * 64))
        writer.add(row(2, node="east", seq=1))
        assert (writer.last(), writer.head("south")) == ((2, NOON), Head(2, row(1).hash, True))
        assert writer.head("east") == Head(1, row(2, node="east", seq=1).hash)
        assert [writer.holds(row(place).hash) for place in (0, 1, 3)] == [True, True, False]
        assert (writer.hash_at("south", 1), writer.hash_at("south", 2)) == (row(0).hash, row(1).hash)
        assert (writer.hash_at("south", 3), writer.holds("no hash")) == (None, False)


def test_a_writer_sees_what_it_has_written_long_ago(store):
    with store.writing() as writer:
        writer.add_many(row(place) for place in range(3_000))
        assert writer.holds(row(0).hash)
        assert writer.hash_at("south", 1) == row(0).hash
        assert writer.head("south") == Head(3_000, row(2_999).hash)
        assert writer.last() == (2_999, NOON)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (row(2, seq=3, hash=row(0).hash), "the same hash"),
        (row(2, seq=1, hash="cc" * 32), "the same node and number"),
        (row(3), "a gap in the log"),
        (row(1, seq=9, hash="cc" * 32), "a place that is taken"),
        (row(2, received="2026-08-14T11:00:00Z"), "received before the line before"),
        (row(2, hash="cc"), "no hash"),
        (row(2, seq=0, node="west"), "number zero"),
        (row(-1, seq=9), "before the first"),
    ],
)  # fmt: skip
def test_what_the_tables_refuse_leaves_nothing(store, wrong, why):
    add(store, row(0), row(1))
    before = list(store.rows())
    for batch in ([wrong], [row(2, node="east", seq=1), wrong._replace(place=wrong.place + 1)]):
        with pytest.raises(LandreleaseError, match="LR1030"):
            add(store, *batch)
        assert list(store.rows()) == before
        assert store.meta("last") == row(1).hash
    add(store, row(2))
    assert store.size() == 3


def test_a_refusal_in_the_middle_leaves_nothing(store):
    def append() -> None:
        with store.writing() as writer:
            writer.add_many(row(place) for place in range(2_500))
            writer.add_blob("aa" * 32, b"x")
            writer.keep(Kept("o", 1, b"r" * 32, NOON, "n"))
            writer.hold([Held("aa" * 32, "west", 2, NOON, b"c", None)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        append()
    assert [*store.lines(), *store.blobs(), *store.kept(), *store.held(), *store.unlogged()] == []


def test_an_append_inside_an_append_is_refused(store):
    with store.writing() as writer:
        with pytest.raises(LandreleaseError, match="LR1013"), store.writing():
            pass
        writer.add(row(0))
    assert store.size() == 1


def test_another_thread_waits(store):
    seen = []

    def append() -> None:
        with store.writing() as writer:
            seen.append(writer.last()[0])
            writer.add(row(1))

    with store.writing() as writer:
        other = threading.Thread(target=append)
        other.start()
        writer.add(row(0))
    other.join()
    assert (seen, store.size()) == ([0], 2)


def test_another_program_waits_and_is_then_refused(make_ledger):
    place = make_ledger.place()
    first = make_ledger(place=place)
    second = make_ledger.open(place, wait_s=0.05)
    with first.store.writing() as writer:
        writer.add(row(0))
        with pytest.raises(LandreleaseError, match="LR1013"), second.store.writing():
            pass
    add(second.store, row(1))
    assert first.store.size() == 2


def test_what_is_closed_stays_closed(store):
    store.close()
    store.close()
    with pytest.raises(LandreleaseError, match="LR1014"):
        store.size()
    with pytest.raises(LandreleaseError, match="LR1014"), store.writing():
        pass


# the other tables


def test_checkpoints_are_kept_once_by_origin_and_size(store):
    kept = [
        Kept("b", 2, b"r" * 32, NOON, "n" * 9_000),
        Kept("a", 3, b"s" * 32, NOON, "m"),
        Kept("a", 1, b"t" * 32, NOON, "l"),
    ]
    for _ in range(2):
        with store.writing() as writer:
            for checkpoint in [*kept, kept[1]._replace(received="2027-01-01T00:00:00Z")]:
                writer.keep(checkpoint)
    other = kept[1]._replace(note="another note of the same size")
    with store.writing() as writer:
        writer.keep(other)
    assert store.kept() == [kept[2], kept[1], other, kept[0]]
    assert (store.kept("b"), store.kept("c")) == ([kept[0]], [])


def test_held_entries_wait_until_they_are_released(store):
    held = [Held(f"{n:02x}" * 32, node, seq, NOON, b"bytes %d" % n, None if n % 2 else b"s" * 64)
            for n, (node, seq) in enumerate([("west", 3), ("west", 2), ("east", 9), ("west", 3)])]  # fmt: skip
    with store.writing() as writer:
        writer.hold(held)
        assert writer.held("west", 3) == [held[0], held[3]]
        writer.hold([held[0]._replace(content=b"other")])
    assert list(store.held()) == [held[2], held[1], held[0], held[3]]
    with store.writing() as writer:
        writer.release(iter([held[0].hash, "ee" * 32, "no hash"]))
        writer.release([])
        assert writer.held("west", 3) == [held[3]]
    assert list(store.held()) == [held[2], held[1], held[3]]


def test_blobs_are_kept_or_erased(store):
    names = [hashlib.sha256(bytes([n])).hexdigest() for n in range(3)]
    with store.writing() as writer:
        writer.add_blob(names[0], b"one")
        writer.add_blob(names[1], bytes(range(256)) * 400)
        writer.add_blob(names[0], b"another")
        writer.erase_blob(names[2], "never here")
        writer.add_blob(names[2], b"too late")
    assert [*store.blobs()] == [
        StoredBlob(names[0], b"one", None), StoredBlob(names[1], bytes(range(256)) * 400, None),
        StoredBlob(names[2], None, "never here"),
    ]  # fmt: skip
    with store.writing() as writer:
        writer.erase_blob(names[0], "asked by the person")
        writer.erase_blob(names[0], "a second reason")
        writer.add_blob(names[0], b"again")
    assert store.blob(names[0]) == StoredBlob(names[0], None, "asked by the person")
    assert store.blob_states()[:2] == [
        BlobState(names[0], None, "asked by the person"),
        BlobState(names[1], 102_400, None),
    ]
    assert [store.blob(name) for name in ("ff" * 32, "no hash")] == [None, None]


def test_names_are_set_again(store):
    for value in ("one", "two"):
        with store.writing() as writer:
            writer.set_meta("root", value)
        assert store.meta("root") == value


def test_guards_stand(store):
    assert store.guards() == []


# ledgers


def test_a_ledger_is_there_when_it_is_opened_again(make_ledger):
    place = make_ledger.place()
    with make_ledger(place=place) as ledger:
        entries = ledger.append([report(1), report(2)])
        hashes = [entry.hash for entry in entries]
    again = make_ledger.open(place)
    assert ([logged.entry.hash for logged in again.log()], again.node) == (hashes, "north")


def test_a_ledger_is_never_started_twice(make_ledger):
    place = make_ledger.place()
    ledger = make_ledger(place=place)
    ledger.append([report(1)])
    with pytest.raises(LandreleaseError, match="LR1009"):
        make_ledger("south", place=place)
    assert (ledger.store.meta("node"), len(ledger)) == ("north", 1)


def history(ledger) -> None:
    first = ledger.append([report(1), report(2, valid_to="2026-08-12")])
    ledger.append([report(number) for number in range(3, 40)])
    with ledger.batch() as batch:
        fourth = batch.add(report(99, cites=(first[0].hash,)))
        batch.add(report(100, subject="ünusual \0 name", cites=(fourth.hash, first[1].hash)))


KNOWN_ROOT = "db908a9622660e078fd3ec8310547121769c4c78e146807d747354caccc63809"


def test_the_same_statements_give_the_same_root_on_every_database(make_ledger):
    """The root is written here, so that each database is held to the same one."""
    ledger = make_ledger(clock=TickingClock(), nonce=Nonces())
    history(ledger)
    assert merkle.root(ledger.store.hashes()).hex() == KNOWN_ROOT
    assert len(ledger) == 41


def test_a_new_node_of_one_program_is_that_of_the_others(make_ledger):
    place = make_ledger.place()
    first, second = make_ledger(place=place), make_ledger.open(place)
    second.append([report(1)])
    first.new_node(node="north-2")
    if make_ledger.kind == "sqlite":
        second = make_ledger.open(place)
    assert second.append([report(2)])[0].node == "north-2"
