"""GPX 1.1 out: waypoints and tracks for a receiver of satellite positions; always WGS 84, degrees to seven decimals."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from landrelease.errors import ErrorCode, fail
from landrelease.exchange.writing import replace_whole

FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""
NAMESPACE = "http://www.topografix.com/GPX/1/1"


def write_gpx(path: Path, waypoints: gpd.GeoDataFrame, tracks: gpd.GeoDataFrame, title: str) -> Path:
    """Write a GPX file; it appears whole or not at all.

    Parameters
    ----------
    waypoints, tracks
        Points and lines with the columns ``name`` and, where there is one, ``desc``; any system.
    title
        Name of the file for whoever opens it.

    Raises
    ------
    LandreleaseError
        LR2056 where the file cannot be written.
    """
    root = ElementTree.Element("gpx", {"version": "1.1", "creator": "landrelease", "xmlns": NAMESPACE})
    ElementTree.SubElement(ElementTree.SubElement(root, "metadata"), "name").text = _clean(title)
    for row in _rows(waypoints):
        _described(ElementTree.SubElement(root, "wpt", _position(row["geometry"].coords[0])), row)
    for row in _rows(tracks):
        track = ElementTree.SubElement(root, "trk")
        _described(track, row)
        for line in shapely.get_parts(row["geometry"]):
            segment = ElementTree.SubElement(track, "trkseg")
            for place in line.coords:
                ElementTree.SubElement(segment, "trkpt", _position(place))
    ElementTree.indent(root)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'
    try:
        return replace_whole(path, lambda draft: draft.write_text(text, "utf-8"))
    except OSError as error:
        raise fail(ErrorCode.WRITE_FAILED, path=path, problem=error.strerror or error) from error


def _rows(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    degrees = frame if frame.crs is None or frame.crs.to_epsg() == 4326 else frame.to_crs(4326)
    rows: list[dict[str, Any]] = degrees.assign(geometry=degrees.geometry).to_dict("records")
    return rows


def _position(place: tuple[float, ...]) -> dict[str, str]:
    return {"lat": f"{place[1]:.7f}", "lon": f"{place[0]:.7f}"}


def _described(element: ElementTree.Element, row: dict[str, Any]) -> None:
    for tag in ("name", "desc"):
        if row.get(tag) is not None and row[tag] == row[tag]:  # not-a-number: nothing is said
            ElementTree.SubElement(element, tag).text = _clean(str(row[tag]))


def _clean(text: str) -> str:
    return FORBIDDEN.sub("\ufffd", text)
