"""The reports that the ledger's benchmarks append."""

import random
from collections.abc import Iterator
from typing import Any

from landrelease.record.entry import Source, Statement
from landrelease.terms import HowKnown, Reliability

FILE = "5f" * 32
RING = 9
"""Positions of a polygon: eight corners, about 200 bytes in the entry."""
TEAMS, AREAS = 40, 3_000
SOURCE = Source(HowKnown.RECORDS, Reliability.USUALLY_RELIABLE)


def make_reports(draw: random.Random, count: int) -> Iterator[Statement]:
    """Hazard reports and clearance reports in turn, as an importer hands them over: bodies not yet validated."""
    for number in range(count):
        area = f"area:{draw.randrange(AREAS)}"
        subject, kind, body = (
            (area, "hazard.report", hazard_report(draw, area))
            if number % 2
            else (f"report:{number}", "clearance.report", clearance_report(draw, area))
        )
        day = f"2026-{draw.randint(1, 9):02}-{draw.randint(1, 28):02}"
        source = Source(SOURCE.how_known, SOURCE.reliability, FILE, number + 2)
        yield Statement(kind, subject, body, day, "person:amina", "organisation:1", source=source)


def polygon(draw: random.Random) -> dict[str, Any]:
    x, y = draw.randint(-790_000_000, -670_000_000), draw.randint(-40_000_000, 120_000_000)
    ring = [(x + draw.randint(0, 20_000), y + draw.randint(0, 20_000)) for _ in range(RING - 1)]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]], "quality": "gnss", "accuracy_m": 3}


def hazard_report(draw: random.Random, area: str) -> dict[str, Any]:
    evidence = {"kind": "accident", "grade": "direct", "how_known": "verbal", "observed": "2019"}
    return {
        "name": f"Vereda {area}", "classification": "sha", "shape": polygon(draw), "admin_area": "admin:05120",
        "estimated_area_m2": draw.randint(500, 40_000), "evidence": [evidence], "ordnance": ["mine_improvised"],
        "ground": "vegetated", "beneficiaries_direct": draw.randint(0, 300), "blocked": ["road", "school"],
    }  # fmt: skip


def clearance_report(draw: random.Random, area: str) -> dict[str, Any]:
    find = {"ordnance": "mine_improvised", "quantity": draw.randint(1, 4), "status": "emplaced", "depth_cm": 7}
    return {
        "area": area, "stage": "completion", "method": "manual_team", "team": f"team:{draw.randrange(TEAMS)}",
        "cleared": polygon(draw), "cleared_area_m2": draw.randint(500, 9_000), "depth_cm": 13,
        "coverage_permille": 1000, "finds": [find], "minutes_worked": draw.randint(500, 20_000),
    }  # fmt: skip
