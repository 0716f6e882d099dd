"""Progress of long work, told to whoever watches; a watcher cancels by raising from ``advance``."""

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Item = TypeVar("Item")


class Progress(Protocol):
    """Someone who watches long work: a terminal bar, a web page, or nobody."""

    def begin(self, label: str, total: int | None = None) -> None:
        """Open a step with a translated label and, where known, its number of units."""

    def advance(self, units: int = 1) -> None:
        """Say that units of the open step are done. Raises `KeyboardInterrupt` to cancel the work."""

    def end(self) -> None:
        """Close the open step."""


class Silent:
    """Nobody watches."""

    def begin(self, label: str, total: int | None = None) -> None:
        """Ignore the step."""

    def advance(self, units: int = 1) -> None:
        """Ignore the units."""

    def end(self) -> None:
        """Ignore the end."""


SILENT: Progress = Silent()


def track(items: "Iterable[Item]", progress: Progress, label: str, total: int | None = None) -> "Iterator[Item]":
    """Yield the items, telling the watcher of each; the step is closed even when the work fails."""
    progress.begin(label, total)
    try:
        for item in items:
            yield item
            progress.advance()
    finally:
        progress.end()
