"""The building blocks of a document: what the Typst templates lay out."""

import math
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


def figure(file: str, draw: Callable[[], bytes], caption: str, alternative: str, *, floating: bool = False) -> Block:
    """Make a figure; `draw` gives its bytes when the document is set, `alternative` says in words what it shows.

    A floating figure goes to the foot of a page with room for it, and what follows fills the page before.
    """
    return {
        "kind": "figure", "file": file, "draw": draw, "caption": caption, "alternative": alternative,
        "floating": floating,
    }  # fmt: skip


def without_pictures(blocks: Sequence[Block]) -> list[Block]:
    """Copy blocks as plain data, without what draws their pictures."""
    return [{key: value for key, value in block.items() if key != "draw"} for block in blocks]


def table(
    head: Sequence[str], rows: Sequence[Sequence[Any]], caption: str, *, text_columns: int = 1, total: bool = False
) -> Block:
    """Make a table: the first columns hold text, the others numbers; the last row may be a total."""
    cells = [[plain(value) for value in row] for row in rows]
    return {
        "kind": "table",
        "head": list(head),
        "rows": cells,
        "widths": column_widths([list(head), *cells], text_columns),
        "caption": caption,
        "text_columns": text_columns,
        "total": total,
    }


def column_widths(rows: Sequence[Sequence[str]], text_columns: int) -> list[float]:
    """Shares of the page's width, for columns of long text; 0 where a column takes what it needs.

    A share grows with the root of the longest text: a text of four times the length gets twice the width and lines.
    """
    longest = [max(map(len, column)) for column in zip(*rows, strict=True)]
    shares = [
        round(math.sqrt(length), 1) if n < text_columns and length > _SHORT else 0.0
        for n, length in enumerate(longest)
    ]  # fmt: skip
    return shares if any(shares) else [1.0, *shares[1:]]


_SHORT = 16  # characters that need no line break in a column


def table_of(frame: pd.DataFrame, head: Sequence[str], caption: str, **options: Any) -> Block:
    """Make a table of all rows of a frame."""
    return table(head, frame.to_numpy(dtype=object).tolist(), caption, **options)
