"""Colombia: humanitarian demining output a municipality and month (datos.gov.co / Descontamina Colombia).

Two layouts of one register: the edition of 2014 (10 columns, no operator) and that of 2019 (16 columns). Both are
figures of the dataset ``co.clearance`` about the same subjects, ``DEPARTMENT/MUNICIPALITY`` and month, so the later
edition supersedes the earlier one and both can still be asked. The key is not unique: rows are summed, not overwritten.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from landrelease.errors import ErrorCode, Finding
from landrelease.exchange import colombia
from landrelease.exchange.proposal import Proposal, Reading, Refusal, Row
from landrelease.exchange.rowreader import RowCheck, read_rows
from landrelease.exchange.textfile import check_columns, header_of, records
from landrelease.exchange.values import code_of, parse_area, parse_day, parse_integer, whole
from landrelease.record.kinds import Figure

DATASET = "co.clearance"
SHARED = ("departamento", "municipio", "mes", "tipodesminado", "areadespejada", "map", "muse", "aei",
          "totalartefactosdestruidos")  # fmt: skip
LATER = ("codigodanedepartamento", "codigodanemunicipio", "anio", "organizacion", "estudiosnotecnicos",
         "estudiostecnicos", "operacionesdespeje")  # fmt: skip
EARLIER_COLUMNS = (*SHARED, "ano")
LATER_COLUMNS = (*SHARED, *LATER)
COUNTS = {"map": "map", "muse": "muse", "aei": "aei", "totalartefactosdestruidos": "devices"}
"""Columns of both layouts that count, and the measure that each becomes."""
LATER_COUNTS = {"estudiosnotecnicos": "nts", "estudiostecnicos": "ts", "operacionesdespeje": "clearance_operations"}


@dataclass(slots=True)
class _Seen:
    """What earlier rows of the file said, to name the rows that repeat."""

    keys: dict[tuple[str, ...], int] = field(default_factory=dict)
    rows: dict[tuple[str, ...], int] = field(default_factory=dict)
    rounded: int = 0


def read(reading: Reading) -> Iterator[Row | Finding]:
    """Yield a row for every line of the file, then what holds for the whole file."""
    header = header_of(reading.path)
    later = "anio" in header
    check_columns(header, LATER_COLUMNS if later else EARLIER_COLUMNS, reading.path)
    seen = _Seen()
    stream = records(reading.path, reading.progress)
    yield from read_rows(reading, stream, lambda values, check: _propose(values, check, reading, seen, later=later))
    if seen.rounded:
        yield Finding(ErrorCode.AREA_ROUNDED, {"count": seen.rounded}, file=reading.path.name, field="areadespejada")


def _propose(values: dict[str, str], check: RowCheck, reading: Reading, seen: _Seen, *, later: bool) -> Proposal | None:
    place = check.read("departamento", lambda: colombia.admin_area(values["departamento"], values["municipio"]))
    month = _month(values["anio" if later else "ano"], values["mes"], check, reading.today)
    check.read("tipodesminado", lambda: code_of(values["tipodesminado"], colombia.code_lists()["clearance_types"]))
    if later:
        _check_code(values, place, check)
    measures = _measures(values, check, seen, later=later)
    if check.findings or place is None or month is None or measures is None:
        return None
    _remark(values, measures, check, seen, later=later)
    body = Figure(
        dataset=DATASET, admin_area=place, period=month, category=values["tipodesminado"], measures=measures,
        operator=values["organizacion"].strip() or None if later else None,
    )  # fmt: skip
    return Proposal(f"{place}|{month}", "figure", body, month, subject=f"{DATASET}:{place}:{month}")


def _month(year: str, month: str, check: RowCheck, today: str) -> str | None:
    number = check.read("mes", lambda: parse_integer(month, low=1, high=12))
    text = f"{year}-{number or 1:02d}"
    return check.read("anio", lambda: parse_day(text, ("%Y-%m",), today))


def _check_code(values: dict[str, str], place: str | None, check: RowCheck) -> None:
    department = values["codigodanedepartamento"]
    name = colombia.code_lists()["departments"].get(department)
    if name is None or (place is not None and not place.startswith(f"{name}/")):
        check.add(Refusal(ErrorCode.CODE_UNKNOWN, value=department, codes=name or "DANE"), "codigodanedepartamento")
    if values["codigodanemunicipio"][:-3] != department:
        refusal = Refusal(ErrorCode.CODE_UNKNOWN, value=values["codigodanemunicipio"], codes=f"{department}…")
        check.add(refusal, "codigodanemunicipio")


def _measures(values: dict[str, str], check: RowCheck, seen: _Seen, *, later: bool) -> dict[str, int] | None:
    area = check.read("areadespejada", lambda: parse_area(values["areadespejada"], "m2"))
    counts = COUNTS | LATER_COUNTS if later else COUNTS
    found = {measure: check.read(column, partial(parse_integer, values[column], low=0))
             for column, measure in counts.items()}  # fmt: skip
    if area is None or any(value is None for value in found.values()):
        return None
    seen.rounded += area != area.to_integral_value()
    return {"area_m2": whole(area)} | {measure: value for measure, value in found.items() if value is not None}


def _remark(values: dict[str, str], measures: dict[str, int], check: RowCheck, seen: _Seen, *, later: bool) -> None:
    classes = sum(measures[name] for name in ("map", "muse", "aei"))
    if classes != measures["devices"]:
        refusal = Refusal(ErrorCode.SUM_DISAGREES, sum=classes, total=measures["devices"])
        check.add(refusal, "totalartefactosdestruidos")
    if not any(measures.values()) and not Decimal(values["areadespejada"]):
        check.add(Refusal(ErrorCode.ROW_ALL_ZERO))
    _remark_repeats(values, check, seen, later=later)
    if later and not measures["clearance_operations"]:
        if measures["area_m2"]:
            check.add(Refusal(ErrorCode.AREA_WITHOUT_OPERATION, area_m2=measures["area_m2"]), "operacionesdespeje")
        if measures["devices"]:
            refusal = Refusal(ErrorCode.DEVICES_WITHOUT_OPERATION, devices=measures["devices"])
            check.add(refusal, "operacionesdespeje")


def _remark_repeats(values: dict[str, str], check: RowCheck, seen: _Seen, *, later: bool) -> None:
    whole_row = tuple(values.values())
    if first := seen.rows.get(whole_row):
        check.add(Refusal(ErrorCode.ROW_REPEATED, first=first))
    seen.rows.setdefault(whole_row, check.number)
    columns = (
        ("codigodanemunicipio", "anio", "mes", "organizacion") if later else ("departamento", "municipio", "ano", "mes")
    )
    key = tuple(values[column] for column in columns)
    if first := seen.keys.get(key):
        check.add(Refusal(ErrorCode.KEY_REPEATED, key=", ".join(key), first=first))
    seen.keys.setdefault(key, check.number)
