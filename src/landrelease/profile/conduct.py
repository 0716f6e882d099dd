"""Sections of a profile about the conduct of work: quality, checks of reports, safety."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from landrelease.profile.section import GrownSection, Positive, Section, Share
from landrelease.terms import NonconformitySeverity, OnBreach, SafetyRule

Days = Annotated[int, Field(ge=1)]


def _named_once(groups: dict[str, list[str]]) -> dict[str, list[str]]:
    items = [item for group in groups.values() for item in group]
    twice = sorted({item for item in items if items.count(item) > 1})
    if twice:
        raise ValueError(f"checklist: {', '.join(twice)} stands in two places")
    return groups


Checklist = Annotated[dict[str, list[str]], AfterValidator(_named_once)]
"""Groups of a QA checklist, each with its items; a country sets both."""


class Quality(GrownSection):
    """Sampling and nonconformities."""

    section: ClassVar[str] = "quality"
    added: ClassVar[tuple[str, ...]] = ("verify_outside", "due_days", "effectiveness_days")

    confidence: Share
    clean_share: Share
    unit_m2: Positive
    blocking: list[NonconformitySeverity]
    verify_outside: list[NonconformitySeverity]
    due_days: dict[NonconformitySeverity, Days]
    effectiveness_days: Days


class Checks(Section):
    """Automatic checks of reports: from where on someone asks."""

    rate_tolerance_share: Annotated[float, Field(ge=0)]
    find_chance_share: Share
    find_days: Days
    lane_m: Positive
    track_accuracy_m: Annotated[float, Field(ge=0)]
    off_track_share: Share
    track_outside_share: Share
    depth_readings: Days
    depth_chance_share: Share
    overlap_share: Share


class Safety(GrownSection):
    """Limits on the work of people and dogs, and what a breach leads to."""

    section: ClassVar[str] = "safety"
    added: ClassVar[tuple[str, ...]] = ("leave_days", "on_report", "on_plan", "severity")

    stint_minutes: Positive
    stint_minutes_heat: Positive
    break_minutes: Positive
    minutes_a_day: Positive
    heat_c: float
    stop_c: float
    dog_stop_c: float
    days_on: Days
    distance_m: Positive
    evacuation_minutes: Positive
    leave_days: Days
    on_report: dict[SafetyRule, OnBreach]
    on_plan: dict[SafetyRule, OnBreach]
    severity: dict[SafetyRule, NonconformitySeverity]
