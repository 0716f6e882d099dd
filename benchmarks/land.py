"""Land accounts: 20,000 overlapping reports, rebuilt and incremental, against geopandas on the same polygons.

python -m benchmarks.land [--seed N] [--quick]; the method is described in docs/explanation/benchmarks.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from benchmarks.common import Figures, run, stopwatch
from landrelease.geo.plane import PLANE, from_plane
from landrelease.geo.shapes import body_from_shape
from landrelease.land.accounts import Accounts
from landrelease.land.events import Approved, Event, read_events
from landrelease.profile import load_profile
from landrelease.record.entry import Entry

AREAS, QUICK_AREAS = 4_000, 300
REPORTS_AN_AREA = 4
NEW_REPORTS = 100
TOLERANCE = 1e-6
"""Relative difference allowed between the totals of the two programs, by state."""

OVERLAY_TOLERANCE = 1e-3
"""The same for `overlay`, whose floating intersection takes one whole report for its overlap on seed 1."""

PARTS_APART = 1e-4
"""Share of the parts by which the counts may differ: `overlay` leaves a piece of rounding here and there."""

SLIVER_M2 = 1e-6
"""Pieces that geopandas cuts off by rounding alone; they are no parts."""

ROUTES = {"survey.nts": "cancelled", "survey.ts": "reduced", "clearance.report": "cleared"}


@dataclass(frozen=True)
class Draw:
    """Reports drawn: kind, area number, polygon in the plane, and day, one of each a report."""

    kind: NDArray[np.str_]
    area: NDArray[np.int64]
    polygon: NDArray[np.object_]
    day: NDArray[np.str_]


def measure(seed: int, quick: bool) -> Figures:
    profile = load_profile()
    draw = draw_reports(np.random.default_rng(seed), QUICK_AREAS if quick else AREAS)
    entries = [_entry(draw, at) for at in range(len(draw.kind))]
    given = [Approved(entry) for entry in entries]
    early, late = given[: -NEW_REPORTS // (5 if quick else 1)], given[-NEW_REPORTS // (5 if quick else 1) :]
    build_s, whole = timed(lambda: Accounts(profile, given))
    rebuild_s, _ = timed(whole.rebuild)
    single_s, single = timed(lambda accounts: _one_by_one(accounts, late), lambda: Accounts(profile, early))
    together_s, together = timed(lambda accounts: _together(accounts, late), lambda: Accounts(profile, early))
    frame = _frame(read_events(given, profile).events)
    peer_s, parts = timed(lambda: geopandas_parts(frame))
    aligned_s, aligned_parts = timed(lambda: geopandas_parts(frame, aligned_round))
    return {
        "reports": len(entries),
        "balance_relative_error": float(max(each.balance_errors().max() for each in (whole, single, together))),
        "rebuild_equals_incremental": same(together, whole) and same(single, whole),
        "incremental_speedup_vs_geopandas": peer_s / together_s,
        "one_by_one_speedup_vs_geopandas": peer_s / single_s,
        "rebuild_speedup_vs_geopandas": peer_s / rebuild_s,
        "incremental_speedup_vs_aligned": aligned_s / together_s,
        "rebuild_speedup_vs_aligned": aligned_s / rebuild_s,
        "first_build_s": build_s,
        "incremental_s": together_s,
        "one_by_one_s": single_s,
        "rebuild_s": rebuild_s,
        "geopandas_rebuild_s": peer_s,
        "aligned_rebuild_s": aligned_s,
        "largest_difference_from_geopandas": _difference(whole, parts, OVERLAY_TOLERANCE),
        "largest_difference_from_aligned": _difference(whole, aligned_parts, TOLERANCE),
        "parts": len(parts),
    }


def timed(work: Callable[..., Any], prepare: Callable[[], Any] | None = None) -> tuple[float, Any]:
    """Best seconds of three runs, and the last result; what `prepare` makes is handed over and not timed."""
    seconds = []
    for _ in range(3):
        prepared = [prepare()] if prepare else []
        with stopwatch() as watch:
            result = work(*prepared)
        seconds.append(watch.seconds)
    return min(seconds), result


def _together(accounts: Accounts, late: list[Approved]) -> Accounts:
    accounts.apply_all(late)
    return accounts


def _one_by_one(accounts: Accounts, late: list[Approved]) -> Accounts:
    for statement in late:
        accounts.apply(statement.entry)
    return accounts


# -- the reports


def draw_reports(rng: np.random.Generator, areas: int) -> Draw:
    """Hazardous areas of about 4 ha on a plain, every tenth over its neighbour, each with overlapping reports."""
    side = int(np.ceil(np.sqrt(areas)))
    cell = np.arange(areas)
    middle = np.column_stack([cell % side, cell // side]) * 400.0 + rng.uniform(-60, 60, (areas, 2))
    middle[::10] += 150.0
    middle += (3_600_000.0, 5_200_000.0)
    outlines = _blobs(rng, middle, 110.0)
    owner = np.tile(np.arange(areas), REPORTS_AN_AREA)
    places = middle[owner] + rng.normal(0, 50, (len(owner), 2))
    reports = _blobs(rng, places, 60.0)
    kinds = np.concatenate([np.full(areas, "hazard.report"), rng.choice(list(ROUTES), len(owner))])
    start = np.datetime64("2021-01-01")
    days = np.sort(start + 365 + rng.integers(0, 1500, len(owner)))
    days = np.concatenate([np.sort(start + rng.integers(0, 365, areas)), days])
    shuffled = rng.permutation(len(owner))
    return Draw(
        kinds,
        np.concatenate([np.arange(areas), owner[shuffled]]),
        np.concatenate([outlines, reports[shuffled]]),
        np.datetime_as_string(days),
    )


def _blobs(rng: np.random.Generator, middle: NDArray[np.float64], radius_m: float) -> NDArray[np.object_]:
    """Star-shaped polygons of 8 to 12 corners."""
    shapes = np.empty(len(middle), dtype=object)
    for at, centre in enumerate(middle):
        count = int(rng.integers(8, 13))
        turn = (np.arange(count) + rng.uniform(0.1, 0.9, count)) * 2 * np.pi / count
        reach = radius_m * rng.uniform(0.7, 1.2, count)
        shapes[at] = shapely.Polygon(centre + np.column_stack([np.cos(turn), np.sin(turn)]) * reach[:, None])
    return shapes


def _entry(draw: Draw, at: int) -> Entry:
    """The statement of a draw, as a ledger would give it."""
    shape = body_from_shape(from_plane(draw.polygon[at : at + 1])[0])
    kind, area, day = str(draw.kind[at]), f"area:{draw.area[at]:05d}", str(draw.day[at])
    body: dict[str, Any] = {"area": area, ROUTES.get(kind, "shape"): shape}
    if kind == "hazard.report":
        body = {"name": area, "classification": "sha", "shape": shape}
    body |= {"survey.nts": {"hazard_found": True, "criteria": ["used", "no_accident"]}}.get(kind, {})
    body |= {"survey.ts": {"method": "dog_team", "coverage_permille": 300}}.get(kind, {})
    cleared = {"stage": "completion", "method": "manual_team", "depth_cm": 20, "coverage_permille": 1000}
    body |= {"clearance.report": cleared}.get(kind, {})
    subject = area if kind == "hazard.report" else f"report:{at}"
    recorded = f"{day}T{at // 3600 % 24:02d}:{at // 60 % 60:02d}:{at % 60:02d}Z"
    return Entry(f"{at:064x}", b"", "node", at, "", kind, subject, day, None, recorded, "a", "o", {}, (), body)


# -- what is compared


def _difference(accounts: Accounts, peer: gpd.GeoDataFrame, tolerance: float) -> float:
    """Greatest relative difference by state between our parts and the peer's; the run stops where they differ."""
    ours = pd.DataFrame([(part.label.state.value, part.area_m2) for part in accounts.plane_parts()])
    assert abs(len(ours) - len(peer)) <= PARTS_APART * len(ours), (len(ours), len(peer))
    totals = peer.area.groupby(peer["state"]).sum()
    difference = float((ours.groupby(0)[1].sum() / totals - 1).abs().max())
    assert difference < tolerance, (difference, totals)
    return difference


def same(one: Accounts, other: Accounts) -> bool:
    """Whether two accounts have the same parts, each with the same ground to within the grid, and the same balance."""
    left, right = ({part.part_id: part.geometry for part in each.plane_parts()} for each in (one, other))
    if left.keys() != right.keys():
        return False
    shapes = [np.array([each[name] for name in left], dtype=object) for each in (left, right)]
    apart = shapely.area(shapely.symmetric_difference(*shapes)) > 1e-6 * shapely.length(shapes[0])
    keys = ("area_id", "period")
    balances = [each.balance(by=keys).set_index(list(keys)) for each in (one, other)]
    return bool(not apart.any() and np.allclose(balances[0], balances[1], rtol=1e-9, atol=1e-3))


# -- the peer


def _frame(events: list[Event]) -> gpd.GeoDataFrame:
    rows = [(event.area, event.action.value, event.route and event.route.value, event.order) for event in events]
    table = pd.DataFrame(rows, columns=["area", "action", "route", "order"])
    frame = gpd.GeoDataFrame(table, geometry=[event.shape for event in events], crs=PLANE)
    return frame.sort_values("order", ignore_index=True)


Round = Callable[[gpd.GeoDataFrame, gpd.GeoDataFrame], tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]]


def geopandas_parts(frame: gpd.GeoDataFrame, one_round: Round | None = None) -> gpd.GeoDataFrame:
    """Parts with geopandas: older areas first, then the reports of each area in turn, then clearance beyond all areas.

    No loop but the rounds: each round takes one more report of every area. Spatial joins find what meets, `union_all`
    joins several polygons, `overlay` cuts, `dissolve` is used only where a report has land inside and outside.
    """
    left = _less_older(frame[frame["action"] == "open"].set_index("area").geometry).rename("geometry").reset_index()
    areas = left.geometry
    reports = frame[frame["action"] == "credit"]
    reports = reports.assign(round=reports.groupby("area").cumcount(), report=np.arange(len(reports)))
    taken = [_beyond(reports[reports["route"] == "cleared"], areas)]
    for _number, given in reports.groupby("round"):
        credited, left = (one_round or overlay_round)(left, given[["area", "route", "report", "geometry"]])
        taken.append(credited.rename(columns={"route": "state"})[["state", "report", "geometry"]])
    credited = pd.concat(taken)
    credited = credited[credited.area > SLIVER_M2]
    twice = credited["report"].duplicated(keep=False)
    joined = credited[twice].dissolve(by="report", as_index=False)
    unresolved = gpd.GeoDataFrame({"state": "unresolved"}, index=left.index, geometry=left.geometry)
    return pd.concat([credited[~twice], joined, unresolved[unresolved.area > SLIVER_M2]])


def overlay_round(left: gpd.GeoDataFrame, given: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """What reports take of the land left of their areas, by `geopandas.overlay`, and what is left then, row by row."""
    met = gpd.overlay(left, given, how="intersection", keep_geom_type=True)
    mine = met[met["area_1"] == met["area_2"]]
    kept, taken = left.set_index("area"), mine.set_index("area_1").geometry
    rest = kept.geometry.loc[taken.index].difference(taken, align=False)
    both = pd.concat([kept.geometry.drop(taken.index), rest]).rename("geometry").rename_axis("area")
    return mine, both.reset_index()


def aligned_round(left: gpd.GeoDataFrame, given: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The same by hand, for who sees that an area meets one report a round: rows aligned by area, no overlay."""
    left, given = left.set_index("area"), given.set_index("area")
    held = left.geometry.loc[given.index]
    inside = held.intersection(given.geometry, align=False)
    rest = held.difference(given.geometry, align=False)
    kept = pd.concat([left.geometry.drop(given.index), rest]).rename("geometry").reset_index()
    return gpd.GeoDataFrame(given[["route", "report"]], geometry=inside).reset_index(), kept


def _less_older(areas: gpd.GeoSeries) -> gpd.GeoSeries:
    """Each polygon less the union of the earlier ones that meet it."""
    frame = gpd.GeoDataFrame({"rank": np.arange(len(areas))}, geometry=areas.to_numpy(), crs=areas.crs)
    pairs = gpd.sjoin(frame, frame, predicate="intersects")
    pairs = pairs[pairs["rank_right"] < pairs["rank_left"]]
    older = frame.geometry.loc[pairs["rank_right"]].groupby(pairs.index).agg(lambda shapes: shapely.union_all(shapes))
    cut = frame.geometry.copy()
    cut.loc[older.index] = cut.loc[older.index].difference(gpd.GeoSeries(older, crs=areas.crs), align=True)
    return cut.set_axis(areas.index)


def _beyond(cleared: gpd.GeoDataFrame, areas: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Land cleared outside all areas; where such reports overlap, the first has it."""
    cleared = cleared[["report", "geometry"]]
    outside = gpd.overlay(cleared, gpd.GeoDataFrame(geometry=areas), how="difference").set_index("report")
    first = _less_older(outside.geometry)
    return gpd.GeoDataFrame({"state": "cleared", "report": first.index}, geometry=first.to_numpy(), crs=areas.crs)


if __name__ == "__main__":
    run(measure, __doc__ or "")
