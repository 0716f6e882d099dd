"""What a statement must be before it may enter a ledger."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.record.canonical import canonical
from landrelease.record.entry import Source, Statement
from landrelease.record.kinds import KINDS, Body, Kind, Supersession
from landrelease.record.when import is_span
from landrelease.terms import HowKnown, Reliability

ACTS = frozenset({"review", "supersession", "withdrawal"})
"""Kinds that act on the statements that they cite."""


def check_statement(statement: Statement) -> None:
    """Refuse a statement that no ledger would take; what it cites is checked only when it is appended.

    Raises
    ------
    LandreleaseError
        LR1001 to LR1005 and LR1007, with every finding of the body.
    """
    canonical(statement_members(statement))


def statement_members(statement: Statement) -> dict[str, Any]:
    """Return the members of an entry that come from its statement (``docs/formats/ledger-v1.md``), all checked."""
    kind = KINDS.get(statement.kind)
    if kind is None:
        raise fail(ErrorCode.KIND_UNKNOWN, kind=statement.kind)
    body = _body(kind, statement)
    _check_names(statement)
    _check_citations(statement, body)
    members: dict[str, Any] = {
        "kind": kind.name,
        "kind_version": kind.version,
        "subject": statement.subject,
        "valid": _valid(statement),
        "author": statement.author,
        "organisation": statement.organisation,
        "body": body,
    }
    if statement.cites:
        members["cites"] = statement.cites
    if source := _source(statement.source):
        members["source"] = source
    return members


def _body(kind: Kind, statement: Statement) -> dict[str, Any]:
    try:
        body = statement.body
        # a body made by its own class was validated when it was made, and is frozen
        model = body if type(body) is kind.body else kind.body.model_validate(_mapping(body))
        return model.model_dump(mode="json", exclude_none=True, warnings="error")
    except ValidationError as error:
        findings = [_finding(statement, "".join(f".{part}" for part in e["loc"])[1:], e["msg"]) for e in error.errors()]
        raise LandreleaseError(findings) from error
    except PydanticSerializationError as error:  # made by model_construct with values of other types, or not UTF-8
        raise LandreleaseError(_finding(statement, None, str(error))) from error


def _mapping(body: Any) -> Any:
    return body.model_dump(exclude_none=True) if isinstance(body, Body) else body


def _finding(statement: Statement, field: str | None, problem: str) -> Finding:
    details = {"kind": statement.kind, "subject": statement.subject, "problem": problem}
    return Finding(ErrorCode.BODY_INVALID, details, row=statement.source.row, field=field)


def _check_names(statement: Statement) -> None:
    for part in ("subject", "author", "organisation"):
        text = getattr(statement, part)
        if not text or text != text.strip():
            raise fail(ErrorCode.STATEMENT_INCOMPLETE, part=part)


def _valid(statement: Statement) -> list[str]:
    valid = [statement.valid_from] if statement.valid_to is None else [statement.valid_from, statement.valid_to]
    if not is_span(valid):
        raise fail(
            ErrorCode.VALID_TIME_INVALID, subject=statement.subject, valid_from=statement.valid_from,
            valid_to=statement.valid_to or "",
        )  # fmt: skip
    return valid


def _source(source: Source) -> dict[str, Any]:
    values: dict[str, Any] = {"file": source.file, "row": source.row, "note": source.note}
    if source.how_known is not HowKnown.UNKNOWN:
        values["how_known"] = str(source.how_known.value)
    if source.reliability is not Reliability.UNKNOWN:
        values["reliability"] = str(source.reliability.value)
    return {name: value for name, value in values.items() if value is not None}


def _check_citations(statement: Statement, body: dict[str, Any]) -> None:
    if len(set(statement.cites)) != len(statement.cites):
        raise LandreleaseError(_finding(statement, "cites", _("a statement is cited twice")))
    if statement.kind not in ACTS:
        return
    if not statement.cites:
        raise _uncited(statement, _("what it acts on"))
    if statement.kind == "supersession":
        _check_supersession(statement, Supersession.model_construct(**body))


def _check_supersession(statement: Statement, body: Supersession) -> None:
    missing = {*body.replaced, *body.by} - set(statement.cites)
    if missing:
        raise _uncited(statement, min(missing))
    if set(body.replaced) & set(body.by):
        raise LandreleaseError(_finding(statement, "by", _("a statement cannot replace itself")))


def _uncited(statement: Statement, cited: str) -> LandreleaseError:
    return fail(ErrorCode.REPLACED_NOT_CITED, subject=statement.subject, kind=statement.kind, cited=cited)
