"""Methods A2: items that remain after a survey of a share of the site; T2 and T3."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.survey.remaining import (
    confidence_in_at_most,
    prior_from_statement,
    share_to_survey,
    share_to_survey_informed,
    survey_units,
)

ACRE_M2 = 4_046.8564224
SITE_ACRES = 952.375
UNIT_ACRES = 300 * 6 / 43_560


@pytest.mark.parametrize(
    ("most_items", "confidence", "wanted"),
    [(0, 0.95, 0.95), (1, 0.95, 0.776393), (5, 0.95, 0.393038), (50, 0.95, 0.057048), (50, 0.99, 0.086341)],
)
def test_uninformed_table(most_items: int, confidence: float, wanted: float) -> None:
    share = share_to_survey(most_items, confidence)
    assert share == pytest.approx(wanted, abs=5e-7)
    assert confidence_in_at_most(most_items, share) == pytest.approx(confidence)


def test_t2_published_example() -> None:
    """952.375 acres, P(N <= 20) = .75, "lesser", 99 % that N <= 50: .361 %, 3.4380 acres, 84 transects."""
    share = share_to_survey_informed(prior_from_statement(20, 0.75, shape=2.0), 50, 0.99)
    assert share == pytest.approx(0.00360991, abs=5e-9)
    assert share * SITE_ACRES == pytest.approx(3.43799, abs=5e-6)
    assert share * SITE_ACRES / UNIT_ACRES == pytest.approx(83.199, abs=5e-4)
    assert survey_units(share, SITE_ACRES, UNIT_ACRES) == 84


def test_t2_intermediate_values() -> None:
    assert prior_from_statement(20, 0.75, 2.0).q == pytest.approx(0.882229, abs=5e-7)
    assert prior_from_statement(50, 0.99, 2.0).q == pytest.approx(0.879045, abs=5e-7)


def test_t3_density_on_the_same_screen() -> None:
    """50 items on 952.375 acres: .0525003 an acre."""
    density_m2 = 50 / (SITE_ACRES * ACRE_M2)
    assert density_m2 * ACRE_M2 == pytest.approx(0.0525003, abs=5e-8)


@pytest.mark.parametrize(
    ("shape", "wanted"), [(1, 0.02399), (1.25, 0.01900), (1.5, 0.01390), (1.75, 0.00876), (2, 0.00361)]
)
def test_required_share_by_shape(shape: float, wanted: float) -> None:
    share = share_to_survey_informed(prior_from_statement(20, 0.75, shape), 50, 0.99)
    assert share == pytest.approx(wanted, abs=5e-6)


def test_nothing_to_survey_where_the_prior_suffices() -> None:
    """Shape 2.25: the formula gives a negative share."""
    assert share_to_survey_informed(prior_from_statement(20, 0.75, 2.25), 50, 0.99) == 0.0


@pytest.mark.parametrize(("share", "wanted"), [(0.00361, 50), (0.01, 48), (0.05, 37)])
def test_bound_after_the_survey(share: float, wanted: int) -> None:
    assert prior_from_statement(20, 0.75, 2.0).remaining(share).bound(0.99) == wanted


def test_a_probability_that_no_prior_gives_is_refused() -> None:
    with pytest.raises(LandreleaseError, match="LR5001"):
        prior_from_statement(20, 1.0)
