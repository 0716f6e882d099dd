"""Offsets: what a map becomes as an offset, and whether it is taken."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import KernelEstimator
from landrelease.hazard.looks import Looks, looks_from_arrays
from landrelease.hazard.offsets import LEAST_SHARE, OffsetChoice, choose_offset, offset_from
from landrelease.hazard.surface import Surface


@dataclass(frozen=True)
class Given:
    """An estimator that says a log map, whatever it is shown, and keeps the latest year it was shown."""

    log_map: np.ndarray
    shown: list[float]

    def fit(self, looks: Looks, grid: Grid, at_year: float) -> Surface:
        self.shown.append(float(looks.year.max()))
        return Surface(grid, np.exp(self.log_map), "given")


def west(grid: Grid) -> np.ndarray:
    """A map that holds the west half to be ten times as bad."""
    return np.where(np.arange(grid.columns) < grid.columns // 2, np.log(10.0), 0.0) + np.zeros(grid.shape)


def in_the_west(count: int = 60) -> Looks:
    rng = np.random.default_rng(4)
    return looks_from_arrays(
        rng.uniform(0, 1_000, count), rng.uniform(0, 1_000, count), np.linspace(2001, 2019.9, count)
    )


def judge(log_map: np.ndarray, looks: Looks, grid: Grid, **options):  # type: ignore[no-untyped-def]
    shown: list[float] = []
    plain = Given(np.zeros(grid.shape), shown)
    made = choose_offset(
        Given(log_map, shown), plain, lambda offset: Given(offset, shown), looks, grid, 2020.0, **options
    )
    return made, shown


def test_an_offset_is_the_log_factor_above_the_mean(grid: Grid) -> None:
    items = np.ones(grid.shape)
    items[0, 0] = 0.0
    items[0, 1] = 2.0
    found = offset_from(Surface(grid, items, "given"))
    assert found[5, 5] == pytest.approx(0)
    assert found[0, 1] == pytest.approx(np.log(2))
    assert found[0, 0] == pytest.approx(np.log(LEAST_SHARE))


def test_an_offset_is_0_outside_the_region(grid: Grid) -> None:
    items = np.where(np.arange(20) < 10, np.nan, np.arange(20) + 1.0) + np.zeros(grid.shape)
    found = offset_from(Surface(grid, items, "given"))
    assert not found[:, :10].any()
    assert np.exp(found[:, 10:]).mean() == pytest.approx(1)


def test_a_good_offset_wins_by_hand(grid: Grid) -> None:
    """All later events lie in the west: each gains log(10 / mean) = log(10 / 5.5)."""
    made, _shown = judge(west(grid), in_the_west(), grid)
    assert made.gain == pytest.approx(np.log(10 / 5.5))
    assert made.standard_error == pytest.approx(0, abs=1e-9)
    assert made.events == 13
    assert made.wins


@pytest.mark.parametrize(("sign", "wins"), [(1.0, True), (0.0, False), (-1.0, False)])
def test_only_an_offset_that_helps_is_taken(grid: Grid, sign: float, wins: bool) -> None:
    made, _shown = judge(sign * west(grid), in_the_west(), grid)
    assert made.wins is wins


def test_nothing_is_learned_from_what_is_foreseen(grid: Grid) -> None:
    _made, shown = judge(west(grid), in_the_west(), grid)
    assert len(shown) == 6
    assert max(shown[:3]) < 2016 <= max(shown[3:]) < 2018


def test_nothing_from_the_year_on_is_read(grid: Grid) -> None:
    looks = in_the_west()
    later = replace(looks, year=looks.year + 20)
    both = looks_from_arrays(
        *(np.concatenate([getattr(each, name) for each in (looks, later)]) for name in ("x_m", "y_m", "year"))
    )
    assert judge(west(grid), both, grid)[0] == judge(west(grid), looks, grid)[0]


@pytest.mark.parametrize(
    "looks",
    [
        looks_from_arrays([], [], []),
        looks_from_arrays([50.0], [50.0], [2001.5]),
        looks_from_arrays([50.0], [50.0], [2019.5]),
    ],
)
def test_without_a_past_or_a_later_event_no_offset_is_taken(looks: Looks, grid: Grid) -> None:
    made, _shown = judge(west(grid), looks, grid)
    assert made.events == 0
    assert not made.wins


def test_events_outside_the_region_say_nothing(grid: Grid) -> None:
    looks = in_the_west()
    away = replace(looks, x_m=np.where(looks.year > 2015, looks.x_m - 9_000, looks.x_m))
    made, _shown = judge(west(grid), away, grid)
    assert made.events == 0


def test_a_cluster_counts_as_one_for_the_error(grid: Grid) -> None:
    """Ten events at one place and ten spread: the gain's error is that of a few blocks, not of twenty events."""
    x = np.concatenate([np.linspace(1_901, 1_909, 10), np.linspace(10, 990, 10)])
    looks = looks_from_arrays(np.tile(x, 2), np.tile(np.linspace(901, 909, 20), 2), np.repeat([2010.5, 2018.5], 20))
    made, _shown = judge(west(grid), looks, grid, folds=1)
    by_event = np.std([np.log(10 / 5.5)] * 10 + [np.log(1 / 5.5)] * 10) / np.sqrt(20)
    assert made.standard_error > 1.5 * by_event


@pytest.mark.parametrize("options", [{"folds": 0}, {"fold_years": 0.0}])
def test_folds_that_cannot_be_are_refused(grid: Grid, options: dict[str, float]) -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        judge(west(grid), in_the_west(), grid, **options)


def test_it_works_with_a_real_estimator(grid: Grid) -> None:
    made = choose_offset(
        KernelEstimator(400.0),
        Given(np.zeros(grid.shape), []),
        lambda offset: Given(offset, []),
        in_the_west(),
        grid,
        2020.0,
    )
    assert made.wins
    assert isinstance(made, OffsetChoice)
