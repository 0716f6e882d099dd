"""Snapshots of a ledger: which are made and kept, when they are used, keys that are revoked, the commands."""

import hashlib
import io
import json
import os
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.samples.histories import DAY_ONE
from tests.samples.nodes import carry
from tests.samples.trust import key
from typer.testing import CliRunner

from landrelease.cli import app
from landrelease.errors import LandreleaseError
from landrelease.history import make_snapshots
from landrelease.i18n import language
from landrelease.record.asof import snapshots
from landrelease.record.asof.partial import PartialRegister
from landrelease.record.asof.snapshots import SnapshotCache, names, register_at, same_trust, wanted_sizes
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.record.signing.keyring import grant_key, revoke_key
from landrelease.record.workspace import Workspace
from landrelease.simulate.clock import SimulatedClock
from landrelease.terms import KeyRole, Standing


def organisation(number: int) -> Statement:
    return Statement("organisation", f"organisation:{number}", {"name": "O"}, "2026-01-01", "amina", "o")


def review(cited: str, author: str) -> Statement:
    return Statement("review", f"entry:{cited}", {"verdict": "accepted"}, "2026-08-03", author, "nc", cites=(cited,))


def accident(number: int) -> Statement:
    return Statement("accident", f"accident:{number}", {"kind": "mine", "killed": 1}, "2026-08-02", "amina", "o")


@pytest.fixture
def clock():
    return SimulatedClock(DAY_ONE)


@pytest.fixture
def cache(tmp_path):
    return SnapshotCache(tmp_path / "cache")


@pytest.fixture
def ledger(tmp_path, clock):
    with Ledger.create(tmp_path / "l.sqlite", "n", clock) as made:
        made.append(map(organisation, range(10)))
        yield made


def from_snapshot(ledger: Ledger, cache: SnapshotCache, as_of: str | None = None) -> bool:
    found, expected = register_at(ledger, cache, as_of), fold(ledger.log(as_of), reviews_needed=None)
    assert (found.counts(), found.findings, found.last_hash) == (
        expected.counts(), expected.findings, expected.last_hash,
    )  # fmt: skip
    return isinstance(found, PartialRegister)


# --- which are made and kept ---


@pytest.mark.parametrize(
    ("size", "step"), [(1, 1_000), (999, 1_000), (63_999, 1_000), (64_000, 2_000), (1_000_000, 16_000)]
)
def test_snapshots_are_evenly_spaced_and_few(size, step):
    wanted = wanted_sizes(size)
    assert wanted == sorted({*range(step, size + 1, step), size})
    assert len(wanted) <= snapshots.MOST


def test_of_an_empty_log_there_is_none(tmp_path, cache):
    with Ledger.create(tmp_path / "empty.sqlite", "n") as empty:
        assert make_snapshots(empty, cache) == 0
        assert len(register_at(empty, cache)) == 0


def test_what_is_kept_is_not_made_again_and_what_is_not_wanted_goes(ledger, cache):
    assert make_snapshots(ledger, cache, [3, 7]) == 2
    assert make_snapshots(ledger, cache, [3, 7, 9]) == 1
    assert make_snapshots(ledger, cache) == 1
    assert cache.sizes() == {10}


def test_a_damaged_snapshot_is_made_again(ledger, cache):
    make_snapshots(ledger, cache)
    path = next(cache.folder.iterdir())
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert not from_snapshot(ledger, cache)
    assert make_snapshots(ledger, cache) == 1
    assert cache.read(10, names(ledger, [10])[10]) is not None
    assert from_snapshot(ledger, cache)


@pytest.mark.parametrize(
    "name", ["x.snapshot", "10.snapshot", "0000000010-zz.snapshot", "99-a.snapshot", "0-.snapshot"]
)
def test_foreign_files_are_passed_over(ledger, cache, name):
    cache.folder.mkdir()
    (cache.folder / name).write_bytes(b"what is this")
    assert not from_snapshot(ledger, cache)
    make_snapshots(ledger, cache)
    assert from_snapshot(ledger, cache)
    assert not (cache.folder / name).exists()


def npz(**arrays):
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


@pytest.mark.parametrize("payload", [
    b"what is this", b"PK\x03\x04", npz(a=np.zeros(3)), npz(facts=np.zeros(3)),
    npz(facts=np.array([{}], dtype=object)), npz(facts=np.frombuffer(b"[1]", np.uint8)),
], ids=["text", "cut", "others", "numbers", "pickled", "list"])  # fmt: skip
def test_a_forged_snapshot_with_its_checksum_is_passed_over(cache, payload):
    path = cache._path(1, "0" * 64)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(snapshots._MAGIC + hashlib.sha256(payload).digest() + payload)
    assert cache.read(1, "0" * 64) is None


def test_a_crash_leaves_no_half_snapshot(ledger, cache, monkeypatch):
    def fail(_descriptor):
        raise OSError("disk full")

    monkeypatch.setattr(snapshots.os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        make_snapshots(ledger, cache)
    assert list(cache.folder.iterdir()) == []
    assert not from_snapshot(ledger, cache)


@pytest.mark.parametrize(("age_s", "stays"), [(0, True), (86_400, False)])
def test_drafts_of_a_crash_go_and_those_of_another_run_stay(ledger, cache, age_s, stays):
    cache.folder.mkdir()
    draft = cache.folder / "0000000009-ab.snapshot.1.new"
    draft.write_bytes(b"half")
    at = draft.stat().st_mtime - age_s
    os.utime(draft, (at, at))
    make_snapshots(ledger, cache)
    assert draft.exists() == stays


def test_a_draft_that_another_run_took_away_is_done_without(ledger, cache, monkeypatch):
    def tidied_up(_descriptor):
        for draft in cache.folder.glob("*.new"):
            draft.unlink()

    monkeypatch.setattr(snapshots.os, "fsync", tidied_up)
    make_snapshots(ledger, cache)
    assert list(cache.folder.iterdir()) == []
    assert not from_snapshot(ledger, cache)


def test_a_cancelled_run_leaves_those_that_were_made(ledger, cache):
    class Stop(Exception):  # noqa: N818
        pass

    class Cancelled:
        def begin(self, title, total=None):
            pass

        def advance(self, amount=1):
            raise Stop

        def end(self):
            pass

    with pytest.raises(Stop):
        make_snapshots(ledger, cache, [2, 5], Cancelled())
    assert cache.sizes() <= {2, 5}
    assert make_snapshots(ledger, cache, [2, 5]) >= 1
    assert from_snapshot(ledger, cache)


# --- what a snapshot stands for ---


def test_a_log_in_another_order_has_other_snapshots(tmp_path, ledger, cache):
    """A backup that was restored and merged in another order may end with the same entry."""
    with Ledger.create(tmp_path / "m.sqlite", "m") as other:
        other.append([organisation(20)])
        carry(ledger, other)
        assert names(ledger, [10]) != names(other, [11])
        reordered = names(other, [10, 11])
    with Ledger.create(tmp_path / "k.sqlite", "k") as third:
        carry(ledger, third)
        with Ledger.open(tmp_path / "m.sqlite") as other:
            carry(other, third)
        assert len(third) == 11
        assert names(third, [11])[11] != reordered[11]


def test_another_program_or_language_has_other_snapshots(ledger, cache, monkeypatch):
    make_snapshots(ledger, cache)
    with language("fr"):
        assert not from_snapshot(ledger, cache)
    monkeypatch.setattr(snapshots, "made_by", lambda: "a later program")
    assert not from_snapshot(ledger, cache)


def test_a_date_that_is_none_is_refused_as_without_snapshots(ledger, cache):
    make_snapshots(ledger, cache)
    for as_of, valid_on in (("soon", None), (None, "2026-13-01"), (None, "2026-08")):
        with pytest.raises(LandreleaseError) as error:
            register_at(ledger, cache, as_of, valid_on)
        assert error.value.codes == ("LR9001",)


def test_the_nearest_snapshot_before_the_date_is_taken(ledger, cache, clock):
    make_snapshots(ledger, cache)
    clock.now += timedelta(days=1)
    ledger.append([organisation(11)])
    assert from_snapshot(ledger, cache, "2026-08-01")
    assert from_snapshot(ledger, cache)
    assert len(register_at(ledger, cache, "2026-08-01")) == 10
    assert not from_snapshot(ledger, cache, "2026-07-31")


# --- keys that are revoked ---


@pytest.fixture
def centre(tmp_path, clock):
    """A centre's ledger with entries of the node north, whose key it has granted."""
    root = key(0).public.hex
    with (
        Ledger.create(tmp_path / "c.sqlite", "c", clock, signer=key(0)) as made,
        Ledger.create(tmp_path / "north.sqlite", "north", clock, signer=key(1), root=root) as north,
    ):
        grant_key(made, key(1).public, KeyRole.NODE, "north")
        first, second = north.append([accident(1), accident(2)])
        north.append([review(first.hash, "cem"), review(second.hash, "cem")])
        carry(north, made)
        yield made


def test_a_revocation_makes_earlier_entries_void_also_where_a_snapshot_counted_them(centre, cache, clock):
    make_snapshots(centre, cache, range(1, len(centre) + 1))
    assert from_snapshot(centre, cache)
    clock.now += timedelta(days=1)
    before = len(centre)
    revoke_key(centre, key(1).public, "stolen", from_seq=3)
    assert not same_trust(centre, before, len(centre))
    assert not from_snapshot(centre, cache)
    assert from_snapshot(centre, cache, "2026-08-01")  # what was known before it came is as it was
    assert register_at(centre, cache).counts()["accident"] == {Standing.PENDING: 1, Standing.REVOKED: 1}


def test_after_a_revocation_snapshots_are_made_anew_and_used(centre, cache, clock):
    make_snapshots(centre, cache, range(1, len(centre) + 1))
    clock.now += timedelta(days=1)
    known = len(centre)
    revoke_key(centre, key(1).public, "stolen", from_seq=3)
    assert make_snapshots(centre, cache, [known, len(centre)]) == 1
    centre.append([accident(9)])
    assert from_snapshot(centre, cache)
    assert from_snapshot(centre, cache, "2026-08-01")
    assert "LR1076" in [finding.error.code for finding in register_at(centre, cache).findings]


def test_later_acts_on_void_entries_are_judged_as_in_a_fold(centre, cache, clock):
    void = next(logged.entry for logged in centre.log(kind="accident") if logged.entry.seq == 3)
    revoke_key(centre, key(1).public, "stolen", from_seq=3)
    make_snapshots(centre, cache)
    centre.append([review(void.hash, "dan"), review(void.hash, "eva")])
    assert from_snapshot(centre, cache)
    assert register_at(centre, cache).standing(void.hash) is Standing.REVOKED


def test_more_keys_without_a_revocation_leave_snapshots_of_use(centre, cache):
    make_snapshots(centre, cache)
    grant_key(centre, key(2).public, KeyRole.NODE, "south")
    assert from_snapshot(centre, cache)


# --- the commands ---


def test_commands_answer_the_same_with_and_without(tmp_path):
    folder = tmp_path / "w"
    with Workspace.create(folder) as made:
        first, *_rest = made.ledger.append(map(accident, range(5)))
        made.ledger.append([review(first.hash, "cem")])
    run = CliRunner().invoke
    without = run(app, ["status", str(folder), "--json"])
    assert run(app, ["snapshot", str(folder)]).exit_code == 0
    assert [path.suffix for path in Path(folder / "cache").iterdir()] == [".snapshot"]
    with_one = run(app, ["status", str(folder), "--json"])
    assert (without.exit_code, without.stdout) == (0, with_one.stdout)
    assert json.loads(with_one.stdout)["statements"]


def test_a_checkpoint_brings_a_snapshot(tmp_path, monkeypatch):
    monkeypatch.setenv("LANDRELEASE_PASSPHRASE", "several words here")
    folder = tmp_path / "w"
    with Workspace.create(folder, passphrase="several words here") as made:
        made.ledger.append(map(accident, range(3)))
        size = len(made.ledger)
    assert CliRunner().invoke(app, ["checkpoint", "make", str(folder)]).exit_code == 0
    assert SnapshotCache(folder / "cache").sizes() == {size}


# --- both databases ---


def test_snapshots_answer_on_both_databases(make_ledger, cache, clock):
    ledger = make_ledger("n", clock=clock)
    for number in range(6):
        clock.now += timedelta(days=1)
        made = ledger.append([accident(number)])[0]
        ledger.append([review(made.hash, "cem"), review(made.hash, "dan")])
    assert make_snapshots(ledger, cache, [5, 11]) == 2
    assert [from_snapshot(ledger, cache, f"2026-08-0{day}") for day in (2, 3, 5, 7)] == [False, True, True, True]
    assert from_snapshot(ledger, cache)
