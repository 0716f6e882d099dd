"""Benchmarks of speed and of other libraries, at their small sizes."""

import numpy as np
import pytest
from benchmarks import hazard_peers, hazard_speed
from benchmarks.hazard_truth import draw_truth

SIDE = 24
TINY = hazard_peers.Sizes(short=20, long=8)


@pytest.fixture(scope="module")
def task():
    return hazard_peers.draw_task(SIDE, 1, TINY)


def test_a_truth_is_drawn_by_its_seed_at_the_density_of_the_record():
    one, same, other = (draw_truth((60, 70), seed, hazard_speed.SETTINGS) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.log_events, same.log_events)
    assert not np.array_equal(one.log_events, other.log_events)
    assert np.exp(one.log_events).sum() == pytest.approx(60 * 70 / 70)
    assert one.looks.year.min() >= 1990
    rows, columns = one.grid.cells_of(one.looks.x_m, one.looks.y_m)
    assert (np.exp(one.log_events[rows, columns]) > 1e-3).all()


def test_a_size_is_measured_with_its_draws():
    figures = hazard_speed.measure_size((40, 50), 1, draws=2)
    assert figures["converged"]
    assert figures["cells"] == 2_000
    assert 0 < figures["mode_gb"] <= figures["fit_gb"] <= figures["draws_gb"]


def test_the_periods_of_a_task_add_up(task):
    assert task.counts.sum() == len(task.truth.looks)
    assert task.later.sum() > 0


@pytest.mark.parametrize("library", [hazard_peers.by_field, hazard_peers.by_nystroem, hazard_peers.by_gaussian_process])
def test_every_library_gives_the_total_and_knows_more_than_nothing(task, library):
    made = library(task)
    assert made.mean.shape == (SIDE, SIDE)
    assert made.mean.sum() == pytest.approx(task.counts.sum(), rel=0.3)
    again = hazard_peers.log_score_gain(made.mean, task.counts)
    assert again > 0


def test_the_score_is_a_poisson_log_score_an_event_over_a_flat_map():
    unseen = np.array([[0.0, 4.0], [2.0, 2.0]])
    assert hazard_peers.log_score_gain(np.full((2, 2), 2.0), unseen) == 0
    gain = hazard_peers.log_score_gain(np.array([[0.1, 4.0], [2.0, 2.0]]), unseen)
    assert gain == pytest.approx((4 * np.log(2) + 8 - 8.1) / 8, abs=1e-4)
