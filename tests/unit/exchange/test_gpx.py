"""GPX out, and the shapes of a layer in."""

import warnings
import xml.etree.ElementTree as ElementTree

import geopandas as gpd
import pyogrio
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.exchange.gpx import NAMESPACE, write_gpx
from landrelease.exchange.plain_layers import read_areas, read_lines, read_shapes
from landrelease.exchange.writing import write_frame

POINTS = gpd.GeoDataFrame(
    {"name": ["T1", "T2 <&>"], "desc": ["start", None]},
    geometry=[shapely.Point(36.12345678, 48), shapely.Point(36.2, -0.5)], crs=4326,
)  # fmt: skip
LINE = shapely.LineString([(36.1, 48.0), (36.1, 48.1)])
TRACKS = gpd.GeoDataFrame({"name": ["Leg 1"]}, geometry=[LINE], crs=4326)
SQUARE = shapely.box(36, 48, 36.1, 48.1)


@pytest.fixture
def written(tmp_path):
    return write_gpx(tmp_path / "a.gpx", POINTS, TRACKS, "Field <1>")


def test_gdal_reads_what_we_write(written):
    points = pyogrio.read_dataframe(written, layer="waypoints")
    assert points["name"].tolist() == ["T1", "T2 <&>"]
    assert points.geometry[0].x == pytest.approx(36.1234568, abs=1e-12)
    tracks = pyogrio.read_dataframe(written, layer="tracks")
    assert tracks["name"].tolist() == ["Leg 1"]
    assert tracks.geometry[0].equals(shapely.MultiLineString([LINE]))


def test_the_file_is_gpx_of_version_11(written):
    root = ElementTree.parse(written).getroot()
    assert root.tag == f"{{{NAMESPACE}}}gpx"
    assert root.get("version") == "1.1"
    assert [child.tag.partition("}")[2] for child in root] == ["metadata", "wpt", "wpt", "trk"]
    assert [part.text for part in root[1]] == ["T1", "start"]
    assert [part.text for part in root[2]] == ["T2 <&>"]


def test_frames_of_another_system_are_moved(tmp_path):
    path = write_gpx(tmp_path / "a.gpx", POINTS.to_crs(6933), TRACKS.to_crs(6933), "x")
    assert pyogrio.read_dataframe(path, layer="waypoints").geometry[1].y == pytest.approx(-0.5, abs=1e-6)


def test_a_folder_that_is_not_there_is_refused_and_nothing_left(tmp_path):
    with pytest.raises(LandreleaseError) as refused:
        write_gpx(tmp_path / "no" / "a.gpx", POINTS, TRACKS, "x")
    assert refused.value.codes == ("LR2056",)
    assert list(tmp_path.iterdir()) == []


def test_lines_come_from_the_first_layer_that_has_any(tmp_path, written):
    assert read_lines(written)[0].equals(LINE)
    path = tmp_path / "two.gpkg"
    write_frame(POINTS, path, "points")
    write_frame(TRACKS, path, "legs")
    assert [line.equals(LINE) for line in read_lines(path)] == [True]


def test_areas_are_joined_and_moved_to_degrees(tmp_path):
    other = shapely.box(36.05, 48, 36.2, 48.1)
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame(geometry=[SQUARE, other], crs=4326).to_crs(32637).to_file(path)
    assert read_areas(path).area == pytest.approx(0.02, rel=1e-4)
    assert len(read_shapes(path)) == 2


@pytest.mark.parametrize(
    ("shapes", "crs", "reader", "code"),
    [
        ([shapely.Point(36, 48)], 4326, read_areas, "LR2024"),
        ([shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], 4326, read_areas, "LR5010"),
        ([shapely.Point(36, 48)], 4326, read_lines, "LR5019"),
        ([SQUARE], None, read_areas, "LR2023"),
    ],
)
def test_layers_without_what_is_asked_are_refused(tmp_path, shapes, crs, reader, code):
    path = tmp_path / "a.gpkg"
    with warnings.catch_warnings(action="ignore"):  # of a layer without a system
        pyogrio.write_dataframe(gpd.GeoDataFrame(geometry=shapes, crs=crs), path)
    with pytest.raises(LandreleaseError) as refused:
        reader(path)
    assert refused.value.codes == (code,)


@pytest.mark.parametrize("reader", [read_areas, read_lines, read_shapes])
def test_a_missing_and_a_damaged_file_are_refused(tmp_path, reader):
    with pytest.raises(LandreleaseError) as refused:
        reader(tmp_path / "none.gpkg")
    assert refused.value.codes == ("LR0002",)
    (tmp_path / "bad.gpkg").write_bytes(b"not a layer")
    with pytest.raises(LandreleaseError) as refused:
        reader(tmp_path / "bad.gpkg")
    assert refused.value.codes == ("LR2006",)


def test_characters_that_xml_cannot_hold_are_replaced(tmp_path):
    point = gpd.GeoDataFrame({"name": ["a\x01b"]}, geometry=[shapely.Point(1, 2)], crs=4326)
    written = write_gpx(tmp_path / "a.gpx", point, TRACKS, "t\x00")
    names = [each.text for each in ElementTree.parse(written).iter(f"{{{NAMESPACE}}}name")]
    assert names == ["t\ufffd", "a\ufffdb", "Leg 1"]
