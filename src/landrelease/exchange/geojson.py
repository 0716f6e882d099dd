"""GeoJSON (RFC 7946), feature by feature: always WGS 84, longitude first."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import shapely
from shapely.geometry import shape as shape_of

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.exchange.features import Feature, read_features
from landrelease.exchange.mapped import mapping_of
from landrelease.exchange.proposal import Reading, Refusal, Row
from landrelease.exchange.textfile import detect_encoding, truncated
from landrelease.i18n import _
from landrelease.progress import Progress

_PIECE = 1 << 18
LARGEST_FEATURE = 64 << 20
"""Characters of one feature."""
_WGS84_NAMES = ("CRS84", "EPSG::4326", "EPSG:4326")
_DECODER = json.JSONDecoder()
_FEATURES = re.compile(r'"features"\s*:\s*\[')
_CRS = re.compile(r'"crs"\s*:\s*')


def read(reading: Reading) -> Iterator[Row | Finding]:
    """Yield a row for every feature."""
    mapping = mapping_of(reading)
    source = _Stream(reading.path, reading.progress, mapping.file.encoding or detect_encoding(reading.path))
    named = _named_crs(source.head(), reading.path)
    own = mapping.geometry.crs if mapping.geometry else None
    if named is not None and own is None and not any(name in named for name in _WGS84_NAMES):
        problem = _("the file names {crs}, but GeoJSON is WGS 84 (RFC 7946)").format(crs=named)
        raise LandreleaseError(Finding(ErrorCode.CRS_MISSING, {"problem": problem}, file=reading.path.name))
    return read_features(reading, source.features(), "EPSG:4326", encoding=source.encoding)


def _named_crs(head: str, path: Path) -> str | None:
    """Return the name of the system that the file names (GeoJSON of 2008), or whatever stands in its place."""
    found = _CRS.search(head)
    if found is None:
        return None
    try:
        crs, _end = _DECODER.raw_decode(head, found.end())
    except (ValueError, RecursionError) as error:
        raise truncated(path, str(error)) from error
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return None if crs is None else str(crs if name is None else name)[:80]


class _Stream:
    """The features of a collection, decoded one by one from pieces of the file."""

    def __init__(self, path: Path, progress: Progress, encoding: str) -> None:
        self.path, self.progress = path, progress
        self.encoding = "utf-8-sig" if encoding == "utf-8" else encoding

    def head(self) -> str:
        """Return what stands before the features."""
        with self._open() as text:
            start = text.read(_PIECE)
        if not start.strip():
            raise LandreleaseError(Finding(ErrorCode.FILE_EMPTY, file=self.path.name))
        found = _FEATURES.search(start)
        if found is None:
            raise truncated(self.path, _("there is no feature collection"))
        return start[: found.start()]

    def _open(self) -> TextIO:
        return self.path.open(encoding=self.encoding, errors="surrogateescape")

    def features(self) -> Iterator[Feature]:
        self.progress.begin(_("Reading {file}").format(file=self.path.name), None)
        try:
            with self._open() as text:
                for feature in self._decoded(text):
                    self.progress.advance()
                    yield feature_of(feature)
        finally:
            self.progress.end()

    def _decoded(self, text: TextIO) -> Iterator[Any]:
        buffer = text.read(_PIECE)
        found = _FEATURES.search(buffer)
        place = found.end() if found else len(buffer)
        while True:
            buffer, place = self._skip(text, buffer, place)
            if buffer[place] == "]":
                return
            feature, buffer, place = self._one(text, buffer, place)
            yield feature

    def _skip(self, text: TextIO, buffer: str, place: int) -> tuple[str, int]:
        while True:
            while place < len(buffer) and buffer[place] in " \t\r\n,":
                place += 1
            if place < len(buffer):
                return buffer[place:], 0
            buffer, place = text.read(_PIECE), 0
            if not buffer:
                raise truncated(self.path, _("it ends inside the feature collection"))

    def _one(self, text: TextIO, buffer: str, place: int) -> tuple[Any, str, int]:
        while True:
            try:
                feature, end = _DECODER.raw_decode(buffer, place)
            except RecursionError as error:
                raise truncated(self.path, str(error)) from error
            except ValueError as error:
                # Doubling what is read keeps the work linear in the size of a large feature.
                more = text.read(max(_PIECE, len(buffer)))
                if not more or len(buffer) > LARGEST_FEATURE:
                    raise truncated(self.path, str(error)) from error
                buffer += more
            else:
                return feature, buffer, end


def feature_of(feature: Any) -> Feature:
    """Split a feature into attributes, geometry and remarks on the geometry."""
    if not isinstance(feature, dict):
        return {}, Refusal(ErrorCode.FEATURE_INVALID, problem=str(feature)[:60]), []
    properties = feature.get("properties")
    if not isinstance(properties, dict | None):
        problem = _("its properties are {properties}").format(properties=str(properties)[:60])
        return {}, Refusal(ErrorCode.FEATURE_INVALID, problem=problem), []
    attributes = dict(properties or {})
    if "id" in feature:
        attributes.setdefault("id", feature["id"])
    flat = {
        name: json.dumps(v, ensure_ascii=False) if isinstance(v, dict | list) else v for name, v in attributes.items()
    }
    geometry = feature.get("geometry")
    if geometry is None:
        return flat, None, []
    try:
        return flat, shapely.force_2d(shape_of(geometry)), _unclosed(geometry)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError) as error:
        return flat, Refusal(ErrorCode.GEOMETRY_UNREADABLE, problem=str(error)), []


def _unclosed(geometry: dict[str, Any]) -> list[Refusal]:
    polygons = {"Polygon": [geometry.get("coordinates")], "MultiPolygon": geometry.get("coordinates")}
    rings = [ring for polygon in polygons.get(geometry.get("type", ""), []) or [] for ring in polygon or []]
    return [Refusal(ErrorCode.RING_CLOSED, ring=number) for number, ring in enumerate(rings, 1) if ring[0] != ring[-1]]
