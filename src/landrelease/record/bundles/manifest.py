"""The manifest of a bundle, and the form of its lines (``docs/formats/bundle-v1.md``)."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.record.canonical import canonical, parse

FORMAT = "landrelease bundle v1"
_FAMILY = "landrelease bundle v"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DEEPEST_PROOF = 128
_BEFORE, _BETWEEN, _AFTER = b'{"entry":', b',"signature":"', b'"}'
_SIGNED = 128
_HEX = re.compile(rb"[0-9a-f]{128}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says about itself."""

    node: str
    start: int
    stop: int
    entries: int
    size_bytes: int
    sha256: str
    blobs: tuple[tuple[str, int], ...] = ()
    part: int = 1
    parts: int = 1
    checkpoint: str = ""
    consistency: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem:
            raise ValueError(problem)

    def text(self) -> bytes:
        """Return the bytes of ``manifest.json``."""
        return canonical({
            "format": FORMAT, "node": self.node, "from": self.start, "to": self.stop, "entries": self.entries,
            "bytes": self.size_bytes, "sha256": self.sha256, "blobs": self.blobs, "part": [self.part, self.parts],
            "checkpoint": self.checkpoint, "consistency": self.consistency,
        })  # fmt: skip

    def _problem(self) -> str:
        if not self.node or not 0 <= self.start <= self.stop or not 0 <= self.entries <= self.stop - self.start:
            return _("its counts do not fit together")
        if not 1 <= self.part <= self.parts or self.size_bytes < 0 or len(self.consistency) > _DEEPEST_PROOF:
            return _("its counts do not fit together")
        names = [name for name, _size in self.blobs]
        if len(set(names)) != len(names) or min((size for _name, size in self.blobs), default=0) < 0:
            return _("its list of attachments is not in order")
        if not all(map(_SHA256.fullmatch, (self.sha256, *names, *self.consistency))):
            return _("a hash is not 64 hexadecimal digits")
        return ""


_MEMBERS = {
    "node": str, "from": int, "to": int, "entries": int, "bytes": int, "sha256": str, "blobs": list, "part": list,
    "checkpoint": str, "consistency": list, "format": str,
}  # fmt: skip


def read_manifest(path: Path, content: bytes) -> Manifest:
    """Decode ``manifest.json``. Raises LR1101 where it is none, LR1102 where its format is newer."""
    _check_format(path, content)
    try:
        return _manifest(parse(content))
    except (LandreleaseError, ValueError, TypeError, KeyError) as error:
        problem = error.findings[0].what if isinstance(error, LandreleaseError) else error
        raise fail(
            ErrorCode.BUNDLE_FOREIGN, path=path, problem=_("its manifest is wrong: {what}").format(what=problem)
        ) from error


def _check_format(path: Path, content: bytes) -> None:
    try:
        members = from_json(content)
        format_ = members["format"]
    except (ValueError, TypeError, KeyError) as error:
        problem = _("its manifest does not name the format")
        raise fail(ErrorCode.BUNDLE_FOREIGN, path=path, problem=problem) from error
    if format_ == FORMAT:
        return
    if isinstance(format_, str) and format_.startswith(_FAMILY):
        raise fail(ErrorCode.BUNDLE_NEWER, path=path, format=format_[:80])
    raise fail(ErrorCode.BUNDLE_FOREIGN, path=path, problem=_("its format is '{format}'").format(format=format_))


def _manifest(members: Any) -> Manifest:
    if {name: type(value) for name, value in members.items()} != _MEMBERS:
        raise ValueError(_("members are missing, too many, or of the wrong type"))
    part, parts = members["part"]
    pairs = tuple((_typed(name, str), _typed(size, int)) for name, size in members["blobs"])
    proof = tuple(_typed(item, str) for item in members["consistency"])
    return Manifest(
        members["node"], members["from"], members["to"], members["entries"], members["bytes"], members["sha256"], pairs,
        _typed(part, int), _typed(parts, int), members["checkpoint"], proof,
    )  # fmt: skip


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise ValueError(_("members are missing, too many, or of the wrong type"))
    return value


def bundle_line(content: bytes, signature: bytes | None) -> bytes:
    """Write a line of ``entries.jsonl``."""
    text = signature.hex().encode() if signature else b""
    return _BEFORE + content + _BETWEEN + text + _AFTER + b"\n"


def line_bytes(content: bytes, signature: bytes | None) -> int:
    """Size of a line, without making it."""
    around = len(_BEFORE) + len(_BETWEEN) + len(_AFTER) + 1
    return around + len(content) + (_SIGNED if signature else 0)


def cut_line(line: bytes) -> tuple[bytes, bytes | None]:
    """Cut a line without its line feed into an entry's exact bytes and its signature. Raises ValueError."""
    if line.startswith(_BEFORE) and line.endswith(_AFTER):
        unsigned = len(line) - len(_AFTER) - len(_BETWEEN)
        if line[unsigned:-2] == _BETWEEN:
            return line[len(_BEFORE) : unsigned], None
        signed = unsigned - _SIGNED
        text = line[-2 - _SIGNED : -2]
        if signed > 0 and line[signed : signed + len(_BETWEEN)] == _BETWEEN and _HEX.fullmatch(text):
            return line[len(_BEFORE) : signed], bytes.fromhex(text.decode())
    raise ValueError(_("the line is not an entry with its signature"))
