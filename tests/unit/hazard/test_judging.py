"""One map on events that it had not seen: figures worked by hand, levels, counts by block."""

import math
from dataclasses import replace

import numpy as np
import pyproj
import pytest

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.judging import block_counts, block_means, event_log_scores, events_to_expect, judge, levelled
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays
from landrelease.hazard.surface import Surface

AREA = 1e6


@pytest.fixture
def row(crs: pyproj.CRS) -> Grid:
    """Four cells of 1 km."""
    return Grid(crs, 0.0, 1_000.0, 1_000.0, 4, 1)


def surface(grid: Grid, *events: float, draws: list[list[float]] | None = None) -> Surface:
    """A map of expected events a cell."""
    drawn = None if draws is None else np.array(draws, np.float32)[:, None, :] / np.float32(AREA)
    return Surface(grid, np.array([events]) / AREA, "made", {}, drawn)


def at(cells: list[int]) -> Looks:
    return looks_from_arrays([1_000.0 * cell + 500 + at for at, cell in enumerate(cells)], [500.0] * len(cells),
                             [2016.5] * len(cells))  # fmt: skip


def test_log_score_of_a_point_process_by_hand(row: Grid) -> None:
    """Two events in cells of 2 and 1 expected, 4 expected in all; an even spread of two has .5 a cell."""
    scores = event_log_scores(surface(row, 2.0, 1.0, 0.5, 0.5), at([0, 1]))
    assert scores.tolist() == pytest.approx([math.log(2 / 0.5) - 4 / 2 + 1, math.log(1 / 0.5) - 4 / 2 + 1])


def test_a_right_total_costs_nothing_and_a_wrong_one_does(row: Grid) -> None:
    shape = surface(row, 2.0, 1.0, 0.5, 0.5)
    figures = [judge(levelled(shape, total), at([0, 1, 2])).figures for total in (3.0, 6.0, 1.5)]
    place = figures[0]["place_log_score"]
    assert figures[0]["event_log_score"] == pytest.approx(place)
    for each, ratio in zip(figures[1:], (2.0, 0.5), strict=True):
        assert each["place_log_score"] == pytest.approx(place)
        assert each["event_log_score"] == pytest.approx(place + math.log(ratio) - ratio + 1)
        assert each["events_ratio"] == pytest.approx(1 / ratio)


def test_contributions_average_to_the_figures(row: Grid) -> None:
    made = judge(surface(row, 0.4, 0.1, 0.9, 0.2), at([0, 2, 3]))
    for name, each in made.contributions.items():
        assert each.mean() == pytest.approx(made.figures[name]), name


def test_events_outside_are_left_out_of_the_log_score_and_never_met(row: Grid) -> None:
    made = judge(surface(row, 0.4, 0.1, 0.9, 0.2), at([0, 9]))
    assert len(made.contributions["event_log_score"]) == 1
    assert made.figures["km2_for_80"] == math.inf


def test_intervals_cover_the_figures_and_repeat_by_seed(row: Grid) -> None:
    made = judge(surface(row, 0.4, 0.1, 0.9, 0.2), at([0, 0, 2, 2, 2, 3]))
    ends = made.intervals(seed=4)
    assert ends == made.intervals(seed=4)
    assert {"km2_for_50", "km2_for_80", "km2_for_90", "roc_auc", "event_log_score"} <= set(ends)
    for name, (low, high) in ends.items():
        assert low <= made.figures[name] + 1e-9, name
        assert made.figures[name] <= high + 1e-9, name


def test_a_gain_is_paired(row: Grid) -> None:
    """The same map twice as sure of the right cells: every event gains the same, so the interval is a point."""
    test = at([0, 0, 0])
    sure, even = (judge(surface(row, *each), test) for each in ((1.5, 0.5, 0.5, 0.5), (0.75, 0.75, 0.75, 0.75)))
    gain, low, high = sure.gain_over(even)
    assert (gain, low, high) == pytest.approx((math.log(2), math.log(2), math.log(2)))
    assert even.gain_over(sure)[0] == pytest.approx(-gain)


def test_without_events_figures_are_unknown(row: Grid) -> None:
    made = judge(surface(row, 1.0, 1.0, 1.0, 1.0), at([]))
    assert math.isnan(made.figures["event_log_score"])
    assert all(math.isnan(end) for end in made.intervals(1)["event_log_score"])
    assert math.isnan(made.gain_over(made)[0])


def test_a_map_without_cells_is_refused(row: Grid) -> None:
    with pytest.raises(LandreleaseError, match="LR4009"):
        judge(surface(row, *[math.nan] * 4), at([0]))


LABELS = np.array([[0, 0, 1, -1]])


def test_counts_by_block_with_draws(row: Grid) -> None:
    made = surface(row, 2.0, 3.0, 1.0, 9.0, draws=[[1, 2, 1, 9], [3, 4, 1, 9]])
    assert block_means(made, LABELS).ravel().tolist() == pytest.approx([3.0, 1.0, 7.0, 1.0])
    table = block_counts(made, LABELS, at([0, 0, 1, 3]))
    assert table["expected"].tolist() == pytest.approx([5.0, 1.0])
    assert table["observed"].tolist() == [3, 0]
    plain = block_counts(replace(made, draws=None), LABELS, at([0]))
    assert (table["high"] - table["low"])[0] > (plain["high"] - plain["low"])[0]


def test_overdispersion_widens_the_intervals(row: Grid) -> None:
    made = surface(row, 8.0, 8.0, 4.0, 0.0)
    wide, narrow = (block_counts(made, LABELS, at([0]), size) for size in (1.0, math.inf))
    assert (wide["high"] > narrow["high"]).all()


def test_blocks_without_cells_of_the_region_are_left_out(row: Grid) -> None:
    made = surface(row, 1.0, 1.0, math.nan, 1.0)
    figures = judge(made, at([0]), LABELS)
    assert figures.blocks["block"].tolist() == [0]
    assert figures.figures["coverage_90"] == 1.0


def test_a_level_is_taken_from_the_visible_cells(row: Grid) -> None:
    made = levelled(surface(row, 1.0, 1.0, 2.0, 4.0, draws=[[1, 1, 2, 4]]), 6.0, np.array([[True, True, False, False]]))
    assert (made.items_per_m2 * AREA).tolist() == [[3.0, 3.0, 6.0, 12.0]]
    assert made.draws is not None
    assert (made.draws[0, 0] * AREA).tolist() == pytest.approx([3.0, 3.0, 6.0, 12.0])


def test_a_map_of_zeros_keeps_its_level(row: Grid) -> None:
    assert levelled(surface(row, 0, 0, 0, 0), 3.0).items_per_m2.tolist() == [[0, 0, 0, 0]]


EXPECTED = [
    # years of events, at, length, decay: events at distinct places a year times the length
    ([2010.5, 2011.5, 2012.5, 2013.5], 2014.0, 1.0, math.inf, 1.0),
    ([2010.5, 2011.5, 2012.5, 2013.5], 2014.0, 2.0, math.inf, 2.0),
    ([2013.5], 2014.0, 1.0, 3.0, math.exp(-0.5 / 3) / (-3 * math.expm1(-1 / 3))),
    ([], 2014.0, 1.0, 3.0, 0.5),
]


@pytest.mark.parametrize(("years", "at_year", "length", "decay", "wanted"), EXPECTED)
def test_events_to_expect(
    row: Grid, years: list[float], at_year: float, length: float, decay: float, wanted: float
) -> None:
    x = np.arange(len(years)) * 900.0 + 10
    past = looks_from_arrays(x, x * 0 + 500, years)
    assert events_to_expect(past, row, at_year, length, decay) == pytest.approx(wanted)


def test_a_place_counts_once_in_a_span(row: Grid) -> None:
    """Three events of one place, two of them within the last two years; one outside the region."""
    past = looks_from_arrays([10, 10, 10, -5_000], [500] * 4, [2010.5, 2012.5, 2013.5, 2013.5], LookKind.ACCIDENT)
    assert events_to_expect(past, row, 2014.0, 2.0, math.inf) == pytest.approx(2 / 4 * 2)
