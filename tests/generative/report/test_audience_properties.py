"""The public never learns more than the cell; what it is shown always covers what is hidden."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.studies import province

from landrelease.geo.crs import from_wgs84
from landrelease.report.audience import CELL_SYSTEM, coarse_surface, for_audience
from landrelease.report.data import Audience

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
    true = shapely.get_coordinates(from_wgs84(study.evidence.geometry.to_numpy(), CELL_SYSTEM))
    public = shapely.get_coordinates(from_wgs84(shown.evidence.geometry.to_numpy(), CELL_SYSTEM))
    assert np.allclose(public / cell_m % 1, 0.5, atol=1e-6)
    assert (np.abs(public - true) <= cell_m / 2 + 1e-6).all()


@given(CELLS)
def test_the_estimate_keeps_its_mean_and_gets_no_finer_than_the_cell(cell_m):
    study = province(public_cell_m=cell_m)
    coarse = coarse_surface(study.surface, cell_m)
    assert coarse.grid.cell_m >= min(cell_m, study.surface.grid.cell_m)
    assert coarse.grid.cell_m >= cell_m or cell_m <= study.surface.grid.cell_m
    known = np.isfinite(study.surface.items_per_m2)
    assert np.nanmin(coarse.items_per_m2) >= study.surface.items_per_m2[known].min()
    assert np.nanmax(coarse.items_per_m2) <= study.surface.items_per_m2[known].max()
