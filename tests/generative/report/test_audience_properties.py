"""The public never learns more than the cell; what it is shown always covers what is hidden."""

import json

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.studies import LAT, LON, admin, areas, evidence, parts, province, with_figures

from landrelease.geo.crs import from_wgs84, to_wgs84
from landrelease.hazard.baselines import KernelEstimator
from landrelease.hazard.looks import looks_from_arrays
from landrelease.hazard.territory import choose_grid
from landrelease.report.audience import CELL_SYSTEM, coarse_looks, for_audience
from landrelease.report.data import Audience
from landrelease.report.map_data import map_payload
from landrelease.terms import ReleaseStatus

LOCAL = pyproj.CRS.from_dict({"proj": "laea", "lon_0": LON, "lat_0": LAT})
CELLS = st.sampled_from([250.0, 1_000.0, 3_000.0])


@given(CELLS)
def test_hidden_land_is_covered_by_whole_cells(cell_m):
    study = province(public_cell_m=cell_m, surface=None)
    shown = for_audience(study, Audience.PUBLIC)
    hidden = study.parts["release_status"].isin(["unresolved", "reopened"])
    for true, public in zip(study.parts.geometry[hidden], shown.parts.geometry[hidden], strict=True):
        assert public.buffer(1e-9).covers(true)
        corners = shapely.get_coordinates(from_wgs84(public, CELL_SYSTEM)) / cell_m
        assert np.allclose(corners, np.round(corners), atol=1e-6)
    assert shown.parts.geometry[~hidden].equals(study.parts.geometry[~hidden])


@given(CELLS)
def test_points_are_at_the_centres_of_their_cells(cell_m):
    study = province(public_cell_m=cell_m, surface=None)
    shown = for_audience(study, Audience.PUBLIC)
    true = shapely.get_coordinates(from_wgs84(study.evidence.geometry[shown.evidence.index].to_numpy(), CELL_SYSTEM))
    public = shapely.get_coordinates(from_wgs84(shown.evidence.geometry.to_numpy(), CELL_SYSTEM))
    assert np.allclose(public / cell_m % 1, 0.5, atol=1e-6)
    assert (np.abs(public - true) <= cell_m / 2 + 1e-6).all()


PLACES = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=2, max_size=6)
CORNER = np.floor(np.array(from_wgs84(shapely.Point(LON, LAT), CELL_SYSTEM).coords[0]) / 1_000) * 1_000


def offsets(count, seed):
    """Somewhere in a cell of 1 km, with room for a small area around it."""
    return np.random.default_rng(seed).uniform(100, 900, (count, 2))


def public_payload(cells, seed):
    """What the public map is given of a field, a report of evidence and an accident in each of these cells."""
    at = CORNER + np.array(cells) * 1_000.0 + offsets(len(cells), seed)
    points = shapely.points(at)
    of = parts((ReleaseStatus.UNRESOLVED, ReleaseStatus.REOPENED) * len(cells)).head(len(cells))
    of = of.assign(report=[f"{seed}{row}" for row in range(len(of))])
    of = of.assign(part_id=of["area_id"] + "/" + of["report"]).sort_values("part_id", ascending=bool(seed % 2))
    of.geometry = gpd.GeoSeries(to_wgs84(shapely.buffer(points, 90.0), CELL_SYSTEM)[of.index], of.index, crs=4326)
    seen = evidence(len(cells))
    seen.geometry = gpd.GeoSeries(to_wgs84(points, CELL_SYSTEM), crs=4326)
    order = np.random.default_rng(seed).permutation(len(cells))  # the register's order follows hashes
    looks = coarse_looks(looks_from_arrays(*at[order].T, 2015.0 + order), 1_000.0, LOCAL)
    grid = choose_grid(LOCAL, looks.x_m, looks.y_m, cell_m=1_000.0, margin_m=500.0)
    study = province(
        parts=of, areas=areas(of), evidence=seen.iloc[order], admin=admin(outlined=False),
        public_surface=KernelEstimator().fit(looks, grid, 2026.0),
    )  # fmt: skip
    local = np.array(from_wgs84(to_wgs84(points, CELL_SYSTEM), LOCAL))
    exact = looks_from_arrays(shapely.get_x(local), shapely.get_y(local), 2015.0 + order)
    fine = choose_grid(LOCAL, exact.x_m, exact.y_m, cell_m=250.0, margin_m=500.0)
    study = with_figures(study, KernelEstimator(width_m=500.0).fit(exact, fine, 2026.0))  # what the public must not get
    return map_payload(for_audience(study, Audience.PUBLIC), Audience.PUBLIC)


@settings(max_examples=25)
@given(PLACES, st.integers(0, 1_000), st.integers(0, 1_000))
def test_moving_everything_inside_its_cells_changes_nothing_that_the_public_is_given(cells, seed, other):
    first, second = public_payload(cells, seed), public_payload(cells, other)
    assert first["hazard"]["corners"] == second["hazard"]["corners"]
    assert first["bounds"] == second["bounds"]
    assert json.dumps(first) == json.dumps(second)


@given(PLACES, st.integers(0, 1_000))
def test_looks_for_the_public_stand_at_the_centres_of_their_cells(cells, seed):
    at = CORNER + np.array(cells) * 1_000.0 + offsets(len(cells), seed)
    looks = coarse_looks(looks_from_arrays(*at.T, np.full(len(at), 2015.0)), 1_000.0, CELL_SYSTEM)
    told = sorted(zip(looks.x_m, looks.y_m, strict=True))
    assert np.allclose(told, sorted(map(tuple, CORNER + (np.array(cells) + 0.5) * 1_000.0)))
    assert not any(looks.entry)
    assert all(shape is None for shape in looks.footprint)


def test_the_public_never_sees_the_exact_estimate():
    assert for_audience(province(), Audience.PUBLIC).surface is None
