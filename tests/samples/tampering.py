"""What an owner of the files can do behind the program's back."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from landrelease.record.canonical import content_hash


def behind_triggers(path: Path, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
    """Run SQL as a careful owner of the file does: triggers off, the change, triggers on again."""
    with closing(sqlite3.connect(path)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(*((statement,) if isinstance(statement, str) else statement))
        for _name, sql in triggers:
            connection.execute(sql)
        connection.commit()


def forge(path: Path, seq: int, old: bytes, new: bytes) -> None:
    """Change an entry and make its own hash fit, in the two places that name it."""
    with closing(sqlite3.connect(path)) as connection:
        content, before = connection.execute("SELECT content, hash FROM entry WHERE seq = ?", (seq,)).fetchone()
    content = content.replace(old, new)
    after = bytes.fromhex(content_hash(content))
    behind_triggers(
        path,
        ("UPDATE entry SET content = ?, hash = ? WHERE seq = ?", (content, after, seq)),
        ("UPDATE log SET entry_hash = ? WHERE entry_hash = ?", (after, before)),
    )
