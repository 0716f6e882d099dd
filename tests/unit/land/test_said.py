"""Statements by area, read again only where somebody looks."""

import pytest

from landrelease.land.said import Library, Said
from landrelease.record.entry import Entry


def entry(number: int, kind: str = "work_day") -> Entry:
    return Entry(
        f"{number:064x}",
        b"",
        "n",
        number + 1,
        "",
        kind,
        "s",
        "2026",
        None,
        "2026-01-01T00:00:00Z",
        "a",
        "o",
        {},
        (),
        {},
    )


class Shelf:
    """Statements by place in the log, and which of them were asked for."""

    def __init__(self, *entries: Entry) -> None:
        self.entries, self.read = list(entries), []

    def library(self) -> Library:
        return Library(self._at, self._place)

    def _at(self, places):
        self.read += places
        return [self.entries[place] for place in places]

    def _place(self, entry_hash):
        found = [place for place, each in enumerate(self.entries) if each.hash == entry_hash]
        return found[0] if found else None


@pytest.fixture
def shelf():
    return Shelf(entry(0, "hazard.report"), entry(1), entry(2), entry(3), entry(4))


@pytest.fixture
def said(shelf):
    """Packed: of area a the entries 0 and 2, of b the entry 1."""
    made = Said()
    for place, area in ((0, "a"), (1, "b"), (2, "a")):
        made.add(area, shelf.entries[place])
    made.pack(shelf.library())
    return made


def test_counts_and_reports_are_known_without_reading(said, shelf):
    assert (sorted(said.areas()), said.count("a"), said.count("b"), said.count("c")) == (["a", "b"], 2, 1, 0)
    assert (said.reported("a"), said.reported("b"), said.reported("c")) == (True, False, False)
    assert [said.area_of(each.hash) for each in shelf.entries] == ["a", "b", "a", None, None]
    assert shelf.read == []


def test_an_area_is_read_once_when_somebody_looks(said, shelf):
    assert list(said.of("a")) == [shelf.entries[0].hash, shelf.entries[2].hash]
    assert list(said.of("a").values()) == [shelf.entries[0], shelf.entries[2]]
    assert said.of("c") == {}
    assert shelf.read == [0, 2]


def test_what_comes_and_goes_is_counted(said, shelf):
    said.add("a", shelf.entries[3], 3)
    said.add("c", shelf.entries[4])
    assert (said.drop(shelf.entries[0].hash), said.drop(shelf.entries[0].hash)) == ("a", None)
    assert said.drop(shelf.entries[1].hash) == "b"
    assert (said.count("a"), said.count("b"), said.count("c")) == (2, 0, 1)
    assert (sorted(said.areas()), said.reported("a")) == (["a", "c"], False)
    assert [said.area_of(each.hash) for each in shelf.entries] == [None, None, "a", "a", "c"]


def test_packed_again_it_is_the_same(said, shelf):
    said.add("c", shelf.entries[3])
    said.drop(shelf.entries[1].hash)
    packed = said.pack(shelf.library())
    assert (packed.names, packed.reported.tolist()) == (("a", "c"), [True, False])
    assert (packed.places.tolist(), packed.areas.tolist()) == ([0, 2, 3], [0, 0, 1])
    assert {area: list(said.of(area)) for area in said.areas()} == {
        "a": [shelf.entries[0].hash, shelf.entries[2].hash],
        "c": [shelf.entries[3].hash],
    }
