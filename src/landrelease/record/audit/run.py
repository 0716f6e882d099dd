"""The audit's one pass over the log, and what is checked after it."""

from collections.abc import Iterable, Iterator, Mapping

from landrelease.errors import ErrorCode, Finding, LandreleaseError, Severity
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.audit.blobs import BlobCheck
from landrelease.record.audit.dependents import dependents_of
from landrelease.record.audit.entries import EntryCheck
from landrelease.record.audit.kept import begin_log_check, check_kept
from landrelease.record.audit.report import AuditReport, Tally
from landrelease.record.audit.signatures import SignatureCheck, Signatures
from landrelease.record.audit.speakers import SpeakerCheck
from landrelease.record.audit.waiting import check_held
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import LogCheck, origin_of
from landrelease.record.stores import Guarded, Row


def audit(
    ledger: Ledger,
    progress: Progress = SILENT,
    *,
    signatures: Signatures = Signatures.ALL,
    checkpoints: Mapping[str, str] | None = None,
    further: Iterable[Finding] = (),
) -> AuditReport:
    """Check all that can be checked of a ledger from its own files, and from checkpoints that lay elsewhere.

    Parameters
    ----------
    ledger
        An open ledger.
    signatures
        Which signatures are computed again.
    checkpoints
        Signed checkpoints of this log: name of the file and its text.
    further
        Findings of checks elsewhere, such as `landrelease.history.check_snapshots`; drawn after the log was read.

    Returns
    -------
    AuditReport
        With every finding; the audit itself does not stop at an error, except where the file cannot be read.

    Notes
    -----
    Time grows with the number of entries; 32 bytes an entry are held.
    """
    auditor = _Auditor(ledger, progress, signatures, checkpoints or {})
    try:
        auditor.read_log()
        auditor.tally.note(auditor.beside())
        auditor.tally.note(further)
    except LandreleaseError as error:
        auditor.tally.note(error.findings[:1])
    except (TypeError, ValueError, AttributeError) as error:  # SQLite lets the owner of a file put anything anywhere
        auditor.tally.note([Finding(ErrorCode.LEDGER_CORRUPT, {"path": ledger.store.name, "problem": error})])
    finally:
        auditor.signatures.cancel()
    return auditor.report()


class _Auditor:
    """The checks under way."""

    def __init__(
        self, ledger: Ledger, progress: Progress, signatures: Signatures, checkpoints: Mapping[str, str]
    ) -> None:
        self.ledger, self.progress = ledger, progress
        self.tally, self.entries, self.blobs = Tally(), EntryCheck(), BlobCheck()
        self.signatures = SignatureCheck(signatures)
        self._given, self.tree, self._compared = checkpoints, LogCheck(), 0

    def read_log(self) -> None:
        """Take every line of the log."""
        self._compared = len(self.ledger.store.kept(origin_of(self.ledger.node))) + len(self._given)
        findings, self.tree = begin_log_check(self.ledger, self._given)
        self.tally.note(findings)
        self.speakers = SpeakerCheck(self.ledger)
        for row in track(self.ledger.store.rows(), self.progress, _("Auditing the ledger"), len(self.ledger)):
            self._take(row)
        self.tally.note(self.signatures.end())
        self.tally.note(self.speakers.end())
        self.tally.note(self.tree.end())

    def beside(self) -> Iterator[Finding]:
        """Check what lies beside the log."""
        store = self.ledger.store
        for entry_hash in store.unlogged():
            yield Finding(ErrorCode.ENTRY_NOT_LOGGED, {"hash": entry_hash, "index": "-"})
        yield from check_kept(self.ledger)
        yield from check_held(store.held(), self.entries.heads, self.entries.seen)
        yield from self.blobs.end(self.ledger, self.progress)
        if isinstance(store, Guarded) and (missing := store.guards()):
            yield Finding(ErrorCode.GUARDS_MISSING, {"path": store.name, "guards": ", ".join(missing)})

    def report(self) -> AuditReport:
        """Sum up, and follow what depends on the first error."""
        counts, entries, findings = self.tally.counts, self.entries, self.tally.findings()
        first = next((finding for finding in findings if finding.severity is Severity.ERROR), None)
        dependents = dependents_of(self.ledger, first, self.progress) if first else None
        return AuditReport(
            entries=entries.entries, nodes=len(entries.heads), head=entries.last,
            root=self.tree.state(origin_of(self.ledger.node)).root.hex(), findings=findings,
            errors=counts[Severity.ERROR], warnings=counts[Severity.WARNING], notes=counts[Severity.NOTE],
            signed=self.signatures.signed, verified=self.signatures.verified, blobs=self.blobs.hashed,
            checkpoints=self._compared, agreed=self.tree.agreed, dependents=dependents,
        )  # fmt: skip

    def _take(self, row: Row) -> None:
        if type(row.received) is not str:
            row = row._replace(received="")  # earlier than anything, and so named by the check of entries
        members = self.entries.take(row)
        self.tally.note(self.entries.problems)
        self.tree.take(bytes.fromhex(row.hash), row.received)
        if members is None:
            return
        signed = self.speakers.take(row, members)
        self.tally.note(self.speakers.problems)
        self.blobs.take(row, members, self.speakers.void)
        if signed is not None:
            self.tally.note(self.signatures.take(signed))
