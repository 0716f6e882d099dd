"""A temporary database between reading and writing, so that memory does not grow with the file."""

import hashlib
import json
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any

from landrelease.errors import Finding, Severity
from landrelease.exchange.proposal import Row, body_text, content_digest, key_digest
from landrelease.record.entry import Entry

_NUMBERED = re.compile(r"(?P<stem>.+:[0-9a-f]{20}):(?P<number>\d+)")
_CACHE_KIB = 4 * 1024
PAGE = 100
CORRECTS_FILE, CORRECTS_ROW = "refused_file", "refused_row"
"""Columns of a file of refused rows that name the row they correct."""
ENTERED_SHAPE, ENTERED_CRS = "refused_geometry", "refused_crs"
"""Columns of a file of refused features: the shape as WKT, and the system of its coordinates."""


class Staging:
    """Rows of one import on their way into the record.

    Parameters
    ----------
    dataset
        Name that subjects begin with.
    """

    def __init__(self, dataset: str) -> None:
        self.dataset = dataset
        self._folder = tempfile.TemporaryDirectory(prefix="landrelease-import-")
        self.database = sqlite3.connect(Path(self._folder.name) / "staging.sqlite", isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_CACHE_KIB}", "temp_store=FILE"):
            self.database.execute(f"PRAGMA {pragma}")
        self.database.executescript(files(__package__).joinpath("staging.sql").read_text(encoding="utf-8"))
        self.database.execute("BEGIN")

    def __enter__(self) -> "Staging":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.database.close()
        self._folder.cleanup()

    def add(self, row: Row) -> None:
        """Stage the statement that a row proposes."""
        proposal = row.proposal
        if proposal is None:
            return
        body = body_text(proposal.body, proposal.kind)
        digest = content_digest(proposal.kind, body, proposal.valid_from, proposal.valid_to)
        stem = proposal.subject or f"{self.dataset}:{key_digest(self.dataset, proposal.key)}"
        corrects = row.values.get(CORRECTS_ROW, "")
        self.database.execute(
            "INSERT INTO fresh VALUES (NULL,?,?,?,?,NULL,?,?,?,?,?,?,?,?,?,?,NULL,NULL)",
            (
                row.number, proposal.key, stem, proposal.subject is None, _alike(row.values), digest, proposal.kind,
                body,
                proposal.valid_from, proposal.valid_to, proposal.how_known.value, proposal.reliability.value,
                row.values.get(CORRECTS_FILE), int(corrects) if corrects.isdecimal() else None,
            ),
        )  # fmt: skip

    def refuse(self, row: Row) -> None:
        """Stage a row with errors for the file of refused rows."""
        errors = [finding for finding in row.findings if finding.severity is Severity.ERROR]
        self.database.execute(
            "INSERT INTO refused VALUES (NULL,?,?,?,?,?,?,?)",
            (row.number, json.dumps(dict(row.values)), *_told(errors), row.proposal is not None),
        )

    def hold(self, entries: Iterable[Entry]) -> None:
        """Stage statements that earlier editions of the dataset brought."""
        for entry in entries:
            match = _NUMBERED.fullmatch(entry.subject)
            stem, number = (match["stem"], int(match["number"])) if match else (entry.subject, 0)
            body = body_text(entry.body, entry.kind)
            digest = content_digest(entry.kind, body, entry.valid_from, entry.valid_to)
            file, row = entry.source.get("file"), entry.source.get("row")
            self.database.execute(
                "INSERT INTO held (entry, stem, number, subject, digest, valid_from, file, row, slot, author)"
                " VALUES (?,?,?,?,?,?,?,?,?,?)",
                (
                    entry.hash, stem, number, entry.subject, digest, entry.valid_from, file, row, entry.hash,
                    entry.author,
                ),
            )  # fmt: skip

    def run(self, script: str, values: Mapping[str, Any] | tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Run one SQL statement."""
        return self.database.execute(script, values)

    def pages(self, script: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, a page at a time."""
        cursor = self.run(script)
        while page := cursor.fetchmany(PAGE):
            yield from page  # a list: left half read, it holds nothing of a database that may be closed by then

    def one(self, script: str, values: Mapping[str, Any] | tuple[Any, ...] = ()) -> Any:
        """Return the first value of the first row."""
        return self.database.execute(script, values).fetchone()[0]

    def rows_alike(self) -> int:
        """Return the number of rows that equal an earlier row in every column."""
        return int(self.one("SELECT count(*) - count(DISTINCT alike) FROM fresh"))

    def repeated_keys(self) -> Iterator[tuple[int, str, int]]:
        """Yield the rows whose key stands in an earlier row: row, key, first row."""
        yield from self.pages(
            "SELECT row, key, first FROM (SELECT row, key, min(row) OVER (PARTITION BY stem) AS first FROM fresh)"
            " WHERE row > first ORDER BY row"
        )

    def fresh(self) -> Iterator[tuple[Any, ...]]:
        """Yield what is to be recorded, in the order of the file."""
        yield from self.pages(
            "SELECT id,row,subject,kind,body,valid_from,valid_to,how_known,reliability FROM fresh WHERE held IS NULL"
            " ORDER BY id"
        )


def _alike(values: Mapping[str, str]) -> bytes:
    text = "\x1f".join(value for name, value in values.items() if name not in (CORRECTS_FILE, CORRECTS_ROW))
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=12).digest()


def _told(errors: list[Finding]) -> tuple[str, str, str, str]:
    """Code, field, what and remedy of all errors of a row, each joined."""
    columns = ((finding.error.code, finding.field or "", finding.what, finding.remedy) for finding in errors)
    code, field, what, remedy = (" | ".join(dict.fromkeys(parts)) for parts in zip(*columns, strict=True))
    return code, field, what, remedy
