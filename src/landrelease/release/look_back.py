"""Look-back: all land that shares team, asset, method or period with land where something was missed (invariant 6).

The index holds small integers in arrays, one row a part, so that a question is a few comparisons of whole columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.geo.shapes import shape_from_body
from landrelease.land.dates import first_day, last_day
from landrelease.record.entry import Entry
from landrelease.record.standing import age
from landrelease.release.dossier import REPORT_KINDS
from landrelease.release.gate import SETTLED
from landrelease.terms import AssetKind, ReleaseStatus

if TYPE_CHECKING:
    from landrelease.land.accounts import Accounts
    from landrelease.record.register import Register

SHARED = ("team", "assets", "method", "period")
"""What land may share, in the order in which it weighs."""
COLUMNS = (
    "part_id", "area_id", "name", "release_status", "organisation", "team", "assets", "method", "worked_from",
    "worked_to", "shared", "days_apart", "area_m2", "report",
)  # fmt: skip


@dataclass(frozen=True)
class Work:
    """Who made a part, with what, and when; from its report.

    Attributes
    ----------
    assets
        Machines, dogs and detectors that the report names.
    first, last
        Days from 1970-01-01.
    """

    organisation: str
    team: str | None
    assets: frozenset[str]
    method: AssetKind | None
    first: int
    last: int


class LookBack:
    """Index of all land that reports resolved, by who worked on it, with what, and when.

    Parameters
    ----------
    register
        Official register.
    accounts
        Accounts of the same register.
    days
        Work so many days apart counts as the same period (profile, ``release.look_back_days``).
    """

    def __init__(self, register: "Register", accounts: "Accounts", days: int) -> None:
        parts = accounts.parts()
        reports = {entry.hash: entry for kind in REPORT_KINDS for entry in register.entries(kind)}
        parts["report"] = _behind(parts, reports)
        works = {one: work_of(reports[one]) for one in parts["report"].dropna().unique()}
        self._parts, self._days, self._register = parts[parts["report"].notna()].reset_index(drop=True), days, register
        self._works = [works[report] for report in self._parts["report"]]
        self._team = _codes(work.team for work in self._works)
        self._method = _codes(work.method for work in self._works)
        self._first = np.array([work.first for work in self._works], dtype=np.int64)
        self._last = np.array([work.last for work in self._works], dtype=np.int64)
        self._by_asset: dict[str, list[int]] = {}
        for row, work in enumerate(self._works):
            for asset in work.assets:
                self._by_asset.setdefault(asset, []).append(row)

    def __len__(self) -> int:
        return len(self._works)

    def rows_of(self, subject: str) -> NDArray[np.intp]:
        """Find the parts that a subject means: a part, an area, or a statement with a place or an area.

        Raises
        ------
        LandreleaseError
            LR7032 where there are none.
        """
        for column in ("part_id", "area_id"):
            rows = np.flatnonzero(self._parts[column].to_numpy() == subject)
            if rows.size:
                return rows
        rows = self._at(self._register.entry(subject)) if _is_hash(subject) else np.array([], dtype=np.intp)
        if not rows.size:
            raise fail(ErrorCode.LOOK_BACK_NOTHING, subject=subject)
        return rows

    def alike(self, subject: str, *, released_only: bool = False) -> pd.DataFrame:
        """List the land that shares team, asset, method and period with the subject's.

        Listed is land of the same team or asset, whenever it was worked on, and land of the same method in the same
        period. The more it shares the higher it stands; among equals, the nearer in time.

        Parameters
        ----------
        subject
            Part, area, or hash of the item, accident or evidence.
        released_only
            Only land that is released or handed over.

        Returns
        -------
        DataFrame
            `COLUMNS`; ``shared`` names what is shared, ``days_apart`` is 0 where the work overlapped.
        """
        own = self.rows_of(subject)
        shared, apart = self._shared(own)
        team, assets, method, period = shared.T
        wanted = team | assets | (method & period)
        wanted[own] = False
        if released_only:
            wanted &= self._parts["release_status"].isin([state.value for state in SETTLED]).to_numpy()
        rows = np.flatnonzero(wanted)
        weight = shared[rows] @ np.array([8, 4, 2, 1])
        count = shared[rows].sum(axis=1)
        order = np.lexsort((rows, apart[rows], -weight, -count))
        return self._frame(rows[order], shared, apart)

    def _shared(self, own: NDArray[np.intp]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """What each part shares with any of these, and how many days lie between the work."""
        shared = np.zeros((len(self), len(SHARED)), dtype=bool)
        shared[:, 0] = np.isin(self._team, self._team[own][self._team[own] >= 0])
        for asset in frozenset().union(*(self._works[row].assets for row in own)):
            shared[self._by_asset[asset], 1] = True
        shared[:, 2] = np.isin(self._method, self._method[own][self._method[own] >= 0])
        apart = np.full(len(self), np.iinfo(np.int64).max)
        for first, last in {(self._works[row].first, self._works[row].last) for row in own}:
            between = np.maximum(np.maximum(self._first - last, first - self._last), 0)
            apart = np.minimum(apart, between)
        shared[:, 3] = apart <= self._days
        return shared, apart

    def _frame(self, rows: NDArray[np.intp], shared: NDArray[np.bool_], apart: NDArray[np.int64]) -> pd.DataFrame:
        works = [self._works[row] for row in rows]
        found = self._parts.iloc[rows]
        names = {code: ", ".join(_named(code)) for code in range(2 ** len(SHARED))}
        codes = shared[rows] @ (1 << np.arange(len(SHARED)))
        frame = pd.DataFrame({
            **{name: found[name].to_numpy() for name in ("part_id", "area_id", "name", "release_status")},
            "organisation": [work.organisation for work in works],
            "team": [work.team for work in works],
            "assets": [", ".join(sorted(work.assets)) for work in works],
            "method": [work.method.value if work.method else None for work in works],
            "worked_from": _dates(self._first[rows]), "worked_to": _dates(self._last[rows]),
            "shared": [names[int(code)] for code in codes], "days_apart": apart[rows],
            "area_m2": found["area_m2"].to_numpy(), "report": found["report"].to_numpy(),
        })  # fmt: skip
        return frame[list(COLUMNS)]

    def _at(self, entry: Entry) -> NDArray[np.intp]:
        """Parts in which a statement has its place, widened by its accuracy; else those of the area it names."""
        shape = entry.body.get("shape")
        if shape:
            place = shape_from_body(shape).buffer(float(shape.get("accuracy_m", 0)) / 100_000)
            place = place if not place.is_empty else shape_from_body(shape)
            return np.sort(shapely.STRtree(self._parts.geometry.to_numpy()).query(place, predicate="intersects"))
        return np.flatnonzero(self._parts["area_id"].to_numpy() == entry.body.get("area"))


def _behind(parts: gpd.GeoDataFrame, reports: Mapping[str, Entry]) -> "pd.Series[Any]":
    """Report that resolved each part; of reopened land the last that resolved it before; None where there is none."""
    behind: pd.Series[Any] = parts["report"].where(parts["report"].isin(reports), None).astype(object)
    reopened = np.flatnonzero((parts["release_status"] == ReleaseStatus.REOPENED.value).to_numpy())
    areas = set(parts["area_id"].iloc[reopened])
    resolving = sorted((entry for entry in reports.values() if entry.body["area"] in areas), key=age)
    for row in reopened.tolist():
        area, point = parts["area_id"].iloc[row], parts.geometry.iloc[row].representative_point()
        for entry in resolving:
            shape = next((entry.body[name] for name in ("cleared", "reduced", "cancelled") if name in entry.body), None)
            if entry.body["area"] == area and shape and shape_from_body(shape).covers(point):
                behind.iloc[row] = entry.hash
    return behind


def work_of(report: Entry) -> Work:
    """Read from a report who worked, with what, and when."""
    body = report.body
    return Work(
        report.organisation, body.get("team"), frozenset(body.get("assets") or ()),
        AssetKind(body["method"]) if body.get("method") else None,
        _day_number(first_day(report.valid_from)), _day_number(last_day(report.valid_to or report.valid_from)),
    )  # fmt: skip


def _codes(values: Iterable[str | None]) -> NDArray[np.int64]:
    """Small integers for names; -1 where there is none, which nothing shares."""
    return pd.factorize(np.array(list(values), dtype=object))[0].astype(np.int64)


def _named(code: int) -> Sequence[str]:
    return [name for bit, name in enumerate(SHARED) if code >> bit & 1]


def _day_number(day: str) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def _dates(numbers: NDArray[np.int64]) -> list[str]:
    return [str(day) for day in numbers.astype("datetime64[D]")]


def _is_hash(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")
