"""Looks: arrays of observations, chosen and checked."""

from typing import Any

import numpy as np
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.hazard.looks import KINDS_OF_EVENT, USUAL_OUTCOME, LookKind, Looks, Outcome, looks_from_arrays

A, F, N = LookKind.ACCIDENT, LookKind.FIND, LookKind.NEGATIVE_SECTOR


@pytest.fixture
def looks() -> Looks:
    return looks_from_arrays([0, 1, 1, 3], [0, 5, 5, 7], [2010.5, 2011.5, 2012.5, 2013.5], [A, F, N, A], [1, 4, 0, 0])


CHOICES = [
    (lambda looks: looks.before(2012.0), [0.0, 1.0]),
    (lambda looks: looks.since(2012.5), [1.0, 3.0]),
    (lambda looks: looks.of([A]), [0.0, 3.0]),
    (lambda looks: looks.events(), [0.0, 1.0]),
    (lambda looks: looks.distinct_places(), [0.0, 1.0, 3.0]),
    (lambda looks: looks.where(looks.year > 3_000), []),
]


@pytest.mark.parametrize(("choose", "wanted"), CHOICES)
def test_choosing(looks: Looks, choose, wanted: list[float]) -> None:  # type: ignore[no-untyped-def]
    assert choose(looks).x_m.tolist() == wanted


def test_the_first_at_a_place_is_kept(looks: Looks) -> None:
    assert looks.distinct_places().kind.tolist() == [A, F, A]


def test_bounds(looks: Looks) -> None:
    assert looks.bounds_m == (0.0, 0.0, 3.0, 7.0)


def test_ground_without_a_find_is_no_event() -> None:
    assert LookKind.NEGATIVE_SECTOR not in KINDS_OF_EVENT
    assert LookKind.LAND_IN_USE not in KINDS_OF_EVENT


def test_plain_arrays_say_nothing_of_footprint_or_accuracy(looks: Looks) -> None:
    assert np.isnan(looks.area_m2).all()
    assert np.isnan(looks.accuracy_m).all()
    assert set(looks.footprint) == {None}
    assert set(looks.entry) == {""}


def test_plain_arrays_say_nothing_of_chances(looks: Looks) -> None:
    assert np.isnan(looks.chance).all()
    assert not looks.chance_sd.any()
    assert not (looks.false_positive + looks.false_negative).any()
    assert np.isnan(looks.years).all()
    assert set(looks.method) == {""}
    assert looks.findings == ()


OUTCOMES = [
    (LookKind.ACCIDENT, Outcome.REPORTED, True),
    (LookKind.FIND, Outcome.REPORTED, True),
    (LookKind.DIRECT_EVIDENCE, Outcome.REPORTED, True),
    (LookKind.INDIRECT_EVIDENCE, Outcome.REPORTED, True),
    (LookKind.POSITIVE_SECTOR, Outcome.REPORTED, True),
    (LookKind.MINEFIELD_RECORD, Outcome.COUNTED, True),
    (LookKind.NEGATIVE_SECTOR, Outcome.SEARCHED, False),
    (LookKind.SEARCHED, Outcome.SEARCHED, False),
    (LookKind.LAND_IN_USE, Outcome.VERDICT, False),
    (LookKind.SURVEY_VERDICT, Outcome.VERDICT, False),
    (LookKind.AGGREGATE, Outcome.COUNTED, False),
]


@pytest.mark.parametrize(("kind", "outcome", "event"), OUTCOMES)
def test_what_is_usual_for_a_kind(kind: LookKind, outcome: Outcome, event: bool) -> None:
    """Baselines learn from what speaks for contamination at a place, and from nothing else."""
    looks = looks_from_arrays([0.0], [0.0], [2014.5], kind)
    assert looks.outcome.tolist() == [outcome]
    assert (len(looks.events()) == 1) is event is (kind in KINDS_OF_EVENT)


def test_every_kind_is_in_the_table() -> None:
    assert {row[0] for row in OUTCOMES} == set(LookKind)
    assert set(USUAL_OUTCOME) < set(LookKind)


def test_everything_can_be_stated() -> None:
    ground = shapely.box(0, 0, 30, 10)
    looks = looks_from_arrays(
        [15.0, 1.0], [5.0, 2.0], 2014.5 * np.ones(2), [LookKind.SURVEY_VERDICT, LookKind.FIND], [1, 2], ["a", "b"],
        footprint=[ground, None], accuracy_m=[np.nan, 3.0], outcome=[Outcome.VERDICT, Outcome.FOUND],
        chance=[0.3, np.nan], chance_sd=[0.1, 0.0], method=["heard", ""], false_positive=[0.2, 0.0],
        false_negative=[0.1, 0.0], years=[2.0, np.nan],
    )  # fmt: skip
    assert looks.area_m2[0] == 300.0
    assert np.isnan(looks.area_m2[1])
    assert looks.is_outcome(Outcome.VERDICT).tolist() == [True, False]
    assert looks.is_outcome(Outcome.VERDICT, Outcome.FOUND).all()
    chosen = looks.where(np.array([True, False]))
    told = (chosen.chance[0], chosen.chance_sd[0], chosen.method[0], chosen.false_positive[0], chosen.years[0])
    assert told == (0.3, 0.1, "heard", 0.2, 2.0)


ONE = {"x_m": [0.0], "y_m": [0.0], "year": [2010.0]}
SEARCHED, VERDICT, COUNTED = LookKind.SEARCHED, LookKind.SURVEY_VERDICT, LookKind.AGGREGATE
CHANCES = [
    # kind, quantity, chance and its spread, false positive and negative; what is said of it
    (SEARCHED, 0, (0.9, 0.05), (0, 0), None),
    (SEARCHED, 0, (0.0, 0.0), (0, 0), None),
    (SEARCHED, 0, (1.0, 0.0), (0, 0), "LR4024"),
    (SEARCHED, 0, (np.nan, 0.0), (0, 0), None),
    (SEARCHED, 0, (1.01, 0.0), (0, 0), "LR4020"),
    (SEARCHED, 0, (-0.01, 0.0), (0, 0), "LR4020"),
    (SEARCHED, 0, (np.inf, 0.0), (0, 0), "LR4020"),
    (SEARCHED, 0, (0.9, -0.05), (0, 0), "LR4020"),
    (SEARCHED, 0, (0.9, np.nan), (0, 0), "LR4020"),
    (SEARCHED, 0, (0.9, 0.31), (0, 0), "LR4020"),
    (SEARCHED, 0, (1.0, 0.01), (0, 0), "LR4020"),
    (SEARCHED, 0, (np.nan, 0.1), (0, 0), "LR4020"),
    (A, 1, (0.5, 0.0), (0, 0), "LR4020"),
    (VERDICT, 1, (0.3, 0.1), (0.2, 0.1), None),
    (VERDICT, 0, (0.3, 0.1), (0.0, 0.0), None),
    (VERDICT, 1, (0.3, 0.1), (0.5, 0.5), "LR4021"),
    (VERDICT, 1, (0.3, 0.1), (-0.1, 0.5), "LR4021"),
    (VERDICT, 1, (0.3, 0.1), (0.1, np.nan), "LR4021"),
    (SEARCHED, 0, (0.9, 0.0), (0.1, 0.0), "LR4021"),
    (A, 1, (np.nan, 0.0), (0.0, 0.1), "LR4021"),
    (VERDICT, 1, (0.0, 0.0), (0.2, 0.1), None),
    (VERDICT, 1, (0.0, 0.0), (0.0, 0.1), "LR4022"),
    (VERDICT, 0, (0.0, 0.0), (0.0, 0.1), None),
    (COUNTED, 3, (0.0, 0.0), (0, 0), "LR4022"),
    (COUNTED, 0, (0.0, 0.0), (0, 0), None),
    (COUNTED, -1, (0.5, 0.0), (0, 0), "LR4023"),
    (COUNTED, np.nan, (0.5, 0.0), (0, 0), "LR4023"),
    (A, np.inf, (np.nan, 0.0), (0, 0), "LR4023"),
    (A, -1, (np.nan, 0.0), (0, 0), "LR4023"),
]


@pytest.mark.parametrize(("kind", "quantity", "chance", "errors", "code"), CHANCES)
def test_chances_that_cannot_be(
    kind: LookKind, quantity: float, chance: tuple[float, float], errors: tuple[float, float], code: str | None
) -> None:
    """0 says nothing, 1 is told, what lies outside or was seen blindly is refused."""
    told: dict[str, Any] = dict(zip(("chance", "chance_sd"), chance, strict=True))
    told |= dict(zip(("false_positive", "false_negative"), errors, strict=True))
    if code is None or code == "LR4024":
        looks = looks_from_arrays(**ONE, kind=kind, quantity=quantity, **told)
        assert [finding.error.code for finding in looks.findings] == ([code] if code else [])
    else:
        with pytest.raises(LandreleaseError) as refused:
            looks_from_arrays(**ONE, kind=kind, quantity=quantity, **told)
        assert refused.value.codes == (code,)


def test_a_find_is_of_something() -> None:
    with pytest.raises(LandreleaseError, match="LR4023"):
        looks_from_arrays(**ONE, kind=F, quantity=0, outcome=Outcome.FOUND)  # type: ignore[arg-type]


def test_the_wrong_ones_are_counted() -> None:
    with pytest.raises(LandreleaseError, match="LR4020 2 observations"):
        looks_from_arrays([0, 0, 0], [0, 0, 0], [1, 1, 1], SEARCHED, 0, chance=[2.0, 0.5, -1.0])


@pytest.mark.parametrize("name", ["chance", "chance_sd", "false_positive", "years", "accuracy_m", "method", "outcome"])
def test_every_array_has_one_length(name: str) -> None:
    usual: dict[str, Any] = {"method": ["a"], "outcome": [Outcome.REPORTED]}
    with pytest.raises(LandreleaseError, match="LR4008"):
        looks_from_arrays([0, 1], [0, 1], [2010, 2011], **{name: usual.get(name, [0.0])})


def test_kinds_have_names() -> None:
    assert [kind.label for kind in (A, F)] == ["Accident", "Item found"]


BAD = [
    ({"x_m": [0.0, 1.0], "y_m": [0.0], "year": [2010.0, 2011.0]}, "LR4008"),
    ({"x_m": [0.0], "y_m": [np.nan], "year": [2010.0]}, "LR4010"),
    ({"x_m": [np.inf], "y_m": [0.0], "year": [2010.0]}, "LR4010"),
    ({"x_m": [0.0], "y_m": [0.0], "year": [np.nan]}, "LR4010"),
    ({"x_m": [0.0], "y_m": [0.0], "year": [2010.0], "kind": [A, F]}, "LR4008"),
]


@pytest.mark.parametrize(("arrays", "code"), BAD)
def test_bad_arrays_are_refused(arrays, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError) as refused:
        looks_from_arrays(**arrays)
    assert refused.value.codes == (code,)


def test_no_look_has_no_bounds() -> None:
    with pytest.raises(LandreleaseError, match="LR4001"):
        _ = looks_from_arrays([], [], []).bounds_m
