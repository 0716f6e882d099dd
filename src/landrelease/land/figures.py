"""Figures without geometry: kept by administrative unit beside the accounts, never mixed with them."""

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from landrelease.record.register import Register

COLUMNS = ("dataset", "admin_area", "period", "operator", "category", "measure", "value", "entry")


def figures(register: "Register") -> pd.DataFrame:
    """Table of the official ``figure`` statements, one row a measure.

    Returns
    -------
    DataFrame
        dataset, admin_area, period (as stated: date, month or year), operator and category (None where unknown),
        measure (name with its unit), value (whole number), entry (hash of the statement).
    """
    rows = [
        (
            entry.body["dataset"], entry.body["admin_area"], entry.body["period"], entry.body.get("operator"),
            entry.body.get("category"), measure, value, entry.hash,
        )
        for entry in register.entries("figure")
        for measure, value in entry.body["measures"].items()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
