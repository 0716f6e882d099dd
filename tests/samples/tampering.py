"""What an owner of the files can do behind the program's back."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from landrelease.record.bundles.manifest import bundle_line, cut_line
from landrelease.record.canonical import canonical, content_hash
from landrelease.record.signing.keys import SigningKey, entry_message

ENTRY = "SELECT entry_hash, content FROM log JOIN entry ON hash = entry_hash WHERE idx >= ? ORDER BY idx"


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


def stored(path: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Read with SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query, values).fetchall()


def forge(path: Path, index: int, old: bytes, new: bytes, signer: SigningKey | None = None) -> None:
    """Change an entry and make its own hash fit; sign it with a key, or leave the signature that it has."""
    before, content = stored(path, ENTRY, index)[0]
    _replace(path, before, content, content.replace(old, new), signer)


def forge_from(path: Path, index: int, old: bytes, new: bytes, signer: SigningKey | None = None) -> None:
    """Change an entry and make everything after it fit again: hashes, chains and citations."""
    renamed: dict[bytes, bytes] = {}
    for before, content in stored(path, ENTRY, index):
        changed = content if renamed else content.replace(old, new)
        for name, later in renamed.items():
            changed = changed.replace(name, later)
        if changed != content:
            renamed[before.hex().encode()] = content_hash(changed).encode()
            _replace(path, before, content, changed, signer)


def _replace(path: Path, before: bytes, content: bytes, changed: bytes, signer: SigningKey | None) -> None:
    after = bytes.fromhex(content_hash(changed))
    prev = bytes.fromhex(changed.split(b'"prev":"')[1][:64].decode())
    signed = signer.sign(entry_message(changed)) if signer else None
    behind_triggers(
        path,
        ("UPDATE entry SET content = ?, hash = ?, prev = ? WHERE hash = ?", (changed, after, prev, before)),
        ("UPDATE log SET entry_hash = ? WHERE entry_hash = ?", (after, before)),
        ("UPDATE entry SET signature = coalesce(?, signature) WHERE hash = ?", (signed, after)),
    )


Lines = list[tuple[bytes, bytes | None]]
"""Entries of a bundle: exact bytes and signature."""


def bundle_lines(path: Path) -> Lines:
    """Read the entries of a bundle."""
    with ZipFile(path) as archive:
        return [cut_line(line) for line in archive.read("entries.jsonl").splitlines()]


def rebundle(path: Path, lines: Lines, **blobs: bytes) -> Path:
    """Write a bundle with these entries instead, its manifest made to fit; `blobs` replaces contents by hash."""
    target = path.with_suffix(".forged")
    body = b"".join(bundle_line(*line) for line in lines)
    with ZipFile(path) as archive, ZipFile(target, "w") as forged:
        said = json.loads(archive.read("manifest.json"))
        fits = {"entries": len(lines), "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        new = {"entries.jsonl": body, "manifest.json": canonical(said | fits | {"to": said["from"] + len(lines)})}
        new |= {f"blobs/{name.removeprefix('x')}": content for name, content in blobs.items()}
        for member in archive.infolist():
            forged.writestr(member, new.get(member.filename, archive.read(member)))
    return target
