"""Commands of release: effort, decision, handover, post-release check, reopening, look-back, certificate."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landrelease.cli.common import (
    Json,
    WorkspacePath,
    asked_passphrase,
    full_hash,
    opened_workspace,
    signing_workspace,
)
from landrelease.cli.keys import OFFICER_PASSPHRASE, Author, Organisation
from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.terminal import print_findings, print_json, print_rows, progress_bars, say
from landrelease.terms import PostReleaseResult, Recipient

if TYPE_CHECKING:
    from landrelease.land.accounts import Accounts
    from landrelease.record.entry import Entry, Statement
    from landrelease.record.register import Register
    from landrelease.record.signing.keys import SigningKey
    from landrelease.record.workspace import Workspace
    from landrelease.release.certificate import Certificate
    from landrelease.release.checks import Unmet
    from landrelease.release.decision import Decision

release = typer.Typer(
    no_args_is_help=True, help=_("Release of land: what is missing, who decides, handover, reopening, look-back.")
)

Area = Annotated[str, typer.Argument(help=_("Subject of the area."))]
Parts = Annotated[list[str] | None, typer.Option("--part", help=_("Only this part; may be repeated."))]
Signatory = Annotated[str, typer.Option(envvar="LANDRELEASE_AUTHOR", help=_("Who decides and signs."))]
KeyFile = Annotated[Path, typer.Option("--key", help=_("Key file of the signing officer."))]
OnDay = Annotated[str | None, typer.Option("--day", help=_("Day of it (YYYY-MM-DD); today when left out."))]
Cited = Annotated[
    list[str] | None, typer.Option("--cite", help=_("Hash of a statement that was considered; may be repeated."))
]
ReasonOrNone = Annotated[
    str | None, typer.Option(help=_("Why: to override what is advisory, to refuse, or to reopen."))
]


@dataclass(frozen=True)
class _Folded:
    """An opened workspace and what follows from its record."""

    workspace: "Workspace"
    register: "Register"
    accounts: "Accounts"

    @property
    def state(self) -> "tuple[Register, Accounts, Any]":
        return self.register, self.accounts, self.accounts.profile

    @property
    def today(self) -> str:
        from landrelease.record.when import time_text

        return time_text(self.workspace.ledger.clock())[:10]


@contextmanager
def _folded(workspace: Path, write: bool = False) -> Iterator[_Folded]:
    from landrelease.land.accounts import build_accounts
    from landrelease.study import register_of

    opening = signing_workspace(workspace) if write else opened_workspace(workspace)
    with opening as opened, progress_bars() as bars:
        register = register_of(opened)
        yield _Folded(opened, register, build_accounts(register, progress=bars))


def gate(workspace: WorkspacePath, area: Area, part: Parts = None, json_: Json = False) -> None:
    """List every criterion that stands between an area and its release. Exits 1 when there is one."""
    from landrelease.release.gate import unmet_criteria

    with _folded(workspace) as found:
        unmet = unmet_criteria(area, *found.state, part_ids=part)
    if json_:
        print_json([_unmet_row(each) for each in unmet])
    else:
        print_findings([each.finding for each in unmet])
    if unmet:
        raise typer.Exit(1)
    if not json_:
        say(_("Nothing in the record stands against a release of {area}; a named signatory decides").format(area=area))


def certificate(
    workspace: WorkspacePath,
    subject: Annotated[str, typer.Argument(metavar="PART|AREA", help=_("Part, or subject of the area."))],
    file: Annotated[Path, typer.Argument(help=_("PDF to write."))],
    language: Annotated[
        list[str] | None, typer.Option(help=_("Language code: en, fr, ar or uk; may be repeated."))
    ] = None,
    decision: Annotated[
        str | None, typer.Option(help=_("Hash of the release decision; the last one when left out."))
    ] = None,
    json_: Json = False,
) -> None:
    """Write the certificate of released land with its proof: what was recorded, never that ground is safe."""
    from landrelease.release.certificate import certificate as make_certificate
    from landrelease.report.certificate_folder import covered, give_certificate

    def made(found: _Folded) -> "Certificate":
        area, part = _subject(found.accounts, subject)
        wanted = full_hash(found.workspace.ledger, decision) if decision else None
        return make_certificate(
            area, *found.state, decision=wanted, part_ids=part, trust=found.workspace.ledger.trust()
        )

    with _folded(workspace) as found:
        repeated = made(found)
        write = not covered(found.workspace.ledger, repeated.decision)
    opening = signing_workspace if write else opened_workspace
    with opening(workspace) as opened, progress_bars() as bars:
        given = give_certificate(repeated, opened.ledger, file, language or ["en"], bars)
    if json_:
        print_json({"decision": repeated.decision, "signed": repeated.signed, "files": given.files})
        return
    signed = _("signed") if repeated.signed else _("not signed")
    say(_("Certificate of {area} ({signed}): {files}").format(
        area=subject, signed=signed, files=", ".join(given.files.values())
    ))  # fmt: skip
    if given.proof:
        say(_("Check it yourself, without a network:") + f"\n\n  {given.proof.command}\n")


def _subject(accounts: "Accounts", subject: str) -> tuple[str, list[str] | None]:
    """Area and part that a subject means."""
    parts = accounts.parts()
    areas = parts.loc[parts["part_id"] == subject, "area_id"]
    return (str(areas.iloc[0]), [subject]) if len(areas) else (subject, None)


@release.command()
def effort(
    workspace: WorkspacePath,
    area: Area,
    done: Annotated[list[str] | None, typer.Option(help=_("Item of the profile's checklist that was done."))] = None,
    not_applicable: Annotated[
        list[str] | None, typer.Option(help=_("ITEM=WHY: item that does not apply, and why."))
    ] = None,
    cite: Cited = None,
    day: OnDay = None,
    author: Author = "not stated",
    organisation: Organisation = "not stated",
) -> None:
    """Record all reasonable effort on an area, item by item; what is not named counts as not done."""
    from landrelease.record.entry import Statement
    from landrelease.record.releasing import ReleaseEffort
    from landrelease.release.criteria import effort_items

    with signing_workspace(workspace) as opened:
        items = effort_items(opened.profile, done or (), dict(_divided(text) for text in not_applicable or ()))
        cites = tuple(full_hash(opened.ledger, one) for one in cite or ())
        body = ReleaseEffort(area=area, items=items)
        said = Statement("release.effort", area, body, day or _today(opened), author, organisation, cites=cites)
        made = opened.ledger.append([said])[0]
    say(_("Recorded: {hash}").format(hash=made.hash))


@release.command()
def decide(
    workspace: WorkspacePath,
    area: Area,
    signatory: Signatory,
    organisation: Organisation,
    key: KeyFile,
    refuse: Annotated[bool, typer.Option("--refuse", help=_("Refuse the release instead; needs a reason."))] = False,
    part: Parts = None,
    reason: ReasonOrNone = None,
    limit: Annotated[
        list[str] | None, typer.Option(help=_("What the decision does not cover; may be repeated."))
    ] = None,
    cite: Cited = None,
    estimate: Annotated[str | None, typer.Option(help=_("Hash of the recorded estimate that advises."))] = None,
    raster: Annotated[Path | None, typer.Option(help=_("hazard.tif of that estimate."))] = None,
    day: OnDay = None,
    json_: Json = False,
) -> None:
    """Decide on land as a named signatory, and sign the decision. Refused with all that is missing."""
    advice = {"estimate": estimate, "raster": raster}
    options = {"reason": reason, "part_ids": part, "limits": limit or (), "cites": cite or ()}
    _decided(workspace, area, "refuse" if refuse else "release", signatory, organisation, key, day, options, advice,
             json_)  # fmt: skip


@release.command()
def reopen(
    workspace: WorkspacePath,
    area: Area,
    signatory: Signatory,
    organisation: Organisation,
    key: KeyFile,
    cite: Annotated[list[str], typer.Option(help=_("Hash of what was found, happened or became known."))],
    reason: Annotated[str, typer.Option(help=_("Why."))],
    part: Parts = None,
    day: OnDay = None,
    json_: Json = False,
) -> None:
    """Reopen released land: a named signatory decides, on a statement of what was found."""
    options = {"reason": reason, "part_ids": part, "cites": cite}
    _decided(workspace, area, "reopen", signatory, organisation, key, day, options, {}, json_)


@release.command("hand-over")
def hand_over(
    workspace: WorkspacePath,
    area: Area,
    signatory: Signatory,
    organisation: Organisation,
    key: KeyFile,
    recipient: Annotated[str, typer.Option(help=_("Who takes the land over."))],
    recipient_kind: Annotated[Recipient, typer.Option(help=_("What the recipient is."))],
    residual_risk: Annotated[str | None, typer.Option(help=_("Who answers for the residual risk."))] = None,
    duty: Annotated[str | None, typer.Option(help=_("What they have to do."))] = None,
    told: Annotated[bool, typer.Option("--told", help=_("The community was told."))] = False,
    women: Annotated[int | None, typer.Option(min=0, help=_("Women who were told."))] = None,
    men: Annotated[int | None, typer.Option(min=0, help=_("Men who were told."))] = None,
    girls: Annotated[int | None, typer.Option(min=0, help=_("Girls who were told."))] = None,
    boys: Annotated[int | None, typer.Option(min=0, help=_("Boys who were told."))] = None,
    turning_points: Annotated[int | None, typer.Option(min=0, help=_("Turning points surveyed."))] = None,
    markers: Annotated[int | None, typer.Option(min=0, help=_("Markers left on the ground."))] = None,
    document: Annotated[list[str] | None, typer.Option(help=_("Document handed over; may be repeated."))] = None,
    part: Parts = None,
    day: OnDay = None,
    json_: Json = False,
) -> None:
    """Hand released land over to its owner or community, with the residual risk assigned."""
    from landrelease.release.handover import hand_over as make_handover

    numbers = {"women": women, "men": men, "girls": girls, "boys": boys}
    with _folded(workspace, write=True) as found:
        signer = _signer(found, key, signatory, day)
        statement = make_handover(
            area, *found.state, signatory=signatory, organisation=organisation, day=day or found.today,
            recipient=recipient, recipient_kind=recipient_kind, part_ids=part, residual_risk_holder=residual_risk,
            residual_risk_duty=duty, community_told=told or None,
            told={name: count for name, count in numbers.items() if count is not None},
            turning_points_surveyed=turning_points, markers_left=markers, documents=document or (),
            trust=found.workspace.ledger.trust(),
        )  # fmt: skip
        _append(found, statement, signer, json_)


@release.command()
def check(
    workspace: WorkspacePath,
    area: Area,
    result: Annotated[PostReleaseResult, typer.Argument(help=_("What the check of released land showed."))],
    author: Author,
    organisation: Organisation,
    used: Annotated[bool | None, typer.Option("--used/--not-used", help=_("Whether the land is used."))] = None,
    markers: Annotated[
        bool | None, typer.Option("--markers/--no-markers", help=_("Whether markers are in place."))
    ] = None,
    informants: Annotated[int | None, typer.Option(min=0, help=_("People asked."))] = None,
    note: Annotated[str | None, typer.Option(help=_("Remark."))] = None,
    cite: Cited = None,
    day: OnDay = None,
) -> None:
    """Record a check of released land; it counts after a review by someone else."""
    from landrelease.record.entry import Statement
    from landrelease.record.releasing import PostReleaseCheck

    body = PostReleaseCheck(
        area=area, result=result, land_used=used, markers_in_place=markers, informants=informants, note=note
    )
    with signing_workspace(workspace) as opened:
        cites = tuple(full_hash(opened.ledger, one) for one in cite or ())
        said = Statement("release.check", area, body, day or _today(opened), author, organisation, cites=cites)
        made = opened.ledger.append([said])[0]
    say(_("Recorded: {hash}").format(hash=made.hash))


@release.command()
def proposals(
    workspace: WorkspacePath,
    area: Annotated[str | None, typer.Argument(help=_("Subject of the area; all when left out."))] = None,
    json_: Json = False,
) -> None:
    """List what was found or became known in released land since: each proposes a reopening that a person decides."""
    from landrelease.release.reopening import reopening_proposals

    with _folded(workspace) as found:
        listed = reopening_proposals(found.register, found.accounts, area)
    if json_:
        print_json([asdict(one) for one in listed])
        return
    rows = [
        {"area": one.area_id, "parts": len(one.part_ids), "day": one.day, "what": one.what, "cause": one.cause[:16]}
        for one in listed
    ]
    print_rows(_("Proposed reopenings"), rows)


@release.command("look-back")
def look_back(
    workspace: WorkspacePath,
    subject: Annotated[str, typer.Argument(help=_("Part, area, or hash of the item, accident or evidence."))],
    released: Annotated[bool, typer.Option("--released", help=_("Only land that is released or handed over."))] = False,
    out: Annotated[Path | None, typer.Option(help=_("Table to write: .csv or .xlsx."))] = None,
    json_: Json = False,
) -> None:
    """List the land that shares team, asset, method and period with land where something was missed."""
    from landrelease.exchange.writing import write_frame
    from landrelease.release.look_back import LookBack

    with _folded(workspace) as found:
        index = LookBack(found.register, found.accounts, found.accounts.profile.release.look_back_days)
        if len(subject) >= 8 and set(subject.lower()) <= set("0123456789abcdef"):
            subject = full_hash(found.workspace.ledger, subject)
        frame = index.alike(subject, released_only=released)
    if out is not None:
        write_frame(frame, out)
        say(_("Written: {path}").format(path=out))
        return
    rows = frame.to_dict("records")
    if json_:
        print_json(rows)
        return
    shown = ("part_id", "release_status", "team", "method", "worked_from", "worked_to", "shared", "days_apart")
    print_rows(_("Land to look at again"), [{name: row[name] or "" for name in shown} for row in rows[:50]])
    if len(rows) > 50:
        say(_("{count} in all; --out writes them").format(count=len(rows)))


def _decided(
    workspace: Path,
    area: str,
    decision: "Decision",
    signatory: str,
    organisation: str,
    key: Path,
    day: str | None,
    options: dict[str, Any],
    advice: dict[str, Any],
    json_: bool,
) -> None:
    """Make, sign and record a decision; nothing is recorded where anything is refused."""
    from landrelease.release.decision import decide as make_decision

    with _folded(workspace, write=True) as found:
        ledger = found.workspace.ledger
        signer = _signer(found, key, signatory, day)
        cites = [full_hash(ledger, one) for one in options["cites"]]
        register, accounts, profile = found.state
        statement = make_decision(
            area, register, accounts, profile, signatory=signatory, organisation=organisation, day=day or found.today,
            decision=decision, trust=ledger.trust(), **{**options, "cites": cites, **_advice(found, **advice)},
        )  # fmt: skip
        _append(found, statement, signer, json_)


def _signer(found: _Folded, key: Path, signatory: str, day: str | None) -> "SigningKey":
    """Read the officer's key, after checking that it is theirs and in force, before anything else is done."""
    from landrelease.record.signing.keys import public_key_of, read_key
    from landrelease.release.decision import check_key

    if not key.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=key)
    check_key(found.workspace.ledger.trust(), signatory, day or found.today, public_key_of(key))
    return read_key(key, asked_passphrase(key, OFFICER_PASSPHRASE))


def _advice(found: _Folded, estimate: str | None = None, raster: Path | None = None) -> dict[str, Any]:
    from landrelease.estimates import read_estimate

    if estimate is None:
        return {}
    entry = found.register.entry(full_hash(found.workspace.ledger, estimate))
    return {"estimate": entry.hash, "surface": read_estimate(entry, raster) if raster else None}


def _append(found: _Folded, statement: "Statement", signer: "SigningKey", json_: bool) -> None:
    from landrelease.record.signing.keyring import append_signed

    entry, signature = append_signed(found.workspace.ledger, statement, signer)
    if json_:
        print_json({"entry": entry.hash, "signature": signature.hash})
        return
    said = _("{signatory} has signed {hash}").format(signatory=statement.author, hash=entry.hash)
    say(said + "\n" + _next_step(entry))


def _next_step(entry: "Entry") -> str:
    """What to do after it."""
    if entry.kind == "release.decision" and entry.body["decision"] == "reopen":
        return _("Investigate, and look at land of the same team, asset, method and period: release look-back")
    return _("'landrelease certificate' makes the certificate and its proof")


def _unmet_row(unmet: "Unmet") -> dict[str, Any]:
    return {
        "criterion": unmet.criterion.code, "advisory": unmet.advisory, "part": unmet.part_id,
        "code": unmet.criterion.error.code, "reason": unmet.reason, "remedy": unmet.finding.remedy,
        "statements": list(unmet.entries),
    }  # fmt: skip


def _divided(text: str) -> tuple[str, str]:
    """Divide ITEM=WHY."""
    item, _sign, why = text.partition("=")
    return item.strip(), why.strip()


def _today(workspace: "Workspace") -> str:
    from landrelease.record.when import time_text

    return time_text(workspace.ledger.clock())[:10]
