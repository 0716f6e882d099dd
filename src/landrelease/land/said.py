"""What is said of each area: statements by area, read again only where somebody looks."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landrelease.record.entry import Entry


@dataclass(frozen=True)
class Packed:
    """Statements by their place in the log.

    Attributes
    ----------
    names
        Names of areas.
    reported
        Whether a hazard report describes the area, shape (areas,).
    places
        Places in the log, rising, shape (n,).
    areas
        Index of the area that each statement names, shape (n,).
    """

    names: tuple[str, ...]
    reported: NDArray[np.bool_]
    places: NDArray[np.int64]
    areas: NDArray[np.int64]


NOTHING = Packed((), np.empty(0, dtype=bool), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


@dataclass(frozen=True)
class Library:
    """Where statements are read: by places that rise, and the place of a hash or None."""

    at: Callable[[Sequence[int]], list[Entry]]
    place: Callable[[str], int | None]


class Said:
    """Statements by area.

    Parameters
    ----------
    packed
        What is known from before; an area's statements are read when they are asked for or change.
    library
        Where to read them.
    """

    def __init__(self, packed: Packed = NOTHING, library: Library | None = None) -> None:
        self._library = library
        self._packed = packed
        self._number = {name: at for at, name in enumerate(packed.names)}
        self._count = np.bincount(packed.areas, minlength=len(packed.names))
        self._read: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
        self._area_of: dict[str, str] = {}
        self._place: dict[str, int] = {}

    def areas(self) -> Iterator[str]:
        """Areas that statements name."""
        yield from (name for name, entries in self._read.items() if entries)
        yield from (name for name, at in self._number.items() if name not in self._read and self._count[at])

    def area_of(self, entry: str, place: int | None = None) -> str | None:
        """Area that a statement names; None where it names none or is not here. `place` saves looking it up."""
        if entry in self._area_of or self._library is None:
            return self._area_of.get(entry)
        place = self._library.place(entry) if place is None else place
        at = int(np.searchsorted(self._packed.places, place)) if place is not None else len(self._packed.places)
        if at == len(self._packed.places) or self._packed.places[at] != place:
            return None
        area = self._packed.names[self._packed.areas[at]]
        return None if area in self._read else area

    def of(self, area: str) -> Mapping[str, Entry]:
        """Statements that name an area, by hash."""
        self.read([area])
        return self._read.get(area, {})

    def count(self, area: str) -> int:
        """Number of statements that name an area."""
        return (
            len(self._read[area]) if area in self._read else int(self._count[at]) if (at := self._at(area)) >= 0 else 0
        )

    def reported(self, area: str) -> bool:
        """Whether a hazard report describes the area."""
        if area in self._read:
            return any(entry.kind == "hazard.report" for entry in self._read[area].values())
        return (at := self._at(area)) >= 0 and bool(self._packed.reported[at])

    def add(self, area: str, entry: Entry, place: int | None = None) -> None:
        """Take a statement in."""
        self.read([area])
        self._read[area][entry.hash] = entry
        self._area_of[entry.hash] = area
        if place is not None:
            self._place[entry.hash] = place

    def drop(self, entry: str) -> str | None:
        """Take a statement out; returns the area that it names, or None where it was not here."""
        area = self.area_of(entry)
        if area is not None:
            self.read([area])
            del self._area_of[entry], self._read[area][entry]
        return area

    def read(self, areas: Iterable[str]) -> None:
        """Read the statements of areas together: faster than one area after another."""
        wanted = [area for area in areas if area in self._number and area not in self._read]
        if not wanted or self._library is None:
            return
        numbers = np.array([self._number[area] for area in wanted])
        chosen = np.flatnonzero(np.isin(self._packed.areas, numbers))
        places = self._packed.places[chosen].tolist()
        for at, place, entry in zip(chosen.tolist(), places, self._library.at(places), strict=True):
            area = self._packed.names[self._packed.areas[at]]
            self._read[area][entry.hash] = entry
            self._area_of[entry.hash] = area
            self._place[entry.hash] = place
        for area in wanted:
            self._read[area]  # also where nothing is said of it any more

    def pack(self, library: Library) -> Packed:
        """Return everything by place in the log; from here on it is read again from there when it is asked for."""
        names = tuple(sorted(self.areas()))
        number = {name: at for at, name in enumerate(names)}
        kept = [-1 if name in self._read else number.get(name, -1) for name in self._packed.names]
        areas = np.array([*kept, -1], dtype=np.int64)[self._packed.areas]
        rows = [(self._place_of(entry, library), number[area]) for area, said in self._read.items() for entry in said]
        read = np.array(rows, dtype=np.int64).reshape(-1, 2)
        places = np.concatenate([self._packed.places[areas >= 0], read[:, 0]])
        order = np.argsort(places)
        reported = np.array([self.reported(name) for name in names], dtype=bool)
        packed = Packed(names, reported, places[order], np.concatenate([areas[areas >= 0], read[:, 1]])[order])
        self.__init__(packed, library)  # type: ignore[misc]
        return packed

    def _place_of(self, entry: str, library: Library) -> int:
        place = self._place[entry] if entry in self._place else library.place(entry)
        assert place is not None
        return place

    def _at(self, area: str) -> int:
        return self._number.get(area, -1)
