"""The balance table."""

import pandas as pd
from tests.samples import studies

from landrelease.report.tables import BALANCE_TERMS, balance_table, closing_error_m2, write_balance


def test_each_key_is_followed_by_its_total():
    table = balance_table(
        studies.balances() | {"area_id": studies.balances()["admin_area"].rename(columns={"admin_area": "area_id"})}
    )
    assert list(table["key"]) == ["admin:0", "admin:1", "admin:2", "total"] * 2
    assert list(table["by"]) == ["admin_area"] * 4 + ["area_id"] * 4
    assert closing_error_m2(table) == 0


def test_the_key_may_be_the_index():
    frame = studies.balances()["admin_area"].set_index("admin_area")
    assert list(balance_table({"admin_area": frame})["key"]) == ["admin:0", "admin:1", "admin:2", "total"]


def test_a_balance_that_does_not_close_is_seen():
    frame = studies.balances()["admin_area"]
    frame.loc[1, "closing_m2"] += 12.5
    assert closing_error_m2(frame) == 12.5


def test_without_areas_the_file_has_its_header(tmp_path):
    write_balance({}, tmp_path / "balance.csv")
    read = pd.read_csv(tmp_path / "balance.csv")
    assert list(read.columns) == ["by", "key", *BALANCE_TERMS]
    assert read.empty


def test_a_place_that_was_not_stated_has_a_key_that_says_so():
    frame = studies.balances()["admin_area"].astype({"admin_area": object})
    frame.loc[2, "admin_area"] = None
    assert list(balance_table({"admin_area": frame})["key"]) == ["admin:0", "admin:1", "not stated", "total"]
