"""What a reader hands to the pipeline: one row, the statement it proposes, and what was found wrong with it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landrelease.errors import ErrorCode, Finding, Severity
from landrelease.profile import Profile
from landrelease.progress import SILENT, Progress
from landrelease.record.body import Body
from landrelease.record.kinds import KINDS
from landrelease.terms import HowKnown, Reliability

if TYPE_CHECKING:
    from landrelease.exchange.mapping import Mapping as TableMapping


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything a reader may look at.

    Attributes
    ----------
    today
        ISO date; later dates in the file are refused.
    repair
        Whether a repair that the format knows is made, with a finding, instead of refusing the value.
    """

    path: Path
    profile: Profile
    today: str
    mapping: "TableMapping | None" = None
    repair: bool = False
    progress: Progress = SILENT


@dataclass(frozen=True, slots=True)
class Proposal:
    """The statement that a row proposes.

    Attributes
    ----------
    key
        Natural key inside the dataset; editions of the dataset are matched by it. It need not be unique.
    subject
        What the statement is about; None gives each statement a subject of its own, made from dataset, key and number.
    """

    key: str
    kind: str
    body: Body
    valid_from: str
    valid_to: str | None = None
    subject: str | None = None
    how_known: HowKnown = HowKnown.UNKNOWN
    reliability: Reliability = Reliability.UNKNOWN


@dataclass(slots=True)
class Row:
    """One row of a file.

    Attributes
    ----------
    number
        As a person counts: the header is row 1. In files without rows, the number of the feature, from 1.
    values
        The fields as entered, by column name.
    proposal
        None where the row is refused whole. A proposal beside an error is what can be kept of the row without the
        field that is wrong; it goes in only with ``accept_partial``.
    """

    number: int
    values: Mapping[str, str]
    proposal: Proposal | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing in the row is an error."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)


class Refusal(Exception):  # noqa: N818  (it is the refusal of a value, turned into a finding by who knows its place)
    """A value that cannot be taken, before its row and field are known."""

    def __init__(self, error: ErrorCode, **details: Any) -> None:
        super().__init__(error.code)
        self.error = error
        self.details = details

    def at(self, file: str, row: int | None, field: str | None = None, sheet: str | None = None) -> Finding:
        """Return the finding at this place."""
        return Finding(self.error, self.details, file=file, sheet=sheet, row=row, field=field)


def body_text(body: Body | Mapping[str, Any], kind: str) -> str:
    """Return the body as JSON in one fixed form, so that equal content gives equal text.

    A mapping (a body read back from the ledger) passes through its model, so defaults left out then and now agree.
    """
    model = body if isinstance(body, Body) else KINDS[kind].body.model_validate(body)
    plain = model.model_dump(mode="json", exclude_none=True)
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def content_digest(kind: str, body: str, valid_from: str, valid_to: str | None) -> bytes:
    """Return 16 bytes that are equal for statements that say the same about the same time."""
    text = "\x1f".join((kind, valid_from, valid_to or "", body))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def key_digest(dataset: str, key: str) -> str:
    """Return the short hash of a natural key that subjects carry."""
    return hashlib.blake2b(f"{dataset}\x1f{key}".encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
