"""A register of a few statements about 20 E 10 N, and the looks that it gives."""

from typing import Any

import pyproj

from landrelease.hazard.looks import Looks
from landrelease.hazard.register_looks import looks_from_register
from landrelease.record.entry import Entry

Body = dict[str, Any]


def square(west: int, south: int, side: int = 100_000) -> Body:
    """A square of 0.01 degree, or another side, whose corner lies west and south (1e-7 degree) of 20 E 10 N."""
    x, y = 200_000_000 + west, 100_000_000 + south
    return {"type": "Polygon", "coordinates": [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]}


def point(east: int = 0, north: int = 0, **more: Any) -> Body:
    return {"type": "Point", "coordinates": [200_000_000 + east, 100_000_000 + north], **more}


POINT, SQUARE, INSIDE, BESIDE = point(accuracy_m=12), square(0, 0), point(50_000, 50_000), square(100_000, 0)
SOUTH = {"type": "Polygon", "coordinates": [[[200_000_000, 100_000_000], [200_100_000, 100_000_000],
         [200_100_000, 100_050_000], [200_000_000, 100_050_000], [200_000_000, 100_000_000]]]}  # fmt: skip
EVIDENCE = {"kind": "marking", "grade": "direct", "shape": POINT}
STRIKE = {"kind": "strike", "grade": "direct"}
SCRAP = {"ordnance": "scrap", "quantity": 5}
HARMLESS = {"ordnance": "mortar", "quantity": 5, "status": "ffe"}
REPORT = {"name": "A", "classification": "sha", "shape": SQUARE}
NTS = {"area": "area:1", "hazard_found": True}
TS = {"area": "area:1", "method": "technical_survey_team"}
CLEARANCE = {"area": "area:1", "stage": "completion", "method": "manual_team", "cleared": SQUARE}
PROGRESS = CLEARANCE | {"stage": "progress"}
MINE = {"ordnance": "mine_ap", "quantity": 1}
MINE_INSIDE = MINE | {"shape": INSIDE}
UNIT = {"name": "Riverside", "level": 2, "shape": square(0, 0, 1_000_000)}
FIGURE = {"dataset": "d", "admin_area": "Riverside", "period": "2014-03", "measures": {"devices": 3, "area_m2": 5000}}
VISIT = {"inspected_organisation": "o", "result": "pass"}


class Record:
    """A register of a few entries: kind, body, and where it matters the source's reliability and the days."""

    valid_on = None

    def __init__(self, *said: tuple[Any, ...], valid_from: str = "2014") -> None:
        self.said = []
        for at, (kind, body, *more) in enumerate(said):
            told = {"source": {}, "days": (valid_from, None), "subject": "area:1"} | (more[0] if more else {})
            self.said.append(
                Entry(f"{at:064x}", b"", "n", at, "", kind, told["subject"], *told["days"], "", "a", "o",
                      told["source"], (), body)
            )  # fmt: skip

    def entries(self, kind: str, official: bool = True) -> list[Entry]:
        return [entry for entry in self.said if entry.kind == kind]

    history = entries


def seen(record: Record, crs: pyproj.CRS) -> Looks:
    return looks_from_register(record, crs)  # type: ignore[arg-type]


def told(looks: Looks) -> list[tuple[str, str, float]]:
    return [(str(k), str(o), q) for k, o, q in zip(looks.kind, looks.outcome, looks.quantity, strict=True)]
