"""Widths of columns, and figures that may move."""

import pytest

from landrelease.report.blocks import column_widths, figure, table, without_pictures

LONG = "Two reports cover the same ground and say different things about it; see both"


@pytest.mark.parametrize(
    ("rows", "text_columns", "widths"),
    [
        ([["Area", "km²"], ["Mill", "1.2"]], 1, [1.0, 0]),  # nothing is long: the first column takes what is left
        ([["Code", "Severity", "What", "Count"], ["LR1", "Note", LONG, "104"]], 3, [0, 0, 8.8, 0]),
        ([["What", "Where"], ["x" * 100, "y" * 25]], 2, [10.0, 5.0]),
        ([["Kind", "m²"], ["a", "1" * 40]], 1, [1.0, 0]),  # figures are never broken
        ([["Name"]], 1, [1.0]),
    ],
)
def test_long_text_shares_the_page_and_the_rest_takes_what_it_needs(rows, text_columns, widths):
    assert column_widths(rows, text_columns) == widths


def test_a_table_has_a_width_a_column():
    made = table(["Code", "What"], [["LR1", LONG], ["LR2", None]], "Findings", text_columns=2)
    assert made["widths"] == [0, 8.8]
    assert made["rows"][1] == ["LR2", "–"]


def test_a_figure_stays_where_it_is_unless_it_may_float():
    assert not figure("a.svg", bytes, "A", "a")["floating"]
    assert without_pictures([figure("a.svg", bytes, "A", "a", floating=True)])[0]["floating"]
