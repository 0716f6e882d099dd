"""XLSX sheets as a stream of records, in bounded memory."""

import warnings
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.exchange.archive import check_archive
from landrelease.exchange.mapped import number_text
from landrelease.exchange.mapping import Mapping
from landrelease.exchange.textfile import Record, check_columns, check_header, truncated
from landrelease.i18n import _
from landrelease.progress import Progress


def sheet_records(path: Path, mapping: Mapping, progress: Progress) -> Iterator[Record]:
    """Yield row number and fields of every row of a sheet that is not blank; the header is the mapping's.

    Raises
    ------
    LandreleaseError
        LR2005, LR2006, LR2031 as for CSV; LR2047 for a file that would unpack to far more than its size; LR2050.
    """
    try:
        check_archive(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and validations that do not matter here
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, InvalidFileException, OSError, ValueError) as error:
        raise truncated(path, str(error)) from error
    try:
        yield from _rows(path, _sheet(book, mapping, path), mapping, progress)
    finally:
        book.close()


def _sheet(book: Any, mapping: Mapping, path: Path) -> Any:
    name = mapping.file.sheet or book.sheetnames[0]
    if name not in book.sheetnames:
        details = {"layer": name, "layers": ", ".join(book.sheetnames)}
        raise LandreleaseError(Finding(ErrorCode.LAYER_MISSING, details, file=path.name))
    return book[name]


def _rows(path: Path, sheet: Any, mapping: Mapping, progress: Progress) -> Iterator[Record]:
    header_row, header, found = mapping.file.header_row, [""], False
    progress.begin(_("Reading {file}").format(file=path.name), sheet.max_row)
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            progress.advance()
            texts = [cell_text(cell, mapping) for cell in cells]
            if number == header_row:
                header = [text.strip() for text in texts]
                check_columns(check_header(header, path, sheet.title), mapping.columns, path, sheet.title)
            elif number > header_row and any(texts):
                found = True
                yield number, dict(zip(header, [*texts, *[""] * (len(header) - len(texts))], strict=False))
    except (BadZipFile, SyntaxError, EOFError, KeyError) as error:
        raise truncated(path, str(error)) from error
    finally:
        progress.end()
    if not found:
        raise LandreleaseError(Finding(ErrorCode.FILE_EMPTY, file=path.name, sheet=sheet.title))


def cell_text(cell: Any, mapping: Mapping) -> str:
    """Write a typed cell as the text that the mapping's rules read."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return number_text(cell, mapping)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
