"""CSV files as a stream of records, whatever their encoding, delimiter and damage."""

import csv
import hashlib
import os
import re
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.exchange.escaping import unescape_formula
from landrelease.exchange.proposal import Refusal
from landrelease.exchange.staging import CORRECTS_FILE, CORRECTS_ROW
from landrelease.i18n import _
from landrelease.progress import Progress

DELIMITERS = (",", ";", "\t", "|")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CHUNK = 1 << 20
_TICK = 1_000
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
FIELD_LIMIT = 4 << 20
"""Characters of one field; beyond it a quote was left open."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written; None is found out from its beginning."""

    encoding: str | None = None
    delimiter: str | None = None
    header_row: int = 1


def sha256_of(path: Path, progress: Progress) -> str:
    """Hash a file in pieces."""
    digest = hashlib.sha256()
    progress.begin(_("Hashing {file}").format(file=path.name), path.stat().st_size)
    try:
        with path.open("rb") as source:
            while piece := source.read(_CHUNK):
                digest.update(piece)
                progress.advance(len(piece))
    finally:
        progress.end()
    return digest.hexdigest()


def detect_encoding(path: Path) -> str:
    """Return the encoding that a byte order mark names, else UTF-8."""
    with path.open("rb") as source:
        start = source.read(4)
    return next((name for mark, name in _BOMS if start.startswith(mark)), "utf-8")


def is_refused_file(path: Path) -> bool:
    """Whether a file is one of refused rows: it is known by its columns, and always a CSV with the header in row 1.

    Only its delimiter is found out, since a spreadsheet may have written it again.
    """
    try:
        with _opened_as(path, Dialect()) as (text, delimiter):
            header = _header(csv.reader(text, delimiter=delimiter), 1)
    except (csv.Error, UnicodeError):
        return False
    return {CORRECTS_FILE, CORRECTS_ROW} <= set(header)


def header_of(path: Path, dialect: Dialect = Dialect()) -> list[str]:
    """Return the column names of a CSV file, or an empty list."""
    with _opened(path, dialect) as (text, delimiter):
        try:
            return _header(csv.reader(text, delimiter=delimiter), 1 if is_refused_file(path) else dialect.header_row)
        except csv.Error:
            return []


Record = tuple[int, "dict[str, str] | Refusal"]
"""Row number, and the fields by column name or why the row cannot be split."""


def records(path: Path, progress: Progress, dialect: Dialect = Dialect()) -> Iterator[Record]:
    """Yield row number and fields of every record; a record that cannot be split is a refusal in their place.

    Row numbers are a person's: the header is row 1. Bytes that are not in the encoding come as surrogates
    (`undecoded` tells), so that nothing of them is lost. Memory does not grow with the file.

    Raises
    ------
    LandreleaseError
        LR2005 for a file without rows, LR2006 for one that is cut off, LR2031 for a header with repeated names.
    """
    header_row = 1 if is_refused_file(path) else dialect.header_row
    progress.begin(_("Reading {file}").format(file=path.name), path.stat().st_size)
    try:
        with _opened(path, dialect) as (text, delimiter):
            yield from _records(path, text, delimiter, header_row, progress)
    finally:
        progress.end()


def undecoded(value: str) -> bool:
    """Whether a value holds bytes that were not in the file's encoding."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False


def check_decoded(values: dict[str, str], encoding: str) -> list[tuple[str, Refusal]]:
    """Return a refusal for every field whose bytes were not in the encoding."""
    if "".join(values.values()).isascii():
        return []
    return [
        (name, Refusal(ErrorCode.NOT_DECODED, value=ascii(value)[1:-1], encoding=encoding))
        for name, value in values.items()
        if undecoded(value)
    ]


def check_controls(values: dict[str, str]) -> list[tuple[str, Refusal]]:
    """Return a refusal for every field with a control character other than tab and line break: no screen shows it."""
    if not _CONTROL.search("".join(values.values())):
        return []
    return [
        (name, Refusal(ErrorCode.CONTROL_CHARACTER, value=ascii(value)[1:-1]))
        for name, value in values.items()
        if _CONTROL.search(value)
    ]


def _opened(path: Path, dialect: Dialect) -> AbstractContextManager[tuple[TextIOWrapper, str]]:
    return _opened_as(path, Dialect() if is_refused_file(path) else dialect)


@contextmanager
def _opened_as(path: Path, dialect: Dialect) -> Iterator[tuple[TextIOWrapper, str]]:
    csv.field_size_limit(FIELD_LIMIT)
    encoding = dialect.encoding or detect_encoding(path)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as text:
        yield text, dialect.delimiter or _delimiter(path, encoding, dialect.header_row)


def _delimiter(path: Path, encoding: str, header_row: int) -> str:
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as text:
        line = [text.readline(FIELD_LIMIT) for _number in range(header_row)][-1]
    return max(DELIMITERS, key=line.count)


def _header(reader: Iterator[list[str]], header_row: int) -> list[str]:
    fields = next((fields for number, fields in enumerate(reader, 1) if number == header_row), [])
    return [name.strip() for name in fields]


def _records(path: Path, text: TextIOWrapper, delimiter: str, header_row: int, progress: Progress) -> Iterator[Record]:
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    number = header_row
    try:
        header = check_header(_header(reader, header_row), path)
        number = yield from _split(reader, header, header_row, text, progress)
    except (csv.Error, UnicodeError) as error:
        raise truncated(path, str(error), header_row + reader.line_num) from error
    if number == header_row:
        raise LandreleaseError(Finding(ErrorCode.FILE_EMPTY, file=path.name))


def _split(
    reader: Iterator[list[str]], header: list[str], header_row: int, text: TextIOWrapper, progress: Progress
) -> Generator[Record, None, int]:
    width, number, short, done = len(header), header_row, None, 0
    refused = CORRECTS_ROW in header
    for number, fields in enumerate(reader, header_row + 1):
        if len(fields) == width:
            yield number, dict(zip(header, map(unescape_formula, fields) if refused else fields, strict=True))
        elif fields:
            short = number
            yield number, Refusal(ErrorCode.ROW_FIELDS, found=len(fields), expected=width)
        if number % _TICK == 0:
            done += _advance(progress, _position(text) - done)
    _advance(progress, _position(text) - done)
    if short == number and not _ends_with_line_break(Path(text.name)):
        raise truncated(Path(text.name), _("the last row is incomplete"), number)
    return number


def _advance(progress: Progress, units: int) -> int:
    progress.advance(units)
    return units


def _position(text: TextIOWrapper) -> int:
    return os.lseek(text.fileno(), 0, os.SEEK_CUR)


def _ends_with_line_break(path: Path) -> bool:
    with path.open("rb") as source:
        source.seek(-1, os.SEEK_END)
        return source.read(1) in b"\r\n\0"


def check_header(header: list[str], path: Path, sheet: str | None = None) -> list[str]:
    """Return the header, refused where it is empty (LR2005) or repeats a name (LR2031)."""
    if not any(header):
        raise LandreleaseError(Finding(ErrorCode.FILE_EMPTY, file=path.name, sheet=sheet))
    repeated = [name for name, count in Counter(header).items() if count > 1 and name]
    if repeated:
        details = {"columns": ", ".join(repeated)}
        raise LandreleaseError(Finding(ErrorCode.HEADER_REPEATED, details, file=path.name, sheet=sheet))
    return header


def check_columns(found: Iterable[str], needed: Iterable[str], path: Path, sheet: str | None = None) -> None:
    """Refuse a file that lacks columns (LR2004)."""
    found = list(found)
    missing = [name for name in needed if name not in found]
    if missing:
        details = {"columns": ", ".join(missing), "found": ", ".join(found)}
        raise LandreleaseError(Finding(ErrorCode.COLUMNS_MISSING, details, file=path.name, sheet=sheet))


def truncated(path: Path, problem: str, row: int | None = None) -> LandreleaseError:
    """Make the refusal of a file that is cut off or damaged (LR2006)."""
    return LandreleaseError(Finding(ErrorCode.FILE_TRUNCATED, {"problem": problem}, file=path.name, row=row))
