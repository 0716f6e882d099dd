"""The building blocks of a document: what the Typst templates lay out."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from landrelease.report.wording import plain

Block = dict[str, Any]


def heading(text: str) -> Block:
    """Make a section heading."""
    return {"kind": "heading", "text": text}


def paragraph(text: str) -> Block:
    """Make a paragraph."""
    return {"kind": "paragraph", "text": text}


def bullets(items: Sequence[str]) -> Block:
    """Make a list of points."""
    return {"kind": "bullets", "items": list(items)}


def facts(rows: Sequence[tuple[str, str]]) -> Block:
    """Make a list of names and values."""
    return {"kind": "facts", "rows": [list(row) for row in rows]}


def figure(file: str, draw: Callable[[], bytes], caption: str, alternative: str) -> Block:
    """Make a figure; `draw` gives its bytes when the document is set, `alternative` says in words what it shows."""
    return {"kind": "figure", "file": file, "draw": draw, "caption": caption, "alternative": alternative}


def without_pictures(blocks: Sequence[Block]) -> list[Block]:
    """Copy blocks as plain data, without what draws their pictures."""
    return [{key: value for key, value in block.items() if key != "draw"} for block in blocks]


def table(
    head: Sequence[str], rows: Sequence[Sequence[Any]], caption: str, *, text_columns: int = 1, total: bool = False
) -> Block:
    """Make a table: the first columns hold text, the others numbers; the last row may be a total."""
    return {
        "kind": "table",
        "head": list(head),
        "rows": [[plain(value) for value in row] for row in rows],
        "caption": caption,
        "text_columns": text_columns,
        "total": total,
    }


def table_of(frame: pd.DataFrame, head: Sequence[str], caption: str, **options: Any) -> Block:
    """Make a table of all rows of a frame."""
    return table(head, frame.to_numpy(dtype=object).tolist(), caption, **options)
