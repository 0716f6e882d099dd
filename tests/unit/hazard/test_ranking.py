"""Many parts at once, and their order."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.answers import expected_items, probability
from landrelease.hazard.ranking import PART_ANSWERS, RankBy, part_answers, rank, unanswered
from landrelease.hazard.surface import Surface

SHAPES = {
    "small": shapely.box(0, 0, 90, 100),
    "large": shapely.box(500, 0, 1_000, 500),
    "dense": shapely.box(1_000, 900, 1_050, 950),
    "partly": shapely.box(1_990, 0, 2_090, 100),
    "outside": shapely.box(9_000, 0, 9_100, 100),
    "missing": None,
    "empty": shapely.Polygon(),
    "bow tie": shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]),
}
ANSWERED = ["small", "large", "dense", "partly"]


@pytest.fixture
def surface(grid: Grid) -> Surface:
    """40 draws around one item a cell, ten times as many in the north-west corner of the eastern half."""
    levels = np.random.default_rng(4).lognormal(0, 0.5, (40, 1, 1))
    pattern = np.ones(grid.shape)
    pattern[0, 10] = 10.0
    draws = (levels * pattern * 1e-4).astype(np.float32)
    return Surface(grid, draws.mean(axis=0).astype(np.float64), "made up", draws=draws)


@pytest.fixture
def parts(grid: Grid) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": list(SHAPES)}, geometry=list(SHAPES.values()), crs=grid.crs)


def test_one_row_a_part_as_the_single_answers_say(surface: Surface) -> None:
    frame = part_answers(surface, list(SHAPES.values()))
    assert tuple(frame.columns) == PART_ANSWERS
    for row, name in enumerate(ANSWERED):
        items, chance = (ask(surface, SHAPES[name]) for ask in (expected_items, probability))
        made = frame.loc[row]
        assert made[["expected_items", "items_low", "items_high"]].tolist() == pytest.approx(
            [items.value, *items.counts]
        )
        assert made[["probability", "probability_low", "probability_high"]].tolist() == pytest.approx(
            [chance.value, chance.low, chance.high]
        )
        assert made["known_share"] == pytest.approx(items.known_share)


def test_density_is_of_the_ground_that_is_known(surface: Surface) -> None:
    frame = part_answers(surface, list(SHAPES.values())).set_axis(list(SHAPES))
    level = float(surface.items_per_m2[5, 5]) * 1e4
    assert frame.loc[ANSWERED, "items_per_hectare"].tolist() == pytest.approx([level, level, 10 * level, level])


def test_no_figure_is_not_no_items(surface: Surface) -> None:
    frame = part_answers(surface, list(SHAPES.values()))
    assert frame.loc[4:, "expected_items"].isna().all()
    assert frame.loc[4:, "probability"].isna().all()
    found = unanswered(frame)
    assert [(each.error.code, each.details["count"], each.details["total"]) for each in found] == [("LR4056", 4, 8)]
    assert unanswered(frame.head(4)) == ()


@pytest.mark.parametrize(
    ("by", "order"),
    [
        (RankBy.EXPECTED_ITEMS, ["large", "dense", "small", "partly"]),
        ("probability", ["large", "dense", "small", "partly"]),
        (RankBy.ITEMS_PER_HECTARE, ["dense"]),
    ],
)
def test_order(by: RankBy | str, order: list[str], surface: Surface, parts: gpd.GeoDataFrame) -> None:
    ranked = rank(surface, parts, by)
    assert ranked["name"].tolist()[: len(order)] == order
    assert ranked["rank"].tolist()[0] == 1
    assert ranked["rank"].isna().tolist() == [False] * 4 + [True] * 4
    assert sorted(ranked["name"]) == sorted(SHAPES)


def test_ranks_have_an_interval(grid: Grid) -> None:
    """Two parts that swap places between draws, and a third that is always last."""
    draws = np.full((30, *grid.shape), 1e-6, dtype=np.float32)
    draws[::2, 9, 0] = draws[1::2, 9, 1] = 5e-4
    draws[1::2, 9, 0] = draws[::2, 9, 1] = 1e-4
    surface = Surface(grid, draws.mean(axis=0).astype(np.float64), "made up", draws=draws)
    cells = [shapely.box(100 * n, 0, 100 * n + 100, 100) for n in range(3)]
    ranked = rank(surface, gpd.GeoDataFrame({"part": [0, 1, 2]}, geometry=cells, crs=grid.crs)).sort_values("part")
    assert ranked["rank_low"].tolist() == [1, 1, 3]
    assert ranked["rank_high"].tolist() == [2, 2, 3]


def test_parts_in_degrees_are_moved_to_the_grid(surface: Surface, parts: gpd.GeoDataFrame) -> None:
    moved = rank(surface, parts.to_crs(4326))
    assert moved.crs.to_epsg() == 4326
    assert moved["expected_items"].to_numpy() == pytest.approx(
        rank(surface, parts)["expected_items"].to_numpy(), rel=1e-4, nan_ok=True
    )


def test_without_draws_there_are_values_and_no_bounds(grid: Grid, parts: gpd.GeoDataFrame) -> None:
    ranked = rank(Surface(grid, np.full(grid.shape, 1e-4), "made up"), parts)
    bounds = ranked[["items_low", "items_high", "probability_low", "probability_high", "rank_low", "rank_high"]]
    assert bounds.isna().all(axis=None)
    assert ranked["expected_items"].notna().sum() == 4


def test_no_parts(surface: Surface, parts: gpd.GeoDataFrame) -> None:
    assert rank(surface, parts.head(0)).empty
    assert list(part_answers(surface, []).columns) == list(PART_ANSWERS)


def test_equal_parts_share_a_rank_and_keep_their_order(surface: Surface, grid: Grid) -> None:
    cells = [shapely.box(0, 0, 100, 100)] * 3
    ranked = rank(surface, gpd.GeoDataFrame({"part": ["b", "a", "c"]}, geometry=cells, crs=grid.crs))
    assert (ranked["part"].tolist(), ranked["rank"].tolist()) == (["b", "a", "c"], [1, 1, 1])


def test_a_frame_without_a_system_is_refused(surface: Surface) -> None:
    with pytest.raises(LandreleaseError, match="LR4057"):
        rank(surface, gpd.GeoDataFrame(pd.DataFrame({"a": [1]}), geometry=[SHAPES["small"]]))


def test_an_order_that_is_none_is_refused(surface: Surface, parts: gpd.GeoDataFrame) -> None:
    with pytest.raises(ValueError, match="beauty"):
        rank(surface, parts, "beauty")
