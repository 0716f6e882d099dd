"""Conflicts: statements that several people have replaced by different ones, graded for a reviewer.

Each rival is compared with what it replaces, field by field, as ODK Central grades offline updates of an entity
(getodk/central-backend): soft where the rivals change different fields, hard where they change one field to different
values. The rules are on the page ``docs/formats/ledger-v1.md``, "Conflicts".
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from landrelease.record.canonical import canonical
from landrelease.record.entry import Entry
from landrelease.terms import ConflictGrade

if TYPE_CHECKING:
    from landrelease.record.ledger import Ledger
    from landrelease.record.standing import Standings

STATEMENT = "statement"
"""Field of a rival that puts no statement, or several, in the place of the one: it changes the statement as a whole."""
_GONE = b""
_OBJECT = b"{"

Path = tuple[str, ...]
Changes = Mapping[Path, bytes]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two or more supersessions of one statement: someone has to say which holds.

    Attributes
    ----------
    replaced
        Hash of the statement.
    supersessions
        Hashes of the supersessions, sorted.
    grade
        Hard where `fields` names any.
    fields
        What the rivals change to different values, as dotted paths such as ``body.depth_cm`` or ``valid``; sorted.
    changes
        What each of `supersessions` changes, whether or not another changes it too; sorted.
    """

    replaced: str
    supersessions: tuple[str, ...]
    grade: ConflictGrade
    fields: tuple[str, ...] = ()
    changes: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if (self.grade is ConflictGrade.HARD) != bool(self.fields) or len(self.changes) != len(self.supersessions):
            raise ValueError(f"inconsistent conflict about {self.replaced}")


def find_conflicts(standings: "Standings", look_up: Callable[[str], Entry] | None = None) -> list[Conflict]:
    """Return the statements with several supersessions that stand and put different statements in their place.

    Parameters
    ----------
    standings
        Where every statement stands.
    look_up
        Gives a statement with its body by hash; by default those that were judged, which must then hold their bodies.

    Returns
    -------
    list[Conflict]
        By hash of the statement; the same whatever the order of arrival.
    """
    read = look_up or standings.entry
    return [
        _graded(read(replaced), [(act.hash, _put_in_place(standings, act)) for act in rivals], read)
        for replaced, rivals in sorted(standings.rivals().items())
    ]


def conflicts_since(ledger: "Ledger", index: int) -> list[Conflict]:
    """Return the conflicts that entries from this index of the log on have brought: what a merge has to tell.

    Reads the whole log, without holding its content, where such an entry is an act; else only the entries from there.
    """
    from landrelease.record.fold import standings
    from landrelease.record.statements import ACTS

    if not any(entry.kind in ACTS for entry in ledger.slice(index, len(ledger))):
        return []
    now = find_conflicts(standings(ledger.log()), ledger.entry)
    log = (logged for logged in ledger.log() if logged.index < index)
    before = {(known.replaced, known.supersessions) for known in find_conflicts(standings(log), ledger.entry)}
    return [conflict for conflict in now if (conflict.replaced, conflict.supersessions) not in before]


def changes(replaced: Entry, by: Sequence[Entry]) -> Changes:
    """Return what statements put in the place of another change, by path; no bytes stand for a field left out.

    Compared are kind, subject, valid time, how and how reliably it is known, and the body. Who says it and when, where
    it was read, and what it cites are not: they say nothing about the ground.
    """
    if len(by) != 1:
        said = sorted(b"".join(map(b"%r=%b;".__mod__, sorted(_fields(entry).items()))) for entry in by)
        return {(STATEMENT,): b"\n".join(said) or b"none"}
    old, new = _fields(replaced), _fields(by[0])
    return {path: new.get(path, _GONE) for path in old.keys() | new.keys() if old.get(path) != new.get(path)}


def contested(rivals: Iterable[Changes]) -> tuple[str, ...]:
    """Return what rivals change to different values; a statement changed as a whole contradicts any other change."""
    values: defaultdict[Path, set[bytes]] = defaultdict(set)
    whole = fields = 0
    for rival in rivals:
        whole += (STATEMENT,) in rival
        fields += bool(rival) and (STATEMENT,) not in rival
        for path, value in rival.items():
            values[path].add(value)
    found = {path for path, said in values.items() if len(said) > 1}
    return _dotted(found | {(STATEMENT,)} if whole and fields else found)


def _graded(replaced: Entry, rivals: list[tuple[str, tuple[str, ...]]], read: Callable[[str], Entry]) -> Conflict:
    changed = {act: changes(replaced, list(map(read, by))) for act, by in sorted(rivals)}
    fields = contested(changed.values())
    grade = ConflictGrade.HARD if fields else ConflictGrade.SOFT
    return Conflict(replaced.hash, tuple(changed), grade, fields, tuple(_dotted(said) for said in changed.values()))


def _put_in_place(standings: "Standings", act: Entry) -> tuple[str, ...]:
    """What a supersession puts in place, as it stands now: each followed over its own single later versions."""
    return tuple(dict.fromkeys(standings.latest(by) for by in act.body["by"] if by in standings))


def _fields(entry: Entry) -> dict[Path, bytes]:
    valid = [entry.valid_from] if entry.valid_to is None else [entry.valid_from, entry.valid_to]
    known = {name: entry.source[name] for name in ("how_known", "reliability") if name in entry.source}
    said = {"kind": entry.kind, "subject": entry.subject, "valid": valid, "source": known, "body": dict(entry.body)}
    return dict(_leaves(said, ()))


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield every field with its canonical bytes. A list is one value; an object marks its own path as one."""
    if not isinstance(value, Mapping):
        yield path, canonical(value)
        return
    yield path, _OBJECT
    yield from chain.from_iterable(_leaves(item, (*path, name)) for name, item in value.items())


def _dotted(paths: Iterable[Path]) -> tuple[str, ...]:
    """Write paths for a reader; an object that has come or gone is named by its fields."""
    named = set(paths)
    outer = {path[:length] for path in named for length in range(len(path))}
    return tuple(sorted({".".join(path) for path in named - outer}))
