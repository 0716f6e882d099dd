"""The planning problem: areas with chains of operations, teams, days; and what a plan for it is.

Days are counted from 0. A finish day is a count of elapsed days: work on days 3, 4 and 5 starts on day 3 and ends on
day 6. An operation needs open days of its region and team; travel goes on through closed days.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.i18n import N_, _
from landrelease.terms import Activity, AssetKind, Ground, Term


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of an area's chain.

    Attributes
    ----------
    work_m2
        Ground to cover, m²; 0 where a visit of one day is enough.
    asset_kinds
        Kinds of team that may do it.
    """

    activity: Activity
    work_m2: float
    asset_kinds: tuple[AssetKind, ...]

    def __post_init__(self) -> None:
        _require_amount(self.activity.label, "work_m2", self.work_m2)


_AREA_AMOUNTS = ("area_m2", "value_a_day", "expected_items", "beneficiaries", "deadline_bonus")


@dataclass(frozen=True, slots=True)
class PlanArea:
    """A hazardous area, or a block of one, as the planner sees it.

    Attributes
    ----------
    x_m, y_m
        Representative point, metric system.
    value_a_day
        Value units gained for each day that the land is free.
    operations
        The chain: each starts after the one before has finished; the last releases the area.
    region
        Name of the region whose calendar holds.
    deadline_day, deadline_bonus
        A release not later than this day earns the bonus, value units.
    expected_items
        From the intensity; None where it is not known.
    beneficiaries
        People who would use the land; None where it is not known.
    parent_id
        The hazardous area that this is a block of; empty where it is a whole one.
    """

    area_id: str
    x_m: float
    y_m: float
    area_m2: float
    value_a_day: float
    operations: tuple[Operation, ...]
    expected_items: float | None = None
    beneficiaries: float | None = None
    region: str = ""
    ground: Ground = Ground.UNKNOWN
    deadline_day: int | None = None
    deadline_bonus: float = 0.0
    parent_id: str = ""

    def __post_init__(self) -> None:
        for name in _AREA_AMOUNTS:
            if getattr(self, name) is not None:
                _require_amount(self.area_id, name, getattr(self, name))
        _require_place(self.area_id, x_m=self.x_m, y_m=self.y_m)
        if not self.operations:
            raise _invalid(self.area_id, "operations", _("there must be at least one"))


@dataclass(frozen=True, slots=True)
class PlanTeam:
    """A team: what it is, how fast it works (m² a day by activity), where it starts.

    Attributes
    ----------
    m2_a_day
        Pace on open ground; an activity that is missing, or 0, is one that the team cannot do.
    regions
        Regions in which it is accredited; None for all.
    area_ids
        Areas to which its donor has earmarked it; None for all.
    closed_days
        Its own days off: rest, leave, days outside its accreditation.
    cost_a_day
        Money that a day of its work takes from its donor's budget.
    donor
        Who pays for its work, a key of `Problem.budgets`; empty where no budget limits it.
    """

    team_id: str
    asset_kind: AssetKind
    m2_a_day: Mapping[Activity, float]
    base_x_m: float
    base_y_m: float
    organisation: str = ""
    regions: frozenset[str] | None = None
    area_ids: frozenset[str] | None = None
    closed_days: frozenset[int] = frozenset()
    cost_a_day: float = 0.0
    donor: str = ""

    def __post_init__(self) -> None:
        _require_amount(self.team_id, "cost_a_day", self.cost_a_day)
        _require_place(self.team_id, base_x_m=self.base_x_m, base_y_m=self.base_y_m)
        for activity, pace in self.m2_a_day.items():
            _require_amount(self.team_id, f"m2_a_day[{activity.value}]", pace)


@dataclass(frozen=True, slots=True)
class Corridor:
    """A road, a canal or a line that is of use only when all its areas are released.

    Attributes
    ----------
    value_a_day
        Value units gained for each day that it is open, beside what its areas are worth alone.
    """

    corridor_id: str
    area_ids: tuple[str, ...]
    value_a_day: float

    def __post_init__(self) -> None:
        _require_amount(self.corridor_id, "value_a_day", self.value_a_day)
        _require_unique("area_ids", self.area_ids)
        if not self.area_ids:
            raise _invalid(self.corridor_id, "area_ids", _("there must be at least one"))


@dataclass(frozen=True, slots=True)
class Problem:
    """Areas, teams and a horizon of days.

    Attributes
    ----------
    horizon_days
        Nothing may finish later.
    travel_m_a_day, mobilisation_days, commute_m
        A move takes the mobilisation days and one day for each begun `travel_m_a_day`; a move shorter than `commute_m`
        takes none.
    closed_days
        Days on which nobody works.
    region_closed_days
        Days on which nobody works in a region (season, harvest, access).
    ground_factor
        What a kind of team keeps of its pace on a kind of ground; 1 where not given.
    benefit_days
        How long after the horizon the use of released land is counted.
    discount_a_day
        Continuous discount rate of that use.
    start
        Date of day 0, where dates are to be shown.
    findings
        What was left out or assumed when the problem was built.
    corridors
        Roads and the like whose value comes when all their areas are released.
    budgets
        Money of each donor for the work of its teams over the horizon.
    """

    areas: tuple[PlanArea, ...]
    teams: tuple[PlanTeam, ...]
    horizon_days: int
    travel_m_a_day: float = 100_000.0
    mobilisation_days: int = 0
    commute_m: float = 0.0
    closed_days: frozenset[int] = frozenset()
    region_closed_days: Mapping[str, frozenset[int]] = field(default_factory=dict)
    ground_factor: Mapping[tuple[AssetKind, Ground], float] = field(default_factory=dict)
    benefit_days: int = 0
    discount_a_day: float = 0.0
    start: date | None = None
    findings: tuple[Finding, ...] = ()
    corridors: tuple[Corridor, ...] = ()
    budgets: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        owner = _("the problem")
        for name in ("horizon_days", "mobilisation_days", "commute_m", "benefit_days", "discount_a_day"):
            _require_amount(owner, name, getattr(self, name))
        if not self.travel_m_a_day > 0:
            raise _invalid(owner, "travel_m_a_day", _("{value} is not above 0").format(value=self.travel_m_a_day))
        for (kind, ground), factor in self.ground_factor.items():
            _require_amount(owner, f"ground_factor[{kind.value}, {ground.value}]", factor)
        for donor, budget in self.budgets.items():
            _require_amount(owner, f"budgets[{donor}]", budget)
        _require_unique("corridor_id", (corridor.corridor_id for corridor in self.corridors))
        self._require_known()
        _require_unique("area_id", (area.area_id for area in self.areas))
        _require_unique("team_id", (team.team_id for team in self.teams))

    def _require_known(self) -> None:
        """Refuse corridors through areas that are not there, and donors without a budget."""
        areas = {area.area_id for area in self.areas}
        for corridor in self.corridors:
            for area_id in corridor.area_ids:
                if area_id not in areas:
                    raise _invalid(corridor.corridor_id, "area_ids", _("{area} is not an area").format(area=area_id))
        for team in self.teams:
            if team.donor and team.donor not in self.budgets:
                raise _invalid(team.team_id, "donor", _("{donor} has no budget").format(donor=team.donor))

    def date_of(self, day: int) -> date | None:
        """Date of a day, where the problem has a start date."""
        return None if self.start is None else self.start + timedelta(days=day)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A team works on an operation of an area from the start day to before the finish day (elapsed days)."""

    team_id: str
    area_id: str
    operation: int
    start_day: int
    finish_day: int


class Rule(Term):
    """How the dispatcher ranks candidates."""

    VALUE_PER_TEAM_DAY = "value_per_team_day", N_("Value per team-day")
    SCORE_SHEET = "score_sheet", N_("Score sheet: greatest benefit first")
    NEAREST_FIRST = "nearest_first", N_("Shortest and nearest first")
    PRICED = "priced", N_("Priced team-days, improved by search")


@dataclass(frozen=True, slots=True)
class Plan:
    """Assignments in order of decision, and the value that the planner claims for them."""

    rule: Rule
    assignments: tuple[Assignment, ...]
    value: float
    reasons: Mapping[str, Finding] = field(default_factory=dict)
    """Why an area is not released, by area; ``reasons[area_id].what`` is the text."""


def _invalid(owner: str, name: str, problem: str) -> LandreleaseError:
    return fail(ErrorCode.PLAN_PROBLEM_INVALID, owner=owner, field=name, problem=problem)


def _require_amount(owner: str, name: str, value: float) -> None:
    if not (math.isfinite(value) and value >= 0):
        raise _invalid(owner, name, _("{value} is not a number of 0 or more").format(value=value))


def _require_place(owner: str, **coordinates: float) -> None:
    for name, value in coordinates.items():
        if not math.isfinite(value):
            raise _invalid(owner, name, _("{value} is not a coordinate").format(value=value))


def _require_unique(name: str, identifiers: Iterable[str]) -> None:
    for identifier, count in Counter(identifiers).items():
        if count > 1:
            raise _invalid(identifier, name, _("it is used {count} times").format(count=count))
