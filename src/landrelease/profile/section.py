"""What sections of a profile are made of, and the default profile's text."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Permille = Annotated[int, Field(ge=0, le=1000)]
Positive = Annotated[float, Field(gt=0)]


class Section(BaseModel):
    """A closed, immutable group of parameters; units are in the names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GrownSection(Section):
    """A section with parameters that profiles adopted earlier do not have: the default's hold there."""

    section: ClassVar[str]
    added: ClassVar[tuple[str, ...]]

    @model_validator(mode="before")
    @classmethod
    def _grown(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        default = default_section(cls.section)
        return {**{name: default[name] for name in cls.added}, **values}


def default_text() -> str:
    """Return the default profile as TOML."""
    return files(__package__).joinpath("default.toml").read_text(encoding="utf-8")


@cache
def default_section(name: str) -> dict[str, Any]:
    """Return a section of the default profile."""
    section: dict[str, Any] = tomllib.loads(default_text())[name]
    return section
