"""KML and KMZ, placemark by placemark: always WGS 84.

Document type definitions are refused (they can name files of this computer or grow without end), archives are checked
before they are opened, and no link of the file is ever followed.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast
from xml.parsers import expat

import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding
from landrelease.exchange.archive import check_archive, unsafe
from landrelease.exchange.features import Feature, read_features
from landrelease.exchange.proposal import Reading, Refusal, Row
from landrelease.exchange.textfile import truncated
from landrelease.i18n import _

_PIECE = 1 << 18
LARGEST_TEXT = 64 << 20
"""Characters of one element."""
_TEXTS = ("name", "description", "when", "begin", "end", "address", "styleUrl")


def read(reading: Reading) -> Iterator[Row | Finding]:
    """Yield a row for every placemark."""
    return read_features(reading, _features(reading), "EPSG:4326")


def _features(reading: Reading) -> Iterator[Feature]:
    path = reading.path
    reading.progress.begin(_("Reading {file}").format(file=path.name), None)
    try:
        with _opened(path) as source:
            for placemark in _placemarks(path, source):
                reading.progress.advance()
                yield placemark.feature()
    finally:
        reading.progress.end()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    if path.suffix.lower() != ".kmz":
        with path.open("rb") as plain:
            yield plain
        return
    try:
        check_archive(path)
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".kml")]
            if not names:
                raise truncated(path, _("the archive holds no KML"))
            with archive.open("doc.kml" if "doc.kml" in names else names[0]) as packed:
                yield cast(BinaryIO, packed)
    except (zipfile.BadZipFile, EOFError) as error:
        raise truncated(path, str(error)) from error


@dataclass(slots=True)
class _Placemark:
    attributes: dict[str, str]
    polygons: list[list[str]] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    lines: int = 0

    def feature(self) -> Feature:
        try:
            return dict(self.attributes), self._geometry(), self._remarks()
        except (ValueError, shapely.errors.ShapelyError) as error:
            return dict(self.attributes), Refusal(ErrorCode.GEOMETRY_UNREADABLE, problem=str(error)), []

    def _geometry(self) -> BaseGeometry | None:
        parts = [
            shapely.Polygon(rings[0], rings[1:]) for rings in ([_places(r) for r in p] for p in self.polygons) if rings
        ]
        points = [shapely.Point(place) for text in self.points for place in _places(text)]
        if self.lines or (parts and points) or len(points) > 1:
            return shapely.GeometryCollection([*parts, *points, shapely.LineString([(0, 0), (1, 1)])])
        if len(parts) > 1:
            return shapely.MultiPolygon(parts)
        return next(iter([*parts, *points]), None)

    def _remarks(self) -> list[Refusal]:
        rings = [_places(ring) for polygon in self.polygons for ring in polygon]
        numbered = enumerate(rings, 1)
        return [
            Refusal(ErrorCode.RING_CLOSED, ring=number) for number, ring in numbered if ring and ring[0] != ring[-1]
        ]


def _places(text: str) -> list[tuple[float, float]]:
    places = [place.split(",") for place in text.split()]
    if any(len(place) < 2 for place in places):
        raise ValueError(_("coordinates are 'longitude,latitude' pairs: {text}").format(text=text.strip()[:40]))
    return [(float(place[0]), float(place[1])) for place in places]


class _Handler:
    """Collects placemarks from the parser's events."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done: list[_Placemark] = []
        self.current: _Placemark | None = None
        self.folders: list[str] = []
        self.stack: list[str] = []
        self.text: list[str] = []
        self.size = 0
        self.data = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rsplit(":", 1)[-1]
        self.stack.append(name)
        self.text, self.size = [], 0
        if name in ("Folder", "Document"):
            self.folders.append("")
        elif name == "Placemark":
            identity = {"id": attributes["id"]} if "id" in attributes else {}
            self.current = _Placemark({"folder": next((f for f in reversed(self.folders) if f), ""), **identity})
        elif self.current is not None:
            self._inside(self.current, name, attributes)

    def _inside(self, placemark: _Placemark, name: str, attributes: dict[str, str]) -> None:
        if name in ("Data", "SimpleData"):
            self.data = attributes.get("name", "")
        elif name == "Polygon":
            placemark.polygons.append([])
        elif name in ("LineString", "Track", "Model"):
            placemark.lines += 1

    def characters(self, text: str) -> None:
        self.size += len(text)
        if self.size > LARGEST_TEXT:
            raise unsafe(self.path, _("one element holds more than {size} characters").format(size=LARGEST_TEXT))
        self.text.append(text)

    def end(self, tag: str) -> None:
        name = self.stack.pop()
        text, self.text = "".join(self.text).strip(), []
        if name in ("Folder", "Document"):
            self.folders.pop()
        elif name == "name" and self.current is None and self.folders:
            self.folders[-1] = text
        elif name == "Placemark" and self.current is not None:
            self.done.append(self.current)
            self.current = None
        elif self.current is not None:
            self._ended(self.current, name, text)
        del tag

    def _ended(self, placemark: _Placemark, name: str, text: str) -> None:
        if name in _TEXTS and self.stack[-1] in ("Placemark", "TimeStamp", "TimeSpan"):
            placemark.attributes[name] = text
        elif name == "SimpleData" or (name == "value" and self.stack[-1] == "Data"):
            placemark.attributes[self.data] = text
        elif name == "coordinates" and "Polygon" in self.stack:
            placemark.polygons[-1].append(text)
        elif name == "coordinates" and self.stack[-1] == "Point":
            placemark.points.append(text)

    def refuse(self, *_declaration: object) -> None:
        raise unsafe(self.path, _("it declares a document type or entities"))


def _placemarks(path: Path, source: BinaryIO) -> Iterator[_Placemark]:
    handler, parser = _Handler(path), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.characters
    parser.StartDoctypeDeclHandler = handler.refuse
    parser.EntityDeclHandler = handler.refuse
    parser.ExternalEntityRefHandler = lambda *_reference: 0
    try:
        while piece := source.read(_PIECE):
            parser.Parse(piece)
            yield from handler.done
            handler.done.clear()
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # an encoding unknown to the parser is one of these
        raise truncated(path, str(error)) from error
