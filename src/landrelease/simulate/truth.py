"""What is really in the ground, and what each search would see of it. Operations ask it; policies never do."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.profile import Profile
from landrelease.simulate.hazards import Items
from landrelease.simulate.province import Province
from landrelease.simulate.terrain import Floats


class ItemState(IntEnum):
    """What has become of an item."""

    LEFT = 0
    FOUND = 1
    EXPLODED = 2


class Method(IntEnum):
    """Searches whose chances to see are drawn once for each item, so that both policies meet the same luck."""

    MANUAL = 0
    DOG = 1
    MACHINE = 2
    TECHNICAL_SURVEY = 3
    QUALITY = 4
    SECOND_SEARCH = 5
    SPOT = 6


@dataclass(frozen=True)
class Handled:
    """Items that were dealt with: disposed of, and those that exploded meanwhile."""

    found: NDArray[np.int64]
    exploded: NDArray[np.int64]


class Truth:
    """State of every item.

    Attributes
    ----------
    state
        `ItemState` of each item.
    expected_accidents
        Sum of the chances of all accidents that could have happened.
    """

    def __init__(self, province: Province, profile: Profile, seed: int) -> None:
        self.province, self.items = province, province.items
        self.state = np.full(len(self.items), ItemState.LEFT, dtype=np.int8)
        self.expected_accidents = 0.0
        self._per_item = profile.accidents.per_item
        rng = np.random.default_rng(np.random.SeedSequence([seed, 1]))
        self._sees = _sees(self.items, profile, province.scenario.force.beyond_depth_share, rng)
        self._explodes = rng.random(len(self.items)) < self._per_item
        self._of_area = _by_area(province)

    def in_area(self, area: int, ground: BaseGeometry | None = None) -> NDArray[np.int64]:
        """Items of a suspected area, or of a part of it."""
        ids = self._of_area.get(area, np.empty(0, dtype=np.int64))
        if ground is None or not len(ids):
            return ids
        return _of(ids, shapely.contains_xy(ground, self.items.x_m[ids], self.items.y_m[ids]))

    def left(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of the items that are still there."""
        return _of(ids, self.state[ids] == ItemState.LEFT)

    def seen(self, ids: NDArray[np.int64], method: Method) -> NDArray[np.int64]:
        """Those of the items that are still there and that one search by this method sees."""
        ids = self.left(ids)
        return _of(ids, self._sees[method, ids])

    def handle(self, ids: NDArray[np.int64], by_machine: bool = False) -> Handled:
        """Deal with items: each is disposed of or, by the profile's chance, explodes on someone.

        A machine's crew sits behind armour: nothing explodes on them.
        """
        exploding = np.zeros(len(ids), dtype=bool) if by_machine else self._explodes[ids]
        self.expected_accidents += 0.0 if by_machine else self._per_item * len(ids)
        self.state[ids] = np.where(exploding, ItemState.EXPLODED, ItemState.FOUND)
        return Handled(ids[~exploding], ids[exploding])

    def explode(self, item: int) -> None:
        """Let one item explode."""
        self.state[item] = ItemState.EXPLODED

    def places(self, ids: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Positions of items, metres."""
        return self.items.x_m[ids], self.items.y_m[ids]


def _of(ids: NDArray[np.int64], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.asarray(ids[chosen], dtype=np.int64)


def _sees(items: Items, profile: Profile, beyond: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Whether each search sees each item, shape (methods, items).

    Items below the required depth are seen less often. What holds no metal escapes detectors, not dogs and machines.
    """
    chances = profile.detection
    by_method = {
        Method.MANUAL: chances.manual, Method.DOG: chances.dog, Method.MACHINE: chances.machine,
        Method.TECHNICAL_SURVEY: chances.technical_survey, Method.QUALITY: chances.manual,
        Method.SECOND_SEARCH: chances.manual, Method.SPOT: 1.0,
    }  # fmt: skip
    blind = [Method.MANUAL, Method.TECHNICAL_SURVEY, Method.QUALITY, Method.SECOND_SEARCH]
    deep = np.where(items.depth_cm > profile.land.required_depth_cm, beyond, 1.0)
    chance = np.array([by_method[method] for method in Method])[:, None] * deep[None, :]
    chance[np.array(blind)[:, None], np.nonzero(~items.detectable)[0]] = 0.0
    chance[Method.SPOT] = 1.0
    return rng.random(chance.shape) < chance


def _by_area(province: Province) -> dict[int, NDArray[np.int64]]:
    inside = np.nonzero(province.item_area >= 0)[0]
    order = inside[np.argsort(province.item_area[inside], kind="stable")]
    areas, starts = np.unique(province.item_area[order], return_index=True)
    return dict(zip(areas.tolist(), np.split(order, starts[1:]), strict=True))
