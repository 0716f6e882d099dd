"""Shapes in bodies of statements: coordinates are integers of 1e-7 degree, with how they were given."""

from typing import Annotated, Literal

from pydantic import Field

from landrelease.record.body import LARGEST, Body, Count, Decimal, Integer, Position, Ring
from landrelease.terms import PositionQuality


class Leg(Body):
    """One leg of a traverse as it was entered."""

    bearing_centidegrees: Annotated[int, Field(ge=0, lt=36_000)]
    distance_cm: Annotated[int, Field(gt=0, le=LARGEST)]


class AsEntered(Body):
    """How a shape was given, before it became WGS 84."""

    crs: str
    coordinates: list[list[Decimal]] = []
    start: Position | None = None
    legs: list[Leg] = []
    north: Literal["true", "magnetic"] | None = None
    declination_centidegrees: Integer | None = None
    closure_error_cm: Count | None = None


class PointShape(Body):
    """A point."""

    type: Literal["Point"] = "Point"
    coordinates: Position
    quality: PositionQuality = PositionQuality.UNKNOWN
    accuracy_m: Count | None = None
    entered: AsEntered | None = None


class PolygonShape(Body):
    """A polygon: outer ring, then holes; rings are closed."""

    type: Literal["Polygon"] = "Polygon"
    coordinates: list[Ring]
    quality: PositionQuality = PositionQuality.UNKNOWN
    accuracy_m: Count | None = None
    entered: AsEntered | None = None


class MultiPolygonShape(Body):
    """Several polygons."""

    type: Literal["MultiPolygon"] = "MultiPolygon"
    coordinates: list[list[Ring]]
    quality: PositionQuality = PositionQuality.UNKNOWN
    accuracy_m: Count | None = None
    entered: AsEntered | None = None


AreaShape = Annotated[PolygonShape | MultiPolygonShape, Field(discriminator="type")]
Shape = Annotated[PointShape | PolygonShape | MultiPolygonShape, Field(discriminator="type")]
