"""Reading a log by place: single entries of a long log, without reading the rest."""

from collections.abc import Iterable, Iterator, Sequence

from landrelease.errors import ErrorCode, fail
from landrelease.record.canonical import content_hash
from landrelease.record.encoding import read_entry
from landrelease.record.entry import Entry
from landrelease.record.ledger import Ledger
from landrelease.record.stores import Line

_GAP = 24
"""Lines that are read and dropped rather than asked for anew: a query costs about as much."""


class LogReader:
    """The first lines of a ledger's log, by place (index in the log).

    Parameters
    ----------
    size
        Number of lines; what came later is not there.
    """

    def __init__(self, ledger: Ledger, size: int) -> None:
        self._store, self.size = ledger.store, size

    def place(self, entry_hash: str) -> int | None:
        """Place of an entry, or None where it is not among these lines."""
        line = self._store.find(entry_hash)
        return line.place if line is not None and line.place < self.size else None

    def find(self, entry_hash: str) -> Entry | None:
        """The entry, or None where it is not among these lines."""
        line = self._store.find(entry_hash)
        return _checked(line) if line is not None and line.place < self.size else None

    def between(self, start: int, stop: int) -> Iterator[tuple[str, Entry]]:
        """Yield lines from a place to before another, with their times of arrival.

        Raises LR1018 and LR1021 as `landrelease.record.ledger.Ledger.log`.
        """
        for expected, line in enumerate(self._store.lines(start, min(stop, self.size)), start):
            if line.place != expected:
                raise fail(ErrorCode.LOG_GAP, index=line.place, expected=expected)
            yield line.received, _checked(line)

    def checked(self, lines: Iterable[Line]) -> list[Entry]:
        """Return the entries of lines. Raises LR1018 where bytes have been changed."""
        return list(map(_checked, lines))

    def at(self, places: Iterable[int]) -> list[Entry]:
        """Return the entries at places, which must rise. Raises LR1018 where bytes have been changed."""
        found: list[Entry] = []
        for run in _runs(list(places)):
            wanted = set(run)
            lines = self._store.lines(run[0], run[-1] + 1)
            found += [_checked(line) for line in lines if line.place in wanted]
        return found


def _runs(places: Sequence[int]) -> Iterator[Sequence[int]]:
    """Places in groups without a wide gap."""
    start = 0
    for at in range(1, len(places) + 1):
        if at == len(places) or places[at] - places[at - 1] > _GAP:
            yield places[start:at]
            start = at


def _checked(line: Line) -> Entry:
    if type(line.content) is not bytes or content_hash(line.content) != line.hash:
        raise fail(ErrorCode.ENTRY_CHANGED, hash=line.hash, index=line.place, node="?", seq="?")
    return read_entry(line.hash, line.content)
