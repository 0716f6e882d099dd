"""``docs/reference/kinds.md``, from the registered kinds and the pydantic models of their bodies."""

import inspect
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from landrelease.record import beneficiaries, conduct, keeping, kinds, releasing, shapes
from landrelease.record.body import LARGEST, Body
from landrelease.record.kinds import KINDS, Kind
from tools.pages import NOTICE, table
from tools.pages.vocabulary import vocabularies

HEAD = f"""{NOTICE}

# Kinds of statement

Generated from `src/landrelease/record/kinds.py`. The body of a statement holds only objects, arrays, strings,
integers and booleans: no floats, no nulls. A field that is left out is unknown; zero is zero. Coordinates are
integers of 1e-7 degree (longitude, latitude; WGS 84), areas integers of m², depths cm, durations minutes, shares
permille. Exact bytes: [ledger, version 1](../formats/ledger-v1.md). The words: [vocabulary](terms.md).

*Needs a review*: the statement counts in the official register only after a review by someone other than its author.
*Holds*: an event is true from its first valid day on; an interval is true between its valid days.
"""


def page() -> str:
    """Text of the page: the kinds, then the shapes that bodies share."""
    overview = table(("Kind", "What it says", "Needs a review", "Holds"), [_line(kind) for kind in KINDS.values()])
    bodies = [_section(f"`{kind.name}`", kind.body) for kind in KINDS.values()]
    parts = [_section(model.__name__, model) for model in shared_parts()]
    return "\n".join([HEAD, overview, *bodies, "## Parts that bodies share\n", *parts])


def shared_parts() -> list[type[BaseModel]]:
    """Models of the source that are not themselves a kind's body and have fields."""
    bodies = {kind.body for kind in KINDS.values()}
    sources = (kinds, shapes, conduct, keeping, releasing, beneficiaries)
    members = [member for source in sources for member in vars(source).values()]
    models = dict.fromkeys(each for each in members if inspect.isclass(each) and issubclass(each, Body))
    return [model for model in models if model not in bodies and model.model_fields]


def _line(kind: Kind) -> tuple[str, ...]:
    return f"[`{kind.name}`](#{anchor(kind.name)})", _summary(kind.body), "yes" if kind.reviewed else "no", kind.holds


def anchor(name: str) -> str:
    """Anchor that the site gives to the heading of a kind."""
    return name.lower().replace(".", "")


def _section(title: str, model: type[BaseModel]) -> str:
    return f"### {title}\n\n{_summary(model)}\n\n" + table(("Field", "Type", "Needed"), list(_fields(model)))


def _summary(model: type[BaseModel]) -> str:
    return (inspect.getdoc(model) or "").partition("\n\n")[0]


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    schema = model.model_json_schema()
    for name, field in schema.get("properties", {}).items():
        yield f"`{name}`", type_text(field), "yes" if name in schema.get("required", []) else ""


def type_text(field: dict[str, Any]) -> str:
    """A field's JSON Schema in words."""
    if "$ref" in field:
        return _link(field["$ref"].rpartition("/")[2])
    if options := field.get("anyOf") or field.get("oneOf"):
        return " or ".join(type_text(option) for option in options if option.get("type") != "null")
    if "enum" in field or "const" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    return _plain(field)


def _link(name: str) -> str:
    if name in {vocabulary.__name__ for vocabulary in vocabularies()}:
        return f"[{name}](terms.md#{name.lower()})"
    kind = next((kind.name for kind in KINDS.values() if kind.body.__name__ == name), name)
    return f"[{name}](#{anchor(kind)})"


def _plain(field: dict[str, Any]) -> str:
    kind = str(field.get("type", "any"))
    if kind == "array":
        return f"list of {type_text(field['items'])}" if "items" in field else "position"
    if kind == "object":
        return f"object of {type_text(field['additionalProperties'])}"
    said = field.get("description") or (f"matches `{field['pattern']}`" if "pattern" in field else "")
    bounds = {key: field[key] for key in ("minimum", "maximum") if abs(field.get(key, LARGEST)) < LARGEST}
    limits = [f"{word} {bounds[key]}" for key, word in (("minimum", "from"), ("maximum", "to")) if key in bounds]
    return f"{kind}" + "".join(f", {part}" for part in (said, " ".join(limits)) if part)
