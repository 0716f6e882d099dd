"""Colombia: victims of mines and unexploded ordnance, one row a victim (datos.gov.co yhxn-eqqw).

Years and codes carry thousands commas. There is no row identity, and several victims of one accident look alike: all
are kept. The header calls the point the municipality's seat; 46 % of the values are not, so the quality of every
position is `PositionQuality.UNKNOWN`. Only coded groups are taken in: no place names of the scene, no ethnic group.
"""

from collections import defaultdict
from collections.abc import Iterator

from landrelease.errors import ErrorCode, Finding
from landrelease.exchange import colombia
from landrelease.exchange.proposal import Proposal, Reading, Refusal, Row
from landrelease.exchange.rowreader import RowCheck, read_rows
from landrelease.exchange.textfile import check_columns, header_of, records
from landrelease.exchange.values import NumberStyle, code_of, parse_day, parse_integer
from landrelease.record.kinds import Victim
from landrelease.terms import PositionQuality

DATASET = "co.victims"
COLUMNS = ("departamento", "codigodanedepartamento", "municipio", "codigodanemunicipio", "tipoarea", "sitio", "ano",
           "mes", "rangoedad", "grupoetnico", "condicion", "estado", "genero", "latitudcabecera", "longitudcabecera",
           "tipoevento", "Ubicación")  # fmt: skip
PERSONAL = ("sitio", "grupoetnico")
"""Columns that are checked or skipped, never taken in."""
NOT_STATED = ("", "Sin Información")
ENGLISH = NumberStyle(".", ",")


def read(reading: Reading) -> Iterator[Row | Finding]:
    """Yield a row for every victim, then what holds for the whole file."""
    check_columns(header_of(reading.path), COLUMNS, reading.path)
    points: dict[str, set[tuple[str, str]]] = defaultdict(set)
    stream = records(reading.path, reading.progress)
    for row in read_rows(reading, stream, lambda values, check: _propose(values, check, reading)):
        if row.proposal is not None:
            point = row.values["latitudcabecera"], row.values["longitudcabecera"]
            points[row.values["codigodanemunicipio"]].add(point)
        yield row
    yield Finding(ErrorCode.PERSONAL_DETAIL, {"columns": ", ".join(PERSONAL)}, file=reading.path.name)
    yield from _header_against_values(points, reading.path.name)


def _header_against_values(points: dict[str, set[tuple[str, str]]], file: str) -> Iterator[Finding]:
    several = sum(len(of_code) > 1 for of_code in points.values())
    if several:
        distinct = len(set().union(*points.values()))
        details = {"points": distinct, "several": several, "codes": len(points)}
        yield Finding(ErrorCode.HEADER_DISAGREES, details, file=file, field="latitudcabecera, longitudcabecera")


def _propose(values: dict[str, str], check: RowCheck, reading: Reading) -> Proposal | None:
    place = check.read("departamento", lambda: colombia.admin_area(values["departamento"], values["municipio"]))
    code = check.read("codigodanemunicipio", lambda: _municipality_code(values))
    month = _month(values, check, reading.today)
    event = check.read("tipoevento", lambda: code_of(values["tipoevento"], colombia.code_lists()["victim_events"]))
    groups = _groups(values, check)
    if groups is None or place is None or code is None or month is None or event is None:
        return None
    shape, refusal = colombia.position(
        values["longitudcabecera"], values["latitudcabecera"], PositionQuality.UNKNOWN, repair=reading.repair
    )
    if refusal is not None:
        check.add(refusal[1], {"lon": "longitudcabecera", "lat": "latitudcabecera"}[refusal[0]])
    body = groups.model_copy(update={"admin_area": place, "shape": shape})
    return Proposal("|".join((str(code), month, event)), "victim", body, month)


def _municipality_code(values: dict[str, str]) -> int:
    code = parse_integer(values["codigodanemunicipio"], ENGLISH, low=5_001, high=99_999)
    department = str(parse_integer(values["codigodanedepartamento"], ENGLISH))
    name = colombia.code_lists()["departments"].get(department)
    if code // 1000 != int(department) or name != colombia.normalise(values["departamento"]):
        raise Refusal(ErrorCode.CODE_UNKNOWN, value=values["codigodanemunicipio"], codes=f"{department} {name}")
    return code


def _month(values: dict[str, str], check: RowCheck, today: str) -> str | None:
    year = check.read("ano", lambda: parse_integer(values["ano"], ENGLISH, low=1900, high=9999))
    month = check.read("mes", lambda: parse_integer(values["mes"], low=1, high=12))
    if year is None or month is None:
        return None
    return check.read("ano", lambda: parse_day(f"{year}-{month:02d}", ("%Y-%m",), today))


def _groups(values: dict[str, str], check: RowCheck) -> Victim | None:
    found = {
        "outcome": _coded(values, "estado", "outcomes", check),
        "group": _coded(values, "condicion", "groups", check),
        "sex": _coded(values, "genero", "sexes", check),
        "age_group": _coded(values, "rangoedad", "age_groups", check),
    }
    _coded(values, "grupoetnico", "ethnic_groups", check)
    _coded(values, "tipoarea", "area_types", check)
    return None if None in found.values() else Victim.model_validate(found)


def _coded(values: dict[str, str], column: str, codes: str, check: RowCheck) -> str | None:
    known, value = colombia.code_lists()[codes], values[column]
    if value in NOT_STATED and value not in known:
        if value:
            check.add(Refusal(ErrorCode.CODE_NOT_STATED, value=value, codes=", ".join(sorted(known))), column)
        return "unknown"
    return check.read(column, lambda: code_of(value, known))
