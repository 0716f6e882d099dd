"""The picture and the table of a sampling design: how often it would accept, for each true state of the ground."""

from pathlib import Path
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.report import blocks
from landrelease.report.blocks import Block
from landrelease.report.figures import image, new_figure
from landrelease.report.files import replacing
from landrelease.report.style import ACTIVITY_COLOURS

if TYPE_CHECKING:
    from landrelease.survey.designs import Characteristic, Design

MOST_ROWS = 12
"""Rows of a table beside a picture."""


def characteristic_figure(*shown: "Characteristic", labels: "tuple[str, ...]" = ()) -> Figure:
    """Draw one operating characteristic or several: chance to accept against what is truly there."""
    figure = new_figure(6.5, 3.2)
    axes = figure.add_subplot()
    names = labels or tuple(each.title for each in shown)
    for each, name, colour in zip(shown, names, ACTIVITY_COLOURS * len(shown), strict=False):
        x, frame = each.frame["count"], each.frame
        if each.bounds:
            low, high = 100 * frame["accepted_low"], 100 * frame["accepted_high"]
            axes.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0, label=each.bounds)
        axes.plot(x, 100 * frame["accepted"], color=colour, linewidth=1.8, marker="o", markersize=3, label=name)
    if len(shown) == 1:
        axes.axvline(shown[0].aim, color="#555555", linewidth=0.8, linestyle=":", label=_("What the design is for"))
    ends = [(float(each.frame["count"].min()), float(each.frame["count"].max())) for each in shown]
    axes.set(xlim=(min(low for low, _high in ends), max(high for _low, high in ends)), ylim=(0, 102))
    axes.set(xlabel=shown[0].axis, ylabel=_("Chance to accept, %"))
    axes.legend(framealpha=0.85, edgecolor="none", fontsize=8)
    axes.grid(visible=True, linewidth=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def characteristic_head(shown: "Characteristic") -> list[str]:
    """Head of `characteristic_rows`, in the user's language."""
    head = [shown.axis, _("Chance to accept")]
    return [*head, _("Low"), _("High")] if shown.bounds else head


def characteristic_rows(shown: "Characteristic", most: int | None = MOST_ROWS) -> list[list[str]]:
    """Table of an operating characteristic: true count, chance to accept, and its bounds where there are any."""
    frame = shown.frame
    step = 1 if most is None else max(1, -(-len(frame) // most))
    columns = ["accepted", "accepted_low", "accepted_high"] if shown.bounds else ["accepted"]
    return [
        [f"{row['count']:g}", *(f"{row[column]:.4f}" for column in columns)]
        for row in frame.iloc[::step].to_dict("records")
    ]


def design_blocks(design: "Design") -> list[Block]:
    """Heading, words, assumptions, table and picture of a design, for a document."""
    shown = design.characteristic()
    said = _("Chance to accept, for each true state of the ground")
    parts = [blocks.heading(design.title), blocks.paragraph(design.statement)]
    parts += [blocks.paragraph(text) for text in design.assumptions]
    parts += [blocks.paragraph(str(finding)) for finding in design.findings]
    table = blocks.table(characteristic_head(shown), characteristic_rows(shown), said)
    return [*parts, table, blocks.figure("characteristic.svg", lambda: image(characteristic_figure(shown)), said, said)]


def write_characteristic(path: Path, *shown: "Characteristic", labels: "tuple[str, ...]" = ()) -> None:
    """Write the picture as ``.svg`` or ``.png``; any other suffix is refused (LR2001)."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("svg", "png"):
        raise fail(ErrorCode.FORMAT_UNKNOWN, file=path.name, formats=".svg, .png")
    with replacing(path) as draft:
        draft.write_bytes(image(characteristic_figure(*shown, labels=labels), kind))
