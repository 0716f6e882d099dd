"""Importing a file: read, map, validate, list the findings, then write statements in one transaction, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from landrelease.errors import ErrorCode, Finding, LandreleaseError, Severity
from landrelease.exchange.editions import Comparison, compare, confirmed, last_day
from landrelease.exchange.findings import Collector, Summary
from landrelease.exchange.holdings import load_held, waiting
from landrelease.exchange.mapping import Mapping, load_mapping
from landrelease.exchange.proposal import Proposal, Reading, Row
from landrelease.exchange.recording import Recording, accept, record
from landrelease.exchange.refused import write_refused
from landrelease.exchange.registry import Format, find_format
from landrelease.exchange.staging import CORRECTS_FILE, Staging
from landrelease.exchange.territory import with_territory
from landrelease.exchange.textfile import sha256_of
from landrelease.i18n import _
from landrelease.profile import Profile, load_profile
from landrelease.progress import SILENT, Progress
from landrelease.record.entry import Entry
from landrelease.record.keeping import ImportRecorded
from landrelease.record.ledger import Ledger
from landrelease.record.people import same_person
from landrelease.record.review import check_review
from landrelease.record.when import utc_now

ProposalCheck = Callable[[Proposal], list[Finding]]
"""What a caller finds in the statement that a row proposes."""

LARGEST_LOSS = 0.2
"""Share of a dataset that a complete edition may withdraw before it is taken for an excerpt."""
FEWEST_LOST = 5
"""Up to so many may go whatever their share: small registers change by whole shares."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would do in a dry run.

    Attributes
    ----------
    findings
        Row by row, up to 20,000 of each code; `summary` counts all.
    rows
        Rows of the file: `accepted` + `refused`.
    partial
        Accepted rows that were taken in without a field that is wrong.
    added, replaced, withdrawn, unchanged
        Statements, against what the dataset held: new, superseded by a changed row, withdrawn, and kept as they were.
    reviewed
        Statements from earlier imports that waited for a review and that this import's reviewer accepted.
    awaiting_review
        Of those replaced and withdrawn, the ones that stand until someone else accepts the change.
    refused_path
        File of the rows with errors; None where there is none, and in a dry run.
    """

    file: str
    sha256: str
    format: str
    dataset: str
    findings: tuple[Finding, ...] = ()
    summary: tuple[Summary, ...] = field(default=(), repr=False)
    rows: int = 0
    accepted: int = 0
    refused: int = 0
    partial: int = 0
    added: int = 0
    replaced: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    reviewed: int = 0
    awaiting_review: int = 0
    refused_path: Path | None = None
    dry_run: bool = False


@dataclass(slots=True)
class _Job:
    """One import under way."""

    ledger: Ledger
    reading: Reading
    form: Format
    sha256: str
    accept_partial: bool
    dry_run: bool
    complete: bool
    confirmed: bool
    author: str
    organisation: str
    reviewer: str | None
    reviewer_organisation: str
    collector: Collector = field(default_factory=Collector)
    rows: int = 0
    wrong: int = 0
    partial: int = 0
    refused: int = 0
    correction: bool = False
    imports: int = 0
    reviewed: int = 0
    check: ProposalCheck | None = None

    @property
    def dataset(self) -> str:
        mapping = self.reading.mapping
        return self.form.dataset or (mapping.dataset if mapping else "")

    @property
    def kinds(self) -> tuple[str, ...]:
        mapping = self.reading.mapping
        return self.form.kinds or ((mapping.kind,) if mapping else ())

    @property
    def reviews_needed(self) -> int:
        return self.reading.profile.release.reviews_needed

    def note(self, error: ErrorCode, **details: object) -> None:
        self.collector.add(Finding(error, details, file=self.reading.path.name))

    def result(self, comparison: Comparison | None = None, refused_path: Path | None = None) -> ImportResult:
        counts = comparison or Comparison()
        return ImportResult(
            self.reading.path.name, self.sha256, self.form.name, self.dataset, tuple(self.collector.listed),
            self.collector.summary(), self.rows, self.rows - self.refused, self.refused, self.partial, counts.added,
            counts.replaced, counts.withdrawn, counts.unchanged, self.reviewed, counts.awaiting, refused_path,
            self.dry_run,
        )  # fmt: skip


def import_file(
    ledger: Ledger,
    path: Path | str,
    *,
    author: str,
    organisation: str,
    format: str | None = None,  # noqa: A002  (the name that users know)
    mapping: Path | str | Mapping | None = None,
    reviewer: str | None = None,
    reviewer_organisation: str | None = None,
    accept_partial: bool = False,
    dry_run: bool = False,
    repair: bool = False,
    complete: bool | None = None,
    profile: Profile | None = None,
    today: str | None = None,
    check: ProposalCheck | None = None,
    progress: Progress = SILENT,
) -> ImportResult:
    """Take a file into the record.

    Parameters
    ----------
    path
        The source file; it is read in pieces, so memory does not grow with it.
    format
        Name in `FORMATS`; found out from columns and ending where left out.
    mapping
        Mapping file (``docs/formats/mapping-v1.md``) or a loaded one, for formats that need it.
    reviewer
        Someone other than the author, who accepts the statements in the same transaction; without one they are pending.
        A file that was imported before without one, imported again with one: its statements that wait are accepted.
    reviewer_organisation
        For whom the reviewer acts; the author's organisation by default.
    accept_partial
        Whether the good rows go in although others are refused.
    dry_run
        Whether only the findings are made; nothing is written.
    repair
        Whether repairs that the format knows are made, each with a finding.
    complete
        Whether the file is a complete edition of its dataset, where that is not what the format or the mapping says.
        True also confirms an edition that withdraws more than a fifth of what was recorded.
    today
        ISO date after which dates are refused; the computer's by default.
    check
        Looks at each statement that a row proposes, such as
        `landrelease.quality.safety.intake.day_report_check`. A row with an error among its findings is refused.

    Returns
    -------
    ImportResult
        The findings and the counts. A file that was imported before, in the same way, adds nothing.

    Raises
    ------
    LandreleaseError
        LR2xxx. Where rows are refused and `accept_partial` is not set, nothing is written but the file of refused rows.
    """
    path = Path(path)
    _check_call(path, author, reviewer)
    loaded = load_mapping(Path(mapping)) if isinstance(mapping, str | Path) else mapping
    today = today or utc_now().date().isoformat()
    loaded = with_territory(loaded, ledger)
    reading = Reading(path, profile or load_profile(), today, loaded, repair, progress)
    reviewed_for = organisation if reviewer_organisation is None else reviewer_organisation
    who = (author, organisation, reviewer, reviewed_for)
    job = _job(ledger, reading, format, complete, who, accept_partial=accept_partial, dry_run=dry_run)
    job.check = check
    if before := _imported_before(job):
        _review_waiting(job, before)
        return job.result()
    with Staging(job.dataset) as staging:
        _read(job, staging)
        refused_path = _set_aside(job, staging)
        comparison = _compare(job, staging)
        if not dry_run:
            record(ledger, staging, _recording(job, _import_body(job, comparison)), progress)
    return job.result(comparison, refused_path)


def _check_call(path: Path, author: str, reviewer: str | None) -> None:
    if reviewer is not None and same_person(reviewer, author):
        raise LandreleaseError(Finding(ErrorCode.IMPORT_REVIEWER_IS_AUTHOR, {"reviewer": reviewer}))
    if not path.is_file():
        raise LandreleaseError(Finding(ErrorCode.FILE_MISSING, {"path": path}))


def _job(
    ledger: Ledger, reading: Reading, name: str | None, complete: bool | None,
    who: tuple[str, str, str | None, str], *, accept_partial: bool, dry_run: bool,
) -> _Job:  # fmt: skip
    form = find_format(reading.path, name, mapped=reading.mapping is not None)
    own = reading.mapping.complete_edition if reading.mapping else form.complete
    sha256 = sha256_of(reading.path, reading.progress)
    return _Job(
        ledger, reading, form, sha256, accept_partial, dry_run, own if complete is None else complete,
        complete is True, *who,
    )  # fmt: skip


def _imported_before(job: _Job) -> Entry | None:
    mapping = job.reading.mapping
    wanted = job.sha256, job.form.name, job.dataset, mapping.sha256 if mapping else None, job.reading.repair
    for logged in job.ledger.log(kind="import"):
        body = logged.entry.body
        how = body.get("mapping"), body.get("repaired", False)
        if not logged.revoked and (body["sha256"], body["format"], body["dataset"], *how) == wanted:
            return logged.entry
    return None


def _review_waiting(job: _Job, before: Entry) -> None:
    """Accept what an earlier import of the same file brought and what still waits, where there is a reviewer."""
    reviewer = job.reviewer
    pending = waiting(job.ledger, job.sha256, job.kinds, job.reviews_needed) if reviewer is not None else []
    mine = [entry for entry in pending if reviewer is not None and not same_person(entry.author, reviewer)]
    if pending and not mine:
        check_review(pending[:1], reviewer or "")
    job.reviewed = len(mine)
    if not mine:
        job.note(ErrorCode.ALREADY_IMPORTED, recorded=before.recorded)
        return
    job.note(ErrorCode.IMPORT_REVIEWED, recorded=before.recorded, count=len(mine), reviewer=reviewer)
    if not job.dry_run:
        accept(job.ledger, [entry.hash for entry in mine], _recording(job, ImportRecorded.model_validate(before.body)))


def _read(job: _Job, staging: Staging) -> None:
    for item in job.form.read(job.reading):
        if isinstance(item, Row):
            _stage(job, staging, item)
        else:
            job.collector.add(item)
    if job.reading.mapping is not None:
        for number, key, first in staging.repeated_keys():
            details = {"key": key, "first": first}
            job.collector.add(Finding(ErrorCode.KEY_REPEATED, details, file=job.reading.path.name, row=number))
    if alike := staging.rows_alike():
        job.note(ErrorCode.ROWS_ALIKE, count=alike)


def _stage(job: _Job, staging: Staging, row: Row) -> None:
    job.rows += 1
    job.correction = job.correction or CORRECTS_FILE in row.values
    _check_row(job, row)
    for finding in row.findings:
        job.collector.add(finding)
    if not row.sound:
        job.wrong += 1
        job.partial += row.proposal is not None
        job.refused += row.proposal is None
        staging.refuse(row)
    staging.add(row)


def _check_row(job: _Job, row: Row) -> None:
    """Let the caller's check look at what a row proposes; an error refuses the row whole."""
    if job.check is None or row.proposal is None:
        return
    file = job.reading.path.name
    found = [replace(finding, file=file, row=row.number) for finding in job.check(row.proposal)]
    row.findings = [*row.findings, *found]
    if any(finding.severity is Severity.ERROR for finding in found):
        row.proposal = None


def _set_aside(job: _Job, staging: Staging) -> Path | None:
    """Write the refused rows to their file, and stop here unless the good rows are to go in."""
    path = None
    if job.wrong and not job.dry_run:
        path = write_refused(staging, job.reading.path, job.sha256, Path(job.ledger.store.name).parent)
        if not job.accept_partial:
            details = {"refused": job.wrong, "rows": job.rows, "path": path}
            stopped = Finding(ErrorCode.ROWS_REFUSED, details, file=job.reading.path.name)
            raise LandreleaseError([stopped, *job.collector.listed])
    return path


def _compare(job: _Job, staging: Staging) -> Comparison:
    """Match the file with what its dataset holds.

    A refused row is not a row that is gone, and a file of corrections is an excerpt: neither withdraws anything.
    """
    job.reading.progress.begin(_("Comparing with the record"))
    try:
        job.imports = load_held(staging, job.ledger, job.kinds, job.author, job.organisation, job.reviews_needed)
        return _compared(job, staging, complete=job.complete and not job.correction)
    finally:
        job.reading.progress.end()


def _compared(job: _Job, staging: Staging, *, complete: bool) -> Comparison:
    last, recorded = last_day(staging, "fresh"), last_day(staging, "held")
    if complete and job.form.complete and last and recorded and last < recorded:
        details = {"last": last, "recorded": recorded, "dataset": job.dataset}
        raise LandreleaseError(Finding(ErrorCode.EDITION_OLDER, details, file=job.reading.path.name))
    accepted = job.reviewer is not None and job.reviews_needed <= 1
    job.complete = complete and not job.refused
    comparison = compare(staging, complete=job.complete, correction=job.correction, accepted=accepted)
    if comparison.gone > max(FEWEST_LOST, LARGEST_LOSS * comparison.held) and not job.confirmed:
        shrunk = {"count": comparison.gone, "held": comparison.held, "dataset": job.dataset}
        raise LandreleaseError(Finding(ErrorCode.EDITION_EXCERPT, shrunk, file=job.reading.path.name))
    job.reviewed = sum(1 for _entry in confirmed(staging, job.reviewer))
    _note_changes(job, comparison)
    if comparison.gone_kept and not job.correction:
        job.note(ErrorCode.EDITION_KEPT, count=comparison.gone_kept, reason=_why_kept(job, complete=complete))
    return comparison


def _note_changes(job: _Job, comparison: Comparison) -> None:
    if comparison.gone:
        job.note(ErrorCode.EDITION_WITHDREW, count=comparison.gone)
    if comparison.awaiting:
        job.note(ErrorCode.CHANGES_AWAIT_REVIEW, count=comparison.awaiting)


def _why_kept(job: _Job, *, complete: bool) -> str:
    if not complete:
        return _("it is no complete edition")
    return _("rows of it were refused") if job.refused else _("they lie outside its period")


def _recording(job: _Job, imported: ImportRecorded) -> Recording:
    return Recording(
        imported, job.author, job.organisation, job.reading.today, job.reviewer, job.reviewer_organisation,
        job.complete, job.imports,
    )  # fmt: skip


def _import_body(job: _Job, comparison: Comparison) -> ImportRecorded:
    mapping = job.reading.mapping
    return ImportRecorded(
        file=job.reading.path.name, sha256=job.sha256, format=job.form.name, dataset=job.dataset, rows=job.rows,
        accepted=job.rows - job.refused, refused=job.refused, added=comparison.added, replaced=comparison.replaced,
        withdrawn=comparison.withdrawn, mapping=mapping.sha256 if mapping else None,
        repaired=job.reading.repair or None,
    )  # fmt: skip
