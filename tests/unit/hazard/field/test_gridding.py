"""Looks on a grid: exposures, counts and footprints."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from tests.samples.field_looks import (
    GRID,
    SETTINGS,
    YEAR,
    accident,
    counted,
    find,
    looks_of,
    report,
    search,
    verdict,
)

from landrelease.hazard.field.gridding import ACCIDENT, REPORT, SEARCH, Gridded, grid_looks

FLAT = replace(SETTINGS, decay_years=float("inf"))


def gridded(*rows: dict[str, object], settings=FLAT, grid=GRID) -> Gridded:  # type: ignore[no-untyped-def]
    return grid_looks(looks_of(*rows), grid, YEAR, settings)


@pytest.mark.parametrize(
    ("rows", "row", "column", "wanted"),
    [
        ([search(0, 0, 2_400, 2_000, 0.8)], 5, 5, 0.2),
        ([search(0, 0, 2_400, 2_000, 0.8), search(0, 0, 2_400, 2_000, 0.5)], 5, 5, 0.1),
        ([search(500, 1_400, 550, 1_500, 0.8)], 5, 5, 0.6),
        ([search(0, 0, 100, 100, 0.8)], 5, 5, 1.0),
        ([search(0, 0, 2_400, 2_000, 0.0)], 5, 5, 1.0),
    ],
)
def test_what_searches_missed(rows: list[dict[str, object]], row: int, column: int, wanted: float) -> None:
    found = gridded(*rows, accident(50, 50)).searches
    assert found.missed(GRID.shape)[row, column] == pytest.approx(wanted)


def test_a_chance_of_one_leaves_next_to_nothing() -> None:
    missed = gridded(search(0, 0, 2_400, 2_000, 1.0)).searches.missed(GRID.shape)
    assert 0 <= missed.max() < 1e-8


def test_draws_of_the_chances_move_methods_together() -> None:
    rows = [
        search(0, 0, 900, 900, 0.5, "a"),
        search(1_000, 0, 1_900, 900, 0.5, "a"),
        search(0, 1_000, 900, 1_900, 0.5, "b"),
    ]
    searches = gridded(*[row | {"chance_sd": 0.1} for row in rows]).searches
    drawn = np.array([searches.drawn(np.random.default_rng(seed)) for seed in range(200)])
    np.testing.assert_array_equal(drawn[:, 0], drawn[:, 1])
    assert abs(np.corrcoef(drawn[:, 0], drawn[:, 2])[0, 1]) < 0.25
    assert drawn[:, 0].std() == pytest.approx(0.1, rel=0.2)
    assert drawn.min() >= 0
    assert drawn.max() <= 1


def test_searches_without_a_method_err_each_by_itself() -> None:
    searches = gridded(*[search(0, 0, 900, 900, 0.5, "") | {"chance_sd": 0.1} for _each in range(2)]).searches
    one, other = searches.drawn(np.random.default_rng(1))
    assert one != other


@pytest.mark.parametrize(
    ("event", "stream"),
    [
        (find(500, 500), SEARCH),
        (find(1_500, 500), REPORT),
        (report(500, 500), REPORT),
        (accident(500, 500), ACCIDENT),
        (accident(1_500, 500), ACCIDENT),
    ],
    ids=["find in searched ground", "find elsewhere", "report", "accident", "accident elsewhere"],
)
def test_stream_of_each_event(event: dict[str, object], stream: str) -> None:
    found = gridded(search(0, 0, 1_000, 1_000), event)
    assert found.counts[stream].sum() == 1
    assert sum(counts.sum() for counts in found.counts.values()) == 1
    assert list(found.stream) == ["", stream]


def test_an_event_is_counted_in_its_cell() -> None:
    counts = gridded(accident(250, 1_950), report(250, 1_950, 3.0)).counts
    assert counts[ACCIDENT][0, 2] == 1
    assert counts[REPORT][0, 2] == 3


@pytest.mark.parametrize(("year", "wanted"), [(2020.0, 1.0), (2017.0, np.exp(-1)), (2014.0, np.exp(-2))])
def test_reports_fade_and_finds_do_not(year: float, wanted: float) -> None:
    rows = [search(0, 0, 1_000, 1_000), find(500, 500) | {"year": year}, accident(500, 500, year)]
    counts = gridded(*rows, settings=replace(SETTINGS, decay_years=3.0)).counts
    assert counts[SEARCH].sum() == 1
    assert counts[ACCIDENT].sum() == pytest.approx(wanted)


def test_other_events_count_their_weight() -> None:
    counts = gridded(report(500, 500), accident(500, 500), settings=replace(FLAT, other_weight=0.2)).counts
    assert counts[REPORT].sum() == pytest.approx(0.2)
    assert counts[ACCIDENT].sum() == 1


def test_looks_of_later_years_are_not_read() -> None:
    found = gridded(accident(500, 500), accident(500, 500, 2020.5), search(0, 0, 900, 900) | {"year": 2021.0})
    assert found.counts[ACCIDENT].sum() == 1
    assert not found.searches.shares.nnz


@pytest.mark.parametrize(
    ("decay_years", "oldest", "wanted"),
    [(np.inf, 2010.0, 10.0), (np.inf, 2010.9, 10.0), (3.0, 2010.0, 3 * -np.expm1(-10 / 3)), (np.inf, 2019.9, 1.0)],
)
def test_years_that_the_reports_stand_for(decay_years: float, oldest: float, wanted: float) -> None:
    found = gridded(accident(500, 500, oldest), settings=replace(SETTINGS, decay_years=decay_years))
    assert found.years == pytest.approx(wanted)


def test_a_verdict_sees_its_ground_with_its_chance() -> None:
    on = gridded(verdict(100, 100, 400, 300, yes=True, chance=0.4)).footprints[SEARCH]
    assert on.area.sum() == pytest.approx(0.4 * 300 * 200)
    assert (on.verdict[0], on.somewhere[0], on.count[0]) == (True, False, 1.0)


@pytest.mark.parametrize(("sd", "shape"), [(0.0, np.inf), (0.1, 25.0), (0.25, 4.0)])
def test_a_figure_spreads_as_its_chance_does(sd: float, shape: float) -> None:
    on = gridded(counted(0, 0, 500, 500, 7.0, 0.5, sd)).footprints[SEARCH]
    assert on.shape[0] == pytest.approx(shape)
    assert on.count[0] == 7.0


@pytest.mark.parametrize(("accuracy_m", "blurred"), [(np.nan, False), (10.0, False), (76.0, True), (400.0, True)])
def test_an_uncertain_place_is_a_footprint(accuracy_m: float, blurred: bool) -> None:
    found = gridded(accident(1_000, 1_000, accuracy_m=accuracy_m))
    assert found.counts[ACCIDENT].sum() == (0 if blurred else 1)
    assert found.footprints[ACCIDENT].count.sum() == (1 if blurred else 0)
    if blurred:
        circle = shapely.Point(1_000, 1_000).buffer(accuracy_m, quad_segs=4).area
        assert found.footprints[ACCIDENT].area.sum() == pytest.approx(circle)


@pytest.mark.parametrize("look", [verdict(100, 100, 400, 300, yes=False, chance=0.0), search(0, 0, 900, 900, np.nan)])
def test_a_look_that_says_nothing_moves_nothing(look: dict[str, object]) -> None:
    found = gridded(look, accident(500, 500))
    assert not found.searches.shares.nnz
    assert not len(found.footprints[SEARCH].look)


def test_looks_outside_are_left_out_with_a_finding() -> None:
    found = gridded(accident(500, 500), accident(9_000, 500), search(8_000, 8_000, 9_000, 9_000))
    assert len(found.looks) == 1
    assert [finding.error.name for finding in found.findings] == ["LOOKS_OUTSIDE_GRID"]


def test_of_a_footprint_across_the_edge_the_inside_counts() -> None:
    found = gridded(search(-1_000, 0, 100, 2_000, 0.5), verdict(2_300, 0, 9_000, 1_000, yes=False, chance=0.5))
    assert found.searches.shares.sum() * GRID.cell_area_m2 == pytest.approx(100 * 2_000)
    assert found.footprints[SEARCH].area.sum() == pytest.approx(0.5 * 100 * 1_000)


def test_masked_cells_hold_no_event_and_no_footprint() -> None:
    mask = np.ones(GRID.shape, dtype=bool)
    mask[:, :5] = False
    masked = replace(GRID, mask=mask)
    found = gridded(accident(250, 500), accident(750, 500), verdict(0, 0, 1_000, 1_000, yes=False), grid=masked)
    assert found.counts[ACCIDENT].sum() == 1
    assert found.footprints[SEARCH].area.sum() == pytest.approx(0.5 * 500 * 1_000)
    assert list(found.stream) == ["", ACCIDENT, ""]


def test_a_find_of_uncertain_place_lies_in_searched_ground() -> None:
    """Of a disc that reaches beyond the searched ground only what was searched can hold the find."""
    find_somewhere = find(950, 500) | {"accuracy_m": 200.0}
    on = gridded(search(0, 0, 1_000, 1_000, 0.9), find_somewhere).footprints[SEARCH]
    columns = on.area.tocoo().coords[1] % GRID.columns
    assert columns.max() == 9
    assert columns.min() == 7
