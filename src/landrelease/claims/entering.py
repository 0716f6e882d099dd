"""Taking claims in, a file (``docs/formats/claims-v1.md``) or one, checked before anything is written."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pydantic import ValidationError

from landrelease.claims.said import said_when
from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.land.dates import first_day, last_day
from landrelease.record.body import Body
from landrelease.record.claiming import Claim, ClaimResponse
from landrelease.record.entry import Source, Statement
from landrelease.terms import ClaimDefinition

if TYPE_CHECKING:
    from landrelease.record.ledger import Ledger

B = TypeVar("B", Claim, ClaimResponse)

FORMAT = "landrelease claims 1"
FIGURES = ("area_m2", "items", "people", "days", "deaths", "wounded")
_AREA_UNITS = {"area_m2": 1, "area_ha": 10_000, "area_km2": 1_000_000}
_NO_ANSWERED = "0" * 64


@dataclass(frozen=True, slots=True)
class Told:
    """One claim or answer before it is recorded: `answers` names a claim of the same file, or a hash on record."""

    name: str
    subject: str
    body: Claim | ClaimResponse
    answers: str | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """Hashes of what was put on record, and how many were there already."""

    added: tuple[str, ...]
    unchanged: int


def read_claims(text: str, form: str, file: str = "") -> list[Told]:
    """Read a claims file.

    Parameters
    ----------
    form
        ``toml`` or ``json``.

    Raises
    ------
    LandreleaseError
        LR3306 where it is no claims file; else one finding for each fault in it: LR3300 to LR3302, LR3305, LR3307.
    """
    content = _content(text, form, file)
    if content.get("format") != FORMAT:
        raise fail(
            ErrorCode.CLAIM_FILE_INVALID,
            file=file,
            problem=_('it does not begin with format = "{format}"').format(format=FORMAT),
        )
    unknown = set(content) - {"format", "about", "subject", "claim", "response"}
    if unknown or not all(isinstance(content.get(name, []), list) for name in ("claim", "response")):
        problem = _("unknown parts: {names}").format(names=", ".join(sorted(unknown)) or "claim, response")
        raise fail(ErrorCode.CLAIM_FILE_INVALID, file=file, problem=problem)
    return _all_told(content, file)


def _content(text: str, form: str, file: str) -> dict[str, Any]:
    try:
        content = json.loads(text) if form == "json" else tomllib.loads(text)
    except ValueError as error:
        raise fail(ErrorCode.CLAIM_FILE_INVALID, file=file, problem=error) from error
    if not isinstance(content, dict):
        raise fail(ErrorCode.CLAIM_FILE_INVALID, file=file, problem=_("it is not a table of names and values"))
    return content


def _all_told(content: Mapping[str, Any], file: str) -> list[Told]:
    told: list[Told] = []
    findings: list[Finding] = []
    subject = content.get("subject")
    for kind, make in (("claim", make_claim), ("response", make_answer)):
        for number, row in enumerate(content.get(kind, []), start=1):
            try:
                told.append(make(row, subject, f"{kind} {number}"))
            except LandreleaseError as error:
                findings += [Finding(f.error, f.details, file=file, row=number, field=f.field) for f in error.findings]
    names = [each.name for each in told]
    doubled = sorted({name for name in names if names.count(name) > 1})
    findings += [_finding(name, _("this id is given twice")) for name in doubled]
    if findings:
        raise LandreleaseError(findings)
    return told


def make_claim(row: Any, subject: str | None, name: str) -> Told:
    """Check one claim given as names and values.

    Raises
    ------
    LandreleaseError
        LR3300 without a definition, LR3301 for a field that is wrong, LR3302 for land or items that are said not to be
        spoken of, LR3305 and LR3307 for times that cannot be.
    """
    if not isinstance(row, Mapping):
        raise LandreleaseError(_finding(name, _("it is not a table of names and values")))
    name = str(row.get("id", name))
    fields = _with_area({key: value for key, value in row.items() if key not in ("id", "subject")}, name)
    if "definition" not in fields or not str(fields["definition"]).strip():
        known = ", ".join(definition.value for definition in ClaimDefinition)
        raise fail(ErrorCode.CLAIM_DEFINITION_MISSING, claim=name, definitions=known)
    body = _model(Claim, fields, name)
    _check_claim(body, name)
    return Told(name, _subject(row.get("subject", subject), name), body)


def make_answer(row: Any, subject: str | None, name: str) -> Told:
    """Check one answer to a claim given as names and values; ``to`` names the claim."""
    if not isinstance(row, Mapping):
        raise LandreleaseError(_finding(name, _("it is not a table of names and values")))
    to = str(row.get("to", ""))
    fields = {key: value for key, value in row.items() if key not in ("to", "id", "subject")}
    body = _model(ClaimResponse, fields | {"claim": _NO_ANSWERED}, name)
    said_when(body.said, name)
    if not to:
        raise LandreleaseError(_finding(name, _("'to' is missing: which claim does it answer?")))
    return Told(str(row.get("id", name)), _subject(row.get("subject", subject), name), body, to)


def _with_area(fields: dict[str, Any], name: str) -> dict[str, Any]:
    """Area in m², whichever of the three units it was given in."""
    given = [unit for unit in _AREA_UNITS if unit in fields]
    if len(given) > 1:
        raise LandreleaseError(_finding(name, _("the area is given in several units")))
    for unit in given:
        value = fields.pop(unit)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise LandreleaseError(_finding(name, _("{field} is not a number").format(field=unit)))
        fields["area_m2"] = round(value * _AREA_UNITS[unit])
    return fields


def _model(kind: type[B], fields: Mapping[str, Any], name: str) -> B:
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise LandreleaseError(
            _finding(name, ".".join(map(str, each["loc"])) + ": " + each["msg"]) for each in error.errors()
        ) from error


def _subject(subject: Any, name: str) -> str:
    if not isinstance(subject, str) or not subject.strip():
        raise LandreleaseError(_finding(name, _("the subject is missing: what do claims on this share?")))
    return subject.strip()


def _check_claim(body: Claim, name: str) -> None:
    for field in ("about", "speaker", "text"):
        if not getattr(body, field).strip():
            raise LandreleaseError(_finding(name, _("{field} is empty").format(field=field)))
    if body.definition is ClaimDefinition.NOT_APPLICABLE and (body.area_m2 is not None or body.items is not None):
        raise fail(ErrorCode.CLAIM_DEFINITION_MISPLACED, claim=name)
    for field in ("area_m2", "people", "days"):
        if getattr(body, field) == 0:
            raise LandreleaseError(_finding(name, _("{field} is 0; leave out what was not said").format(field=field)))
    unknown = set(body.bounds or ()) - set(FIGURES)
    if unknown:
        raise LandreleaseError(
            _finding(name, _("bounds of what is no figure: {names}").format(names=", ".join(sorted(unknown))))
        )
    _check_times(body, name)


def _check_times(body: Claim, name: str) -> None:
    said = said_when(body.said, name)
    pairs = [(body.period_from, body.period_to)]
    if not said.before:
        pairs.append((said.start, body.known))
    for first, second in pairs:
        if first and second and first_day(first) > last_day(second):
            raise fail(ErrorCode.CLAIM_TIMES_CONTRADICT, claim=name, first=first, second=second)


def _finding(claim: str, problem: str) -> Finding:
    return Finding(ErrorCode.CLAIM_INVALID, {"claim": claim, "problem": problem})


def enter(
    ledger: "Ledger", told: Sequence[Told], author: str, organisation: str, source: Source | None = None
) -> Entered:
    """Put claims and answers on record in one transaction; what is there word for word is not entered again.

    Raises
    ------
    LandreleaseError
        LR3308 for an answer to a claim that is neither among these nor on record, LR3307 for one said before its claim.
        Nothing is written then.
    """
    entries = [logged.entry for kind in ("claim", "claim.response") for logged in ledger.log(kind=kind)]
    known = {_key(entry.subject, entry.model()): entry.hash for entry in entries}
    claims = {entry.hash: cast("Claim", entry.model()) for entry in entries if entry.kind == "claim"}
    _check_answers(told, claims)
    named: dict[str, str] = {}
    added: list[str] = []
    with ledger.batch() as batch:
        for each in sorted(told, key=lambda each: isinstance(each.body, ClaimResponse)):
            statement = _statement(each, named, claims, author, organisation, source)
            entry_hash = known.get(_key(each.subject, cast("Body", statement.body)))
            if entry_hash is None:
                entry_hash = batch.add(statement).hash
                added.append(entry_hash)
            named[each.name] = entry_hash
    return Entered(tuple(added), len(told) - len(added))


def _key(subject: str, body: Body) -> tuple[str, str]:
    """What makes two statements the same: bodies hold dictionaries, so they are compared as JSON."""
    return subject, json.dumps(body.model_dump(mode="json", exclude_none=True), sort_keys=True)


def _statement(
    each: Told, named: Mapping[str, str], claims: Mapping[str, Claim], author: str, organisation: str,
    source: Source | None,
) -> Statement:  # fmt: skip
    said = said_when(each.body.said, each.name)
    body, kind, cites = each.body, "claim", tuple[str, ...]()
    if isinstance(body, ClaimResponse):
        to = named.get(str(each.answers)) or _full(claims, str(each.answers))
        body, kind, cites = body.model_copy(update={"claim": to}), "claim.response", (to,)
    until = said.end if said.end != said.start else None
    return Statement(kind, each.subject, body, said.start, author, organisation, until, source or Source(), cites)


def _check_answers(told: Sequence[Told], claims: Mapping[str, Claim]) -> None:
    here = {each.name: each.body for each in told if isinstance(each.body, Claim)}
    for each in told:
        if each.answers is None:
            continue
        full = _full(claims, each.answers)
        if each.answers not in here and not full:
            raise fail(ErrorCode.CLAIM_ANSWERED_UNKNOWN, claim=each.name, to=each.answers)
        answered = said_when((here.get(each.answers) or claims[full]).said)
        answer = said_when(each.body.said, each.name)
        if answer.last_day < answered.first_day:
            raise fail(ErrorCode.CLAIM_TIMES_CONTRADICT, claim=each.name, first=answered.start, second=answer.end)


def _full(claims: Mapping[str, Claim], prefix: str) -> str:
    """The one hash on record that begins so; empty where there is none or several."""
    found = [one for one in claims if len(prefix) >= 8 and one.startswith(prefix.lower())]
    return found[0] if len(found) == 1 else ""
