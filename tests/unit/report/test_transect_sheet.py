"""The printed sheet of a transect design."""

import pytest
from tests.samples.survey_ground import FIELD, POND

from landrelease.report.transect_sheet import TransectSheet, sheet_blocks, transect_figure, write_transect_sheet
from landrelease.survey.detection import chance_to_detect
from landrelease.survey.ground import survey_ground
from landrelease.survey.target import TargetArea, TransectSpacing, WindowTest
from landrelease.survey.transects import design_transects

SPACING = TransectSpacing(18.0, 2.0)
DESIGN = design_transects(survey_ground(FIELD, [POND], 5.0), SPACING, bearing_degrees=0.0, offset_share=0.5)


def tables(sheet):
    return [block for block in sheet_blocks(sheet) if block["kind"] == "table"]


def test_each_leg_has_its_bearing_and_distance():
    legs, points = tables(TransectSheet(DESIGN, "North field", 7.5))
    assert len(legs["rows"]) == len(points["rows"]) == len(DESIGN.legs)
    assert legs["rows"][0][:4] == ["1, T1 – T2", "000.0", "352.5", "300.0"]
    assert legs["rows"][1][1:3] == ["180.0", "172.5"]
    assert legs["rows"][-1][4:] == ["–"] * 3
    assert points["rows"][0][2:4] == [f"{DESIGN.legs[0].start[1]:.7f}", f"{DESIGN.legs[0].start[0]:.7f}"]


def test_a_move_across_an_obstacle_is_marked():
    legs, _points = tables(TransectSheet(DESIGN, "North field"))
    marked = [row[-1].endswith("*") for row in legs["rows"][:-1]]
    assert marked == [not leg.onward.inside for leg in DESIGN.legs[:-1]]
    assert any(marked)


def test_without_a_declination_no_magnetic_bearing_is_printed_and_the_sheet_says_so():
    sheet = TransectSheet(DESIGN, "North field")
    assert len(tables(sheet)[0]["head"]) == 5
    bullets = next(block for block in sheet_blocks(sheet) if block["kind"] == "bullets")
    assert any("declination" in item for item in bullets["items"])


@pytest.mark.parametrize(("degrees", "said"), [(7.5, "7.5° east"), (-3.0, "3.0° west"), (None, "not stated")])
def test_the_declination_is_said(degrees, said):
    facts = dict(sheet_blocks(TransectSheet(DESIGN, "x", degrees))[0]["rows"])
    assert facts["Declination"] == said


def test_a_chance_is_printed_where_it_is_known():
    found = chance_to_detect(TargetArea(100, 80, 0.1), SPACING, WindowTest(0.01), seed=1, max_error=0.05)
    facts = dict(sheet_blocks(TransectSheet(DESIGN, "x", detection=found, target="100 by 80 m"))[0]["rows"])
    assert facts["Target area looked for"] == "100 by 80 m"
    assert "Chance to cross and detect it" in facts


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_sheet_is_a_pdf_that_repeats_to_the_byte(tmp_path, language):
    for name in ("a.pdf", "b.pdf"):
        write_transect_sheet(TransectSheet(DESIGN, "North field", 7.5), tmp_path / name, language)
    one, other = ((tmp_path / name).read_bytes() for name in ("a.pdf", "b.pdf"))
    assert one == other
    assert one.startswith(b"%PDF")


def test_the_map_shows_every_leg():
    axes = transect_figure(DESIGN).axes[0]
    arrows = [text for text in axes.texts if text.arrow_patch is not None]
    assert len(arrows) == len(DESIGN.legs) + 1  # and the arrow to the north
