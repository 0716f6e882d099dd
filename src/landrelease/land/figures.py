"""Figures without geometry: kept by administrative unit beside the accounts, never mixed with them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landrelease.record.asof.columns import Arrays, Texts, read_texts
from landrelease.record.entry import Entry

if TYPE_CHECKING:
    from landrelease.record.asof.partial import Kept
    from landrelease.record.register import Register

COLUMNS = ("dataset", "admin_area", "period", "operator", "category", "measure", "value", "entry")
ENGINE = "figures"
_TEXTS = (
    "dataset",
    "admin_area",
    "period",
    "operator",
    "category",
    "measure",
    "entry",
    "valid_from",
    "recorded",
    "node",
)
_NUMBERS = ("value", "seq", "place")
_AGE = ("seq", "node", "recorded", "valid_from")
"""Least significant first: the order of `landrelease.record.standing.age`."""


def figures(register: "Register") -> pd.DataFrame:
    """Table of the official ``figure`` statements, one row a measure.

    Returns
    -------
    DataFrame
        dataset, admin_area, period (as stated: date, month or year), operator and category (None where unknown),
        measure (name with its unit), value (whole number), entry (hash of the statement).
    """
    if (kept := register.kept(ENGINE)) is not None:
        return _from_kept(kept)
    rows = [row for entry in register.entries("figure") for row in _rows(entry)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(entry: Entry) -> Iterator[tuple[Any, ...]]:
    body = entry.body
    told = body["dataset"], body["admin_area"], body["period"], body.get("operator"), body.get("category")
    return ((*told, measure, value, entry.hash) for measure, value in body["measures"].items())


def save_figures(arrays: Arrays | None, later: Iterable[tuple[int, Entry]]) -> dict[str, NDArray[Any]]:
    """Write all ``figure`` statements, whatever their standing, as columns; what they say never changes.

    Parameters
    ----------
    arrays
        Columns of the statements before; None where there are none.
    later
        Statements of any kind that follow, with their places in the log.
    """
    rows = [
        (*row, entry.valid_from, entry.recorded, entry.node, entry.seq, place)
        for place, entry in later
        if entry.kind == "figure"
        for row in _rows(entry)
    ]
    names = (*COLUMNS, "valid_from", "recorded", "node", "seq", "place")
    columns: dict[str, Sequence[Any]] = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    texts = Texts(read_texts(arrays["texts"])[:-1] if arrays else ())
    made: dict[str, NDArray[Any]] = {name: texts.numbers(columns.get(name, ())) for name in _TEXTS}
    made |= {name: np.array(columns.get(name, ()), dtype=np.int64) for name in _NUMBERS}
    joined = {name: np.concatenate([arrays[name], made[name]]) if arrays else made[name] for name in made}
    return joined | {"texts": texts.packed()}


def _from_kept(kept: "Kept") -> pd.DataFrame:
    size = kept.size
    arrays = save_figures(kept.arrays, ((place, entry) for place, entry in kept.register.changed() if place >= size))
    texts = np.array(read_texts(arrays["texts"]), dtype=object)
    wanted = np.flatnonzero(kept.register.official()[arrays["place"]])
    if not len(wanted):
        return pd.DataFrame([], columns=list(COLUMNS))
    order = wanted[
        np.lexsort([_ranks(arrays[name][wanted], texts) if name != "seq" else arrays[name][wanted] for name in _AGE])
    ]
    return pd.DataFrame(
        {name: texts[arrays[name][order]] if name in _TEXTS else arrays[name][order] for name in COLUMNS},
        columns=list(COLUMNS),
    )


def _ranks(numbers: NDArray[np.int32], texts: NDArray[np.object_]) -> NDArray[np.intp]:
    """Place of each text among those that occur, in the order of the texts."""
    used, which = np.unique(numbers, return_inverse=True)
    rank = np.empty(len(used), dtype=np.intp)
    rank[np.argsort(texts[used])] = np.arange(len(used))
    return rank[which]
