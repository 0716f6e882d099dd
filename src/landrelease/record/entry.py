"""One statement and its exact bytes (``docs/formats/ledger-v1.md``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from landrelease.record.body import Body
from landrelease.record.kinds import KINDS
from landrelease.terms import HowKnown, Reliability

VERSION = 1


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from, and how its source knows."""

    how_known: HowKnown = HowKnown.UNKNOWN
    reliability: Reliability = Reliability.UNKNOWN
    file: str | None = None
    """SHA-256 of the source file."""
    row: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What someone wants to say; the ledger adds node, sequence, times, nonce and hash.

    Attributes
    ----------
    kind
        Name of a registered kind (`landrelease.record.kinds.KINDS`).
    subject
        What it is about, for example ``area:12`` or ``team:north-3``; the same subject for every statement about it.
    valid_from, valid_to
        When it held on the ground: ISO date, month or year; `valid_to` is None for one day or an open end.
    """

    kind: str
    subject: str
    body: Body | Mapping[str, Any]
    valid_from: str
    author: str
    organisation: str
    valid_to: str | None = None
    source: Source = field(default_factory=Source)
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement as the ledger holds it. `content` is what was hashed; the other fields are decoded from it."""

    hash: str
    content: bytes
    node: str
    seq: int
    prev: str
    kind: str
    subject: str
    valid_from: str
    valid_to: str | None
    recorded: str
    author: str
    organisation: str
    source: Mapping[str, Any]
    cites: tuple[str, ...]
    body: Mapping[str, Any]
    kind_version: int = 1
    """Version of the kind's schema in `content`; `body` is already read as the current one."""

    def model(self) -> Body:
        """Return the body as its kind's pydantic model."""
        return KINDS[self.kind].body.model_validate(dict(self.body))


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry in the order in which it reached this ledger."""

    index: int
    received: str
    entry: Entry
    revoked: bool = False
    """Void: its node's key was revoked from before this entry on. It acts on nothing and counts nowhere."""
