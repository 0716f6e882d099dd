"""The balance as written closes, row by row and in total."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landrelease.report.tables import (
    BALANCE_TERMS,
    SIGNS,
    balance_table,
    balance_total,
    closing_error_m2,
    write_balance,
)

AREAS = st.floats(0, 1e9, allow_nan=False)


@st.composite
def balances(draw, by):
    count = draw(st.integers(0, 6))
    rows = {term: draw(st.lists(AREAS, min_size=count, max_size=count)) for term in SIGNS}
    frame = pd.DataFrame(rows, dtype=float)
    if by == "period":  # a period opens with what the one before closed with
        change = sum((frame[term] * sign for term, sign in list(SIGNS.items())[1:]), start=pd.Series(0.0, frame.index))
        frame["opening_m2"] = np.concatenate([[1e9], 1e9 + change.cumsum()[:-1]])[:count]
    frame["closing_m2"] = sum((frame[t] * s for t, s in SIGNS.items()), start=pd.Series(0.0, frame.index))
    frame.insert(0, by, [f"2026-{n + 1:02d}" for n in range(count)])
    return frame


@given(st.sampled_from(["area_id", "period"]).flatmap(lambda by: st.tuples(st.just(by), balances(by))))
def test_rows_and_totals_close(made):
    by, frame = made
    table = balance_table({by: frame})
    assert len(table) == len(frame) + 1
    assert closing_error_m2(table) <= 1e-5
    total = balance_total(by, frame)
    assert list(total.index) == list(BALANCE_TERMS)


@given(balances("admin_area"))
def test_the_file_says_the_same(tmp_path_factory, frame):
    path = tmp_path_factory.mktemp("balance") / "balance.csv"
    write_balance({"admin_area": frame}, path)
    read = pd.read_csv(path, dtype={"key": str})
    assert closing_error_m2(read) <= 1e-3
    assert read["closing_m2"].iloc[-1] == pytest.approx(frame["closing_m2"].sum(), abs=1e-3)
    assert read["key"].iloc[-1] == "total"
