"""The estimate as people take it away: figures of each part, polygons by chance, a raster with its bounds.

For people in mine action only: the public gets none of these (`landrelease.report.audience`).
"""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from landrelease.exchange.raster import class_polygons, write_cog
from landrelease.hazard.amounts import amounts, counts_interval, quantiles
from landrelease.hazard.answers import Answer, AnswerUnit
from landrelease.hazard.bands import CHANCE_EDGES, bands, chance_classes, class_answers, class_label
from landrelease.hazard.ranking import part_answers
from landrelease.hazard.surface import Surface
from landrelease.report.data import HAZARD_CLASS_COLUMNS, PART_HAZARD_COLUMNS, empty_places
from landrelease.terms import ReleaseRoute, ReleaseStatus

ON_HAND = (ReleaseStatus.UNRESOLVED, ReleaseStatus.REOPENED)
SEARCHED = (ReleaseRoute.REDUCED, ReleaseRoute.CLEARED)
LEVEL = 0.9


def with_hazard(parts: gpd.GeoDataFrame, surface: Surface | None) -> gpd.GeoDataFrame:
    """Parts with the figures of the estimate, columns `PART_HAZARD_COLUMNS`.

    No figure where there is no estimate, where the part lies outside its region, and where the part was searched but
    the estimate does not read searches (it has no draws): a figure there would count items that were found.
    """
    if surface is None or parts.empty:
        return parts.assign(**{name: np.full(len(parts), np.nan) for name in PART_HAZARD_COLUMNS})
    shapes = parts.geometry.to_crs(surface.grid.crs)
    answers = part_answers(surface, list(shapes), LEVEL)[list(PART_HAZARD_COLUMNS)].set_axis(parts.index)
    answers.loc[_unread(parts, surface)] = np.nan
    return parts.assign(**{name: answers[name] for name in PART_HAZARD_COLUMNS})


def items_on_hand(parts: gpd.GeoDataFrame, surface: Surface | None) -> Answer | None:
    """Expected items in all land that is still to be released, jointly; None where there is none or no estimate."""
    left = parts[parts["release_status"].isin(ON_HAND).to_numpy()]
    if surface is None or left.empty:
        return None
    sums = amounts(surface, list(left[~_unread(left, surface)].geometry.to_crs(surface.grid.crs)))
    value = float(sums.mean.sum())
    if sums.draws is None:
        return Answer(value, None, None, LEVEL, AnswerUnit.ITEMS, known_share=_known(sums.known_share))
    totals = sums.draws.sum(axis=1)
    low, high = (float(bound) for bound in quantiles(totals, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    counts = counts_interval(totals[:, None], LEVEL)
    return Answer(
        value, low, high, LEVEL, AnswerUnit.ITEMS, (int(counts[0][0]), int(counts[1][0])),
        float(np.exp(-totals).mean()), _known(sums.known_share), float(len(totals)),
    )  # fmt: skip


def hazard_classes(surface: Surface | None, edges: tuple[float, ...] = CHANCE_EDGES) -> gpd.GeoDataFrame:
    """Ground by the chance of at least one item in a hectare, a row a class, in WGS 84; columns `HAZARD_CLASS_COLUMNS`.

    Outlines follow the cells. `items_low` to `items_high` bounds the number of items in the class, `chance_low` to
    `chance_high` its average chance in a hectare, at 90 %.
    """
    if surface is None:
        return empty_places(HAZARD_CLASS_COLUMNS)
    answers = class_answers(surface, edges, LEVEL)
    shapes = class_polygons(chance_classes(surface, edges), surface.grid)
    labels = [class_label(low, high) for low, high in zip(answers["chance_from"], answers["chance_to"], strict=True)]
    table = answers.drop(columns="class").assign(label=labels)[list(HAZARD_CLASS_COLUMNS)]
    return gpd.GeoDataFrame(table, geometry=shapes.geometry.to_numpy(), crs=surface.grid.crs).to_crs(4326)


def write_hazard(surface: Surface, path: Path, tags: Mapping[str, str] | None = None) -> Path:
    """Write ``hazard.tif``: mean, low and high (5 and 95 %, where the estimate has draws), chance of an item a hectare.

    Parameters
    ----------
    tags
        Further metadata; method and parameters of the estimate are always there.
    """
    made = bands(surface, LEVEL)
    said = {name: str(value) for name, value in surface.parameters.items()}
    said |= {"draws": "0" if surface.draws is None else str(len(surface.draws))}
    said |= {**(tags or {}), "method": surface.method, "bands": " ".join(band.name for band in made)}
    return write_cog(
        np.stack([band.values for band in made]), surface.grid, path, [band.description for band in made],
        said, [band.unit for band in made],
    )  # fmt: skip


def _unread(parts: pd.DataFrame, surface: Surface) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Whether each part was searched while the estimate does not read searches, shape (parts,)."""
    searched = parts["route"].isin(SEARCHED).to_numpy(dtype=bool)
    return searched & (surface.draws is None)


def _known(shares: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
    return float(np.nan_to_num(shares).mean()) if len(shares) else 1.0
