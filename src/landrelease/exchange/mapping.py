"""The mapping file, version 1 (``docs/formats/mapping-v1.md``): what the columns of a table or a layer mean."""

import hashlib
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pyproj
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from landrelease.errors import ErrorCode, fail
from landrelease.exchange.fieldtypes import FieldType, codes_of, is_list, type_of
from landrelease.exchange.values import AREA_UNITS, NumberStyle
from landrelease.i18n import _
from landrelease.record.kinds import KINDS
from landrelease.terms import HowKnown, PositionQuality, Reliability

AREA_UNIT_IN_VALUE = "in value"
_COLUMN = re.compile(r"\{([^{}]+)\}")
_MOST_PLACES = 100
"""Places of a list that a mapping can name one by one, as ``finds.0.quantity``."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileSection(_Section):
    """How the file is written."""

    encoding: str | None = None
    delimiter: Annotated[str | None, Field(min_length=1, max_length=1)] = None
    sheet: str | None = None
    layer: str | None = None
    header_row: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _encoding_known(self) -> Self:
        try:
            "".encode(self.encoding or "utf-8")
        except LookupError as error:
            raise ValueError(_("'{encoding}' is not an encoding").format(encoding=self.encoding)) from error
        return self


class NumberSection(_Section):
    """How numbers are written."""

    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'", "\u00a0", "\u202f"] = ""

    @property
    def style(self) -> NumberStyle:
        """The style that values are read in."""
        return NumberStyle(self.decimal, self.thousands)


class DayRule(_Section):
    """Where a date comes from: a column, or one value for all rows."""

    column: str | None = None
    value: str | None = None
    forms: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.column is None) == (self.value is None):
            raise ValueError(_("give 'column' or 'value', one of the two"))
        return self


class ValidSection(_Section):
    """When the statement holds on the ground."""

    start: Annotated[DayRule, Field(alias="from")]
    end: Annotated[DayRule | None, Field(alias="to")] = None


class SourceSection(_Section):
    """How the source knows; one answer for the whole file."""

    how_known: HowKnown = HowKnown.UNKNOWN
    reliability: Reliability = Reliability.UNKNOWN


class BoundsSection(_Section):
    """The box in degrees that every position must lie in."""

    name: Annotated[str, Field(default_factory=lambda: _("the bounds of the mapping file"))]
    west: Annotated[float, Field(ge=-180, le=180)]
    south: Annotated[float, Field(ge=-90, le=90)]
    east: Annotated[float, Field(ge=-180, le=180)]
    north: Annotated[float, Field(ge=-90, le=90)]


class GeometrySection(_Section):
    """Where the shape comes from, and how good it is. Feature formats bring their own; tables name columns."""

    field: str = "shape"
    x: str | None = None
    y: str | None = None
    wkt: str | None = None
    crs: str | None = None
    quality: PositionQuality = PositionQuality.UNKNOWN
    accuracy_m: Annotated[int | None, Field(ge=0)] = None
    bounds: BoundsSection | None = None
    required: bool = False

    @property
    def place(self) -> str:
        """The columns that findings name."""
        return self.wkt or (f"{self.x}, {self.y}" if self.x else "geometry")

    @model_validator(mode="after")
    def _known(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError(_("x and y belong together"))
        if self.crs is not None:
            try:
                pyproj.CRS.from_user_input(self.crs)
            except pyproj.exceptions.CRSError as error:
                raise ValueError(_("'{crs}' is not a coordinate reference system").format(crs=self.crs)) from error
        return self


class FieldRule(_Section):
    """What one field of the statement is made of."""

    column: str
    type: FieldType | None = None
    required: bool = False
    codes: dict[str, str] | None = None
    not_stated: tuple[str, ...] = ()
    unit: str | None = None
    unit_column: str | None = None
    forms: tuple[str, ...] = ()
    split: str | None = None

    @model_validator(mode="after")
    def _unit_known(self) -> Self:
        if self.unit is not None and self.unit != AREA_UNIT_IN_VALUE and self.unit.lower() not in AREA_UNITS:
            units = ", ".join([*AREA_UNITS, AREA_UNIT_IN_VALUE])
            raise ValueError(_("unit must be one of {units}").format(units=units))
        return self


class Mapping(_Section):
    """A loaded mapping file.

    Attributes
    ----------
    subject
        Template of the subject with column names in braces, for example ``area:{ha_code}``. Left out, each statement
        gets a subject made from the dataset and its key.
    key
        Columns that identify a record inside the dataset; editions are matched by them.
    sha256
        Hash of the file's text; an import names it.
    """

    mapping: Literal[1]
    dataset: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    kind: str
    key: Annotated[tuple[str, ...], Field(min_length=1)]
    subject: str | None = None
    complete_edition: bool = False
    file: FileSection = FileSection()
    numbers: NumberSection = NumberSection()
    valid: ValidSection
    source: SourceSection = SourceSection()
    geometry: GeometrySection | None = None
    constants: dict[str, Any] = {}
    fields: dict[str, FieldRule] = {}
    sha256: str = Field(default="", repr=False)

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        if self.kind not in KINDS:
            raise ValueError(_("kind '{kind}' is not registered; kinds: {kinds}").format(
                kind=self.kind, kinds=", ".join(KINDS)))  # fmt: skip
        body = KINDS[self.kind].body
        names = [*self.fields, *self.constants, *([self.geometry.field] if self.geometry else [])]
        unknown = sorted({name for name in names if name.split(".")[0] not in body.model_fields})
        if unknown:
            raise ValueError(_("{kind} has no field {unknown}; fields: {fields}").format(
                kind=self.kind, unknown=", ".join(unknown), fields=", ".join(body.model_fields)))  # fmt: skip
        _check_places(names)
        for name, rule in self.fields.items():
            _check_rule(self.kind, name, rule)
        if "{" in (rest := _COLUMN.sub("", self.subject or "")) or "}" in rest:
            raise ValueError(_("subject: braces hold the name of a column"))
        return self

    def subject_of(self, values: dict[str, str]) -> str | None:
        """Return the subject that a row's fields make, or None where the mapping has no template."""
        return _COLUMN.sub(lambda match: values[match[1]].strip(), self.subject) if self.subject else None

    @property
    def subject_columns(self) -> list[str]:
        """The columns that the subject is made of."""
        return _COLUMN.findall(self.subject or "")

    @property
    def columns(self) -> list[str]:
        """Every column that the mapping names."""
        days = [rule.column for rule in (self.valid.start, self.valid.end) if rule is not None]
        shape = [self.geometry.x, self.geometry.y, self.geometry.wkt] if self.geometry else []
        fields = [name for rule in self.fields.values() for name in (rule.column, rule.unit_column)]
        return list(
            dict.fromkeys(
                name for name in [*self.key, *self.subject_columns, *days, *shape, *fields] if name is not None
            )
        )


def _check_places(names: Iterable[str]) -> None:
    """Refuse names that do not lead to one place each: ``ordnance.0``, or ``finds.0.kind`` beside ``finds.kind``."""
    inner: dict[str, bool] = {}
    names = list(names)
    for name in names:
        parts = name.split(".")
        for depth, part in enumerate(parts[1:], 1):
            numbered, above = part.isdecimal(), ".".join(parts[:depth])
            wrong = numbered and (depth == len(parts) - 1 or int(part) >= _MOST_PLACES)
            if wrong or above in names or inner.setdefault(above, numbered) is not numbered:
                raise ValueError(_("fields.{name} does not name one place of a statement").format(name=name))


def _check_rule(kind: str, name: str, rule: FieldRule) -> None:
    if (rule.type or type_of(kind, name)) is FieldType.AREA and rule.unit is None and rule.unit_column is None:
        raise ValueError(_("fields.{name}: an area needs 'unit' or 'unit_column'").format(name=name))
    if rule.split and ("." in name or not is_list(kind, name)):
        raise ValueError(_("fields.{name}: 'split' is for lists; this field takes one value").format(name=name))
    known = codes_of(kind, name)
    if rule.codes and known:
        wrong = sorted(set(rule.codes.values()) - set(known))
        if wrong:
            raise ValueError(_("fields.{name}.codes: {wrong} is not one of {known}").format(
                name=name, wrong=", ".join(wrong), known=", ".join(known)))  # fmt: skip


def parse_mapping(text: str) -> Mapping:
    """Read a mapping from TOML text.

    Raises
    ------
    LandreleaseError
        LR2003, naming the key that is wrong.
    """
    try:
        values = tomllib.loads(text)
        mapping = Mapping.model_validate(values)
    except tomllib.TOMLDecodeError as error:
        raise fail(ErrorCode.MAPPING_INVALID, problem=str(error)) from error
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}".strip(": ") for e in error.errors())
        raise fail(ErrorCode.MAPPING_INVALID, problem="; ".join(problems)) from error
    return mapping.model_copy(update={"sha256": hashlib.sha256(text.encode()).hexdigest()})


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file."""
    if not path.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=path)
    try:
        return parse_mapping(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise fail(ErrorCode.MAPPING_INVALID, problem=str(error)) from error
