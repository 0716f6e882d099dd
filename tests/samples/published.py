"""A small programme of two organisations in three administrative areas, told in 2020 and continued in 2021."""

from datetime import UTC, datetime

import shapely

from landrelease.geo.shapes import body_from_shape
from landrelease.record.entry import Statement
from landrelease.record.review import review_statements
from landrelease.record.workspace import Workspace

NORTH, SOUTH, COAST = "10/NORTH", "10/SOUTH", "22/COAST"
FIRST, SECOND, AUTHORITY = "org:first", "org:second", "org:authority"
TWO_FIELDS = shapely.union(shapely.box(36.03, 48.0, 36.031, 48.001), shapely.box(36.032, 48.0, 36.033, 48.001))
FIELDS = {
    "area:1": (FIRST, NORTH, shapely.box(36.000, 48.0, 36.002, 48.001)),
    "area:2": (FIRST, SOUTH, shapely.box(36.010, 48.0, 36.013, 48.002)),
    "area:3": (SECOND, SOUTH, shapely.box(36.020, 48.0, 36.021, 48.003)),
    "area:4": (SECOND, COAST, TWO_FIELDS),
}  # fmt: skip
"""Areas by subject: who reported them, where, and their outlines."""


class Clock:
    """Noon of a day that a test chooses."""

    now = datetime(2020, 3, 1, 12, tzinfo=UTC)

    def __call__(self):
        return self.now

    def move_to(self, day):
        self.now = datetime.fromisoformat(f"{day}T12:00:00+00:00")


def workspace(path):
    """A workspace as of 2020: outlines, evidence, accidents, tasks; half of the first field is cleared."""
    clock = Clock()
    made = Workspace.create(path, clock=clock)
    tell(made, [*map(hazard, FIELDS), *evidence(), *map(accident, range(3)), *tasks(), cleared()], "2020-03-01")
    clock.move_to("2021-06-01")
    return made


def continue_in_2021(made):
    """The second field is cancelled in 2021, and a fifth one is reported without an outline."""
    cancelled = {"area": "area:2", "hazard_found": False, "criteria": ["land_in_use", "no_accident"],
                 "cancelled": body_from_shape(FIELDS["area:2"][2])}  # fmt: skip
    unseen = {"name": "Unseen", "classification": "sha", "admin_area": COAST}
    tell(
        made,
        [
            Statement("survey.nts", "nts:2", cancelled, "2021-05-02", "person:b", SECOND),
            Statement("hazard.report", "area:5", unseen, "2021-05-03", "person:b", SECOND),
            order("area:5", FIRST, "2021-05-20"),
        ],
        "2021-06-01",
    )


def tell(made, statements, on):
    """Append statements and an accepting review of all of them."""
    hashes = [entry.hash for entry in made.ledger.append(statements)]
    made.ledger.append(review_statements(hashes, "accepted", "person:reviewer", AUTHORITY, on=on))


def hazard(area):
    organisation, place, outline = FIELDS[area]
    body = {"name": f"Field {area[-1]}", "classification": "sha", "admin_area": place,
            "shape": body_from_shape(outline), "evidence": items(outline)}  # fmt: skip
    return Statement("hazard.report", area, body, "2019-02-10", "person:a", organisation)


def items(outline):
    """Two items of evidence with a position and one without."""
    place = body_from_shape(outline.centroid, "gnss")
    return [
        {"kind": "verbal_report", "grade": "indirect", "shape": place},
        {"kind": "detonation", "grade": "direct", "shape": place, "observed": "2018"},
        {"kind": "verbal_report", "grade": "indirect"},
    ]


def evidence():
    """Evidence of its own with an outline and one whose place in the country is unknown."""
    strip = body_from_shape(shapely.box(36.0005, 48.0002, 36.0015, 48.0004))
    row = {"kind": "minefield_record", "grade": "direct", "shape": strip, "admin_area": NORTH, "area": "area:1"}
    lone = {"kind": "detonation", "grade": "direct", "shape": body_from_shape(shapely.Point(36.05, 48.01), "gnss")}
    return [
        Statement("evidence", "evidence:1", row, "2019-03-01", "person:a", FIRST),
        Statement("evidence", "evidence:2", lone, "2019-03-02", "person:b", SECOND),
    ]


def accident(number):
    place = shapely.Point(36.0 + number / 100, 48.0005)
    body = {"kind": "mine", "shape": body_from_shape(place, "gnss"), "admin_area": [NORTH, SOUTH, COAST][number]}
    return Statement("accident", f"accident:{number}", body, f"201{number}-05-05", "person:a", FIRST)


def tasks():
    return [order("area:1", FIRST, "2019-04-01"), order("area:3", SECOND, "2019-04-02")]


def order(area, organisation, start):
    body = {"area": area, "activity": "clearance", "team": "team:1", "start": start}
    return Statement("task.order", f"task:{area}", body, start, "person:a", organisation)


def cleared():
    """The western half of the first field, by its own organisation."""
    half = body_from_shape(shapely.box(36.0, 48.0, 36.001, 48.001))
    body = {"area": "area:1", "stage": "completion", "method": "manual_team", "depth_cm": 20,
            "coverage_permille": 1000, "cleared": half}  # fmt: skip
    return Statement("clearance.report", "clearance:1", body, "2019-06-01", "person:a", FIRST, "2019-08-31")
