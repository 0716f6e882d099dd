"""What is not known about a programme, and how past tasks narrow it (planning part 7).

Rates are log-normal: the log of actual by estimated days is a bias of the programme, an effect of operator and ground,
and what each task adds. Past tasks give the posterior of all three; without them the profile's priors stand. Chances
are held as counts (Beta and Dirichlet), so that few data mean wide draws.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import N_
from landrelease.profile import Profile
from landrelease.terms import Ground, Term

Floats = NDArray[np.float64]
Group = tuple[str, Ground]
"""Operator and ground."""


class Driver(Term):
    """What makes a plan late or early."""

    RATES = "rates", N_("Rates by operator and ground")
    OUTCOMES = "outcomes", N_("Survey outcomes")
    BREAKDOWNS = "breakdowns", N_("Breakdowns")
    WEATHER = "weather", N_("Weather days")
    ACCIDENTS = "accidents", N_("Accidents and stand-down")


@dataclass(frozen=True, slots=True)
class PastTask:
    """A finished task: days estimated beforehand and days truly worked (days lost to weather and the like left out)."""

    operator: str
    ground: Ground
    estimated_days: float
    worked_days: float


@dataclass(frozen=True, slots=True)
class Chance:
    """A chance known from counts: it happened `yes` times and did not `no` times; Beta(yes, no)."""

    yes: float
    no: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.yes + self.no) and self.yes >= 0 and self.no >= 0 and self.yes + self.no > 0):
            raise fail(ErrorCode.FORECAST_SPREAD, name="chance", value=f"{self.yes}, {self.no}")

    def seen(self, yes: float, of: float) -> "Chance":
        """The chance after `yes` more in `of` cases."""
        return Chance(self.yes + yes, self.no + of - yes)

    def draw(self, random: np.random.Generator) -> float:
        """A chance that agrees with the counts."""
        if not (self.yes and self.no):
            return float(self.yes > 0)
        return float(random.beta(self.yes, self.no))


@dataclass(frozen=True, slots=True)
class Rates:
    """Belief about the log of worked by estimated days.

    Attributes
    ----------
    bias, bias_sd
        Of the programme; 0 where estimates are right on the whole.
    between_sd, within_sd
        Spread of the effects of operator and ground, and of tasks within one.
    freedom
        Degrees of freedom of `within_sd`; it is drawn with them.
    groups
        Mean of the past tasks of each operator and ground, and their number.
    """

    bias: float = 0.0
    bias_sd: float = 0.2
    between_sd: float = 0.3
    within_sd: float = 0.3
    freedom: float = 10.0
    groups: Mapping[Group, tuple[float, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("bias_sd", "between_sd", "within_sd", "freedom"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise fail(ErrorCode.FORECAST_SPREAD, name=name, value=value)

    def draw(self, groups: Iterable[Group], random: np.random.Generator) -> tuple[Floats, float]:
        """Log factor of each group, and the spread within a group, for one run."""
        within = self.within_sd
        if self.freedom:
            within *= math.sqrt(self.freedom / max(random.chisquare(self.freedom), 1e-9))
        overall = self.bias + self.bias_sd * random.standard_normal()
        effects = [self._effect(group, overall, random.standard_normal()) for group in groups]
        return np.array(effects, dtype=np.float64), within

    def _effect(self, group: Group, overall: float, step: float) -> float:
        mean, count = self.groups.get(group, (0.0, 0))
        if not self.between_sd:
            return overall
        own = 1 / self.between_sd**2
        seen = count / max(self.within_sd, 1e-9) ** 2
        return (own * overall + seen * mean) / (own + seen) + step / math.sqrt(own + seen)


FEWEST = 5
"""Past tasks below which the priors stand alone."""
PRIOR_FREEDOM = 5.0
"""How many tasks, and groups, the prior spreads are worth."""


def calibrated(prior: Rates, past: Iterable[PastTask]) -> Rates:
    """Posterior of the rates after finished tasks (empirical Bayes, normal model of the log ratio).

    Fewer than five tasks change nothing. Spreads are prior and data by their degrees of freedom; the bias follows from
    the groups' means, each weighted by what it can tell.

    Raises
    ------
    LandreleaseError
        LR6070 for days that are not above 0.
    """
    logs: dict[Group, list[float]] = {}
    for task in past:
        for name in ("estimated_days", "worked_days"):
            if not (math.isfinite(getattr(task, name)) and getattr(task, name) > 0):
                raise fail(ErrorCode.FORECAST_SPREAD, name=name, value=getattr(task, name))
        logs.setdefault((task.operator, task.ground), []).append(math.log(task.worked_days / task.estimated_days))
    count = np.array([len(values) for values in logs.values()], dtype=np.float64)
    if count.sum() < FEWEST:
        return prior
    mean = np.array([np.mean(values) for values in logs.values()])
    squares = sum(float(((np.array(values) - m) ** 2).sum()) for values, m in zip(logs.values(), mean, strict=True))
    freedom = PRIOR_FREEDOM + float((count - 1).sum())
    within = math.sqrt((PRIOR_FREEDOM * prior.within_sd**2 + squares) / freedom)
    between = _between(prior, mean, within**2 / count)
    weight = 1 / (between**2 + within**2 / count + 1e-12)
    own = 1 / max(prior.bias_sd, 1e-6) ** 2
    total = own + float(weight.sum())
    return Rates(
        bias=(own * prior.bias + float((weight * mean).sum())) / total, bias_sd=1 / math.sqrt(total),
        between_sd=between, within_sd=within, freedom=freedom,
        groups={group: (float(m), len(logs[group])) for group, m in zip(logs, mean, strict=True)},
    )  # fmt: skip


def _between(prior: Rates, mean: Floats, noise: Floats) -> float:
    """Spread of the groups: their variance less what the tasks within them explain, with the prior."""
    variance = max(0.0, float(((mean - mean.mean()) ** 2 - noise * (1 - 1 / len(mean))).sum()))
    return math.sqrt((PRIOR_FREEDOM * prior.between_sd**2 + variance) / (PRIOR_FREEDOM + len(mean) - 1))


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What a survey may show; counts as of a Dirichlet.

    Attributes
    ----------
    cancelled, reduced, full
        How often each is thought, or was seen, to happen.
    reduced_work, full_work
        Work that is then left for the next steps, as a share of the planned.
    """

    cancelled: float
    reduced: float
    full: float
    reduced_work: float
    full_work: float

    def __post_init__(self) -> None:
        for name in ("cancelled", "reduced", "full", "reduced_work", "full_work"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise fail(ErrorCode.FORECAST_SPREAD, name=name, value=getattr(self, name))
        if not self.cancelled + self.reduced + self.full > 0:
            raise fail(ErrorCode.FORECAST_SPREAD, name="outcomes", value=0)

    @property
    def chances(self) -> tuple[float, float, float]:
        """Mean chance of cancelled, reduced and full."""
        total = self.cancelled + self.reduced + self.full
        return self.cancelled / total, self.reduced / total, self.full / total

    def seen(self, cancelled: int, reduced: int, full: int) -> "Outcomes":
        """After so many more surveys."""
        return replace(
            self, cancelled=self.cancelled + cancelled, reduced=self.reduced + reduced, full=self.full + full
        )

    def draw(self, random: np.random.Generator) -> Floats:
        """Chances that agree with the counts, shape (3,)."""
        return np.asarray(random.dirichlet(np.maximum([self.cancelled, self.reduced, self.full], 1e-9)))


@dataclass(frozen=True, slots=True)
class Spell:
    """Days lost in a row: chance a day that a spell begins, and its mean length; of fixed length where so said."""

    chance: Chance
    days: float
    fixed: bool = False

    def draw(self, places: int, horizon: int, random: np.random.Generator, times: Floats | None = None) -> Floats:
        """Whether a day is lost, shape (places, horizon); `times` multiplies the chance of each place."""
        chance = min(self.chance.draw(random), 1.0) * (np.ones(places) if times is None else times)
        begins = random.random((places, horizon)) < chance[:, None]
        lengths = random.geometric(1 / max(self.days, 1.0), (places, horizon))
        if self.fixed:
            lengths = np.full_like(lengths, round(self.days))
        day = np.arange(horizon)[None]
        until = np.maximum.accumulate(np.where(begins, day + lengths, 0), axis=1)
        return np.asarray(until > day)


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Everything that a forecast draws.

    Attributes
    ----------
    breakdowns, weather, accidents
        A day of a team, of a region, of a team; after an accident all teams of its operator stand down.
    """

    rates: Rates
    outcomes: Outcomes
    breakdowns: Spell
    weather: Spell
    accidents: Spell

    @classmethod
    def from_profile(cls, profile: Profile) -> "Uncertainty":
        """The country's priors: section `[forecast]`, and accidents from `accidents.per_person_year`."""
        given = profile.forecast
        weight = given.prior_days

        def spell(chance: float, days: float, fixed: bool = False) -> Spell:
            return Spell(Chance(chance * weight, (1 - chance) * weight), days, fixed)

        cancelled, reduced, full = given.outcomes
        accident = min(1.0, profile.accidents.per_person_year * given.team_people / given.days_a_year)
        return cls(
            Rates(given.rate_bias, given.rate_bias_sd, given.rate_between_sd, given.rate_within_sd),
            Outcomes(
                cancelled=given.prior_surveys * cancelled, reduced=given.prior_surveys * reduced,
                full=given.prior_surveys * full, reduced_work=given.reduced_work_share, full_work=given.full_work_share,
            ),
            spell(given.breakdown_share_a_day, given.breakdown_days),
            spell(given.weather_share_a_day, given.weather_days),
            spell(accident, given.stand_down_days, fixed=True),
        )  # fmt: skip
