"""Attachments and conflicts: ``landrelease attach``, ``attachments``, ``attachment``, ``erase``, ``conflicts``."""

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landrelease.cli.common import AsOf, Json, WorkspacePath, full_hash, opened_workspace, signing_workspace
from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.terminal import print_findings, print_json, print_rows, progress_bars, say
from landrelease.terms import AttachmentKind, ConflictGrade

if TYPE_CHECKING:
    from landrelease.record.attachments.blobs import AttachmentState
    from landrelease.record.conflicts import Conflict
    from landrelease.record.register import Register

attachment = typer.Typer(no_args_is_help=True, help=_("The content of attachments: get it, confirm that it is here."))

Author = Annotated[str, typer.Option(envvar="LANDRELEASE_AUTHOR", help=_("Who says so."))]
Organisation = Annotated[str, typer.Option(envvar="LANDRELEASE_ORGANISATION", help=_("For whom."))]
_SHOWN = 16
"""Digits of a hash that tables show; any command takes them."""


def attach(
    workspace: WorkspacePath,
    file: Annotated[Path, typer.Argument(help=_("File to attach."), exists=True, dir_okay=False)],
    to: Annotated[list[str], typer.Option("--to", help=_("Statement to which it belongs; may be repeated."))],
    author: Author,
    organisation: Organisation = "not stated",
    kind: Annotated[AttachmentKind, typer.Option(help=_("What the file is."))] = AttachmentKind.OTHER,
    media_type: Annotated[str | None, typer.Option(help=_("Such as image/jpeg; from the name when left out."))] = None,
    name: Annotated[str | None, typer.Option(help=_("File name to keep; the file's own when left out."))] = None,
    personal: Annotated[
        bool, typer.Option("--personal", help=_("It identifies people: it leaves this node only when asked for."))
    ] = False,
    note: Annotated[str | None, typer.Option(help=_("A note; it stays in the record for ever."))] = None,
    json_: Json = False,
) -> None:
    """Attach a file to statements: its hash goes into the record, its content beside it."""
    from landrelease.record.attachments.blobs import attach as attach_file

    guessed = media_type or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    with signing_workspace(workspace) as opened:
        cites = [full_hash(opened.ledger, prefix) for prefix in to]
        entry = attach_file(
            opened.ledger, file, cites=cites, author=author, organisation=organisation, kind=kind, media_type=guessed,
            name=name or file.name, personal=personal, note=note,
        )  # fmt: skip
    if json_:
        print_json({"statement": entry.hash, "blob": entry.body["blob"], "size_bytes": entry.body["size_bytes"]})
        return
    say(_("{file} is attached as {blob}").format(file=file.name, blob=entry.body["blob"]))


def attachments(workspace: WorkspacePath, as_of: AsOf = None, json_: Json = False) -> None:
    """List attachments: whether the content is here, who else has confirmed it, what was erased and why."""
    from landrelease.record.attachments.blobs import attachments as states_of
    from landrelease.study import register_of

    with opened_workspace(workspace) as opened:
        states = states_of(opened.ledger, register_of(opened, as_of))
    rows = list(map(_json_row if json_ else _row, states))
    print_json(rows) if json_ else print_rows(_("Attachments"), rows)


@attachment.command()
def get(
    workspace: WorkspacePath,
    blob: Annotated[str, typer.Argument(help=_("Hash of the attachment, at least eight digits."))],
    file: Annotated[Path, typer.Argument(help=_("File to write; never over one that exists."))],
) -> None:
    """Write the content of an attachment to a file, after checking it against its hash."""
    from landrelease.record.attachments.blobs import full_hash as full_blob_hash
    from landrelease.record.attachments.blobs import read_blob

    with opened_workspace(workspace) as opened:
        found = read_blob(opened.ledger, full_blob_hash(opened.ledger, blob))
    try:
        with file.open("xb") as stream:
            stream.write(found.view)
    except FileExistsError as error:
        raise fail(ErrorCode.ATTACHMENT_FILE_EXISTS, path=file) from error
    text = _("{name} ({media_type}, {size} bytes) is in {path}")
    say(
        text.format(
            name=found.name or _("The attachment"), media_type=found.media_type, size=len(found.view), path=file
        )
    )


@attachment.command()
def confirm(
    workspace: WorkspacePath, author: Author, organisation: Organisation = "not stated", json_: Json = False
) -> None:
    """State that the attachments here are here, after hashing each again: other nodes then call them safe."""
    from landrelease.record.attachments.blobs import confirm as confirm_held

    with signing_workspace(workspace) as opened, progress_bars() as bars:
        said = confirm_held(opened.ledger, author, organisation, progress=bars)
    count = sum(len(entry.body["blobs"]) for entry in said)
    print_json({"confirmed": count}) if json_ else say(_("{count} attachments confirmed").format(count=count))


def erase(
    workspace: WorkspacePath,
    blobs: Annotated[
        list[str] | None,
        typer.Argument(help=_("Hashes of attachments, at least eight digits; without any, traces are overwritten.")),
    ] = None,
    reason: Annotated[str, typer.Option(help=_("By what right or rule; it stays for ever and must name nobody."))] = "",
    author: Annotated[str, typer.Option(envvar="LANDRELEASE_AUTHOR", help=_("Who says so."))] = "",
    organisation: Organisation = "not stated",
    json_: Json = False,
) -> None:
    """Erase the content of attachments here and, by a statement, on every node that it reaches. The hashes stay."""
    from landrelease.record.attachments.blobs import full_hash as full_blob_hash
    from landrelease.record.attachments.erasure import apply_erasures
    from landrelease.record.attachments.erasure import erase as erase_blobs

    with signing_workspace(workspace) as opened:
        ledger = opened.ledger
        if blobs:
            wanted = [full_blob_hash(ledger, prefix) for prefix in blobs]
            done = erase_blobs(ledger, wanted, reason, author, organisation)
        else:
            done = apply_erasures(ledger)
    if json_:
        print_json({"erased": done.blobs, "overwritten": done.overwritten, "findings": done.findings})
        return
    print_findings(done.findings)
    say(_("{count} attachments erased").format(count=len(done.blobs)))


def conflicts(workspace: WorkspacePath, as_of: AsOf = None, json_: Json = False) -> None:
    """List statements that were corrected in several ways: hard where one field was changed to different values."""
    from landrelease.study import register_of

    with opened_workspace(workspace) as opened, progress_bars():
        register = register_of(opened, as_of)
    found = sorted(register.conflicts, key=lambda conflict: (conflict.grade is ConflictGrade.SOFT, conflict.replaced))
    if json_:
        print_json([_conflict_as_json(conflict) for conflict in found])
        return
    print_rows(_("Conflicts"), [row for conflict in found for row in _rival_rows(conflict, register)])


def _row(state: "AttachmentState") -> dict[str, Any]:
    body = state.entry.body
    return {
        "blob": state.hash[:_SHOWN], "name": body.get("name", ""), "what": AttachmentKind(body["kind"]).label,
        "size_bytes": body["size_bytes"], "personal": bool(body["personal"]), "belongs_to": _short(state.entry.cites),
        "here": _where(state), "confirmed_by": ", ".join(state.confirmed_by), "safe": state.safe,
        "standing": state.standing.label,
    }  # fmt: skip


def _where(state: "AttachmentState") -> str:
    if state.erased_reason is not None:
        return _("erased: {reason}").format(reason=state.erased_reason)
    return _("yes") if state.here else _("no")


def _json_row(state: "AttachmentState") -> dict[str, Any]:
    return {
        "blob": state.hash, "statement": state.entry.hash, "cites": state.entry.cites, **state.entry.body,
        "here": state.here, "erased_reason": state.erased_reason, "confirmed_by": state.confirmed_by,
        "safe": state.safe, "standing": state.standing.value,
    }  # fmt: skip


def _rival_rows(conflict: "Conflict", register: "Register") -> list[dict[str, Any]]:
    replaced = register.entry(conflict.replaced)
    contested = ", ".join(conflict.fields)
    return [
        {
            "hash": conflict.replaced[:_SHOWN], "subject": replaced.subject, "grade": conflict.grade.label,
            "contested": contested, "correction": act.hash[:_SHOWN], "author": act.author, "valid": act.valid_from,
            "changes": ", ".join(changes), "standing": register.standing(act.hash).label,
        }
        for act, changes in zip(map(register.entry, conflict.supersessions), conflict.changes, strict=True)
    ]  # fmt: skip


def _conflict_as_json(conflict: "Conflict") -> dict[str, Any]:
    return {
        "replaced": conflict.replaced, "grade": conflict.grade.value, "fields": conflict.fields,
        "supersessions": dict(zip(conflict.supersessions, conflict.changes, strict=True)),
    }  # fmt: skip


def _short(hashes: tuple[str, ...]) -> str:
    return ", ".join(cited[:_SHOWN] for cited in hashes)
