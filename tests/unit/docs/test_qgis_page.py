"""The page on QGIS names the views, columns and colours that there are."""

import re
from pathlib import Path

import pytest

from landrelease.exchange.postgis_layers import LAYERS
from landrelease.report.style import STATE_COLOURS, STATE_PATTERNS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/how-to/qgis.md").read_text(encoding="utf-8")
PATTERNS = {"lines": "lines", "cross": "cross", "level": "level lines", "dots": "dots", None: ""}


def rows(first):
    """Cells of the table whose heading begins with `first`."""
    table = PAGE[PAGE.index(f"| {first} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table]


def test_every_view_is_listed_with_its_geometry():
    kinds = {"Point": "points", "MultiPolygon": "areas"}
    expected = {view.name: kinds[view.shape.type] for layer in LAYERS for view in layer.views}
    assert {name: kind for name, kind, _ in rows("view")} == expected


def test_the_colours_are_those_of_the_map():
    listed = {state: (colour, pattern) for state, colour, pattern in rows("`release_status`")}
    assert listed == {state.value: (STATE_COLOURS[state], PATTERNS[STATE_PATTERNS[state]]) for state in STATE_COLOURS}
    expression = dict(re.findall(r"'(\w+)','(#\w{6})'", PAGE))
    assert expression == {state.value: colour for state, colour in STATE_COLOURS.items()}


@pytest.mark.parametrize("column", ["release_status", "area_m2"])
def test_columns_that_the_page_speaks_of_exist(column):
    assert f"`{column}`" in PAGE
    assert column in {each.name for layer in LAYERS for each in layer.all_columns}
