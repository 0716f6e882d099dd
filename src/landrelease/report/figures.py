"""Figures for documents: the land map, the area balance, the capture curve, the Gantt chart.

Each function gives a matplotlib figure of its own; nothing touches matplotlib's global state.
"""

import io

import matplotlib as mpl
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from landrelease.i18n import N_, _
from landrelease.report.data import Evaluation, PlanData
from landrelease.report.style import ACTIVITY_COLOURS, CLOSED_COLOUR
from landrelease.report.tables import SIGNS
from landrelease.report.vocabulary import method_label

BALANCE_LABELS = {
    "opening_m2": N_("Opening"),
    "new_m2": N_("New"),
    "expansion_m2": N_("Expansions"),
    "correction_m2": N_("Corrections"),
    "reopened_m2": N_("Reopened"),
    "cancelled_m2": N_("Cancelled"),
    "reduced_m2": N_("Reduced"),
    "cleared_m2": N_("Cleared"),
    "closing_m2": N_("Closing"),
}
"""Name of each term of a balance."""

MOST_ROWS = 45
"""Teams that one Gantt chart shows; a longer list is in the workbook."""


def new_figure(width_in: float, height_in: float) -> Figure:
    """Make an empty figure with a canvas of its own."""
    figure = Figure(figsize=(width_in, height_in), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def image(figure: Figure, kind: str = "svg", dots_an_inch: int = 200) -> bytes:
    """Bytes of a figure as ``svg`` or ``png``."""
    buffer = io.BytesIO()
    metadata = {"Date": None} if kind == "svg" else {"Software": None}
    with mpl.rc_context({"svg.hashsalt": "landrelease"}):  # names inside the file are random otherwise
        figure.savefig(buffer, format=kind, dpi=dots_an_inch, metadata=metadata)
    return buffer.getvalue()


def balance_figure(totals: pd.Series) -> Figure:
    """Draw an area balance as steps from the opening to the closing area; `totals` holds the terms in m²."""
    figure = new_figure(6.5, 2.6)
    axes = figure.add_subplot()
    terms = [term for term in SIGNS if term == "opening_m2" or totals[term] != 0]
    level, tops = 0.0, []
    for number, term in enumerate(terms):
        change = SIGNS[term] * float(totals[term]) / 1e6
        axes.bar(number, change, bottom=level, color=_step_colour(term), width=0.7)
        level += change
        tops.append(level)
    axes.bar(len(terms), level, color=_step_colour("closing_m2"), width=0.7)
    for number, top in enumerate(tops):
        axes.plot([number - 0.35, number + 1.35], [top, top], color="#555555", linewidth=0.6)
    axes.set_xticks(range(len(terms) + 1), [_(BALANCE_LABELS[term]) for term in (*terms, "closing_m2")], fontsize=8)
    axes.set_ylabel(_("km²"))
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _step_colour(term: str) -> str:
    if term in ("opening_m2", "closing_m2"):
        return "#555555"
    return "#009e73" if SIGNS[term] < 0 else "#d55e00"


def capture_figure(evaluation: Evaluation) -> Figure:
    """Draw the share of later events captured against the area of the best-ranked land."""
    figure = new_figure(6.5, 3.0)
    axes = figure.add_subplot()
    for (method, curve), colour, dash in zip(evaluation.curves.items(), ACTIVITY_COLOURS, _dashes(), strict=False):
        axes.plot(curve["km2"], 100 * curve["share"], color=colour, linestyle=dash, label=method_label(method))
    axes.set_xscale("log")
    axes.set_xlabel(_("Best-ranked land, km²"))
    axes.set_ylabel(_("Events captured, %"))
    axes.set_ylim(0, 100)
    axes.grid(visible=True, linewidth=0.3)
    axes.legend(frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _dashes() -> list[str]:
    return ["-", "--", "-.", ":"] * 2


def gantt_figure(plan: PlanData) -> Figure:
    """Draw one bar for each assignment, one line for each team, closed days in grey."""
    made = plan.assignments.sort_values(["asset_kind", "team_id", "start_day"], kind="stable")
    teams = list(dict.fromkeys(made["team_id"]))[:MOST_ROWS]
    figure = new_figure(6.5, 0.9 + 0.13 * max(5, len(teams)))
    axes = figure.add_subplot()
    for day in sorted(plan.closed_days):
        axes.axvspan(day, day + 1, color=CLOSED_COLOUR, linewidth=0)
    colours = dict(zip(dict.fromkeys(made["activity"]), ACTIVITY_COLOURS * 2, strict=False))
    shown = made[made["team_id"].isin(teams)]
    lines = shown["team_id"].map({team: row for row, team in enumerate(teams)})
    axes.barh(
        lines, shown["finish_day"] - shown["start_day"], left=shown["start_day"], height=0.75, edgecolor="white",
        linewidth=0.4, color=[colours[activity] for activity in shown["activity"]],
    )  # fmt: skip
    axes.set_yticks(range(len(teams)), teams, fontsize=5.5)
    axes.invert_yaxis()
    axes.set_xlim(0, max(1, plan.horizon_days))
    axes.set_xlabel(_("Day of the plan"))
    handles = [Patch(color=colour, label=activity) for activity, colour in colours.items()]
    figure.legend(handles=handles, loc="outside upper center", ncols=4, frameon=False, fontsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
