"""A surface as layers of cells: mean, bounds, and the chance of at least one item in a hectare."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.amounts import Floats, counts_interval, quantiles
from landrelease.hazard.predictive import check_level
from landrelease.hazard.surface import Surface
from landrelease.i18n import N_, _

HECTARE_M2 = 1e4
CHANCE_EDGES = (0.0001, 0.001, 0.01, 0.1, 0.5)
"""Edges between the classes of the chance of at least one item in a hectare."""

CLASS_COLUMNS = (
    "class", "chance_from", "chance_to", "area_m2", "chance", "chance_low", "chance_high", "expected_items",
    "items_low", "items_high",
)  # fmt: skip
"""Columns of `class_answers`; `chance` is that of a hectare, averaged over the ground of the class."""

_AT_ONCE = 4_000_000  # values of draws sorted together: 32 MB


@dataclass(frozen=True, eq=False)
class Band:
    """One layer of cells.

    Attributes
    ----------
    name
        Short name, stable.
    values
        Shape (rows, columns); not-a-number where nothing is known.
    description
        What it holds, in English, as files carry it.
    unit
        Its unit; ``1`` for a chance.
    """

    name: str
    values: Floats
    description: str
    unit: str


def bands(surface: Surface, level: float = 0.9) -> tuple[Band, ...]:
    """Make the layers of a surface: mean, low and high (with draws), chance of at least one item in a hectare."""
    tails = [(1 - check_level(level)) / 2, (1 + level) / 2]
    made = [Band("mean", surface.items_per_m2, "expected items per m2, mean", "items/m2")]
    if surface.draws is not None:
        for name, tail, values in zip(("low", "high"), tails, _bounds(surface.draws, tails), strict=True):
            made.append(Band(name, values, f"expected items per m2, {100 * tail:g} % quantile", "items/m2"))
    chance = chance_a_hectare(surface)
    return (*made, Band("probability", chance, "chance of at least one item in a hectare", "1"))


def chance_a_hectare(surface: Surface) -> Floats:
    """Chance of at least one item in the hectare around each cell, shape (rows, columns).

    Where cells are smaller than a hectare their density is averaged over the square of a hectare around them, in each
    draw: density that sits in one cell of 20 m is not that of its hectare. A larger cell speaks for all its hectares.
    """
    if surface.draws is None:
        return np.asarray(-np.expm1(-_of_hectares(surface.items_per_m2, surface) * HECTARE_M2), dtype=np.float64)
    chance = np.zeros(surface.grid.shape)
    for draw in surface.draws:
        chance -= np.expm1(-_of_hectares(draw, surface) * HECTARE_M2)
    return np.where(np.isfinite(surface.items_per_m2), chance / len(surface.draws), np.nan)


def _of_hectares(items_per_m2: NDArray[np.floating], surface: Surface) -> Floats:
    """Mean density of the known cells in the hectare around each cell; not-a-number where the cell is not known."""
    side = 2 * round((np.sqrt(HECTARE_M2) / surface.grid.cell_m - 1) / 2) + 1
    values = items_per_m2.astype(np.float64)
    if side <= 1:
        return values
    known = np.isfinite(values)
    total, share = (
        uniform_filter(cells, side, mode="constant") for cells in (np.where(known, values, 0.0), known.astype(float))
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known, np.maximum(total, 0.0) / share, np.nan)


def chance_classes(surface: Surface, edges: Sequence[float] = CHANCE_EDGES) -> NDArray[np.int64]:
    """Class of each cell by its chance of an item in a hectare: 0 below the first edge, -1 where nothing is known.

    Raises
    ------
    LandreleaseError
        LR4005 for edges that do not rise between 0 and 1.
    """
    check_edges(edges)
    chance = chance_a_hectare(surface)
    return np.where(np.isfinite(chance), np.digitize(chance, np.asarray(edges)), -1).astype(np.int64)


def class_answers(surface: Surface, edges: Sequence[float] = CHANCE_EDGES, level: float = 0.9) -> pd.DataFrame:
    """What each class of ground holds: a row a class that occurs, columns `CLASS_COLUMNS`.

    The bounds are over the draws, jointly for all cells of the class; not-a-number where there are none.
    """
    classes = chance_classes(surface, edges).ravel()
    codes = np.unique(classes[classes >= 0])
    place = np.searchsorted(codes, classes)
    inside = classes >= 0
    cells = np.bincount(place[inside], minlength=len(codes))

    def summed(values: NDArray[np.floating]) -> Floats:
        known = np.nan_to_num(values.ravel()[inside].astype(np.float64))
        return np.bincount(place[inside], weights=known, minlength=len(codes)).astype(np.float64)

    area = surface.grid.cell_area_m2
    frame = {
        "class": codes, "chance_from": np.array([0.0, *edges])[codes], "chance_to": np.array([*edges, 1.0])[codes],
        "area_m2": cells * area, "chance": summed(chance_a_hectare(surface)) / cells,
        "expected_items": summed(surface.items_per_m2) * area,
    }  # fmt: skip
    if surface.draws is not None:
        items = np.array([summed(draw) for draw in surface.draws]) * area
        hectares = (_of_hectares(draw, surface) for draw in surface.draws)
        chances = np.array([summed(-np.expm1(-draw * HECTARE_M2)) for draw in hectares]) / cells
        frame["items_low"], frame["items_high"] = counts_interval(items, level)
        frame["chance_low"], frame["chance_high"] = quantiles(chances, [(1 - level) / 2, (1 + level) / 2])
    return pd.DataFrame(frame, columns=list(CLASS_COLUMNS))


def class_label(chance_from: float, chance_to: float) -> str:
    """Words for a class of chance, in the user's language."""
    low, high = f"{100 * chance_from:g}", f"{100 * chance_to:g}"
    if chance_from == 0:
        return _(BELOW).format(high=high)
    return _(ABOVE).format(low=low) if chance_to == 1 else _(BETWEEN).format(low=low, high=high)


BELOW = N_("below {high} %")
ABOVE = N_("{low} % and more")
BETWEEN = N_("{low} to {high} %")


def check_edges(edges: Sequence[float]) -> None:
    """Refuse (LR4005) edges of classes that do not rise between 0 and 1."""
    rising = all(low < high for low, high in itertools.pairwise(edges))
    if not edges or not rising or not (edges[0] > 0 and edges[-1] < 1):
        wanted = _("rising numbers between 0 and 1")
        raise fail(ErrorCode.HAZARD_PARAMETER, name="edges", value=tuple(edges), wanted=wanted)


def _bounds(draws: NDArray[np.float32], tails: Sequence[float]) -> Floats:
    """Quantiles of each cell over the draws, shape (tails, rows, columns), some rows at a time."""
    step = max(1, _AT_ONCE // max(1, len(draws) * draws.shape[2]))
    pieces = [quantiles(draws[:, row : row + step].astype(np.float64), tails) for row in range(0, draws.shape[1], step)]
    return np.concatenate(pieces, axis=1)
