"""Look-back: all land that shares team, asset, method or period with land where something was missed (invariant 6).

The index holds small integers in arrays, one row a part, so that a question is a few comparisons of whole columns.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

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
from landrelease.terms import ReleaseStatus

if TYPE_CHECKING:
    from landrelease.land.accounts import Accounts
    from landrelease.record.register import Register

SHARED = ("team", "assets", "method", "period")
"""What land may share, in the order in which it weighs."""
COLUMNS = (
    "part_id", "area_id", "name", "release_status", "organisation", "team", "assets", "method", "worked_from",
    "worked_to", "shared", "days_apart", "area_m2", "report",
)  # fmt: skip


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
        behind = _behind(parts, reports)
        known = np.array([report is not None for report in behind], dtype=bool)
        self._parts, self._days, self._register = parts[known], days, register
        self._reports = [report for report in behind if report is not None]
        bodies = [report.body for report in self._reports]
        self._team = _codes(body.get("team") for body in bodies)
        self._method = _codes(body.get("method") for body in bodies)
        self._first = _days(first_day(report.valid_from) for report in self._reports)
        self._last = _days(last_day(report.valid_to or report.valid_from) for report in self._reports)
        self._assets = [body.get("assets") or () for body in bodies]
        self._by_asset: dict[str, list[int]] = {}
        for row, assets in enumerate(self._assets):
            for asset in assets:
                self._by_asset.setdefault(asset, []).append(row)

    def __len__(self) -> int:
        return len(self._reports)

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
        for asset in {asset for row in own for asset in self._assets[row]}:
            shared[self._by_asset[asset], 1] = True
        shared[:, 2] = np.isin(self._method, self._method[own][self._method[own] >= 0])
        apart = np.full(len(self), np.iinfo(np.int64).max)
        for first, last in np.unique(np.column_stack([self._first[own], self._last[own]]), axis=0):
            between = np.maximum(np.maximum(self._first - last, first - self._last), 0)
            apart = np.minimum(apart, between)
        shared[:, 3] = apart <= self._days
        return shared, apart

    def _frame(self, rows: NDArray[np.intp], shared: NDArray[np.bool_], apart: NDArray[np.int64]) -> pd.DataFrame:
        reports = [self._reports[row] for row in rows]
        found = self._parts.iloc[rows]
        names = {code: ", ".join(_named(code)) for code in range(2 ** len(SHARED))}
        codes = shared[rows] @ (1 << np.arange(len(SHARED)))
        frame = pd.DataFrame({
            **{name: found[name].to_numpy() for name in ("part_id", "area_id", "name", "release_status")},
            "organisation": [report.organisation for report in reports],
            "team": [report.body.get("team") for report in reports],
            "assets": [", ".join(sorted(self._assets[row])) for row in rows],
            "method": [report.body.get("method") for report in reports],
            "worked_from": _dates(self._first[rows]), "worked_to": _dates(self._last[rows]),
            "shared": [names[int(code)] for code in codes], "days_apart": apart[rows],
            "area_m2": found["area_m2"].to_numpy(), "report": [report.hash for report in reports],
        })  # fmt: skip
        return frame[list(COLUMNS)]

    def _at(self, entry: Entry) -> NDArray[np.intp]:
        """Parts in which a statement has its place, widened by its accuracy; else those of the area it names."""
        shape = entry.body.get("shape")
        if shape:
            place = shape_from_body(shape).buffer(float(shape.get("accuracy_m", 0)) / 100_000)
            place = place if not place.is_empty else shape_from_body(shape)
            shapely.prepare(place)
            return np.flatnonzero(shapely.intersects(place, self._parts.geometry.to_numpy()))
        return np.flatnonzero(self._parts["area_id"].to_numpy() == entry.body.get("area"))


def _behind(parts: gpd.GeoDataFrame, reports: Mapping[str, Entry]) -> list[Entry | None]:
    """Report that resolved each part; of reopened land the last that resolved it before; None where there is none."""
    behind = [reports.get(report) for report in parts["report"]]
    reopened = np.flatnonzero((parts["release_status"] == ReleaseStatus.REOPENED.value).to_numpy())
    areas = set(parts["area_id"].iloc[reopened])
    resolving = sorted((entry for entry in reports.values() if entry.body["area"] in areas), key=age) if areas else []
    for row in reopened.tolist():
        area, point = parts["area_id"].iloc[row], parts.geometry.iloc[row].representative_point()
        for entry in resolving:
            shape = next((entry.body[name] for name in ("cleared", "reduced", "cancelled") if name in entry.body), None)
            if entry.body["area"] == area and shape and shape_from_body(shape).covers(point):
                behind[row] = entry
    return behind


def _codes(values: Iterable[str | None]) -> NDArray[np.int64]:
    """Small integers for names; -1 where there is none, which nothing shares."""
    return pd.factorize(np.array(list(values), dtype=object))[0].astype(np.int64)


def _named(code: int) -> Sequence[str]:
    return [name for bit, name in enumerate(SHARED) if code >> bit & 1]


def _days(dates: Iterable[str]) -> NDArray[np.int64]:
    """Days from 1970-01-01 of ISO dates."""
    return np.array(list(dates), dtype="datetime64[D]").astype(np.int64)


def _dates(numbers: NDArray[np.int64]) -> list[str]:
    return [str(day) for day in numbers.astype("datetime64[D]")]


def _is_hash(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")
