"""What holds for every record: bytes, order of arrival, tampering."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from landrelease.errors import LandreleaseError
from landrelease.record.audit import audit
from landrelease.record.canonical import LARGEST, canonical, content_hash, parse
from landrelease.record.encoding import decode_entry, read_entry
from landrelease.record.entry import Entry, Logged, Statement
from landrelease.record.fold import fold
from landrelease.record.kinds import Supersession
from landrelease.record.ledger import Ledger
from landrelease.record.when import holds_on, is_span, upper_bound

TEXT = st.text(max_size=12)
VALUES = st.recursive(
    TEXT | st.booleans() | st.integers(-LARGEST, LARGEST),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_canonical_bytes_come_back(value):
    assert parse(canonical(value)) == value
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(TEXT, VALUES, min_size=2), st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(value, random):
    names = list(value)
    random.shuffle(names)
    assert canonical({name: value[name] for name in names}) == canonical(value)


@given(st.dictionaries(TEXT, st.integers(0, 9), min_size=2))
def test_members_are_in_the_order_of_utf_16(value):
    names = list(json.loads(canonical(value)))
    assert names == sorted(value, key=lambda name: name.encode("utf-16-be"))


@given(VALUES)
def test_escapes_are_those_of_the_standard_library(value):
    # the standard library escapes as RFC 8785 does; only its order of members differs
    assert sorted(canonical(value)) == sorted(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


@given(st.binary(max_size=60))
def test_bytes_from_anywhere_are_refused_or_canonical(content):
    try:
        value = parse(content)
    except LandreleaseError as refusal:
        assert refusal.codes == ("LR1003",)  # noqa: PT017
    else:
        assert canonical(value) == content


DAYS = st.dates().map(lambda day: day.isoformat())


@given(DAYS, DAYS, DAYS, st.sampled_from([4, 7, 10]), st.sampled_from([4, 7, 10]))
def test_days_hold_as_calendars_say(start, end, day, first, last):
    start, end = start[:first], end[:last]
    assume(is_span([start, end]))
    padded_start = (start + "-01-01")[:10]
    padded_end = end if last == 10 else end + "-99"
    assert holds_on("interval", start, end, day) == (padded_start <= day <= padded_end)
    assert holds_on("event", start, end, day) == (padded_start <= day)


@given(st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)), DAYS)
def test_a_day_bounds_its_own_times(moment, day):
    assert (moment <= upper_bound(day)) == (moment[:10] <= day)


# --- a small programme in which people report, review, replace and withdraw, in every way that the rules allow ---

PEOPLE = [("ann", "op"), ("eva", "op"), ("bob", "nc"), ("cem", "nc")]
WHO = st.sampled_from(PEOPLE)
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["report", "report", "team", "review", "review", "supersession", "withdrawal"]),
        WHO,
        st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True),
        st.sampled_from(["accepted", "returned", "rejected"]),
    ),
    min_size=3,
    max_size=22,
)


def statement(kind: str, who: tuple[str, str], cited: list[Entry], verdict: str, number: int) -> Statement:
    common = {"valid_from": "2026-08-11", "author": who[0], "organisation": who[1]}
    hashes = tuple(entry.hash for entry in cited)
    if kind == "report" or not cited:
        body = {"area": f"area:{number % 3}", "stage": "completion", "method": "manual_team"}
        return Statement("clearance.report", f"report:{number % 5}", body, **common)
    if kind == "team":
        return Statement("team", f"team:{number}", {"name": "t", "asset_kind": "machine", "people": 1}, **common)
    if kind == "review":
        return Statement("review", f"review:{number}", {"verdict": verdict}, cites=hashes, **common)
    if kind == "withdrawal":
        return Statement("withdrawal", f"withdrawal:{number}", {"reason": "r"}, cites=hashes, **common)
    body = Supersession(replaced=[hashes[0]], by=list(hashes[1:]), reason="r")
    return Statement("supersession", f"supersession:{number}", body, cites=hashes, **common)


def recorded(deeds) -> list[Logged]:
    with TemporaryDirectory() as folder, Ledger.create(Path(folder) / "l.sqlite") as ledger:
        with ledger.batch() as batch:
            entries: list[Entry] = []
            for number, (kind, who, places, verdict) in enumerate(deeds):
                places = dict.fromkeys(place % len(entries) for place in places) if entries else ()
                cited = [entries[place] for place in places]
                entries.append(batch.add(statement(kind, who, cited, verdict, number)))
        return list(ledger.log())


def arrival(log: list[Logged], draw) -> list[Logged]:
    """Any order in which every entry comes after what it cites."""
    left, came, order = list(log), set(), []
    while left:
        ready = [logged for logged in left if came.issuperset(logged.entry.cites)]
        chosen = draw(st.sampled_from(ready))
        left.remove(chosen)
        came.add(chosen.entry.hash)
        order.append(chosen)
    return order


@given(DEEDS, st.data(), st.integers(1, 2))
@settings(max_examples=120)
def test_any_order_of_independent_statements_gives_the_same_register(deeds, data, needed):
    log = recorded(deeds)
    one, other = fold(log, reviews_needed=needed), fold(arrival(log, data.draw), reviews_needed=needed)
    assert one == other
    assert one.entries() == other.entries()
    assert one.pending() == other.pending()
    assert one.counts() == other.counts()
    assert one.explain("area:1") == other.explain("area:1")


@given(DEEDS)
@settings(max_examples=80)
def test_nobody_makes_own_report_official(deeds):
    """Whatever one person does alone, none of that person's reports becomes official."""
    log = recorded([(kind, PEOPLE[0], places, verdict) for kind, _who, places, verdict in deeds])
    assert fold(log).entries("clearance.report") == []


ALONE = st.lists(
    st.tuples(
        st.sampled_from(["supersession", "withdrawal", "report", "team"]),
        st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True),
    ),
    min_size=15,
    max_size=25,
)


@given(ALONE)
@settings(max_examples=150)
def test_nobody_removes_an_official_report_alone(deeds):
    """From a register with official reports, one person's later deeds remove none that someone else accepted."""
    before = [("report", PEOPLE[0], [0], ""), ("report", PEOPLE[1], [0], ""), ("review", PEOPLE[2], [0, 1], "accepted")]
    register = fold(recorded(before + [(kind, PEOPLE[0], places, "") for kind, places in deeds]))
    official = {entry.subject for entry in register.entries("clearance.report")}
    assert {"report:0", "report:1"} <= official


@given(DEEDS)
@settings(max_examples=40)
def test_every_statement_has_one_standing_and_none_is_lost(deeds):
    log = recorded(deeds)
    register = fold(log)
    assert sum(sum(row.values()) for row in register.counts().values()) == len(log) == len(register)
    assert not {entry.hash for entry in register.pending()} & {entry.hash for entry in register.entries()}
    for logged in log:
        assert logged.entry in register.about(logged.entry.subject)


@given(DEEDS)
@settings(max_examples=40)
def test_entries_decode_to_what_was_stored(deeds):
    for logged in recorded(deeds):
        entry = logged.entry
        assert content_hash(entry.content) == entry.hash
        assert decode_entry(entry.content) == read_entry(entry.hash, entry.content) == entry


# --- one changed byte ---


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    """A ledger of 30 entries of two kinds without triggers, as someone with the file in hand would make it."""
    path = tmp_path_factory.mktemp("tamper") / "ledger.sqlite"
    deeds = [("report", PEOPLE[0], [0], ""), ("team", PEOPLE[0], [0], ""), ("review", PEOPLE[2], [0], "accepted")] * 10
    with Ledger.create(path) as ledger, ledger.batch() as batch:
        entries: list[Entry] = []
        for number, (kind, who, places, verdict) in enumerate(deeds):
            cited = [entries[place] for place in places if place < len(entries)]
            entries.append(batch.add(statement(kind, who, cited, verdict, number)))
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.commit()
    return path


@given(st.integers(1, 30), st.integers(0, 10**6), st.integers(1, 255))
@settings(max_examples=150)
def test_one_changed_byte_is_found_and_named(untouched, seq, place, change):
    with closing(sqlite3.connect(untouched)) as raw:
        entry_hash, content = raw.execute("SELECT hash, content FROM entry WHERE seq = ?", (seq,)).fetchone()
        changed = bytearray(content)
        changed[place % len(content)] ^= change
        raw.execute("UPDATE entry SET content = ? WHERE seq = ?", (bytes(changed), seq))
        raw.commit()
        with Ledger.open(untouched) as ledger:
            report = audit(ledger)
        raw.execute("UPDATE entry SET content = ? WHERE seq = ?", (content, seq))
        raw.commit()
    assert report.entries == 30
    assert report.first is not None
    assert [one.error.code for one in report.findings] == ["LR1018", "LR1178"]  # and the missing triggers
    details = report.first.details
    assert (details["hash"], details["index"], details["seq"]) == (entry_hash.hex(), seq - 1, seq)


COLUMNS = ["node", "kind", "subject", "valid_from", "recorded", "author", "organisation"]


@given(st.integers(1, 30), st.sampled_from(COLUMNS), TEXT)
@settings(max_examples=60)
def test_one_changed_column_is_found_and_named(untouched, seq, column, text):
    with closing(sqlite3.connect(untouched)) as raw:
        (before,) = raw.execute(f"SELECT {column} FROM entry WHERE seq = ?", (seq,)).fetchone()
        assume("\x00" not in text)
        assume(before != text)
        raw.execute(f"UPDATE entry SET {column} = ? WHERE seq = ?", (text, seq))
        raw.commit()
        with Ledger.open(untouched) as ledger:
            report = audit(ledger)
        raw.execute(f"UPDATE entry SET {column} = ? WHERE {column} = ? AND seq = ?", (before, text, seq))
        raw.commit()
    assert report.first is not None
    assert (report.first.error.code, report.first.details["seq"]) == ("LR1019", seq)
    assert column in report.first.what
