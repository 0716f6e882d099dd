"""Claims: who said what, who acknowledged it, where claims differ, and what would make one possible."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landrelease.cli.common import AsOf, Json, WorkspacePath, opened_workspace, signing_workspace
from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.terminal import print_json, print_rows, say
from landrelease.terms import ClaimVerdict, SpeakerInterest

if TYPE_CHECKING:
    from landrelease.claims.audit import ClaimAudit
    from landrelease.claims.contradictions import Contradiction
    from landrelease.claims.entering import Entered, Told
    from landrelease.claims.held import HeldClaim

claim = typer.Typer(
    no_args_is_help=True,
    help=_("Claims by anyone about anything: attributed, dated, compared, audited. A claim never changes land."),
)

Author = Annotated[str, typer.Option(envvar="LANDRELEASE_AUTHOR", help=_("Who puts it on record; not the speaker."))]
Organisation = Annotated[str, typer.Option(envvar="LANDRELEASE_ORGANISATION", help=_("For whom."))]
Subject = Annotated[str | None, typer.Option(help=_("Only claims on this subject."))]


@claim.command()
def add(
    workspace: WorkspacePath,
    file: Annotated[Path | None, typer.Option("--file", help=_("Claims file, TOML or JSON; alone."))] = None,
    subject: Annotated[str | None, typer.Option(help=_("What claims on the same thing share."))] = None,
    about: Annotated[str | None, typer.Option(help=_("Topic in a few words."))] = None,
    speaker: Annotated[str | None, typer.Option(help=_("Who says so: an office, never a private person."))] = None,
    speaker_kind: Annotated[str | None, typer.Option(help=_("What the speaker is: ministry, media, analyst."))] = None,
    interest: Annotated[SpeakerInterest | None, typer.Option(help=_("What the speaker has to do with it."))] = None,
    said: Annotated[str | None, typer.Option(help=_("When: 2025-12-13, 2025-07..2025-08, before 2025-12."))] = None,
    known: Annotated[str | None, typer.Option(help=_("When it became known, where that differs."))] = None,
    text: Annotated[str | None, typer.Option(help=_("What was said, in neutral words."))] = None,
    definition: Annotated[
        str | None,
        typer.Option(help=_("inspected, searched, reduced, cleared, certified, not_stated or not_applicable.")),
    ] = None,
    area_ha: Annotated[float | None, typer.Option(help=_("Area claimed, hectares."))] = None,
    items: Annotated[int | None, typer.Option(help=_("Items claimed."))] = None,
    people: Annotated[int | None, typer.Option(help=_("People at work."))] = None,
    days: Annotated[int | None, typer.Option(help=_("Days of work."))] = None,
    deaths: Annotated[int | None, typer.Option(help=_("Deaths claimed."))] = None,
    wounded: Annotated[int | None, typer.Option(help=_("Wounded claimed."))] = None,
    link: Annotated[str | None, typer.Option(help=_("Where it can be read."))] = None,
    author: Author = "not stated",
    organisation: Organisation = "not stated",
    json_: Json = False,
) -> None:
    """Put a claim, or a file of claims and answers, on record; one without a definition is refused."""
    from landrelease.claims.entering import make_claim

    if file is not None:
        told = _read(file)
    else:
        named = {
            "subject": subject, "about": about, "speaker": speaker, "speaker_kind": speaker_kind, "said": said,
            "interest": interest.value if interest else None, "known": known, "text": text, "definition": definition,
            "area_ha": area_ha, "items": items, "people": people, "days": days, "deaths": deaths, "wounded": wounded,
            "link": link,
        }  # fmt: skip
        told = [make_claim({name: value for name, value in named.items() if value is not None}, None, _("the claim"))]
    _tell(_enter(workspace, told, author, organisation), json_)


@claim.command()
def answer(
    workspace: WorkspacePath,
    to: Annotated[str, typer.Argument(help=_("Hash of the claim, at least eight digits."))],
    verdict: Annotated[ClaimVerdict, typer.Option(help=_("acknowledged, denied or corrected."))],
    speaker: Annotated[str, typer.Option(help=_("Who answers."))],
    said: Annotated[str, typer.Option(help=_("When: 2025-12-13, 2025-07..2025-08, before 2025-12."))],
    text: Annotated[str, typer.Option(help=_("What was said, in neutral words."))],
    link: Annotated[str | None, typer.Option(help=_("Where it can be read."))] = None,
    author: Author = "not stated",
    organisation: Organisation = "not stated",
    json_: Json = False,
) -> None:
    """Put on record who acknowledged, denied or corrected a claim, and when."""
    from landrelease.claims.entering import make_answer
    from landrelease.claims.held import chosen_claims

    (answered,) = chosen_claims(_claims(workspace, None), to)[:1]
    fields = {"to": answered.hash, "verdict": verdict.value, "speaker": speaker, "said": said, "text": text}
    told = make_answer(fields | ({"link": link} if link else {}), answered.subject, _("the answer"))
    _tell(_enter(workspace, [told], author, organisation), json_)


@claim.command("list")
def list_(workspace: WorkspacePath, subject: Subject = None, as_of: AsOf = None, json_: Json = False) -> None:
    """List claims with who said them and how they were answered, and set those that differ side by side."""
    from landrelease.claims.contradictions import contradictions
    from landrelease.claims.tables import claim_rows, contradiction_rows

    claims = _claims(workspace, as_of, subject)
    found = contradictions(claims)
    if json_:
        print_json({"claims": [_plain(each) for each in claims], "contradictions": list(map(_plain_sides, found))})
        return
    print_rows(_("Claims: what was said, not what is so"), claim_rows(claims))
    print_rows(_("Side by side: claims on the same subject that differ"), contradiction_rows(found))


@claim.command()
def timeline(
    workspace: WorkspacePath,
    subject: Subject = None,
    picture: Annotated[Path | None, typer.Option(help=_("Also draw it: .svg or .png."))] = None,
    as_of: AsOf = None,
    json_: Json = False,
) -> None:
    """Say who said what, and who acknowledged, denied or corrected it, in the order of time."""
    from landrelease.claims.tables import timeline_rows
    from landrelease.claims.timeline import timeline as moments_of

    claims = _claims(workspace, as_of, subject)
    moments = moments_of(claims)
    if picture is not None:
        from landrelease.report.claims_figure import write_timeline

        write_timeline(claims, picture)
    if json_:
        print_json([_plain_moment(moment) for moment in moments])
        return
    print_rows(_("Timeline of claims"), timeline_rows(moments))
    if picture is not None:
        say(_("The picture is in {file}").format(file=picture))


@claim.command()
def audit(
    workspace: WorkspacePath,
    wanted: Annotated[
        str, typer.Argument(metavar="CLAIM", help=_("Hash of a claim, at least eight digits, or a subject."))
    ],
    people: Annotated[list[int] | None, typer.Option(help=_("Assume so many people, not what was said."))] = None,
    days: Annotated[list[int] | None, typer.Option(help=_("Assume so many days; may be given several times."))] = None,
    as_of: AsOf = None,
    json_: Json = False,
) -> None:
    """Set a claim against rates, densities and accident records, and say which meaning of 'cleared' is possible."""
    from landrelease.claims.audit import audit_claim
    from landrelease.claims.held import chosen_claims
    from landrelease.record.in_force import profile_in_force
    from landrelease.study import register_of

    if any(value < 1 for value in (*(people or ()), *(days or ()))):
        raise typer.BadParameter(_("people and days are at least 1"))
    assumed = {name: values for name, values in (("people", people), ("days", days)) if values}
    with opened_workspace(workspace) as opened:
        register = register_of(opened, as_of)
        claims = _of_register(register)
        chosen = _richest(chosen_claims(claims, wanted))
        made = audit_claim(chosen, claims, profile_in_force(register), assumed)
    print_json(_plain_audit(made)) if json_ else _show(made)


def _read(file: Path) -> "list[Told]":
    from landrelease.claims.entering import read_claims

    if not file.exists():
        raise fail(ErrorCode.FILE_MISSING, path=file)
    form = "json" if file.suffix.lower() == ".json" else "toml"
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise fail(ErrorCode.CLAIM_FILE_INVALID, file=file.name, problem=error) from error
    return read_claims(text, form, file.name)


def _enter(workspace: Path, told: "list[Told]", author: str, organisation: str) -> "Entered":
    from landrelease.claims.entering import enter

    with signing_workspace(workspace) as opened:
        return enter(opened.ledger, told, author, organisation)


def _tell(entered: "Entered", json_: bool) -> None:
    if json_:
        print_json({"added": entered.added, "unchanged": entered.unchanged})
        return
    say(_("{count} added, {unchanged} on record already").format(count=len(entered.added), unchanged=entered.unchanged))
    for each in entered.added:
        say(f"  {each[:16]}")


def _claims(workspace: Path, as_of: str | None, subject: str | None = None) -> "list[HeldClaim]":
    from landrelease.study import register_of

    with opened_workspace(workspace) as opened:
        return _of_register(register_of(opened, as_of), subject)


def _of_register(register: Any, subject: str | None = None) -> "list[HeldClaim]":
    from landrelease.claims.held import claims_of

    return claims_of(register, subject)


def _richest(claims: "list[HeldClaim]") -> "HeldClaim":
    """Of claims on a subject, the one that gives most of area and items: what an audit begins with."""
    return max(claims, key=lambda each: (each.body.area_m2 is not None) + (each.body.items is not None))


def _show(made: "ClaimAudit") -> None:
    from landrelease.claims import tables

    print_rows(_("Figures, with who gave them"), tables.given_rows(made))
    print_rows(_("Plausibility"), tables.plausibility_rows(made))
    print_rows(_("What it is set against"), tables.comparison_rows(made))
    print_rows(_("Which meaning of 'cleared' makes it possible"), tables.definition_rows(made))
    say("\n" + _("Reading"))
    for sentence in made.reading:
        say(f"- {sentence}")


def _plain(held: "HeldClaim") -> dict[str, Any]:
    return {
        "hash": held.hash, "subject": held.subject, **held.body.model_dump(mode="json", exclude_none=True),
        "recorded_by": held.recorded_by,
        "answers": [
            {"hash": each.hash, **each.body.model_dump(mode="json", exclude_none=True)} for each in held.answers
        ],
    }  # fmt: skip


def _plain_sides(found: "Contradiction") -> dict[str, Any]:
    sides = [
        {
            "claim": one.claim.hash,
            "value": one.value,
            "speaker": one.claim.body.speaker,
            "said": one.claim.body.said,
        }
        for one in found.sides
    ]
    return {"subject": found.subject, "measure": found.measure.partition(":")[0], "sides": sides}


def _plain_moment(moment: Any) -> dict[str, Any]:
    return {**asdict(moment), "what": moment.what}


def _plain_audit(made: "ClaimAudit") -> dict[str, Any]:
    """An audit for machines; an infinite bound is null."""

    def plain(each: Any) -> dict[str, Any]:
        return {name: None if value == float("inf") else value for name, value in asdict(each).items()}

    parts = {"given": made.given, "rows": made.rows, "comparisons": made.comparisons, "definitions": made.definitions}
    return {
        "claim": made.claim.hash, "subject": made.claim.subject,
        **{name: [plain(each) for each in each_of] for name, each_of in parts.items()},
        "death_bounds": made.death_bounds, "reading": made.reading,
    }  # fmt: skip
