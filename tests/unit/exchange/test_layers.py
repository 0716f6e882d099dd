"""Layers for covariates: places, lines, areas and outlines, in every format, and what is refused."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.exchange.layers import read_outline, read_places, read_shapes

METRES = pyproj.CRS.from_proj4("+proj=laea +lat_0=10 +lon_0=20 +datum=WGS84 +units=m +no_defs")
DEGREES = pyproj.CRS.from_epsg(4326)

GEONAMES = (
    "geonameid,name,latitude,longitude,countrycode,population,timezone,admin1code\n"
    "1,Alfa,10.0,20.0,AA,1200,X/Y,01\n"
    "2,Bravo,10.5,20.0,AA,0,X/Y,01\n"
    "3,Charlie,10.0,21.0,BB,,X/Y,\n"
)
TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [1.0, 1.0], "translate": [20.0, 10.0]},
    "arcs": [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 0], [1, 0], [0, 1], [-1, 0]]],
    "objects": {
        "countries": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "001", "properties": {"name": "Westland"}, "arcs": [[0, 1]]},
                {"type": "Polygon", "id": "002", "properties": {"name": "Eastland"}, "arcs": [[2, -1]]},
            ],
        },
        "land": {"type": "Polygon", "arcs": [[1, 2]]},
    },
}
"""Two unit squares in degrees side by side, sharing one arc."""


@pytest.fixture
def write(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Write a file and return its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def roads(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Write two roads and an empty shape in a format."""

    def make(name: str) -> Path:
        lines = [shapely.LineString([(20, 10), (20.01, 10)]), shapely.LineString([(20, 10.01), (20.01, 10.02)]), None]
        frame = gpd.GeoDataFrame({"name": ["A1", "A2", "A3"]}, geometry=lines, crs=4326)
        frame[: 2 if name.endswith("fgb") else 3].to_file(tmp_path / name)  # FlatGeobuf takes no empty shape
        return tmp_path / name

    return make


# Places


def test_places_by_hand(write) -> None:  # type: ignore[no-untyped-def]
    """0 and nothing are both an unknown population; half a degree of latitude at 10 degrees is 55.3 km."""
    found = read_places(write("places.csv", GEONAMES), METRES)
    assert found["name"].tolist() == ["Alfa", "Bravo", "Charlie"]
    assert found["population"].tolist()[0] == 1200
    assert found["population"].isna().tolist() == [False, True, True]
    assert found.loc[0, ["x_m", "y_m"]].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert found.loc[1, "y_m"] == pytest.approx(55_306, abs=10)


@pytest.mark.parametrize(("country", "names"), [("AA", ["Alfa", "Bravo"]), ("bb", ["Charlie"])])
def test_places_of_a_country(write, country: str, names: list[str]) -> None:  # type: ignore[no-untyped-def]
    assert read_places(write("places.csv", GEONAMES), METRES, country)["name"].tolist() == names


def test_places_need_only_positions(write) -> None:  # type: ignore[no-untyped-def]
    found = read_places(write("places.csv", "longitude;latitude\n20;10\n"), METRES)
    assert found["population"].isna().all()
    assert len(found) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("latitude", "90.5"), ("latitude", ""), ("latitude", "x"), ("longitude", "-181"), ("longitude", "nan"),
     ("population", "-1"), ("population", "many"), ("population", "inf")],
)  # fmt: skip
def test_every_wrong_number_is_named_with_its_row(write, field: str, value: str) -> None:  # type: ignore[no-untyped-def]
    row = {"latitude": "10", "longitude": "20", "population": "5"}
    lines = [",".join(row), ",".join(row.values())] + [",".join((row | {field: value}).values())] * 2
    with pytest.raises(LandreleaseError) as refused:
        read_places(write("places.csv", "\n".join(lines)), METRES)
    assert [(each.error.code, each.row, each.field) for each in refused.value.findings] == [
        ("LR2083", 3, field),
        ("LR2083", 4, field),
    ]


@pytest.mark.parametrize(
    ("content", "country", "code"),
    [
        ("", None, "LR2005"),
        ("latitude,longitude\n", None, "LR2005"),
        ("lat,lon\n10,20\n", None, "LR2004"),
        ("latitude,longitude\n10,20\n", "AA", "LR2004"),
        ("latitude,latitude\n10,20\n", None, "LR2031"),
        (GEONAMES, "CC", "LR2084"),
        ("latitude,longitude\n10\n11,20\n", None, "LR2007"),
    ],
)
def test_tables_that_are_none_of_places_are_refused(write, content: str, country: str | None, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError) as refused:
        read_places(write("places.csv", content), METRES, country)
    assert refused.value.codes[0] == code


# Shapes


@pytest.mark.parametrize("name", ["roads.gpkg", "roads.geojson", "roads.shp", "roads.fgb"])
def test_lines_are_the_same_in_every_format(roads, name: str) -> None:  # type: ignore[no-untyped-def]
    found = read_shapes(roads(name), METRES)
    assert len(found) == 2
    assert shapely.length(found).sum() == pytest.approx(1_096 + 1_559, rel=1e-3)


def test_a_layer_in_another_system_is_moved(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(1_000, 2_000)], crs=METRES)
    frame.to_crs(3857).to_file(tmp_path / "points.gpkg")
    (point,) = read_shapes(tmp_path / "points.gpkg", METRES)
    assert (point.x, point.y) == pytest.approx((1_000, 2_000), abs=0.01)


def test_heights_are_dropped_and_areas_made_valid(tmp_path: Path) -> None:
    bow = shapely.Polygon([(20, 10, 5), (21, 11, 5), (21, 10, 5), (20, 11, 5)])
    gpd.GeoDataFrame(geometry=[bow], crs=4326).to_file(tmp_path / "area.gpkg")
    (found,) = read_shapes(tmp_path / "area.gpkg", DEGREES)
    assert found.is_valid
    assert not found.has_z
    assert found.area == pytest.approx(0.5)


def test_a_file_without_a_system_needs_one(roads, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = roads("roads.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(LandreleaseError, match="LR2023"):
        read_shapes(path, METRES)
    assert len(read_shapes(path, METRES, own_crs="EPSG:4326")) == 2


def test_of_several_layers_one_must_be_named(tmp_path: Path) -> None:
    for layer, count in (("roads", 2), ("rivers", 3)):
        frame = gpd.GeoDataFrame(geometry=[shapely.Point(20, 10)] * count, crs=4326)
        frame.to_file(tmp_path / "two.gpkg", layer=layer)
    assert len(read_shapes(tmp_path / "two.gpkg", METRES, layer="rivers")) == 3
    for layer in (None, "rails"):
        with pytest.raises(LandreleaseError, match="LR2050"):
            read_shapes(tmp_path / "two.gpkg", METRES, layer=layer)


@pytest.mark.parametrize("shapes", [[], [None], [shapely.Point()]])
def test_a_layer_without_a_shape_is_refused(tmp_path: Path, shapes: list[object]) -> None:
    gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=4326)).to_file(tmp_path / "none.gpkg")
    with pytest.raises(LandreleaseError, match="LR2085"):
        read_shapes(tmp_path / "none.gpkg", METRES)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("text.gpkg", "no database", "LR2086"),
        ("empty.geojson", "", "LR2086"),
        ("list.geojson", "[1, 2]", "LR2086"),
        ("plain.json", '{"a": 1}', "LR2086"),
        ("links.vrt", "<OGRVRTDataSource><SrcDataSource>x</SrcDataSource></OGRVRTDataSource>", "LR2086"),
        ("run.json", '{"type": "gdal_streamed_alg", "command_line": "gdal", "x": {"type": "Feature"}}', "LR2086"),
        ("cut.geojson", '{"type": "FeatureCollection", "features": [{"type": "Fea', "LR2006"),
        ("cut.gpkg", b"SQLite format 3\0" + bytes(40), "LR2006"),
        ("cut.shp", b"\x00\x00\x27\x0a" + bytes(20), "LR2006"),
        ("cut.fgb", b"fgb\x03" + bytes(20), "LR2006"),
    ],
)
def test_other_formats_and_damaged_files_are_refused(write, name: str, content: str | bytes, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match=code):
        read_shapes(write(name, content), METRES)


@pytest.mark.parametrize(
    "read",
    [
        lambda path: read_places(path, METRES),
        lambda path: read_shapes(path, METRES),
        lambda path: read_outline(path, "x", METRES),
    ],
)
def test_a_missing_file_is_said_to_be(read, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR0002"):
        read(tmp_path / "nothing.csv")


# Outlines


@pytest.mark.parametrize(
    ("name", "bounds"),
    [("Westland", (20, 10, 21, 11)), ("EASTLAND", (21, 10, 22, 11)), ("002", (21, 10, 22, 11))],
)
def test_a_country_of_a_topology_by_name_or_code(write, name: str, bounds: tuple[float, ...]) -> None:  # type: ignore[no-untyped-def]
    path = write("world.json", json.dumps(TOPOLOGY))
    found = read_outline(path, name, DEGREES, layer="countries")
    assert found.bounds == pytest.approx(bounds)
    assert found.area == pytest.approx(1)


def test_parts_of_a_country_are_joined(tmp_path: Path) -> None:
    squares = [shapely.box(20, 10, 21, 11), shapely.box(21, 10, 22, 11), shapely.box(30, 10, 31, 11)]
    gpd.GeoDataFrame({"unit": ["A", "A", "B"]}, geometry=squares, crs=4326).to_file(tmp_path / "units.geojson")
    found = read_outline(tmp_path / "units.geojson", "a", DEGREES)
    assert found.equals(shapely.box(20, 10, 22, 11))


def test_an_unknown_country_is_refused_with_those_that_there_are(write) -> None:  # type: ignore[no-untyped-def]
    path = write("world.json", json.dumps(TOPOLOGY))
    with pytest.raises(LandreleaseError, match="LR2084") as refused:
        read_outline(path, "Northland", DEGREES, layer="countries")
    assert "Westland" in str(refused.value)


def test_nothing_that_no_system_can_hold_is_given(tmp_path: Path) -> None:
    """A pole cannot be drawn in Mercator's projection: such a shape is left out, the others stay."""
    shapes = [shapely.Point(0, 90), shapely.Point(0, 0)]
    gpd.GeoDataFrame(geometry=shapes, crs=4326).to_file(tmp_path / "poles.gpkg")
    found = read_shapes(tmp_path / "poles.gpkg", pyproj.CRS.from_epsg(3395))
    assert np.isfinite(shapely.get_coordinates(found)).all()
    assert len(found) >= 1
