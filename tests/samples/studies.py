"""Made-up studies: a small province with parts in every state, a country known by points only, a large one."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from landrelease.geo.grid import Grid
from landrelease.hazard.surface import Surface
from landrelease.report.data import (
    ADMIN_COLUMNS,
    AREA_COLUMNS,
    ASSIGNMENT_COLUMNS,
    EVIDENCE_COLUMNS,
    FIGURE_COLUMNS,
    FINDING_COLUMNS,
    PART_COLUMNS,
    TASK_COLUMNS,
    WAITING_COLUMNS,
    Evaluation,
    PlanData,
    Provenance,
    StudyData,
)
from landrelease.report.hazard_layers import hazard_classes, items_on_hand, with_hazard
from landrelease.terms import ReleaseStatus

SOURCE = Provenance(
    ledger_entries=1_234, last_hash="ab" * 32, profile_name="default", profile_version="2026.1",
    profile_sha256="cd" * 32, seed=7, software="landrelease 0.1.0",
)  # fmt: skip
LON, LAT = 36.0, 48.0
"""South-west corner of the province."""

ROUTES = {
    "unresolved": None, "cancelled": "cancelled", "reduced": "reduced", "cleared": "cleared", "released": "cleared",
    "handed_over": "reduced", "reopened": "cleared",
}  # fmt: skip


def entry(number):
    """Hash of a made-up statement."""
    return f"{number:064x}"


def square(column, row, side=0.01, gap=0.002):
    """One of the squares of a checkerboard of areas, in degrees."""
    x, y = LON + column * (side + gap), LAT + row * (side + gap)
    return shapely.box(x, y, x + side, y + side)


def frame(rows, columns, shapes):
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=list(columns)), geometry=list(shapes), crs="EPSG:4326")


def parts(states=tuple(ReleaseStatus), wide=40):
    rows, shapes = [], []
    for number, state in enumerate(states):
        route = ROUTES[state.value]
        decided = "2026-06-15" if state.value in ("released", "handed_over", "reopened") else None
        reported = "2026-03-01" if route is None else f"2026-04-{number % 28 + 1:02d}"
        rows.append((f"area:{number}#1", f"area:{number}", f"Field {number} <b>", f"admin:{number % 3}", "cha", "open",
                     state.value, route, decided, entry(number), reported, 800_000.0 + number))  # fmt: skip
        shapes.append(square(number % wide, number // wide))
    return frame(rows, PART_COLUMNS, shapes)


def areas(of):
    rows = [
        (row.area_id, row.name, row.admin_area, "sha", "area", "open", "2026-02-01", row.area_m2, entry(900_000))
        for row in of.itertuples(index=False)
    ]
    return frame(rows, AREA_COLUMNS, of.geometry)


def evidence(count=12, seed=1):
    draw = np.random.default_rng(seed)
    kinds = [("evidence", "verbal_report"), ("accident", "mine"), ("ordnance.item", "mine_ap")]
    rows = [
        (entry(500_000 + i), *kinds[i % 3], "indirect", None, "gnss", f"2026-0{i % 6 + 1}-10", f"admin:{i % 3}", None)
        for i in range(count)
    ]
    x, y = LON + draw.uniform(0, 0.08, count), LAT + draw.uniform(0, 0.012, count)
    return frame(rows, EVIDENCE_COLUMNS, shapely.points(x, y))


def tasks(of):
    rows = [
        (entry(700_000 + i), f"task:{i}", row.area_id, row.name, "clearance", "team:1", f"2026-05-{i + 1:02d}", None,
         "tasked")
        for i, row in enumerate(of.head(3).itertuples(index=False))
    ]  # fmt: skip
    return frame(rows, TASK_COLUMNS, of.geometry.head(3))


def admin(outlined=True):
    rows = [("admin:country", "Land", None, 0, None)]
    rows += [(f"admin:{i}", f"District {i}", f"D{i}", 1, "admin:country") for i in range(3)]
    boxes = [None, *(shapely.box(LON + 0.03 * i, LAT, LON + 0.03 * (i + 1), LAT + 0.02) for i in range(3))]
    return frame(rows, ADMIN_COLUMNS, boxes if outlined else [None] * 4)


def surface(cells=30, seed=2):
    crs = pyproj.CRS.from_proj4(f"+proj=laea +lat_0={LAT} +lon_0={LON} +datum=WGS84 +units=m +no_defs")
    draw = np.random.default_rng(seed)
    values = np.exp(draw.normal(-12, 1.5, (cells // 3, cells)))
    values[0, :3] = np.nan
    return Surface(Grid(crs, 0.0, 1_500.0, 200.0, cells, cells // 3), values, "kernel", {"width_m": 800.0})


def field_surface(draws=25, seed=3):
    """The same ground with draws: one uncertain level for all of it, and noise of each cell's own."""
    base = surface()
    draw = np.random.default_rng(seed)
    level = draw.normal(0, 0.5, (draws, 1, 1))
    made = base.items_per_m2 * np.exp(level + draw.normal(0, 0.3, (draws, *base.grid.shape)))
    return Surface(base.grid, made.mean(axis=0), "field", {"seed": 7.0}, draws=made.astype(np.float32))


def with_figures(study, estimate):
    """A study with everything that the report makes of an estimate."""
    return study.with_frames(
        surface=estimate, parts=with_hazard(study.parts, estimate), hazard_classes=hazard_classes(estimate),
        items_on_hand=items_on_hand(study.parts, estimate),
    )  # fmt: skip


def balances():
    terms = {"opening_m2": [1e6, 2e6, 0.0], "new_m2": [0.0, 5e5, 1e5], "expansion_m2": [0.0, 0.0, 0.0],
             "correction_m2": [0.0, -1e4, 0.0], "reopened_m2": [0.0, 0.0, 0.0], "cancelled_m2": [2e5, 0.0, 0.0],
             "reduced_m2": [0.0, 3e5, 0.0], "cleared_m2": [1e5, 1e5, 0.0]}  # fmt: skip
    table = pd.DataFrame({"admin_area": ["admin:0", "admin:1", "admin:2"], **terms})
    gained = table[["opening_m2", "new_m2", "expansion_m2", "correction_m2", "reopened_m2"]].sum(axis=1)
    table["closing_m2"] = gained - table[["cancelled_m2", "reduced_m2", "cleared_m2"]].sum(axis=1)
    return {"admin_area": table}


def plan(teams=4, waiting=3):
    rows = [
        (f"team:{t}", "Manual clearance team", f"area:{a}", f"Field {a}", ["Clearance", "Technical survey"][a % 2],
         5_000.0 * (a + 1), 10 * a, 10 * a + 8, None, None)
        for t in range(teams) for a in range(t % 2, 4, 2)
    ]  # fmt: skip
    queue = [
        (f"area:{9 + i}", f"Field {9 + i}", 50_000.0, 3.0 - i, 0.4, "Others give more value for each team-day")
        for i in range(waiting)
    ]
    summary = [("Rule", "Value per team-day", ""), ("Value", 1234.5, "value units"), ("Horizon", 45, "days")]
    return PlanData(
        pd.DataFrame(rows, columns=list(ASSIGNMENT_COLUMNS)),
        pd.DataFrame(queue, columns=list(WAITING_COLUMNS)),
        pd.DataFrame(summary, columns=["measure", "value", "unit"]),
        horizon_days=45,
        closed_days=frozenset({6, 13, 20, 27, 34, 41}),
    )


def evaluation():
    scores = pd.DataFrame({"method": ["distance", "kernel"], "km2_for_50": [25_000.0, 16_830.0],
                           "captured_1000": [0.101, 0.136]})  # fmt: skip
    km2 = np.geomspace(10, 100_000, 30)
    curves = {name: pd.DataFrame({"km2": km2, "share": 1 - np.exp(-km2 / scale)})
              for name, scale in (("distance", 30_000), ("kernel", 15_000))}  # fmt: skip
    return Evaluation(scores, "Trained on events before 2015, tested on accidents of 2015 to 2019.", curves)


def findings():
    rows = [("LR2001", "error", "Longitude 74.2 is east of the country", "Check the sign", 1, "events.csv, row 12"),
            ("LR2002", "warning", "A row repeats another", "Look at both", 769, "clearance.csv, row 40")]  # fmt: skip
    return pd.DataFrame(rows, columns=list(FINDING_COLUMNS))


def figures():
    rows = [
        ("clearance", f"admin:{i % 3}", f"2019-0{i + 1}", "BRDEH", None, measure, value * (i + 1), entry(800_000 + i))
        for i in range(9) for measure, value in (("cleared_area_m2", 1_000), ("devices", 2))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(FIGURE_COLUMNS))


def province(**changes):
    """Everything a study can hold, small."""
    of = parts()
    options = {
        "title": "Province of Samples", "as_of": "2026-08-01", "valid_on": "2026-07-31", "provenance": SOURCE,
        "parts": of, "areas": areas(of), "evidence": evidence(), "tasks": tasks(of), "admin": admin(),
        "balances": balances(), "surface": surface(), "evaluation": evaluation(), "plan": plan(),
        "findings": findings(), "limits": ("Two districts have never been surveyed.",), **changes,
    }  # fmt: skip
    return StudyData(**options)


def points_only(count=400):
    """A country known by points and by figures of its districts, as Colombia is."""
    return StudyData(
        title="Country of Points", as_of="2019-09-30", valid_on="2019-09-30", provenance=SOURCE,
        evidence=evidence(count, seed=3), admin=admin(outlined=False), figures=figures(), surface=surface(),
        evaluation=evaluation(),
    )  # fmt: skip


def nothing():
    """A workspace with an empty ledger."""
    return StudyData(title="Empty", as_of="2026-01-01", valid_on="2026-01-01", provenance=SOURCE)


def large(count=20_000):
    """Tens of thousands of parts."""
    states = [list(ReleaseStatus)[i % 7] for i in range(count)]
    of = parts(states, wide=140)
    return province(parts=of, areas=areas(of), evidence=evidence(5_000))
