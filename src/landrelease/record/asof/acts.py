"""The graph of acts by place in the log: which review, supersession or withdrawal bears on which statement."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Step = Callable[[Places], Places]

TARGET, IN_PLACE = 0, 1
"""What an act does to a statement: acts on it, or puts it in the place of another."""


@dataclass(frozen=True)
class Acts:
    """Edges from acts to statements.

    Attributes
    ----------
    act, statement
        Places in the log, shape (n,); `act` does not fall.
    role
        `TARGET` or `IN_PLACE`, shape (n,).
    removal
        Whether the act is a supersession or withdrawal, shape (n,).
    """

    act: Places
    statement: Places
    role: NDArray[np.uint8]
    removal: NDArray[np.bool_]

    def __post_init__(self) -> None:
        if not len(self.act) == len(self.statement) == len(self.role) == len(self.removal):
            raise ValueError("edges of different lengths")

    def __add__(self, more: "Acts") -> "Acts":
        pairs = zip(self.columns(), more.columns(), strict=True)
        return Acts(*(np.concatenate(pair) for pair in pairs))

    def columns(self) -> tuple[NDArray[np.generic], ...]:
        """The four columns in order."""
        return self.act, self.statement, self.role, self.removal

    def touched(self, start: Places) -> Places:
        """All statements whose standing may change where something was said about these; they are among them.

        An act passes it on to what it acts on; a statement to the supersessions that put it in place of another, and
        to the removals of it, which stand as it lets them.
        """
        return _closure(start, (self._targets, self._supersessions_by, self._removals_on))

    def judged_by(self, start: Places) -> Places:
        """All statements that the standing of these follows from; they are among them."""
        return _closure(start, (self._acts_on, self._put_in_place))

    def _targets(self, places: Places) -> Places:
        return _linked(self.act, self.statement, places, self.role == TARGET)

    def _put_in_place(self, places: Places) -> Places:
        return _linked(self.act, self.statement, places, self.role == IN_PLACE)

    def _acts_on(self, places: Places) -> Places:
        return self._back(places, self.role == TARGET)

    def _removals_on(self, places: Places) -> Places:
        return self._back(places, (self.role == TARGET) & self.removal)

    def _supersessions_by(self, places: Places) -> Places:
        return self._back(places, self.role == IN_PLACE)

    def _back(self, places: Places, wanted: NDArray[np.bool_]) -> Places:
        order = self._by_statement
        return _linked(self.statement[order], self.act[order], places, wanted[order])

    @cached_property
    def _by_statement(self) -> Places:
        return np.argsort(self.statement, kind="stable")


def no_acts() -> Acts:
    """Return a graph without edges."""
    none = np.empty(0, dtype=np.int64)
    return Acts(none, none, np.empty(0, dtype=np.uint8), np.empty(0, dtype=bool))


def _closure(start: Places, steps: tuple[Step, ...]) -> Places:
    found = fresh = np.unique(start)
    while len(fresh):
        reached = np.unique(np.concatenate([step(fresh) for step in steps]))
        fresh = np.setdiff1d(reached, found, assume_unique=True)
        found = np.union1d(found, fresh)
    return found


def _linked(keys: Places, values: Places, places: Places, wanted: NDArray[np.bool_]) -> Places:
    """Values of the wanted edges whose key, in rising order, is among some places."""
    first, last = np.searchsorted(keys, places, "left"), np.searchsorted(keys, places, "right")
    count = last - first
    edges = np.repeat(first - np.concatenate([[0], np.cumsum(count)[:-1]]), count) + np.arange(count.sum())
    found: Places = values[edges[wanted[edges]]]
    return found
