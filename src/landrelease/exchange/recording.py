"""Writing a decided import in one transaction: statements, what they supersede and withdraw, reviews, the import."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, TypeVar

from landrelease.errors import ErrorCode, fail
from landrelease.exchange.editions import confirmed, imports_of, replacements, stale, successions, withdrawn
from landrelease.exchange.staging import Staging
from landrelease.i18n import _
from landrelease.progress import Progress, track
from landrelease.record.entry import Source, Statement
from landrelease.record.keeping import ImportRecorded
from landrelease.record.kinds import Supersession, Withdrawal
from landrelease.record.ledger import Batch, Ledger
from landrelease.record.review import MOST_CITED, review_statements
from landrelease.terms import HowKnown, Reliability, ReviewVerdict

_HOW = {term.value: term for term in HowKnown}
_RELIABILITY = {term.value: term for term in Reliability}
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Recording:
    """Who records what, for all statements of one import.

    Attributes
    ----------
    reviewer, reviewer_organisation
        Someone other than the author who accepts the statements, and for whom; None leaves them pending.
    complete
        Whether the file is a complete edition.
    imports
        Imports of the dataset when the file was compared with the record.
    """

    imported: ImportRecorded
    author: str
    organisation: str
    today: str
    reviewer: str | None = None
    reviewer_organisation: str = ""
    complete: bool = False
    imports: int = 0

    @property
    def subject(self) -> str:
        """Subject of the statements about the import itself."""
        return f"import:{self.imported.dataset}"


def record(ledger: Ledger, staging: Staging, recording: Recording, progress: Progress) -> None:
    """Write everything in one transaction.

    Raises
    ------
    LandreleaseError
        LR2052 where another import of the dataset came in since the file was compared with the record.
    """
    total = staging.one("SELECT count(*) FROM fresh WHERE held IS NULL")
    with ledger.batch() as batch:
        if len(imports_of(ledger, recording.imported.dataset)) != recording.imports:
            raise fail(ErrorCode.IMPORT_OVERTAKEN, dataset=recording.imported.dataset)
        rows = track(staging.fresh(), progress, _("Recording statements"), total)
        put = ((batch.put(_row_statement(recording, row))[0], row[0]) for row in rows)
        for entries in in_groups(put, MOST_CITED):
            staging.database.executemany("UPDATE fresh SET entry = ? WHERE id = ?", entries)
            _put_reviews(batch, recording, [entry for entry, _place in entries])
        for acts in in_groups(_acts(staging, recording), MOST_CITED):
            # What came in by review goes out by review.
            _put_reviews(batch, recording, [batch.put(act)[0] for act in acts])
        for accepted in in_groups(confirmed(staging, recording.reviewer), MOST_CITED):
            _put_reviews(batch, recording, accepted)
        batch.put(_statement("import", recording, recording.imported, ()))


def accept(ledger: Ledger, entries: Iterable[str], recording: Recording) -> None:
    """Accept statements that an earlier import of the same file left pending, in one transaction."""
    with ledger.batch() as batch:
        _put_reviews(batch, recording, list(entries))


def _row_statement(recording: Recording, row: tuple[Any, ...]) -> Statement:
    _place, number, subject, kind, body, valid_from, valid_to, how_known, reliability = row
    source = Source(_HOW[how_known], _RELIABILITY[reliability], recording.imported.sha256, number)
    content: Mapping[str, Any] = json.loads(body)
    return Statement(kind, subject, content, valid_from, recording.author, recording.organisation, valid_to, source)


def _acts(staging: Staging, recording: Recording) -> Iterator[Statement]:
    reason = _("a later edition: {file}").format(file=recording.imported.file)
    for change in chain(replacements(staging), successions(staging, recording.reviewer)):
        body = Supersession(replaced=list(change.replaced), by=list(change.by), reason=reason)
        yield _statement("supersession", recording, body, change.replaced + change.by, change.subject)
    if recording.complete:
        again = _("proposed anew by the edition {file}").format(file=recording.imported.file)
        yield from _withdrawals(stale(staging), recording, again)
    gone = _("no longer in the edition {file}").format(file=recording.imported.file)
    # Apart, so that what waits for a review can be taken back as a whole.
    for _free, group in groupby(withdrawn(staging), key=itemgetter(0)):
        yield from _withdrawals((entry for _at_once, entry in group), recording, gone)


def _withdrawals(entries: Iterable[str], recording: Recording, reason: str) -> Iterator[Statement]:
    for group in in_groups(entries, MOST_CITED):
        yield _statement("withdrawal", recording, Withdrawal(reason=reason), tuple(group))


def _put_reviews(batch: Batch, recording: Recording, entries: list[str]) -> None:
    if recording.reviewer is None:
        return
    reason = _("accepted at the import of {file}").format(file=recording.imported.file)
    for review in review_statements(
        entries, ReviewVerdict.ACCEPTED, recording.reviewer, recording.reviewer_organisation, reason, recording.today
    ):
        batch.put(review)


def _statement(kind: str, recording: Recording, body: Any, cites: tuple[str, ...], subject: str = "") -> Statement:
    source = Source(file=recording.imported.sha256)
    return Statement(
        kind, subject or recording.subject, body, recording.today, recording.author, recording.organisation,
        source=source, cites=cites,
    )  # fmt: skip


def in_groups(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Yield the items in lists of at most `size`."""
    group: list[Item] = []
    for item in items:
        group.append(item)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
