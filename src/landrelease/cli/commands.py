"""The commands of every day: take in, look, plan, review, release."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landrelease.cli.common import (
    PASSPHRASE,
    AsOf,
    Json,
    OutFolder,
    PlanFrom,
    Seed,
    Valid,
    WorkspacePath,
    asked_passphrase,
    opened_workspace,
    signing_workspace,
)
from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.progress import SILENT
from landrelease.terminal import print_findings, print_frame, print_json, print_pairs, print_rows, progress_bars, say
from landrelease.terms import ReviewVerdict

if TYPE_CHECKING:
    from landrelease.demo import DemoResult
    from landrelease.exchange.importing import ProposalCheck
    from landrelease.record.entry import Entry
    from landrelease.record.workspace import Workspace
    from landrelease.report.proof_folder import GivenProof


app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=_("From scattered evidence of explosive ordnance to land proven safe: record, estimate, plan, prove."),
)


class BalanceBy(StrEnum):
    """What the lines of a balance stand for."""

    AREA = "area"
    ADMIN = "admin"
    YEAR = "year"
    MONTH = "month"


@app.command()
def init(
    workspace: WorkspacePath,
    profile: Annotated[
        Path | None, typer.Option(help=_("Standards profile (TOML); the default profile when left out."))
    ] = None,
    sign: Annotated[
        bool, typer.Option("--sign", help=_("Sign every entry with a key that a passphrase protects, asked for now."))
    ] = False,
    database: Annotated[
        str | None,
        typer.Option(help=_("Connection string of a PostgreSQL database for the record; else a file in the folder.")),
    ] = None,
) -> None:
    """Make a workspace: a ledger and its standards profile."""
    import os

    from landrelease.profile import load_profile
    from landrelease.record.workspace import KEY, Workspace

    signed = sign or bool(os.environ.get(PASSPHRASE))
    passphrase = asked_passphrase(workspace / KEY, new=True) if signed else None
    with Workspace.create(workspace, load_profile(profile), passphrase=passphrase, database=database) as made:
        say(_("Workspace {path} with profile {profile} {version}").format(
            path=workspace, profile=made.profile.identity.name, version=made.profile.identity.version))  # fmt: skip
        if made.ledger.signer:
            key = made.ledger.signer.public.fingerprint
            say(
                _("Entries are signed with the key {fingerprint}; nobody can recover its passphrase").format(
                    fingerprint=key
                )
            )
        else:
            say(
                _("Entries are not signed; begin at any time with 'landrelease key create {path}'").format(
                    path=workspace
                )
            )


@app.command("import")
def import_(
    workspace: WorkspacePath,
    file: Annotated[Path, typer.Argument(help=_("File to take in."))],
    format_: Annotated[
        str | None, typer.Option("--format", help=_("Name of the format; guessed when left out."))
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help=_("Mapping file (TOML) of a table."))] = None,
    author: Annotated[str, typer.Option(envvar="LANDRELEASE_AUTHOR", help=_("Who imports."))] = "importer",
    organisation: Annotated[str, typer.Option(envvar="LANDRELEASE_ORGANISATION", help=_("For whom."))] = "not stated",
    reviewer: Annotated[str | None, typer.Option(help=_("Who has reviewed the file; never its author."))] = None,
    reviewer_organisation: Annotated[
        str | None, typer.Option(help=_("For whom the reviewer acts; the author's organisation when left out."))
    ] = None,
    repair: Annotated[bool, typer.Option("--repair", help=_("Make the repairs that the format knows."))] = False,
    complete: Annotated[
        bool | None, typer.Option(help=_("The file is a complete edition of its dataset: what it lacks is withdrawn."))
    ] = None,
    findings: Annotated[Path | None, typer.Option(help=_("CSV file for every finding, row by row."))] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Show the findings; write nothing."))] = False,
    accept_partial: Annotated[
        bool, typer.Option("--accept-partial", help=_("Take the good rows, refuse the others."))
    ] = False,
    json_: Json = False,
) -> None:
    """Take a file in: read, map, check, then statements in one transaction."""
    from landrelease.exchange.findings import write_findings
    from landrelease.exchange.importing import import_file

    with signing_workspace(workspace, write=not dry_run) as opened, progress_bars() as bars:
        result = import_file(
            opened.ledger, file, author=author, organisation=organisation, format=format_, mapping=mapping,
            reviewer=reviewer, reviewer_organisation=reviewer_organisation, accept_partial=accept_partial,
            dry_run=dry_run, repair=repair, complete=complete, profile=opened.profile, progress=bars,
            check=_day_report_check(opened, organisation) if mapping else None,
        )  # fmt: skip
    names = "rows accepted partial refused added unchanged replaced withdrawn awaiting_review reviewed"
    counts = {name: getattr(result, name) for name in names.split()}
    if findings:
        write_findings(result.findings, findings)
    if json_:
        print_json({**counts, "dry_run": dry_run, "refused_file": result.refused_path, "findings": result.findings})
        return
    print_findings(result.summary)
    print_pairs(_("Dry run, nothing written") if dry_run else _("Imported {file}").format(file=file.name), counts)
    if result.refused_path:
        say(_("The refused rows are in {path}").format(path=result.refused_path))


def _day_report_check(opened: "Workspace", organisation: str) -> "ProposalCheck":
    """Check of day reports against the limits of the profile; only a mapping brings any."""
    from landrelease.quality.safety.intake import day_report_check
    from landrelease.study import register_of

    return day_report_check(register_of(opened), opened.profile, organisation)


@app.command()
def export(
    workspace: WorkspacePath,
    file: Annotated[Path, typer.Argument(help=_("File to write: .gpkg, .geojson, .csv or .xlsx."))],
    layer: Annotated[
        str, typer.Option(help=_("land_part, hazardous_area, evidence, task, admin_area or figure."))
    ] = "land_part",
    as_of: AsOf = None,
    valid: Valid = None,
) -> None:
    """Write one layer of the register to a file for other systems."""
    from landrelease.exchange.writing import write_frame
    from landrelease.study import layers, register_of

    with opened_workspace(workspace) as opened, progress_bars() as bars:
        frames = layers(register_of(opened, as_of, valid), bars)
    if layer not in frames:
        raise fail(ErrorCode.LAYER_UNKNOWN, layer=layer, known=", ".join(frames))
    write_frame(frames[layer], file, layer=layer)
    say(_("{count} rows of {layer} in {file}").format(count=len(frames[layer]), layer=layer, file=file))


@app.command()
def status(
    workspace: WorkspacePath,
    as_of: AsOf = None,
    valid: Valid = None,
    by: Annotated[BalanceBy | None, typer.Option(help=_("A line for each; the total when left out."))] = None,
    json_: Json = False,
) -> None:
    """Say what is known: statements, area balance, figures without geometry."""
    from landrelease.study import register_of, status_of

    with opened_workspace(workspace) as opened, progress_bars() as bars:
        state = status_of(register_of(opened, as_of, valid), by.value if by else None, bars)
    if json_:
        print_json(
            {
                "statements": state.statements,
                "balance": state.balance,
                "figures": state.figures,
                "findings": state.findings,
            }
        )
        return
    print_frame(_("Statements"), state.statements)
    print_frame(_("Area balance (m²)"), state.balance)
    print_frame(_("Figures without geometry"), state.figures)
    print_findings(state.findings)


@app.command()
def study(
    workspace: WorkspacePath,
    out_folder: OutFolder,
    as_of: AsOf = None,
    valid: Valid = None,
    plan_from: PlanFrom = None,
    seed: Seed = 1,
    record_as: Annotated[str | None, typer.Option(help=_("Record the estimate in the ledger as this person."))] = None,
    public: Annotated[bool, typer.Option("--public", help=_("Also write a map that may be published."))] = False,
    json_: Json = False,
) -> None:
    """Run the main job: balance, map, hazard, plan and report."""
    from landrelease.study import study as run_study

    with signing_workspace(workspace, write=record_as is not None) as opened, progress_bars() as bars:
        result = run_study(
            opened,
            out_folder,
            as_of=as_of,
            valid_on=valid,
            start=plan_from,
            seed=seed,
            record_as=record_as,
            public=public,
            progress=bars,
        )
    if json_:
        print_json({"files": result.files, "figures": result.figures, "findings": result.findings})
        return
    print_pairs(_("Study of {path}").format(path=workspace), result.figures)
    print_findings(result.findings)
    print_pairs(_("Files"), result.files)


@app.command()
def simulate(
    workspace: Annotated[Path, typer.Argument(help=_("New workspace to fill."))],
    scenario: Annotated[
        str, typer.Option(help=_("Name of a scenario in the package, or a TOML file."))
    ] = "regiment-120",
    policy: Annotated[str, typer.Option(help=_("sweep, landrelease, kernel or estimate."))] = "landrelease",
    seed: Seed = 1,
    json_: Json = False,
) -> None:
    """Simulate a province with known truth and a force that works on it."""
    from landrelease.demo import simulate_policy

    with progress_bars() as bars:
        outcome = simulate_policy(workspace, scenario, policy, seed, bars)
    print_json(outcome) if json_ else print_frame(_("Outcome"), outcome.drop(columns="measure"))


@app.command()
def demo(
    out_folder: OutFolder = Path("demo-output"),
    scenario: Annotated[
        str, typer.Option(help=_("Name of a scenario in the package, or a TOML file."))
    ] = "regiment-120",
    seed: Seed = 1,
    json_: Json = False,
) -> None:
    """Run the house scenario: the policies on the same truth, the study of the last, and a proof from its record."""
    from landrelease.demo import run_demo

    with progress_bars() as bars:
        result = run_demo(out_folder, scenario, seed, bars)
    if json_:
        print_json({"outcomes": result.outcomes, "files": result.files, "proof": _proof_row(result.proof)})
        return
    print_frame(_("Same force, same days, same truth"), result.outcomes.drop(columns="measure"))
    print_pairs(_("Files"), result.files)
    _say_proof(result)


def _proof_row(proof: "GivenProof | None") -> dict[str, str | bool] | None:
    if proof is None:
        return None
    return {
        "hash": proof.entry.hash, "subject": proof.entry.subject, "key": proof.key, "ok": proof.verdict.ok,
        "heading": proof.verdict.heading, "command": proof.command,
    }  # fmt: skip


def _say_proof(result: "DemoResult") -> None:
    """Say what was proven, and how to check it."""
    from landrelease.demo import DEMO_PASSPHRASE

    proof = result.proof
    if proof is None:
        say("\n" + _("Nothing was released or cleared: there is nothing to prove."))
    else:
        what = {"file": proof.file, "kind": proof.entry.kind, "subject": proof.entry.subject}
        say("\n" + _("{file}: {kind} on {subject}.").format(**what) + " " + proof.verdict.heading)
        say(_("Check it yourself, without a network:") + f"\n\n  {proof.command}\n")
    signed = _('The record in {path} is signed. The passphrase of its key is no secret: "{passphrase}".')
    say(signed.format(path=result.workspace, passphrase=DEMO_PASSPHRASE))


@app.command()
def log(
    workspace: WorkspacePath,
    last: Annotated[int, typer.Option(min=1, help=_("How many, counted from the newest."))] = 20,
    kind: Annotated[str | None, typer.Option(help=_("Only statements of this kind."))] = None,
    node: Annotated[str | None, typer.Option(help=_("Only those of this node; its first digits are enough."))] = None,
    as_of: AsOf = None,
    json_: Json = False,
) -> None:
    """List statements in the order of arrival, each with its node and its number there."""
    from collections import deque

    with opened_workspace(workspace) as opened:
        wanted = (
            logged
            for logged in opened.ledger.log(as_of)
            if kind in (None, logged.entry.kind) and logged.entry.node.startswith(node or "")
        )
        rows = [_log_row(logged.index, logged.received, logged.entry) for logged in deque(wanted, maxlen=last)]
    print_json(rows) if json_ else print_rows(_("Log"), [_short(row) for row in rows])


@app.command()
def explain(
    workspace: WorkspacePath,
    area: Annotated[str, typer.Argument(help=_("Subject of the area."))],
    as_of: AsOf = None,
    valid: Valid = None,
    json_: Json = False,
) -> None:
    """List every statement that made an area's state."""
    from landrelease.study import register_of

    with opened_workspace(workspace) as opened:
        lines = register_of(opened, as_of, valid).explain(area)
    if not lines:
        raise fail(ErrorCode.AREA_UNKNOWN, area=area)
    rows = [
        {**_log_row(None, None, entry), "standing": standing.label, "reason": reason}
        for entry, standing, reason in lines
    ]
    print_json(rows) if json_ else print_rows(_("What made {area}").format(area=area), rows)


@app.command()
def review(
    workspace: WorkspacePath,
    statements: Annotated[
        list[str] | None,
        typer.Argument(help=_("Hashes of statements, at least eight digits; without any, all pending.")),
    ] = None,
    source: Annotated[Path | None, typer.Option(help=_("Only what was imported from this file."))] = None,
    verdict: Annotated[
        ReviewVerdict | None,
        typer.Option(help=_("accepted, returned or rejected; without it, what is pending is listed.")),
    ] = None,
    reviewer: Annotated[str, typer.Option(help=_("Who reviews; never the author."))] = "",
    organisation: Annotated[str, typer.Option(envvar="LANDRELEASE_ORGANISATION", help=_("For whom."))] = "not stated",
    reason: Annotated[str | None, typer.Option(help=_("Why; a return or rejection needs one."))] = None,
    json_: Json = False,
) -> None:
    """List what waits for a review, or record a verdict on it."""
    from landrelease.record.review import check_review, review_statements
    from landrelease.study import register_of

    with signing_workspace(workspace, write=verdict is not None) as opened:
        chosen = _chosen(register_of(opened).pending(), statements or [], source)
        if verdict is None:
            rows = [_log_row(None, None, entry) for entry in chosen]
            print_json(rows) if json_ else print_rows(_("Pending review"), rows)
            return
        if not reviewer or (verdict is not ReviewVerdict.ACCEPTED and not reason):
            raise fail(ErrorCode.REVIEW_INCOMPLETE)
        check_review(chosen, reviewer)
        hashes = [entry.hash for entry in chosen]
        opened.ledger.append(review_statements(hashes, verdict, reviewer, organisation, reason))
    counted = {"verdict": verdict.value, "statements": len(hashes)}
    print_json(counted) if json_ else say(_("{statements} statements: {verdict}").format(**counted))


def _chosen(pending: "list[Entry]", wanted: list[str], source: Path | None) -> "list[Entry]":
    """Pending statements by the first digits of their hashes, or by the file that they come from."""
    from landrelease.exchange.textfile import sha256_of

    file = sha256_of(source, SILENT) if source else None
    for prefix in wanted:
        if len(prefix) < 8 or sum(entry.hash.startswith(prefix) for entry in pending) != 1:
            raise fail(ErrorCode.PENDING_UNKNOWN, hash=prefix)
    chosen = [entry for entry in pending if not wanted or entry.hash.startswith(tuple(wanted))]
    return [entry for entry in chosen if file is None or entry.source.get("file") == file]


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the log for a person, narrow: the node's first digits and the number in one column, no organisation."""
    place = f"{row['node'][:8]} {row['seq']}"
    left_out = ("node", "seq", "organisation")
    return {"index": row["index"], "node_number": place, **{k: v for k, v in row.items() if k not in left_out}}


def _log_row(index: int | None, received: str | None, entry: Any) -> dict[str, Any]:
    place = {} if index is None else {"index": index, "node": entry.node, "seq": entry.seq, "received": received}
    return {
        **place, "hash": entry.hash[:16], "kind": entry.kind, "subject": entry.subject, "valid": entry.valid_from,
        "author": entry.author, "organisation": entry.organisation,
    }  # fmt: skip
