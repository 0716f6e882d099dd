"""Colombia: events with explosive ordnance, 1990 on (datos.gov.co sgp4-3e6k, as joined by year).

One row an event: eight types, a year, a municipality, a point. The points are places (one carries 212 events), so
their quality is `PositionQuality.PLACE` and their accuracy stays unknown. Rows that look alike are kept: with only a
year and a place, they can be distinct events.
"""

from collections.abc import Iterator

from landrelease.errors import ErrorCode
from landrelease.exchange import colombia
from landrelease.exchange.proposal import Proposal, Reading, Refusal, Row
from landrelease.exchange.rowreader import RowCheck, read_rows
from landrelease.exchange.textfile import check_columns, header_of, records
from landrelease.exchange.values import code_of, parse_day
from landrelease.record.body import Body
from landrelease.record.kinds import Accident, EvidenceItem, OrdnanceItem
from landrelease.record.shapes import PointShape
from landrelease.terms import AccidentKind, EvidenceKind, OrdnanceClass, OrdnanceStatus, PositionQuality

DATASET = "co.events"
COLUMNS = ("lon", "lat", "type_code", "department", "area_type", "year", "municipality", "type_es")
KINDS = ("accident", "ordnance.item", "evidence")


def read(reading: Reading) -> Iterator[Row]:
    """Yield a row for every event of the file."""
    check_columns(header_of(reading.path), COLUMNS, reading.path)
    return read_rows(
        reading, records(reading.path, reading.progress), lambda values, check: _propose(values, check, reading)
    )


def _propose(values: dict[str, str], check: RowCheck, reading: Reading) -> Proposal | None:
    lists = colombia.code_lists()
    code = values["type_code"]
    label = check.read("type_code", lambda: code_of(code, lists["event_types"]))
    if label is not None and values["type_es"] != label:
        check.add(Refusal(ErrorCode.CODE_UNKNOWN, value=values["type_es"], codes=label), "type_es")
    check.read("area_type", lambda: code_of(values["area_type"], lists["area_types"]))
    place = check.read("department", lambda: colombia.admin_area(values["department"], values["municipality"]))
    year = check.read("year", lambda: parse_day(values["year"], ("%Y",), reading.today))
    if check.findings or place is None or year is None:
        return None
    shape = _position(values, check, reading)
    note = f"{values['type_es']}; {values['area_type']}"
    kind, body = _body(code, shape, place, year, note, reading)
    return Proposal("|".join((place, year, code)), kind, body, year)


def _position(values: dict[str, str], check: RowCheck, reading: Reading) -> PointShape | None:
    shape, refusal = colombia.position(values["lon"], values["lat"], PositionQuality.PLACE, repair=reading.repair)
    if refusal is not None:
        check.add(refusal[1], refusal[0])
    return shape


def _body(code: str, shape: PointShape | None, place: str, year: str, note: str, reading: Reading) -> tuple[str, Body]:
    if code in ("1", "2"):
        kind, ordnance = (
            (AccidentKind.MINE, OrdnanceClass.MINE_AP) if code == "1" else (AccidentKind.UXO, OrdnanceClass.UXO)
        )
        return "accident", Accident(kind=kind, ordnance=ordnance, shape=shape, admin_area=place, note=note)
    if code in ("4", "6"):
        return "ordnance.item", _item(code, shape, place, note)
    evidence = EvidenceKind.OTHER if code == "8" else EvidenceKind.SEIZURE
    grade = reading.profile.evidence.grade(evidence)
    return "evidence", EvidenceItem(kind=evidence, grade=grade, shape=shape, admin_area=place, observed=year, note=note)


def _item(code: str, shape: PointShape | None, place: str, note: str) -> OrdnanceItem:
    # Military demining says that something was found and dealt with, not what: the class stays unknown.
    if code == "4":
        return OrdnanceItem(ordnance=OrdnanceClass.UNKNOWN, shape=shape, admin_area=place, disposed=True, note=note)
    return OrdnanceItem(ordnance=OrdnanceClass.UXO, status=OrdnanceStatus.UXO, shape=shape, admin_area=place, note=note)
