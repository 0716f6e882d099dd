"""Snapshots change no answer: whatever the history, the sizes at which they were made, the question, the damage."""

from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.histories import DAY_ONE, DEEDS, history

from landrelease.history import make_snapshots
from landrelease.land.accounts import build_accounts
from landrelease.record.asof.partial import PartialRegister
from landrelease.record.asof.snapshots import SnapshotCache, register_at
from landrelease.record.fold import fold
from landrelease.record.kinds import KINDS
from landrelease.record.ledger import Ledger
from landrelease.record.register import Register
from landrelease.simulate.clock import SimulatedClock
from landrelease.study import status_of

SIZES = st.sets(st.integers(1, 34), max_size=5)
BOUNDS = st.none() | st.integers(0, 40).map(lambda days: (DAY_ONE + timedelta(days=days)).date().isoformat())
VALID = st.none() | st.integers(1, 28).map(lambda day: f"2026-08-{day:02}")


@contextmanager
def ledger_and_cache():
    clock = SimulatedClock(DAY_ONE)
    with TemporaryDirectory() as folder, Ledger.create(Path(folder) / "l.sqlite", "n", clock) as ledger:
        yield ledger, SnapshotCache(Path(folder) / "cache"), clock


def assert_same(found: Register, expected: Register) -> None:
    assert (len(found), found.last_hash, found.counts()) == (len(expected), expected.last_hash, expected.counts())
    assert (found.conflicts, found.findings) == (expected.conflicts, expected.findings)
    assert found.pending() == expected.pending()
    for kind in KINDS:
        assert found.entries(kind, official=False) == expected.entries(kind, official=False)
        assert found.history(kind) == expected.history(kind)
    for entry in expected.entries(official=False):
        assert found.standing(entry.hash) is expected.standing(entry.hash)
        assert entry.hash in found
    same_status(found, expected)


def same_status(found: Register, expected: Register) -> None:
    """To the last digit, and land to the last corner."""
    ours, theirs = status_of(found), status_of(expected)
    for name in ("statements", "balance", "figures"):
        pd.testing.assert_frame_equal(getattr(ours, name), getattr(theirs, name), check_exact=True)
    assert ours.findings == theirs.findings
    built, anew = build_accounts(found), build_accounts(expected)
    assert list(built.plane_parts()) == list(anew.plane_parts())
    assert list(built.movements()) == list(anew.movements())
    pd.testing.assert_frame_equal(built.parts(), anew.parts(), check_exact=True)


@given(DEEDS, SIZES, st.lists(st.tuples(BOUNDS, VALID), min_size=1, max_size=3))
@settings(max_examples=40)
def test_snapshots_change_no_answer(deeds, sizes, questions):
    with ledger_and_cache() as (ledger, cache, clock):
        history(ledger, clock, deeds)
        made = make_snapshots(ledger, cache, sizes)
        assert made == len([size for size in sizes if size <= len(ledger)])
        for as_of, valid_on in questions:
            expected = fold(ledger.log(as_of), valid_on, reviews_needed=None)
            assert_same(register_at(ledger, cache, as_of, valid_on), expected)


@given(DEEDS, st.integers(1, 20), DEEDS)
@settings(max_examples=10)
def test_snapshots_made_one_after_another_are_those_made_at_once(before, size, after):
    with ledger_and_cache() as (ledger, cache, clock):
        history(ledger, clock, before)
        make_snapshots(ledger, cache, [min(size, len(ledger)), len(ledger)])
        known = len(ledger)
        history(ledger, clock, after)
        assert make_snapshots(ledger, cache, [known, len(ledger)]) == 1
        later = {path.name: path.read_bytes() for path in cache.folder.iterdir()}
        for path in cache.folder.iterdir():
            path.unlink()
        make_snapshots(ledger, cache, [known, len(ledger)])
        assert later.keys() == {path.name for path in cache.folder.iterdir()}
        assert_same(register_at(ledger, cache), fold(ledger.log(), reviews_needed=None))


@given(DEEDS, SIZES, st.data())
@settings(max_examples=20)
def test_damage_changes_no_answer(deeds, sizes, data):
    with ledger_and_cache() as (ledger, cache, clock):
        history(ledger, clock, deeds)
        make_snapshots(ledger, cache, {*sizes, len(ledger)})
        for path in sorted(cache.folder.iterdir()):
            content = bytearray(path.read_bytes())
            at = data.draw(st.integers(0, len(content) - 1))
            match data.draw(st.sampled_from(("delete", "cut", "flip", "swap", "leave"))):
                case "delete":
                    path.unlink()
                case "cut":
                    path.write_bytes(content[:at])
                case "flip":
                    content[at] ^= 1 << data.draw(st.integers(0, 7))
                    path.write_bytes(content)
                case "swap":
                    path.write_bytes(min(cache.folder.iterdir()).read_bytes())
        assert_same(register_at(ledger, cache), fold(ledger.log(), reviews_needed=None))


@given(DEEDS)
@settings(max_examples=8)
def test_what_needs_every_statement_is_told_from_a_fold_of_all(deeds):
    with ledger_and_cache() as (ledger, cache, clock):
        done = history(ledger, clock, deeds)
        make_snapshots(ledger, cache, [len(done) // 2])
        found, expected = register_at(ledger, cache), fold(ledger.log(), reviews_needed=None)
        for subject in {entry.subject for entry in done}:
            assert found.about(subject) == expected.about(subject)
            assert found.explain(subject) == expected.explain(subject)
        assert found == expected


@given(DEEDS)
@settings(max_examples=8)
def test_a_snapshot_at_hand_is_used(deeds):
    with ledger_and_cache() as (ledger, cache, clock):
        history(ledger, clock, [deed for deed in deeds if deed[0] != "profile"])
        if len(ledger):
            make_snapshots(ledger, cache, [len(ledger) // 2 + 1])
            assert isinstance(register_at(ledger, cache), PartialRegister)
