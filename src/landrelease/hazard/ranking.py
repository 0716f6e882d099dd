"""The answers of an estimate for many parts of land at once, and their order."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.stats import rankdata
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.hazard.amounts import Amounts, Floats, amounts, counts_interval, quantiles
from landrelease.hazard.predictive import check_level
from landrelease.hazard.surface import Surface
from landrelease.i18n import N_
from landrelease.terms import Term

PART_ANSWERS = (
    "expected_items", "items_low", "items_high", "probability", "probability_low", "probability_high",
    "items_per_hectare", "known_share",
)  # fmt: skip
"""Columns of `part_answers`.

`items_low` and `items_high` bound the number of items (predictive interval), `probability` is the chance of at least
one; both speak of the share of the part that lies in the region (`known_share`).
"""


class RankBy(Term):
    """What parts are ranked by, greatest first."""

    EXPECTED_ITEMS = "expected_items", N_("Expected items")
    PROBABILITY = "probability", N_("Chance of at least one item")
    ITEMS_PER_HECTARE = "items_per_hectare", N_("Expected items a hectare")


def part_answers(surface: Surface, shapes: Sequence[BaseGeometry | None], level: float = 0.9) -> pd.DataFrame:
    """Answers for many shapes in the grid's system, a row a shape, columns `PART_ANSWERS`.

    A shape that is missing, without an area, crossing itself or outside the region has no figures: not-a-number, never
    0. Bounds are not-a-number where the estimate has no draws.
    """
    check_level(level)
    sums, areas = _sums(surface, shapes)
    answered = sums.known_share > 0
    columns = {"expected_items": sums.mean, "probability": -np.expm1(-sums.mean), "known_share": sums.known_share}
    if sums.draws is not None:
        tails = [(1 - level) / 2, (1 + level) / 2]
        chances = -np.expm1(-sums.draws)
        columns["items_low"], columns["items_high"] = counts_interval(sums.draws, level)
        columns["probability"] = chances.mean(axis=0)
        columns["probability_low"], columns["probability_high"] = quantiles(chances, tails)
    columns["items_per_hectare"] = _a_hectare(sums.mean, sums, areas)
    frame = pd.DataFrame(columns, columns=list(PART_ANSWERS), index=range(len(areas)), dtype=np.float64)
    frame.loc[~answered, [name for name in PART_ANSWERS if name != "known_share"]] = np.nan
    return frame


def rank(
    surface: Surface, parts: gpd.GeoDataFrame, by: RankBy | str = RankBy.EXPECTED_ITEMS, level: float = 0.9
) -> gpd.GeoDataFrame:
    """Parts in the order of what the estimate says of them.

    Parameters
    ----------
    parts
        Any frame of polygons with a coordinate system.
    by
        What counts; greatest first. Parts of equal value keep their order.

    Returns
    -------
    geopandas.GeoDataFrame
        The parts, their columns and `PART_ANSWERS`, with ``rank`` from 1 and ``rank_low``, ``rank_high``: the interval
        of the rank over the draws (not-a-number without draws). Parts without an answer come last, without a rank.

    Raises
    ------
    LandreleaseError
        LR4057 for a frame without a system, LR4005 for a level outside 0..1.
    """
    if parts.crs is None:
        raise fail(ErrorCode.PARTS_WITHOUT_SYSTEM)
    by = RankBy(by)
    shapes = parts.geometry.to_crs(surface.grid.crs)
    answers = part_answers(surface, list(shapes), level).set_axis(parts.index)
    low, high = _rank_interval(surface, list(shapes), by, level)
    ranked = parts.assign(
        rank=answers[by.value].rank(method="min", ascending=False), rank_low=low, rank_high=high,
        **{name: answers[name] for name in PART_ANSWERS},
    )  # fmt: skip
    ordered: gpd.GeoDataFrame = ranked.sort_values("rank", kind="stable", na_position="last")
    return ordered


def unanswered(answers: pd.DataFrame) -> tuple[Finding, ...]:
    """Say how many parts of `part_answers` have no figures (LR4056)."""
    count = int(answers["expected_items"].isna().sum())
    if not count:
        return ()
    return (Finding(ErrorCode.PARTS_WITHOUT_ANSWER, {"count": count, "total": len(answers)}),)


def _sums(surface: Surface, shapes: Sequence[BaseGeometry | None]) -> tuple[Amounts, Floats]:
    given = np.array([None, *shapes], dtype=object)[1:]  # one shape alone would be taken apart
    usable = given.copy()
    usable[~shapely.is_valid(given)] = None
    return amounts(surface, list(usable)), shapely.area(given)


def _a_hectare(items: Floats, sums: Amounts, areas: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(items / (areas * sums.known_share) * 1e4, dtype=np.float64)


def _rank_interval(
    surface: Surface, shapes: Sequence[BaseGeometry | None], by: RankBy, level: float
) -> tuple[Floats, Floats]:
    """Least and greatest rank of each part over the draws, at a level; whole ranks."""
    sums, areas = _sums(surface, shapes)
    answered: NDArray[np.bool_] = sums.known_share > 0
    low, high = np.full(len(areas), np.nan), np.full(len(areas), np.nan)
    if sums.draws is not None and answered.any():
        values = _a_hectare(sums.draws, sums, areas) if by is RankBy.ITEMS_PER_HECTARE else sums.draws
        ranks = rankdata(-values[:, answered], method="min", axis=1)
        low[answered], high[answered] = np.round(quantiles(ranks, [(1 - level) / 2, (1 + level) / 2]))
    return low, high
