"""The map of a completion report: one number and colour a part, only of parts that have a place to show."""

from dataclasses import replace

import pytest
from tests.samples.operators import told
from tests.samples.releases import AREA

from landrelease.report.data import Audience
from landrelease.report.figures import image
from landrelease.report.operator_blocks import operator_blocks
from landrelease.report.operator_figure import parts_figure
from landrelease.report.operator_report import completion_report, for_report_audience


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    story = told(tmp_path_factory.mktemp("season"))
    return completion_report(story.register, story.accounts, AREA)


def numbers(figure):
    return {text.get_text() for text in figure.axes[0].texts} & set("0123456789")


def test_every_part_is_drawn_with_its_number(made):
    figure = parts_figure(made.parts)
    assert numbers(figure) == {"1", "2"}
    assert len(figure.axes[0].patches) == 2
    assert image(figure, "png").startswith(b"\x89PNG")


def test_the_public_sees_no_uncleared_part_on_the_map(made):
    figure = parts_figure(for_report_audience(made, Audience.PUBLIC).parts)
    assert len(figure.axes[0].patches) == 1
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["Cleared"]


def test_a_report_without_a_place_to_show_has_no_map(made):
    hidden = replace(made, parts=tuple(replace(part, rings=()) for part in made.parts))
    assert [block for block in operator_blocks(hidden)["blocks"] if block["kind"] == "figure"] == []
