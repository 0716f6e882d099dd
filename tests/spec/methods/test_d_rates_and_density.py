"""Methods D: published rates, prices and densities, each derived again from the figures that it rests on."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.report.indicators import area_a_day, days_behind, per_item, rate_a_day, tie

KM2 = 1e6


def test_croatia_174_working_days_in_200_calendar_days():
    """18.4 km² by 322 deminers at 328 m² a day."""
    days = days_behind(18.4 * KM2, 322, 328)
    assert round(days) == 174
    assert days < 200


def test_croatia_area_a_find_does_not_tie():
    """12,213 m² a find is neither 18.4 km² / 2,706 items (6,800) nor / 1,473 mines (12,491)."""
    readings = [per_item(18.4 * KM2, items) for items in (2_706, 1_473)]
    assert readings == pytest.approx([6_800, 12_491], abs=1)
    assert not tie(12_213, readings)
    assert tie(12_491, readings)


def test_cambodia_30_m2_a_deminer_day():
    """35 deminers, 40 % of 500 by 700 m in six months of 22 days."""
    assert round(rate_a_day(0.4 * 500 * 700, 35, 6 * 22)) == 30


@pytest.mark.parametrize(("km2", "wanted"), [(35, 14_000), (40, 16_000)])
def test_bosnia_m2_a_deminer_year(km2, wanted):
    """35 to 40 km² a year with 2,500 deminers, survey included."""
    assert rate_a_day(km2 * KM2, 2_500, 1) == wanted


def test_a_rat_team_2870_m2_a_day():
    assert rate_a_day(89_000, 1, 31) == pytest.approx(2_870, abs=5)


@pytest.mark.parametrize(("signals", "wanted"), [(0.3, 67), (1.0, 20)])
def test_excavation_alone_caps_a_day_of_five_hours(signals, wanted):
    """15 minutes a full excavation."""
    assert round(area_a_day(5, signals, 15)) == wanted


def test_vegetation_and_sweep_slow_it_further():
    assert area_a_day(5, 0.3, 15, vegetation_minutes=2, sweep_minutes=1) == pytest.approx(300 / 7.5)


@pytest.mark.parametrize(
    ("money", "m2", "wanted"),
    [(450e6, 300 * KM2, 1.5), (30_000, 1e4, 3.0), (1_400, 1e4, 0.14)],
    ids=["Croatia, EUR", "Ukraine before auctions, USD", "Ukraine with auctions, USD"],
)
def test_price_a_square_metre(money, m2, wanted):
    assert per_item(money, m2) == pytest.approx(wanted)


# Area for each anti-personnel mine (D3)

AREA_A_MINE = [
    ("World 2022", 219.31 * KM2, 169_276, 1_296),
    ("World 2023", 281.50 * KM2, 160_566, 1_753),
    ("World 2006", 140 * KM2, 217_000, 645),
    ("Bosnia and Herzegovina 2017", 0.30 * KM2, 635, 472),
    ("Colombia 2017", 0.38 * KM2, 244, 1_557),
    ("Sri Lanka Army to 2003", 17_315_917, 88_866, 195),
]


@pytest.mark.parametrize(("where", "area", "mines", "wanted"), AREA_A_MINE, ids=[row[0] for row in AREA_A_MINE])
def test_area_a_mine(where, area, mines, wanted):
    assert round(per_item(area, mines)) == wanted


def test_density_in_cleared_land_by_country_lies_in_the_prior():
    """5 to 50 a hectare."""
    for _where, area, mines, _wanted in AREA_A_MINE:
        assert 5 < mines / (area / 1e4) < 52


# What re-checking found in 2010 (C4)


def test_post_clearance_inspection_of_2010():
    """7.1 million m², USD 5.9 million, about six mines: .83 a m², 1.2 million m² and about a million dollars each."""
    assert round(per_item(5.9e6, 7.1e6), 2) == 0.83
    assert round(per_item(7.1e6, 6) / 1e6, 1) == 1.2
    assert per_item(5.9e6, 6) == pytest.approx(1e6, rel=0.05)


FRAGMENTATION = {
    "PROM": (17, 36, 19),
    "OZM-3/4": (6, 11, 4),
    "POMZ": (11, 13, 1),
    "Valmara-69": (6, 8, 4),
    "MRUD": (1, 3, 2),
    "AUPS": (1, 1, 1),
    "OZM-72": (1, 1, 0),
}
"""Accidents, victims, dead (unclear for the last) of the register DDAS."""


def test_victims_an_accident_with_fragmentation_mines():
    """43 accidents, 73 victims: 1.7 each; PROM 1.1 dead each."""
    accidents, victims = (sum(row[column] for row in FRAGMENTATION.values()) for column in (0, 1))
    assert (accidents, victims) == (43, 73)
    assert round(per_item(victims, accidents), 1) == 1.7
    assert round(per_item(FRAGMENTATION["PROM"][2], FRAGMENTATION["PROM"][0]), 1) == 1.1


def test_deaths_of_deminers_that_no_cause_names():
    """112 deaths: attack 36, proximity 34, road 28; the rest 14."""
    assert 112 - (36 + 34 + 28) == 14


# Bad input


def test_no_items_is_no_figure():
    assert per_item(1e6, 0) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: per_item(-1, 3),
        lambda: per_item(1, float("nan")),
        lambda: rate_a_day(1, 0, 3),
        lambda: rate_a_day(1, 3, float("inf")),
        lambda: days_behind(1, 3, 0),
        lambda: area_a_day(5, 0, 15),
        lambda: area_a_day(-5, 1, 15),
        lambda: tie(-1, [1]),
    ],
)
def test_bad_input(make):
    with pytest.raises(LandreleaseError, match="LR5001"):
        make()
