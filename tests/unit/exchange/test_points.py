"""Tables of points: what is read, and what refuses the table."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.exchange.points import PointColumns, PointTable, read_points, read_region

Write = Callable[..., Path]
COLUMNS = PointColumns("lon", "lat", "date")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of these lines."""

    def made(*lines: str, name: str = "events.csv", header: str = "lon,lat,date", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes("".join(f"{line}\n" for line in (header, *lines) if line is not None).encode(encoding))
        return path

    return made


def refused(path: Path, columns: PointColumns = COLUMNS, **options: object) -> LandreleaseError:
    with pytest.raises(LandreleaseError) as caught:
        read_points(path, columns, **options)  # type: ignore[arg-type]
    return caught.value


def test_a_table_is_read_in_its_order(write: Write) -> None:
    table = read_points(write("36.5,48.1,2015-03-04", "37.25,-1.5,2016-07", " 38 , 49 , 2017 "), COLUMNS)
    assert table.longitude.tolist() == [36.5, 37.25, 38.0]
    assert table.latitude.tolist() == [48.1, -1.5, 49.0]
    assert table.date.tolist() == ["2015-03-04", "2016-07", "2017"]
    assert table.rows.tolist() == [2, 3, 4]
    assert (table.is_dated, table.findings, len(table.sha256)) == (True, (), 64)


DATES = [
    ("2015", None, "2015"),
    ("2015.0", None, "2015"),
    ("2015-03", None, "2015-03"),
    ("2015-03-31", None, "2015-03-31"),
    ("2015-03-31T14:05:00Z", None, "2015-03-31"),
    ("2015-03-31 14:05", None, "2015-03-31"),
    ("31/03/2015", "%d/%m/%Y", "2015-03-31"),
    ("03.2015", "%m.%Y", "2015-03"),
]


@pytest.mark.parametrize(("text", "form", "day"), DATES)
def test_dates_of_years_months_and_days(write: Write, text: str, form: str | None, day: str) -> None:
    columns = PointColumns("lon", "lat", "date", date_form=form)
    assert read_points(write(f"36,48,{text}"), columns).date.tolist() == [day]


def test_without_a_column_of_dates_there_is_one_period(write: Write) -> None:
    table = read_points(write("36,48,2015"), PointColumns("lon", "lat"))
    assert (table.is_dated, table.date.tolist()) == (False, [""])


def test_kinds_and_blocks_are_read(write: Write) -> None:
    columns = PointColumns("lon", "lat", kind="what", block="district")
    table = read_points(write("36,48,accident, North ", header="lon,lat,what,district"), columns)
    assert (table.kind.tolist(), table.block.tolist()) == (["accident"], ["North"])


@pytest.mark.parametrize(
    ("header", "line", "decimal"),
    [("lon;lat", "36,5;48,25", ","), ("lon\tlat", "36.5\t48.25", "."), ('"lon","lat"', '"36,5","48,25"', ",")],
)
def test_delimiters_and_decimal_commas(write: Write, header: str, line: str, decimal: str) -> None:
    table = read_points(write(line, header=header), PointColumns("lon", "lat", decimal=decimal))
    assert (table.longitude.tolist(), table.latitude.tolist()) == ([36.5], [48.25])


def test_a_byte_order_mark_and_utf_16(write: Write) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        assert len(read_points(write("36,48,2015", encoding=encoding), COLUMNS)) == 1


def test_metres_of_a_system_that_is_named(write: Write) -> None:
    columns = PointColumns("x", "y", crs="EPSG:32637")
    table = read_points(write("500000,5316000", header="x,y"), columns)
    assert (table.longitude[0], table.latitude[0]) == pytest.approx((39.0, 48.0), abs=5e-3)


def test_longitudes_from_0_to_360_are_turned(write: Write) -> None:
    table = read_points(write("179.9,-16,2015", "180.2,-16.1,2015", "359,51,2016"), COLUMNS)
    assert table.longitude.tolist() == pytest.approx([179.9, -179.8, -1.0])


REFUSED_ROWS = [
    ("36,5,48,1", "LR2007"),
    ('"36,5","48,1",2015', "LR4042"),
    ("thirty,48,2015", "LR4042"),
    ("1e400x,48,2015", "LR4042"),
    ("36,,2015", "LR2017"),
    (",48,2015", "LR2017"),
    ("36,48,31/03/2015", "LR4045"),
    ("36,48,2015-13", "LR4045"),
    ("36,48,soon", "LR4045"),
    ("36,48,2031", "LR2016"),
    ("400,95,2015", "LR4043"),
    ("500000,5316000,2015", "LR4043"),
    ("36,4\x018,2015", "LR2060"),
]


@pytest.mark.parametrize(("line", "code"), REFUSED_ROWS)
def test_one_bad_row_refuses_the_table_with_its_place(write: Write, line: str, code: str) -> None:
    error = refused(write("36,48,2015", line), today="2026-11-23")
    assert set(error.codes) == {code}
    assert {finding.row for finding in error.findings} == {3}


def test_every_bad_row_is_named(write: Write) -> None:
    error = refused(write("a,b,2015", "36,48,2015", "36,x,never"))
    assert [(finding.row, finding.field) for finding in error.findings] == [
        (2, "lon"), (2, "lat"), (4, "lat"), (4, "date"),
    ]  # fmt: skip


def test_bad_rows_can_be_left_out_and_are_counted(write: Write) -> None:
    path = write("36,48,2015", "a,b,2015", "400,95,2015", "37,48,2016")
    table = read_points(path, COLUMNS, skip_bad_rows=True)
    assert table.rows.tolist() == [2, 5]
    assert [(finding.error.code, finding.details["count"]) for finding in table.findings] == [
        ("LR4047", 1), ("LR4047", 1),
    ]  # fmt: skip
    assert "LR4042" in str(table.findings[0])


def test_rows_without_place_or_date_are_left_out_and_counted(write: Write) -> None:
    table = read_points(write("36,48,2015", ",,2015", "36,48,", "37,48,2016"), COLUMNS)
    assert table.rows.tolist() == [2, 5]
    assert [finding.details for finding in table.findings] == [
        {"count": 1, "reason": "without a position"},
        {"count": 1, "reason": "without a date"},
    ]


def test_nothing_left_is_refused_with_the_reason(write: Write) -> None:
    assert refused(write(",,2015", "36,48,")).codes == ("LR4047", "LR4047", "LR2005")


def test_files_that_hold_nothing(write: Write, tmp_path: Path) -> None:
    assert refused(tmp_path / "none.csv").codes == ("LR0002",)
    empty = tmp_path / "empty.csv"
    empty.touch()
    assert refused(empty).codes == ("LR2005",)
    assert refused(write()).codes == ("LR2005",)
    assert refused(write("36,48", header="longitude,latitude")).codes == ("LR2004",)
    assert refused(write("36,48,2015", header="lon,lat,lat")).codes == ("LR2031",)


SWAPPED = [
    # every latitude beyond 90; an impossible latitude among possible ones; Colombia; far south
    (["48.5,136.5,2015", "48.6,136.6,2015"], "2 of 2"),
    (["48,36,2015", "48,-95,2015"], "1 of 2"),
    (["4.6,-74.1,2015", "4.7,-74.2,2016", "4.5,-73.9,2016"], "3 of 3"),
]


@pytest.mark.parametrize(("lines", "said"), SWAPPED)
def test_exchanged_coordinates_are_refused(write: Write, lines: list[str], said: str) -> None:
    error = refused(write(*lines))
    assert error.codes == ("LR4044",)
    assert said in str(error)
    assert "--events lat,lon" in str(error)


@pytest.mark.parametrize(("x", "y"), [("latitude", "longitude"), ("LAT", "Long"), ("y", "x"), ("y_wgs", "x_wgs")])
def test_names_that_say_the_other_order_are_refused(write: Write, x: str, y: str) -> None:
    assert refused(write("36,48", header=f"{x},{y}"), PointColumns(x, y)).codes == ("LR4044",)


@pytest.mark.parametrize(
    ("events", "wanted"),
    [
        ("lon,lat", ("lon", "lat", None)),
        (" lon , lat , when ", ("lon", "lat", "when")),
        ("geometry", ("geometry", "geometry", None)),
        ("geometry,when", ("geometry", "geometry", "when")),
    ],
)
def test_the_option_names_columns(events: str, wanted: tuple[str, str, str | None]) -> None:
    columns = PointColumns.of_option(events, kind=None)
    assert (columns.longitude, columns.latitude, columns.date) == wanted


@pytest.mark.parametrize("events", ["", "lon", "lon,lat,date,kind", "lon,,date", ","])
def test_other_options_are_refused(events: str) -> None:
    with pytest.raises(LandreleaseError, match=r"LR4005.*--events"):
        PointColumns.of_option(events)


def test_an_unknown_sign_or_system_is_refused(write: Write) -> None:
    with pytest.raises(LandreleaseError, match="--decimal"):
        PointColumns("lon", "lat", decimal=";")
    assert refused(write("36,48,2015"), PointColumns("lon", "lat", crs="EPSG:0")).codes == ("LR2023",)


def around(count: int, *others: str) -> list[str]:
    """Lines of events about one place, and others."""
    return [f"-74.{at:03d},4.{at:03d},2015" for at in range(count)] + list(others)


def test_a_lost_minus_sign_is_refused_with_its_row(write: Write) -> None:
    error = refused(write(*around(100, "74.5,4.2,2015")))
    assert [(finding.error.code, finding.row) for finding in error.findings] == [("LR2079", 102)]
    assert "lost minus sign" in str(error)


def test_events_far_from_all_others_can_be_left_out_or_kept(write: Write) -> None:
    path = write(*around(100, "74.5,4.2,2015"))
    assert len(read_points(path, COLUMNS, anywhere=True)) == 101
    table = read_points(path, COLUMNS, skip_bad_rows=True)
    assert (len(table), table.findings[0].details["count"]) == (100, 1)


@pytest.mark.parametrize("others", [["-60.0,4.0,2015"] * 5, ["-74.2,5.9,2015"], []])
def test_events_in_several_places_or_near_are_kept(write: Write, others: list[str]) -> None:
    assert len(read_points(write(*around(100, *others)), COLUMNS)) == 100 + len(others)


def test_events_on_both_sides_of_the_180th_meridian_are_near_each_other(write: Write) -> None:
    lines = [f"{sign}179.9{at:02d},-17,2015" for at in range(99) for sign in ("", "-")]
    assert len(read_points(write(*lines), COLUMNS)) == 198


# Layers


def layer(path: Path, shapes: list[object], crs: str | None = "EPSG:4326", **columns: list[object]) -> Path:
    gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(path)
    return path


@pytest.mark.parametrize("name", ["events.gpkg", "events.geojson"])
def test_layers_give_their_shapes(tmp_path: Path, name: str) -> None:
    shapes = [shapely.Point(36.5, 48.25), shapely.box(37, 48, 38, 49)]
    path = layer(tmp_path / name, shapes, when=["2015-03", "2016-01"], what=["accident", None])
    table = read_points(path, PointColumns.of_option("geometry,when", kind="what"))
    assert (table.longitude[0], table.latitude[0]) == (36.5, 48.25)
    assert shapes[1].contains(shapely.Point(table.longitude[1], table.latitude[1]))
    assert (table.date.tolist(), table.kind.tolist()) == (["2015-03", "2016-01"], ["accident", ""])


def test_a_layer_in_metres_is_moved(tmp_path: Path) -> None:
    path = layer(tmp_path / "e.gpkg", [shapely.Point(500_000, 5_316_000)], "EPSG:32637", a=[1])
    table = read_points(path, PointColumns.of_option("geometry"))
    assert (table.longitude[0], table.latitude[0]) == pytest.approx((39.0, 48.0), abs=5e-3)


def test_missing_shapes_are_left_out(tmp_path: Path) -> None:
    path = layer(tmp_path / "e.gpkg", [shapely.Point(36, 48), None], a=[1, 2])
    table = read_points(path, PointColumns.of_option("geometry"))
    assert (len(table), table.findings[0].details["count"]) == (1, 1)


def test_damaged_layers_and_shapes_of_a_table_are_refused(tmp_path: Path, write: Write) -> None:
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(b"not a database")
    assert refused(broken, PointColumns.of_option("geometry")).codes == ("LR2006",)
    assert refused(write("36,48,2015"), PointColumns.of_option("geometry")).codes == ("LR4005",)
    with pytest.warns(UserWarning, match="crs"):
        unplaced = layer(tmp_path / "u.shp", [shapely.Point(1, 2)], None, a=[1])
    assert refused(unplaced, PointColumns.of_option("geometry")).codes == ("LR2023",)


def test_a_region_is_the_union_of_the_areas(tmp_path: Path) -> None:
    path = layer(tmp_path / "r.gpkg", [shapely.box(36, 48, 37, 49), shapely.box(37, 48, 38, 49), shapely.Point(0, 0)])
    assert read_region(path).equals(shapely.box(36, 48, 38, 49))


def test_a_region_without_an_area_is_refused(tmp_path: Path) -> None:
    for path, code in (
        (layer(tmp_path / "p.gpkg", [shapely.Point(0, 0)], a=[1]), "LR2024"),
        (tmp_path / "none.gpkg", "LR0002"),
    ):
        with pytest.raises(LandreleaseError, match=code):
            read_region(path)


def test_a_table_is_never_half_read(write: Write) -> None:
    """A row that is cut off in the middle is not taken for a shorter one."""
    path = write("36,48,2015", "37,48,2016")
    path.write_bytes(path.read_bytes()[:-6])
    assert refused(path).codes[0] in ("LR2006", "LR2007")


def test_types_of_the_columns(write: Write) -> None:
    table = read_points(write("36,48,2015"), COLUMNS)
    assert isinstance(table, PointTable)
    assert (table.longitude.dtype.name, table.rows.dtype.name) == ("float64", "int64")
