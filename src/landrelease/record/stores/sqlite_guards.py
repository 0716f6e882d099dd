"""The triggers that keep a SQLite ledger append-only: whether they are all there, as this program made them."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from functools import cache
from typing import Any

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"


def missing_guards(scripts: tuple[str, ...], triggers: Iterable[tuple[Any, ...]]) -> list[str]:
    """Name the triggers that are not as the scripts make them.

    Parameters
    ----------
    scripts
        Statements that make the tables of the current version.
    triggers
        Name and text of each trigger that the file has.

    Returns
    -------
    list of str
        Names of those that are missing, changed or foreign: one that somebody added could undo what is written.
    """
    found = {name: _plain(sql) for name, sql in triggers}
    expected = _expected(scripts)
    return sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))


@cache
def _expected(scripts: tuple[str, ...]) -> Mapping[str, str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for script in scripts:
            connection.executescript(script)
        return {name: _plain(sql) for name, sql in connection.execute(TRIGGERS)}


def _plain(sql: str) -> str:
    return " ".join(sql.split())
