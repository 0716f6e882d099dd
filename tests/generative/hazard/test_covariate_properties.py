"""Covariates and examples: what holds for every layer and record."""

import numpy as np
import pyproj
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from landrelease.geo.grid import Grid
from landrelease.hazard.covariates import Covariates, PastEvents
from landrelease.hazard.covariates.design import Standard
from landrelease.hazard.covariates.near import distance_to_points, kernel_sum, kernel_sum_at
from landrelease.hazard.examples import ExampleMaker, LearningPlan
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays
from landrelease.hazard.offsets import offset_from
from landrelease.hazard.surface import Surface

CRS = pyproj.CRS.from_epsg(6933)
GRID = Grid(CRS, 0.0, 1_200.0, 100.0, 15, 12)
ALL = np.ones(GRID.shape, dtype=bool)
METRES = st.floats(-500, 2_000, allow_nan=False)
WIDTHS = st.sampled_from([30.0, 100.0, 180.0, 350.0, 900.0])
PAST = PastEvents((100.0, 400.0), (3.0,))


@st.composite
def records(draw: st.DrawFn, fewest: int = 0) -> Looks:
    count = draw(st.integers(fewest, 25))
    numbers = [draw(hnp.arrays(np.float64, count, elements=METRES)) for _axis in range(2)]
    years = draw(hnp.arrays(np.float64, count, elements=st.floats(2000, 2019)))
    kinds = draw(st.lists(st.sampled_from([LookKind.ACCIDENT, LookKind.FIND]), min_size=count, max_size=count))
    return looks_from_arrays(*numbers, years, kinds)


@given(records(1))
def test_distance_is_to_the_nearest(looks: Looks) -> None:
    x, y = np.meshgrid(*GRID.centres())
    every = np.hypot(x[..., None] - looks.x_m, y[..., None] - looks.y_m)
    assert np.allclose(distance_to_points(GRID, looks.x_m, looks.y_m), every.min(axis=-1))


@given(records(1), WIDTHS, st.floats(0, 5))
def test_sums_add_up_and_grow_with_the_weights(looks: Looks, width: float, more: float) -> None:
    first = np.arange(len(looks)) % 2 == 0
    whole = kernel_sum(GRID, looks.x_m, looks.y_m, looks.quantity, width)
    parts = [
        kernel_sum(GRID, looks.x_m[part], looks.y_m[part], looks.quantity[part], width) for part in (first, ~first)
    ]
    assert np.allclose(sum(parts), whole)
    assert np.allclose(kernel_sum(GRID, looks.x_m, looks.y_m, more * looks.quantity, width), more * whole)
    assert whole.max() <= len(looks) * (1 + 1e-9)


@given(records(), WIDTHS, st.data())
def test_some_cells_have_the_sum_of_the_map(looks: Looks, width: float, data: st.DataObject) -> None:
    cells = data.draw(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 14)), max_size=20))
    rows, columns = (np.array([cell[axis] for cell in cells], dtype=np.int64) for axis in (0, 1))
    found = kernel_sum_at(GRID, rows, columns, looks.x_m, looks.y_m, looks.quantity[:, None], width)
    whole = kernel_sum(GRID, looks.x_m, looks.y_m, looks.quantity, width)
    assert np.allclose(found[:, 0], whole[rows, columns], atol=1e-9)


@given(records(), records(), st.floats(2001, 2019))
def test_nothing_from_the_year_on_is_read(past: Looks, later: Looks, year: float) -> None:
    past = past.before(year)
    both = looks_from_arrays(
        np.r_[past.x_m, later.x_m], np.r_[past.y_m, later.y_m], np.r_[past.year, later.year + 20.0],
        [*past.kind, *later.kind],
    )  # fmt: skip
    one, other = (PAST.covariates(GRID, looks, year).values for looks in (past, both))
    assert np.array_equal(one, other, equal_nan=True)


@given(records(1), st.floats(2001, 2019))
def test_some_cells_have_the_covariates_of_the_map(looks: Looks, year: float) -> None:
    rows, columns = np.array([0, 11, 5, 5]), np.array([0, 14, 7, 7])
    whole = PAST.covariates(GRID, looks, year).at(rows, columns)
    assert np.allclose(PAST.at(GRID, looks, year, rows, columns), whole, rtol=1e-4, atol=1e-5, equal_nan=True)


@st.composite
def tables(draw: st.DrawFn) -> Covariates:
    count = draw(st.integers(1, 4))
    numbers = st.one_of(st.just(np.nan), st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0]))
    values = draw(hnp.arrays(np.float64, (count, *GRID.shape), elements=numbers, fill=st.just(np.nan)))
    mask = draw(hnp.arrays(np.bool_, GRID.shape))
    grid = Grid(CRS, 0.0, 1_200.0, 100.0, 15, 12, mask)
    return Covariates(grid, tuple("abcd"[:count]), values)


@given(tables())
def test_a_design_has_no_gap_and_no_scale(table: Covariates) -> None:
    matrix, names = table.design()
    assert np.isfinite(matrix).all()
    assert matrix.shape == (table.grid.mask.sum(), len(names))  # type: ignore[union-attr]
    assert len(set(names)) == len(names)
    values = table.in_region()
    for column, name in zip(matrix.T, names, strict=True):
        if name.endswith("_missing"):
            known = np.isfinite(values[:, table.names.index(name.removesuffix("_missing"))])
            assert np.array_equal(column == 1, ~known)
            assert known.any()
            assert not known.all()
        else:
            known = np.isfinite(values[:, table.names.index(name)])
            assert abs(column[known].mean()) < 1e-6
            assert abs(column[known].std() - 1) < 1e-6
            assert not column[~known].any()


@given(tables(), st.floats(0.1, 100), st.floats(-100, 100))
def test_a_design_does_not_know_the_unit(table: Covariates, factor: float, shift: float) -> None:
    """Kilometres or metres, degrees Celsius or Kelvin: the columns are the same."""
    values = np.round(table.in_region(), 3)
    one, other = (Standard.of(table.names, each) for each in (values, factor * values + shift))
    if one.columns == other.columns:
        assert np.allclose(one.apply(values), other.apply(factor * values + shift), atol=1e-4)


@given(records(1), st.integers(0, 2**16), st.booleans())
def test_examples_stand_for_the_region(looks: Looks, seed: int, hidden: bool) -> None:
    plan = LearningPlan(zeros=10_000, groups=3, seed=seed, past=PAST)
    found = ExampleMaker(looks, GRID, 2020.0, None, ALL, plan).make(hidden)
    for period in np.unique(found.period):
        assert found.weight[found.period == period].sum() == GRID.rows * GRID.columns
    assert found.events.min() >= 0
    assert set(np.unique(found.group)) <= {0, 1, 2}


@given(hnp.arrays(np.float64, GRID.shape, elements=st.floats(1e-12, 1e-3)), hnp.arrays(np.bool_, GRID.shape))
def test_an_offset_keeps_the_order_and_the_mean(items: np.ndarray, outside: np.ndarray) -> None:
    outside[0, 0] = False
    found = offset_from(Surface(GRID, np.where(outside, np.nan, items), "given"))
    assert not found[outside].any()
    inside = ~outside
    assert np.exp(found[inside]).mean() >= 1 - 1e-9
    assert np.exp(found[inside]).mean() <= 1 + 1e-5
    order = np.argsort(items[inside], kind="stable")
    assert (np.diff(found[inside][order]) >= 0).all()
