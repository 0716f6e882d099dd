"""From statements in a ledger to a map: only what is official, as it stands at a date."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from landrelease.geo.crs import local_equal_area
from landrelease.hazard.comparison import best_baseline
from landrelease.hazard.looks import LookKind
from landrelease.hazard.register_looks import looks_from_register
from landrelease.hazard.territory import choose_grid
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.record.review import review_statements
from landrelease.terms import ReviewVerdict

CRS = local_equal_area([20.0, 20.1], [10.0, 10.1])


def accident(number: int) -> Statement:
    """One of a row of accidents, 0.01 degree apart, one a year from 2001."""
    shape = {"type": "Point", "coordinates": [200_000_000 + 100_000 * number, 100_000_000]}
    body = {"kind": "mine", "shape": shape, "killed": 1}
    return Statement("accident", f"accident:{number}", body, f"{2001 + number}", "person:amina", "op:1")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Ten accidents; the first eight are accepted, the ninth is rejected, the last waits."""
    with Ledger.create(tmp_path / "ledger.sqlite", node="north") as made:
        hashes = [entry.hash for entry in made.append([accident(number) for number in range(10)])]
        made.append(review_statements(hashes[:8], ReviewVerdict.ACCEPTED, "person:bo", "op:nc"))
        made.append(review_statements(hashes[8:9], ReviewVerdict.REJECTED, "person:bo", "op:nc", "a road accident"))
        yield made


def test_only_official_statements_are_looks(ledger: Ledger) -> None:
    looks = looks_from_register(fold(ledger.log()), CRS)
    assert (len(looks), set(looks.kind)) == (8, {LookKind.ACCIDENT})
    assert looks.year.tolist() == [2001.5 + number for number in range(8)]
    assert np.diff(looks.x_m) == pytest.approx(np.full(7, 1_095.6), rel=1e-3)


def test_what_is_pending_can_be_added(ledger: Ledger) -> None:
    assert len(looks_from_register(fold(ledger.log()), CRS, official=False)) == 9


def test_looks_cite_their_entries(ledger: Ledger) -> None:
    looks = looks_from_register(fold(ledger.log()), CRS)
    assert [ledger.entry(entry).subject for entry in looks.entry[:2]] == ["accident:0", "accident:1"]


def test_the_map_counts_what_is_official(ledger: Ledger) -> None:
    looks = looks_from_register(fold(ledger.log()), CRS)
    grid = choose_grid(CRS, looks.x_m, looks.y_m, margin_m=2_000.0, max_cells=5_000)
    estimator, findings = best_baseline(looks, grid, 2010.0)
    surface = estimator.fit(looks, grid, 2010.0)
    assert np.nansum(surface.items_per_m2) * grid.cell_area_m2 == pytest.approx(8.0)
    assert [finding.error.code for finding in findings] == ["LR4011"]
