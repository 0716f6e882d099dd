"""Tables of plain arrays: texts as numbers into one list, small things as JSON, so that nothing needs pickling."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, Finding

Arrays = Mapping[str, NDArray[Any]]
NONE = -1
"""Number of a text that is not there."""
_ERRORS = {error.code: error for error in ErrorCode}


def packed_json(value: Any) -> NDArray[np.uint8]:
    """A value of lists, objects, texts, numbers as the bytes of its JSON."""
    return np.frombuffer(json.dumps(value, separators=(",", ":")).encode(), dtype=np.uint8)


def read_json(array: NDArray[np.uint8]) -> Any:
    """The value of `packed_json`."""
    return json.loads(array.tobytes())


class Texts:
    """Numbers for texts, given in the order in which they are first named; those of `known` from 0 on."""

    def __init__(self, known: Iterable[str | None] = ()) -> None:
        self._numbers = {text: number for number, text in enumerate(known) if text is not None}

    def numbers(self, texts: Iterable[str | None]) -> NDArray[np.int32]:
        """Numbers of texts; `NONE` for None."""
        known = self._numbers
        found = [NONE if text is None else known.setdefault(text, len(known)) for text in texts]
        return np.array(found, dtype=np.int32)

    def packed(self) -> NDArray[np.uint8]:
        """All texts, to be kept with the tables that use their numbers."""
        return packed_json(list(self._numbers))


def read_texts(array: NDArray[np.uint8]) -> Sequence[str | None]:
    """Texts by number; the last, which `NONE` finds, is None."""
    return [*read_json(array), None]


def packed_findings(findings: Iterable[Finding]) -> list[list[Any]]:
    """Findings about the record, which have no place in a file, as lists."""
    return [[finding.error.code, dict(finding.details)] for finding in findings]


def read_findings(rows: Iterable[Sequence[Any]]) -> list[Finding]:
    """The findings of `packed_findings`."""
    return [Finding(_ERRORS[code], details) for code, details in rows]
