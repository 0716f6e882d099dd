"""The area balance as a table that a spreadsheet can check."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from landrelease.report.files import replacing
from landrelease.report.wording import stated

BALANCE_TERMS = (
    "opening_m2", "new_m2", "expansion_m2", "correction_m2", "reopened_m2", "cancelled_m2", "reduced_m2", "cleared_m2",
    "closing_m2",
)  # fmt: skip
"""Columns of a balance in the order of the account; the three before the last are taken away."""

SIGNS = {term: -1 if term in ("cancelled_m2", "reduced_m2", "cleared_m2") else 1 for term in BALANCE_TERMS[:-1]}


def balance_table(balances: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Stack balances by key into one table, each followed by its total.

    Parameters
    ----------
    balances
        By key (``area_id``, ``admin_area``, ``period``), a frame with the terms and the key as column or index.

    Returns
    -------
    pandas.DataFrame
        Columns ``by``, ``key`` and `BALANCE_TERMS`; the row with the key ``total`` sums the rows above it.
    """
    frames = [block for by, frame in balances.items() for block in _blocks(by, frame)]
    columns = ["by", "key", *BALANCE_TERMS]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def _blocks(by: str, frame: pd.DataFrame) -> list[pd.DataFrame]:
    keys = frame[by] if by in frame.columns else pd.Series(frame.index, index=frame.index)
    rows = frame[list(BALANCE_TERMS)].assign(by=by, key=[stated(key) for key in keys])
    return [rows, balance_total(by, frame).to_frame().T.assign(by=by, key="total")]


def balance_total(by: str, frame: pd.DataFrame) -> pd.Series:
    """Sum a balance over places; over periods, go from the first opening to the last closing. Terms in m²."""
    total = frame[list(BALANCE_TERMS)].astype(float).sum()
    if by == "period" and len(frame):
        ordered = frame.sort_values(by) if by in frame.columns else frame.sort_index()
        total["opening_m2"], total["closing_m2"] = ordered["opening_m2"].iloc[0], ordered["closing_m2"].iloc[-1]
    return total


def closing_error_m2(table: pd.DataFrame) -> float:
    """Largest difference, m², between a row's closing area and what its terms sum to."""
    if table.empty:
        return 0.0
    summed = sum(table[term].astype(float) * sign for term, sign in SIGNS.items())
    return float((table["closing_m2"].astype(float) - summed).abs().max())


def write_balance(balances: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write ``balance.csv``: m² to four decimals (1 cm²), so that each row closes to less than 10 cm²."""
    with replacing(path) as draft:
        balance_table(balances).to_csv(draft, index=False, float_format="%.4f")
