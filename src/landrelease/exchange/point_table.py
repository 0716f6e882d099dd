"""A table of points: which columns hold what, and the events with their positions in WGS 84 degrees."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.i18n import _

Floats = NDArray[np.float64]

GEOMETRY = "geometry"
"""Name that stands for a layer's own shapes instead of two columns."""


@dataclass(frozen=True)
class PointColumns:
    """Which columns hold what, and how they are written.

    Attributes
    ----------
    longitude, latitude
        Columns of the position; both `GEOMETRY` for the shapes of a layer.
    date
        Column of years, months or days; None where the table has none and stands for one period.
    kind, block
        Columns of the kind of event and of the administrative block, where there are.
    crs
        System of the two columns, such as ``EPSG:4326``.
    decimal
        Decimal sign of the two columns.
    date_form
        `strptime` form of dates that are not ISO.
    """

    longitude: str
    latitude: str
    date: str | None = None
    kind: str | None = None
    block: str | None = None
    crs: str = "EPSG:4326"
    decimal: str = "."
    date_form: str | None = None

    def __post_init__(self) -> None:
        if self.decimal not in (".", ","):
            raise fail(ErrorCode.HAZARD_PARAMETER, name="--decimal", value=self.decimal, wanted=_("'.' or ','"))
        if not self.longitude or not self.latitude:
            raise _events_refused(f"{self.longitude},{self.latitude}")

    @classmethod
    def of_option(cls, events: str, **others: str | None) -> "PointColumns":
        """Read ``longitude,latitude``, ``longitude,latitude,date``, ``geometry`` or ``geometry,date``.

        Raises
        ------
        LandreleaseError
            LR4005 for anything else.
        """
        names = [name.strip() for name in events.split(",")]
        if names[0] == GEOMETRY:
            names.insert(0, GEOMETRY)
        if not 2 <= len(names) <= 3 or not all(names):
            raise _events_refused(events)
        given = {name: value for name, value in others.items() if value is not None}
        return cls(*names, **given)

    @property
    def is_geometry(self) -> bool:
        """Whether positions come from the shapes of a layer."""
        return self.longitude == GEOMETRY

    @property
    def needed(self) -> list[str]:
        """Columns that the file must have."""
        place = () if self.is_geometry else (self.longitude, self.latitude)
        return [name for name in (*place, self.date, self.kind, self.block) if name]


def _events_refused(value: str) -> LandreleaseError:
    wanted = _("two or three names of columns: longitude, latitude and, where there is one, the date")
    return fail(ErrorCode.HAZARD_PARAMETER, name="--events", value=repr(value), wanted=wanted)


@dataclass(frozen=True, eq=False)
class PointTable:
    """Events with a position, in the order of the file.

    Attributes
    ----------
    longitude, latitude
        WGS 84 degrees, shape (n,), longitudes from -180 to 180.
    date
        ISO year, month or day of each; empty texts where the table has no column of dates.
    kind, block
        Values of those columns; empty texts where there are none.
    rows
        Number of each event's row in the file, the header being row 1.
    sha256
        Hash of the file.
    findings
        What was left out and why.
    """

    longitude: Floats
    latitude: Floats
    date: NDArray[np.str_]
    kind: NDArray[np.str_]
    block: NDArray[np.str_]
    rows: NDArray[np.int64]
    sha256: str
    findings: tuple[Finding, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.longitude)

    @property
    def is_dated(self) -> bool:
        """Whether every event has a date."""
        return len(self) > 0 and bool((self.date != "").all())


def chosen(table: PointTable, kept: NDArray[np.bool_]) -> PointTable:
    """Events that a boolean array chooses."""
    names = ("longitude", "latitude", "date", "kind", "block", "rows")
    return replace(table, **{name: getattr(table, name)[kept] for name in names})
