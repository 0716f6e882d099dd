"""The stop rule in a document."""

import math

import pytest

from landrelease.hazard.stopping import StopDistance, StopRule, fit_stop_distance
from landrelease.report.figures import image
from landrelease.report.stop_figure import stop_blocks, stop_figure

REFERENCE = StopRule(0.2, StopDistance(10.0, 6.0, 18.0, 0.9, 12), 0.95, "Twelve finished tasks.")


def lines_of(figure):
    return {line.get_label(): line for line in figure.axes[0].get_lines()}


def test_the_curves_are_those_of_the_reference_case():
    lines = lines_of(stop_figure(REFERENCE))
    total = lines["One more mine left"]
    at = dict(zip(total.get_xdata(), total.get_ydata(), strict=True))
    assert at[0.0] == pytest.approx(20.0)
    assert [at[x] for x in (10.0, 30.0, 50.0)] == pytest.approx([9.0803, 2.3747, 1.3904], abs=1e-4)
    assert lines["Never below, however far"].get_ydata()[0] == pytest.approx(1.2346, abs=1e-4)
    assert lines["Beyond what was searched"].get_ydata()[-1] < lines["Missed inside it"].get_ydata()[-1]


def test_the_table_is_that_of_the_method():
    table = next(block for block in stop_blocks(REFERENCE) if block["kind"] == "table")
    assert table["rows"] == [
        ["10 m", "8.4 %", "0.72 %", "9.1 %"], ["20 m", "3.2 %", "1.0 %", "4.3 %"], ["30 m", "1.2 %", "1.2 %", "2.4 %"],
        ["50 m", "0.17 %", "1.2 %", "1.4 %"], ["without end", "0 %", "1.2 %", "1.2 %"],
    ]  # fmt: skip


def test_the_words_say_what_it_rests_on():
    words = " ".join(block.get("text", "") for block in stop_blocks(REFERENCE))
    for said in (
        "20 %",
        "10.0 m (90 %: 6.00 to 18.0 m; 12 distances)",
        "90 %: 6.00 to 18.0 m",
        "12 distances",
        "95 %",
        "below 1.2 %",
        "Twelve finished tasks.",
    ):
        assert said in words


def test_an_upper_bound_that_cannot_be_told():
    rule = StopRule(0.2, fit_stop_distance([1.0, 4.0, 5.0, 9.0], 10.0), 0.9)
    assert math.isinf(rule.distance.high_m)
    assert "m or more" in stop_blocks(rule)[1]["text"]
    assert image(stop_figure(rule)).startswith(b"<?xml")


def test_the_same_rule_gives_the_same_picture():
    assert image(stop_figure(REFERENCE)) == image(stop_figure(REFERENCE))
