"""Look-back on a large record: an item in released land, and all land that shares team, asset, method and period.

    python -m benchmarks.lookback [--seed 1] [--quick]

The parts, reports and teams are drawn at random in the shape in which the accounts and the register hand them out;
nothing is prepared for the question. `lookback_s` is the time from these to the ranked list, the index included; a
second question of the same index takes `question_s`. The peer, `lookback_plain_s`, answers the same question by a loop
over the reports, and the lists are compared.
"""

from datetime import date
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.common import Figures, run, stopwatch
from landrelease.geo.shapes import body_from_shape
from landrelease.release.look_back import LookBack

PARTS, QUICK_PARTS = 100_000, 5_000
DAYS = 30
SIDE = 0.001


class Register:
    """The part of a register that the look-back reads."""

    def __init__(self, reports: list[SimpleNamespace], item: SimpleNamespace) -> None:
        self._reports, self._item = reports, item

    def entries(self, kind: str) -> list[SimpleNamespace]:
        """Reports of clearance; there are no others."""
        return self._reports if kind == "clearance.report" else []

    def entry(self, _hash: str) -> SimpleNamespace:
        """The item found."""
        return self._item


def made_up(count: int, seed: int) -> tuple[Register, gpd.GeoDataFrame, str]:
    """Draw parts with their reports: 200 teams, 150 assets, ten years; and an item in one of them."""
    rng = np.random.default_rng(seed)
    across = int(np.ceil(np.sqrt(count)))
    x, y = np.divmod(np.arange(count), across)
    shapes = shapely.box(30 + x * SIDE, 40 + y * SIDE, 30 + (x + 1) * SIDE, 40 + (y + 1) * SIDE)
    days = np.datetime64("2016-01-01") + rng.integers(0, 3_650, count)
    teams, assets = rng.integers(0, 200, count), rng.integers(0, 150, count)
    reports = [
        SimpleNamespace(
            hash=f"{number:064x}", organisation="org:operator", valid_from=str(days[number] - 9),
            valid_to=str(days[number]),
            body={"area": f"area:{number // 5}", "team": f"team:{teams[number]}", "method": "manual_team",
                  "assets": [f"asset:{assets[number]}"]},
        )
        for number in range(count)
    ]  # fmt: skip
    frame = gpd.GeoDataFrame(
        {
            "part_id": [f"part:{number}" for number in range(count)],
            "area_id": [f"area:{number // 5}" for number in range(count)],
            "name": "field", "release_status": "released", "area_m2": 9_000.0,
            "report": [report.hash for report in reports],
        },
        geometry=shapes, crs="EPSG:4326",
    )  # fmt: skip
    hit = int(rng.integers(count))
    item = SimpleNamespace(hash="f" * 64, body={"shape": body_from_shape(shapes[hit].centroid)})
    return Register(reports, item), frame, item.hash


def plain(reports: list[SimpleNamespace], own: int) -> list[int]:
    """Answer by a loop over all reports: the rows listed, best first."""
    works = [(report.body, date.fromisoformat(report.valid_from), date.fromisoformat(report.valid_to))
             for report in reports]  # fmt: skip
    (mine, begun, ended), ranked = works[own], []
    for row, (body, first, last) in enumerate(works):
        apart = max((first - ended).days, (begun - last).days, 0)
        shared = (
            body["team"] == mine["team"], bool(set(body["assets"]) & set(mine["assets"])),
            body["method"] == mine["method"], apart <= DAYS,
        )  # fmt: skip
        if row != own and (shared[0] or shared[1] or (shared[2] and shared[3])):
            weight = sum(value << power for value, power in zip(shared, (3, 2, 1, 0), strict=True))
            ranked.append((-sum(shared), -weight, apart, row))
    return [row for *_order, row in sorted(ranked)]


def measure(seed: int, quick: bool) -> Figures:
    """Time the index and the question, and check the answer against the loop."""
    register, frame, item = made_up(QUICK_PARTS if quick else PARTS, seed)
    accounts = SimpleNamespace(parts=lambda: frame.copy(deep=False))
    with stopwatch() as whole:
        index = LookBack(register, accounts, DAYS)  # type: ignore[arg-type]
        found = index.alike(item)
    with stopwatch() as again:
        index.alike(item)
    with stopwatch() as loop:
        listed = plain(register.entries("clearance.report"), int(index.rows_of(item)[0]))
    if [f"part:{row}" for row in listed] != found["part_id"].tolist():
        raise SystemExit("the index and the loop list different land")
    return {
        "parts": len(frame), "listed": len(found), "lookback_s": round(whole.seconds, 3),
        "question_s": round(again.seconds, 3), "lookback_plain_s": round(loop.seconds, 3),
    }  # fmt: skip


if __name__ == "__main__":
    run(measure, __doc__.splitlines()[0])
