"""The audit's one pass over the log, and what is checked after it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from landrelease.errors import ErrorCode, Finding, LandreleaseError, Severity
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.audit.blobs import BlobCheck
from landrelease.record.audit.entries import EntryCheck
from landrelease.record.audit.report import AuditReport, Tally
from landrelease.record.audit.signatures import SignatureCheck, Signatures
from landrelease.record.audit.waiting import check_held
from landrelease.record.ledger import Ledger
from landrelease.record.stores import Guarded, Row


def audit(ledger: Ledger, progress: Progress = SILENT, *, signatures: Signatures = Signatures.ALL) -> AuditReport:
    """Check all that can be checked of a ledger from its own files.

    Parameters
    ----------
    ledger
        An open ledger.
    signatures
        Which signatures are computed again.

    Returns
    -------
    AuditReport
        With every finding; the audit itself does not stop at an error, except where the file cannot be read.
    """
    auditor = _Auditor(ledger, progress, SignatureCheck(signatures))
    try:
        auditor.read_log()
        auditor.read_rest()
    except LandreleaseError as error:
        auditor.tally.note(error.findings[:1])
    finally:
        auditor.signatures.cancel()
    return auditor.report()


@dataclass(slots=True)
class _Auditor:
    """The checks under way."""

    ledger: Ledger
    progress: Progress
    signatures: SignatureCheck
    tally: Tally = field(default_factory=Tally)
    entries: EntryCheck = field(default_factory=EntryCheck)
    blobs: BlobCheck = field(default_factory=BlobCheck)

    def read_log(self) -> None:
        """Take every line of the log."""
        for row in track(self.ledger.store.rows(), self.progress, _("Auditing the ledger"), len(self.ledger)):
            self._take(row)
        self.tally.note(self.signatures.end())

    def read_rest(self) -> None:
        """Check what lies beside the log."""
        self.tally.note(self._beside())

    def report(self) -> AuditReport:
        """Sum up, and follow what depends on the first error."""
        counts, entries = self.tally.counts, self.entries
        return AuditReport(
            entries=entries.entries, nodes=len(entries.heads), head=entries.last, findings=self.tally.findings(),
            errors=counts[Severity.ERROR], warnings=counts[Severity.WARNING], notes=counts[Severity.NOTE],
            signed=self.signatures.signed, verified=self.signatures.verified, blobs=self.blobs.hashed,
        )  # fmt: skip

    def _take(self, row: Row) -> None:
        members = self.entries.take(row)
        self.tally.note(self.entries.problems)
        if members is not None:
            self.blobs.take(row, members, False)

    def _beside(self) -> Iterator[Finding]:
        store = self.ledger.store
        for entry_hash in store.unlogged():
            yield Finding(ErrorCode.ENTRY_NOT_LOGGED, {"hash": entry_hash, "index": "-"})
        yield from check_held(store.held(), self.entries.heads, self.entries.seen)
        yield from self.blobs.end(store, self.progress)
        if isinstance(store, Guarded) and (missing := store.guards()):
            yield Finding(ErrorCode.GUARDS_MISSING, {"path": store.name, "guards": ", ".join(missing)})
