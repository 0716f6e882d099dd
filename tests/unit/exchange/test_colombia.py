"""The three registers of Colombia, value by value."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.exchange.colombia import admin_area, bounds, code_lists, normalise
from landrelease.exchange.proposal import Refusal

EVENTS = ("lon", "lat", "type_code", "department", "area_type", "year", "municipality", "type_es")
EVENT = dict(
    zip(EVENTS, ("-74.7", "8.1", "1", "ANTIOQUIA", "Rural", "1990", "NECHÍ", "Accidente por MAP"), strict=True)
)
LATER = {
    "departamento": "CAUCA", "codigodanedepartamento": "19", "municipio": "CORINTO", "codigodanemunicipio": "19212",
    "anio": "2018", "mes": "4", "tipodesminado": "Comunidades", "areadespejada": "100", "map": "2", "muse": "1",
    "aei": "0", "totalartefactosdestruidos": "3", "organizacion": "BRDEH", "estudiosnotecnicos": "1",
    "estudiostecnicos": "0", "operacionesdespeje": "1",
}  # fmt: skip
EARLIER = {
    "departamento": "NARIÑO", "municipio": "SAMANIEGO", "totalartefactosdestruidos": "3", "areadespejada": "1521.82",
    "ano": "2011", "mes": "9", "tipodesminado": "Bases Militares", "map": "0", "muse": "0", "aei": "3",
}  # fmt: skip
VICTIM = {
    "departamento": "ANTIOQUIA", "codigodanedepartamento": "5", "municipio": "GRANADA", "codigodanemunicipio": "5,313",
    "tipoarea": "Rural", "sitio": "Vereda X", "ano": "2,006", "mes": "1", "rangoedad": "Menor de 18 años",
    "grupoetnico": "", "condicion": "Civil", "estado": "Herido", "genero": "Masculino", "latitudcabecera": "6.143703",
    "longitudcabecera": "-75.185183", "tipoevento": "Accidente por MAP", "Ubicación": "(6.143703, -75.185183)",
}  # fmt: skip


@pytest.fixture
def one(tmp_path, read):
    """Read a file of one row; returns the row."""

    def read_one(values, repair=False):
        path = tmp_path / "register.csv"
        quoted = [",".join(f'"{value}"' for value in line) for line in (values, values.values())]
        path.write_text("\n".join(quoted) + "\n", encoding="utf-8")
        [row] = read(path, repair=repair)[0]
        return row

    return read_one


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"type_code": "9"}, "LR2009", "type_code"),
        ({"type_es": "Otro"}, "LR2009", "type_es"),
        ({"department": "ANTIOQUÍA SUR"}, "LR2009", "department"),
        ({"municipality": ""}, "LR2017", "department"),
        ({"area_type": "Mixta"}, "LR2009", "area_type"),
        ({"year": "90"}, "LR2015", "year"),
        ({"year": "2031"}, "LR2016", "year"),
        ({"lon": "74.7"}, "LR2021", "lon"),
        ({"lon": "8.1", "lat": "-74.7"}, "LR2019", "lon"),
        ({"lon": "-70", "lat": "40"}, "LR2020", "lon"),
        ({"lon": "-747766"}, "LR2018", "lon"),
        ({"lon": "west"}, "LR2011", "lon"),
        ({"lon": "-74,7"}, "LR2012", "lon"),
        ({"lat": ""}, "LR2011", "lat"),
        ({"lon": "nan"}, "LR2011", "lon"),
    ],
)
def test_a_wrong_value_of_an_event_is_found(one, change, code, field):
    row = one(EVENT | change)
    assert [(finding.error.code, finding.field) for finding in row.findings] == [(code, field)]
    kept = field in ("lon", "lat")  # without its position, the event still counts
    assert (row.proposal is not None) is kept
    assert not kept or row.proposal.body.shape is None


@pytest.mark.parametrize(
    ("code", "kind", "term"),
    [
        ("1", "accident", "mine"),
        ("2", "accident", "uxo"),
        ("3", "evidence", "seizure"),
        ("4", "ordnance.item", "unknown"),
        ("5", "evidence", "seizure"),
        ("6", "ordnance.item", "uxo"),
        ("7", "evidence", "seizure"),
        ("8", "evidence", "other"),
    ],
)
def test_each_type_of_event_becomes_its_kind(one, code, kind, term):
    proposal = one(EVENT | {"type_code": code, "type_es": code_lists()["event_types"][code]}).proposal
    body = proposal.body
    assert proposal.kind == kind
    assert (body.ordnance if kind == "ordnance.item" else body.kind).value == term
    assert (body.admin_area, body.shape.quality.value) == ("ANTIOQUIA/NECHI", "place")
    if kind == "evidence":
        assert (body.grade.value, body.observed) == ("indirect", "1990")


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"departamento": "CAUCAS"}, ["LR2009"]),
        ({"codigodanedepartamento": "5"}, ["LR2009", "LR2009"]),
        ({"codigodanemunicipio": "5212"}, ["LR2009"]),
        ({"mes": "13"}, ["LR2013"]),
        ({"anio": "2031"}, ["LR2016"]),
        ({"tipodesminado": "Otro"}, ["LR2009"]),
        ({"areadespejada": "1,5"}, ["LR2012"]),
        ({"areadespejada": "-1"}, ["LR2013"]),
        ({"map": "-1"}, ["LR2013"]),
        ({"map": ""}, ["LR2011"]),
        ({"estudiostecnicos": "1.5"}, ["LR2011"]),
    ],
)
def test_a_wrong_figure_refuses_its_row(one, change, codes):
    row = one(LATER | change)
    assert row.proposal is None
    assert [finding.error.code for finding in row.findings] == codes


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({}, []),
        ({"aei": "1"}, ["LR2038"]),
        ({"operacionesdespeje": "0"}, ["LR2035", "LR2036"]),
        (dict.fromkeys(("areadespejada", "map", "muse", "totalartefactosdestruidos", "estudiosnotecnicos",
                        "operacionesdespeje"), "0"), ["LR2037"]),
    ],
)  # fmt: skip
def test_an_odd_figure_is_kept_with_a_remark(one, change, codes):
    row = one(LATER | change)
    assert row.proposal is not None
    assert [finding.error.code for finding in row.findings] == codes


def test_both_layouts_are_about_the_same_subject(one):
    later = one(LATER | {"departamento": "NARINO", "codigodanedepartamento": "52", "municipio": "Samaniego",
                         "codigodanemunicipio": "52678", "anio": "2011", "mes": "9"}).proposal  # fmt: skip
    earlier = one(EARLIER).proposal
    assert later.subject == earlier.subject == "co.clearance:NARINO/SAMANIEGO:2011-09"
    assert earlier.body.measures == {"area_m2": 1522, "map": 0, "muse": 0, "aei": 3, "devices": 3}
    assert (earlier.body.operator, later.body.operator) == (None, "BRDEH")
    assert later.body.measures["clearance_operations"] == 1


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"departamento": "ANTIOQUEA"}, "LR2009", "departamento"),
        ({"codigodanemunicipio": "50,313"}, "LR2009", "codigodanemunicipio"),
        ({"codigodanemunicipio": "313"}, "LR2013", "codigodanemunicipio"),
        ({"ano": "2,06"}, "LR2012", "ano"),
        ({"ano": "2,031"}, "LR2016", "ano"),
        ({"mes": "0"}, "LR2013", "mes"),
        ({"estado": "Ileso"}, "LR2009", "estado"),
        ({"condicion": "Militar"}, "LR2009", "condicion"),
        ({"genero": "M"}, "LR2009", "genero"),
        ({"rangoedad": "Mayor"}, "LR2009", "rangoedad"),
        ({"tipoevento": "Otro"}, "LR2009", "tipoevento"),
    ],
)
def test_a_wrong_value_of_a_victim_refuses_the_row(one, change, code, field):
    row = one(VICTIM | change)
    assert row.proposal is None
    assert (code, field) in [(finding.error.code, finding.field) for finding in row.findings]


@pytest.mark.parametrize("column", ["genero", "rangoedad", "condicion", "estado"])
def test_no_information_is_taken_as_unknown_and_named(one, column):
    row = one(VICTIM | {column: "Sin Información"})
    assert [(finding.error.code, finding.field) for finding in row.findings] == [("LR2010", column)]
    assert "unknown" in {term.value for term in (row.proposal.body.sex, row.proposal.body.age_group,
                                                row.proposal.body.group, row.proposal.body.outcome)}  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value"), [("grupoetnico", "Otro"), ("tipoarea", "Mixta"), ("longitudcabecera", "75.1")]
)
def test_what_is_not_needed_of_a_victim_does_not_lose_the_victim(one, column, value):
    row = one(VICTIM | {column: value})
    assert not row.sound
    assert row.proposal is not None


def test_a_lost_sign_is_repaired_only_when_asked(one):
    wrong = VICTIM | {"longitudcabecera": "75.185183"}
    assert one(wrong).proposal.body.shape is None
    repaired = one(wrong, repair=True)
    assert repaired.proposal.body.shape.coordinates == (-751851830, 61437030)
    assert [finding.error.code for finding in repaired.findings] == ["LR2022"]


@pytest.mark.parametrize(
    ("name", "plain"), [("NARIÑO", "NARINO"), (" Bogotá  DC ", "BOGOTA DC"), ("Tarapacá", "TARAPACA"), ("", "")]
)
def test_names_are_compared_without_accents_and_case(name, plain):
    assert normalise(name) == plain


def test_a_place_is_department_and_municipality():
    assert admin_area("Nariño", "El Tablón") == "NARINO/EL TABLON"
    with pytest.raises(Refusal):
        admin_area("Ruritania", "X")


def test_the_bounds_hold_the_country_and_its_islands():
    assert bounds().hold(-74.08, 4.6)
    assert bounds().hold(-81.7, 12.58)
    assert not bounds().hold(-58.4, -34.6)
    assert len(code_lists()["departments"]) == 33


@pytest.mark.parametrize(("values", "column"), [(EVENT, "lat"), (LATER, "organizacion"), (VICTIM, "sitio")])
def test_a_missing_column_refuses_the_file(tmp_path, read, values, column):
    path = tmp_path / "register.csv"
    kept = {name: value for name, value in values.items() if name != column}
    path.write_text(",".join(kept) + "\n" + ",".join(f'"{value}"' for value in kept.values()) + "\n", encoding="utf-8")
    formats = {"lat": "co.events", "organizacion": "co.clearance", "sitio": "co.victims"}
    with pytest.raises(LandreleaseError) as error:
        read(path, format_name=formats[column])
    assert error.value.codes == ("LR2004",)
    assert error.value.findings[0].details["columns"] == column
