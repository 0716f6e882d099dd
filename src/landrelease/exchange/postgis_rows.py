"""Frames of layers as rows of the published tables."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.exchange.postgis_layers import WGS84_CODE, Layer

Cells = tuple[str | float | None, ...]
"""A row as the table holds it: identity, columns, shapes as hexadecimal EWKB; without the whole-number key."""

_AREAS = ("Polygon", "MultiPolygon")
_Shapes = NDArray[np.object_]


def rows_of(layer: Layer, frame: gpd.GeoDataFrame) -> list[Cells]:
    """Make the rows of a layer, in the order of the frame.

    Parameters
    ----------
    frame
        Columns of `layer`, and ``geometry`` in any system. Where an identity repeats, the second gets ``~2``.

    Raises
    ------
    LandreleaseError
        LR2075 where a shape is neither point nor area, or is a point where the layer holds areas.
    """
    names = _numbered(frame[layer.identity.name])
    columns: list[Sequence[Any]] = [[_plain(value) for value in frame[column.name]] for column in layer.columns]
    places = np.asarray((frame if frame.crs is None else frame.to_crs(WGS84_CODE)).geometry, dtype=object)
    columns += [_written(places, shape.type, layer, names) for shape in layer.shapes]
    return list(zip(names, *columns, strict=True))


def _numbered(identity: Iterable[str]) -> list[str]:
    """Names as they are; the second of the same gets ``~2``, or the next number that is free."""
    counts: Counter[str] = Counter()
    names: dict[str, None] = {}
    for name in map(str, identity):
        unique = name
        while unique in names:
            counts[name] += 1
            unique = f"{name}~{counts[name] + 1}"
        names[unique] = None
    return list(names)


def _plain(value: Any) -> str | float | None:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    return float(value) if isinstance(value, float | int | np.number) else str(value)


def _written(places: _Shapes, kind: str, layer: Layer, names: Sequence[str]) -> list[str | None]:
    """Shapes as one type; a point layer shows an outline by a point inside it, an outline layer leaves points out."""
    _refuse_others(places, layer, names)
    areas = np.isin(shapely.get_type_id(places), (3, 6))
    shown = places.copy()
    if kind == "Point":
        shown[areas] = shapely.point_on_surface(places[areas])
    else:
        shown[~areas] = None
        shown[areas] = [_multiple(shape) for shape in places[areas]]
    written = shapely.to_wkb(
        shapely.set_srid(shapely.force_2d(shown), WGS84_CODE), hex=True, include_srid=True, byte_order=1
    )
    return list(written)


def _refuse_others(places: _Shapes, layer: Layer, names: Sequence[str]) -> None:
    allowed = (*_AREAS, "Point") if any(shape.type == "Point" for shape in layer.shapes) else _AREAS
    for name, shape in zip(names, places, strict=True):
        if shape is not None and (shape.geom_type not in allowed or shape.is_empty):
            raise fail(ErrorCode.LAYER_SHAPE, layer=layer.name, row=name, shape=shape.geom_type)


def _multiple(shape: Any) -> Any:
    return shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape


def differences(made: Iterator[Cells] | list[Cells], stored: Iterator[Cells]) -> tuple[int, int, int]:
    """Count the rows that are missing in `stored`, those too many, and those that differ; rows are told by identity."""
    wanted = {row[0]: row for row in made}
    surplus = changed = 0
    for row in stored:
        expected = wanted.pop(row[0], None)
        surplus += expected is None
        changed += expected is not None and expected != row
    return len(wanted), surplus, changed
