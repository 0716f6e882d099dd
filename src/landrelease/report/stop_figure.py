"""The picture of the stop rule: how the chance of one more mine falls with the distance searched (methods F1)."""

import math
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.residual import stop_curve, stop_limit
from landrelease.hazard.stopping import StopDistance, StopRule
from landrelease.i18n import _
from landrelease.report import blocks
from landrelease.report.blocks import Block
from landrelease.report.figures import image, new_figure
from landrelease.report.files import replacing
from landrelease.report.wording import per_cent, significant

STEPS_M = (10.0, 20.0, 30.0, 50.0)
"""Distances of the table beside the picture."""


def stop_figure(rule: StopRule) -> Figure:
    """Draw the chance of one more mine against the distance searched, its two parts, its limit and its bounds."""
    figure = new_figure(6.5, 3.0)
    axes = figure.add_subplot()
    far = 6 * rule.distance.mean_m
    x = np.linspace(0.0, far, 241)
    curve = stop_curve(rule.prior, rule.distance.mean_m, rule.chance_to_see, x)
    near, wide = _total(rule, rule.distance.low_m, x), _total(rule, rule.distance.high_m, x)
    if rule.distance.count:
        axes.fill_between(x, near, wide, color="#0072b2", alpha=0.18, linewidth=0, label=_bounds_label(rule))
    axes.plot(x, 100 * curve.total, color="#0072b2", linewidth=1.8, label=_("One more mine left"))
    axes.plot(x, 100 * curve.beyond, color="#d55e00", linestyle="--", label=_("Beyond what was searched"))
    axes.plot(x, 100 * curve.missed, color="#009e73", linestyle="-.", label=_("Missed inside it"))
    limit = 100 * stop_limit(rule.prior, rule.chance_to_see)
    axes.axhline(limit, color="#555555", linewidth=0.8, linestyle=":", label=_("Never below, however far"))
    axes.set(xlim=(0, far), ylim=(0, None), xlabel=_("Searched beyond the last row without a find, m"))
    axes.set_ylabel(_("Chance, %"))
    axes.legend(framealpha=0.85, edgecolor="none", fontsize=8)
    axes.grid(visible=True, linewidth=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def stop_blocks(rule: StopRule) -> list[Block]:
    """Heading, words, picture and table of a stop rule, for a document."""
    shown = [blocks.heading(_("When to stop searching")), blocks.paragraph(_said(rule))]
    shown += [blocks.paragraph(rule.source)] if rule.source else []
    caption = _("Chance of one more mine after a search without a find")
    table = blocks.table(stop_head(), stop_rows(rule), caption)
    said = _("How the chance of one more mine falls with the distance searched")
    return [*shown, table, blocks.figure("stop.svg", lambda: image(stop_figure(rule)), said, said)]


def stop_head() -> list[str]:
    """Head of `stop_rows`, in the user's language."""
    return [_("Searched beyond"), _("Beyond it"), _("Missed inside"), _("One more mine left")]


def stop_rows(rule: StopRule) -> list[list[str]]:
    """Table of the stop curve: distance searched, chance beyond it, missed inside it, and of either."""
    limit = stop_limit(rule.prior, rule.chance_to_see)
    at = stop_curve(rule.prior, rule.distance.mean_m, rule.chance_to_see, STEPS_M)
    rows = [
        [f"{step:g} m", *(per_cent(float(chance)) for chance in chances)]
        for step, *chances in zip(STEPS_M, at.beyond, at.missed, at.total, strict=True)
    ]
    return [*rows, [_("without end"), per_cent(0.0), per_cent(limit), per_cent(limit)]]


def write_stop_figure(rule: StopRule, path: Path) -> None:
    """Write the picture as ``.svg`` or ``.png``; any other suffix is refused (LR2001)."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("svg", "png"):
        raise fail(ErrorCode.FORMAT_UNKNOWN, file=path.name, formats=".svg, .png")
    with replacing(path) as draft:
        draft.write_bytes(image(stop_figure(rule), kind))


def _said(rule: StopRule) -> str:
    far = significant(rule.distance.mean_m)
    if rule.distance.count:
        far = _("{mean} m ({level} %: {bounds}; {count} distances)").format(
            mean=far, level=f"{100 * rule.distance.level:g}", bounds=_bounds(rule.distance), count=rule.distance.count
        )
    else:
        far = _("{mean} m (stated)").format(mean=far)
    return _(
        "With a chance of {prior} one more mine lies beyond the last row, on average at {far}. A search that sees "
        "{seen} of what it meets cannot bring the chance below {limit}, however far it goes: more distance does not "
        "repair a poor detector."
    ).format(
        prior=per_cent(rule.prior), far=far, seen=per_cent(rule.chance_to_see),
        limit=per_cent(stop_limit(rule.prior, rule.chance_to_see)),
    )  # fmt: skip


def _total(rule: StopRule, mean_m: float, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance of one more mine in per cent; an unbounded distance leaves it where it began."""
    if math.isinf(mean_m):
        return np.full(x.shape, 100 * rule.prior)
    return 100 * stop_curve(rule.prior, mean_m, rule.chance_to_see, x).total


def _bounds(distance: StopDistance) -> str:
    if math.isinf(distance.high_m):
        return _("{low} m or more").format(low=significant(distance.low_m))
    return _("{low} to {high} m").format(low=significant(distance.low_m), high=significant(distance.high_m))


def _bounds_label(rule: StopRule) -> str:
    return _("{level} % bounds of the distance").format(level=f"{100 * rule.distance.level:g}")
