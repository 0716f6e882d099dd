"""From the fields of a row and its shape to a statement, as a mapping file says."""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

from pydantic import ValidationError
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.exchange import shapes
from landrelease.exchange.fieldtypes import FieldType, codes_of, is_list, shape_types, type_of
from landrelease.exchange.mapping import DayRule, FieldRule, Mapping
from landrelease.exchange.proposal import Proposal, Reading, Refusal
from landrelease.exchange.rowreader import RowCheck
from landrelease.exchange.values import code_of, parse_area, parse_day, parse_integer, parse_number, whole
from landrelease.geo.shapes import shape_from_body
from landrelease.record.entry import Statement
from landrelease.record.kinds import KINDS
from landrelease.record.statements import check_statement

_TRUE_FALSE = {"true": "true", "false": "false", "1": "true", "0": "false", "yes": "true", "no": "false"}

Values = dict[str, str]


def mapping_of(reading: Reading) -> Mapping:
    """Return the mapping of a reading; the pipeline has seen to it that there is one."""
    if reading.mapping is None:
        details = {"format": reading.path.suffix}
        raise LandreleaseError(Finding(ErrorCode.MAPPING_NEEDED, details, file=reading.path.name))
    return reading.mapping


def propose(
    values: Values, geometry: BaseGeometry | None, crs: str | None, check: RowCheck, reading: Reading
) -> Proposal | None:
    """Return the statement that a row makes, or None after noting everything that is wrong with it.

    Parameters
    ----------
    geometry
        Shape of the row in `crs`, x before y; None where it has none.
    """
    mapping = mapping_of(reading)
    body: dict[str, Any] = {}
    for name, value in mapping.constants.items():
        _put(body, name, value)
    for name, rule in mapping.fields.items():
        if (value := _field(mapping, name, rule, values, check, reading.today)) is not None:
            _put(body, name, value)
    if mapping.geometry is not None:
        kinds = shape_types(mapping.kind, mapping.geometry.field)
        shape = shapes.shape_body(geometry, crs or "EPSG:4326", mapping.geometry, kinds, mapping.kind, check)
        if shape is not None:
            _put(body, mapping.geometry.field, shape)
            _compare_areas(body, mapping, reading, check)
    return _proposal(mapping, body, values, check, reading)


def _proposal(
    mapping: Mapping, body: dict[str, Any], values: Values, check: RowCheck, reading: Reading
) -> Proposal | None:
    columns = dict.fromkeys([*mapping.key, *mapping.subject_columns])
    needed = {column: _needed(column, values, check) for column in columns}
    key = [needed[column] for column in mapping.key]
    start = _day(mapping.valid.start, values, check, reading.today)
    end = _day(mapping.valid.end, values, check, None) if mapping.valid.end else None
    if start is None and not check.failed:
        check.add(Refusal(ErrorCode.VALUE_MISSING), mapping.valid.start.column)
    if check.failed or start is None:
        return None
    try:
        model = KINDS[mapping.kind].body.model_validate(body)
    except ValidationError as error:
        _note_problems(error, mapping, check)
        return None
    subject = mapping.subject_of(needed)
    proposal = Proposal(
        "|".join(key), mapping.kind, model, start, end, subject, mapping.source.how_known, mapping.source.reliability
    )
    return proposal if _recordable(proposal, check) else None


def _recordable(proposal: Proposal, check: RowCheck) -> bool:
    """Whether the record would take the statement: better said of the row now than of the whole file later."""
    subject = proposal.subject if proposal.subject is not None else "any"
    statement = Statement(proposal.kind, subject, proposal.body, proposal.valid_from, "any", "any", proposal.valid_to)
    try:
        check_statement(statement)
    except LandreleaseError as error:
        check.adopt(error.findings)
        return False
    return True


def _note_problems(error: ValidationError, mapping: Mapping, check: RowCheck) -> None:
    for problem in error.errors():
        place = ".".join(str(part) for part in problem["loc"])
        rule = mapping.fields.get(place)
        refusal = Refusal(ErrorCode.ROW_BODY_INVALID, kind=mapping.kind, problem=f"{place}: {problem['msg']}")
        check.add(refusal, rule.column if rule else place)


def _needed(column: str, values: Values, check: RowCheck) -> str:
    value = values.get(column, "").strip()
    if not value:
        check.add(Refusal(ErrorCode.VALUE_MISSING), column)
    return value


def _day(rule: DayRule, values: Values, check: RowCheck, today: str | None) -> str | None:
    text = rule.value if rule.value is not None else values.get(rule.column or "", "").strip()
    return check.read(rule.column, lambda: parse_day(text, rule.forms, today)) if text else None


def _field(mapping: Mapping, name: str, rule: FieldRule, values: Values, check: RowCheck, today: str) -> Any:
    text = values.get(rule.column, "").strip()
    if not text or text in rule.not_stated:
        if rule.required:
            check.add(Refusal(ErrorCode.VALUE_MISSING), rule.column)
        return None
    parse = _parser(mapping, name, rule, values, today)
    several = is_list(mapping.kind, name) and "." not in name
    parts = [part.strip() for part in text.split(rule.split)] if rule.split else [text]
    found = [check.read(rule.column, partial(parse, part)) for part in parts if part]
    return found if several else found[0]


def _parser(mapping: Mapping, name: str, rule: FieldRule, values: Values, today: str) -> Callable[[str], Any]:
    style, kind = mapping.numbers.style, rule.type or type_of(mapping.kind, name)
    unit = values.get(rule.unit_column, "").strip() if rule.unit_column else rule.unit or ""
    parsers: dict[FieldType, Callable[[str], Any]] = {
        FieldType.TEXT: lambda text: code_of(text, rule.codes) if rule.codes else text,
        FieldType.INTEGER: lambda text: parse_integer(text, style),
        FieldType.NUMBER: lambda text: f"{parse_number(text, style):f}",
        FieldType.AREA: lambda text: whole(parse_area(text, unit, style)),
        FieldType.DATE: lambda text: parse_day(text, rule.forms, today),
        FieldType.BOOLEAN: lambda text: (
            code_of(text.lower() if rule.codes is None else text, rule.codes or _TRUE_FALSE) == "true"
        ),
        FieldType.CODE: lambda text: code_of(text, rule.codes or _own_codes(mapping.kind, name)),
    }
    return parsers[kind]


@lru_cache(maxsize=256)
def _own_codes(kind: str, name: str) -> dict[str, str]:
    return {value: value for value in codes_of(kind, name)}


def _put(body: dict[str, Any], name: str, value: Any) -> None:
    """Set ``finds.0.quantity`` and the like, making what lies on the way."""
    here: Any = body
    parts = name.split(".")
    for part, following in pairwise(parts):
        inner: Any = [] if following.isdecimal() else {}
        if isinstance(here, list):
            here.extend({} for _missing in range(int(part) + 1 - len(here)))
            here = here[int(part)]
        else:
            here = here.setdefault(part, inner)
    here[parts[-1]] = value


def _compare_areas(body: dict[str, Any], mapping: Mapping, reading: Reading, check: RowCheck) -> None:
    field = mapping.geometry.field if mapping.geometry else ""
    name = "estimated_area_m2" if field == "shape" else f"{field}_area_m2"
    if isinstance(body.get(name), int) and body[field]["type"] != "Point":
        tolerance = reading.profile.land.reported_area_tolerance_permille
        if refusal := shapes.area_disagrees(shape_from_body(body[field]), body[name], tolerance):
            check.add(refusal, mapping.fields[name].column if name in mapping.fields else name)


def number_text(value: float | int, mapping: Mapping) -> str:
    """Write a number of a typed source in the mapping's style, so that one rule reads text and numbers alike."""
    text = repr(value) if isinstance(value, int) or not float(value).is_integer() else str(int(value))
    return text.replace(".", mapping.numbers.decimal)


def check_seen(mapping: Mapping, seen: Iterable[str], file: str, sheet: str | None = None) -> None:
    """Refuse a file of features in which a mapped column never occurred (LR2004)."""
    seen = list(seen)
    missing = [name for name in mapping.columns if name not in seen]
    if missing:
        details = {"columns": ", ".join(missing), "found": ", ".join(seen)}
        raise LandreleaseError(Finding(ErrorCode.COLUMNS_MISSING, details, file=file, sheet=sheet))
