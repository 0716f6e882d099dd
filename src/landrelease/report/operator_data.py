"""What operators' reports hold: plain data, made from statements by `landrelease.report.operator_report`."""

from dataclasses import dataclass
from enum import StrEnum

from landrelease.i18n import N_, _
from landrelease.release.perimeter import TurningPoint
from landrelease.report.data import Audience
from landrelease.terms import (
    AccidentKind,
    Activity,
    AssetKind,
    NonconformitySeverity,
    OrdnanceClass,
    QualityResult,
    ReleaseStatus,
)


class ReportKind(StrEnum):
    """Which report."""

    COMPLETION = "completion"
    DAILY = "daily"
    MONTHLY = "monthly"

    @property
    def label(self) -> str:
        """Title in the user's language."""
        return _(_TITLES[self])


_TITLES = {
    ReportKind.COMPLETION: N_("Completion report"),
    ReportKind.DAILY: N_("Daily operator report"),
    ReportKind.MONTHLY: N_("Monthly operator report"),
}


class FindGroup(StrEnum):
    """How a class of ordnance is counted (standards, invariant 13): groups are never added."""

    COUNTED = "counted"
    SMALL_ARMS = "small_arms"
    FREE_FROM_EXPLOSIVE = "free_from_explosive"

    @property
    def label(self) -> str:
        """Name in the user's language."""
        return _(_GROUPS[self])


_GROUPS = {
    FindGroup.COUNTED: N_("Explosive ordnance"),
    FindGroup.SMALL_ARMS: N_("Small arms ammunition, counted apart"),
    FindGroup.FREE_FROM_EXPLOSIVE: N_("Free from explosive, in no count"),
}


@dataclass(frozen=True, slots=True)
class WorkLine:
    """Work of one activity, from the teams' days.

    Attributes
    ----------
    activity
        None where the days do not say.
    team_days
        Days of teams with this work; a team with two activities on a day counts in both lines.
    person_days
        Sum of the people present on these days.
    searched_m2
        As the days say: an operational figure, not land released.
    finds
        As the days say, whatever their class.
    """

    activity: Activity | None
    team_days: int
    person_days: int
    minutes: int
    stints: int
    searched_m2: int
    finds: int


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team in the period."""

    team: str
    name: str
    organisation: str
    days_worked: int
    days_lost: int
    minutes: int
    searched_m2: int
    finds: int
    longest_stint_minutes: int | None


@dataclass(frozen=True, slots=True)
class LostLine:
    """Team-days lost for one reason."""

    reason: str
    team_days: int


@dataclass(frozen=True, slots=True)
class FindLine:
    """Items of one class, from the survey, clearance and spot reports of the period.

    Attributes
    ----------
    destroyed
        None where no report says.
    """

    group: FindGroup
    ordnance: OrdnanceClass
    found: int
    destroyed: int | None


@dataclass(frozen=True, slots=True)
class ReportedLand:
    """m² that reports of one kind and stage state, beside what the account credits; None where none states any."""

    kind: str
    label: str
    reports: int
    area_m2: int | None


@dataclass(frozen=True, slots=True)
class AccidentLine:
    """An accident, without identities and without a position."""

    day: str
    kind: AccidentKind
    area: str | None
    killed: int | None
    injured: int | None


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A QA visit or QC inspection."""

    day: str
    organisation: str
    inspected: str
    area: str | None
    result: QualityResult
    sampled_m2: int | None


@dataclass(frozen=True, slots=True)
class NonconformityLine:
    """A requirement that was not met, and whether it was open at the end of the period."""

    raised: str
    severity: NonconformitySeverity
    requirement: str
    closed: str | None


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One term of an area balance."""

    term: str
    area_m2: float


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part of the area of a completion report; `rings` is empty where its audience may not see where it is.

    Attributes
    ----------
    rings
        Turning points of each ring: outer rings clockwise as walked, then holes.
    """

    part_id: str
    state: ReleaseStatus
    area_m2: float
    method: AssetKind | None
    depth_cm: int | None
    coverage_permille: int | None
    organisation: str
    worked_from: str
    worked_to: str
    rings: tuple[tuple[TurningPoint, ...], ...] = ()


@dataclass(frozen=True)
class OperatorReport:
    """A report as data. Every figure says what it counts; figures of different definitions are never added.

    Attributes
    ----------
    start, end
        First and last day, both included.
    organisation
        Whose work; None for all.
    area
        Subject of the area of a completion report.
    statements
        Number of statements read.
    pending
        How many of them wait for a review; they are in the operational figures and in no balance.
    team_days, lost_days
        Days of teams with and without work; each team once a day.
    minutes
        Worked by all teams.
    balance
        Opening to closing of the areas that the organisation has to do with; empty in a daily report.
    credited
        Of it, what reports of this organisation moved.
    """

    kind: ReportKind
    start: str
    end: str
    organisation: str | None
    organisation_name: str
    audience: Audience
    profile: str
    as_of: str
    statements: int
    pending: int
    team_days: int
    lost_days: int
    minutes: int
    work: tuple[WorkLine, ...]
    lost: tuple[LostLine, ...]
    teams: tuple[TeamLine, ...]
    finds: tuple[FindLine, ...]
    land: tuple[ReportedLand, ...]
    accidents: tuple[AccidentLine, ...]
    visits: tuple[VisitLine, ...]
    nonconformities: tuple[NonconformityLine, ...]
    balance: tuple[BalanceLine, ...] = ()
    credited: tuple[BalanceLine, ...] = ()
    area: str | None = None
    area_name: str | None = None
    admin_area: str | None = None
    parts: tuple[PartLine, ...] = ()
    beneficiaries_direct: int | None = None
    limits: tuple[str, ...] = ()
