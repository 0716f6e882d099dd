"""Search theory beyond the worked values: edges and refusals."""

import math

import numpy as np
import pytest

from landrelease.errors import LandreleaseError
from landrelease.hazard.search import (
    DetectionLaw,
    after_empty_box,
    after_empty_search,
    coordinated_detection,
    coverage_for,
    coverage_of_effort,
    coverage_of_tracks,
    detection,
    detection_lower_bound,
    independent_methods,
    passes_for,
    random_detection,
    risk_factor,
    sweep_overlap,
    swept_detection,
    trial_targets_for,
)


def test_overlapping_sweeps() -> None:
    """A head of 25 cm stepped by 12.5 cm: half overlap, two passes."""
    assert sweep_overlap(0.25, 0.125) == pytest.approx(0.5)
    assert swept_detection(0.25, 0.125, 0.8) == pytest.approx(1 - 0.2**2)


def test_coordinated_search_beats_random() -> None:
    assert coordinated_detection(0.5, 2) == pytest.approx(0.75)
    assert random_detection(0.5, 2) == pytest.approx(1 - math.exp(-1))


@pytest.mark.parametrize(
    ("wanted", "per_pass", "passes"), [(0.0, 0.5, 0), (0.9, 1.0, 1), (0.5, 0.5, 1), (0.75, 0.5, 2), (0.751, 0.5, 3)]
)
def test_passes(wanted: float, per_pass: float, passes: int) -> None:
    assert passes_for(wanted, per_pass) == passes


@pytest.mark.parametrize("law", [DetectionLaw.INVERSE_CUBE, DetectionLaw.RANDOM])
def test_certainty_needs_endless_coverage(law: DetectionLaw) -> None:
    assert coverage_for(1.0, law) == math.inf


@pytest.mark.parametrize(
    ("detected", "targets", "wanted"),
    [(0, 10, 0.0), (9, 10, 0.6058), (95, 100, 0.8977), (1, 1, 0.05)],
)
def test_trial_with_misses(detected: int, targets: int, wanted: float) -> None:
    """Clopper-Pearson, one-sided 95 %."""
    assert detection_lower_bound(detected, targets, 0.95) == pytest.approx(wanted, abs=1e-4)


def test_an_item_that_cannot_be_missed_is_not_there() -> None:
    assert float(after_empty_search(0.4, 1.0)) == 0.0
    assert float(after_empty_search(1.0, 0.7)) == 1.0
    assert np.isnan(after_empty_search(1.0, 1.0))


def test_no_methods_find_nothing() -> None:
    assert independent_methods([]) == 0.0


REFUSED = [
    lambda: detection(-0.1, DetectionLaw.RANDOM),
    lambda: detection(math.nan, DetectionLaw.RANDOM),
    lambda: coverage_for(1.1, DetectionLaw.RANDOM),
    lambda: swept_detection(0.25, 0.1, 1.5),
    lambda: independent_methods([0.5, -0.1]),
    lambda: passes_for(0.9, 0.0),
    lambda: passes_for(1.0, 0.9),
    lambda: detection_lower_bound(11, 10, 0.95),
    lambda: detection_lower_bound(0, 0, 0.95),
    lambda: detection_lower_bound(5, 10, 1.5),
    lambda: trial_targets_for(1.0, 0.95),
    lambda: after_empty_box([0.0, 1.0], 1, 1.0),
    lambda: coverage_of_effort(-1.0, 10.0, 10.0),
    lambda: coverage_of_effort(1.0, -10.0, 10.0),
    lambda: coverage_of_effort(1.0, 10.0, 0.0),
    lambda: coverage_of_tracks(1.0, 0.0),
    lambda: risk_factor(2.0, 1.0, [0.5]),
    lambda: risk_factor(0.0, 0.0, [0.5]),
    lambda: risk_factor(1.0, 2.0, [1.5]),
]


@pytest.mark.parametrize("make", REFUSED)
def test_bad_input(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR4005"):
        make()
