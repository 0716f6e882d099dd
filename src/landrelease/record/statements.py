"""What a statement must be before it may enter a ledger."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError, from_json

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.record.body import Body
from landrelease.record.canonical import canonical
from landrelease.record.entry import Source, Statement
from landrelease.record.kinds import KINDS, Kind, Supersession
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
    members, _body = prepare(statement)
    canonical(members)


def prepare(statement: Statement) -> tuple[dict[str, Any], bytes]:
    """Check a statement and return what it contributes to an entry.

    Returns
    -------
    dict
        Members of the entry but the body (``docs/formats/ledger-v1.md``).
    bytes
        The body as canonical JSON.

    Raises
    ------
    LandreleaseError
        As `check_statement`.
    """
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
    }
    if statement.cites:
        members["cites"] = statement.cites
    if source := _source(statement.source):
        members["source"] = source
    return members, body


def _body(kind: Kind, statement: Statement) -> bytes:
    try:
        body = statement.body
        if type(body) is kind.body:  # validated when it was made, and frozen; but its fields may be in any order
            return canonical(body.model_dump(mode="json", exclude_none=True, warnings="error"))
        return _canonical_body(kind.body.model_validate(_mapping(body)))
    except ValidationError as error:
        findings = [_finding(statement, "".join(f".{part}" for part in e["loc"])[1:], e["msg"]) for e in error.errors()]
        raise LandreleaseError(findings) from error
    except PydanticSerializationError as error:  # made by model_construct with values of other types, or not UTF-8
        raise LandreleaseError(_finding(statement, None, str(error))) from error


def _canonical_body(body: Body) -> bytes:
    """Write a body that has just been validated: its fields are in canonical order, its integers within bounds."""
    content = body.model_dump_json(exclude_none=True, warnings="error").encode()
    return canonical(from_json(content)) if _has_free_names(type(body)) else content


@cache
def _has_free_names(body: type[Body]) -> bool:
    """Tell whether a body has objects whose member names the data choose: these are written in any order."""
    return any("additionalProperties" in part and part["additionalProperties"] for part in _parts(_schema(body)))


def _schema(body: type[Body]) -> dict[str, Any]:
    return body.model_json_schema(mode="serialization")


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    values = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    for value in values:
        yield from _parts(value)


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


def _check_citations(statement: Statement, body: bytes) -> None:
    if len(set(statement.cites)) != len(statement.cites):
        raise LandreleaseError(_finding(statement, "cites", _("a statement is cited twice")))
    if statement.kind not in ACTS:
        return
    if not statement.cites:
        raise _uncited(statement, _("what it acts on"))
    if statement.kind == "supersession":
        _check_supersession(statement, Supersession.model_validate_json(body))


def _check_supersession(statement: Statement, body: Supersession) -> None:
    missing = {*body.replaced, *body.by} - set(statement.cites)
    if missing:
        raise _uncited(statement, min(missing))
    if set(body.replaced) & set(body.by):
        raise LandreleaseError(_finding(statement, "by", _("a statement cannot replace itself")))


def _uncited(statement: Statement, cited: str) -> LandreleaseError:
    return fail(ErrorCode.REPLACED_NOT_CITED, subject=statement.subject, kind=statement.kind, cited=cited)
