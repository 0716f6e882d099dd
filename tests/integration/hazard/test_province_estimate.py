"""The benchmark of the simulated province, on one small province: an estimate against what lies there."""

import numpy as np
import pytest
from benchmarks.hazard_province import Judged, clear_half, figures_of, grid_of, judge_province, province_scenario

from landrelease.hazard.looks import Outcome
from landrelease.profile import load_profile
from landrelease.simulate import Province, generate

SEED = 4


@pytest.fixture(scope="module")
def province() -> Province:
    return generate(province_scenario(quick=True), SEED)


@pytest.fixture(scope="module")
def judged() -> Judged:
    return judge_province(SEED, quick=True)


def test_half_of_the_province_is_cleared(province: Province) -> None:
    work = clear_half(province, load_profile(), SEED)
    assert work.cleared.mean() == 0.5
    assert (work.cleared[:, 0::2] != work.cleared[:, 1::2]).all()  # one of each two neighbours


def test_finds_lie_in_cleared_squares_and_are_gone(province: Province) -> None:
    work = clear_half(province, load_profile(), SEED)
    found = work.looks.where(work.looks.is_outcome(Outcome.FOUND))
    rows, columns = grid_of(province, 1_000.0).cells_of(found.x_m, found.y_m)
    assert work.cleared[::-1][rows, columns].all()
    assert len(found) + len(work.left) == len(province.items)


def test_every_item_left_is_in_a_part(province: Province, judged: Judged) -> None:
    assert judged.left.sum() == len(clear_half(province, load_profile(), SEED).left)


def test_the_estimate_tells_cleared_parts_from_the_rest(judged: Judged) -> None:
    mean = judged.means.mean(axis=0)
    assert mean[judged.cleared].sum() < 0.2 * mean[~judged.cleared].sum()
    assert judged.left[judged.cleared].sum() < 0.2 * judged.left[~judged.cleared].sum()


def test_it_is_far_better_than_an_even_spread(judged: Judged) -> None:
    """Among parts that were not cleared, those with items are foreseen with a higher chance."""
    chance = -np.expm1(-judged.means).mean(axis=0)[~judged.cleared]
    held = judged.left[~judged.cleared] > 0
    assert chance[held].mean() > chance[~held].mean() + 0.4


def test_figures_are_in_reach_of_their_targets(judged: Judged) -> None:
    """One small province is far noisier than the ten of the benchmark."""
    figures = figures_of([judged])
    assert figures["reliability_error"] < 0.08
    assert 0.8 < figures["residual_coverage_90"] < 0.97
    assert figures["residual_total_error"] < 0.5
    assert len(figures["reliability"]) == 10


def test_figures_of_a_perfect_forecast() -> None:
    rng = np.random.default_rng(3)
    means = np.repeat(rng.gamma(0.5, 4.0, 4_000)[None, :], 5, axis=0)
    left = rng.poisson(means[0])
    figures = figures_of([Judged(means, left, rng.random(4_000) < 0.5, float(means[0].sum()))])
    assert figures["reliability_error"] < 0.03
    assert figures["residual_coverage_90"] == pytest.approx(0.9, abs=0.02)
    assert figures["residual_total_error"] < 0.05
