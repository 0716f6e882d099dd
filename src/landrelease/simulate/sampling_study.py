"""Seeded misses: what samples catch of items that are known to have been missed, against what their designs state.

Lots are squares of a simulated province that hold items. In each lot some items are taken as missed, all others as
found by the clearance; a sample of each design is drawn and inspected by inspectors whose true chance to see the
designs know only from a trial. Over many lots the share of lots caught must lie within the interval that they state.

The designs count missed items as bad units. Where items were missed *together*, a skipped strip, that is wrong: they
share units. The study states each chance twice, as if they lay alone and with the design effect that the finds of the
clearance in the same lot show, and counts how often the finds warn of it. A skipped strip also misleads targets chosen
by finds: it holds none. So it states too what is left where the targets are worth nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.hazard.chances import ChanceToSee, chance_from_trial
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress
from landrelease.simulate.province import Province
from landrelease.simulate.terrain import Floats
from landrelease.survey.clustering import Clustering, clustering, pooled
from landrelease.survey.combined import EVEN, CombinedDesign, Odds, odds_of_targets
from landrelease.survey.lots import Chance
from landrelease.survey.targets import FindsDensity

Integers = NDArray[np.int64]
WORTHLESS = Odds(0.0, 0.0, 0.0)
"""Targets that hold nothing of what was missed."""


class Misses(StrEnum):
    """How the missed items of a lot are chosen."""

    ALONE = "alone"
    """Each by itself, from all items of the lot."""
    TOGETHER = "together"
    """One item and those nearest to it: a skipped strip."""


class Sampled(StrEnum):
    """Designs that the study compares, with the same number of units."""

    RANDOM = "random"
    TARGETED = "targeted"
    COMBINED = "combined"


@dataclass(frozen=True, slots=True)
class StudySettings:
    """What a study of seeded misses does.

    Attributes
    ----------
    lots
        Lots to inspect, a run each.
    misses
        How missed items are chosen.
    most_missed
        Missed items of a lot: from 1 to this many, equally likely; exactly this many where they lie together.
    lot_m, unit_m
        Side of a lot and of a unit.
    share
        Share of the units inspected; a combined sample targets half of them.
    least_items
        A lot holds at least so many items.
    width_m
        Kernel of the density that chooses targets.
    sees, trial
        True chance of the inspectors to see, and targets of the trial from which the designs know it.
    level
        Of the stated intervals.
    """

    lots: int = 200
    misses: Misses = Misses.ALONE
    most_missed: int = 4
    lot_m: float = 100.0
    unit_m: float = 5.0
    share: float = 0.15
    least_items: int = 8
    width_m: float = 8.0
    sees: float = 0.9
    trial: int = 200
    level: float = 0.95

    def __post_init__(self) -> None:
        within = 0 < self.share < 1 and 0 < self.sees <= 1 and 0 < self.level < 1
        if not within or min(self.lots, self.most_missed, self.trial) < 1 or self.least_items <= self.most_missed:
            wanted = _("shares between 0 and 1, counts of at least 1, and more items than are missed")
            raise fail(ErrorCode.SURVEY_PARAMETER, name="settings", value=self, wanted=wanted)


@dataclass(frozen=True)
class SamplingStudy:
    """What came of it.

    Attributes
    ----------
    table
        One row a design: `design`, `lots`, `missed` (items a lot), `observed` (share of lots caught); `stated`, `low`,
        `high`: the mean chance stated and the interval of the observed share, items taken to lie alone, and whether the
        observed share is `within`; the same three as `..._together`, with the design effect of each lot's finds; and
        `floor`, the low end where moreover the targets are worth nothing.
    lie
        How the finds lie, all lots judged as one.
    warned
        Share of the lots whose own finds warn that items lie together.
    seen
        What the trial said of the inspectors.
    """

    table: pd.DataFrame
    lie: Clustering
    warned: float
    seen: ChanceToSee

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The warning where items lie together (LR5045)."""
        return self.lie.findings


def sampling_study(
    province: Province, seed: int, settings: StudySettings | None = None, progress: Progress = SILENT
) -> SamplingStudy:
    """Inspect lots of a province with known missed items by random, targeted and combined samples.

    Parameters
    ----------
    province
        Its items are the truth; lots are drawn from all squares that hold enough of them.
    seed
        Every draw follows from it.

    Raises
    ------
    LandreleaseError
        LR5001 where the province has fewer such squares than lots are asked for.
    """
    chosen = settings or StudySettings()
    rng = np.random.default_rng(np.random.SeedSequence([seed, 5]))
    seen = chance_from_trial(int(rng.binomial(chosen.trial, chosen.sees)), chosen.trial)
    progress.begin(_("Inspecting lots"), chosen.lots)
    runs: list[_Run] = []
    for items in _lots(province, chosen, rng):
        runs.append(_inspect(items, chosen, seen, rng))
        progress.advance()
    progress.end()
    rows = [_row(design, [run.of[design] for run in runs], chosen.level) for design in Sampled]
    table = pd.DataFrame(rows).assign(missed=float(np.mean([run.missed for run in runs])))
    warned = float(np.mean([not run.lie.independent for run in runs]))
    return SamplingStudy(table, pooled([run.lie for run in runs]), warned, seen)


@dataclass(frozen=True, slots=True)
class _Caught:
    """One lot and design: whether it was caught, and the chances stated: items alone, together, and targets wrong."""

    caught: bool
    alone: Chance
    together: Chance
    worst: float


@dataclass(frozen=True, slots=True)
class _Run:
    of: dict[Sampled, _Caught]
    missed: int
    lie: Clustering


def _lots(province: Province, settings: StudySettings, rng: np.random.Generator) -> Iterator[Floats]:
    """Items of each lot, metres from its corner, shape (items, 2)."""
    at = np.column_stack([province.items.x_m, province.items.y_m]) / settings.lot_m
    _squares, owner, counts = np.unique(np.floor(at), axis=0, return_inverse=True, return_counts=True)
    enough = np.flatnonzero(counts >= settings.least_items)
    if len(enough) < settings.lots:
        wanted = _("at most {most}").format(most=len(enough))
        raise fail(ErrorCode.SURVEY_PARAMETER, name="lots", value=settings.lots, wanted=wanted)
    order = np.argsort(owner.ravel(), kind="stable")
    ends = np.cumsum(counts)
    for lot in rng.permutation(enough)[: settings.lots]:
        items = order[ends[lot] - counts[lot] : ends[lot]]
        yield (at[items] - np.floor(at[items])) * settings.lot_m


def _inspect(items: Floats, settings: StudySettings, seen: ChanceToSee, rng: np.random.Generator) -> _Run:
    side = int(settings.lot_m // settings.unit_m)
    unit = _unit_of(items, settings.unit_m, side)
    missed = _missed(items, settings, rng)
    found = np.setdiff1d(np.arange(len(items)), missed)
    lie = clustering(np.bincount(unit[found], minlength=side * side))
    sample = round(settings.share * side * side)
    shown = unit[missed[rng.random(len(missed)) < settings.sees]]
    known = FindsDensity(_centres(settings.unit_m, side), items[found], unit[found], settings.width_m)
    of = {}
    for name, targeted in zip(Sampled, (0, sample, sample // 2), strict=True):
        targets, odds = known.highest(targeted), _worth(known, targeted)
        others = np.setdiff1d(np.arange(side * side), targets)
        inspected = np.append(targets, rng.permutation(others)[: sample - targeted])
        design = CombinedDesign(side * side, targeted, sample - targeted, len(missed), 0.5, odds, seen)
        of[name] = _stated(design, bool(np.isin(shown, inspected).any()), lie.design_effect)
    return _Run(of, len(missed), lie)


def _stated(design: CombinedDesign, caught: bool, effect: float) -> _Caught:
    """What the design states of its lot, with items alone and together, and where its targets are worth nothing."""
    missed = design.bad_units
    alone, together = (design.caught_items(missed, each) for each in (1.0, effect))
    worst = together if not design.targeted else replace(design, odds=WORTHLESS).caught_items(missed, effect)
    return _Caught(caught, alone, together, worst.low)


def _unit_of(places: Floats, unit_m: float, side: int) -> Integers:
    column, row = np.clip(places // unit_m, 0, side - 1).astype(np.int64).T
    return np.asarray(row * side + column, dtype=np.int64)


def _missed(items: Floats, settings: StudySettings, rng: np.random.Generator) -> Integers:
    if settings.misses is Misses.ALONE:
        count = int(rng.integers(1, settings.most_missed + 1))
        return np.asarray(rng.permutation(len(items))[:count], dtype=np.int64)
    first = int(rng.integers(len(items)))
    away = cdist(items[first : first + 1], items)[0]
    return np.argsort(away, kind="stable")[: settings.most_missed].astype(np.int64)


def _centres(unit_m: float, side: int) -> Floats:
    middles = (np.arange(side) + 0.5) * unit_m
    return np.column_stack([np.tile(middles, side), np.repeat(middles, side)])


def _worth(known: FindsDensity, targeted: int) -> Odds:
    """What the finds say that targets are worth: one value, for over many lots its spread is that of what is caught."""
    if not targeted:
        return EVEN
    worth = odds_of_targets(known.share_in_targets(targeted), targeted, len(known.items_per_m2)).value
    return Odds(worth, worth, worth)


def _row(design: Sampled, runs: list[_Caught], level: float) -> dict[str, object]:
    observed = float(np.mean([run.caught for run in runs]))
    row: dict[str, object] = {"design": design.value, "lots": len(runs), "observed": observed}
    for ending, chances in (("", [run.alone for run in runs]), ("_together", [run.together for run in runs])):
        mean, least, most = np.array(chances).T
        low, high = stated_interval(least, level)[0], stated_interval(most, level)[1]
        row |= {f"stated{ending}": float(mean.mean()), f"low{ending}": low, f"high{ending}": high}
    row["floor"] = stated_interval(np.array([run.worst for run in runs]), level)[0]
    return row | {"within": bool(row["low"] <= observed <= row["high"])}  # type: ignore[operator]


def stated_interval(chances: Floats, level: float) -> tuple[float, float]:
    """Central interval of the share of lots caught, each with its own chance: exact, a sum of unequal coins.

    Parameters
    ----------
    chances
        Chance of each lot.
    level
        Of the interval.
    """
    law = np.ones(1)
    for chance in chances:
        law = np.append(law * (1 - chance), 0.0) + np.insert(law * chance, 0, 0.0)
    sums = np.cumsum(law)
    low, high = (int(np.searchsorted(sums, each - 1e-12)) for each in ((1 - level) / 2, (1 + level) / 2))
    return low / len(chances), min(high, len(chances)) / len(chances)
