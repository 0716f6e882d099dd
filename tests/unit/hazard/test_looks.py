"""Looks: arrays of observations, chosen and checked."""

import numpy as np
import pytest

from landrelease.errors import LandreleaseError
from landrelease.hazard.looks import KINDS_OF_EVENT, LookKind, Looks, looks_from_arrays

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
