"""Figures of documents."""

import matplotlib as mpl
import numpy as np
import pytest
import shapely
from matplotlib.text import Text
from tests.samples import studies

from landrelease.report.figures import MOST_ROWS, balance_figure, capture_figure, gantt_figure, image
from landrelease.report.land_figure import land_figure, map_system, round_length
from landrelease.report.tables import balance_total
from landrelease.terms import ReleaseStatus


def words(figure):
    image(figure, "svg")
    return " | ".join(text.get_text() for text in figure.findobj(Text) if text.get_text())


def test_balance_steps_lead_from_opening_to_closing():
    totals = balance_total("admin_area", studies.balances()["admin_area"])
    axes = balance_figure(totals).axes[0]
    first, *_between, last = axes.patches
    assert first.get_height() == pytest.approx(3.0)
    assert last.get_height() == pytest.approx(totals["closing_m2"] / 1e6)
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == ["Opening", "New", "Corrections", "Cancelled", "Reduced", "Cleared", "Closing"]


def test_capture_curves_are_named():
    figure = capture_figure(studies.evaluation())
    assert {"Distance to the nearest event", "Kernel"} <= set(words(figure).split(" | "))
    assert len(figure.axes[0].lines) == 2
    dashes = {line.get_linestyle() for line in figure.axes[0].lines}
    assert len(dashes) == 2


def test_gantt_has_a_bar_for_each_assignment():
    plan = studies.plan()
    bars = gantt_figure(plan).axes[0].containers[0].patches
    assert len(bars) == len(plan.assignments)
    assert (
        sum(bar.get_width() for bar in bars) == (plan.assignments["finish_day"] - plan.assignments["start_day"]).sum()
    )


def test_a_long_gantt_is_cut():
    figure = gantt_figure(studies.plan(teams=MOST_ROWS + 20))
    assert len(figure.axes[0].get_yticks()) == MOST_ROWS


def test_the_land_map_names_every_state_with_its_area():
    said = words(land_figure(studies.province()))
    for state in ReleaseStatus:
        assert f"{state.label}: 0.80 km²" in said
    assert "Evidence and events (12)" in said
    assert "N" in said.split(" | ")
    assert "Easting" not in said


@pytest.mark.parametrize("study", [studies.points_only, studies.nothing])
def test_the_land_map_can_be_drawn_without_parts(study):
    assert image(land_figure(study()), "png").startswith(b"\x89PNG")


def test_without_any_place_the_map_says_so():
    assert "No statement gives a place" in words(land_figure(studies.nothing()))


@pytest.mark.parametrize(("east", "north"), [(0.01, 2.0), (1.0, 1.0), (2.0, 0.01)])
def test_the_land_map_leaves_room_for_the_summary_on_the_first_page(east, north):
    """With heading, facts and seven states, 4.5 inches are left of a page of A4."""
    of = studies.parts((ReleaseStatus.UNRESOLVED, ReleaseStatus.RELEASED))
    of.geometry = [shapely.box(36, 48, 36.01, 48.01), shapely.box(36 + east, 48 + north, 36.01 + east, 48.01 + north)]
    figure = land_figure(studies.nothing().with_frames(parts=of))
    assert figure.get_figheight() <= 4.5
    legend = figure.legends[0].get_window_extent(renderer=figure.canvas.get_renderer())
    assert figure.bbox.contains(*legend.min)
    assert figure.bbox.contains(*legend.max)


def test_a_map_without_an_estimate_is_centred_on_what_it_shows():
    parameters = map_system(studies.province(surface=None)).coordinate_operation.params
    centre = {parameter.name: parameter.value for parameter in parameters}
    assert centre["Longitude of natural origin"] == pytest.approx(36.05, abs=0.06)


@pytest.mark.parametrize(("span", "length"), [(1_000, 200), (999, 200), (8_000, 2_000), (2_000_000, 500_000), (40, 10)])
def test_scale_bars_are_round(span, length):
    assert round_length(span) == length


def test_the_scale_bar_is_as_long_as_it_says():
    axes = land_figure(studies.province()).axes[0]
    bar = next(line for line in axes.lines if line.get_linewidth() == 2.5)
    label = next(text.get_text() for text in axes.texts if text.get_text().endswith((" km", " m")))
    metres = float(label.split()[0]) * (1000 if label.endswith("km") else 1)
    assert np.ptp(bar.get_xdata()) == pytest.approx(metres)


def test_the_same_figure_gives_the_same_bytes():
    for kind in ("svg", "png"):
        one, two = (image(gantt_figure(studies.plan()), kind) for _ in range(2))
        assert one == two


def test_figures_leave_matplotlib_alone():
    before = dict(mpl.rcParams)
    image(land_figure(studies.province()), "png")
    assert dict(mpl.rcParams) == before
