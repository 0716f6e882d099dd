"""Reading bodies of older schema versions: the bytes stay, the reader translates."""

from collections.abc import Callable, Mapping
from typing import Any

from landrelease.record.kinds import KINDS

Upcaster = Callable[[Mapping[str, Any]], dict[str, Any]]

UPCASTERS: dict[tuple[str, int], Upcaster] = {}
"""(kind, version n): what turns a body of version n into one of version n + 1. Version 1 of every kind is current."""


def upcast(kind: str, version: int, body: dict[str, Any]) -> dict[str, Any]:
    """Return the body as the current version of its kind."""
    for step in range(version, KINDS[kind].version):
        body = UPCASTERS[kind, step](body)
    return body
