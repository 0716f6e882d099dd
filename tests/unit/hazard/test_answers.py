"""Answers about ground, worked by hand."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.answers import Answer, AnswerUnit, expected_items, probability, residual
from landrelease.hazard.residual import Search, items_left
from landrelease.hazard.surface import Surface

PART = shapely.box(0, 0, 500, 1_000)
CELL = shapely.box(0, 0, 100, 100)
FAR = shapely.box(5_000, 0, 5_100, 100)
Make = Callable[..., Surface]


@pytest.fixture
def even(grid: Grid) -> Make:
    """Make a surface that is even in each draw: one level a draw, items a cell; the mean is the draws' own."""

    def make(levels: list[float] | np.ndarray | None = None, mean: float | None = None) -> Surface:
        if levels is None:
            return Surface(grid, np.full(grid.shape, (mean or 1.0) * 1e-4), "made up")
        draws = np.asarray(levels)[:, None, None] * np.full((1, *grid.shape), 1e-4)
        return Surface(grid, draws.mean(axis=0), "made up", draws=draws.astype(np.float32))

    return make


NINETEEN = [0.1 * number for number in range(1, 20)]
"""Levels whose 5 % and 95 % bounds are the least and the greatest: 19 draws, one below and one above in twenty."""


def codes(answer: Answer) -> list[str]:
    return [finding.error.code for finding in answer.findings]


def test_expected_items_with_their_bounds(even: Make) -> None:
    answer = expected_items(even(NINETEEN), PART)
    assert (answer.value, answer.low, answer.high) == pytest.approx((50.0, 5.0, 95.0))
    assert (answer.level, answer.unit, answer.known_share, answer.effective_draws) == (
        0.9, AnswerUnit.ITEMS, pytest.approx(1.0), pytest.approx(19.0),
    )  # fmt: skip
    assert codes(answer) == []


def test_counts_vary_around_their_mean(even: Make) -> None:
    """One draw level: the count's interval is that of a Poisson count, the mean's is a point."""
    answer = expected_items(even([1.0] * 20), CELL)
    assert (answer.low, answer.high) == pytest.approx((1.0, 1.0))
    assert answer.counts == (0, 3)
    assert answer.chance_of_none == pytest.approx(math.exp(-1), rel=1e-6)


def test_chance_of_an_item(even: Make) -> None:
    answer = probability(even(NINETEEN), CELL)
    assert answer.value == pytest.approx(np.mean([1 - math.exp(-level) for level in NINETEEN]), rel=1e-6)
    assert (answer.low, answer.high) == pytest.approx((1 - math.exp(-0.1), 1 - math.exp(-1.9)), rel=1e-6)
    assert (answer.unit, answer.counts) == (AnswerUnit.CHANCE, None)


@pytest.mark.parametrize(
    ("ask", "wanted"), [(expected_items, 1.0), (probability, 1 - math.exp(-1)), (lambda s, p: residual(s, p, []), 1.0)]
)
def test_without_draws_there_is_no_interval_and_it_says_so(
    ask: Callable[..., Answer], wanted: float, even: Make
) -> None:
    answer = ask(even(), CELL)
    assert answer.value == pytest.approx(wanted)
    assert (answer.low, answer.high, answer.counts, answer.effective_draws) == (None, None, None, None)
    assert codes(answer) == ["LR4053"]
    assert "no interval" in answer.text


def test_the_words_of_an_answer(even: Make) -> None:
    assert expected_items(even(NINETEEN), PART).text == "50 items (90 %: 5 to 95)"
    assert probability(even([1.0] * 19), CELL).text == "0.632 (90 %: 0.632 to 0.632)"


LEFT = [
    ([], 50.0),
    ([Search(PART, 0.9)], 5.0),
    ([Search(PART, 1.0)], 0.0),
    ([Search(shapely.box(0, 0, 250, 1_000), 0.9)], 27.5),
    ([Search(PART, 0.9), Search(PART, 0.9)], 0.5),
    ([Search(shapely.box(900, 0, 950, 100), 0.9)], 50.0),
]


@pytest.mark.parametrize(("searches", "wanted"), LEFT)
def test_items_left_after_searches(searches: list[Search], wanted: float, even: Make) -> None:
    """All draws alike: whatever is found, what is left is what the searches missed."""
    expected_finds = 50.0 - wanted
    answer = residual(even([1.0] * 30), PART, searches, found=round(expected_finds))
    assert answer.value == pytest.approx(wanted, abs=1e-6)
    assert answer.chance_of_none == pytest.approx(math.exp(-wanted), rel=1e-4)


def gamma_levels(shape: float, mean: float, count: int = 4_000) -> np.ndarray:
    return np.random.default_rng(5).gamma(shape, mean / shape, count)


@pytest.mark.parametrize("found", [0, 1, 4, 8, 20])
def test_finds_teach_as_the_conjugate_formula_says(found: int, even: Make) -> None:
    """Draws from a Gamma level: the weighted draws give the negative binomial of methods C2."""
    shape = 3.0
    searches = [Search(PART, 0.8)]
    answer = residual(even(gamma_levels(shape, 0.2)), PART, searches, found)
    exact = items_left(even(mean=0.2), PART, searches, found, shape)
    assert answer.value == pytest.approx(exact.mean, rel=0.06)
    assert (answer.low, answer.high) == pytest.approx(exact.mean_interval(), rel=0.12)
    assert answer.counts == pytest.approx(exact.interval(), abs=1)
    assert answer.chance_of_none == pytest.approx(exact.chance_of_none, abs=0.03)
    assert codes(answer) == []


def test_a_search_without_a_find_lowers_more_than_what_it_saw(even: Make) -> None:
    surface = even(gamma_levels(2.0, 0.2))
    unlearned, learned = (residual(surface, PART, [Search(PART, 0.5)], found) for found in (5, 0))
    assert learned.value < 0.5 * 10 < unlearned.value * 1.2
    assert learned.effective_draws is not None
    assert 10 < learned.effective_draws < 4_000


def test_where_the_draws_do_not_agree_a_gamma_does(even: Make) -> None:
    """Thirty draws near 10 expected finds, 200 found: the level moves with the finds, and the answer says how."""
    levels = gamma_levels(4.0, 0.2, 30)
    surface = even(levels)
    answer = residual(surface, PART, [Search(PART, 0.5)], found=200)
    shape = float(levels.mean() ** 2 / levels.var(ddof=1))
    exact = items_left(surface, PART, [Search(PART, 0.5)], 200, shape)
    assert answer.value == pytest.approx(exact.mean, rel=1e-4)
    assert answer.counts == exact.interval()
    assert (answer.low, answer.high) == pytest.approx(exact.mean_interval(), rel=1e-4)
    assert codes(answer) == ["LR4055"]
    assert answer.effective_draws == pytest.approx(1.0, abs=0.5)


def test_few_draws_stay_draws_while_nothing_is_searched(even: Make) -> None:
    assert codes(expected_items(even([1.0, 2.0]), PART)) == []


def test_ground_partly_outside_is_answered_for_what_is_known(even: Make) -> None:
    answer = expected_items(even(NINETEEN), shapely.box(-100, 0, 100, 100))
    assert answer.value == pytest.approx(1.0)
    assert answer.known_share == pytest.approx(0.5)
    assert codes(answer) == ["LR4052"]
    assert "50 %" in answer.findings[0].what


def test_masked_cells_are_not_known(grid: Grid, even: Make) -> None:
    surface = even()
    surface.items_per_m2[:, :5] = np.nan
    answer = expected_items(surface, shapely.box(0, 0, 2_000, 1_000))
    assert (answer.value, answer.known_share) == pytest.approx((150.0, 0.75))
    with pytest.raises(LandreleaseError, match="LR4050"):
        expected_items(surface, CELL)


def test_holes_are_left_out(even: Make) -> None:
    part = shapely.box(0, 0, 300, 300) - shapely.box(100, 100, 200, 200)
    answer = residual(even(NINETEEN), part, [Search(shapely.box(0, 0, 300, 300), 0.5)])
    assert answer.value < 4.0
    assert expected_items(even(NINETEEN), part).value == pytest.approx(8.0)


BOW_TIE = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
REFUSED = {
    "no polygon": (shapely.Polygon(), [], 0, "LR4051"),
    "a line": (shapely.LineString([(0, 0), (100, 100)]), [], 0, "LR4051"),
    "a bow tie": (BOW_TIE, [], 0, "LR4051"),
    "outside the grid": (FAR, [], 0, "LR4050"),
    "searched ground without an area": (PART, [Search(shapely.Point(0, 0), 0.5)], 0, "LR4051"),
    "fewer than no finds": (PART, [], -1, "LR4005"),
    "finds without a search": (PART, [], 3, "LR4054"),
    "finds of a search that sees nothing": (PART, [Search(PART, 0.0)], 3, "LR4054"),
    "finds of a search elsewhere": (PART, [Search(shapely.box(900, 0, 950, 100), 0.9)], 1, "LR4054"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("levels", [None, NINETEEN])
def test_bad_questions(name: str, levels: list[float] | None, even: Make) -> None:
    part, searches, found, code = REFUSED[name]
    with pytest.raises(LandreleaseError, match=code):
        residual(even(levels), part, searches, found)


@pytest.mark.parametrize("level", [0.0, 1.0, math.nan, 90])
@pytest.mark.parametrize("ask", [expected_items, probability, lambda s, p, level: residual(s, p, [], 0, level)])
def test_a_level_is_a_chance(ask: Callable[..., Answer], level: float, even: Make) -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        ask(even(), CELL, level=level)


def test_a_search_after_a_sure_one_finds_nothing_new(even: Make) -> None:
    """A search of chance 1 leaves nothing; a later one over the same ground changes no figure."""
    sure = [Search(PART, 1.0)]
    once, twice = (residual(even([1.0] * 30), PART, searches, 50) for searches in (sure, [*sure, Search(PART, 0.5)]))
    assert once.value == twice.value == 0.0
    assert once.chance_of_none == twice.chance_of_none == pytest.approx(1.0)
