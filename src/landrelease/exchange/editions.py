"""Editions of a dataset: what of a new file is unchanged, changed, new or gone, against what the ledger holds.

Rows are matched as multisets: look-alikes are legitimate, so the third of three equal rows matches the third of three
equal statements. Within one key, what is left on both sides is a change: the new statements supersede the old ones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from landrelease.exchange.staging import Staging
from landrelease.record.entry import Entry
from landrelease.record.ledger import Ledger

_MATCH_EQUAL = """
INSERT INTO pair SELECT f.id, h.id FROM
  (SELECT id, stem, digest, row_number() OVER (PARTITION BY stem, digest ORDER BY id) AS n FROM fresh) f
  JOIN (SELECT id, stem, digest, row_number() OVER (PARTITION BY stem, digest ORDER BY id) AS n FROM held
        WHERE fate IS NULL) h USING (stem, digest, n)
"""
_MATCH_CORRECTIONS = """
INSERT INTO pair SELECT f.id, h.id FROM fresh f JOIN held h ON h.file = f.corrects_file AND h.row = f.corrects_row
WHERE f.held IS NULL AND h.fate IS NULL
"""
_MATCH_CHANGED = """
INSERT INTO pair SELECT f.id, h.id FROM
  (SELECT id, stem, row_number() OVER (PARTITION BY stem ORDER BY id) AS n FROM fresh WHERE held IS NULL) f
  JOIN (SELECT id, stem, row_number() OVER (PARTITION BY stem ORDER BY id) AS n FROM held WHERE fate IS NULL) h
  USING (stem, n)
"""
_TAKE_SUBJECTS = """
UPDATE fresh SET subject = h.subject FROM pair JOIN held h ON h.id = pair.held WHERE fresh.id = pair.fresh
"""
_NUMBER_SUBJECTS = """
UPDATE fresh SET subject = stem || ':' || n FROM (
  SELECT f.id AS id, coalesce(m.last, 0) + row_number() OVER (PARTITION BY f.stem ORDER BY f.id) AS n
  FROM fresh f LEFT JOIN (SELECT stem, max(number) AS last FROM held GROUP BY stem) m USING (stem)
  WHERE f.held IS NULL AND f.subject IS NULL AND f.numbered) numbers
WHERE fresh.id = numbers.id
"""
_GROUPS = """
SELECT f.stem, f.entry, NULL, NULL FROM fresh f WHERE f.held IS NULL
  AND f.stem IN (SELECT stem FROM held WHERE fate = 'replaced')
UNION ALL SELECT h.stem, NULL, h.entry, h.subject FROM held h WHERE fate = 'replaced' ORDER BY 1
"""
_CORRECTED = """
SELECT f.id, f.entry, h.entry, h.subject FROM pair JOIN fresh f ON f.id = pair.fresh JOIN held h ON h.id = pair.held
ORDER BY f.id
"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a file stands to what its dataset holds, in statements.

    Attributes
    ----------
    gone_kept
        Statements that the file does not have and that stay: it is no complete edition, or they lie outside its period.
    """

    unchanged: int
    added: int
    replaced: int
    withdrawn: int
    gone_kept: int
    held: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """Statements that give way, and those that take their place."""

    subject: str
    replaced: tuple[str, ...]
    by: tuple[str, ...]


def load_held(staging: Staging, ledger: Ledger, kinds: Sequence[str]) -> int:
    """Stage everything that earlier imports of the dataset brought and that still stands.

    Returns
    -------
    int
        Number of those imports.
    """
    imports = imports_of(ledger, staging.dataset)
    if imports:
        _stage_held(staging, ledger, kinds, {entry.body["sha256"] for entry in imports})
    return len(imports)


def imports_of(ledger: Ledger, dataset: str) -> list[Entry]:
    """Return the recorded imports of a dataset."""
    return [entry for entry in _entries(ledger, "import") if entry.body["dataset"] == dataset]


def _stage_held(staging: Staging, ledger: Ledger, kinds: Sequence[str], sources: set[str]) -> None:
    for kind in kinds:
        staging.hold(entry for entry in _entries(ledger, kind) if entry.source.get("file") in sources)
    staging.drop(entry for act in _entries(ledger, "supersession") for entry in act.body["replaced"])
    staging.drop(entry for act in _entries(ledger, "withdrawal") for entry in act.cites)
    staging.run("UPDATE held SET fate = 'gone before' WHERE entry IN (SELECT entry FROM gone)")


def _entries(ledger: Ledger, kind: str) -> Iterator[Entry]:
    return (logged.entry for logged in ledger.log(kind=kind))


def compare(staging: Staging, *, complete: bool, correction: bool) -> Comparison:
    """Decide the fate of every staged row and every held statement.

    Parameters
    ----------
    complete
        Whether what the file does not have, within the period that it covers, is to be withdrawn.
    correction
        Whether the file is one of refused rows: each row supersedes the one statement that it corrects.
    """
    held = staging.one("SELECT count(*) FROM held WHERE fate IS NULL")
    if held:
        staging.run(_MATCH_EQUAL)
        staging.run("UPDATE fresh SET held = pair.held FROM pair WHERE pair.fresh = fresh.id")
        staging.run("UPDATE held SET fate = 'unchanged' WHERE id IN (SELECT held FROM pair)")
        staging.run("DELETE FROM pair")
        _match_changed(staging, correction=correction)
        if complete:
            _mark_withdrawn(staging)
    staging.run("UPDATE fresh SET subject = stem WHERE held IS NULL AND NOT numbered")
    staging.run(_NUMBER_SUBJECTS)
    return _count(staging, held)


def _match_changed(staging: Staging, *, correction: bool) -> None:
    staging.run(_MATCH_CORRECTIONS if correction else _MATCH_CHANGED)
    staging.run(_TAKE_SUBJECTS)
    replaced = (
        "id IN (SELECT held FROM pair)" if correction else "stem IN (SELECT stem FROM fresh WHERE fresh.held IS NULL)"
    )
    staging.run(f"UPDATE held SET fate = 'replaced' WHERE fate IS NULL AND {replaced}")


def _mark_withdrawn(staging: Staging) -> None:
    staging.run(
        "UPDATE held SET fate = 'withdrawn' WHERE fate IS NULL AND valid_from BETWEEN"
        " (SELECT min(valid_from) FROM fresh) AND (SELECT max(valid_from) FROM fresh)"
    )


def _count(staging: Staging, held: int) -> Comparison:
    fates = dict(staging.run("SELECT fate, count(*) FROM held GROUP BY fate").fetchall())
    changed = staging.one("SELECT count(*) FROM pair")
    return Comparison(
        unchanged=fates.get("unchanged", 0),
        added=staging.one("SELECT count(*) FROM fresh WHERE held IS NULL") - changed,
        replaced=fates.get("replaced", 0),
        withdrawn=fates.get("withdrawn", 0),
        gone_kept=fates.get(None, 0),
        held=held,
    )


def replacements(staging: Staging, *, correction: bool) -> Iterator[Replacement]:
    """Yield what gives way to what, once the new statements have their hashes."""
    if correction:
        for _place, entry, old, subject in staging.pages(_CORRECTED):
            yield Replacement(subject, (old,), (entry,))
        return
    for stem, group in groupby(staging.pages(_GROUPS), key=itemgetter(0)):
        members = list(group)
        old = [(entry, subject) for _stem, _new, entry, subject in members if entry]
        subject = old[0][1] if len(old) == 1 else stem
        yield Replacement(
            subject, tuple(entry for entry, _subject in old), tuple(new for _s, new, _e, _n in members if new)
        )


def withdrawn(staging: Staging) -> Iterator[str]:
    """Yield the hashes of the statements to withdraw."""
    for (entry,) in staging.pages("SELECT entry FROM held WHERE fate = 'withdrawn' ORDER BY id"):
        yield entry


def last_day(staging: Staging, table: str) -> str | None:
    """Return the latest first day of the staged or the held statements."""
    condition = "" if table == "fresh" else " WHERE fate IS NULL"
    day: str | None = staging.one(f"SELECT max(valid_from) FROM {table}{condition}")
    return day
