"""The estimate as columns, polygons and a raster."""

import math

import numpy as np
import pytest
import rasterio
import shapely
from tests.samples import studies

from landrelease.geo.crs import to_crs
from landrelease.hazard.surface import Surface
from landrelease.report.audience import for_audience
from landrelease.report.data import HAZARD_CLASS_COLUMNS, PART_COLUMNS, PART_HAZARD_COLUMNS, Audience
from landrelease.report.hazard_layers import hazard_classes, items_on_hand, with_hazard, write_hazard


@pytest.fixture
def parts():
    return studies.parts()


@pytest.fixture
def baseline():
    return studies.surface()


@pytest.fixture
def field():
    return studies.field_surface()


def figures(parts, surface):
    return with_hazard(parts, surface).set_index("release_status")


def test_every_part_has_figures_with_bounds(parts, field):
    made = with_hazard(parts, field)
    assert list(made.columns) == [*PART_COLUMNS, "geometry", *PART_HAZARD_COLUMNS]
    assert made[list(PART_HAZARD_COLUMNS)].notna().all(axis=None)
    assert ((made["probability_low"] <= made["probability"]) & (made["probability"] <= made["probability_high"])).all()
    assert (made["items_low"] <= made["items_high"]).all()


def test_figures_are_those_of_the_surface(parts, field):
    shape = parts.geometry.to_crs(field.grid.crs)[2]
    made = with_hazard(parts, field)
    assert made["expected_items"][2] == pytest.approx(field.expected_items(shape))
    assert made["probability"][2] == pytest.approx(field.probability(shape))


def test_searched_land_has_no_figure_of_an_estimate_that_reads_no_searches(parts, baseline):
    made = figures(parts, baseline)
    known = made["expected_items"].notna()
    assert set(made.index[known]) == {"unresolved", "cancelled"}
    assert made["items_low"].isna().all()


def test_without_an_estimate_the_columns_are_there_and_empty(parts):
    assert with_hazard(parts, None)[list(PART_HAZARD_COLUMNS)].isna().all(axis=None)
    assert list(with_hazard(parts.head(0), studies.surface()).columns)[-6:] == list(PART_HAZARD_COLUMNS)


def test_the_frame_given_is_not_changed(parts, field):
    with_hazard(parts, field)
    assert list(parts.columns) == [*PART_COLUMNS, "geometry"]


def test_items_in_land_still_to_be_released(parts, field):
    made = figures(parts, field)
    answer = items_on_hand(parts, field)
    assert answer.value == pytest.approx(made.loc[["unresolved", "reopened"], "expected_items"].sum())
    low, high = answer.counts
    assert 0 <= low < answer.value < high


def test_bounds_of_a_sum_are_joint(parts, field):
    """The level is uncertain for all parts together: what one draw puts into one part, it puts into the others too."""
    answer = items_on_hand(parts, field)
    left = parts[parts["release_status"].isin(["unresolved", "reopened"])].geometry.to_crs(field.grid.crs)
    totals = [Surface(field.grid, draw.astype(float), "one draw").expected_items_of(left).sum() for draw in field.draws]
    assert (answer.low, answer.high) == pytest.approx(np.quantile(totals, [0.05, 0.95], method="weibull"), rel=1e-5)


@pytest.mark.parametrize("surface", [None, "baseline"])
def test_land_on_hand_without_bounds(parts, baseline, surface):
    answer = items_on_hand(parts, baseline if surface else None)
    assert (answer is None) == (surface is None)
    assert answer is None or (answer.counts is None and answer.value > 0)


def test_no_land_on_hand_is_no_answer(parts, field):
    assert items_on_hand(parts[parts["release_status"] == "released"], field) is None


def test_ground_by_classes_of_chance(field):
    made = hazard_classes(field)
    assert list(made.columns) == [*HAZARD_CLASS_COLUMNS, "geometry"]
    assert made.crs.to_epsg() == 4326
    assert made["expected_items"].sum() == pytest.approx(np.nansum(field.items_per_m2) * field.grid.cell_area_m2)
    flat = to_crs(made.geometry.to_numpy(), made.crs, field.grid.crs)
    assert shapely.area(flat) == pytest.approx(made["area_m2"].to_numpy(), rel=1e-6)
    assert shapely.is_valid(made.geometry.to_numpy()).all()
    assert (made["chance_low"] <= made["chance_high"]).all()
    assert made["label"].is_unique


def test_cells_lie_in_the_outline_of_their_class(field):
    made = hazard_classes(field)
    chance = -np.expm1(-field.draws.astype(float) * 1e4)
    x, y = (centres[3] for centres in field.grid.centres())
    at = to_crs(shapely.Point(x, y), field.grid.crs, made.crs)
    (row,) = made[made.covers(at)].itertuples()
    assert row.chance_from <= chance[:, 3, 3].mean() < row.chance_to


def test_no_estimate_no_class():
    assert hazard_classes(None).empty
    empty = studies.surface()
    assert hazard_classes(Surface(empty.grid, np.full(empty.grid.shape, np.nan), "kernel")).empty


def test_the_raster_names_its_bands_units_and_origin(tmp_path, field):
    path = write_hazard(field, tmp_path / "hazard.tif", {"seed": "7"})
    with rasterio.open(path) as raster:
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert raster.tags()["bands"] == "mean low high probability"
        assert (raster.tags()["method"], raster.tags()["seed"], raster.tags()["draws"]) == ("field", "7", "25")
        assert raster.units == ("items/m2", "items/m2", "items/m2", "1")
        assert raster.descriptions[3] == "chance of at least one item in a hectare"
        mean, low, high, chance = raster.read()
    known = np.isfinite(mean)
    assert (np.isfinite(chance) == known).all()
    assert (low[known] < high[known]).all()
    assert ((chance[known] > 0) & (chance[known] <= 1)).all()


def test_a_baseline_has_no_bounds_in_its_raster(tmp_path, baseline):
    with rasterio.open(write_hazard(baseline, tmp_path / "hazard.tif")) as raster:
        assert (raster.count, raster.tags()["bands"], raster.tags()["draws"]) == (2, "mean probability", "0")
        assert raster.tags()["width_m"] == "800.0"


def test_the_public_gets_none_of_it(field):
    study = studies.with_figures(studies.province(), field)
    shown = for_audience(study, Audience.PUBLIC)
    assert not set(PART_HAZARD_COLUMNS) & set(shown.parts.columns)
    assert shown.hazard_classes.empty
    assert shown.items_on_hand is None
    assert not math.isnan(study.parts["expected_items"].sum())
