"""A spatial index that grows and shrinks: a packed tree, and a short list of what came after it was packed."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Key = TypeVar("Key", bound=Hashable)

_LEAST_FRESH = 64
_FRESH_SHARE = 0.05


class GrowingIndex(Generic[Key]):
    """Finds the shapes that meet a geometry.

    shapely's tree cannot grow, so new shapes wait in a list that is searched one by one; when it exceeds 64 and a
    twentieth of all shapes, everything is packed again.
    """

    def __init__(self, items: Iterable[tuple[Key, BaseGeometry]] = ()) -> None:
        self._shapes: dict[Key, BaseGeometry] = dict(items)
        self._pack()

    def __len__(self) -> int:
        return len(self._shapes)

    def __contains__(self, key: object) -> bool:
        return key in self._shapes

    def add(self, key: Key, shape: BaseGeometry) -> None:
        """Add or replace a shape."""
        self.discard(key)
        self._shapes[key] = shape
        if len(self._fresh) >= len(self._boxes):
            self._pack()
            return
        self._boxes[len(self._fresh)] = shape.bounds
        self._fresh.append(key)

    def discard(self, key: Key) -> None:
        """Take a shape out, if it is in."""
        if self._shapes.pop(key, None) is None:
            return
        if key in self._position:
            self._gone.add(self._position[key])
        if key in self._fresh:
            self._boxes[self._fresh.index(key)] = np.nan

    def meeting(self, geometries: Sequence[BaseGeometry]) -> set[Key]:
        """Keys of the shapes that meet any of some geometries, touching included."""
        if not geometries:
            return set()
        packed = self._tree.query(geometries, "intersects")[1].tolist()
        found = {self._keys[at] for at in packed if at not in self._gone}
        for geometry in geometries:
            near = self._near(geometry.bounds)
            found |= {key for key in near if self._shapes[key].intersects(geometry)}
        return found

    def _near(self, bounds: tuple[float, float, float, float]) -> list[Key]:
        """Shapes added since the tree was packed whose box meets bounds; a box of NaN meets nothing."""
        boxes = self._boxes[: len(self._fresh)]
        x_min, y_min, x_max, y_max = bounds
        near = (boxes[:, 0] <= x_max) & (boxes[:, 2] >= x_min) & (boxes[:, 1] <= y_max) & (boxes[:, 3] >= y_min)
        return [self._fresh[at] for at in np.flatnonzero(near)]

    def _pack(self) -> None:
        self._keys = list(self._shapes)
        self._position = {key: at for at, key in enumerate(self._keys)}
        self._tree = shapely.STRtree(list(self._shapes.values()))
        self._gone: set[int] = set()
        self._fresh: list[Key] = []
        self._boxes: NDArray[np.float64] = np.full((max(_LEAST_FRESH, int(_FRESH_SHARE * len(self._keys))), 4), np.nan)
