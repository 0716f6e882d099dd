"""Contradictions between looks, and looks outside the region."""

from typing import Any

import numpy as np
import pytest
import shapely

from landrelease.geo.grid import Grid
from landrelease.hazard.look_findings import (
    Contradiction,
    ContradictionKind,
    contradiction_findings,
    contradictions,
    looks_in_region,
    with_remarks,
)
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays

HARM, SEEN, VERDICTS = ContradictionKind.HARM_IN_USE, ContradictionKind.SEEN_ON_FREE, ContradictionKind.VERDICTS
USE, VERDICT, ACCIDENT, FIND = LookKind.LAND_IN_USE, LookKind.SURVEY_VERDICT, LookKind.ACCIDENT, LookKind.FIND
FIELD, EAST, TOUCHING = shapely.box(0, 0, 100, 100), shapely.box(50, 0, 150, 100), shapely.box(100, 0, 200, 100)
BARELY = shapely.box(99.5, 0, 199.5, 100)

Told = tuple[LookKind, int, Any, float, dict[str, float]]


def looks_of(*told: Told) -> Looks:
    """Looks of kind, quantity, shape or point, year, and what else is said of each."""
    places = [shape if isinstance(shape, tuple) else shape.centroid.coords[0] for _, _, shape, _, _ in told]
    more = {
        name: [each.get(name, usual) for *_, each in told]
        for name, usual in (("years", np.nan), ("accuracy_m", np.nan))
    }
    return looks_from_arrays(
        *np.array(places).T, [year for *_, year, _ in told], [kind for kind, *_ in told], [q for _, q, *_ in told],
        entry=[f"entry-{at}" for at in range(len(told))],
        footprint=[None if isinstance(shape, tuple) else shape for _, _, shape, _, _ in told], **more,
    )  # fmt: skip


CASES = [
    ("accident on land in use", [(USE, 0, FIELD, 2014, {}), (ACCIDENT, 1, (50, 50), 2014, {})], [(HARM, 0, 1)]),
    ("before its use began", [(USE, 0, FIELD, 2014, {"years": 2}), (ACCIDENT, 1, (50, 50), 2011, {})], []),
    ("during its use", [(USE, 0, FIELD, 2014, {"years": 2}), (ACCIDENT, 1, (50, 50), 2013, {})], [(HARM, 0, 1)]),
    ("after it", [(USE, 0, FIELD, 2014, {"years": 2}), (ACCIDENT, 1, (50, 50), 2019, {})], [(HARM, 0, 1)]),
    ("beside it", [(USE, 0, FIELD, 2014, {}), (ACCIDENT, 1, (150, 50), 2014, {})], []),
    ("a find harms nobody", [(USE, 0, FIELD, 2014, {}), (FIND, 1, (50, 50), 2014, {})], []),
    ("placed within 80 m", [(USE, 0, FIELD, 2014, {}), (ACCIDENT, 1, (50, 50), 2014, {"accuracy_m": 80})],
     [(HARM, 0, 1)]),
    ("somewhere near", [(USE, 0, FIELD, 2014, {}), (ACCIDENT, 1, (50, 50), 2014, {"accuracy_m": 1_000})], []),
    ("find on free ground", [(VERDICT, 0, FIELD, 2014, {}), (FIND, 2, (50, 50), 2016, {})], [(SEEN, 0, 1)]),
    ("accident on free ground", [(ACCIDENT, 1, (50, 50), 2016, {}), (VERDICT, 0, FIELD, 2014, {})], [(SEEN, 1, 0)]),
    ("find on suspected ground", [(VERDICT, 1, FIELD, 2014, {}), (FIND, 2, (50, 50), 2016, {})], []),
    ("yes and no", [(VERDICT, 1, FIELD, 2014, {}), (VERDICT, 0, EAST, 2015, {})], [(VERDICTS, 1, 0)]),
    ("no and no", [(VERDICT, 0, FIELD, 2014, {}), (VERDICT, 0, EAST, 2015, {})], []),
    ("neighbours", [(VERDICT, 1, FIELD, 2014, {}), (VERDICT, 0, TOUCHING, 2015, {})], []),
    ("edges drawn twice", [(VERDICT, 1, FIELD, 2014, {}), (VERDICT, 0, BARELY, 2015, {})], []),
    ("suspected and in use", [(VERDICT, 1, FIELD, 2014, {}), (USE, 0, EAST, 2015, {})], []),
    ("three", [(VERDICT, 0, FIELD, 2014, {}), (VERDICT, 1, EAST, 2015, {}), (ACCIDENT, 1, (60, 50), 2015, {})],
     [(SEEN, 0, 2), (VERDICTS, 0, 1)]),
    ("a verdict at a point", [(USE, 0, (50, 50), 2014, {}), (ACCIDENT, 1, (50, 50), 2014, {})], []),
    ("one look", [(VERDICT, 0, FIELD, 2014, {})], []),
]  # fmt: skip


@pytest.mark.parametrize(("told", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_contradictions(told: list[Told], wanted: list[tuple[ContradictionKind, int, int]]) -> None:
    assert contradictions(looks_of(*told)) == [Contradiction(*each) for each in wanted]


def test_no_looks_contradict_nothing() -> None:
    assert contradictions(looks_from_arrays([], [], [])) == []
    assert contradiction_findings(looks_from_arrays([], [], [])) == ()


def test_a_finding_a_kind_names_entries_and_how_many() -> None:
    told = [
        (VERDICT, 0, FIELD, 2014, {}),
        (VERDICT, 1, EAST, 2015, {}),
        *[(FIND, 1, (x, 50), 2015, {}) for x in (20, 30)],
    ]
    said = [str(finding) for finding in contradiction_findings(looks_of(*told))]  # type: ignore[arg-type]
    assert len(said) == 2
    assert said[0].startswith("LR4026 2 contradictions in the record (an accident or find on ground that a survey held")
    assert "entries entry-0 and entry-2" in said[0]
    assert said[1].startswith("LR4026 1 contradictions in the record (verdicts of yes and no on the same ground)")
    assert "entries entry-0 and entry-1" in said[1]


def test_remarks_stand_among_the_findings_and_survive_a_choice() -> None:
    looks = with_remarks(looks_of((USE, 0, FIELD, 2014, {}), (ACCIDENT, 1, (50, 50), 2014, {})))
    assert [finding.error.code for finding in looks.findings] == ["LR4026"]
    assert looks.since(2014).findings == looks.findings


REGION = [
    ("inside", (500, 500), 1, None),
    ("at the corner", (0, 1_000), 1, None),
    ("outside", (-1, 500), 0, (1, 0)),
    ("polygon inside", shapely.box(10, 10, 90, 90), 1, None),
    ("polygon to the edge", shapely.box(0, 0, 2_000, 1_000), 1, None),
    ("polygon across the edge", shapely.box(-50, 10, 50, 90), 1, (0, 1)),
    ("polygon around", shapely.box(-50, -50, 5_000, 5_000), 1, (0, 1)),
    ("polygon outside", shapely.box(5_000, 0, 5_100, 100), 0, (1, 0)),
]


@pytest.mark.parametrize(("shape", "kept", "told"), [row[1:] for row in REGION], ids=[row[0] for row in REGION])
def test_looks_outside_the_grid_are_told_not_fatal(
    shape: Any, kept: int, told: tuple[int, int] | None, grid: Grid
) -> None:
    looks, findings = looks_in_region(looks_of((VERDICT, 1, shape, 2014, {})), grid)
    assert len(looks) == kept
    assert [(f.error.code, f.details["outside"], f.details["across"]) for f in findings] == (
        [] if told is None else [("LR4025", *told)]
    )


def test_no_looks_lie_outside(grid: Grid) -> None:
    looks, findings = looks_in_region(looks_from_arrays([], [], []), grid)
    assert (len(looks), findings) == (0, ())
