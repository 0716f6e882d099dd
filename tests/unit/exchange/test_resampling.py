"""Rasters and tables by degrees on the cells of a grid: values by hand, missing stays missing, what is refused."""

from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
from rasterio.transform import Affine

from landrelease.errors import LandreleaseError
from landrelease.exchange.raster import write_cog
from landrelease.exchange.resampling import read_degree_grid, read_raster
from landrelease.geo.grid import Grid

METRES = pyproj.CRS.from_proj4("+proj=laea +lat_0=10 +lon_0=20 +datum=WGS84 +units=m +no_defs")


@pytest.fixture
def grid() -> Grid:
    """4 columns by 3 rows of 100 m from the origin."""
    return Grid(METRES, 0.0, 300.0, 100.0, 4, 3)


def from_origin(west: float, north: float, pixel: float) -> Affine:
    return Affine(pixel, 0.0, west, 0.0, -pixel, north)


def raster(path: Path, values, pixel_m: float, west: float = 0.0, north: float = 300.0, **options) -> Path:  # type: ignore[no-untyped-def]
    array = np.array(values)
    array = array[None] if array.ndim == 2 else array
    profile = {
        "driver": "GTiff", "count": len(array), "height": array.shape[1], "width": array.shape[2],
        "dtype": array.dtype, "crs": METRES.to_wkt(), "transform": from_origin(west, north, pixel_m),
    }  # fmt: skip
    with rasterio.open(path, "w", **profile | options) as target:
        target.write(array)
    return path


NUMBERS = np.arange(12.0).reshape(3, 4)


def test_a_raster_on_the_very_cells_is_read_as_it_is(grid: Grid, tmp_path: Path) -> None:
    assert np.array_equal(read_raster(raster(tmp_path / "a.tif", NUMBERS, 100.0), grid), NUMBERS)


def test_what_is_written_is_read(grid: Grid, tmp_path: Path) -> None:
    values = np.where(NUMBERS == 5, np.nan, NUMBERS)
    path = write_cog(values, grid, tmp_path / "a.tif")
    assert np.array_equal(read_raster(path, grid), values, equal_nan=True)


def test_fine_pixels_are_averaged(grid: Grid, tmp_path: Path) -> None:
    fine = np.kron(NUMBERS, np.array([[-1.0, 1.0], [3.0, -3.0]]) + 0) + np.kron(NUMBERS, np.ones((2, 2)))
    assert read_raster(raster(tmp_path / "a.tif", fine, 50.0), grid) == pytest.approx(NUMBERS)


def test_coarse_pixels_are_read_between_their_centres(grid: Grid, tmp_path: Path) -> None:
    """Pixels of 200 m with values rising by 1 a pixel: half a pixel is half a step."""
    coarse = np.repeat(np.arange(6.0)[None], 6, axis=0)
    found = read_raster(raster(tmp_path / "a.tif", coarse, 200.0, -400.0, 700.0), grid)
    assert found == pytest.approx(np.repeat([[1.75, 2.25, 2.75, 3.25]], 3, axis=0))


def test_classes_are_never_averaged(grid: Grid, tmp_path: Path) -> None:
    codes = np.kron(np.where(NUMBERS < 6, 10, 40), np.ones((3, 3))).astype(np.uint8)
    codes[0, 0] = 200
    found = read_raster(raster(tmp_path / "a.tif", codes, 100 / 3), grid, classes=True)
    assert np.array_equal(found, np.where(NUMBERS < 6, 10, 40))
    coarse = np.array([[10, 40], [40, 10]], dtype=np.uint8)
    found = read_raster(raster(tmp_path / "b.tif", coarse, 200.0), grid, classes=True)
    assert set(np.unique(found)) == {10.0, 40.0}


@pytest.mark.parametrize("nodata", [-9999.0, np.nan])
def test_missing_stays_missing(grid: Grid, tmp_path: Path, nodata: float) -> None:
    values = np.where(NUMBERS == 5, nodata, NUMBERS)
    found = read_raster(raster(tmp_path / "a.tif", values, 100.0, nodata=nodata), grid)
    assert np.isnan(found[1, 1])
    assert np.nansum(found) == NUMBERS.sum() - 5


def test_missing_pixels_do_not_enter_a_mean(grid: Grid, tmp_path: Path) -> None:
    fine = np.kron(NUMBERS, np.ones((2, 2)))
    fine[::2, ::2] = -1.0
    found = read_raster(raster(tmp_path / "a.tif", fine, 50.0, nodata=-1.0), grid)
    assert found == pytest.approx(NUMBERS)


def test_cells_beyond_the_raster_are_missing(grid: Grid, tmp_path: Path) -> None:
    found = read_raster(raster(tmp_path / "a.tif", NUMBERS[:, :2], 100.0), grid)
    assert np.array_equal(np.isnan(found), np.repeat([[False, False, True, True]], 3, axis=0))


def test_a_band_is_chosen_and_another_system_moved(grid: Grid, tmp_path: Path) -> None:
    bands = np.array([np.zeros((40, 40)), np.full((40, 40), 7.0)])
    degrees = {"crs": "EPSG:4326", "transform": from_origin(19.99, 10.01, 0.0005)}
    path = raster(tmp_path / "a.tif", bands, 1.0, **degrees)
    assert read_raster(path, grid, band=2) == pytest.approx(np.full(grid.shape, 7.0))


@pytest.mark.parametrize(
    ("options", "band"),
    [({"crs": None}, 1), ({}, 2), ({}, 0)],
)
def test_a_raster_without_a_system_or_the_band_is_refused(grid: Grid, tmp_path: Path, options, band: int) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR2080"):
        read_raster(raster(tmp_path / "a.tif", NUMBERS, 100.0, **options), grid, band=band)


def test_a_grid_of_no_known_system_is_refused(grid: Grid, tmp_path: Path) -> None:
    plain = tmp_path / "plain.asc"
    plain.write_text("ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n1 2\n3 4\n")
    with pytest.raises(LandreleaseError, match="LR2080"):
        read_raster(plain, grid)


def test_a_text_grid_with_its_system_beside_it(grid: Grid, tmp_path: Path) -> None:
    rows = "\n".join(" ".join(f"{number:g}" for number in row) for row in NUMBERS)
    header = "ncols 4\nnrows 3\nxllcorner 0\nyllcorner 0\ncellsize 100\nNODATA_value 5\n"
    (tmp_path / "plain.asc").write_text(header + rows + "\n")
    (tmp_path / "plain.prj").write_text(METRES.to_wkt("WKT1_ESRI"))
    found = read_raster(tmp_path / "plain.asc", grid)
    assert np.array_equal(found, np.where(NUMBERS == 5, np.nan, NUMBERS), equal_nan=True)


@pytest.mark.parametrize(
    "content", [b"", b"no raster", b"II*\0" + bytes(20), b"<VRTDataset rasterXSize='1' rasterYSize='1'/>"]
)
def test_what_is_no_raster_is_refused(grid: Grid, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    with pytest.raises(LandreleaseError, match="LR2080"):
        read_raster(path, grid)


def test_a_raster_of_elsewhere_is_refused(grid: Grid, tmp_path: Path) -> None:
    with pytest.raises(LandreleaseError, match="LR2081"):
        read_raster(raster(tmp_path / "a.tif", NUMBERS, 100.0, 50_000.0), grid)


# Tables by latitude and longitude

DEGREES = "lat,19.99,20.0,20.01\n9.99,0,10,20\n10.0,1,11,21\n10.01,2,12,22\n"


def table(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def plane(grid: Grid) -> np.ndarray:
    """The values of the table by hand: 10 a step of longitude, 1 a step of latitude (0.01 degree each)."""
    x, y = np.meshgrid(*grid.centres())
    longitude, latitude = pyproj.Transformer.from_crs(METRES, 4326, always_xy=True).transform(x, y)
    return (longitude - 19.99) / 0.001 + (latitude - 9.99) / 0.01


@pytest.mark.parametrize(
    "content",
    [
        DEGREES,
        "lat,19.99,20.0,20.01\n10.01,2,12,22\n10.0,1,11,21\n9.99,0,10,20\n",
        "lat;20.01;20.0;19.99\n9.99;20;10;0\n10.0;21;11;1\n10.01;22;12;2\n",
    ],
)
def test_a_table_by_degrees_is_read_between_its_places_in_any_order(grid: Grid, tmp_path: Path, content: str) -> None:
    assert read_degree_grid(table(tmp_path / "a.csv", content), grid) == pytest.approx(plane(grid))


def test_missing_values_and_the_land_beyond_stay_missing(grid: Grid, tmp_path: Path) -> None:
    gap = "lat,19.99,20.0,20.003\n9.99,0,10,\n10.0,1,11,14\n10.01,2,12,15\n"
    found = read_degree_grid(table(tmp_path / "a.csv", gap), grid)
    assert np.isfinite(found[:, :3]).all()
    assert np.isnan(found[:, 3]).all()


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ("", None),
        ("lat,19,20\n9,1,2\n", None),
        ("lat,19\n9,1\n10,2\n", None),
        ("lat,19,20\n9,1,2\n10,3\n", 3),
        ("lat,19,20\n9,1,2\n10,x,4\n", 3),
        ("lat,19,20\n9,1,2\n10,inf,4\n", 3),
        ("lat,19,west\n9,1,2\n10,3,4\n", 1),
        ("lat,19,20\n9,1,2\n9,3,4\n", None),
        ("lat,19,21,20\n9,1,2,3\n10,3,4,5\n", None),
        ("lat,19,20\n89,1,2\n91,3,4\n", None),
        ("lat,19,\n9,1,2\n10,3,4\n", None),
    ],
)
def test_other_tables_are_refused_with_the_row(grid: Grid, tmp_path: Path, content: str, row: int | None) -> None:
    with pytest.raises(LandreleaseError, match="LR2082") as refused:
        read_degree_grid(table(tmp_path / "a.csv", content), grid)
    assert refused.value.findings[0].row == row


def test_bytes_of_another_encoding_are_refused(grid: Grid, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"lat,19,20\n9,1,\xff\n10,3,4\n")
    with pytest.raises(LandreleaseError, match="LR2082"):
        read_degree_grid(tmp_path / "a.csv", grid)


def test_a_table_of_elsewhere_is_refused(grid: Grid, tmp_path: Path) -> None:
    with pytest.raises(LandreleaseError, match="LR2081"):
        read_degree_grid(table(tmp_path / "a.csv", DEGREES.replace("19.99,20.0,20.01", "29.99,30.0,30.01")), grid)


@pytest.mark.parametrize("read", [read_raster, read_degree_grid])
def test_a_missing_file_is_said_to_be(grid: Grid, tmp_path: Path, read) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR0002"):
        read(tmp_path / "nothing", grid)
