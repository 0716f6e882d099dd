"""Visits, nonconformities and automatic checks: ``landrelease quality ...``."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landrelease.cli.common import AsOf, Json, WorkspacePath, full_hash, opened_workspace, signing_workspace
from landrelease.i18n import _
from landrelease.terminal import print_findings, print_json, print_rows, progress_bars, say
from landrelease.terms import (
    AssetKind,
    ChecklistAnswer,
    Independence,
    NonconformitySeverity,
    QualityResult,
)

if TYPE_CHECKING:
    from landrelease.quality.acts import Author
    from landrelease.quality.nonconformities import Nonconformity
    from landrelease.record.entry import Statement
    from landrelease.record.ledger import Ledger

quality = typer.Typer(
    no_args_is_help=True, help=_("QA visits, nonconformities from finding to effectiveness review, checks of reports.")
)

By = Annotated[str, typer.Option("--author", envvar="LANDRELEASE_AUTHOR", help=_("Who says so."))]
For = Annotated[str, typer.Option("--organisation", envvar="LANDRELEASE_ORGANISATION", help=_("For whom."))]
Day = Annotated[str | None, typer.Option("--day", help=_("Day that it is about; today when left out."))]
Identifier = Annotated[str, typer.Argument(help=_("Identifier of the nonconformity, such as nc:2026-014."))]
Cites = Annotated[list[str] | None, typer.Option("--cites", help=_("Statement that shows it; may be repeated."))]
Note = Annotated[str | None, typer.Option(help=_("A note; it stays in the record for ever."))]
_SHOWN = 16


def author_of(person: str, organisation: str, day: str | None) -> "Author":
    """Who says something, for whom, about which day: today by default."""
    from landrelease.quality.acts import Author

    return Author(person, organisation, day or date.today().isoformat())


def write(ledger: "Ledger", made: "Statement", json_: bool) -> None:
    """Append one statement and say so."""
    entry = ledger.append([made])[0]
    if json_:
        print_json({"statement": entry.hash, "kind": entry.kind, "subject": entry.subject})
        return
    say(_("{subject}: recorded as {hash}").format(subject=entry.subject, hash=entry.hash[:_SHOWN]))


@quality.command()
def visits(workspace: WorkspacePath, as_of: AsOf = None, json_: Json = False) -> None:
    """List QA visits and QC inspections, with the answers to their checklist."""
    from landrelease.study import register_of

    with opened_workspace(workspace) as opened:
        entries = register_of(opened, as_of).entries("qa.visit")
    if json_:
        print_json([{"statement": entry.hash, "day": entry.valid_from, "by": entry.organisation, **entry.body}
                    for entry in entries])  # fmt: skip
        return
    print_rows(_("Visits"), [
        {"hash": entry.hash[:_SHOWN], "day": entry.valid_from, "organisation": entry.organisation,
         "inspected": entry.body["inspected_organisation"], "area_id": entry.body.get("area", ""),
         "team": entry.body.get("team", ""), "result": QualityResult(entry.body["result"]).label,
         "answers": len(entry.body.get("checklist", ())), "noted": len(entry.body.get("nonconformities", ()))}
        for entry in entries
    ])  # fmt: skip


@quality.command()
def checklist(workspace: WorkspacePath, json_: Json = False) -> None:
    """Show the checklist of the profile, group by group."""
    from landrelease.quality.visits import checklist_items

    with opened_workspace(workspace) as opened:
        items = checklist_items(opened.profile)
        groups = opened.profile.checklist
    print_json(groups) if json_ else print_rows(
        _("Checklist"), [{"group": group, "item": item} for group, item in items]
    )


@quality.command()
def visit(
    workspace: WorkspacePath,
    identifier: Annotated[str, typer.Argument(help=_("Identifier of the visit, such as visit:2026-031."))],
    inspected: Annotated[str, typer.Option(help=_("Organisation that was inspected."))],
    result: Annotated[QualityResult, typer.Option(help=_("Outcome."))],
    author: By,
    organisation: For,
    area: Annotated[str | None, typer.Option(help=_("Area."))] = None,
    team: Annotated[str | None, typer.Option(help=_("Team."))] = None,
    answer: Annotated[
        list[str] | None, typer.Option(help=_("ITEM=yes, no or not_applicable; may be repeated."))
    ] = None,
    independence: Annotated[Independence | None, typer.Option(help=_("External when left out."))] = None,
    day: Day = None,
    cites: Cites = None,
    json_: Json = False,
) -> None:
    """Record a visit with the answers to its checklist."""
    from landrelease.quality.visits import visit as state_visit
    from landrelease.record.conduct import CheckedItem
    from landrelease.record.kinds import QAVisit

    items = [_answer(text) for text in answer or ()]
    body = QAVisit(area=area, team=team, inspected_organisation=inspected, result=result, independence=independence,
                   checklist=[CheckedItem(item=item, answer=value) for item, value in items] or None)  # fmt: skip
    with signing_workspace(workspace) as opened:
        cited = [full_hash(opened.ledger, prefix) for prefix in cites or ()]
        by = author_of(author, organisation, day)
        made, findings = state_visit(opened.profile, identifier, body, by, cited)
        print_findings(findings)
        write(opened.ledger, made, json_)


def _answer(text: str) -> tuple[str, ChecklistAnswer]:
    item, _sign, value = text.partition("=")
    known = {answer.value for answer in ChecklistAnswer}
    if value not in known:
        raise typer.BadParameter(_("{text}: write ITEM=yes, ITEM=no or ITEM=not_applicable").format(text=text))
    return item, ChecklistAnswer(value)


@quality.command()
def nonconformities(
    workspace: WorkspacePath,
    area: Annotated[str | None, typer.Option(help=_("Only on this area."))] = None,
    team: Annotated[str | None, typer.Option(help=_("Only on this team."))] = None,
    all_: Annotated[bool, typer.Option("--all", help=_("Closed ones too."))] = False,
    as_of: AsOf = None,
    json_: Json = False,
) -> None:
    """List nonconformities and where each stands, with those that visits only note."""
    from landrelease.quality.acts import reminders
    from landrelease.quality.nonconformities import concerning
    from landrelease.quality.nonconformities import nonconformities as followed
    from landrelease.study import register_of

    with opened_workspace(workspace) as opened:
        profile = opened.profile
        found = followed(register_of(opened, as_of), noted=True, outside=profile.quality.verify_outside)
    if area is not None or team is not None:
        found = list(concerning(found, area, {team} if team else ()))
    found = [case for case in found if all_ or case.is_open]
    findings = [*(finding for case in found for finding in case.findings),
                *reminders(found, profile, as_of or date.today().isoformat())]  # fmt: skip
    if json_:
        print_json({"nonconformities": list(map(_as_json, found)), "findings": findings})
        return
    print_rows(_("Nonconformities"), list(map(_row, found)))
    print_findings(findings)


def _row(case: "Nonconformity") -> dict[str, Any]:
    return {"nonconformity": case.nonconformity, "severity": case.severity.label, "state": case.state.label,
            "day": case.raised_on, "requirement": case.requirement, "area_id": case.area or "", "team": case.team or "",
            "responsible": case.responsible_organisation or "", "due": case.due or ""}  # fmt: skip


def _as_json(case: "Nonconformity") -> dict[str, Any]:
    names = ("nonconformity", "severity", "requirement", "origin", "state", "is_open", "raised_on", "raised_by",
             "found", "area", "team", "asset", "method", "responsible_organisation", "owners", "root_cause", "due",
             "corrected_on", "closed_on", "verified_by", "noted", "entries")  # fmt: skip
    return {name: getattr(case, name) for name in names}


@quality.command("raise")
def raise_(
    workspace: WorkspacePath,
    identifier: Identifier,
    severity: Annotated[NonconformitySeverity, typer.Option(help=_("How serious it is."))],
    requirement: Annotated[str, typer.Option(help=_("What was to be met: standard, procedure, clause."))],
    author: By,
    organisation: For,
    found: Annotated[str | None, typer.Option(help=_("What was seen, in neutral words."))] = None,
    area: Annotated[str | None, typer.Option(help=_("Area."))] = None,
    team: Annotated[str | None, typer.Option(help=_("Team."))] = None,
    method: Annotated[AssetKind | None, typer.Option(help=_("Kind of asset, where all work with it is meant."))] = None,
    responsible: Annotated[str | None, typer.Option(help=_("Organisation that has to correct it."))] = None,
    owner: Annotated[str | None, typer.Option(help=_("Person who has to correct it."))] = None,
    due: Annotated[str | None, typer.Option(help=_("By when; as the profile says when left out."))] = None,
    stop_work: Annotated[bool | None, typer.Option(help=_("Whether work was stopped at once."))] = None,
    day: Day = None,
    cites: Cites = None,
    json_: Json = False,
) -> None:
    """Record a requirement that was not met."""
    from landrelease.quality.acts import Quality
    from landrelease.record.conduct import NonconformityRaised
    from landrelease.study import register_of

    body = NonconformityRaised(severity=severity, requirement=requirement, found=found, area=area, team=team,
                               method=method, responsible_organisation=responsible, owner=owner, due=due,
                               stop_work=stop_work)  # fmt: skip
    with signing_workspace(workspace) as opened:
        cited = [full_hash(opened.ledger, prefix) for prefix in cites or ()]
        acts = Quality(register_of(opened), opened.profile)
        write(opened.ledger, acts.raise_(identifier, body, author_of(author, organisation, day), cited), json_)


@quality.command()
def correct(
    workspace: WorkspacePath,
    identifier: Identifier,
    action: Annotated[str, typer.Option(help=_("What is done about it."))],
    author: By,
    organisation: For,
    root_cause: Annotated[str | None, typer.Option(help=_("Why it came about."))] = None,
    owner: Annotated[str | None, typer.Option(help=_("Person who has to correct it."))] = None,
    due: Annotated[str | None, typer.Option(help=_("By when."))] = None,
    done: Annotated[str | None, typer.Option(help=_("Day on which it was done; planned when left out."))] = None,
    day: Day = None,
    json_: Json = False,
) -> None:
    """Record what is planned, or was done, about a nonconformity."""
    from landrelease.quality.acts import Quality
    from landrelease.record.conduct import CorrectiveAction
    from landrelease.study import register_of

    body = CorrectiveAction(action=action, root_cause=root_cause, owner=owner, due=due, done=done)
    with signing_workspace(workspace) as opened:
        acts = Quality(register_of(opened), opened.profile)
        write(opened.ledger, acts.correct(identifier, body, author_of(author, organisation, day)), json_)


@quality.command()
def verify(
    workspace: WorkspacePath,
    identifier: Identifier,
    author: By,
    organisation: For,
    holds: Annotated[bool, typer.Option("--holds/--fails", help=_("Whether the correction holds."))] = True,
    note: Note = None,
    day: Day = None,
    json_: Json = False,
) -> None:
    """Record whether a correction holds; never by its owner. Only this closes a nonconformity."""
    from landrelease.quality.acts import Quality
    from landrelease.record.conduct import Verification
    from landrelease.study import register_of

    with signing_workspace(workspace) as opened:
        acts, by = Quality(register_of(opened), opened.profile), author_of(author, organisation, day)
        write(opened.ledger, acts.verify(identifier, Verification(holds=holds, note=note), by), json_)


@quality.command()
def review(
    workspace: WorkspacePath,
    identifier: Identifier,
    author: By,
    organisation: For,
    effective: Annotated[
        bool, typer.Option("--effective/--ineffective", help=_("Whether the cause has stayed away."))
    ] = True,
    note: Note = None,
    day: Day = None,
    json_: Json = False,
) -> None:
    """Record whether the cause of a closed nonconformity has come back; where it has, it is open again."""
    from landrelease.quality.acts import Quality
    from landrelease.record.conduct import EffectivenessReview
    from landrelease.study import register_of

    with signing_workspace(workspace) as opened:
        acts, by = Quality(register_of(opened), opened.profile), author_of(author, organisation, day)
        write(opened.ledger, acts.review(identifier, EffectivenessReview(effective=effective, note=note), by), json_)


@quality.command()
def check(
    workspace: WorkspacePath,
    record: Annotated[
        bool, typer.Option("--record", help=_("Record each as an observation; asks for --author and --organisation."))
    ] = False,
    author: Annotated[str, typer.Option(envvar="LANDRELEASE_AUTHOR", help=_("Who says so."))] = "",
    organisation: Annotated[str, typer.Option(envvar="LANDRELEASE_ORGANISATION", help=_("For whom."))] = "",
    as_of: AsOf = None,
    json_: Json = False,
) -> None:
    """Look through day reports and clearance reports for what someone should be asked about. It accuses nobody."""
    from landrelease.land.devices import device_findings
    from landrelease.quality.accidents.casualties import casualty_findings
    from landrelease.quality.acts import Quality
    from landrelease.quality.checks.run import run_checks
    from landrelease.study import register_of

    with signing_workspace(workspace, write=record) as opened, progress_bars() as bars:
        register = register_of(opened, as_of)
        asks = run_checks(register, opened.profile, progress=bars)
        sums = [*device_findings(register), *casualty_findings(register)]
        if record:
            by, acts = author_of(author, organisation, None), Quality(register, opened.profile)
            named = {f"nc:{ask.code.code}:{ask.entries[0][:_SHOWN]}": ask for ask in asks}
            new = {name: ask for name, ask in named.items() if not acts.knows(name)}
            opened.ledger.append([acts.raise_(name, ask.observation(), by, ask.entries) for name, ask in new.items()])
    if json_:
        print_json([{"code": ask.code.code, "day": ask.day, "team": ask.team, "area": ask.area,
                     "organisation": ask.organisation, "statements": ask.entries, "finding": ask.finding}
                    for ask in asks]
                   + [{"code": finding.error.code, "finding": finding} for finding in sums])  # fmt: skip
        return
    print_findings([*(ask.finding for ask in asks), *sums])
    say(_("{count} questions").format(count=len(asks) + len(sums)))
