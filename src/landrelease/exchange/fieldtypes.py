"""What type of value a field of a statement takes, read from its kind's model."""

import types
import typing
from collections.abc import Iterator
from enum import Enum, StrEnum
from functools import lru_cache
from typing import Any

from landrelease.record.kinds import KINDS


class FieldType(StrEnum):
    """Type of a mapped field."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    AREA = "area"
    DATE = "date"
    BOOLEAN = "boolean"
    CODE = "code"


@lru_cache(maxsize=1024)
def type_of(kind: str, name: str) -> FieldType:
    """Return the type of a field, from its name and annotation; what lies deeper than one level is text."""
    first, _, rest = name.partition(".")
    if name.endswith("_m2"):
        return FieldType.AREA
    leaves = list(_leaves(_annotation(kind, first)))
    if codes_of(kind, name):
        return FieldType.CODE
    if rest:
        return FieldType.INTEGER if int in leaves else FieldType.TEXT
    if bool in leaves:
        return FieldType.BOOLEAN
    if int in leaves:
        return FieldType.INTEGER
    return _text_type(_annotation(kind, first))


def _text_type(annotation: Any) -> FieldType:
    described = {getattr(item, "description", None) for item in _metadata(annotation)}
    if "date, month or year" in described:
        return FieldType.DATE
    return FieldType.NUMBER if "decimal number as text" in described else FieldType.TEXT


@lru_cache(maxsize=1024)
def codes_of(kind: str, name: str) -> tuple[str, ...]:
    """Return the values of a coded field, or nothing where any text goes."""
    if "." in name:
        return ()
    return tuple(
        str(value)
        for leaf in _leaves(_annotation(kind, name))
        for value in (
            [member.value for member in leaf] if isinstance(leaf, type) and issubclass(leaf, Enum) else _literals(leaf)
        )
    )


@lru_cache(maxsize=256)
def shape_types(kind: str, name: str) -> frozenset[str]:
    """Return the types of geometry that a field takes: points, areas or both."""
    bodies = (leaf for leaf in _leaves(_annotation(kind, name.split(".")[0])) if hasattr(leaf, "model_fields"))
    return frozenset(body.model_fields["type"].default for body in bodies if "type" in body.model_fields)


@lru_cache(maxsize=1024)
def is_list(kind: str, name: str) -> bool:
    """Whether a field holds several values."""
    return any(typing.get_origin(part) is list for part in _parts(_annotation(kind, name.split(".")[0])))


def is_needed(kind: str, name: str) -> bool:
    """Whether a statement of the kind cannot be without the field."""
    field = KINDS[kind].body.model_fields.get(name)
    return field is not None and field.is_required()


def _annotation(kind: str, name: str) -> Any:
    return KINDS[kind].body.__annotations__.get(name) or KINDS[kind].body.model_fields[name].annotation


def _parts(annotation: Any) -> Iterator[Any]:
    """Yield the annotation itself and what it is a union or annotation of."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _parts(typing.get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for part in typing.get_args(annotation):
            yield from _parts(part)
    else:
        yield annotation


def _leaves(annotation: Any) -> Iterator[Any]:
    for part in _parts(annotation):
        if typing.get_origin(part) in (list, tuple, dict):
            for inner in typing.get_args(part):
                yield from _leaves(inner)
        else:
            yield part


def _metadata(annotation: Any) -> Iterator[Any]:
    if typing.get_origin(annotation) is typing.Annotated:
        yield from annotation.__metadata__
    for inner in typing.get_args(annotation):
        yield from _metadata(inner)


def _literals(annotation: Any) -> tuple[Any, ...]:
    return typing.get_args(annotation) if typing.get_origin(annotation) is typing.Literal else ()
