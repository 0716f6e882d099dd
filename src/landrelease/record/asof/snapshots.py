"""Snapshots: what the fold and the engines made of the first lines of a log, kept in files beside the record.

A snapshot is only a cache. It is found by the number of lines, the hashes of all of them, the trusted root and the
program that made it; a file that is damaged, foreign or of another program is passed over. Deleting any of them
changes no answer, only how long it takes.
"""

import hashlib
import io
import os
import time
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import shapely

import landrelease
from landrelease.i18n import current_language
from landrelease.record.asof.acts import Acts
from landrelease.record.asof.columns import Arrays, packed_findings, packed_json, read_findings, read_json
from landrelease.record.asof.increment import Prefix, advance, nothing
from landrelease.record.asof.partial import Origin, PartialRegister
from landrelease.record.asof.reader import LogReader
from landrelease.record.conflicts import Conflict
from landrelease.record.entry import Logged
from landrelease.record.fold import fold
from landrelease.record.in_force import chosen_profile
from landrelease.record.ledger import Ledger
from landrelease.record.register import Register
from landrelease.record.signing.trust import KEY_KINDS, Signed, Trust
from landrelease.record.when import upper_bound
from landrelease.terms import ConflictGrade

FOLDER = "cache"
"""Folder of a workspace that holds its snapshots."""
MOST = 64
"""Snapshots of one log: about half as many bytes as the log, and seconds for what lies between two of them."""
_LEAST_STEP = 1_000
_ABANDONED_S = 3600.0
"""Age of a draft that nobody writes any more."""
_MAGIC = b"landrelease snapshot 1\n"
_SUFFIX = ".snapshot"
_MADE_BY = ("record", "land", "geo", "profile", "terms.py", "errors.py")
"""What the content of a snapshot depends on."""
_ACTS = ("act", "statement", "role", "removal")
_COLUMNS = ("kinds", "standings", "valid_from", "valid_to")


@dataclass(frozen=True)
class Snapshot:
    """The fold of the first lines of a log, and what each engine kept of its work on them."""

    prefix: Prefix
    kept: Mapping[str, Arrays]


class SnapshotCache:
    """A folder of snapshots.

    Parameters
    ----------
    folder
        Made when the first snapshot is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sizes(self) -> set[int]:
        """Numbers of lines of which there may be a snapshot."""
        return {int(size) for path in self._paths() if (size := path.name.partition("-")[0]).isdecimal()}

    def holds(self, size: int, name: str) -> bool:
        """Whether there is a file for these lines; it may be damaged."""
        return self._path(size, name).is_file()

    def read(self, size: int, name: str) -> Snapshot | None:
        """Return the snapshot of the lines that `names` named; None where there is none that is whole."""
        try:
            content = self._path(size, name).read_bytes()
        except OSError:
            return None
        head, payload = content[: len(_MAGIC) + 32], content[len(_MAGIC) + 32 :]
        if head != _MAGIC + hashlib.sha256(payload).digest():
            return None
        try:
            with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
                return _unpacked({key: arrays[key] for key in arrays.files})
        except (ValueError, LookupError, TypeError, AttributeError, EOFError, zipfile.BadZipFile, zlib.error):
            return None  # its checksum is right, and it is no snapshot: only a cache, so that nothing is lost

    def write(self, name: str, snapshot: Snapshot) -> None:
        """Write a snapshot whole or not at all."""
        self.folder.mkdir(exist_ok=True)
        payload = _zipped(packed(snapshot))
        path = self._path(snapshot.prefix.size, name)
        draft = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with draft.open("wb") as stream:
                stream.write(_MAGIC + hashlib.sha256(payload).digest() + payload)
                stream.flush()
                os.fsync(stream.fileno())
            with suppress(FileNotFoundError):  # another run tidied up; whoever asks does without
                draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def keep_only(self, names: Mapping[int, str]) -> None:
        """Delete the snapshots of other lines, and drafts that a crash left; fresh ones may be another run's."""
        kept = {self._path(size, name) for size, name in names.items()}
        drafts = filter(_abandoned, self.folder.glob(f"*{_SUFFIX}.*.new"))
        for path in (*self._paths(), *drafts):
            if path not in kept:
                path.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        return list(self.folder.glob(f"*{_SUFFIX}"))

    def _path(self, size: int, name: str) -> Path:
        return self.folder / f"{size:010d}-{name[:32]}{_SUFFIX}"


def _abandoned(draft: Path) -> bool:
    try:
        return time.time() - draft.stat().st_mtime > _ABANDONED_S
    except OSError:
        return False


def wanted_sizes(size: int) -> list[int]:
    """Numbers of lines of which snapshots are kept: evenly spaced, at most `MOST`, and all that there are.

    The step doubles when there are too many, so that half of those made before stay.
    """
    step = _LEAST_STEP
    while size // step >= MOST:
        step *= 2
    return sorted({*range(step, size + 1, step), size} - {0})


def names(ledger: Ledger, sizes: Iterable[int]) -> dict[int, str]:
    """Name the first lines of a log, for each of these numbers of lines, after everything that their fold follows from.

    Notes
    -----
    Reads the hashes of all lines once: two logs with the same last entry may hold others in another order. The language
    counts too, because findings carry words.
    """
    found: dict[int, str] = {}
    wanted = sorted(set(sizes))
    digest = hashlib.sha256(f"{made_by()} {ledger.root} {current_language()}".encode())
    start = 0
    for size in wanted:
        for entry_hash in ledger.store.hashes(start, size):
            digest.update(entry_hash)
        found[size], start = digest.hexdigest(), size
    return found


@cache
def made_by() -> str:
    """Hash of the program that makes snapshots, as far as their content depends on it."""
    root = Path(landrelease.__file__).parent
    sources = sorted(
        path for name in _MADE_BY for path in ([root / name] if "." in name else (root / name).rglob("*.py"))
    )
    digest = hashlib.sha256(f"{landrelease.__version__} {shapely.geos_version} {np.__version__}".encode())
    for path in sources:
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def register_at(
    ledger: Ledger, cache: SnapshotCache, received_by: str | None = None, valid_on: str | None = None
) -> Register:
    """Fold a ledger as `landrelease.record.fold.fold` does with the profile in force, from the nearest snapshot.

    Raises
    ------
    LandreleaseError
        As `fold`.
    """
    fold((), valid_on)  # refuses what is no date
    size = ledger.store.size() if received_by is None else ledger.store.size_at(upper_bound(received_by))
    near = sorted((known for known in cache.sizes() if 0 < known <= size), reverse=True)
    named = names(ledger, near)
    for known in near:
        if not cache.holds(known, named[known]) or not same_trust(ledger, known, size):
            continue
        snapshot = cache.read(known, named[known])
        if snapshot is not None and (register := _from(snapshot, ledger, size, valid_on)) is not None:
            return register
    return fold(ledger.log(received_by), valid_on, reviews_needed=None)


def _from(snapshot: Snapshot, ledger: Ledger, size: int, valid_on: str | None) -> PartialRegister | None:
    """A register from a snapshot; None where another number of reviewers is needed by now."""
    register = taken_further(snapshot, ledger, size, valid_on)
    return register if reviews_needed(register) == snapshot.prefix.needed else None


def taken_further(
    snapshot: Snapshot, ledger: Ledger, size: int, valid_on: str | None = None, trusted: int | None = None
) -> PartialRegister:
    """Return the register of the first lines of a log, from a snapshot of fewer.

    Parameters
    ----------
    trusted
        Number of lines up to which revocations are known; by default `size`.
    """
    reader, prefix = LogReader(ledger, size), snapshot.prefix
    step = advance(prefix, logged(ledger, prefix.size, size, trusted), reader)

    def whole() -> Register:
        return fold(logged(ledger, 0, size), valid_on, prefix.needed)

    return PartialRegister(step, Origin(reader, prefix.size, snapshot.kept, whole), valid_on)


def begin(needed: int = 1) -> Snapshot:
    """Return the snapshot of no lines."""
    return Snapshot(nothing(needed), {})


def reviews_needed(register: PartialRegister) -> int:
    """How many reviewers the profile in force asks for, as `fold` finds it."""
    return chosen_profile(register.official_with("profile", 1), register.valid_on).release.reviews_needed


def logged(ledger: Ledger, start: int, stop: int, trusted: int | None = None) -> Iterator[Logged]:
    """Yield lines of a log with the trust of those who know it up to `trusted`, by default up to `stop`."""
    trust = Trust.of(_key_statements(ledger, trusted or stop), ledger.root)
    for at, (received, entry) in enumerate(LogReader(ledger, stop).between(start, stop), start):
        yield Logged(at, received, entry, trust.revoked(entry.node, entry.seq) is not None)


def same_trust(ledger: Ledger, known: int, size: int) -> bool:
    """Tell whether no entry became void, or counts again, by what arrived between two numbers of lines."""
    if known in (0, size):
        return True
    before, now = _key_statements(ledger, known), _key_statements(ledger, size)
    if len(before) == len(now):
        return True
    return not any(Trust.of(each, ledger.root).revocations for each in (before, now))


def _key_statements(ledger: Ledger, size: int) -> list[Signed]:
    reader = LogReader(ledger, size)
    lines = sorted(line for kind in KEY_KINDS for line in ledger.store.lines(0, size, kind))
    return [Signed(entry, line.signature) for line, entry in zip(lines, reader.checked(lines), strict=True)]


def packed(snapshot: Snapshot) -> Arrays:
    """Return a snapshot as the arrays of its file."""
    prefix = snapshot.prefix
    facts = {
        "needed": prefix.needed,
        "findings": [[key[0], *packed_findings([found])[0]] for key, found in prefix.findings.items()],
        "conflicts": [
            [each.replaced, each.supersessions, each.grade.value, each.fields, each.changes]
            for each in prefix.conflicts.values()
        ],
    }
    return {
        "facts": packed_json(facts),
        **{f"prefix/{name}": getattr(prefix, name) for name in _COLUMNS},
        **{f"acts/{name}": getattr(prefix.acts, name) for name in _ACTS},
        **{f"kept/{engine}/{name}": array for engine, kept in snapshot.kept.items() for name, array in kept.items()},
    }


def _unpacked(arrays: Arrays) -> Snapshot:
    facts = read_json(arrays["facts"])
    findings = {(place, code): read_findings([[code, details]])[0] for place, code, details in facts["findings"]}
    conflicts = [
        Conflict(replaced, tuple(acts), ConflictGrade(grade), tuple(fields), tuple(map(tuple, changes)))
        for replaced, acts, grade, fields, changes in facts["conflicts"]
    ]
    columns = {name: arrays[f"prefix/{name}"] for name in _COLUMNS}
    acts = Acts(*(arrays[f"acts/{name}"] for name in _ACTS))
    kept: dict[str, dict[str, np.ndarray]] = {}
    for key in arrays:
        if key.startswith("kept/"):
            _kept, engine, name = key.split("/")
            kept.setdefault(engine, {})[name] = arrays[key]
    return Snapshot(
        Prefix(
            needed=facts["needed"], acts=acts, findings=findings, conflicts={each.replaced: each for each in conflicts},
            **columns,
        ),
        kept,
    )  # fmt: skip


def _zipped(arrays: Arrays) -> bytes:
    """Arrays as an npz file, packed quickly: most of it are coordinates, which do not get smaller."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
    return stream.getvalue()
