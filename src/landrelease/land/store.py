"""Events at hand: by area, by statement and by place; the store grows and shrinks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from landrelease.geo.index import GrowingIndex
from landrelease.land.events import Action, Event


class EventStore:
    """Events of all areas.

    Parameters
    ----------
    events
        What to begin with, indexed in one go.
    """

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._events: dict[int, Event] = dict(enumerate(events))
        self._next = len(self._events)
        self._by_area: dict[str, list[int]] = defaultdict(list)
        self._by_entry: dict[str, list[int]] = defaultdict(list)
        for key, event in self._events.items():
            self._by_area[event.area].append(key)
            self._by_entry[event.entry].append(key)
        self._index = GrowingIndex((key, event.shape) for key, event in self._events.items() if event.shape is not None)

    def __len__(self) -> int:
        return len(self._events)

    def areas(self) -> Iterator[str]:
        """Areas that have events."""
        return (area for area, keys in self._by_area.items() if keys)

    def of(self, area: str) -> list[Event]:
        """Events of one area."""
        return [self._events[key] for key in self._by_area.get(area, ())]

    def count(self, area: str) -> int:
        """Number of events of one area."""
        return len(self._by_area.get(area, ()))

    def opening(self, area: str) -> Event | None:
        """First outline of an area, in the order in which statements count."""
        return min(
            (each for each in self.of(area) if each.action is Action.OPEN), key=lambda each: each.order, default=None
        )

    def openings(self, events: Iterable[Event]) -> dict[str, Event]:
        """First outlines of all areas that events name, as far as they have one."""
        found = ((area, self.opening(area)) for area in {event.area for event in events})
        return {area: opening for area, opening in found if opening is not None}

    def add(self, event: Event) -> set[str]:
        """Take an event in; returns the areas that it may change."""
        key, self._next = self._next, self._next + 1
        self._events[key] = event
        self._by_area[event.area].append(key)
        self._by_entry[event.entry].append(key)
        if event.shape is not None:
            self._index.add(key, event.shape)
        return self._reach(event)

    def remove(self, entry: str) -> set[str]:
        """Take the events of a statement out; returns the areas that this may change."""
        touched: set[str] = set()
        for key in self._by_entry.get(entry, ()):
            touched |= self._reach(self._events[key])
        for key in self._by_entry.pop(entry, []):
            self._by_area[self._events.pop(key).area].remove(key)
            self._index.discard(key)
        return touched

    def _reach(self, event: Event) -> set[str]:
        """Areas whose land an event may change: its own, and all that meet it.

        An outline may move the day from which all reports of its area count, so that all their ground is in reach.
        """
        moved = self.of(event.area) if event.action is Action.OPEN else [event]
        shapes = [each.shape for each in moved if each.shape is not None]
        return {event.area} | {self._events[key].area for key in self._index.meeting(shapes)}

    def around(self, areas: set[str]) -> list[Event]:
        """Events of areas, and those of others that bear on the same ground."""
        own = [event for area in areas for event in self.of(area)]
        met = self._index.meeting([event.shape for event in own if event.shape is not None])
        others = {self._events[key].area for key in met} - areas
        beside = [each for area in others for each in self.of(area) if each.shape is None]
        return own + [self._events[key] for key in sorted(met) if self._events[key].area in others] + beside

    def events(self) -> Iterator[Event]:
        """All events."""
        return iter(self._events.values())

    def of_entry(self, entry: str) -> list[Event]:
        """Events of one statement."""
        return [self._events[key] for key in self._by_entry.get(entry, ())]

    def connected(self, areas: set[str]) -> set[str]:
        """Areas, all that meet them, all that meet those, and so on."""
        found, fresh = set(areas), set(areas)
        while fresh:
            shapes = [event.shape for area in fresh for event in self.of(area) if event.shape is not None]
            fresh = {self._events[key].area for key in self._index.meeting(shapes)} - found
            found |= fresh
        return found

    def groups(self, among: set[str] | None = None) -> list[set[str]]:
        """Areas in groups, none of which meets another: each can be settled by itself.

        Parameters
        ----------
        among
            Only these areas, which meet no others (`connected`); None for all.
        """
        names = sorted(self.areas() if among is None else (area for area in among if self.count(area)))
        number = {name: at for at, name in enumerate(names)}
        placed = [event for name in names for event in self.of(name) if event.shape is not None]
        owner = np.array([number[event.area] for event in placed], dtype=np.intp)
        shapes = np.array([event.shape for event in placed], dtype=object)
        left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        links = coo_array((np.ones(len(left), dtype=bool), (owner[left], owner[right])), shape=(len(names),) * 2)
        _count, labels = connected_components(links, directed=False)
        found: dict[int, set[str]] = defaultdict(set)
        for name, label in zip(names, labels, strict=True):
            found[int(label)].add(name)
        return list(found.values())
