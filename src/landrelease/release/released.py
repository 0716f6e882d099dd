"""Released land with the decision behind each part."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landrelease.geo.shapes import shape_from_body
from landrelease.record.entry import Entry
from landrelease.record.standing import age
from landrelease.release.gate import SETTLED
from landrelease.terms import ReleaseStatus

if TYPE_CHECKING:
    from landrelease.land.accounts import Accounts
    from landrelease.record.register import Register


@dataclass(frozen=True)
class Released:
    """Parts that one decision released.

    Attributes
    ----------
    decision
        The last release decision on them.
    parts
        Rows of `Accounts.parts`, EPSG:4326.
    cites
        What a statement about them cites.
    """

    decision: Entry
    parts: gpd.GeoDataFrame
    cites: tuple[str, ...]

    @classmethod
    def joined(cls, several: Sequence["Released"]) -> "Released":
        """Land of several decisions; the last decision stands for them and all are cited."""
        last = max(several, key=lambda one: age(one.decision))
        parts = gpd.GeoDataFrame(pd.concat([one.parts for one in several]), crs="EPSG:4326")
        return cls(last.decision, parts, tuple(sorted({cited for one in several for cited in one.cites})))


def released_land(
    register: "Register",
    accounts: "Accounts",
    *,
    area_id: str | None = None,
    states: Iterable[ReleaseStatus] = SETTLED,
    part_ids: Sequence[str] | None = None,
) -> list[Released]:
    """Group released parts by the decision that released them, in order of decision.

    Parameters
    ----------
    area_id
        One area; all by default.
    states
        Released and handed over by default.
    part_ids
        Only these parts.
    """
    parts = accounts.parts()
    wanted = parts["release_status"].isin([state.value for state in states])
    if area_id is not None:
        wanted &= parts["area_id"] == area_id
    if part_ids is not None:
        wanted &= parts["part_id"].isin(list(part_ids))
    parts = parts[wanted]
    decisions: dict[str, list[Entry]] = defaultdict(list)
    for entry in register.entries("release.decision"):
        if entry.body["decision"] == "release":
            decisions[entry.body["area"]].append(entry)
    found = [
        Released(entry, parts.iloc[rows[places]], (entry.hash,))
        for area, rows in parts.groupby("area_id").indices.items()
        for entry, places in _decided(decisions[str(area)], parts.iloc[rows])
    ]
    return sorted(found, key=lambda one: age(one.decision))


def _decided(entries: list[Entry], parts: gpd.GeoDataFrame) -> Iterator[tuple[Entry, NDArray[np.intp]]]:
    """Each decision on an area with the positions of the parts that it, and no later one, released."""
    left, points = np.ones(len(parts), dtype=bool), parts.geometry.representative_point().to_numpy()
    for entry in sorted(entries, key=age, reverse=True):
        shape = entry.body.get("shape")
        inside = left & (shapely.covers(shape_from_body(shape), points) if shape else True)
        if inside.any():
            yield entry, np.flatnonzero(inside)
        left &= ~inside
