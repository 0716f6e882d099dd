"""Whether positions of a table can be: degrees, in the order that was said, all of one part of the world."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.exchange.point_table import Floats, PointColumns, PointTable, chosen
from landrelease.i18n import _

SOUTHERNMOST = -60.0
"""Latitude south of which nobody lives: events there are a sign of exchanged columns."""
FAR_TIMES, FAR_DEGREES, FAR_SHARE = 4.0, 3.0, 0.02
"""An event is far from the others beyond so many times the distance of 95 % from the middle, and at least so many
degrees; where more than this share are far, the table simply has events in several places."""
_NAMES_OF_LATITUDE = re.compile(r"(lat|y$|y_|north)", re.IGNORECASE)
_NAMES_OF_LONGITUDE = re.compile(r"(lon|lng|x$|x_|east)", re.IGNORECASE)


def check_names(columns: PointColumns, path: Path) -> None:
    """Refuse a longitude whose column is called latitude, and the other way round."""
    x, y = columns.longitude.strip(), columns.latitude.strip()
    if _NAMES_OF_LATITUDE.match(x) and _NAMES_OF_LONGITUDE.match(y):
        raise _swapped(columns, path, _("the column '{name}' was given as the longitude").format(name=x))


def _swapped(columns: PointColumns, path: Path, reason: str) -> LandreleaseError:
    details = {"reason": reason, "columns": f"{columns.latitude},{columns.longitude}"}
    return LandreleaseError(Finding(ErrorCode.TABLE_SWAPPED, details, file=path.name))


def with_degrees(table: PointTable, columns: PointColumns, path: Path, skip_bad_rows: bool) -> PointTable:
    """Check that positions are degrees, in the order that was said, and turn longitudes of 0..360 to -180..180."""
    lon, lat = table.longitude, table.latitude
    sound = (np.abs(lat) <= 90) & (lon >= -180) & (lon <= 360)
    turned = ~sound & (np.abs(lon) <= 90) & (lat >= -180) & (lat <= 360)
    if turned.any():
        reason = _("{count} of {all} positions fit only so").format(count=int(turned.sum()), all=len(table))
        raise _swapped(columns, path, reason)
    if (~sound).any() and not skip_bad_rows:
        raise LandreleaseError([_outside(table, at, columns, path) for at in np.flatnonzero(~sound).tolist()])
    south = int((lat[sound] < SOUTHERNMOST).sum())
    if 2 * south > sound.sum():
        reason = _("{count} of {all} events would lie south of 60° south").format(count=south, all=len(table))
        raise _swapped(columns, path, reason)
    kept = chosen(table, sound)
    wrapped = replace(kept, longitude=(kept.longitude + 180.0) % 360.0 - 180.0)
    if sound.all():
        return wrapped
    reason = bad_reason([_outside(table, at, columns, path) for at in np.flatnonzero(~sound).tolist()])
    return replace(wrapped, findings=(*table.findings, left_out_finding(int((~sound).sum()), reason, path)))


def _outside(table: PointTable, at: int, columns: PointColumns, path: Path) -> Finding:
    details = {"longitude": f"{table.longitude[at]:g}", "latitude": f"{table.latitude[at]:g}"}
    return Finding(
        ErrorCode.TABLE_COORDINATE, details, file=path.name, row=int(table.rows[at]), field=columns.longitude
    )


def together(table: PointTable, columns: PointColumns, path: Path, skip_bad_rows: bool) -> PointTable:
    """Refuse or leave out single events far from all others: a map over both would be nearly all empty."""
    from_middle = _degrees_from_middle(table.longitude, table.latitude)
    usual = float(np.quantile(from_middle, 0.95))
    far = from_middle > max(FAR_TIMES * usual, FAR_DEGREES)
    if not far.any() or far.mean() > FAR_SHARE:
        return table
    findings = [_far(table, at, float(from_middle[at]), usual, columns, path) for at in np.flatnonzero(far).tolist()]
    if not skip_bad_rows:
        raise LandreleaseError(findings)
    left_out = left_out_finding(len(findings), bad_reason(findings), path)
    return replace(chosen(table, ~far), findings=(*table.findings, left_out))


def _degrees_from_middle(lon: Floats, lat: Floats) -> Floats:
    """Angle between each position and the middle one, on the sphere: no edge at the 180th meridian."""
    x, y = np.radians(lon), np.radians(lat)
    points = np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])
    middle = np.median(points, axis=0)
    cosine = points @ middle / max(float(np.linalg.norm(middle)), 1e-9)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))), dtype=np.float64)


def _far(table: PointTable, at: int, degrees: float, usual: float, columns: PointColumns, path: Path) -> Finding:
    details = {
        "longitude": f"{table.longitude[at]:g}", "latitude": f"{table.latitude[at]:g}",
        "distance": f"{degrees * 111.2:,.0f}", "times": f"{degrees / max(usual, 0.01):,.0f}",
    }  # fmt: skip
    return Finding(ErrorCode.TABLE_FAR, details, file=path.name, row=int(table.rows[at]), field=columns.longitude)


def bad_reason(refused: Sequence[Finding]) -> str:
    """Why rows are left out as unreadable: the codes of their findings, and the first rows."""
    codes = sorted({finding.error.code for finding in refused})
    rows = [str(finding.row) for finding in refused[:10]]
    return _("unreadable ({codes}), the first: {rows}").format(codes=", ".join(codes), rows=", ".join(rows))


def left_out_finding(count: int, reason: str, path: Path) -> Finding:
    """Rows that were left out, and why (LR4047)."""
    return Finding(ErrorCode.TABLE_ROWS_LEFT_OUT, {"count": count, "reason": reason}, file=path.name)
