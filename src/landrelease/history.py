"""Snapshots of a record with what the engines made of it, so that questions about any date are answered quickly."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from shapely.errors import GEOSException

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.i18n import _
from landrelease.land import figures, saved
from landrelease.land.accounts import Accounts, build_accounts
from landrelease.land.said import Library
from landrelease.progress import SILENT, Progress, track
from landrelease.record.asof.partial import PartialRegister
from landrelease.record.asof.reader import LogReader
from landrelease.record.asof.snapshots import (
    FOLDER,
    Snapshot,
    SnapshotCache,
    begin,
    names,
    packed,
    reviews_needed,
    same_trust,
    taken_further,
    wanted_sizes,
)
from landrelease.record.in_force import profile_in_force
from landrelease.record.ledger import Ledger
from landrelease.record.workspace import Workspace

CHUNK = 50_000
"""Lines that are held at once while snapshots are made."""


def cache_of(workspace: Workspace) -> SnapshotCache:
    """Return the snapshots of a workspace."""
    return SnapshotCache(Path(workspace.path) / FOLDER)


def make_snapshots(
    ledger: Ledger, cache: SnapshotCache, sizes: Iterable[int] | None = None, progress: Progress = SILENT
) -> int:
    """Make the snapshots that are missing, in one pass over the log, and delete those that are not wanted.

    Parameters
    ----------
    sizes
        Numbers of lines; by default as many as are kept of a log of this length (`wanted_sizes`).

    Returns
    -------
    int
        Number of snapshots made.

    Notes
    -----
    Holds the accounts of land, some bytes for every line, and `CHUNK` lines at once.
    """
    wanted = sorted(wanted_sizes(len(ledger)) if sizes is None else {size for size in sizes if 0 < size <= len(ledger)})
    named = names(ledger, wanted)
    state, made = _State(begin(), None), 0
    for size in track(wanted, progress, _("Making snapshots"), len(wanted)):
        if (known := cache.read(size, named[size]) if cache.holds(size, named[size]) else None) is not None:
            state = _State(known, None)
            continue
        state, made = _further(state, ledger, size), made + 1
        cache.write(named[size], state.snapshot)
    cache.keep_only(named)
    return made


def check_snapshots(ledger: Ledger, cache: SnapshotCache, progress: Progress = SILENT) -> Iterator[Finding]:
    """Replay the log and compare every snapshot with what comes out, for the audit.

    Yields
    ------
    Finding
        LR1179 for a snapshot that says something else; LR1180 for those that are passed over anyway.

    Notes
    -----
    Takes as long as making the snapshots, and as much space on the disk for that time.
    """
    sizes = sorted(cache.sizes())
    named = names(ledger, [size for size in sizes if 0 < size <= len(ledger)])
    passed_over = [size for size in sizes if size not in named]
    with TemporaryDirectory() as folder:
        replayed = SnapshotCache(Path(folder) / FOLDER)
        make_snapshots(ledger, replayed, named, progress)
        for size, name in track(named.items(), progress, _("Comparing snapshots"), len(named)):
            found, expected = (each.read(size, name) if each.holds(size, name) else None for each in (cache, replayed))
            if found is None or expected is None:
                passed_over.append(size)
            elif not _same(found, expected, ledger):
                yield Finding(ErrorCode.SNAPSHOT_DIFFERS, {"size": size, "folder": cache.folder})
    if passed_over:
        details = {"count": len(passed_over), "size": passed_over[0], "folder": cache.folder}
        yield Finding(ErrorCode.SNAPSHOTS_PASSED_OVER, details)


def _same(found: Snapshot, expected: Snapshot, ledger: Ledger) -> bool:
    """Tell whether two snapshots of the same lines answer alike; the order of their tables may differ."""
    try:
        return _standings_of(found) == _standings_of(expected) and _answers(found, ledger) == _answers(expected, ledger)
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, LandreleaseError, GEOSException):
        return False  # nothing that this program wrote


def _standings_of(snapshot: Snapshot) -> dict[str, bytes]:
    return {key: array.tobytes() for key, array in packed(snapshot).items() if not key.startswith("kept/")}


def _answers(snapshot: Snapshot, ledger: Ledger) -> tuple[object, ...]:
    register = taken_further(snapshot, ledger, snapshot.prefix.size)
    accounts, table = build_accounts(register), figures.figures(register)
    return list(accounts.plane_parts()), list(accounts.movements()), list(accounts.findings), table.to_csv()


@dataclass(frozen=True)
class _State:
    """A snapshot, and the accounts of land that it holds as arrays, where they have been made."""

    snapshot: Snapshot
    accounts: Accounts | None


def _further(state: _State, ledger: Ledger, size: int) -> _State:
    """Take a snapshot further; begin anew where what arrived changes what counted before."""
    if not same_trust(ledger, state.snapshot.prefix.size, size):
        state = _State(begin(state.snapshot.prefix.needed), None)
    state, needed = _in_chunks(state, ledger, size)
    if needed != state.snapshot.prefix.needed:
        state, _needed = _in_chunks(_State(begin(needed), None), ledger, size)
    assert state.accounts is not None
    reader = LogReader(ledger, size)
    land = saved.save(state.accounts, Library(reader.at, reader.place))
    return replace(state, snapshot=replace(state.snapshot, kept={**state.snapshot.kept, saved.ENGINE: land}))


def _in_chunks(state: _State, ledger: Ledger, size: int) -> tuple[_State, int]:
    """Take a snapshot further; returns it without the accounts as arrays, and how many reviewers are needed by now."""
    start = state.snapshot.prefix.size
    for stop in (*range(start + CHUNK, size, CHUNK), size):
        register = taken_further(state.snapshot, ledger, stop, trusted=size)
        accounts, before = _accounts(state, register), state.snapshot.prefix.size
        later = ((place, entry) for place, entry in register.changed() if place >= before)
        table = figures.save_figures(state.snapshot.kept.get(figures.ENGINE), later)
        state = _State(Snapshot(register.prefix, {figures.ENGINE: table}), accounts)
    return state, reviews_needed(register)


def _accounts(state: _State, register: PartialRegister) -> Accounts:
    profile = profile_in_force(register)
    if state.accounts is None or state.accounts.profile != profile:
        return build_accounts(register, profile)
    saved.take_further(state.accounts, register)
    return state.accounts
