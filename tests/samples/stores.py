"""Ledgers on either database, made the same way."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from landrelease.record.ledger import Ledger

SQLITE, POSTGRES = "sqlite", "postgres"


class Ledgers:
    """Makes ledgers on one kind of database, opens them again, closes them all.

    `place` of a ledger is a path or a connection string: what `open` takes.
    """

    def __init__(self, kind: str, folder: Path, database: Callable[[], str] | None) -> None:
        self.kind, self._folder, self._database = kind, folder, database
        self._open: list[Ledger] = []
        self._numbers = count(1)

    def place(self) -> str:
        """A place where no ledger is yet."""
        if self.kind == SQLITE:
            return str(self._folder / f"ledger-{next(self._numbers)}.sqlite")
        assert self._database is not None
        return self._database()

    def __call__(self, node: str = "north", place: str | None = None, **options: Any) -> Ledger:
        """Make a ledger."""
        make = Ledger.create if self.kind == SQLITE else Ledger.create_database
        return self._noted(make(place or self.place(), node, **options))

    def open(self, place: str, **options: Any) -> Ledger:
        """Open a ledger that is there."""
        make = Ledger.open if self.kind == SQLITE else Ledger.open_database
        return self._noted(make(place, **options))

    def close(self) -> None:
        """Close what is open."""
        for ledger in self._open:
            ledger.close()

    def _noted(self, ledger: Ledger) -> Ledger:
        self._open.append(ledger)
        return ledger
