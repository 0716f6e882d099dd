"""The file of refused rows: the source's columns, why each row was refused, and what to do."""

import csv
import filecmp
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from landrelease.exchange.escaping import escape_formula
from landrelease.exchange.staging import CORRECTS_FILE, CORRECTS_ROW, Staging
from landrelease.i18n import _

REMARKS = ("refused_code", "refused_field", "refused_what", "refused_remedy", "refused_kept")
"""Columns of remarks. With the two columns that name the row, a corrected file can be imported as it is."""


def write_refused(staging: Staging, source: Path, sha256: str, fallback: Path) -> Path | None:
    """Write the refused rows beside the source file, or into the fallback folder where that cannot be written.

    A file that is already there is never overwritten: it may hold someone's corrections.

    Returns
    -------
    Path or None
        None where no row was refused.
    """
    columns = _columns(staging)
    if columns is None:
        return None
    for folder in (source.parent, fallback, Path.cwd()):
        if _writable(folder):
            return _placed(folder, source.stem, _written(folder, staging, sha256, columns))
    return _placed(Path(tempfile.gettempdir()), source.stem, _written(None, staging, sha256, columns))


def _writable(folder: Path) -> bool:
    """Whether the folder takes files; one without any write permission is meant to be left alone, also by root."""
    return bool(folder.is_dir() and folder.stat().st_mode & 0o222 and os.access(folder, os.W_OK))


def _columns(staging: Staging) -> list[str] | None:
    """Return the columns of all refused rows, or None where there is none; a row that cannot be split has none."""
    columns: dict[str, None] = {}
    found = False
    for (fields,) in staging.run("SELECT DISTINCT fields FROM refused ORDER BY id LIMIT 1000"):
        found = True
        columns |= dict.fromkeys(json.loads(fields))
    own = (*REMARKS, CORRECTS_FILE, CORRECTS_ROW)
    return [name for name in columns if name not in own] if found else None


def _written(folder: Path | None, staging: Staging, sha256: str, columns: list[str]) -> Path:
    handle, name = tempfile.mkstemp(dir=folder, prefix=".landrelease-", suffix=".csv")
    with os.fdopen(handle, "w", encoding="utf-8-sig", errors="surrogateescape", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*columns, *REMARKS, CORRECTS_FILE, CORRECTS_ROW])
        writer.writerows(_lines(staging, sha256, columns))
    return Path(name)


def _lines(staging: Staging, sha256: str, columns: list[str]) -> Iterator[list[str]]:
    script = "SELECT fields, code, field, what, remedy, kept, row FROM refused ORDER BY id"
    for fields, code, field, what, remedy, kept, row in staging.pages(script):
        values = json.loads(fields)
        entered = [escape_formula(values.get(name, "")) for name in columns]
        yield [
            *entered,
            code,
            field,
            escape_formula(what),
            remedy,
            _("without the field") if kept else _("no"),
            sha256,
            row,
        ]


def _placed(folder: Path, stem: str, written: Path) -> Path:
    number = 1
    while True:
        path = folder / f"{stem}.refused{'' if number == 1 else f'-{number}'}.csv"
        if not path.exists():
            return written.replace(path)
        if filecmp.cmp(path, written, shallow=False):  # in pieces; of another size, not at all
            written.unlink()
            return path
        number += 1
