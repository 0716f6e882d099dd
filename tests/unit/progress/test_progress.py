"""Progress: what a watcher is told, and how it stops the work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landrelease.progress import SILENT, Progress, track


class Watcher:
    """Writes down what it is told; stops the work after so many units."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.told: list[tuple[object, ...]] = []
        self.stop_after = stop_after

    def begin(self, label: str, total: int | None = None) -> None:
        self.told.append(("begin", label, total))

    def advance(self, units: int = 1) -> None:
        self.told.append(("advance", units))
        if self.stop_after is not None and len(self.told) > self.stop_after:
            raise KeyboardInterrupt

    def end(self) -> None:
        self.told.append(("end",))


@given(st.lists(st.integers(), max_size=20))
def test_every_item_passes_and_is_told_once(items):
    watcher = Watcher()
    assert list(track(items, watcher, "Reading", len(items))) == items
    assert watcher.told == [("begin", "Reading", len(items)), *[("advance", 1)] * len(items), ("end",)]


def test_a_stream_has_no_total():
    watcher = Watcher()
    list(track(iter("ab"), watcher, "Reading"))
    assert watcher.told[0] == ("begin", "Reading", None)


def test_nothing_is_told_before_the_first_item_is_wanted():
    watcher = Watcher()
    track("abc", watcher, "Reading")
    assert watcher.told == []


def test_items_are_streamed():
    seen = []
    for item in track((seen.append(n) or n for n in range(3)), SILENT, "Reading"):
        assert seen == list(range(item + 1))


def test_a_watcher_stops_the_work_and_the_step_is_closed():
    watcher, done = Watcher(stop_after=2), []
    with pytest.raises(KeyboardInterrupt):
        done.extend(item for item in track("abcd", watcher, "Reading"))
    assert watcher.told == [("begin", "Reading", None), ("advance", 1), ("advance", 1), ("end",)]


def halves(numbers, watcher):
    return [1 / number for number in track(numbers, watcher, "Dividing")]


def test_work_that_fails_closes_its_step():
    watcher = Watcher()
    with pytest.raises(ZeroDivisionError):
        halves([1, 0], watcher)
    assert watcher.told == [("begin", "Dividing", None), ("advance", 1), ("end",)]


def test_the_silent_watcher_is_a_watcher():
    watcher: Progress = SILENT
    assert [watcher.begin("x", 3), watcher.advance(), watcher.advance(2), watcher.end()] == [None] * 4
    assert list(track("ab", watcher, "x")) == ["a", "b"]
