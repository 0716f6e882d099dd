"""Editions of a dataset: what of a new file is unchanged, changed, new or gone, against what the ledger holds.

Rows are matched as multisets: look-alikes are legitimate, so the third of three equal rows matches the third of three
equal statements. The statements that replaced one another for one row are a slot. More than one of a slot can stand: an
official one, and changes of it that wait for a review. A file matches at most one statement of a slot; what else of it
stands gives way. Within one key, what is left on both sides is a change: the new statements supersede the old ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from landrelease.exchange.staging import Staging
from landrelease.record.entry import Entry
from landrelease.record.ledger import Ledger
from landrelease.record.people import same_person

_MATCH_EQUAL = """
UPDATE fresh SET held = h.id FROM
  (SELECT id, stem, digest, row_number() OVER (PARTITION BY stem, digest ORDER BY id) AS n FROM fresh) f
  JOIN (SELECT id, stem, digest, row_number() OVER (PARTITION BY stem, digest ORDER BY pending, id) AS n FROM held
        WHERE fate IS NULL) h USING (stem, digest, n)
WHERE fresh.id = f.id
"""
_ONE_OF_A_SLOT = """
UPDATE fresh SET held = NULL FROM
  (SELECT h.id, row_number() OVER (PARTITION BY h.slot ORDER BY h.pending, h.id) AS n
   FROM held h JOIN fresh ON fresh.held = h.id) m
WHERE fresh.held = m.id AND m.n > 1
"""
_REST_OF_A_SLOT = """
UPDATE held SET kept = u.id, fate = CASE WHEN held.id < u.id THEN 'giving way' ELSE 'outdated' END
FROM (SELECT id, slot FROM held WHERE fate = 'unchanged') u WHERE held.slot = u.slot AND held.fate IS NULL
"""
_OPEN = "(fate IS NULL OR fate = 'refuted') AND slot NOT IN (SELECT slot FROM held WHERE fate = 'unchanged')"
_MATCH_CORRECTIONS = f"""
INSERT INTO pair SELECT min(f.id), h.slot FROM fresh f
JOIN (SELECT * FROM held WHERE {_OPEN}) h ON h.file = f.corrects_file AND h.row = f.corrects_row
WHERE f.held IS NULL GROUP BY h.slot
"""
_OPEN_SLOTS = f"""
INSERT INTO open_slot
SELECT stem, row_number() OVER (PARTITION BY stem ORDER BY max(live) DESC, min(id)), slot FROM held
WHERE {_OPEN} GROUP BY stem, slot
"""
_MATCH_CHANGED = """
INSERT INTO pair SELECT f.id, open_slot.slot FROM
  (SELECT id, stem, row_number() OVER (PARTITION BY stem ORDER BY id) AS n FROM fresh WHERE held IS NULL) f
  CROSS JOIN open_slot USING (stem, n)
"""
_TAKE_SUBJECTS = """
UPDATE fresh SET subject = h.subject
FROM pair JOIN (SELECT slot, subject, max(id) FROM held WHERE fate IS NULL OR fate = 'refuted' GROUP BY slot) h
  USING (slot)
WHERE fresh.id = pair.fresh
"""
_REPLACE = """
UPDATE held SET fate = 'replaced', fresh = pair.fresh FROM pair
WHERE pair.slot = held.slot AND (held.fate IS NULL OR held.fate = 'refuted')
"""
_REPLACE_REST_OF_KEY = """
UPDATE held SET fate = 'replaced', fresh = f.id
FROM (SELECT stem, max(id) AS id FROM fresh WHERE held IS NULL GROUP BY stem) f
WHERE f.stem = held.stem AND held.fate IS NULL
"""
_WITHDRAW = """
UPDATE held SET fate = 'withdrawn' WHERE fate IS NULL AND slot IN
  (SELECT slot FROM (SELECT slot, valid_from, max(id) FROM held WHERE fate IS NULL GROUP BY slot)
   WHERE valid_from BETWEEN (SELECT min(valid_from) FROM fresh) AND (SELECT max(valid_from) FROM fresh))
"""
_NUMBER_SUBJECTS = """
UPDATE fresh SET subject = stem || ':' || n FROM (
  SELECT f.id AS id, coalesce(m.last, 0) + row_number() OVER (PARTITION BY f.stem ORDER BY f.id) AS n
  FROM fresh f LEFT JOIN (SELECT stem, max(number) AS last FROM held GROUP BY stem) m USING (stem)
  WHERE f.held IS NULL AND f.subject IS NULL AND f.numbered) numbers
WHERE fresh.id = numbers.id
"""
_REPLACEMENTS = """
SELECT f.id, f.subject, f.entry, h.entry FROM held h JOIN fresh f ON f.id = h.fresh
LEFT JOIN pair ON pair.fresh = f.id WHERE h.fate = 'replaced' ORDER BY f.id, h.slot IS NOT pair.slot, h.id
"""
_UNLED = """
SELECT k.subject, h.entry, k.entry, k.pending, k.author FROM held h JOIN held k ON k.id = h.kept
WHERE h.fate = 'giving way' AND h.heir IS NOT k.entry ORDER BY h.id
"""
_STANDING_UNTIL_REVIEW = "SELECT count(DISTINCT slot) FROM held WHERE live AND NOT free AND fate IN"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a file stands to what its dataset holds, in statements; those of one slot count once.

    Attributes
    ----------
    withdrawn
        Rows that are gone, and changes that wait for a review although the file says what was official before.
    gone
        Rows that are gone.
    gone_kept
        Statements that the file does not have and that stay: it is no complete edition, or they lie outside its period.
    awaiting
        Replaced and withdrawn statements that stand until someone accepts that.
    """

    unchanged: int = 0
    added: int = 0
    replaced: int = 0
    withdrawn: int = 0
    gone: int = 0
    gone_kept: int = 0
    awaiting: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Replacement:
    """Statements that give way, and those that take their place."""

    subject: str
    replaced: tuple[str, ...]
    by: tuple[str, ...]


def imports_of(ledger: Ledger, dataset: str) -> list[Entry]:
    """Return the recorded imports of a dataset."""
    return [logged.entry for logged in ledger.log(kind="import") if logged.entry.body["dataset"] == dataset]


def compare(staging: Staging, *, complete: bool, correction: bool, accepted: bool = True) -> Comparison:
    """Decide the fate of every staged row and every held statement.

    Parameters
    ----------
    complete
        Whether what the file does not have, within the period that it covers, is to be withdrawn.
    correction
        Whether the file is one of refused rows: each row supersedes the one statement that it corrects.
    accepted
        Whether enough reviewers accept the import in its own transaction.
    """
    held = staging.one("SELECT count(DISTINCT slot) FROM held WHERE fate IS NULL")
    staging.run(_MATCH_EQUAL)
    staging.run(_ONE_OF_A_SLOT)
    staging.run("UPDATE held SET fate = 'unchanged' WHERE id IN (SELECT held FROM fresh)")
    staging.run(_REST_OF_A_SLOT)
    _match_changed(staging, correction=correction)
    if complete:
        staging.run(_WITHDRAW)
    staging.run("UPDATE fresh SET subject = stem WHERE held IS NULL AND NOT numbered")
    staging.run(_NUMBER_SUBJECTS)
    return _count(staging, held, accepted=accepted)


def _match_changed(staging: Staging, *, correction: bool) -> None:
    staging.run(_OPEN_SLOTS)
    staging.run(_MATCH_CORRECTIONS if correction else _MATCH_CHANGED)
    staging.run(_TAKE_SUBJECTS)
    staging.run(_REPLACE)
    if not correction:
        staging.run(_REPLACE_REST_OF_KEY)


def _count(staging: Staging, held: int, *, accepted: bool) -> Comparison:
    fates = dict(staging.run("SELECT fate, count(DISTINCT slot) FROM held WHERE live GROUP BY fate").fetchall())
    changed = staging.one("SELECT count(*) FROM pair WHERE slot IN (SELECT slot FROM held WHERE live)")
    gone, outdated = fates.get("withdrawn", 0), fates.get("outdated", 0)
    return Comparison(
        unchanged=fates.get("unchanged", 0),
        added=staging.one("SELECT count(*) FROM fresh WHERE held IS NULL") - changed,
        replaced=fates.get("replaced", 0),
        withdrawn=gone + outdated,
        gone=gone,
        gone_kept=fates.get(None, 0),
        awaiting=0 if accepted else staging.one(f"{_STANDING_UNTIL_REVIEW} ('replaced', 'withdrawn', 'outdated')"),
        held=held,
    )


def replacements(staging: Staging) -> Iterator[Replacement]:
    """Yield what gives way to what, once the new statements have their hashes."""
    for _fresh, group in groupby(staging.pages(_REPLACEMENTS), key=itemgetter(0)):
        members = list(group)
        subject, new = members[0][1:3]
        yield Replacement(subject, tuple(old for *_new, old in members), (new,))


def successions(staging: Staging, reviewer: str | None) -> Iterator[Replacement]:
    """Yield what the file confirms as the place of an older statement without a supersession that stands."""
    for subject, old, new, pending, author in staging.pages(_UNLED):
        if not pending or (reviewer is not None and not same_person(author, reviewer)):
            yield Replacement(subject, (old,), (new,))


def confirmed(staging: Staging, reviewer: str | None) -> Iterator[str]:
    """Yield the pending statements that the file repeats and that this reviewer, if there is one, may accept."""
    if reviewer is None:
        return
    for entry, author in staging.pages("SELECT entry, author FROM held WHERE fate = 'unchanged' AND pending"):
        if not same_person(author, reviewer):
            yield entry


def withdrawn(staging: Staging) -> Iterator[tuple[bool, str]]:
    """Yield the statements to withdraw: whether that takes effect at once, and the hash; those that wait first."""
    for free, entry in staging.pages(
        "SELECT free, entry FROM held WHERE fate IN ('withdrawn', 'outdated') ORDER BY free, id"
    ):
        yield bool(free), entry


def stale(staging: Staging) -> Iterator[str]:
    """Yield the withdrawals by earlier editions that still wait for a review: a complete edition proposes anew."""
    for (entry,) in staging.pages("SELECT entry FROM stale"):
        yield entry


def last_day(staging: Staging, table: str) -> str | None:
    """Return the latest first day of the staged or the held statements."""
    condition = "" if table == "fresh" else " WHERE fate IS NULL"
    day: str | None = staging.one(f"SELECT max(valid_from) FROM {table}{condition}")
    return day
