"""Writing a decided import in one transaction: statements, what they supersede and withdraw, reviews, the import."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from landrelease.errors import ErrorCode, fail
from landrelease.exchange.editions import imports_of, replacements, withdrawn
from landrelease.exchange.staging import Staging
from landrelease.i18n import _
from landrelease.progress import Progress, track
from landrelease.record.entry import Source, Statement
from landrelease.record.kinds import ImportRecorded, Supersession, Withdrawal
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
    reviewer
        Someone other than the author who accepts the statements; None leaves them pending.
    correction
        Whether the file is one of refused rows.
    imports
        Imports of the dataset when the file was compared with the record.
    """

    imported: ImportRecorded
    author: str
    organisation: str
    today: str
    reviewer: str | None = None
    correction: bool = False
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
        batch.put(_statement("import", recording, recording.imported, ()))


def _row_statement(recording: Recording, row: tuple[Any, ...]) -> Statement:
    _place, number, subject, kind, body, valid_from, valid_to, how_known, reliability = row
    source = Source(_HOW[how_known], _RELIABILITY[reliability], recording.imported.sha256, number)
    content: Mapping[str, Any] = json.loads(body)
    return Statement(kind, subject, content, valid_from, recording.author, recording.organisation, valid_to, source)


def _acts(staging: Staging, recording: Recording) -> Iterator[Statement]:
    reason = _("a later edition: {file}").format(file=recording.imported.file)
    for change in replacements(staging, correction=recording.correction):
        body = Supersession(replaced=list(change.replaced), by=list(change.by), reason=reason)
        yield _statement("supersession", recording, body, change.replaced + change.by, change.subject)
    gone = _("no longer in the edition {file}").format(file=recording.imported.file)
    for group in in_groups(withdrawn(staging), MOST_CITED):
        yield _statement("withdrawal", recording, Withdrawal(reason=gone), tuple(group))


def _put_reviews(batch: Batch, recording: Recording, entries: list[str]) -> None:
    if recording.reviewer is None:
        return
    reason = _("accepted at the import of {file}").format(file=recording.imported.file)
    for review in review_statements(
        entries, ReviewVerdict.ACCEPTED, recording.reviewer, recording.organisation, reason, recording.today
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
