"""Pictures of a hazard map and of how it was judged: map, reliability, counts by block."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from landrelease.hazard.comparison import Evaluation, SplitBy
from landrelease.hazard.evaluate import Floats
from landrelease.hazard.looks import LookKind, Looks
from landrelease.hazard.surface import Surface
from landrelease.i18n import _
from landrelease.report.figures import new_figure
from landrelease.report.style import ACTIVITY_COLOURS, HAZARD_RAMP
from landrelease.report.vocabulary import method_label
from landrelease.report.wording import significant

RAMP = LinearSegmentedColormap.from_list("hazard", HAZARD_RAMP)
UNCERTAINTY_RAMP = LinearSegmentedColormap.from_list("uncertainty", ("#f7fbff", "#9ecae1", "#4292c6", "#08306b"))
OUTSIDE = "#e4e4e4"
DECADES = 4.0
"""Decades below the greatest value that the ramp tells apart."""
MANY_POINTS = 2_000
"""Events above this would hide the estimate; the map page shows them all."""


def hazard_figure(surface: Surface, looks: Looks, unit: str) -> Figure:
    """Draw the map in a square kilometre's events, and beside it how wide its interval is, where it has draws."""
    low, high = limits_of(surface)
    wide = surface.draws is not None
    figure = new_figure(10.5 if wide else 6.8, 5.6)
    panels = figure.subplots(1, 2 if wide else 1, squeeze=False, sharex=True, sharey=True)[0]
    per_km2 = surface.items_per_m2 * 1e6
    _draw(figure, panels[0], surface, np.maximum(per_km2, low), LogNorm(low, high), RAMP, unit)
    _points(panels[0], surface, looks)
    panels[0].set_title(_("Estimate"), fontsize=10)
    if wide:
        ends = interval(surface)
        ratio = ends[1] / np.maximum(ends[0], 1e-300)
        top = float(np.clip(np.nanquantile(ratio, 0.99), 2.0, 1e4))
        label = _("High end of the 90 % interval over its low end")
        _draw(figure, panels[1], surface, np.clip(ratio, 1.0, top), LogNorm(1.0, top), UNCERTAINTY_RAMP, label)
        panels[1].set_title(_("How uncertain it is"), fontsize=10)
    for axes in panels:
        axes.set_xlabel(_("km east of the south-west corner"), fontsize=8)
    panels[0].set_ylabel(_("km north of the south-west corner"), fontsize=8)
    return figure


def limits_of(surface: Surface) -> tuple[float, float]:
    """Ends of the logarithmic ramp, a square kilometre: the greatest value, and a low one that most of the land has."""
    values = surface.items_per_m2 * 1e6
    positive = values[np.isfinite(values) & (values > 0)]
    if not positive.size:
        return 1e-9, 1e-8
    high = float(positive.max())
    low = float(max(np.quantile(positive, 0.02), high / 10**DECADES))
    return min(low, high / 10), high


def interval(surface: Surface, level: float = 0.9) -> Floats:
    """Low and high end of each cell's interval over the draws, a m², shape (2, rows, columns)."""
    assert surface.draws is not None
    tail = (1 - level) / 2
    ends = np.full((2, *surface.grid.shape), np.nan)
    region = np.isfinite(surface.items_per_m2)
    ends[:, region] = np.quantile(surface.draws[:, region], [tail, 1 - tail], axis=0)
    return ends


def _draw(
    figure: Figure, axes: Axes, surface: Surface, values: Floats, norm: LogNorm, ramp: LinearSegmentedColormap,
    label: str,
) -> None:  # fmt: skip
    grid = surface.grid
    step = max(1, math.ceil(max(grid.shape) / 1_400))
    width, depth = grid.columns * grid.cell_m / 1e3, grid.rows * grid.cell_m / 1e3
    axes.set_facecolor(OUTSIDE)
    axes.imshow(
        np.ma.masked_invalid(values[::step, ::step]), norm=norm, cmap=ramp, extent=(0, width, 0, depth),
        interpolation="nearest", aspect="equal",
    )  # fmt: skip
    bar = figure.colorbar(ScalarMappable(norm, ramp), cax=axes.inset_axes((1.02, 0.0, 0.035, 1.0)))
    bar.set_label(label, fontsize=8)
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: significant(value, 1)))
    bar.ax.tick_params(labelsize=7)
    axes.tick_params(labelsize=7)
    _scale_bar(axes, width, depth)


def _scale_bar(axes: Axes, width_km: float, depth_km: float) -> None:
    """A bar of a round length, about a fifth of the map's width, with its length in km."""
    wanted = width_km / 5
    power = 10 ** math.floor(math.log10(wanted))
    length = max(step * power for step in (1, 2, 5) if step * power <= wanted)
    x, y = 0.03 * width_km, 0.03 * depth_km
    axes.plot([x, x + length], [y, y], color="white", linewidth=5, solid_capstyle="butt")
    axes.plot([x, x + length], [y, y], color="black", linewidth=2.5, solid_capstyle="butt")
    text = _("{length} km").format(length=f"{length:g}")
    box = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1}
    axes.text(x + length / 2, y + 0.015 * depth_km, text, ha="center", va="bottom", fontsize=7, bbox=box)


def _points(axes: Axes, surface: Surface, looks: Looks) -> None:
    grid = surface.grid
    axes.set_xlim(0, grid.columns * grid.cell_m / 1e3)
    axes.set_ylim(0, grid.rows * grid.cell_m / 1e3)
    if len(looks) > MANY_POINTS:
        return
    aimed = looks.is_kind([LookKind.ACCIDENT])
    south = grid.y_max_m - grid.rows * grid.cell_m
    names = ((~aimed, "#0072b2", _("Other events")), (aimed, "#000000", _("Events to foresee")))
    for which, colour, label in names:
        if which.any():
            x, y = (looks.x_m[which] - grid.x_min_m) / 1e3, (looks.y_m[which] - south) / 1e3
            axes.scatter(x, y, s=6.0, c=colour, linewidths=0, alpha=0.6, label=label)
    axes.legend(loc="upper right", fontsize=7, markerscale=2, framealpha=0.8)


# Judging


def split_title(evaluation: Evaluation) -> str:
    """Name of a comparison."""
    if evaluation.split is SplitBy.TIME:
        return _("Later events, from {year:g} on").format(year=evaluation.split_year)
    if evaluation.split is SplitBy.TABLES:
        return _("Events of the second table")
    return _("Hidden blocks")


def reliability_figure(evaluations: Sequence[Evaluation]) -> Figure:
    """Draw stated against observed chance of an event in a cell: a row a comparison, a panel a map."""
    columns = max(len(each.judged) for each in evaluations)
    figure = new_figure(1.0 + 2.4 * columns, 0.9 + 2.5 * len(evaluations))
    panels = figure.subplots(len(evaluations), columns, squeeze=False)
    for row, evaluation in zip(panels, evaluations, strict=True):
        low, high = _ends([each.reliability for each in evaluation.judged.values()])
        for axes, colour, (name, judged) in zip(row, ACTIVITY_COLOURS, evaluation.judged.items(), strict=False):
            _reliability(axes, judged.reliability, colour, low, high)
            axes.set_title(method_label(name), fontsize=8)
        for axes in row[len(evaluation.judged) :]:
            axes.set_visible(False)
        row[0].set_ylabel(split_title(evaluation) + "\n" + _("share of cells with an event"), fontsize=8)
    figure.supxlabel(_("stated chance of an event in a cell (logarithmic); bars: exact 95 % intervals"), fontsize=8)
    return figure


def _ends(tables: Sequence[pd.DataFrame]) -> tuple[float, float]:
    values = np.concatenate([table[["predicted", "observed", "high"]].to_numpy().ravel() for table in tables])
    positive = values[values > 0]
    if not positive.size:
        return 1e-6, 1.0
    return float(positive.min()) / 3, min(1.5, float(positive.max()) * 2)


def _reliability(axes: Axes, table: pd.DataFrame, colour: str, low: float, high: float) -> None:
    axes.plot([low, high], [low, high], color="#777777", linewidth=0.8, linestyle="--")
    stated, seen = table["predicted"].to_numpy(), table["observed"].to_numpy()
    shown = np.maximum(seen, low * 1.3)
    bars = np.array([shown - np.maximum(table["low"], low * 1.3), table["high"] - shown]).clip(0)
    some = seen > 0
    for which, face in ((some, colour), (~some, "white")):
        axes.errorbar(stated[which], shown[which], bars[:, which], fmt="o", markersize=4, color=colour,
                      markerfacecolor=face, elinewidth=0.9, capsize=1.5)  # fmt: skip
    axes.set(xscale="log", yscale="log", xlim=(low, high), ylim=(low, high), aspect="equal")
    axes.tick_params(labelsize=6)
    axes.grid(visible=True, linewidth=0.3)
    axes.spines[["top", "right"]].set_visible(False)


def blocks_figure(evaluation: Evaluation) -> Figure:
    """Draw counted events of each block against what each map expected there, with its 90 % predictive interval."""
    with_blocks = {name: each for name, each in evaluation.judged.items() if len(each.blocks)}
    figure = new_figure(1.0 + 2.4 * max(1, len(with_blocks)), 3.2)
    panels = figure.subplots(1, max(1, len(with_blocks)), squeeze=False, sharex=True, sharey=True)[0]
    for axes, colour, (name, judged) in zip(panels, ACTIVITY_COLOURS, with_blocks.items(), strict=False):
        table = judged.blocks.sort_values("expected", kind="stable")
        place = np.arange(len(table))
        axes.vlines(place, table["low"], table["high"], color=colour, linewidth=2, alpha=0.5)
        axes.plot(place, table["expected"], color=colour, linewidth=1)
        inside = table["inside"].to_numpy(dtype=bool)
        axes.plot(place[inside], table["observed"][inside], ".", color="#333333", markersize=4)
        axes.plot(place[~inside], table["observed"][~inside], "x", color="#d55e00", markersize=5)
        axes.set_title(_("{method}: {share} % inside").format(
            method=method_label(name), share=f"{100 * inside.mean():.0f}"), fontsize=8)  # fmt: skip
        axes.set_yscale("symlog", linthresh=1)
        axes.tick_params(labelsize=6)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel(_("events of a block"), fontsize=8)
    figure.supxlabel(
        _("blocks, from few to many expected; bars: 90 % intervals; dots inside, crosses outside"), fontsize=8
    )
    return figure
