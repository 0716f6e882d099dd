"""Methods F1: how the chance of one more mine falls beyond the last row."""

import numpy as np
import pytest

from landrelease.hazard.residual import stop_curve, stop_limit, worth_searching

ROWS = [(10, 0.083619, 0.007184, 0.090803), (30, 0.012151, 0.011596, 0.023747), (50, 0.001661, 0.012243, 0.013904)]


@pytest.mark.parametrize(("searched", "beyond", "missed", "total"), ROWS)
def test_table(searched: float, beyond: float, missed: float, total: float) -> None:
    curve = stop_curve(0.2, 10.0, 0.95, searched)
    assert [float(curve.beyond), float(curve.missed), float(curve.total)] == pytest.approx(
        [beyond, missed, total], abs=5e-7
    )


def test_limit() -> None:
    assert stop_limit(0.2, 0.95) == pytest.approx(0.012346, abs=5e-7)
    assert float(stop_curve(0.2, 10.0, 0.95, 1e6).total) == pytest.approx(stop_limit(0.2, 0.95))


def test_search_stops_where_the_next_strip_costs_more_than_it_saves() -> None:
    """At 25 m the strip saves .0199 (1 - e^-.5) .95 x 1,000 = 7.4 for 5; at 30 m 4.5."""
    curve = stop_curve(0.2, 10.0, 0.95, np.arange(0.0, 60.0, 5.0))
    worth = worth_searching(curve, 5.0, 10.0, 0.95, loss_if_left=1_000.0, cost_a_m=1.0)
    assert worth.tolist() == [True] * 6 + [False] * 6
