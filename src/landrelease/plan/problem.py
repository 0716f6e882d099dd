"""The planning problem: areas with chains of operations, teams, days."""

from dataclasses import dataclass, field
from enum import StrEnum

from landrelease.terms import Activity, AssetKind


@dataclass(frozen=True, slots=True)
class Operation:
    """One step of an area's chain.

    Attributes
    ----------
    work_m2
        Ground to cover, m².
    asset_kinds
        Kinds of team that may do it.
    """

    activity: Activity
    work_m2: float
    asset_kinds: tuple[AssetKind, ...]


@dataclass(frozen=True, slots=True)
class PlanArea:
    """A hazardous area as the planner sees it.

    Attributes
    ----------
    x_m, y_m
        Representative point, metric system.
    value_a_day
        Value units gained for each day that the land is free.
    expected_items
        From the intensity.
    beneficiaries
        People who would use the land.
    """

    area_id: str
    x_m: float
    y_m: float
    area_m2: float
    value_a_day: float
    operations: tuple[Operation, ...]
    expected_items: float = 0.0
    beneficiaries: float = 0.0


@dataclass(frozen=True, slots=True)
class PlanTeam:
    """A team: what it is, how fast it works (m² a day by activity), where it starts."""

    team_id: str
    asset_kind: AssetKind
    m2_a_day: dict[Activity, float]
    base_x_m: float
    base_y_m: float


@dataclass(frozen=True, slots=True)
class Problem:
    """Areas, teams and a horizon of working days.

    Attributes
    ----------
    horizon_days
        Working days; day 0 is the first.
    travel_m_a_day
        How far a team and its camp move in a day.
    closed_days
        Days on which nobody works.
    """

    areas: tuple[PlanArea, ...]
    teams: tuple[PlanTeam, ...]
    horizon_days: int
    travel_m_a_day: float = 100_000.0
    closed_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Assignment:
    """A team works on an operation of an area from the start day to before the finish day (elapsed days)."""

    team_id: str
    area_id: str
    operation: int
    start_day: int
    finish_day: int


class Rule(StrEnum):
    """How the dispatcher ranks candidates."""

    VALUE_PER_TEAM_DAY = "value_per_team_day"
    SCORE_SHEET = "score_sheet"
    NEAREST_FIRST = "nearest_first"


@dataclass(frozen=True, slots=True)
class Plan:
    """Assignments in order of decision, and the value that the planner claims for them."""

    rule: Rule
    assignments: tuple[Assignment, ...]
    value: float
    reasons: dict[str, str] = field(default_factory=dict)
    """Why an area waits, by area."""
