"""Pictures and tables of a judged map: what they hold, in any language, and that nothing of them is cut away."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pyproj
import pytest

from landrelease.geo.grid import Grid
from landrelease.hazard.comparison import Evaluation, SplitBy, figures_table
from landrelease.hazard.judging import judge
from landrelease.hazard.looks import LookKind, looks_from_arrays
from landrelease.hazard.surface import Surface
from landrelease.report.figures import image
from landrelease.report.hazard_figures import (
    blocks_figure,
    hazard_figure,
    interval,
    limits_of,
    reliability_figure,
    split_title,
)
from landrelease.report.hazard_files import (
    HazardStudy,
    gains_table,
    reference_of,
    report_blocks,
    score_table,
    shown_scores,
)
from landrelease.report.hazard_image import hazard_image

CRS = pyproj.CRS.from_proj4("+proj=laea +lat_0=10 +lon_0=20 +datum=WGS84 +units=m +no_defs")
GRID = Grid(CRS, 0.0, 8_000.0, 1_000.0, 12, 8)
LABELS = np.repeat(np.arange(4), 24).reshape(8, 12)


def surface(seed: int = 1, draws: int = 0) -> Surface:
    rng = np.random.default_rng(seed)
    items = np.exp(rng.normal(-1, 1, GRID.shape)) / 1e6
    items[0, 0] = math.nan
    drawn = (items * np.exp(rng.normal(0, 0.3, (draws, *GRID.shape)))).astype(np.float32) if draws else None
    return Surface(GRID, items, "kernel", {"width_m": 2_000.0}, drawn)


def events(count: int = 40):
    rng = np.random.default_rng(2)
    kinds = [LookKind.ACCIDENT if at % 2 else LookKind.FIND for at in range(count)]
    return looks_from_arrays(rng.uniform(0, 12_000, count), rng.uniform(0, 8_000, count), np.full(count, 2016.5), kinds)


@pytest.fixture
def evaluation() -> Evaluation:
    test = events()
    judged = {
        name: judge(surface(seed, draws), test, LABELS)
        for name, seed, draws in (("distance", 1, 0), ("kernel_tuned", 2, 0), ("field", 3, 5))
    }
    return Evaluation(figures_table(judged, test, len(test)), 2016.0, judged=judged)


def texts_of(figure) -> str:
    """Every text of a figure."""
    return " | ".join(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))


def test_the_map_has_a_unit_axes_in_km_and_a_scale_bar() -> None:
    figure = hazard_figure(surface(), events(), "events a km²")
    said = texts_of(figure)
    for text in ("events a km²", "km east", "km north", "2 km", "Events to foresee", "Other events"):
        assert text in said, text
    assert "uncertain" not in said
    assert figure.axes[0].get_xlim() == (0.0, 12.0)
    assert figure.axes[0].get_ylim() == (0.0, 8.0)


def test_a_map_with_draws_shows_how_uncertain_it_is() -> None:
    assert "How uncertain it is" in texts_of(hazard_figure(surface(draws=6), events(), "unit"))


def test_points_stand_where_their_cells_are_drawn() -> None:
    """The picture's rows run from the north; the points' y from the south."""
    figure = hazard_figure(surface(), looks_from_arrays([500.0], [7_500.0], [2015.0]), "unit")
    scattered = figure.axes[0].collections[-1].get_offsets()
    assert np.asarray(scattered).tolist() == [[0.5, 7.5]]
    assert list(figure.axes[0].images[0].get_extent()) == [0, 12.0, 0, 8.0]


def test_many_points_do_not_hide_the_estimate() -> None:
    assert "Events to foresee" not in texts_of(hazard_figure(surface(), events(2_001), "unit"))


def test_the_ramp_spans_what_most_of_the_land_has() -> None:
    low, high = limits_of(surface())
    assert 0 < low <= high / 10
    assert limits_of(replace(surface(), items_per_m2=np.zeros(GRID.shape))) == (1e-9, 1e-8)
    assert image(hazard_figure(replace(surface(), items_per_m2=np.zeros(GRID.shape)), events(), "u"), "png", 20)


def test_the_interval_is_of_the_region_only() -> None:
    made = interval(surface(draws=40))
    assert np.isnan(made[:, 0, 0]).all()
    assert (made[0].ravel()[1:] <= made[1].ravel()[1:]).all()


def test_reliability_has_a_panel_a_map_and_a_row_a_comparison(evaluation: Evaluation) -> None:
    placed = replace(evaluation, split=SplitBy.PLACE, blocks=4)
    figure = reliability_figure([evaluation, placed])
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["Distance to the nearest event", "Kernel, tuned", "Field"] * 2
    assert "Later events, from 2016 on" in texts_of(figure)
    assert "Hidden blocks" in texts_of(figure)


def test_every_bin_is_drawn_inside_the_axes(evaluation: Evaluation) -> None:
    figure = reliability_figure([evaluation])
    for axes, judged in zip(figure.axes, evaluation.judged.values(), strict=True):
        low, high = axes.get_ylim()
        drawn = np.concatenate([np.asarray(bars.lines[0].get_ydata()) for bars in axes.containers])
        assert len(drawn) == len(judged.reliability)
        assert ((low <= drawn) & (drawn <= high)).all()


def test_blocks_show_how_many_are_inside(evaluation: Evaluation) -> None:
    assert "% inside" in texts_of(blocks_figure(evaluation))


@pytest.mark.parametrize("split", list(SplitBy))
def test_every_comparison_has_a_title_and_a_statement(evaluation: Evaluation, split: SplitBy) -> None:
    made = replace(evaluation, split=split, blocks=4)
    assert split_title(made)
    assert "40" in made.statement


def test_the_score_table_holds_every_figure_once(evaluation: Evaluation) -> None:
    scores = score_table([evaluation])
    assert not scores.duplicated(["split", "method", "measure"]).any()
    assert set(scores["measure"]) == set(evaluation.table.columns) - {"method"}
    assert score_table([]).columns.tolist() == ["split", "method", "measure", "value", "low", "high"]


def test_printed_scores_are_named_and_bracketed(evaluation: Evaluation) -> None:
    head, rows = shown_scores(evaluation)
    assert head == ["Measure", "Distance to the nearest event", "Kernel, tuned", "Field"]
    named = {row[0]: row[1:] for row in rows}
    assert "(" in named["ROC AUC"][0]
    assert "(" not in shown_scores(evaluation, intervals=False)[1][0][1]
    assert not any("_" in name for name in named)


def test_what_is_never_reached_says_so(evaluation: Evaluation) -> None:
    table = evaluation.table.assign(km2_for_90=math.inf)
    rows = {row[0]: row[1:] for row in shown_scores(replace(evaluation, table=table))[1]}
    assert all(value.startswith("never") for value in rows["km² for 90 %"])


def test_gains_are_over_the_tuned_kernel_where_there_is_one(evaluation: Evaluation) -> None:
    assert reference_of(evaluation) == "kernel_tuned"
    assert [row[0] for row in gains_table(evaluation)] == ["Distance to the nearest event", "Field"]
    bare = replace(evaluation, judged={"field": evaluation.judged["field"]})
    assert gains_table(bare) == []


def study(evaluation: Evaluation | None, dated: bool = True) -> HazardStudy:
    looks = events()
    blank = ("",) * len(looks)
    return HazardStudy(
        "table", surface(draws=3), looks, dated, ("2016",) * len(looks) if dated else blank, blank,
        tuple(range(2, 2 + len(looks))), () if evaluation is None else (evaluation,), {"Events": "40"}, ("LR4049 ...",),
    )  # fmt: skip


def test_the_report_says_what_the_map_counts(evaluation: Evaluation) -> None:
    texts = str(report_blocks(study(evaluation)))
    for text in ("How good is it?", "Do stated chances come true?", "Findings", "Limits", "a km² and year"):
        assert text in texts, text
    assert "not judged" in str(report_blocks(study(None)))
    assert "as many in all as are recorded" in str(report_blocks(study(None, dated=False)))


def test_the_bands_say_what_they_hold(evaluation: Evaluation) -> None:
    bands, texts = study(evaluation).bands()
    assert (bands.shape, len(texts)) == ((3, 8, 12), 3)
    plain = replace(study(None), surface=surface())
    assert (plain.bands()[0].shape, len(plain.bands()[1])) == ((8, 12), 1)


def test_a_picture_across_the_180th_meridian_stays_narrow() -> None:
    crs = pyproj.CRS.from_proj4("+proj=laea +lat_0=-17 +lon_0=180 +datum=WGS84 +units=m +no_defs")
    grid = Grid(crs, -6_000.0, 4_000.0, 1_000.0, 12, 8)
    drawn = hazard_image(replace(surface(), grid=grid))
    assert drawn is not None
    west, east = drawn.corners[0][0], drawn.corners[1][0]
    assert 179.9 < west < 180 < east < 180.1
    plain = hazard_image(surface())
    assert plain is not None
    assert all(19 < lon < 21 for lon, _lat in plain.corners)


def test_frames_survive_no_blocks() -> None:
    judged = {"kernel": judge(surface(), events())}
    made = Evaluation(figures_table(judged, events(), 40), 2016.0, judged=judged)
    assert isinstance(blocks_figure(made).axes, list)
    assert isinstance(score_table([made]), pd.DataFrame)
