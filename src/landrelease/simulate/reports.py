"""The record before the deployment: who is there, where the land lies, what people have reported so far."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import shapely

from landrelease.i18n import _
from landrelease.profile import Profile
from landrelease.progress import SILENT, Progress, track
from landrelease.record.entry import Source
from landrelease.simulate.clerk import PLANNER, REVIEWER, SIGNATORY, Clerk
from landrelease.simulate.hazards import CLASSES
from landrelease.simulate.province import PastAccident, Province, SpotReport
from landrelease.simulate.suspected import Evidence, SuspectedArea
from landrelease.simulate.terrain import GROUNDS
from landrelease.simulate.workforce import ACTIVITIES, AUTHORITY, MONITORING, REGIMENT, Team
from landrelease.terms import (
    AccidentKind,
    EvidenceGrade,
    HowKnown,
    LandClass,
    OrdnanceClass,
    PersonGroup,
    PositionQuality,
    Reliability,
    VictimOutcome,
)

SURVEYOR, SURVEY_ORGANISATION = "person:earlier-survey", "org:earlier-survey"
REGISTRAR, POLICE = "person:accident-registrar", "org:police"

ORGANISATIONS = {
    AUTHORITY: ("Mine action centre", "authority"), REGIMENT: ("Engineering regiment", "military"),
    MONITORING: ("Monitoring body", "operator"), SURVEY_ORGANISATION: ("Earlier surveys", "operator"),
    POLICE: ("Police", "authority"),
}  # fmt: skip

ACCIDENT_KINDS = {
    OrdnanceClass.MINE_AP: AccidentKind.MINE, OrdnanceClass.MINE_AV: AccidentKind.MINE,
    OrdnanceClass.MINE_IMPROVISED: AccidentKind.IED, OrdnanceClass.SUBMUNITION: AccidentKind.CLUSTER,
}  # fmt: skip


def district_id(district: int) -> str:
    """Identifier of a district."""
    return f"admin:{district + 1:02d}"


def write_baseline(
    province: Province, teams: tuple[Team, ...], clerk: Clerk, progress: Progress = SILENT
) -> dict[str, str]:
    """Write the record as it stands on the first day of the deployment, month by month, reviewed by someone else.

    Returns
    -------
    dict[str, str]
        Hash of the report that made each area, by area.
    """
    reports: dict[str, str] = {}
    due: dict[date, list[Callable[[], None]]] = defaultdict(list)
    _people_and_places(province, teams, clerk)
    for area in province.areas:
        due[area.reported].append(partial(_say_area, province, area, clerk, reports))
    for number, accident in enumerate(province.accidents, 1):
        due[accident.day].append(partial(say_accident, province, number, accident, clerk))
    for spot in province.spots:
        if spot.day < 0:
            day = province.scenario.deployment.day(spot.day)
            due[day].append(partial(say_spot, province, spot, day, clerk))
    months: dict[tuple[int, int], list[date]] = defaultdict(list)
    for day in sorted(due):
        months[day.year, day.month].append(day)
    for days in track(list(months.values()), progress, _("Writing the record before the deployment")):
        for day in days:
            for say in due[day]:
                say()
        clerk.write(days[-1], 18)
        clerk.review(days[-1])
        clerk.write(days[-1], 20)
    _teams(province, teams, clerk)
    clerk.write(province.scenario.deployment.start, 6)
    return reports


def _people_and_places(province: Province, teams: tuple[Team, ...], clerk: Clerk) -> None:
    """Say who is there: on the first day of the record's first year, by the centre."""
    day, profile = date(province.scenario.reports.first_year, 1, 1), clerk.profile
    adopted = {"name": profile.identity.name, "version": profile.identity.version, "sha256": profile.sha256,
               "text": profile.text}  # fmt: skip
    clerk.say("profile", f"profile:{profile.identity.name}", adopted, day, SIGNATORY, AUTHORITY)
    for subject, (name, kind) in ORGANISATIONS.items():
        clerk.say("organisation", subject, {"name": name, "type": kind}, day, REVIEWER, AUTHORITY)
    people = [SURVEYOR, REGISTRAR, REVIEWER, SIGNATORY, PLANNER, *(team.leader for team in teams)]
    for person in people:
        clerk.say("person", person, {"pseudonym": person.removeprefix("person:")}, day, REVIEWER, AUTHORITY)
    for index, polygon in enumerate(province.places.districts):
        body = {"name": province.places.names[index], "code": f"{index + 1:02d}", "level": 1,
                "shape": province.frame.body(polygon, PositionQuality.SURVEYED)}  # fmt: skip
        clerk.say("admin_area", district_id(index), body, day, REVIEWER, AUTHORITY)
    clerk.write(day, 8)


def _teams(province: Province, teams: tuple[Team, ...], clerk: Clerk) -> None:
    start = province.scenario.deployment.start
    base = province.frame.body(shapely.Point(base_of(province)), PositionQuality.GNSS)
    for team in teams:
        body: dict[str, Any] = {"name": team.name, "asset_kind": team.kind, "people": team.people, "base": base,
                                "activities": list(ACTIVITIES[team.kind])}  # fmt: skip
        clerk.say("team", team.team_id, body, start, PLANNER, team.organisation)
        for number in range(1, team.assets + 1):
            asset = {"name": f"{team.name}/{number}", "asset_kind": team.kind, "team": team.team_id}
            clerk.say("asset", f"asset:{team.team_id.removeprefix('team:')}-{number}", asset, start, PLANNER, REGIMENT)


def base_of(province: Province) -> tuple[float, float]:
    """Place of the regiment's camp: the largest settlement."""
    return float(province.places.x_m[0]), float(province.places.y_m[0])


def evidence_body(province: Province, told: Evidence, profile: Profile, area: str | None = None) -> dict[str, Any]:
    """Body of one item of evidence; its grade comes from the profile."""
    body: dict[str, Any] = {
        "kind": told.kind, "grade": profile.evidence.grade(told.kind), "how_known": told.how_known,
        "reliability": told.reliability, "ordnance": list(told.ordnance),
    }  # fmt: skip
    if told.place is not None:
        body["shape"] = province.frame.body(told.place, told.quality)
    if told.observed is not None:
        body["observed"] = told.observed.isoformat()
    return body | ({"area": area} if area else {})


def _say_area(province: Province, area: SuspectedArea, clerk: Clerk, reports: dict[str, str]) -> None:
    evidence = [evidence_body(province, told, clerk.profile) for told in area.evidence]
    direct = any(item["grade"] is EvidenceGrade.DIRECT for item in evidence)
    body = {
        "name": area.name, "classification": LandClass.CHA if direct else LandClass.SHA,
        "shape": province.frame.body(area.outline, PositionQuality.MAP), "estimated_area_m2": round(area.outline.area),
        "admin_area": district_id(area.district), "evidence": evidence, "ground": GROUNDS[area.ground],
        "ordnance": sorted({kind for told in area.evidence for kind in told.ordnance}),
        "beneficiaries_direct": area.beneficiaries,
    }  # fmt: skip
    source = Source(HowKnown.VERBAL, Reliability.FAIRLY_RELIABLE)
    clerk.say("hazard.report", area.area_id, body, area.reported, SURVEYOR, SURVEY_ORGANISATION, source=source,
              then=lambda made: reports.__setitem__(area.area_id, made))  # fmt: skip


def say_accident(province: Province, number: int, accident: PastAccident, clerk: Clerk) -> None:
    """Put down an accident of civilians and its victims."""
    subject, kind = f"accident:{number:04d}", CLASSES[accident.ordnance]
    shape = province.frame.body(shapely.Point(accident.x_m, accident.y_m), PositionQuality.MAP)
    body: dict[str, Any] = {"kind": ACCIDENT_KINDS[kind], "shape": shape, "ordnance": kind,
                            "killed": accident.killed, "injured": accident.injured}  # fmt: skip
    if accident.area >= 0:
        body["area"] = province.areas[accident.area].area_id
    clerk.say("accident", subject, body, accident.day, REGISTRAR, POLICE)
    say_victims(
        clerk, subject, accident.killed, accident.injured, PersonGroup.CIVILIAN, accident.day, REGISTRAR, POLICE
    )


def say_victims(
    clerk: Clerk,
    accident: str,
    killed: int,
    injured: int,
    group: PersonGroup,
    day: date,
    author: str,
    organisation: str,
) -> None:
    """Put down one statement for each victim."""
    outcomes = [VictimOutcome.KILLED] * killed + [VictimOutcome.INJURED] * injured
    for number, outcome in enumerate(outcomes, 1):
        body = {"accident": accident, "outcome": outcome, "group": group}
        clerk.say("victim", f"victim:{accident.removeprefix('accident:')}-{number}", body, day, author, organisation)


def say_spot(province: Province, spot: SpotReport, day: date, clerk: Clerk) -> None:
    """Put down an item that someone saw outside every suspected area."""
    district = int(province.places.district_at(np.array([spot.x_m]), np.array([spot.y_m]))[0])
    body = {
        "ordnance": CLASSES[province.items.ordnance[spot.item]], "quantity": 1, "admin_area": district_id(district),
        "shape": province.frame.body(shapely.Point(spot.x_m, spot.y_m), PositionQuality.GNSS), "disposed": False,
    }  # fmt: skip
    clerk.say("ordnance.item", f"item:{spot.item}", body, day, REGISTRAR, POLICE)
