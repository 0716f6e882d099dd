"""Writing grids as cloud-optimised GeoTIFF."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import rasterio
import rasterio.shutil
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
            with memory.open() as plain:
                rasterio.shutil.copy(
                    plain, name, driver="COG", compress="DEFLATE", predictor="YES", blocksize=BLOCK,
                    overview_resampling="AVERAGE", num_threads="1",
                )  # fmt: skip
        Path(name).chmod(0o644)
        return Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _bands(array: NDArray[np.floating], grid: Grid) -> NDArray[np.float32]:
    bands = np.array(array, dtype=np.float32, ndmin=3)
    if bands.shape[1:] != grid.shape:
        raise ValueError(f"the array is {bands.shape[1:]}, the grid {grid.shape}")
    if grid.mask is not None:
        bands[:, ~grid.mask] = np.nan
    return bands
