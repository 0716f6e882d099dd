"""Covariates by hand: distances, people, terrain, land use, past events, the design matrix, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.covariates import Covariates, PastEvents, Places, covariates_from_layers, joined
from landrelease.hazard.covariates.near import distance_to, distance_to_points, inside_of, kernel_sum, kernel_sum_at
from landrelease.hazard.covariates.terrain import land_use_covariates, terrain_covariates
from landrelease.hazard.looks import LookKind, looks_from_arrays

CENTRE_X = 50.0 + 100.0 * np.arange(20)
CENTRE_Y = 950.0 - 100.0 * np.arange(10)


def table(grid: Grid, values, **options) -> Covariates:  # type: ignore[no-untyped-def]
    array = np.array(values, dtype=np.float64)
    return Covariates(grid, tuple("abcdefgh"[: len(array)]), array, **options)


# Distance


def test_distance_to_a_point_is_from_the_centres(grid: Grid) -> None:
    distance = distance_to(grid, shapely.Point(50, 950))
    assert distance[0, :3] == pytest.approx([0, 100, 200])
    assert distance[3, 4] == pytest.approx(500)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("LINESTRING (0 950, 2000 950)", np.repeat(950 - CENTRE_Y[:, None], 20, axis=1)),
        ("LINESTRING (1050 0, 1050 1000)", np.repeat(np.abs(CENTRE_X - 1050)[None], 10, axis=0)),
    ],
)
def test_distance_to_a_line(grid: Grid, line: str, expected: np.ndarray) -> None:
    """A line is points half a cell apart: at most 4 % too far beyond one cell."""
    distance = distance_to(grid, shapely.from_wkt(line))
    far = expected >= 100
    assert (distance[far] >= expected[far] - 1e-9).all()
    assert (distance[far] <= 1.04 * expected[far]).all()
    assert (distance[~far] <= 25 + 1e-9).all()


def test_distance_is_0_inside_an_area(grid: Grid) -> None:
    area = shapely.box(400, 400, 700, 700)
    distance = distance_to(grid, area)
    assert np.array_equal(distance == 0, inside_of(grid, np.array([area], dtype=object)))
    assert (distance == 0).sum() == 9
    assert distance[4, 9] == pytest.approx(250, rel=0.04)


@pytest.mark.parametrize("nothing", [[], [None], [shapely.Point()], [shapely.LineString(), None]])
def test_distance_to_nothing_is_missing(grid: Grid, nothing: list[object]) -> None:
    shapes = np.empty(len(nothing), dtype=object)
    shapes[:] = nothing
    assert np.isnan(distance_to(grid, shapes)).all()


def test_distance_to_several_shapes_is_that_to_the_nearest(grid: Grid) -> None:
    shapes = np.array([shapely.Point(50, 50), shapely.Point(1950, 950)], dtype=object)
    singly = [distance_to(grid, shape) for shape in shapes]
    assert distance_to(grid, shapes) == pytest.approx(np.minimum(*singly))


# Sums by a kernel


def brute_sum(grid: Grid, x, y, weight, width: float) -> np.ndarray:  # type: ignore[no-untyped-def]
    """The sum, place by place at the centre of its cell, each place as far as four widths along each axis."""
    centre_x, centre_y = grid.centres()
    found = np.zeros(grid.shape)
    for place_x, place_y, heavy in zip(x, y, weight, strict=True):
        east = centre_x - (np.floor(place_x / grid.cell_m) + 0.5) * grid.cell_m
        south = centre_y - (np.floor(place_y / grid.cell_m) + 0.5) * grid.cell_m
        reach = int(4 * width / grid.cell_m + 0.5) * grid.cell_m + 1e-6
        factors = [np.where(np.abs(d) <= reach, np.exp(-0.5 * (d / width) ** 2), 0) for d in (south, east)]
        found += heavy * np.outer(*factors)
    return found


PLACES = ([50.0, 1_030.0, 1_070.0, -150.0], [50.0, 420.0, 480.0, 1_150.0], [1.0, 2.0, 3.0, 4.0])


@pytest.mark.parametrize("width", [25.0, 100.0, 150.0, 250.0])
def test_sum_is_that_of_all_places_in_reach_also_outside_the_grid(grid: Grid, width: float) -> None:
    assert kernel_sum(grid, *PLACES, width) == pytest.approx(brute_sum(grid, *PLACES, width), abs=1e-9)


@pytest.mark.parametrize("width", [500.0, 1_000.0, 3_000.0])
def test_wide_sum_is_right_to_a_few_percent_of_its_peak(grid: Grid, width: float) -> None:
    exact = brute_sum(grid, *PLACES, width)
    assert np.abs(kernel_sum(grid, *PLACES, width) - exact).max() < 0.06 * exact.max()


@pytest.mark.parametrize("width", [25.0, 100.0, 150.0, 250.0, 800.0, 2_000.0])
def test_sum_at_some_cells_is_the_sum_of_the_map_there(grid: Grid, width: float) -> None:
    rows, columns = np.array([0, 5, 9, 5]), np.array([0, 10, 19, 10])
    weights = np.column_stack([PLACES[2], [0.0, 0.0, 1.0, 0.5]])
    found = kernel_sum_at(grid, rows, columns, *PLACES[:2], weights, width)
    for column, weight in enumerate(weights.T):
        whole = kernel_sum(grid, *PLACES[:2], weight, width)
        assert found[:, column] == pytest.approx(whole[rows, columns], abs=1e-9)


@pytest.mark.parametrize("width", [50.0, 900.0])
def test_sum_of_no_place_is_0(grid: Grid, width: float) -> None:
    assert not kernel_sum(grid, [], [], [], width).any()
    rows = columns = np.array([1, 2])
    assert not kernel_sum_at(grid, rows, columns, [], [], np.empty((0, 2)), width).any()


# Terrain and land use


def test_a_slope_of_45_degrees(grid: Grid) -> None:
    height = np.repeat(np.arange(20)[None] * 100.0, 10, axis=0)
    found = terrain_covariates(grid, height)
    assert found["elevation_m"] == pytest.approx(height)
    assert found["slope_degrees"] == pytest.approx(45.0)
    inner = found["ruggedness_m"][1:-1, 1:-1]
    assert inner == pytest.approx(np.sqrt(6 * 100**2 / 8))


def test_flat_ground_has_no_slope(grid: Grid) -> None:
    found = terrain_covariates(grid, np.full(grid.shape, 310.0))
    assert not found["slope_degrees"].any()
    assert not found["ruggedness_m"].any()


def test_missing_height_makes_its_neighbours_slope_missing(grid: Grid) -> None:
    height = np.zeros(grid.shape)
    height[5, 5] = np.nan
    found = terrain_covariates(grid, height)
    assert np.isnan(found["elevation_m"]).sum() == 1
    assert np.isnan(found["slope_degrees"][5, 4])
    assert np.isnan(found["ruggedness_m"]).sum() == 9


def test_land_use_is_one_covariate_a_class(grid: Grid) -> None:
    codes = np.full(grid.shape, 10.0)
    codes[:, 5:] = 40
    codes[0, 0] = np.nan
    found = land_use_covariates(grid, codes, {10: "Forest"})
    assert found.names == ("land_use_10", "land_use_40")
    assert found.descriptions == ("Land use: Forest", "Land use: 40")
    assert np.isnan(found.values[:, 0, 0]).all()
    assert np.nansum(found.values, axis=0).sum() == 199


@pytest.mark.parametrize("codes", [np.arange(200.0).reshape(10, 20), np.full((10, 20), 1.5)])
def test_measurements_are_no_classes(grid: Grid, codes: np.ndarray) -> None:
    with pytest.raises(LandreleaseError, match="LR4034"):
        land_use_covariates(grid, codes)


@pytest.mark.parametrize("make", [terrain_covariates, land_use_covariates])
def test_a_raster_of_another_shape_is_refused(grid: Grid, make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR4030"):
        make(grid, np.zeros((3, 3)))


# Past events

RECORD = looks_from_arrays(
    [150.0, 150.0, 1_950.0, 1_050.0],
    [150.0, 150.0, 950.0, 450.0],
    [2000.5, 2009.5, 2005.5, 2012.5],
    [LookKind.ACCIDENT, LookKind.ACCIDENT, LookKind.FIND, LookKind.ACCIDENT],
)


def test_names_say_kind_width_and_decay() -> None:
    settings = PastEvents((100.0, 3_000.0), (2.0,))
    rates = ("accident_0.1km_2y", "accident_3km_2y", "other_0.1km_2y", "other_3km_2y")
    assert settings.names == ("accident_km", "other_km", *rates)


def test_events_from_the_year_on_are_not_read(grid: Grid) -> None:
    settings = PastEvents((100.0, 1_000.0))
    early = settings.covariates(grid, RECORD.before(2010.0), 2010.0)
    assert np.array_equal(settings.covariates(grid, RECORD, 2010.0).values, early.values)
    assert not np.array_equal(settings.covariates(grid, RECORD, 2013.0).values, early.values)


def test_distance_to_past_events_is_by_kind(grid: Grid) -> None:
    found = PastEvents((100.0,)).covariates(grid, RECORD, 2010.0)
    assert found["accident_km"][8, 1] == 0
    assert found["accident_km"][8, 2] == pytest.approx(0.1)
    assert found["other_km"][0, 19] == 0


def test_a_rate_by_hand(grid: Grid) -> None:
    """Two accidents in a cell, 9.5 and 0.5 years ago, decay 2 years, ten years of record from 2000."""
    found = PastEvents((25.0,), (2.0,)).covariates(grid, RECORD, 2010.0)
    rate = (np.exp(-9.5 / 2) + np.exp(-0.5 / 2)) / (2 * (1 - np.exp(-10 / 2)))
    assert found["accident_0.025km_2y"][8, 1] == pytest.approx(rate, rel=1e-5)


def test_a_steady_record_has_the_same_rate_at_every_year(grid: Grid) -> None:
    """An accident a year at one place is a rate of about 1, whatever the decay, after five years as after fifty."""
    years = np.arange(1960, 2010) + 0.5
    steady = looks_from_arrays(np.full(50, 150.0), np.full(50, 150.0), years)
    settings = PastEvents((25.0,), (3.0, 30.0, np.inf))
    for year in (1965.0, 1980.0, 2010.0):
        rates = settings.covariates(grid, steady, year).values[2:5, 8, 1]
        assert rates == pytest.approx(1.0, rel=0.02)


def test_no_event_is_a_rate_of_0_and_a_missing_distance(grid: Grid) -> None:
    found = PastEvents((100.0,)).covariates(grid, RECORD, 1990.0)
    assert np.isnan(found.values[:2]).all()
    assert not found.values[2:].any()


def test_cells_have_the_values_of_the_map(grid: Grid) -> None:
    settings = PastEvents((25.0, 300.0, 900.0), (2.0, np.inf))
    rows, columns = np.array([8, 0, 5, 5]), np.array([1, 19, 10, 0])
    whole = settings.covariates(grid, RECORD, 2013.0).at(rows, columns)
    assert settings.at(grid, RECORD, 2013.0, rows, columns) == pytest.approx(whole, rel=1e-4, abs=1e-6)
    assert np.isnan(settings.at(grid, RECORD, 1990.0, rows, columns)[:, :2]).all()


@pytest.mark.parametrize(
    ("cell_m", "columns", "widths_km"),
    [
        (1_000.0, 1_500, (0.3, 1, 3, 10, 30, 100)),
        (4_000.0, 400, (1, 3, 10, 30, 100)),
        (100.0, 200, (0.1, 0.3, 1, 3)),
        (100.0, 1, (0.1,)),
    ],
)
def test_widths_fit_the_grid(grid: Grid, cell_m: float, columns: int, widths_km: tuple[float, ...]) -> None:
    wide = replace(grid, cell_m=cell_m, columns=columns, rows=1)
    assert PastEvents.for_grid(wide).widths_m == pytest.approx([1_000 * width for width in widths_km])


@pytest.mark.parametrize("settings", [{"widths_m": (0.0,)}, {"widths_m": (1.0, -1.0)}, {"decays_years": (np.nan,)}])
def test_widths_and_decays_are_above_0(settings: dict[str, tuple[float, ...]]) -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        PastEvents(**settings)


# The whole set

PEOPLE = Places(np.array([150.0, 1_550.0]), np.array([150.0, 550.0]), np.array([900.0, np.nan]))
EVERYTHING = {
    "places": PEOPLE, "roads": shapely.LineString([(0, 450), (2_000, 450)]), "front": shapely.Point(0, 0),
    "border": shapely.box(0, 0, 1_000, 1_000), "elevation": np.zeros((10, 20)), "land_use": np.ones((10, 20)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "names"),
    [
        ("places", ("place_km", "people_5km", "people_25km")),
        ("roads", ("road_km",)),
        ("front", ("front_km",)),
        ("border", ("border_km", "inside_border")),
        ("elevation", ("elevation_m", "slope_degrees", "ruggedness_m")),
        ("land_use", ("land_use_1",)),
    ],
)
def test_each_layer_gives_its_covariates(grid: Grid, layer: str, names: tuple[str, ...]) -> None:
    found = covariates_from_layers(grid, **{layer: EVERYTHING[layer]})
    assert found.names == names
    assert all(found.descriptions)
    assert np.isfinite(found.values).all()


def test_all_layers_give_all_covariates_and_none_gives_none(grid: Grid) -> None:
    found = covariates_from_layers(grid, **EVERYTHING, past=RECORD, before_year=2010.0)
    assert len(found) == 11 + len(PastEvents.for_grid(grid).names)
    assert len(covariates_from_layers(grid)) == 0
    assert covariates_from_layers(grid).design()[0].shape == (200, 0)


def test_a_place_of_unknown_population_counts_for_the_distance_alone(grid: Grid) -> None:
    found = covariates_from_layers(grid, places=PEOPLE)
    assert found["place_km"][4, 15] == 0
    alone = covariates_from_layers(
        grid, places=Places(*(each[:1] for each in (PEOPLE.x_m, PEOPLE.y_m, PEOPLE.population)))
    )
    assert np.array_equal(found["people_5km"], alone["people_5km"])
    assert found["people_5km"].max() == pytest.approx(900, rel=0.02)
    unknown = Places(PEOPLE.x_m, PEOPLE.y_m, np.full(2, np.nan))
    assert covariates_from_layers(grid, places=unknown).names == ("place_km",)


def test_a_border_given_as_a_line_has_no_inside(grid: Grid) -> None:
    line = shapely.box(0, 0, 1_000, 1_000).boundary
    lined = covariates_from_layers(grid, border=line)
    assert lined.names == ("border_km",)
    assert np.array_equal(lined["border_km"], covariates_from_layers(grid, border=EVERYTHING["border"])["border_km"])


@pytest.mark.parametrize(
    ("x", "people"),
    [([0.0, np.nan], [1.0, 1.0]), ([0.0, 1.0], [1.0, -1.0]), ([0.0], [1.0, 2.0]), ([np.inf, 1.0], [1, 1])],
)
def test_places_that_cannot_be_are_refused(x: list[float], people: list[float]) -> None:
    with pytest.raises(LandreleaseError, match="LR4032"):
        Places(np.array(x), np.zeros(2), np.array(people))


# The table and its design matrix


def test_design_is_standardised_with_missing_values_at_the_mean(grid: Grid) -> None:
    values = np.zeros((1, 10, 20))
    values[0, :5] = 2.0
    values[0, 9, 19] = np.nan
    matrix, names = table(grid, values).design()
    assert names == ("a", "a_missing")
    assert matrix[-1].tolist() == [0.0, 1.0]
    known = matrix[:-1, 0]
    assert (known.mean(), known.std()) == pytest.approx((0, 1))
    assert not matrix[:-1, 1].any()


def test_covariates_missing_together_share_a_column(grid: Grid) -> None:
    values = np.random.default_rng(1).random((3, 10, 20))
    values[:2, 0, 0] = np.nan
    values[2, 0, 1] = np.nan
    assert table(grid, values).design()[1] == ("a", "b", "c", "a_missing", "c_missing")


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (np.full((1, 10, 20), 7.0), ()),
        (np.full((1, 10, 20), np.nan), ()),
        (np.where(np.arange(200).reshape(1, 10, 20) == 3, np.nan, 7.0), ("a_missing",)),
        (np.full((1, 10, 20), 1e9) + np.arange(200).reshape(1, 10, 20) * 1e-3, ()),
    ],
)
def test_what_tells_no_cells_apart_has_no_column(grid: Grid, values: np.ndarray, names: tuple[str, ...]) -> None:
    matrix, found = table(grid, values).design()
    assert found == names
    assert matrix.shape == (200, len(names))


def test_design_reads_the_cells_of_the_mask_alone(grid: Grid) -> None:
    mask = np.zeros(grid.shape, dtype=bool)
    mask[2:4, 5:8] = True
    values = np.arange(200.0).reshape(1, 10, 20)
    inside, outside = (table(replace(grid, mask=mask), values + np.where(mask, 0, more)) for more in (0, 1e6))
    assert inside.design()[0].shape == (6, 1)
    assert np.array_equal(inside.design()[0], outside.design()[0])
    assert inside.in_region()[:, 0].tolist() == [45, 46, 47, 65, 66, 67]


def test_distances_count_by_their_logarithm(grid: Grid) -> None:
    values = np.linspace(0, 199, 200).reshape(1, 10, 20)
    found = table(grid, values, log_from=(10.0,)).in_region()[:, 0]
    assert found == pytest.approx(np.log(1 + values.ravel() / 10))


def test_subset_keeps_everything_of_a_covariate(grid: Grid) -> None:
    values = np.arange(600.0).reshape(3, 10, 20)
    whole = table(grid, values, descriptions=("A", "B", "C"), units=("m", "km", ""), log_from=(None, 1.0, 2.0))
    found = whole.subset(["c", "a"])
    assert (found.names, found.descriptions) == (("c", "a"), ("C", "A"))
    assert (found.units, found.log_from) == (("", "m"), (2.0, None))
    assert np.array_equal(found["c"], values[2])
    assert whole.without(["c", "z"]).names == ("a", "b")
    both = joined(whole.subset(["a"]), whole.subset(["b", "c"]))
    assert both.names == whole.names
    assert np.array_equal(both.values, whole.values)


@pytest.mark.parametrize("names", [["z"], ["a", "a"], ["a", "z"]])
def test_unknown_or_repeated_names_are_refused(grid: Grid, names: list[str]) -> None:
    with pytest.raises(LandreleaseError, match="LR4031"):
        table(grid, np.zeros((2, 10, 20))).subset(names)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"values": np.zeros((1, 3, 3))}, "LR4030"),
        ({"values": np.zeros((2, 10, 20))}, "LR4030"),
        ({"units": ("m", "m")}, "LR4030"),
        ({"names": ("a", "a"), "values": np.zeros((2, 10, 20))}, "LR4031"),
        ({"values": np.full((1, 10, 20), np.inf)}, "LR4032"),
        ({"values": np.full((1, 10, 20), -1.0), "log_from": (1.0,)}, "LR4032"),
        ({"log_from": (0.0,)}, "LR4032"),
    ],
)
def test_what_is_no_table_is_refused(grid: Grid, change: dict[str, object], code: str) -> None:
    with pytest.raises(LandreleaseError, match=code):
        Covariates(**{"grid": grid, "names": ("a",), "values": np.zeros((1, 10, 20))} | change)  # type: ignore[arg-type]


def test_all_missing_is_legal(grid: Grid) -> None:
    assert np.isnan(table(grid, np.full((1, 10, 20), np.nan), log_from=(1.0,)).in_region()).all()


def test_nearest_of_no_points_is_missing(grid: Grid) -> None:
    assert np.isnan(distance_to_points(grid, [], [])).all()
