"""Methods A1: accept-on-zero sample sizes, to the printed digits; T1."""

import pytest

from landrelease.survey.sampling import SampleForm, accept_on_zero, confidence_of, units_in_the_limit

APPROXIMATE, AT_SHARE, EXACT = SampleForm.APPROXIMATE, SampleForm.EXACT_AT_SHARE, SampleForm.EXACT

# units: for each (clean share, confidence) the approximation, exact with floor, exact with floor + 1
SETTINGS = [(0.95, 0.95), (0.99, 0.95), (0.99, 0.99), (0.996, 0.95)]
GRID = {
    100: [(45, 45, 39), (95, 95, 78), (99, 99, 90), None],
    500: [(56, 56, 54), (225, 225, 196), (300, 300, 267), (388, 388, 316)],
    1_000: [(57, 57, 56), (258, 258, 238), (368, 368, 341), (527, 527, 450)],
    10_000: [(59, 59, 59), (294, 294, 291), (448, 448, 444), (721, 721, 704)],
    23_029: [(59, 59, 59), (297, 297, 296), (454, 455, 453), (736, 737, 729)],
    1_000_000: [(59, 59, 59), (299, 299, 298), (459, 459, 459), (748, 748, 747)],
}
CASES = [
    (units, share, confidence, form, wanted)
    for units, row in GRID.items()
    for (share, confidence), cell in zip(SETTINGS, row, strict=True)
    if cell is not None
    for form, wanted in zip((APPROXIMATE, AT_SHARE, EXACT), cell, strict=True)
]


@pytest.mark.parametrize(("units", "share", "confidence", "form", "wanted"), CASES)
def test_regression_grid(units: int, share: float, confidence: float, form: SampleForm, wanted: int) -> None:
    assert accept_on_zero(units, confidence, share, form).sample == wanted


def test_t1_published_example() -> None:
    """N = 23,029 transects of 300 x 6 ft, 99 % confidence, 99 % clean: 454."""
    assert accept_on_zero(23_029, 0.99, 0.99).sample == 454


@pytest.mark.parametrize(("sample", "wanted"), [(454, 0.990033), (453, 0.989931)])
def test_back_check(sample: int, wanted: float) -> None:
    assert confidence_of(23_029, sample, 0.99) == pytest.approx(wanted, abs=5e-7)


def test_clamped_where_less_than_one_unit_may_be_bad() -> None:
    """N = 100, X = .996: with N(1-X) = .4 kept fractional the approximation asks for 101 [note under the grid]."""
    design = accept_on_zero(100, 0.95, 0.996)
    assert (design.sample, design.attained) == (100, 1.0)
    assert [finding.error.code for finding in design.findings] == ["LR5002"]
    assert design.findings[0].details == {"asked": 101, "units": 100}


@pytest.mark.parametrize(
    ("confidence", "share", "wanted"), [(0.95, 0.95, 59), (0.95, 0.99, 299), (0.99, 0.99, 459), (0.95, 0.996, 748)]
)
def test_limit_of_an_endless_lot(confidence: float, share: float, wanted: int) -> None:
    assert units_in_the_limit(confidence, share) == wanted
