"""Methods F4 and T6: sums and shares of the Landmine Monitor, scorecards."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.report.indicators import release_shares, scorecard_mean
from landrelease.terms import ReleaseRoute

WORLD_2022 = release_shares(cleared=219.31, reduced=121.11, cancelled=156.92)


def test_t6_landmine_monitor_2022():
    """219.31 cleared + 121.11 reduced + 156.92 cancelled = 497.34 km² released."""
    assert round(WORLD_2022.released, 2) == 497.34


@pytest.mark.parametrize(
    ("route", "wanted"), [(ReleaseRoute.CLEARED, 44.1), (ReleaseRoute.REDUCED, 24.4), (ReleaseRoute.CANCELLED, 31.6)]
)
def test_shares_of_2022(route, wanted):
    assert round(100 * WORLD_2022.share(route), 1) == wanted


def test_released_by_survey_in_2006():
    """860 km² by survey against 140 cleared: 6.1 to one."""
    assert round(release_shares(cleared=140, reduced=0, cancelled=860).by_survey_for_one_cleared, 1) == 6.1


def test_nothing_released_has_no_shares():
    nothing = release_shares(cleared=0, reduced=0, cancelled=0)
    assert nothing.share(ReleaseRoute.CLEARED) is None
    assert nothing.by_survey_for_one_cleared is None


@pytest.mark.parametrize(
    ("scores", "wanted"),
    [
        ((4, 4, 5, 3, 7, 6, 4, 8, 4, 2), 4.7),
        ((6, 5, 8, 7, 5, 5, 7, 7, 7, 7), 6.4),
        ((5, 5, 7, 6, 5, 5, 5, 7, 6, 6), 5.7),
    ],
    ids=[
        "Monitor, Bosnia and Herzegovina 2013",
        "Mine Action Review, Lao PDR 2017",
        "Mine Action Review, Lao PDR 2016",
    ],
)
def test_scorecards(scores, wanted):
    assert len(scores) == 10
    assert scorecard_mean(scores) == pytest.approx(wanted)


@pytest.mark.parametrize(
    "make",
    [
        lambda: scorecard_mean([]),
        lambda: scorecard_mean([11]),
        lambda: scorecard_mean([-1]),
        lambda: scorecard_mean([float("nan")]),
        lambda: release_shares(cleared=-1, reduced=0, cancelled=0),
        lambda: release_shares(cleared=float("nan"), reduced=0, cancelled=0),
    ],
)
def test_bad_input(make):
    with pytest.raises(LandreleaseError, match="LR5001"):
        make()
