"""Accidents of the force: while an item is dealt with, and by time on ground that holds items."""

import numpy as np
import shapely
from numpy.typing import NDArray

from landrelease.simulate.field import Crew, Field
from landrelease.simulate.hazards import CLASSES
from landrelease.simulate.reports import say_victims
from landrelease.simulate.workforce import REGIMENT
from landrelease.simulate.worksite import Worksite
from landrelease.terms import AccidentKind, PersonGroup, PositionQuality

DAYS_A_YEAR = 365.25


def explosions(field: Field, crew: Crew, ids: NDArray[np.int64], factor: str) -> None:
    """Record an accident for each item that exploded on a crew, and stand the crew down."""
    for item in ids.tolist():
        _accident(field, crew, int(item), factor)
    if len(ids):
        crew.stand_down_until = field.day + field.province.scenario.force.stand_down_days


def exposure(field: Field, crew: Crew, site: Worksite, cells: list[int], minutes: float) -> None:
    """Draw the accident of some hours on site that is not excavation: it needs an item that nobody has dealt with.

    The profile's rate holds for a year of deployment, so a full work day stands for its share of rest days too.
    """
    scenario, safety = field.province.scenario, field.profile.safety
    at_risk = field.truth.left(field.items_in(site, cells))
    if not len(at_risk):
        return
    deployment, people = scenario.deployment, int(field.roster.present[crew.team.number, field.day])
    days = deployment.days / min(deployment.work_days, deployment.days) * minutes / safety.minutes_a_day
    chance = field.profile.accidents.per_person_year * scenario.force.exposure_share * people * days / DAYS_A_YEAR
    field.tally.exposure_expected += chance
    rng = field.draws(3, crew.team.number, field.day, site.index)
    if rng.random() < chance:
        item = int(rng.choice(at_risk))
        field.truth.explode(item)
        explosions(field, crew, np.array([item]), "item_not_yet_found")


def _accident(field: Field, crew: Crew, item: int, factor: str) -> None:
    """Draw the victims of one accident and put down the accident and each victim."""
    rates, rng = field.profile.accidents, field.draws(4, item)
    present = max(1, int(field.roster.present[crew.team.number, field.day]))
    victims = min(present, 1 + int(rng.poisson(max(0.0, rates.victims_per_accident - 1))))
    killed = int(rng.binomial(victims, rates.killed_share))
    field.accident_number += 1
    subject = f"accident:regiment-{field.accident_number:03d}"
    x, y = field.truth.places(np.array([item]))
    shape = field.province.frame.body(shapely.Point(x[0], y[0]), PositionQuality.GNSS)
    body = {
        "kind": AccidentKind.DEMINING, "shape": shape, "ordnance": CLASSES[field.province.items.ordnance[item]],
        "killed": killed, "injured": victims - killed, "team": crew.team.team_id, "factors": [factor],
    }  # fmt: skip
    if crew.site is not None:
        body["area"] = crew.site.area.area_id
    field.clerk.say("accident", subject, body, field.date, crew.team.leader, REGIMENT)
    say_victims(
        field.clerk, subject, killed, victims - killed, PersonGroup.DEMINER, field.date, crew.team.leader, REGIMENT
    )
    field.tally.accidents += 1
    field.tally.killed += killed
    field.tally.injured += victims - killed
