"""Attachments and personal data: stored bytes against their hash, erased as was said, present where named."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.i18n import _
from landrelease.progress import Progress, track
from landrelease.record.attachments.erasure import judge_erasures
from landrelease.record.audit.entries import Members
from landrelease.record.keeping import NAMING
from landrelease.record.ledger import Ledger
from landrelease.record.stores import Row, StoredBlob

ERASED = "blob.erased"


@dataclass(slots=True)
class BlobCheck:
    """Gathers what the log says of blobs, then reads every stored one.

    Attributes
    ----------
    hashed
        Blobs whose bytes were hashed again.
    """

    hashed: int = 0
    _named: dict[bytes, int] = field(default_factory=dict)
    _erased: dict[bytes, dict[str, bool]] = field(default_factory=dict)
    """Reasons given for the erasure of a blob; whether a statement that is not void gives it."""
    _weighed: tuple[dict[str, str], set[str]] | None = None

    def take(self, row: Row, members: Members, void: bool) -> None:
        """Take what a statement says of blobs. A void one asks for no erasure, but may explain one."""
        body = members["body"]
        if members["kind"] in NAMING and isinstance(name := body.get("blob"), str):
            self._named.setdefault(_bytes(name), row.place)
        elif members["kind"] == ERASED:
            for name in body.get("blobs", ()):
                reasons = self._erased.setdefault(_bytes(name), {})
                reason = str(body.get("reason"))
                reasons[reason] = reasons.get(reason, False) or not void

    def end(self, ledger: Ledger, progress: Progress) -> Iterator[Finding]:
        """Compare with what is stored."""
        store = ledger.store
        unnamed: list[str] = []
        gone: dict[str, list[str]] = {}
        absent = dict(self._named)
        for blob in track(store.blobs(), progress, _("Checking attachments")):
            absent.pop(key := _bytes(blob.sha256), None)
            if blob.content is None:
                gone.setdefault(str(blob.erased_reason), []).append(blob.sha256)
            elif key not in self._named:
                unnamed.append(blob.sha256)
            yield from self._stored(ledger, blob, self._erased.get(key, {}))
        for reason, erased in gone.items():
            yield Finding(ErrorCode.BLOBS_ERASED, {"count": len(erased), "hash": erased[0], "reason": reason})
        if missing := [name.hex() for name in absent if not any(self._erased.get(name, {}).values())]:
            yield Finding(ErrorCode.BLOBS_ABSENT, {"count": len(missing), "hash": missing[0]})
        if unnamed:
            yield Finding(ErrorCode.BLOBS_UNNAMED, {"count": len(unnamed), "hash": unnamed[0]})

    def _stored(self, ledger: Ledger, blob: StoredBlob, reasons: dict[str, bool]) -> Iterator[Finding]:
        if blob.content is None:
            if blob.erased_reason not in reasons:
                yield Finding(ErrorCode.BLOB_ERASED_UNSAID, {"hash": blob.sha256, "reason": blob.erased_reason})
            return
        self.hashed += 1
        content = blob.content if isinstance(blob.content, bytes) else b""
        if sha256(content).hexdigest() != blob.sha256:
            yield Finding(ErrorCode.BLOB_CHANGED, {"hash": blob.sha256})
        if any(reasons.values()):
            yield from self._kept(ledger, blob.sha256, next(iter(reasons)))

    def _kept(self, ledger: Ledger, blob: str, reason: str) -> Iterator[Finding]:
        """Weigh a content that is here although its erasure was stated: not everyone may ask, and some take it back."""
        if self._weighed is None:
            try:
                self._weighed = judge_erasures(ledger)
            except LandreleaseError:  # the log is damaged, which is told elsewhere: take statements at their word
                self._weighed = {name.hex(): next(iter(said)) for name, said in self._erased.items() if said}, set()
        counted, asked = self._weighed
        if blob in counted:
            yield Finding(ErrorCode.BLOB_NOT_ERASED, {"hash": blob, "reason": reason})
        elif blob in asked:
            yield Finding(ErrorCode.ERASURE_ASKED, {"hash": blob})


def _bytes(name: str) -> bytes:
    return bytes.fromhex(name)
