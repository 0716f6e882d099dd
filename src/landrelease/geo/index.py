"""A spatial index that grows and shrinks: a packed tree, and a short list of what came after it was packed."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

import numpy as np
import shapely
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
        self._shapes[key] = self._fresh[key] = shape
        if len(self._fresh) > max(_LEAST_FRESH, _FRESH_SHARE * len(self._shapes)):
            self._pack()

    def discard(self, key: Key) -> None:
        """Take a shape out, if it is in."""
        self._shapes.pop(key, None)
        if self._fresh.pop(key, None) is None and key in self._position:
            self._gone.add(self._position[key])

    def meeting(self, geometry: BaseGeometry) -> list[Key]:
        """Keys of the shapes that meet a geometry, touching included, in the order in which they were added."""
        packed = [self._keys[at] for at in np.sort(self._tree.query(geometry, "intersects")) if at not in self._gone]
        if not self._fresh:
            return packed
        shapes = np.array(list(self._fresh.values()), dtype=object)
        met = shapely.intersects(shapes, geometry)
        return packed + [key for key, hit in zip(self._fresh, met, strict=True) if hit]

    def _pack(self) -> None:
        self._keys = list(self._shapes)
        self._position = {key: at for at, key in enumerate(self._keys)}
        self._tree = shapely.STRtree(list(self._shapes.values()))
        self._fresh: dict[Key, BaseGeometry] = {}
        self._gone: set[int] = set()
