import csv
from pathlib import Path

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pyproj
import pytest
import rasterio
import shapely

from landrelease.errors import LandreleaseError
from landrelease.exchange.raster import class_polygons, write_cog
from landrelease.exchange.writing import WRITERS, write_frame
from landrelease.geo.grid import Grid

LAEA = pyproj.CRS.from_proj4("+proj=laea +lat_0=-12 +lon_0=15 +datum=WGS84 +units=m")


@pytest.fixture
def parts():
    boxes = [shapely.box(15, -12, 15.001, -11.999), shapely.MultiPolygon([shapely.box(15.1, -12, 15.101, -11.999)])]
    columns = {"name": ["Río", "=HYPERLINK(1)"], "area_m2": [12_000, 13_000], "note": ["-3", None]}
    return geopandas.GeoDataFrame(columns, geometry=boxes, crs="EPSG:4326")


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".json"])
def test_a_layer_comes_back_as_it_was_written(tmp_path, parts, suffix):
    path = write_frame(parts, tmp_path / f"land{suffix}", layer="parts")
    back = geopandas.read_file(path, engine="pyogrio")
    assert list(back["name"]) == list(parts["name"])
    assert back.crs.to_epsg() == 4326
    difference = shapely.symmetric_difference(back.geometry.array, parts.geometry.array)
    assert shapely.area(difference).max() < 1e-12


def test_metres_are_written_in_degrees(tmp_path, parts):
    path = write_frame(parts.to_crs(LAEA), tmp_path / "land.geojson")
    assert geopandas.read_file(path, engine="pyogrio").total_bounds == pytest.approx(parts.total_bounds, abs=1e-6)


def test_layers_live_side_by_side_and_are_replaced_alone(tmp_path, parts):
    path = tmp_path / "land.gpkg"
    write_frame(parts, path, layer="parts")
    write_frame(parts.iloc[:1], path, layer="tasks")
    write_frame(parts.iloc[1:], path, layer="parts")
    assert {str(name) for name in pyogrio.list_layers(path)[:, 0]} == {"parts", "tasks"}
    assert list(pyogrio.read_dataframe(path, layer="parts")["name"]) == ["=HYPERLINK(1)"]
    assert len(pyogrio.read_dataframe(path, layer="tasks")) == 1


def test_a_table_without_shapes_goes_into_a_geopackage(tmp_path):
    path = write_frame(pd.DataFrame({"a": [1, 2]}), tmp_path / "t.gpkg", layer="balance")
    assert list(pyogrio.read_dataframe(path, layer="balance", read_geometry=False)["a"]) == [1, 2]


def test_a_csv_opens_in_a_spreadsheet_without_running_anything(tmp_path, parts):
    path = write_frame(parts, tmp_path / "land.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as source:
        first, second = csv.DictReader(source)
    assert (first["name"], first["note"], second["name"], second["note"]) == ("Río", "-3", "'=HYPERLINK(1)", "")
    assert shapely.from_wkt(first["geometry"]).equals(parts.geometry[0])


def test_headings_are_escaped_too(tmp_path):
    path = write_frame(pd.DataFrame({"=cmd": [1]}), tmp_path / "t.csv")
    assert path.read_text(encoding="utf-8-sig").splitlines() == ["'=cmd", "1"]


def test_a_spreadsheet_holds_text_as_text_and_numbers_as_numbers(tmp_path, parts):
    times = pd.to_datetime(["2026-08-14T12:00:00Z", "2026-08-15T12:00:00Z"])
    path = write_frame(parts.assign(when=times, kinds=[["a", "b"], []]), tmp_path / "land.xlsx", layer="parts/today")
    sheet = openpyxl.load_workbook(path)["parts_today"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("name", "area_m2", "note", "geometry", "when", "kinds")
    assert rows[2][:2] == ("=HYPERLINK(1)", 13_000)
    assert sheet["A3"].data_type == "s"
    assert rows[1][4:] == ("2026-08-14T12:00:00Z", "a; b")
    assert sheet.freeze_panes == "A2"


def test_another_ending_is_refused(tmp_path, parts):
    with pytest.raises(LandreleaseError) as error:
        write_frame(parts, tmp_path / "land.shp")
    assert error.value.codes == ("LR2049",)
    assert ", ".join(WRITERS) in str(error.value)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson"])
def test_a_write_that_fails_leaves_the_old_file(tmp_path, parts, suffix, monkeypatch):
    path = write_frame(parts, tmp_path / f"land{suffix}")
    before = path.read_bytes()

    def fail(frame, target, layer):
        Path(target).write_text("half")
        raise OSError("disk full")

    monkeypatch.setitem(WRITERS, suffix, fail)
    with pytest.raises(LandreleaseError, match="disk full"):
        write_frame(parts, path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


GRID = Grid(LAEA, -50_000.0, 40_000.0, 100.0, 1_000, 800)


def test_a_raster_is_cloud_optimised_and_in_place(tmp_path):
    values = np.random.default_rng(1).gamma(0.1, size=GRID.shape)
    path = write_cog(values, GRID, tmp_path / "hazard.tif", "items per m²", {"method": "kernel", "seed": "1"})
    with rasterio.open(path) as raster:
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert raster.overviews(1)
        assert raster.block_shapes == [(512, 512)]
        assert (raster.shape, raster.descriptions) == (GRID.shape, ("items per m²",))
        assert raster.tags()["method"] == "kernel"
        assert raster.transform[:6] == (100.0, 0.0, -50_000.0, 0.0, -100.0, 40_000.0)
        assert pyproj.CRS.from_user_input(raster.crs).equals(LAEA)
        np.testing.assert_array_equal(raster.read(1), values.astype(np.float32))


def test_cells_outside_the_mask_are_unknown_not_zero(tmp_path):
    mask = np.zeros((80, 100), bool)
    mask[10:20, 30:40] = True
    grid = Grid(LAEA, 0.0, 0.0, 100.0, 100, 80, mask)
    with rasterio.open(write_cog(np.ones((2, 80, 100)), grid, tmp_path / "h.tif", ["mean", "high"])) as raster:
        assert raster.descriptions == ("mean", "high")
        assert np.isnan(raster.nodata)
        bands = raster.read()
    assert (np.isfinite(bands) == mask).all()


def test_bands_name_their_units(tmp_path):
    with rasterio.open(
        write_cog(np.ones((2, 800, 1_000)), GRID, tmp_path / "h.tif", units=["items/m2", "1"])
    ) as raster:
        assert raster.units == ("items/m2", "1")
    with rasterio.open(write_cog(np.ones(GRID.shape), GRID, tmp_path / "plain.tif")) as raster:
        assert raster.units == (None,)


class TestOutlinesOfClasses:
    """Cells of one class as one shape along their sides."""

    SMALL = Grid(LAEA, 0.0, 300.0, 100.0, 4, 3)

    def outlines(self, rows):
        return class_polygons(np.array(rows), self.SMALL)

    def test_cells_that_touch_are_one_shape(self):
        made = self.outlines([[0, 0, 2, 2], [0, 1, 2, 2], [-1, 1, 1, 2]])
        assert made["class"].tolist() == [0, 1, 2]
        assert made.geometry.area.tolist() == [3e4, 3e4, 5e4]
        assert made.geometry[0].equals(
            shapely.Polygon([(0, 100), (100, 100), (100, 200), (200, 200), (200, 300), (0, 300)])
        )
        assert made.crs == LAEA

    def test_a_class_in_pieces_with_a_hole(self):
        made = self.outlines([[5, 5, 5, -1], [5, 7, 5, -1], [5, 5, 5, 7]])
        assert made["class"].tolist() == [5, 7]
        assert [len(piece.interiors) for piece in made.geometry[0].geoms] == [1]
        assert made.geometry[1].geom_type == "MultiPolygon"
        assert shapely.is_valid(made.geometry.to_numpy()).all()

    def test_no_class_anywhere(self):
        assert self.outlines([[-1] * 4] * 3).empty

    def test_an_array_of_another_shape(self):
        with pytest.raises(ValueError, match="the array is"):
            class_polygons(np.zeros((2, 2), int), self.SMALL)


def test_an_array_of_another_shape_is_refused(tmp_path):
    with pytest.raises(ValueError, match="the array is"):
        write_cog(np.ones((3, 4)), GRID, tmp_path / "h.tif")
    assert list(tmp_path.iterdir()) == []


class TestWhatCannotBeWritten:
    """A refusal with the path, never a library's error."""

    @pytest.mark.parametrize("name", ["t.gpkg", "t.geojson", "t.csv", "t.xlsx"])
    def test_a_folder_that_is_not_there(self, tmp_path, name):
        table = geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(15, -12)], crs="EPSG:4326")
        with pytest.raises(LandreleaseError, match="missing") as caught:
            write_frame(table, tmp_path / "missing" / name)
        assert caught.value.findings[0].error.code == "LR2056"

    @pytest.mark.parametrize("shapes", [True, False])
    def test_a_file_that_is_no_geopackage_stays_as_it_is(self, tmp_path, shapes):
        path = tmp_path / "notes.gpkg"
        path.write_text("someone's notes")
        table = pd.DataFrame({"a": [1]})
        if shapes:
            table = geopandas.GeoDataFrame(table, geometry=[shapely.Point(15, -12)], crs="EPSG:4326")
        with pytest.raises(LandreleaseError) as caught:
            write_frame(table, path)
        assert caught.value.findings[0].error.code == "LR2056"
        assert path.read_text() == "someone's notes"

    @pytest.mark.parametrize("table", [pd.DataFrame({"a": [1]}), geopandas.GeoDataFrame({"a": [1]})])
    def test_geojson_of_a_table_without_shapes(self, tmp_path, table):
        with pytest.raises(LandreleaseError) as caught:
            write_frame(table, tmp_path / "t.geojson")
        assert caught.value.findings[0].error.code == "LR2057"
        assert not (tmp_path / "t.geojson").exists()
