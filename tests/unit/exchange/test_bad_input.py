"""Every kind of bad input: a finding with file, row, field and remedy, and the other rows stand."""

import pytest
from tests.samples.exchange import HAZARDS

from landrelease.errors import LandreleaseError, Severity

SQUARE = "POLYGON ((15.0 -12.0, 15.001 -12.0, 15.001 -12.001, 15.0 -12.001, 15.0 -12.0))"
BOW_TIE = "POLYGON ((15.0 -12.0, 15.001 -12.001, 15.001 -12.0, 15.0 -12.001, 15.0 -12.0))"
REPEATED = "POLYGON ((15.0 -12.0, 15.001 -12.0, 15.001 -12.0, 15.001 -12.001, 15.0 -12.001, 15.0 -12.0))"
LINE = "POLYGON ((15.0 -12.0, 15.001 -12.0, 15.002 -12.0, 15.0 -12.0))"
METRES = "POLYGON ((500000 8670000, 500100 8670000, 500100 8669900, 500000 8669900, 500000 8670000))"
HEADER = "code,name,class,surveyed,area,perimeter"
GOOD = f'H-1,Rio,Suspected,31/07/2019,1.2,"{SQUARE}"'

BOUNDED = HAZARDS.replace("[fields.name]", "[geometry.bounds]\nwest=11\nsouth=-18\neast=25\nnorth=-4\n[fields.name]", 1)


def table(folder, *lines, header=HEADER):
    path = folder / "hazards.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def line(code="H-2", name="Norte", kind="Confirmed", day="30/06/2020", area="1.2", shape=SQUARE):
    return f'{code},{name},{kind},{day},"{area}","{shape}"'


def errors_of(row):
    return [finding for finding in row.findings if finding.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        (line(shape=METRES), "LR2018", "perimeter"),
        (line(shape="POLYGON EMPTY"), "LR2024", "perimeter"),
        (line(shape="POLYGON ((15 -12, 15"), "LR2026", "perimeter"),
        (line(shape="POINT (15 -12)"), "LR2025", "perimeter"),
        (line(shape="LINESTRING (15 -12, 15.1 -12)"), "LR2025", "perimeter"),
        (line(shape=LINE), "LR3008", "perimeter"),
        (line(area="1,2"), "LR2012", "area"),
        (line(area="1,234.5"), "LR2012", "area"),
        (line(area="12000 m2"), "LR2014", "area"),
        (line(area="large"), "LR2011", "area"),
        (line(area="-3"), "LR2013", "area"),
        (line(kind="Suspected?"), "LR2009", "class"),
        (line(kind=""), "LR2017", "class"),
        (line(name=" "), "LR2017", "name"),
        (line(code=""), "LR2017", "code"),
        (line(day="31/12/2026"), "LR2016", "surveyed"),
        (line(day="12/31/2019"), "LR2015", "surveyed"),
        (line(day=""), "LR2017", "surveyed"),
        ("H-2,Norte,Confirmed", "LR2007", None),
    ],
)
def test_a_wrong_value_refuses_its_row_alone(tmp_path, read, wrong, code, field):
    rows, _whole = read(table(tmp_path, GOOD, wrong, GOOD.replace("H-1", "H-3")), HAZARDS)
    assert [row.proposal is not None for row in rows] == [True, False, True]
    [finding] = errors_of(rows[1])
    assert (finding.error.code, finding.file, finding.row, finding.field) == (code, "hazards.csv", 3, field)
    assert finding.remedy


def test_all_that_is_wrong_with_a_row_is_found_at_once(tmp_path, read):
    rows, _whole = read(table(tmp_path, line(kind="?", day="tomorrow", area="1,2", shape=METRES)), HAZARDS)
    assert [finding.error.code for finding in errors_of(rows[0])] == ["LR2009", "LR2012", "LR2018", "LR2015"]


def test_swapped_coordinates_are_told_from_a_wrong_system(tmp_path, read):
    swapped = "POLYGON ((-12.0 15.0, -12.0 15.001, -12.001 15.001, -12.001 15.0, -12.0 15.0))"
    far = SQUARE.replace("15.", "35.")
    rows, _whole = read(table(tmp_path, line(shape=swapped), line(shape=far), GOOD), BOUNDED)
    assert [[f.error.code for f in errors_of(row)] for row in rows] == [["LR2019"], ["LR2020"], []]


def test_a_self_crossing_polygon_is_repaired_with_a_finding(tmp_path, read):
    rows, _whole = read(table(tmp_path, line(shape=BOW_TIE, area="")), HAZARDS)
    [finding] = rows[0].findings
    assert (finding.error.code, finding.severity, finding.row, finding.field) == ("LR3007", "warning", 2, "perimeter")
    assert rows[0].proposal.body.shape.type == "MultiPolygon"


def test_repeated_vertices_are_left_out_with_a_finding(tmp_path, read):
    rows, _whole = read(table(tmp_path, line(shape=REPEATED)), HAZARDS)
    assert [finding.error.code for finding in rows[0].findings if finding.field == "perimeter"] == ["LR3006"]
    assert len(rows[0].proposal.body.shape.coordinates[0]) == 5


def test_hectares_in_a_column_of_square_metres_are_noticed_by_the_polygon(tmp_path, read):
    in_m2 = HAZARDS.replace('unit = "ha"', 'unit = "m2"')
    rows, _whole = read(table(tmp_path, line(area="1.2"), line(area="12080")), in_m2)
    assert [[f.error.code for f in row.findings] for row in rows] == [["LR2029"], []]
    assert rows[0].findings[0].field == "area"
    assert rows[0].proposal.body.estimated_area_m2 == 1  # both are kept


def test_a_unit_column_says_the_unit_of_each_row(tmp_path, read):
    mapping = HAZARDS.replace('unit = "ha"', 'unit_column = "unit"')
    rows, _whole = read(
        table(tmp_path, "A,a,Suspected,2020,1.2,,ha", "B,b,Suspected,2020,12000,,m2", "C,c,Suspected,2020,9,,acre",
              header=HEADER + ",unit"), mapping,
    )  # fmt: skip
    assert [row.proposal and row.proposal.body.estimated_area_m2 for row in rows] == [12000, 12000, None]
    assert errors_of(rows[2])[0].error.code == "LR2009"


def test_decimal_commas_and_thousands_points_where_the_mapping_says_so(tmp_path, read):
    mapping = HAZARDS + '[numbers]\ndecimal = ","\nthousands = "."\n'
    rows, _whole = read(table(tmp_path, line(area="1.234,5", shape="")), mapping)
    assert rows[0].proposal.body.estimated_area_m2 == 12_345_000


def test_bytes_of_another_encoding_refuse_their_row(tmp_path, read):
    path = table(tmp_path, GOOD)
    path.write_bytes(
        path.read_bytes() + line(name="Cañón").encode("latin-1") + b"\n" + line(name="Río").encode() + b"\n"
    )
    rows, _whole = read(path, HAZARDS)
    assert [row.proposal is not None for row in rows] == [True, False, True]
    [finding] = rows[1].findings
    assert (finding.error.code, finding.row, finding.field) == ("LR2008", 3, "name")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "LR2005"),
        (HEADER + "\n", "LR2005"),
        (f"{HEADER}\n{GOOD}\nH-2,Norte", "LR2006"),
        (f'{HEADER}\n{GOOD}\nH-2,Norte,Confirmed,2020,1,"POLYGON ((', "LR2006"),
        ("code,name\nH-1,Rio\n", "LR2004"),
    ],
    ids=["empty", "header only", "cut in a row", "cut in a quote", "columns missing"],
)
def test_a_file_that_is_not_whole_is_refused_whole(tmp_path, read, content, code):
    path = tmp_path / "hazards.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LandreleaseError) as error:
        read(path, HAZARDS)
    [finding] = error.value.findings
    assert (finding.error.code, finding.file) == (code, "hazards.csv")


@pytest.mark.invariant(11)
def test_a_shape_without_a_system_is_refused(tmp_path, read):
    with pytest.raises(LandreleaseError) as error:
        read(table(tmp_path, GOOD), HAZARDS.replace('crs = "EPSG:4326"', ""))
    assert error.value.codes == ("LR2023",)


def test_metres_are_moved_to_degrees_and_kept_as_entered(tmp_path, read):
    mapping = HAZARDS.replace("EPSG:4326", "EPSG:32733")
    rows, _whole = read(table(tmp_path, line(shape=METRES, area="1")), mapping)
    shape = rows[0].proposal.body.shape
    assert rows[0].findings == []
    assert shape.entered.crs == "EPSG:32733"
    assert shape.entered.coordinates[0] == ["500000", "8670000"]
    lon, lat = shape.coordinates[0][0]
    assert (lon / 1e7, lat / 1e7) == pytest.approx((15.0, -12.03), abs=0.02)


def test_degrees_in_a_metric_system_are_refused(tmp_path, read):
    rows, _whole = read(table(tmp_path, line()), HAZARDS.replace("EPSG:4326", "EPSG:32733"))
    assert [finding.error.code for finding in errors_of(rows[0])] == ["LR2018"]
