"""What a dataset holds in the record, each statement with its standing, staged for the comparison with a new file."""

from collections.abc import Iterable, Iterator, Sequence

from landrelease.exchange.editions import imports_of
from landrelease.exchange.staging import Staging
from landrelease.record.entry import Entry, Logged
from landrelease.record.fold import standings
from landrelease.record.ledger import Ledger
from landrelease.record.standing import Standings
from landrelease.terms import Standing

LIVE = (Standing.OFFICIAL, Standing.PENDING)


def load_held(
    staging: Staging, ledger: Ledger, kinds: Sequence[str], author: str, organisation: str, reviews_needed: int = 1
) -> int:
    """Stage everything that earlier imports of the dataset brought, and where it stands.

    Parameters
    ----------
    author, organisation
        Who imports: of what is pending they may dispose at once where it is theirs.
    reviews_needed
        How many different people must accept a statement.

    Returns
    -------
    int
        Number of those imports.

    Notes
    -----
    The log is read once. What is held in memory is one small record for each entry of the ledger, without its body
    (`landrelease.record.fold.standings`), and only where the dataset was imported before.
    """
    imports = imports_of(ledger, staging.dataset)
    if imports:
        sources = {entry.body["sha256"] for entry in imports}
        found = standings(_set_aside(staging, ledger.log(), kinds, sources), reviews_needed)
        _judge(staging, found, author, organisation)
        staging.database.executemany("INSERT INTO stale VALUES (?)", _stale(found, f"import:{staging.dataset}"))
    return len(imports)


def waiting(ledger: Ledger, sha256: str, kinds: Sequence[str], reviews_needed: int = 1) -> list[Entry]:
    """Return the statements that came from a file and wait for a review, without their bodies."""
    found = standings(ledger.log(), reviews_needed)
    wanted = {*kinds, "supersession", "withdrawal"}
    return [
        entry
        for entry in found.entries()
        if entry.source.get("file") == sha256 and entry.kind in wanted and found[entry] is Standing.PENDING
    ]


def _set_aside(staging: Staging, log: Iterable[Logged], kinds: Sequence[str], sources: set[str]) -> Iterator[Logged]:
    for logged in log:
        if logged.entry.kind in kinds and logged.entry.source.get("file") in sources:
            staging.hold([logged.entry])
        yield logged


def _judge(staging: Staging, found: Standings, author: str, organisation: str) -> None:
    slots, heirs = _chains(found)
    rows = staging.run("SELECT id, entry FROM held").fetchall()
    staging.database.executemany(
        "UPDATE held SET fate = ?, live = ?, pending = ?, free = ?, slot = ?, heir = ? WHERE id = ?",
        (
            (
                *_state(found, entry, led=entry in heirs),
                found.may_remove(found.entry(entry), author, organisation),
                slots.get(entry, entry),
                heirs.get(entry),
                place,
            )
            for place, entry in rows
        ),
    )


def _state(found: Standings, entry_hash: str, *, led: bool) -> tuple[str | None, bool, bool]:
    """Fate before the comparison, live, pending.

    A statement that was returned or rejected, or withdrawn before anyone accepted it, is not repeated. But a reviewer
    may accept it yet, so that it is to be superseded by what takes its place, where nothing has done that before.
    """
    standing, entry = found.of(entry_hash), found.entry(entry_hash)
    if standing in LIVE:
        return None, True, standing is Standing.PENDING
    withdrawn_pending = standing is Standing.WITHDRAWN and found.may_remove(entry, entry.author, entry.organisation)
    if standing in (Standing.REJECTED, Standing.RETURNED) or (withdrawn_pending and not led):
        return "refuted", False, False
    return "gone before", False, False


def _chains(found: Standings) -> tuple[dict[str, str], dict[str, str]]:
    """Return the slot of each statement that replaced another, and the heir of each that a standing act replaces."""
    slots: dict[str, str] = {}
    heirs: dict[str, str] = {}
    for act, stands in found.supersessions():
        if len(act.body["by"]) == 1:
            [by], replaced = act.body["by"], act.body["replaced"]
            slots.setdefault(by, slots.get(replaced[0], replaced[0]))
            if stands:
                heirs.update(dict.fromkeys(replaced, by))
    return slots, heirs


def _stale(found: Standings, subject: str) -> Iterator[tuple[str]]:
    """Yield the withdrawals of the dataset's imports of which nothing has taken effect yet."""
    for entry in found.entries():
        waits = (entry.kind, entry.subject) == ("withdrawal", subject) and found[entry] is Standing.PENDING
        if waits and all(found.of(target) in LIVE for target in entry.cites):
            yield (entry.hash,)
