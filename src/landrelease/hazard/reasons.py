"""Reasons of an explanation: what moved an estimate at a place, by how much, in the user's words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.hazard.looks import LookKind, Looks
from landrelease.i18n import N_, _
from landrelease.terms import Term

Floats = NDArray[np.float64]

BANDS_M = (250.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0, 50_000.0)
"""Distances, m, between which looks of a kind are told together."""


class ReasonKind(Term):
    """What moved an estimate."""

    LOOKS = "looks", N_("Observations")
    SEARCHED = "searched", N_("This ground was searched: what could be seen is gone")
    COVARIATE = "covariate", N_("The place itself")
    REPORTS = "reports", N_("What was reported, and where nothing was")
    SILENCE = "silence", N_("Nothing was reported where some reports were expected")
    UNEVENNESS = "unevenness", N_("Unevenness of the ground inside")
    BACKGROUND = "background", N_("Spread evenly over the region")
    OTHER = "other", N_("Everything else")


@dataclass(frozen=True)
class Reason:
    """One thing that moved the estimate of a place.

    Attributes
    ----------
    kind
        What it is.
    factor
        What it multiplies the expected items by; None in an account of shares.
    share
        Its share of the expected items, 0 to 1; None in an account of factors.
    subject
        Kind of look, name of the covariate or of the stream of reports; None where there is none.
    looks
        Indices of the looks, strongest first.
    entries
        Hashes of their statements, without repeats.
    years
        First and last year of the looks.
    distances_m
        Nearest and farthest look, metres from the place; 0 on it.
    quantity
        Items or events that the looks saw.
    parts
        What makes up a reason of `REPORTS`, strongest first: its looks, and the silence around them. The factors of the
        parts multiply to that of the whole.
    """

    kind: ReasonKind
    factor: float | None = None
    share: float | None = None
    subject: str | None = None
    looks: tuple[int, ...] = ()
    entries: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    distances_m: tuple[float, float] | None = None
    quantity: float = 0.0
    parts: tuple["Reason", ...] = ()

    @property
    def strength(self) -> float:
        """How much it matters: the log of a factor in either direction, or a share."""
        return abs(math.log(self.factor)) if self.factor is not None else (self.share or 0.0)

    @property
    def amount(self) -> str:
        """By how much, for example ``× 3.2`` or ``40 %``."""
        if self.factor is not None:
            return f"× {_two_digits(self.factor)}"
        return "" if self.share is None else f"{100 * self.share:.2g} %"

    @property
    def text(self) -> str:
        """The reason in one line, in the user's language."""
        return f"{self.amount}: {self.described}" if self.amount else self.described

    @property
    def described(self) -> str:
        """What it is, without the amount."""
        if self.kind is ReasonKind.REPORTS:
            told = [part.described for part in self.parts if part.kind is ReasonKind.LOOKS and part.entered]
            some = "; ".join(told[:MOST_PARTS]) + ("; …" if len(told) > MOST_PARTS else "")
            return _(REPORTED).format(subject=self.subject_label, looks=some)
        said = _(NAMED).format(kind=self.kind.label, subject=self.subject_label)
        if self.kind is ReasonKind.LOOKS:
            said = self.subject_label
        elif self.subject is None:
            said = self.kind.label
        if self.years is not None and self.distances_m is not None:
            said = _(PLACED).format(
                what=said, count=len(self.looks), years=_years(*self.years), distance=_distance(*self.distances_m)
            )
        return said

    @property
    def entered(self) -> bool:
        """Whether it raises the estimate."""
        return self.factor is None or self.factor > 1

    @property
    def subject_label(self) -> str:
        """Name of the subject in the user's language; its own name where it is none of ours."""
        if self.subject is None:
            return ""
        if self.kind is ReasonKind.LOOKS:
            return LookKind(self.subject).label
        return _(SUBJECTS[self.subject]) if self.subject in SUBJECTS else self.subject.replace("_", " ")


MOST_PARTS = 3
"""Groups of looks that the line of a stream of reports names."""

NAMED = N_("{kind} ({subject})")
REPORTED = N_("Reports of {subject}: {looks}")
PLACED = N_("{what} ({count}), {years}, {distance}")
SUBJECTS = {
    "accident": N_("accidents"),
    "report": N_("finds and evidence"),
    "search": N_("searches"),
    "offset": N_("another model's map"),
}
"""Names of streams and effects."""


def group_looks(
    looks: Looks, log_factors: Floats, distances_m: Floats, kind: ReasonKind = ReasonKind.LOOKS, shares: bool = False
) -> list[Reason]:
    """Looks of one kind and about one distance as one reason; those without any effect are left out.

    Parameters
    ----------
    log_factors
        Log factor (or share) of each look; those of a group add up.
    distances_m
        From the place, m.
    shares
        The amounts are shares, not log factors.
    """
    bands = np.digitize(distances_m, BANDS_M)
    moved = np.flatnonzero(log_factors != 0)
    groups: dict[tuple[str, int], list[int]] = {}
    for index in moved:
        key = (str(looks.kind[index]), int(bands[index])) if kind is ReasonKind.LOOKS else ("", 0)
        groups.setdefault(key, []).append(int(index))
    return [
        _grouped(looks, log_factors, distances_m, group, kind, subject or None, shares)
        for (subject, _band), group in groups.items()
    ]


def of_stream(stream: str, groups: Sequence[Reason], silence: float) -> Reason:
    """Put together what was reported in a stream and where nothing was; only the silence where nothing was near.

    Parameters
    ----------
    groups
        Reasons of `group_looks` with factors.
    silence
        Log factor of the cells where nothing was reported.
    """
    nothing = Reason(ReasonKind.SILENCE, math.exp(silence), subject=stream)
    if not any(each.entered and each.strength >= NOTHING for each in groups):
        return _together(ReasonKind.SILENCE, stream, [*groups, nothing])
    return _together(ReasonKind.REPORTS, stream, [*groups, nothing])


NOTHING = 0.05
"""A group of looks that raises the estimate by less than 5 % is not named."""


def _together(kind: ReasonKind, stream: str, parts: Sequence[Reason]) -> Reason:
    ordered = sorted(parts, key=lambda part: -part.strength)
    log_factor = math.fsum(math.log(part.factor) for part in ordered if part.factor is not None)
    looks = tuple(index for part in ordered for index in part.looks)
    entries = tuple(dict.fromkeys(entry for part in ordered for entry in part.entries))
    return Reason(kind, math.exp(log_factor), subject=stream, looks=looks, entries=entries, parts=tuple(ordered))


def distances_of(looks: Looks, place: BaseGeometry) -> Floats:
    """Distance of each look's footprint or point from a place, m; 0 where they meet."""
    points = shapely.points(looks.x_m, looks.y_m)
    has_shape = np.array([shape is not None for shape in looks.footprint], dtype=bool)
    shapes = np.where(has_shape, looks.footprint, points) if len(looks) else points
    return np.asarray(shapely.distance(place, shapes), dtype=np.float64)


def fold(reasons: Sequence[Reason], most: int, least: float) -> tuple[Reason, ...]:
    """The strongest reasons in order; what is too many or too weak becomes one, so that the account stays whole.

    Parameters
    ----------
    most
        Reasons told one by one at most.
    least
        Strength below which looks are folded.
    """
    ordered = sorted(reasons, key=lambda reason: -reason.strength)
    told = [each for place, each in enumerate(ordered) if place < most and each.strength >= least]
    rest = [each for each in ordered if each not in told]
    if not rest:
        return tuple(told)
    looks = tuple(index for each in rest for index in each.looks)
    if rest[0].factor is not None:
        other = Reason(ReasonKind.OTHER, math.prod(each.factor or 1.0 for each in rest), looks=looks)
    else:
        other = Reason(ReasonKind.OTHER, share=math.fsum(each.share or 0.0 for each in rest), looks=looks)
    return (*told, other)


def _grouped(
    looks: Looks, amounts: Floats, distances_m: Floats, group: list[int], kind: ReasonKind, subject: str | None,
    shares: bool,
) -> Reason:  # fmt: skip
    ordered = sorted(group, key=lambda index: (-abs(amounts[index]), index))
    total = math.fsum(amounts[index] for index in ordered)
    years = np.floor(looks.year[ordered]).astype(int)
    return Reason(
        kind,
        None if shares else math.exp(total),
        total if shares else None,
        subject,
        tuple(ordered),
        tuple(dict.fromkeys(str(looks.entry[index]) for index in ordered if looks.entry[index])),
        (int(years.min()), int(years.max())),
        (float(distances_m[ordered].min()), float(distances_m[ordered].max())),
        float(looks.quantity[ordered].sum()),
    )


def _two_digits(value: float) -> str:
    """Two digits that count, never as a power of ten."""
    if value >= 100:
        return f"{float(f'{value:.2g}'):,.0f}"
    return f"{value:.2g}" if value >= 1e-4 else f"1 / {float(f'{1 / value:.2g}'):,.0f}"


def _years(first: int, last: int) -> str:
    return str(first) if first == last else _("{first} to {last}").format(first=first, last=last)


def _distance(nearest_m: float, farthest_m: float) -> str:
    if farthest_m < 1:
        return _("at the place")
    if nearest_m < 1:
        return _("within {distance}").format(distance=_length(farthest_m))
    near, far = _length(nearest_m), _length(farthest_m)
    return (
        _("{distance} away").format(distance=near)
        if near == far
        else _("{near} to {far} away").format(near=near, far=far)
    )


def _length(metres: float) -> str:
    if metres >= 995:
        return f"{metres / 1000:.2g} km" if metres < 99_500 else f"{metres / 1000:.0f} km"
    return f"{metres:.2g} m" if metres < 100 else f"{round(metres, -1):.0f} m"
