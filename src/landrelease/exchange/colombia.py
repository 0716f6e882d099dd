"""What the three registers of Colombia share: names, code lists, bounds, positions."""

import tomllib
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from landrelease.errors import ErrorCode
from landrelease.exchange.proposal import Refusal
from landrelease.exchange.values import code_of, parse_number
from landrelease.record.shapes import AsEntered, PointShape
from landrelease.terms import PositionQuality

DEGREE = Decimal(10_000_000)
"""Units of a statement's coordinates in a degree."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box in degrees that every position of a country lies in."""

    name: str
    west: float
    south: float
    east: float
    north: float

    def hold(self, x: Decimal | float, y: Decimal | float) -> bool:
        """Whether a position lies inside."""
        return self.west <= x <= self.east and self.south <= y <= self.north


@lru_cache(maxsize=1)
def code_lists() -> dict[str, Any]:
    """Return the code lists of ``colombia.toml``."""
    return tomllib.loads(files(__package__).joinpath("colombia.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def bounds() -> Bounds:
    """Return the country's bounding box."""
    return Bounds(**code_lists()["bounds"])


@lru_cache(maxsize=1)
def departments() -> dict[str, str]:
    """Return the normalised names of the departments, each as its own code."""
    return {name: name for name in code_lists()["departments"].values()}


@lru_cache(maxsize=4096)
def normalise(name: str) -> str:
    """Return a place name in upper case without accents and double spaces: the registers differ in all three."""
    plain = unicodedata.normalize("NFKD", name.strip())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).upper().split())


def admin_area(department: str, municipality: str) -> str:
    """Return ``DEPARTMENT/MUNICIPALITY``, the name by which the registers can be joined.

    Raises
    ------
    Refusal
        LR2009 where the department is not one of Colombia's, LR2017 where the municipality is empty.
    """
    known = code_of(normalise(department), departments(), _label(department))
    if not municipality.strip():
        raise Refusal(ErrorCode.VALUE_MISSING)
    return f"{known}/{normalise(municipality)}"


def _label(_department: str) -> str:
    return ", ".join(departments())


def position(
    lon: str, lat: str, quality: PositionQuality, *, repair: bool
) -> tuple[PointShape | None, tuple[str, Refusal] | None]:
    """Read a position in degrees.

    Returns
    -------
    shape
        None where the position cannot stand.
    refusal
        ``"lon"`` or ``"lat"``, and the reason, where something is wrong with it. With `repair`, a lost minus sign is
        corrected, the shape keeps the value as entered, and the reason is a warning (LR2022).
    """
    places = []
    for name, text in (("lon", lon), ("lat", lat)):
        try:
            places.append(parse_number(text))
        except Refusal as unreadable:
            return None, (name, unreadable)
    x, y = places
    if bounds().hold(x, y):
        return point(x, y, quality), None
    refusal = _misplaced(x, y)
    if repair and refusal.error is ErrorCode.SIGN_LOST:
        entered = AsEntered(crs="EPSG:4326", coordinates=[[str(x), str(y)]])
        return point(-x, y, quality, entered), ("lon", Refusal(ErrorCode.SIGN_REPAIRED, **refusal.details))
    return None, ("lon", refusal)


def point(x: Decimal, y: Decimal, quality: PositionQuality, entered: AsEntered | None = None) -> PointShape:
    """Make a point of degrees; its accuracy is unknown."""
    place = int((x * DEGREE).to_integral_value()), int((y * DEGREE).to_integral_value())
    return PointShape(coordinates=place, quality=quality, entered=entered)


def _misplaced(x: Decimal, y: Decimal) -> Refusal:
    country = bounds()
    if not (abs(x) <= 180 and abs(y) <= 90):
        return Refusal(ErrorCode.COORDINATE_RANGE, x=x, y=y, crs="EPSG:4326")
    if country.hold(-x, y):
        return Refusal(ErrorCode.SIGN_LOST, value=x, repaired=-x, place=country.name)
    if country.hold(y, x):
        return Refusal(ErrorCode.COORDINATES_SWAPPED, x=x, y=y)
    return Refusal(ErrorCode.OUTSIDE_BOUNDS, x=x, y=y, place=country.name)
