"""What came of a run, and several runs side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import N_, _


@dataclass(frozen=True, slots=True)
class Outcome:
    """Figures of one policy on one province. Areas in m², truth where the name says so.

    Attributes
    ----------
    cancelled_m2, reduced_m2, cleared_m2
        Released by each route: reported, accepted, inspected and decided.
    unclosed_m2
        Reported but not decided by the last day; not released.
    items_found, items_exploded, items_left
        Truth: all items of the province.
    items_left_in_released
        Truth: items still in land that was released, by route.
    accidents_expected
        Sum of the chances of all accidents that could have happened; `accidents` is what was drawn.
    """

    scenario: str
    policy: str
    seed: int
    areas: int
    suspected_m2: float
    cancelled_m2: float
    reduced_m2: float
    cleared_m2: float
    unclosed_m2: float
    searched_m2: float
    prepared_m2: float
    areas_surveyed: int
    items_laid: int
    items_found: int
    items_found_by_spot_tasks: int
    items_exploded: int
    items_left: int
    items_left_in_cancelled: int
    items_left_in_reduced: int
    items_left_in_cleared: int
    accidents_expected: float
    accidents: int
    killed: int
    injured: int
    beneficiaries: float
    work_days: int
    team_days: int
    idle_team_days: int
    lost_team_days: Mapping[str, int]
    longest_stint_minutes: int
    stint_overruns: int
    most_days_without_rest: int
    visits: int
    failed_visits: int
    signals: int
    statements: int

    @property
    def released_m2(self) -> float:
        """Area released by any route, m²."""
        return self.cancelled_m2 + self.reduced_m2 + self.cleared_m2

    @property
    def items_left_in_released(self) -> int:
        """Truth: items still in land released by any route."""
        return self.items_left_in_cancelled + self.items_left_in_reduced + self.items_left_in_cleared

    @property
    def released_m2_a_team_day(self) -> float:
        """Area released for each team-day worked, m²."""
        return self.released_m2 / self.team_days if self.team_days else 0.0

    @property
    def left_a_released_km2(self) -> float:
        """Truth: items left for each km² released."""
        return self.items_left_in_released / (self.released_m2 / 1e6) if self.released_m2 else 0.0


ROWS: tuple[tuple[str, str], ...] = (
    ("released_m2", N_("Released, m²")),
    ("cancelled_m2", N_("  cancelled by survey, m²")),
    ("reduced_m2", N_("  reduced by technical survey, m²")),
    ("cleared_m2", N_("  cleared, m²")),
    ("unclosed_m2", N_("Worked but not released, m²")),
    ("searched_m2", N_("Searched for clearance, m²")),
    ("items_found", N_("Items found")),
    ("items_found_by_spot_tasks", N_("  by spot tasks outside the areas")),
    ("items_left", N_("Items left in the province (truth)")),
    ("items_left_in_released", N_("Items left in released land (truth)")),
    ("items_left_in_cancelled", N_("  in cancelled land")),
    ("items_left_in_reduced", N_("  in reduced land")),
    ("items_left_in_cleared", N_("  in cleared land")),
    ("left_a_released_km2", N_("Items left for each km² released (truth)")),
    ("accidents_expected", N_("Accidents expected")),
    ("accidents", N_("Accidents in this run")),
    ("killed", N_("  killed")),
    ("injured", N_("  injured")),
    ("beneficiaries", N_("Beneficiaries")),
    ("work_days", N_("Work days")),
    ("team_days", N_("Team-days worked")),
    ("idle_team_days", N_("Team-days without a task")),
    ("longest_stint_minutes", N_("Longest stint, minutes")),
    ("stint_overruns", N_("Stints over the limit")),
    ("most_days_without_rest", N_("Most days without rest")),
    ("failed_visits", N_("QA visits failed")),
    ("visits", N_("QA visits")),
    ("signals", N_("False alarms dug up")),
    ("released_m2_a_team_day", N_("Released for a team-day, m²")),
)
"""Figures that are shown side by side, with their labels."""


def compare(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Put outcomes side by side.

    Returns
    -------
    DataFrame
        One row a figure: ``measure`` (stable name), ``label`` (translated), and one column for each policy.

    Raises
    ------
    LandreleaseError
        LR8006 where they are not of one scenario and seed, or a policy appears twice.
    """
    for name in ("scenario", "seed", "items_laid"):
        values = sorted({str(getattr(outcome, name)) for outcome in outcomes})
        if len(values) > 1:
            raise fail(ErrorCode.OUTCOMES_DIFFER, problem=f"{name}: {', '.join(values)}")
    policies = [outcome.policy for outcome in outcomes]
    if len(set(policies)) < len(policies):
        raise fail(ErrorCode.OUTCOMES_DIFFER, problem=_("a policy appears twice"))
    columns = {outcome.policy: [float(getattr(outcome, name)) for name, _label in ROWS] for outcome in outcomes}
    return pd.DataFrame({"measure": [name for name, _l in ROWS], "label": [_(label) for _n, label in ROWS], **columns})
