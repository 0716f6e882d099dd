"""Limits on work, accidents, care for people: ``landrelease safety ...`` and ``landrelease welfare ...``."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landrelease.cli.common import AsOf, Json, WorkspacePath, opened_workspace, signing_workspace
from landrelease.cli.quality import By, Day, For, author_of, write
from landrelease.i18n import N_, _
from landrelease.quality.welfare import WelfareKind
from landrelease.terminal import print_findings, print_frame, print_json, print_rows, say

if TYPE_CHECKING:
    from landrelease.quality.accidents.exposure import Exposure
    from landrelease.quality.safety.breaches import Breach

safety = typer.Typer(no_args_is_help=True, help=_("Limits on work and rest, accidents and their rates, next of kin."))
welfare = typer.Typer(
    no_args_is_help=True, help=_("Rest, leave, care and contact home: private to the person's organisation, erasable.")
)

From = Annotated[str | None, typer.Option("--from", help=_("First day."))]
To = Annotated[str | None, typer.Option("--to", help=_("Last day."))]
Team = Annotated[list[str] | None, typer.Option("--team", help=_("Only this team; may be repeated."))]
Employer = Annotated[str | None, typer.Option("--of", help=_("Only this organisation's people."))]


@safety.command()
def check(
    workspace: WorkspacePath,
    team: Team = None,
    from_: From = None,
    to: To = None,
    record: Annotated[
        bool, typer.Option("--record", help=_("Record each breach as a nonconformity; --author and --organisation."))
    ] = False,
    author: Annotated[str, typer.Option(envvar="LANDRELEASE_AUTHOR", help=_("Who says so."))] = "",
    organisation: Annotated[str, typer.Option(envvar="LANDRELEASE_ORGANISATION", help=_("For whom."))] = "",
    as_of: AsOf = None,
    json_: Json = False,
) -> None:
    """Compare day reports with the limits of the profile: stints, breaks, hours, heat, rest, distance, medic, cover."""
    from landrelease.quality.acts import Quality
    from landrelease.quality.safety.days import check_team_days
    from landrelease.study import register_of

    with signing_workspace(workspace, write=record) as opened:
        register, profile = register_of(opened, as_of), opened.profile
        found = check_team_days(register, profile, teams=team, start=from_, end=to)
        if record:
            acts, by = Quality(register, profile), author_of(author, organisation, None)
            named = {f"nc:{each.rule.value}:{each.who}:{each.day}": each for each in found.breaches}
            opened.ledger.append([
                acts.raise_(name, each.nonconformity(profile), by, each.entries)
                for name, each in named.items() if not acts.knows(name)
            ])  # fmt: skip
    silent = [{"rule": rule.value, "label": rule.label, "days": count} for rule, count in found.not_stated.items()]
    if json_:
        print_json({"days": found.days, "findings": found.findings, "not_stated": silent, "breaches": [
            {"rule": each.rule, "team": each.who, "day": each.day, "observed": each.observed, "limit": each.limit,
             "leads_to": each.leads_to, "statements": each.entries} for each in found.breaches]})  # fmt: skip
        return
    print_rows(_("Breaches"), _by_team_and_rule(found.breaches))
    print_rows(_("Not stated, so not known to be kept (team-days)"), [
        {"rule": each["label"], "days": each["days"]} for each in silent])  # fmt: skip
    say(_("{days} team-days with work, {count} breaches").format(days=found.days, count=len(found.breaches)))


def _by_team_and_rule(breaches: "Sequence[Breach]") -> list[dict[str, object]]:
    """A line for each team and rule, with the first day; ``--json`` gives every day."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    counts = Counter((each.who, each.rule.label) for each in breaches)
    for each in sorted(breaches, key=lambda each: each.day):
        key = each.who, each.rule.label
        rows.setdefault(key, {"team": each.who, "rule": each.rule.label, "breaches": counts[key], "first_day": each.day,
                              "observed": each.observed, "limit": each.limit})  # fmt: skip
    return [rows[key] for key in sorted(rows)]


@safety.command()
def hours(
    workspace: WorkspacePath, team: Team = None, from_: From = None, to: To = None, as_of: AsOf = None,
    json_: Json = False,
) -> None:  # fmt: skip
    """Add up each team's work: days, minutes, longest stint, longest run of days without rest."""
    from landrelease.quality.safety.days import hours as added_up
    from landrelease.study import register_of

    with opened_workspace(workspace) as opened:
        rows = added_up(register_of(opened, as_of), team, from_, to)
    print_json(rows) if json_ else print_rows(_("Hours"), rows)


@safety.command()
def accidents(
    workspace: WorkspacePath,
    of: Employer = None,
    from_: From = None,
    to: To = None,
    annual_report: Annotated[
        str | None, typer.Option(help=_("Year: put the record beside the annual report of the organisation of --of."))
    ] = None,
    as_of: AsOf = None,
    json_: Json = False,
) -> None:
    """Count accidents on duty, road and attack deaths too, by kind, activity, cause, hour of the shift and factor."""
    from landrelease.quality.accidents.care import open_recommendations
    from landrelease.quality.accidents.exposure import accidents_on_duty
    from landrelease.quality.accidents.tables import accident_tables, reconcile
    from landrelease.study import register_of

    with opened_workspace(workspace) as opened:
        register = register_of(opened, as_of)
    tables = accident_tables(register, accidents_on_duty(register, of, from_, to))
    beside = reconcile(register, of, annual_report) if annual_report and of else None
    recommendations = open_recommendations(register)
    if json_:
        print_json({
            **tables, "open_recommendations": recommendations,
            **({"annual_report": beside[0], "findings": beside[1]} if beside else {}),
        })  # fmt: skip
        return
    for name, frame in tables.items():
        print_frame(_(TITLES[name]), frame)
    print_rows(_("Open recommendations"), recommendations)
    if beside:
        print_frame(_("Beside the annual report"), beside[0])
        print_findings(beside[1])


TITLES = {"kind": N_("By kind"), "activity": N_("By activity"), "cause": N_("By cause"),
          "hour_of_shift": N_("By hour of the shift"), "factor": N_("By contributing factor")}  # fmt: skip


@safety.command()
def rates(
    workspace: WorkspacePath,
    of: Employer = None,
    from_: From = None,
    to: To = None,
    level: Annotated[float, typer.Option(help=_("Level of the intervals, between 0 and 1."))] = 0.95,
    as_of: AsOf = None,
    json_: Json = False,
) -> None:
    """Rates of accidents, killed and injured with exact intervals, each with the exposure that it stands on."""
    from landrelease.quality.accidents.exposure import accident_rates
    from landrelease.study import register_of

    with opened_workspace(workspace) as opened:
        frame, exposure = accident_rates(register_of(opened, as_of), of, from_, to, level)
    if json_:
        print_json({"rates": frame, "exposure": _as_json(exposure), "findings": list(exposure.findings)})
        return
    print_frame(_("Rates"), frame.drop(columns=["measure", "level"]))
    say(_("Exposure: {days} team-days reported. Intervals at {level}: exact (Garwood).").format(
        days=exposure.days, level=f"{level:.0%}"))  # fmt: skip
    print_findings(exposure.findings)


def _as_json(exposure: "Exposure") -> dict[str, float]:
    names = ("deployment_person_days", "worked_person_days", "person_hours", "items", "searched_m2", "days")
    return {name: getattr(exposure, name) for name in names}


@safety.command()
def notice(
    workspace: WorkspacePath,
    victim: Annotated[str, typer.Argument(help=_("Victim, as the record names them."))],
    accident: Annotated[str, typer.Option(help=_("Accident."))],
    notified: Annotated[str, typer.Option(help=_("Day on which the next of kin were told."))],
    notified_by: Annotated[str, typer.Option(help=_("Person who told them."))],
    author: By,
    organisation: For,
    consent: Annotated[bool | None, typer.Option(help=_("Whether they agree that the name is given out."))] = None,
    day: Day = None,
    json_: Json = False,
) -> None:
    """Record that the next of kin of a victim have been told: before that no name leaves."""
    from landrelease.quality.accidents.care import notice as state_notice
    from landrelease.record.conduct import NextOfKinNotice
    from landrelease.study import register_of

    body = NextOfKinNotice(accident=accident, notified=notified, notified_by=notified_by, consent_to_publish=consent)
    with signing_workspace(workspace) as opened:
        made = state_notice(register_of(opened), victim, body, author_of(author, organisation, day))
        write(opened.ledger, made, json_)


@safety.command()
def name(
    workspace: WorkspacePath,
    victims: Annotated[list[str], typer.Argument(help=_("Victims, as the record names them."))],
    json_: Json = False,
) -> None:
    """Say whether names may leave; refuses where the next of kin have not been told."""
    from landrelease.quality.accidents.care import check_name_may_leave
    from landrelease.study import register_of

    with opened_workspace(workspace) as opened:
        check_name_may_leave(register_of(opened), victims)
    print_json({"may_leave": victims}) if json_ else say(_("The next of kin have been told"))


@safety.command()
def investigation(
    workspace: WorkspacePath,
    accident: Annotated[str, typer.Argument(help=_("Accident."))],
    file: Annotated[Path, typer.Argument(help=_("Report as JSON: the fields of accident.investigation."))],
    author: By,
    organisation: For,
    day: Day = None,
    json_: Json = False,
) -> None:
    """Record an investigation; every conclusion must cite evidence in the record. It counts after a review."""
    from landrelease.errors import ErrorCode, fail
    from landrelease.quality.accidents.care import investigation as state_investigation
    from landrelease.record.conduct import AccidentInvestigation
    from landrelease.study import register_of

    if not file.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=file)
    try:
        body = AccidentInvestigation.model_validate_json(file.read_bytes())
    except ValueError as error:
        raise fail(ErrorCode.BODY_INVALID, kind="accident.investigation", subject=accident, problem=error) from error
    with signing_workspace(workspace) as opened:
        by = author_of(author, organisation, day)
        write(opened.ledger, state_investigation(register_of(opened), accident, body, by), json_)


@welfare.command()
def add(
    workspace: WorkspacePath,
    person: Annotated[str, typer.Argument(help=_("Whom it is about, by pseudonym."))],
    kind: Annotated[WelfareKind, typer.Argument(help=_("What it is about."))],
    author: By,
    organisation: For,
    from_: Annotated[str, typer.Option("--from", help=_("First day."))],
    to: To = None,
    taken_up: Annotated[bool | None, typer.Option(help=_("Whether an offer was taken up."))] = None,
    note: Annotated[str | None, typer.Option(help=_("A note; erased with the entry."))] = None,
    json_: Json = False,
) -> None:
    """Keep an entry: all of it in an erasable attachment that no bundle takes to another organisation."""
    from landrelease.quality.welfare import Welfare, welfare_bytes
    from landrelease.record.attachments.private import keep_private

    content = welfare_bytes(Welfare(person=person, kind=kind, start=from_, end=to, taken_up=taken_up, note=note))
    with signing_workspace(workspace) as opened:
        entry = keep_private(opened.ledger, content, author, organisation, date.today().isoformat())
    print_json({"statement": entry.hash, "blob": entry.body["blob"]}) if json_ else say(
        _("Kept; erase it with 'landrelease erase {blob}'").format(blob=entry.body["blob"][:16])
    )


@welfare.command("list")
def list_(
    workspace: WorkspacePath,
    organisation: For,
    of: Annotated[str | None, typer.Option("--of", help=_("Organisation of the people; --organisation's own."))] = None,
    day: Day = None,
    json_: Json = False,
) -> None:
    """Show how each person of the own organisation fares: days since rest, leave and contact home, offers of care."""
    from landrelease.errors import ErrorCode, Finding
    from landrelease.quality.welfare import check_owner, read_welfare, welfare_on
    from landrelease.record.attachments.private import private_contents
    from landrelease.study import register_of

    check_owner(of or organisation, organisation)
    with opened_workspace(workspace) as opened:
        contents = [content for _entry, content in private_contents(opened.ledger, register_of(opened), organisation)]
    entries = [entry for content in contents if content is not None and (entry := read_welfare(content)) is not None]
    rows = [person.as_row() for person in welfare_on(entries, day or date.today().isoformat())]
    missing = sum(content is None for content in contents)
    findings = [Finding(ErrorCode.WELFARE_NOT_HERE, {"count": missing})] if missing else []
    if json_:
        print_json({"people": rows, "findings": findings})
        return
    print_rows(_("Welfare"), rows)
    print_findings(findings)
