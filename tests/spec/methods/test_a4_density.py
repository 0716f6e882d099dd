"""Methods A4: variogram models and fit, ordinary kriging against PyKrige, delineation."""

import math

import numpy as np
import pytest
import shapely
from pykrige.ok import OrdinaryKriging

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.geo.plane import PLANE
from landrelease.survey.density import Neighbourhood, advised_grid, density_map, krige_at
from landrelease.survey.flagging import Windows
from landrelease.survey.variogram import (
    EmpiricalVariogram,
    Variogram,
    VariogramModel,
    empirical_variogram,
    fit_variogram,
    weighted_misfit,
)

TRUE = {
    VariogramModel.SPHERICAL: Variogram(VariogramModel.SPHERICAL, 0.2, 1.3, 80.0),
    VariogramModel.EXPONENTIAL: Variogram(VariogramModel.EXPONENTIAL, 0.2, 1.3, 80.0),
    VariogramModel.GAUSSIAN: Variogram(VariogramModel.GAUSSIAN, 0.2, 1.3, 80.0),
    VariogramModel.POWER: Variogram(VariogramModel.POWER, 0.2, 0.02, 1.2),
}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (VariogramModel.SPHERICAL, lambda h: 0.2 + 1.3 * (1.5 * h / 80 - 0.5 * (h / 80) ** 3)),
        (VariogramModel.EXPONENTIAL, lambda h: 0.2 + 1.3 * (1 - math.exp(-3 * h / 80))),
        (VariogramModel.GAUSSIAN, lambda h: 0.2 + 1.3 * (1 - math.exp(-((3 * h / 80) ** 2)))),
        (VariogramModel.POWER, lambda h: 0.2 + 0.02 * h**1.2),
    ],
)
def test_models_are_the_published_formulas(model, expected):
    at = np.array([0.0, 1.0, 25.0, 79.0])
    assert TRUE[model](at) == pytest.approx([0.0, *(expected(h) for h in at[1:])])


def test_a_spherical_model_stays_at_its_sill():
    assert TRUE[VariogramModel.SPHERICAL](np.array([80.0, 500.0])) == pytest.approx([1.5, 1.5])


def test_the_empirical_variogram_by_hand():
    """Values 0, 1, 3 at 0, 10, 20 m: lag 1 has (1 + 4) / 2 / 2, lag 2 has 9 / 2; 30 copies far apart are enough."""
    x = (np.array([0.0, 10.0, 20.0])[None, :] + 1e6 * np.arange(30)[:, None]).ravel()
    made = empirical_variogram(x, np.zeros(90), np.tile([0.0, 1.0, 3.0], 30), 10.0, lags=3)
    assert made.distance_m == pytest.approx([10.0, 20.0])
    assert made.value == pytest.approx([1.25, 4.5])
    assert made.pairs.tolist() == [60, 30]


@pytest.mark.parametrize("model", list(VariogramModel))
def test_the_fit_recovers_each_model(model):
    h = np.arange(1, 37) * 5.0
    exact = EmpiricalVariogram(h, TRUE[model](h), np.full(36, 100))
    fitted = fit_variogram(exact, model)
    assert fitted(h) == pytest.approx(TRUE[model](h), rel=0.01)
    assert fit_variogram(exact)(h) == pytest.approx(TRUE[model](h), rel=0.02)


def test_the_fit_weighs_by_pairs():
    """sum n/2 (g / model - 1)^2, on two lags by hand."""
    flat = Variogram(VariogramModel.SPHERICAL, 1.0, 0.0, 10.0)
    empirical = EmpiricalVariogram(np.array([5.0, 10.0]), np.array([1.1, 0.8]), np.array([10, 40]))
    assert weighted_misfit(empirical, flat) == pytest.approx(5 * 0.01 + 20 * 0.04)


def test_a_record_without_spread_has_no_variogram_and_a_flat_map():
    places = np.random.default_rng(1).random((60, 2)) * 100
    flat = empirical_variogram(*places.T, np.full(60, 0.3), 10.0)
    variogram = fit_variogram(flat)
    assert (variogram.nugget, variogram.scale) == (0.0, 0.0)
    estimate, variance = krige_at(*places.T, np.full(60, 0.3), variogram, *places[:3].T, Neighbourhood(), 50.0)
    assert estimate == pytest.approx([0.3] * 3)
    assert variance == pytest.approx([0.0] * 3)


PYKRIGE = {
    VariogramModel.SPHERICAL: ("spherical", lambda v: {"psill": v.scale, "range": v.reach, "nugget": v.nugget}),
    VariogramModel.EXPONENTIAL: ("exponential", lambda v: {"psill": v.scale, "range": v.reach, "nugget": v.nugget}),
    VariogramModel.POWER: ("power", lambda v: [v.scale, v.reach, v.nugget]),
}


@pytest.mark.parametrize("model", list(PYKRIGE))
def test_kriging_equals_pykrige(model):
    """The same variogram, all data in the neighbourhood."""
    rng = np.random.default_rng(4)
    places, value = rng.random((40, 2)) * 200, rng.random(40)
    at = rng.random((25, 2)) * 200
    variogram = TRUE[model]
    name, parameters = PYKRIGE[model]
    peer = OrdinaryKriging(*places.T, value, variogram_model=name, variogram_parameters=parameters(variogram))
    theirs = peer.execute("points", *at.T)
    everything = Neighbourhood(radius_windows=100.0, most=40, per_octant=40)
    ours = krige_at(*places.T, value, variogram, *at.T, everything, 50.0)
    for one, other in zip(ours, theirs, strict=True):
        assert one == pytest.approx(np.asarray(other), abs=1e-6)


def test_a_moving_neighbourhood_equals_pykriges_nearest():
    rng = np.random.default_rng(6)
    places, value = rng.random((300, 2)) * 1_000, rng.random(300)
    at = rng.random((40, 2)) * 1_000
    variogram = TRUE[VariogramModel.EXPONENTIAL]
    peer = OrdinaryKriging(
        *places.T, value, variogram_model="exponential", variogram_parameters=PYKRIGE[variogram.model][1](variogram)
    )
    theirs = peer.execute("points", *at.T, backend="loop", n_closest_points=12)
    nearest = Neighbourhood(radius_windows=100.0, most=12, per_octant=12)
    ours = krige_at(*places.T, value, variogram, *at.T, nearest, 50.0)
    for one, other in zip(ours, theirs, strict=True):
        assert one == pytest.approx(np.asarray(other), abs=1e-6)


def test_no_octant_gives_more_than_its_share():
    """Thirty data to the east and one to the west: eight of the thirty are used, and the west is one of nine."""
    east = np.column_stack([np.full(30, 10.0) + 0.05 * np.arange(30), np.linspace(0.1, 0.4, 30)])
    places = np.concatenate([east, [[-10.0, -0.1]]])
    value = np.append(np.zeros(30), 1.0)
    variogram = Variogram(VariogramModel.SPHERICAL, 1.0, 1e-9, 50.0)  # a nugget alone: the mean of what is used
    origin = np.zeros(1)
    estimate, _variance = krige_at(*places.T, value, variogram, origin, origin, Neighbourhood(), 20.0)
    assert estimate == pytest.approx([1 / 9], abs=1e-6)


def test_a_cell_with_too_few_data_in_reach_has_no_estimate():
    places = np.array([[0.0, 0.0], [500.0, 0.0]])
    estimate, _ = krige_at(*places.T, np.ones(2), TRUE[VariogramModel.SPHERICAL], np.array([10.0]), np.array([0.0]),
                           Neighbourhood(), 50.0)  # fmt: skip
    assert np.isnan(estimate).all()


@pytest.fixture(scope="module")
def hill():
    """Windows on a lattice, a hill of density on a background of .01."""
    rng = np.random.default_rng(2)
    x, y = (each.ravel() for each in np.meshgrid(np.arange(0, 1_000, 20.0), np.arange(0, 1_000, 50.0)))
    mean = 0.01 + 0.05 * np.exp(-0.5 * ((x - 400) ** 2 + (y - 500) ** 2) / 90**2)
    surveyed = np.full(len(x), 400.0)
    windows = Windows(x, y, rng.poisson(mean * surveyed), surveyed, 120.0)
    return density_map(windows, advised_grid(PLANE, (0.0, 0.0, 1_000.0, 1_000.0), 120.0))


def test_the_map_follows_the_hill(hill):
    assert hill.grid.cell_m == 20.0
    row, column = (int(at[0]) for at in hill.grid.cells_of(np.array([400.0]), np.array([500.0])))
    assert hill.per_m2[row, column] == pytest.approx(0.06, rel=0.25)
    assert np.nanmedian(hill.per_m2) == pytest.approx(0.01, rel=0.3)
    assert (hill.variance[np.isfinite(hill.variance)] >= 0).all()


def test_delineation_is_background_and_1645_standard_deviations(hill):
    known = np.isfinite(hill.per_m2)
    expected = np.zeros(hill.grid.shape, dtype=bool)
    expected[known] = hill.per_m2[known] > 0.01 + 1.644854 * np.sqrt(hill.variance[known])
    assert (hill.standing_out(0.01) == expected).all()
    areas = hill.areas(0.01, least_m2=3 * 4_046.86)
    assert len(areas) == 1
    assert areas[0].centroid.distance(shapely.Point(400, 500)) < 30
    assert sum(area.area for area in hill.areas(0.01)) == pytest.approx(expected.sum() * 400.0)


def test_too_few_windows_are_refused():
    few = Windows(np.arange(5.0), np.zeros(5), np.ones(5, int), np.ones(5), 10.0)
    with pytest.raises(LandreleaseError) as refused:
        density_map(few, Grid.covering(PLANE, (0, 0, 10, 10), 5.0))
    assert refused.value.codes == ("LR5016",)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Neighbourhood(radius_windows=0),
        lambda: Neighbourhood(fewest=3, most=2),
        lambda: Neighbourhood(per_octant=0),
    ],
)
def test_an_impossible_neighbourhood_is_refused(make):
    with pytest.raises(LandreleaseError) as refused:
        make()
    assert refused.value.codes == ("LR5001",)
