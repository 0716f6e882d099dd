"""Numbers as people read them."""

import math

import numpy as np
import pytest

from landrelease.i18n import direction
from landrelease.report.wording import number, per_cent, plain, significant, square_kilometres

THIN = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, 0, "0"),
        (1_234_567, 0, f"1{THIN}234{THIN}567"),
        (-1_234.5, 1, f"\N{MINUS SIGN}1{THIN}234.5"),
        (None, 0, "–"),
        (float("nan"), 2, "–"),
        (np.int64(12), 0, "12"),
    ],
)
def test_number(value, decimals, text):
    assert number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.1364, "0.136"), (16_830, f"16{THIN}830"), (12.345, "12.3"), (0.00001234, "1.23e-05"), (None, "–")],
)
def test_significant(value, text):
    assert significant(value) == text


@pytest.mark.parametrize(
    ("area_m2", "text"),
    [(0, "0"), (1, "0.0000"), (100, "0.0001"), (6_008_612, "6.01"), (None, "–"), (1.2e9, f"1{THIN}200.00")],
)
def test_square_kilometres(area_m2, text):
    assert square_kilometres(area_m2) == text


@pytest.mark.parametrize(
    ("value", "text"), [("a", "a"), (None, "–"), (2.0, "2"), (2.5, "2.50"), (np.float64(3), "3"), (True, "1")]
)
def test_plain(value, text):
    assert plain(value) == text


@pytest.mark.parametrize(
    ("language", "way"), [("en", "ltr"), ("ar", "rtl"), ("ar-SY", "rtl"), ("fa_AF", "rtl"), ("uk", "ltr")]
)
def test_direction(language, way):
    assert direction(language) == way


@pytest.mark.parametrize(
    ("chance", "text"),
    [(None, "–"), (math.nan, "–"), (0, "0 %"), (1, "100 %"), (0.994, "99 %"), (0.9999, "over 99 %"), (0.123, "12 %"),
     (0.00012, "0.012 %")],
)  # fmt: skip
def test_chances_in_per_cent(chance, text):
    assert per_cent(chance) == text
