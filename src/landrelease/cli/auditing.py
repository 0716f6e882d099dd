"""``landrelease audit``: for people and for cron."""

from contextlib import nullcontext
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landrelease.cli.common import Json, WorkspacePath, opened_workspace
from landrelease.errors import ErrorCode, Severity, fail
from landrelease.i18n import _
from landrelease.progress import SILENT
from landrelease.terminal import print_findings, print_json, print_rows, progress_bars, say

if TYPE_CHECKING:
    from landrelease.record.audit import AuditReport
    from landrelease.record.audit.report import Dependents


class Which(StrEnum):
    """Which signatures are computed again."""

    ALL = "all"
    HEADS = "heads"


def audit(
    workspace: WorkspacePath,
    checkpoint: Annotated[
        list[Path] | None, typer.Option("--checkpoint", help=_("A signed checkpoint from elsewhere; may be repeated."))
    ] = None,
    signatures: Annotated[
        Which,
        typer.Option("--signatures", help=_("Compute all signatures again, or the last of each key: quicker.")),
    ] = Which.ALL,
    replay: Annotated[
        bool, typer.Option("--replay", help=_("Replay the log and compare every snapshot with it: slower."))
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help=_("Print only what is wrong: for cron."))] = False,
    json_: Json = False,
) -> None:
    """Check the record: bytes, chains, signatures, keys, checkpoints, attachments. Exits 1 when it is not sound."""
    from landrelease.history import cache_of, check_snapshots
    from landrelease.record.audit import Signatures
    from landrelease.record.audit import audit as run_audit

    notes = {str(path): _text(path) for path in checkpoint or ()}
    with opened_workspace(workspace) as opened, nullcontext(SILENT) if quiet else progress_bars() as watcher:
        snapshots = check_snapshots(opened.ledger, cache_of(opened), watcher) if replay else ()
        which = Signatures(signatures.value)
        report = run_audit(opened.ledger, watcher, signatures=which, checkpoints=notes, further=snapshots)
    if json_:
        print_json(as_json(report))
    else:
        _print(report, quiet)
    if not report.intact:
        raise typer.Exit(1)


def as_json(report: "AuditReport") -> dict[str, Any]:
    """Plain values of a report, for machines."""
    plain = {name: getattr(report, name) for name in report.__slots__}
    return plain | {
        "intact": report.intact,
        "first": report.first,
        "dependents": asdict(report.dependents) if report.dependents else None,
    }


def _print(report: "AuditReport", quiet: bool) -> None:
    shown = [one for one in report.findings if not quiet or one.severity is not Severity.NOTE]
    print_findings(shown)
    if report.dependents is not None:
        _print_dependents(report.dependents)
    if quiet:
        return
    counts = {
        _("Entries"): report.entries, _("Nodes"): report.nodes, _("Signed"): report.signed,
        _("Signatures computed again"): report.verified, _("Checkpoints compared"): report.checkpoints,
        _("Attachments hashed again"): report.blobs, _("Errors"): report.errors, _("Warnings"): report.warnings,
        _("Notes"): report.notes,
    }  # fmt: skip
    say(", ".join(f"{name}: {count:,}" for name, count in counts.items()))
    if report.verified < report.signed:
        say(_("Signatures not computed again rest on the chain below a later one that was."))
    say(_("Last entry {head}, root {root}").format(head=report.head or "-", root=report.root or "-"))
    if report.agreed:
        say(_("The first {count} entries are those of a signed checkpoint.").format(count=f"{report.agreed:,}"))
    if report.intact:
        say(_("{count} entries, all sound").format(count=report.entries))


def _print_dependents(rest: "Dependents") -> None:
    """Say what can no longer be relied on."""
    say(
        _("First bad entry: {hash} (index {index}, node {node}, number {seq})").format(
            hash=rest.hash, index=rest.index, node=rest.node, seq=rest.seq
        )
    )
    say(_("Later entries of its node, which its chain no longer vouches for: {count}").format(count=rest.later))
    say(_("Entries that cite it, or cite one that does: {count}").format(count=rest.citing))
    subjects = ", ".join(rest.subjects)
    say(_("Subjects concerned: {count}: {subjects}").format(count=rest.subject_count, subjects=subjects))
    if rest.checkpoint is not None:
        origin, size = rest.checkpoint
        say(_("First checkpoint that covers it: {origin}, {size} entries").format(origin=origin, size=size))
    if rest.first_citing:
        rows = [{"hash": name[:16], "kind": kind, "subject": subject} for name, kind, subject in rest.first_citing]
        print_rows(_("Entries that rest on it"), rows)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise fail(ErrorCode.FILE_MISSING, path=path) from error
    except UnicodeDecodeError as error:
        raise fail(ErrorCode.NOTE_INVALID, problem=_("it is not text in UTF-8")) from error
