"""Methods C5: where a fade-out ends, and what one person risks in a year."""

import math

import numpy as np
import pytest

from landrelease.errors import LandreleaseError
from landrelease.hazard.search import fade_out_radius, individual_risk, share_beyond

TAILS = [(0.1, 1.8226), (0.01, 2.5776), (0.001, 3.1569), (1e-6, 4.4645)]


@pytest.mark.parametrize(("tail", "wanted"), TAILS)
def test_radius_in_circles_of_error(tail: float, wanted: float) -> None:
    """R(tail) = CEP sqrt(-log2 tail)."""
    assert fade_out_radius(tail, 1.0) == pytest.approx(wanted, abs=5e-5)
    assert fade_out_radius(tail, 25.0) == pytest.approx(25.0 * wanted, abs=2e-3)
    assert share_beyond(wanted * 25.0, 25.0) == pytest.approx(tail, rel=5e-4)


def test_one_in_a_million_in_sigma() -> None:
    """CEP = sigma sqrt(2 ln 2): 5.2565 sigma."""
    assert fade_out_radius(1e-6, math.sqrt(2 * math.log(2))) == pytest.approx(5.2565, abs=5e-5)


def test_beyond_three_circles_of_error() -> None:
    assert share_beyond(3.0, 1.0) == pytest.approx(0.002, abs=5e-5)


def test_half_lies_within_the_circle_of_error() -> None:
    assert share_beyond(1.0, 1.0) == 0.5
    assert fade_out_radius(0.5, 7.0) == 7.0
    assert fade_out_radius(1.0, 7.0) == 0.0


def test_the_formula_is_that_of_circular_normal_scatter() -> None:
    rng = np.random.default_rng(5)
    distance = np.hypot(*rng.normal(0, 10.0, (2, 400_000)))
    cep = float(np.median(distance))
    assert float((distance > fade_out_radius(0.01, cep)).mean()) == pytest.approx(0.01, abs=6e-4)


def test_individual_risk() -> None:
    """One mine a hectare left, 200 m² of new ground stepped on a year, .5: .01 a year."""
    assert individual_risk(1e-4, 200.0, 0.5) == pytest.approx(0.01)


@pytest.mark.parametrize(("limit", "wanted"), [(1e-7, 1e-9), (1e-6, 1e-8)])
def test_density_that_a_negligible_risk_allows(limit: float, wanted: float) -> None:
    """FOI: 1e-7 a year for the public, 1e-6 for clearance staff; at 200 m² and .5, one item in 1,000 and 100 km²."""
    assert individual_risk(wanted, 200.0, 0.5) == pytest.approx(limit)


REFUSED = [
    lambda: fade_out_radius(0.0, 1.0),
    lambda: fade_out_radius(1.1, 1.0),
    lambda: fade_out_radius(0.5, -1.0),
    lambda: share_beyond(-1.0, 1.0),
    lambda: share_beyond(1.0, 0.0),
    lambda: individual_risk(-1e-4, 200.0, 0.5),
    lambda: individual_risk(1e-4, 200.0, 1.5),
]


@pytest.mark.parametrize("make", REFUSED)
def test_bad_input(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR4005"):
        make()
