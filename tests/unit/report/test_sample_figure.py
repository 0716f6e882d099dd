"""Pictures and tables of sampling designs."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.hazard.chances import chance_from_trial
from landrelease.report.figures import image
from landrelease.report.sample_figure import (
    characteristic_figure,
    characteristic_head,
    characteristic_rows,
    design_blocks,
    write_characteristic,
)
from landrelease.survey.combined import Odds, combine
from landrelease.survey.sampling import accept_on_zero

PLAIN = accept_on_zero(1_000, 0.95, 0.99)
TRIED = combine(1_000, 50, 0.95, 0.99, Odds(8.0, 3.0, 20.0), chance_from_trial(29, 30))


def test_the_curve_is_the_table():
    shown = PLAIN.characteristic()
    line = characteristic_figure(shown).axes[0].get_lines()[0]
    assert line.get_ydata() == pytest.approx(100 * shown.frame["accepted"])
    assert line.get_xdata()[-1] == 40


def test_the_aim_is_drawn_for_one_design_and_labels_for_several():
    assert "What the design is for" in _labels(characteristic_figure(PLAIN.characteristic()))
    both = characteristic_figure(PLAIN.characteristic(), TRIED.characteristic(), labels=("one", "two"))
    assert {"one", "two"} <= set(_labels(both))


def test_bounds_are_shaded_and_named():
    figure = characteristic_figure(TRIED.characteristic())
    assert len(figure.axes[0].collections) == 1
    assert any("odds 3 to 20" in label for label in _labels(figure))


@pytest.mark.parametrize(("design", "columns"), [(PLAIN, 2), (TRIED, 4)])
def test_the_table_has_bounds_where_there_are_any(design, columns):
    shown = design.characteristic()
    rows = characteristic_rows(shown)
    assert len(characteristic_head(shown)) == columns
    assert {len(row) for row in rows} == {columns}
    assert rows[0][:2] == ["0", "1.0000"]
    assert len(rows) <= 12 < len(characteristic_rows(shown, None))


def test_a_document_shows_words_assumptions_findings_table_and_picture():
    made = design_blocks(TRIED)
    words = " ".join(block.get("text", "") for block in made)
    assert TRIED.statement in words
    assert all(text in words for text in TRIED.assumptions)
    assert "LR5047" in words
    assert [block["kind"] for block in made][-2:] == ["table", "figure"]


@pytest.mark.parametrize(("name", "begins"), [("oc.svg", b"<?xml"), ("oc.PNG", b"\x89PNG")])
def test_files(tmp_path, name, begins):
    write_characteristic(tmp_path / name, PLAIN.characteristic())
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(LandreleaseError, match="LR2001"):
        write_characteristic(tmp_path / "oc.gif", PLAIN.characteristic())
    assert not list(tmp_path.iterdir())


def test_the_same_design_gives_the_same_picture():
    shown = TRIED.characteristic()
    assert image(characteristic_figure(shown)) == image(characteristic_figure(shown))


def _labels(figure):
    return [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
