"""Rates of work, finds, and days: what day reports say against the norms of the profile and against each other."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from landrelease.errors import ErrorCode
from landrelease.i18n import N_, _
from landrelease.profile import Profile
from landrelease.quality.checks.asks import Ask, poisson_chance, share_chance, shown_chance
from landrelease.quality.safety.cover import Cover, Held
from landrelease.quality.safety.day import TeamDay, holders_of
from landrelease.quality.safety.days import team_days
from landrelease.terms import Activity, AssetKind, SafetyRule

if TYPE_CHECKING:
    from landrelease.record.register import Register

NORMS: Mapping[AssetKind, tuple[str, str]] = {
    AssetKind.MANUAL_TEAM: ("manual_m2_a_deminer", N_("deminer and day")),
    AssetKind.DOG_TEAM: ("dog_m2_a_team", N_("team and day")),
    AssetKind.MACHINE: ("machine_m2_a_machine", N_("machine and day")),
    AssetKind.TECHNICAL_SURVEY_TEAM: ("technical_survey_m2_a_team", N_("team and day")),
    AssetKind.SURVEY_TEAM: ("survey_m2_a_team", N_("team and day")),
    AssetKind.QA_TEAM: ("quality_m2_a_team", N_("team and day")),
}
"""Rate of each kind of team in the profile, and what it is a rate of."""
SEARCHING = frozenset({Activity.CLEARANCE, Activity.BAC, Activity.TS})
"""Work whose finds say something of the ground."""


def rate_asks(register: "Register", profile: Profile) -> Iterator[Ask]:
    """Ask about days on which a team did more than the greatest rate of its kind, with the profile's tolerance.

    People of a manual team count by the share of them who search, as the planner counts them. A team whose size or
    kind is not known is passed over: there is no rate of it.
    """
    for day in team_days(register):
        norm = NORMS.get(day.asset_kind) if day.asset_kind else None
        if norm is None or not day.body.searched_area_m2:
            continue
        name, unit = norm
        manual = day.asset_kind is AssetKind.MANUAL_TEAM
        searchers = day.body.people * profile.planning.searching_share if manual else 1.0
        greatest = getattr(profile.rates, name)[2] * (1 + profile.checks.rate_tolerance_share)
        if searchers and day.body.searched_area_m2 / searchers > greatest:
            details = {"team": day.team, "day": day.day, "rate": f"{day.body.searched_area_m2 / searchers:.0f}",
                       "unit": _(unit), "norm": f"{getattr(profile.rates, name)[2]:g}"}  # fmt: skip
            yield _ask(ErrorCode.ASK_RATE, details, day)


@dataclass(frozen=True)
class _Window:
    """What one team did on one area with one activity within a stretch of days."""

    days: tuple[TeamDay, ...]

    @property
    def finds(self) -> int:
        return sum(day.body.finds for day in self.days)

    @property
    def ground_m2(self) -> int:
        return sum(day.body.searched_area_m2 for day in self.days)


def find_asks(register: "Register", profile: Profile, items_per_m2: Mapping[str, float] | None = None) -> Iterator[Ask]:
    """Ask about teams that found far more or far fewer items than the intensity, or than others on the same area.

    Parameters
    ----------
    items_per_m2
        Expected items by area, from an estimate; a search finds the share that the profile's ``detection`` says.

    Notes
    -----
    Against the intensity: exact two-sided Poisson chance. Against the others: exact binomial chance of the team's share
    of all finds, given its share of the ground; no rate has to be known.
    """
    windows = _windows(register, profile.checks.find_days)
    for (area, _activity), mine in windows.items():
        for window in mine:
            expected = (items_per_m2 or {}).get(area)
            if expected is not None:
                yield from _against_intensity(window, expected, profile)
        yield from _against_neighbours(mine, profile)


def _windows(register: "Register", length: int) -> dict[tuple[str, Activity], list[_Window]]:
    days: dict[tuple[str, Activity, str, int], list[TeamDay]] = defaultdict(list)
    for day in team_days(register):
        body = day.body
        if body.area is not None and body.activity in SEARCHING and body.searched_area_m2:
            number = date.fromisoformat(day.day).toordinal() // length
            days[body.area, body.activity, day.team, number].append(day)
    found: dict[tuple[str, Activity], list[_Window]] = defaultdict(list)
    for (area, activity, _team, _number), told in days.items():
        found[area, activity].append(_Window(tuple(told)))
    return found


def _against_intensity(window: _Window, items_per_m2: float, profile: Profile) -> Iterator[Ask]:
    mean = window.ground_m2 * items_per_m2 * _detection(window.days[0].asset_kind, profile)
    chance = poisson_chance(window.finds, mean)
    if chance < profile.checks.find_chance_share:
        yield _finds(window, mean, _("the intensity"), chance)


def _detection(kind: AssetKind | None, profile: Profile) -> float:
    detection = profile.detection
    shares = {
        AssetKind.DOG_TEAM: detection.dog, AssetKind.MACHINE: detection.machine,
        AssetKind.TECHNICAL_SURVEY_TEAM: detection.technical_survey,
    }  # fmt: skip
    return shares.get(kind, detection.manual) if kind else detection.manual


def _against_neighbours(windows: list[_Window], profile: Profile) -> Iterator[Ask]:
    """Compare each team's window with all others on the area; a team's own other weeks are not its neighbours."""
    for window in windows:
        others = [other for other in windows if other.days[0].team != window.days[0].team]
        ground = sum(other.ground_m2 for other in others)
        if not ground:
            continue
        finds = sum(other.finds for other in others)
        share = window.ground_m2 / (window.ground_m2 + ground)
        chance = share_chance(window.finds, finds, share)
        if chance < profile.checks.find_chance_share:
            yield _finds(window, (window.finds + finds) * share, _("other teams on the same area"), chance)


def _finds(window: _Window, expected: float, basis: str, chance: float) -> Ask:
    first, last = window.days[0], window.days[-1]
    details = {"team": first.team, "start": first.day, "end": last.day, "finds": window.finds,
               "expected": f"{expected:.1f}", "basis": basis, "chance": shown_chance(chance)}  # fmt: skip
    entries = tuple(day.entry for day in window.days)
    return Ask(ErrorCode.ASK_FINDS, details, entries, first.day, first.team, first.body.area, first.organisation)


def lost_day_asks(register: "Register") -> Iterator[Ask]:
    """Ask about ground searched on a day that is reported as lost."""
    for day in team_days(register):
        if day.body.lost_to and day.body.searched_area_m2:
            details = {"team": day.team, "day": day.day, "area_m2": day.body.searched_area_m2,
                       "lost_to": _(day.body.lost_to)}  # fmt: skip
            yield _ask(ErrorCode.ASK_WORK_ON_LOST_DAY, details, day)


def accreditation_asks(register: "Register") -> Iterator[Ask]:
    """Ask about days of work outside the recorded accreditation; where none was ever recorded there is no question."""
    cover, rule = Cover(register), SafetyRule.ACCREDITATION
    for day in team_days(register):
        if not day.worked or day.body.activity is None:
            continue
        holders = holders_of(rule, day.team, day.organisation, None)
        held, entries = cover.statements(rule, holders, day.body.activity, day.day)
        if held is Held.NO:
            details = {"team": day.team, "day": day.day, "activity": day.body.activity.label,
                       "organisation": day.organisation}  # fmt: skip
            yield _ask(ErrorCode.ASK_ACCREDITATION, details, day, entries)


def _ask(code: ErrorCode, details: Mapping[str, object], day: TeamDay, entries: tuple[str, ...] = ()) -> Ask:
    return Ask(code, details, (day.entry, *entries), day.day, day.team, day.body.area, day.organisation)
