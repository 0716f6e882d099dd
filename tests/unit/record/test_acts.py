"""The graph of acts against a search by hand."""

import random

import numpy as np
import pytest

from landrelease.record.asof.acts import IN_PLACE, TARGET, Acts, no_acts


def graph(*edges: tuple[int, int, int, bool]) -> Acts:
    if not edges:
        return no_acts()
    act, statement, role, removal = np.array(edges, dtype=np.int64).T
    return Acts(act, statement, role.astype(np.uint8), removal.astype(bool))


def reviews(act: int, *statements: int):
    return [(act, statement, TARGET, False) for statement in statements]


def supersedes(act: int, replaced: int, *by: int):
    return [(act, replaced, TARGET, True), *((act, each, IN_PLACE, True) for each in by)]


def withdraws(act: int, *statements: int):
    return [(act, statement, TARGET, True) for statement in statements]


@pytest.mark.parametrize(
    ("edges", "start", "touched"),
    [
        (reviews(2, 0, 1), [2], [0, 1, 2]),
        (reviews(2, 0, 1), [0], [0]),  # a review is not touched by what it reviews, nor is its other statement
        (withdraws(1, 0), [0], [0, 1]),  # whether a withdrawal waits follows from what it withdraws
        (supersedes(2, 0, 1), [1], [0, 1, 2]),
        (supersedes(2, 0, 1) + supersedes(4, 1, 3), [3], [0, 1, 2, 3, 4]),  # a chain of corrections
        (reviews(1, 0) + withdraws(2, 1), [2], [0, 1, 2]),  # a withdrawn review
        (reviews(1, 0) + withdraws(2, 1) + reviews(3, 2), [3], [0, 1, 2, 3]),
        ([], [5], [5]),
        ([], [], []),
    ],
)
def test_what_an_act_touches(edges, start, touched):
    assert graph(*edges).touched(np.array(start, dtype=np.int64)).tolist() == touched


@pytest.mark.parametrize(
    ("edges", "start", "judged_by"),
    [
        (reviews(2, 0, 1), [0], [0, 2]),
        (reviews(2, 0) + withdraws(3, 2) + reviews(4, 3), [0], [0, 2, 3, 4]),
        (supersedes(2, 0, 1) + reviews(3, 1), [0], [0, 1, 2, 3]),
        (supersedes(2, 0, 1), [1], [1]),
    ],
)
def test_what_a_standing_follows_from(edges, start, judged_by):
    assert graph(*edges).judged_by(np.array(start, dtype=np.int64)).tolist() == judged_by


def test_edges_of_different_lengths_are_refused():
    none = np.empty(0, dtype=np.int64)
    with pytest.raises(ValueError, match="lengths"):
        Acts(none, np.zeros(1, dtype=np.int64), none.astype(np.uint8), none.astype(bool))


@pytest.mark.parametrize("seed", range(20))
def test_closures_are_those_of_a_search_by_hand(seed):
    draw = random.Random(seed)
    edges = sorted(
        (act, draw.randrange(act), draw.randrange(2), removal)
        for act in range(1, 40)
        for removal in [draw.random() < 0.4]
        for _ in range(draw.randrange(3))
    )
    cut = next((at for at, edge in enumerate(edges) if edge[0] > 20), len(edges))
    whole = graph(*edges[:cut]) + graph(*edges[cut:])
    for start in range(40):
        assert set(whole.touched(np.array([start])).tolist()) == by_hand(edges, start, _touches)
        assert set(whole.judged_by(np.array([start])).tolist()) == by_hand(edges, start, _judges)


def _touches(edge, place):
    act, statement, role, removal = edge
    if place == act and role == TARGET:
        yield statement
    if place == statement and (role == IN_PLACE or removal):
        yield act


def _judges(edge, place):
    act, statement, role, _removal = edge
    if place == statement and role == TARGET:
        yield act
    if place == act and role == IN_PLACE:
        yield statement


def by_hand(edges, start, step):
    found, waiting = {start}, [start]
    while waiting:
        place = waiting.pop()
        fresh = {reached for edge in edges for reached in step(edge, place)} - found
        found |= fresh
        waiting += fresh
    return found
