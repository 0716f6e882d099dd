"""The building blocks of a document: what the Typst templates lay out."""

from collections.abc import Sequence
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


def figure(file: str, picture: bytes, caption: str, alternative: str) -> Block:
    """Make a figure of a picture's bytes; `alternative` says in words what it shows."""
    return {"kind": "figure", "file": file, "picture": picture, "caption": caption, "alternative": alternative}


def without_pictures(blocks: Sequence[Block]) -> tuple[list[Block], dict[str, bytes]]:
    """Part blocks from the bytes of their pictures, which are given by file name."""
    pictures = {block["file"]: block["picture"] for block in blocks if "picture" in block}
    return [{key: value for key, value in block.items() if key != "picture"} for block in blocks], pictures


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
