"""A field that was surveyed, cleared and inspected, told in statements; tests leave out or change what they need."""

import itertools
from datetime import UTC, datetime

import numpy as np
import pyproj
import shapely

from landrelease.geo.grid import Grid
from landrelease.geo.shapes import body_from_shape
from landrelease.hazard.surface import Surface
from landrelease.land.accounts import build_accounts
from landrelease.profile import load_profile
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger

AREA = "area:1"
FIELD = shapely.box(36.0, 48.0, 36.004, 48.002)
"""About 298 m by 222 m."""
WEST, MIDDLE, EAST = (shapely.box(36.0 + i / 750, 48.0, 36.0 + (i + 1) / 750, 48.002) for i in range(3))
"""The field in three strips."""


def point(lon, lat, accuracy_m=None):
    return body_from_shape(shapely.Point(lon, lat), "gnss", accuracy_m)


def clearance(place=WEST, **changes):
    body = {"area": AREA, "stage": "completion", "method": "manual_team", "team": "team:1", "depth_cm": 20,
            "coverage_permille": 1000, "cleared": body_from_shape(place),
            "finds": [{"ordnance": "mine_ap", "quantity": 3, "status": "emplaced", "destroyed": 3}]}  # fmt: skip
    return _changed(body, changes)


def technical_survey(place=MIDDLE, **changes):
    body = {"area": AREA, "method": "technical_survey_team", "team": "team:2", "coverage_permille": 100,
            "reduced": body_from_shape(place)}  # fmt: skip
    return _changed(body, changes)


def survey(place=EAST, **changes):
    body = {"area": AREA, "hazard_found": False, "criteria": ["land in use", "no accident"],
            "cancelled": body_from_shape(place)}  # fmt: skip
    return _changed(body, changes)


def visit(**changes):
    body = {"area": AREA, "team": "team:1", "inspected_organisation": "org:operator", "result": "pass"}
    return _changed(body, changes)


def effort(**changes):
    """All reasonable effort, done for every item of the profile's checklist but those that are changed."""
    items = {code: {"item": code, "effort": "done"} for code in load_profile().reasonable_effort}
    items |= {code: {"item": code, "effort": said} for code, said in changes.items()}
    return {"area": AREA, "items": list(items.values())}


def _changed(body, changes):
    return {key: value for key, value in (body | changes).items() if value is not None}


class Story:
    """A ledger being told, and what follows from it."""

    def __init__(self, path, profile=None, signer=None):
        ticks = itertools.count()
        self.profile = profile or load_profile()
        self.now = 1_781_000_000  # 9 June 2026, after the work and before the decisions
        self.ledger = Ledger.create(
            path / "ledger.sqlite", clock=lambda: datetime.fromtimestamp(self.now + next(ticks), UTC), signer=signer
        )

    @classmethod
    def on(cls, ledger, profile=None):
        """Tell it on a ledger that there is already."""
        story = cls.__new__(cls)
        story.profile, story.ledger = profile or load_profile(), ledger
        return story

    def say(self, kind, body, day, *, subject=None, author="person:leader", organisation="org:operator", cites=()):
        statement = Statement(kind, subject or AREA, body, day, author, organisation, cites=tuple(cites))
        return self.ledger.append([statement])[0].hash

    def report(self, kind, body, day, **options):
        """Say something and have it accepted."""
        said = self.say(kind, body, day, **options)
        self.say("review", {"verdict": "accepted"}, day, subject="review:1", author="person:reviewer",
                 organisation="org:centre", cites=[said])  # fmt: skip
        return said

    def cover(self, kind, *, since="2020-01-01", until="2030-12-31", **changes):
        """Say that the operator is accredited or insured, from a day to a day."""
        body = {"activities": ["nts", "ts", "clearance"]} if kind == "accreditation" else {"insurer": "an insurer"}
        statement = Statement(
            kind, "org:operator", body | changes, since, "person:manager", "org:centre", valid_to=until
        )
        return self.append(statement).hash

    def outline(self, *, exert=True, covered=True, **changes):
        self.effort = self.exert() if exert else None
        if covered:
            self.cover("accreditation")
            self.cover("insurance")
        body = {"name": "Mill field", "classification": "cha", "shape": body_from_shape(FIELD), "admin_area": "admin:1"}
        return self.report("hazard.report", body | changes, "2026-03-01", author="person:surveyor")

    def work(self, west=None, middle=None, east=None):
        """Report the whole field as cleared, reduced and cancelled."""
        return {
            "west": self.report("clearance.report", west or clearance(), "2026-05-10"),
            "middle": self.report("survey.ts", middle or technical_survey(), "2026-05-11"),
            "east": self.report("survey.nts", east or survey(), "2026-05-12"),
        }

    def exert(self, day="2026-05-13", **changes):
        """Say that all reasonable effort was made, but for the items that are changed."""
        return self.say("release.effort", effort(**changes), day, subject="effort:1", author="person:manager",
                        organisation="org:centre")  # fmt: skip

    def inspect(self, day="2026-06-01", organisation="org:qa", **changes):
        return self.say("qa.visit", visit(**changes), day, subject="visit:1", author="person:inspector",
                        organisation=organisation)  # fmt: skip

    def finished(self):
        """The whole field, ready to be released."""
        self.outline()
        made = self.work()
        self.inspect()
        return made

    @property
    def register(self):
        return fold(self.ledger.log())

    @property
    def accounts(self):
        return build_accounts(self.register, self.profile)

    @property
    def state(self):
        """Register, accounts and profile: what the gate looks at."""
        register = self.register
        return register, build_accounts(register, self.profile), self.profile

    def append(self, statement):
        return self.ledger.append([statement])[0]


def surface(items_per_hectare):
    """The same intensity everywhere around the field."""
    crs = pyproj.CRS.from_epsg(6933)
    x, y = pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform(36.0, 48.0)
    values = np.full((20, 20), items_per_hectare / 10_000)
    return Surface(Grid(crs, x - 500, y + 1_000, 100.0, 20, 20), values, "made up")
