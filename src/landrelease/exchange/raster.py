"""Grids as files and outlines: cloud-optimised GeoTIFF, and polygons of cells of one class."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import rasterio
import rasterio.features
import rasterio.shutil
import shapely
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.transform import Affine

from landrelease.geo.grid import Grid

BLOCK = 512
"""Side of the inner tiles, cells."""


def write_cog(
    array: NDArray[np.floating],
    grid: Grid,
    path: Path | str,
    description: str | Sequence[str] = "",
    tags: Mapping[str, str] | None = None,
    units: Sequence[str] = (),
) -> Path:
    """Write a grid as a cloud-optimised GeoTIFF with overviews; the file appears whole or not at all.

    Parameters
    ----------
    array
        Values, shape (rows, columns) or (bands, rows, columns); not-a-number where unknown. Stored as 32-bit floats.
    grid
        Place of the cells. Cells outside its mask are written as unknown.
    description
        What a band holds, with its unit; one text a band.
    tags
        Metadata of the file: method, seed, source.
    units
        Unit of each band; left out where there is none.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        Where the shape of the array is not that of the grid.
    """
    path = Path(path)
    bands = _bands(array, grid)
    descriptions = [description] * len(bands) if isinstance(description, str) else list(description)
    profile = {
        "driver": "GTiff", "count": len(bands), "height": grid.rows, "width": grid.columns, "dtype": "float32",
        "crs": rasterio.crs.CRS.from_wkt(grid.crs.to_wkt()), "transform": Affine(*grid.transform), "nodata": np.nan,
    }  # fmt: skip
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".landrelease-", suffix=".tif")
    os.close(handle)
    try:
        with MemoryFile() as memory:
            with memory.open(**profile) as plain:
                plain.write(bands)
                plain.update_tags(**(tags or {}))
                for number, text in enumerate(descriptions, 1):
                    plain.set_band_description(number, text)
                for number, unit in enumerate(units, 1):
                    plain.set_band_unit(number, unit)
            with memory.open() as plain:
                rasterio.shutil.copy(
                    plain, name, driver="COG", compress="DEFLATE", predictor="YES", blocksize=BLOCK,
                    overview_resampling="AVERAGE", num_threads="1",
                )  # fmt: skip
        Path(name).chmod(0o644)
        return Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def read_grid(path: Path) -> tuple[NDArray[np.float64], Grid]:
    """Read the first band of a GeoTIFF of square cells, as `write_cog` writes it.

    Returns
    -------
    array, Grid
        Values of shape (rows, columns), not-a-number where unknown; cells without a value are outside the mask.
    """
    with rasterio.open(path) as source:
        values = source.read(1).astype(np.float64)
        crs, place = pyproj.CRS.from_wkt(source.crs.to_wkt()), source.transform
    known, (rows, columns) = np.isfinite(values), values.shape
    return values, Grid(crs, place.c, place.f, place.a, columns, rows, None if known.all() else known)


def _bands(array: NDArray[np.floating], grid: Grid) -> NDArray[np.float32]:
    bands = np.array(array, dtype=np.float32, ndmin=3)
    if bands.shape[1:] != grid.shape:
        raise ValueError(f"the array is {bands.shape[1:]}, the grid {grid.shape}")
    if grid.mask is not None:
        bands[:, ~grid.mask] = np.nan
    return bands


def class_polygons(classes: NDArray[np.integer], grid: Grid) -> gpd.GeoDataFrame:
    """Outline the cells of each class.

    Parameters
    ----------
    classes
        Shape (rows, columns), numbers from 0 to 32,767; a negative one is no class.

    Returns
    -------
    geopandas.GeoDataFrame
        A row a class that occurs, in rising order: ``class`` and a multipolygon along the cells' sides, in the grid's
        system.

    Raises
    ------
    ValueError
        Where the shape of the array is not that of the grid.
    """
    if classes.shape != grid.shape:
        raise ValueError(f"the array is {classes.shape}, the grid {grid.shape}")
    codes = classes.astype(np.int16)
    found: dict[int, list[shapely.Geometry]] = {}
    for outline, code in rasterio.features.shapes(codes, codes >= 0, connectivity=4, transform=Affine(*grid.transform)):
        found.setdefault(int(code), []).append(shapely.geometry.shape(outline))
    shapes = [shapely.multipolygons(found[code]) for code in sorted(found)]
    return gpd.GeoDataFrame({"class": np.array(sorted(found), dtype=np.int64)}, geometry=shapes, crs=grid.crs)
