"""The picture of who said what and who acknowledged it: one line a speaker, one mark a saying."""

import textwrap
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from landrelease.claims.held import HeldClaim
from landrelease.claims.said import Said
from landrelease.claims.timeline import Moment, timeline
from landrelease.errors import ErrorCode, fail
from landrelease.i18n import N_, _
from landrelease.report.figures import image, new_figure
from landrelease.report.files import replacing
from landrelease.terms import ClaimVerdict

_MARKS: dict[ClaimVerdict | None, tuple[str, str]] = {
    None: ("o", "#0072b2"),
    ClaimVerdict.ACKNOWLEDGED: ("^", "#009e73"),
    ClaimVerdict.DENIED: ("X", "#d55e00"),
    ClaimVerdict.CORRECTED: ("D", "#cc79a7"),
}
"""Mark and colour of each kind of saying; told apart by shape alone."""

_SAID = N_("Said")
_WRAP = 34
_NEAR_DAYS = 25
"""Marks of one speaker closer than this are set apart."""
_ROUGH_DAYS = 62
"""A day known no better than this is drawn hollow."""


def timeline_figure(claims: Sequence[HeldClaim]) -> Figure:
    """Draw every claim and answer on the line of its speaker, numbered as in the list below the picture."""
    moments = timeline(claims)
    speakers = list(dict.fromkeys(moment.speaker for moment in moments))
    lines = [_line(number, moment) for number, moment in enumerate(moments, start=1)]
    high, low = 1.2 + 0.62 * max(2, len(speakers)), 0.3 + 0.175 * sum(text.count("\n") + 1 for text in lines)
    figure = new_figure(9.0, high + low)
    upper, lower = figure.subfigures(2, 1, height_ratios=[high, low])  # type: ignore[misc]
    _draw(upper.add_subplot(), moments, speakers)
    lower.text(0.02, 0.97, "\n".join(lines), fontsize=8, va="top", ha="left", linespacing=1.4)
    return figure


def write_timeline(claims: Sequence[HeldClaim], path: Path) -> None:
    """Write the picture as ``.svg`` or ``.png``; any other suffix is refused (LR2001)."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("svg", "png"):
        raise fail(ErrorCode.FORMAT_UNKNOWN, file=path.name, formats=".svg, .png")
    with replacing(path) as draft:
        draft.write_bytes(image(timeline_figure(claims), kind))


def _draw(axes: Axes, moments: Sequence[Moment], speakers: list[str]) -> None:
    places = _places(moments, speakers)
    said_at = {moment.hash: place for moment, place in zip(moments, places, strict=True)}
    for number, (moment, (start, end, y)) in enumerate(zip(moments, places, strict=True), start=1):
        mark, colour = _MARKS[moment.verdict]
        middle, rough = (start + end) / 2, end - start > _ROUGH_DAYS
        axes.plot([start, end], [y, y], color=colour, linewidth=2.5 if end > start else 0, alpha=0.35)
        axes.plot([middle], [y], mark, color=colour, markersize=8, markerfacecolor="white" if rough else colour)
        axes.annotate(str(number), (middle, y), xytext=(7, 0), textcoords="offset points", va="center", fontsize=8)
        if moment.verdict is not None:
            first, last, row = said_at[moment.claim]
            axes.plot([(first + last) / 2, middle], [row, y], color="#999999", linewidth=0.7, linestyle=":", zorder=0)
    axes.set_yticks(range(len(speakers)), [_wrapped(name) for name in speakers], fontsize=8)
    axes.set_ylim(len(speakers) - 0.4, -0.6)
    axes.xaxis.set_major_locator(locator := AutoDateLocator())  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.xaxis_date()
    axes.margins(x=0.06)
    axes.grid(visible=True, axis="x", linewidth=0.3)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.legend(
        handles=_legend(moments), loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, frameon=False, fontsize=8
    )


def _places(moments: Sequence[Moment], speakers: list[str]) -> list[tuple[float, float, float]]:
    """First and last day and height of each mark; what would lie on one another is set apart."""
    taken: dict[tuple[int, int], int] = {}
    places = []
    for moment in moments:
        start, end = _span(moment.said, moments)
        row, near = speakers.index(moment.speaker), round((start + end) / 2 / _NEAR_DAYS)
        count = taken[row, near] = taken.get((row, near), -1) + 1
        places.append((start, end, row + 0.17 * ((count + 1) // 2) * (-1 if count % 2 else 1)))
    return places


def _legend(moments: Sequence[Moment]) -> list[Line2D]:
    used = {moment.verdict for moment in moments}
    return [
        Line2D([], [], marker=mark, color=colour, linestyle="", label=_(_SAID) if verdict is None else verdict.label)
        for verdict, (mark, colour) in _MARKS.items()
        if verdict in used
    ]


def _span(said: Said, moments: Sequence[Moment]) -> tuple[float, float]:
    """First and last day on the axis; what was only said before a day begins where the picture does."""
    first = min((moment.said.first_day for moment in moments if moment.said.first_day), default=said.last_day)
    return _number(min(said.first_day or first, said.last_day)), _number(said.last_day)


def _number(day: str) -> float:
    return float(date2num(date.fromisoformat(day)))  # type: ignore[no-untyped-call]


def _line(number: int, moment: Moment) -> str:
    text = f"{number}  {moment.said_text}, {moment.speaker} ({moment.what}): {moment.text}"
    return "\n".join(textwrap.wrap(text, 126, subsequent_indent="     "))


def _wrapped(name: str) -> str:
    return "\n".join(textwrap.wrap(name, _WRAP))
