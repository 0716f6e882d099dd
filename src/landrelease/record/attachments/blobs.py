"""Attachments and personal data: files beside the record, named in it by a salted hash, and erasable.

The record keeps the hash for ever; the content may go, with a reason. Formats: ``docs/formats/blob-v1.md``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.attachments.envelope import Blob, Sealed, open_envelope, seal, seal_file
from landrelease.record.entry import Entry, Statement
from landrelease.record.keeping import NAMING, Attachment, BlobHeld
from landrelease.record.ledger import Ledger
from landrelease.record.register import Register
from landrelease.record.when import time_text
from landrelease.terms import AttachmentKind, Standing

WELFARE = "welfare"
"""Kind whose blobs are private to the organisation that wrote them."""
MOST_NAMED = 1_000
"""Blobs that one statement names at most, so that no entry grows without bound."""


def attach(
    ledger: Ledger,
    content: bytes | Path | Sealed,
    *,
    cites: Sequence[str],
    author: str,
    organisation: str,
    kind: AttachmentKind = AttachmentKind.OTHER,
    media_type: str = "application/octet-stream",
    name: str | None = None,
    personal: bool = False,
    note: str | None = None,
) -> Entry:
    """Store a file and state to what it belongs, in one transaction.

    Parameters
    ----------
    content
        The bytes, a file, or what `landrelease.record.attachments.envelope.seal` made of them: then `name` and
        `media_type` are also in its header.
    cites
        Hashes of the statements to which it belongs; none for personal data that a later statement names.
    name
        File name. Of personal content it stays in the erasable envelope: no statement carries it.
    personal
        Identifies people; always so for `AttachmentKind.PERSONAL_DATA`. It leaves the node only when that is asked for.

    Returns
    -------
    Entry
        The ``attachment`` statement; ``body["blob"]`` is the hash of the blob.

    Raises
    ------
    LandreleaseError
        As `landrelease.record.attachments.envelope.seal` and `Ledger.append`; nothing is stored then.
    """
    sealed = content if isinstance(content, Sealed) else _sealed(content, media_type, name)
    personal = personal or kind is AttachmentKind.PERSONAL_DATA
    body = Attachment(
        blob=sealed.sha256, kind=kind, media_type=media_type, name=None if personal else name,
        size_bytes=sealed.size_bytes, personal=personal, note=note,
    )  # fmt: skip
    with ledger.batch() as batch:
        batch.writer.add_blob(sealed.sha256, bytes_of(sealed))
        return batch.add(
            Statement("attachment", f"blob:{sealed.sha256}", body, today(ledger), author, organisation,
                      cites=tuple(dict.fromkeys(cites)))
        )  # fmt: skip


def read_blob(ledger: Ledger, blob: str) -> Blob:
    """Return a blob, checked against its hash.

    Raises
    ------
    LandreleaseError
        LR1143 where no statement names it, LR1144 where it is not on this node, LR1145 where it was erased, LR1170 or
        LR1141 where its bytes are not what they were.
    """
    stored = ledger.store.blob(blob)
    if stored is None:
        raise fail(ErrorCode.BLOB_NOT_HERE if blob in named_blobs(ledger) else ErrorCode.BLOB_UNKNOWN, hash=blob)
    if stored.content is None:
        raise fail(ErrorCode.BLOB_ERASED, hash=blob, reason=stored.erased_reason)
    return open_envelope(blob, stored.content)


def confirm(
    ledger: Ledger, author: str, organisation: str, blobs: Iterable[str] | None = None, progress: Progress = SILENT
) -> list[Entry]:
    """State that this node holds blobs, after hashing each again: others may then call them safe.

    Parameters
    ----------
    blobs
        Hashes; all that are here by default. What this node has confirmed before is not confirmed again.

    Raises
    ------
    LandreleaseError
        As `read_blob`, for the first that is not here or has been changed; nothing is stated then.
    """
    said = {blob for logged in ledger.log(kind="blob.held") if logged.entry.node == ledger.node
            for blob in logged.entry.body["blobs"]}  # fmt: skip
    here = (state.sha256 for state in ledger.store.blob_states() if state.size_bytes is not None)
    new = sorted(set(here if blobs is None else blobs) - said)
    for blob in track(new, progress, _("Checking attachments"), len(new)):
        read_blob(ledger, blob)
    with ledger.batch() as batch:
        return [
            batch.add(Statement("blob.held", f"node:{ledger.node}", BlobHeld(blobs=part), today(ledger), author,
                                organisation))
            for part in portions(new)
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class AttachmentState:
    """An attachment and where its content is.

    Attributes
    ----------
    hash
        Of the blob.
    entry, standing
        The statement that attaches it, and where that stands.
    here
        Whether the content is on this node.
    erased_reason
        Why the content was erased here, or None.
    confirmed_by
        Other nodes that state that they hold it, sorted; a withdrawn or revoked statement confirms nothing.
    """

    hash: str
    entry: Entry
    standing: Standing
    here: bool
    erased_reason: str | None
    confirmed_by: tuple[str, ...]

    @property
    def safe(self) -> bool:
        """Whether another node has confirmed it: the loss of this one would not lose it."""
        return bool(self.confirmed_by) and self.erased_reason is None


def attachments(ledger: Ledger, register: Register) -> list[AttachmentState]:
    """Return the attachments that a register knows, in the order of arrival.

    Parameters
    ----------
    register
        Of this ledger, for example ``fold(ledger.log())``: says what stands. Where contents are is asked of the ledger.
    """
    stored = {state.sha256: state for state in ledger.store.blob_states()}
    confirmed = defaultdict(set)
    for held in register.entries("blob.held"):
        for blob in held.body["blobs"]:
            confirmed[blob].add(held.node)
    own = own_nodes(ledger)
    states = []
    for entry in (logged.entry for logged in ledger.log(kind="attachment") if logged.entry.hash in register):
        blob = entry.body["blob"]
        state = stored.get(blob)
        states.append(
            AttachmentState(
                blob, entry, register.standing(entry.hash), state is not None and state.size_bytes is not None,
                state.erased_reason if state else None, tuple(sorted(confirmed[blob] - own)),
            )
        )  # fmt: skip
    return states


def may_leave(statements: Iterable[Entry], personal: bool = False, welfare_of: str | None = None) -> list[str]:
    """Return the blobs that a bundle of these statements may carry, sorted.

    Only what an ``attachment`` statement names leaves at all without being asked for; what any of the statements marks
    as personal, or a person's or victim's statement names, leaves where `personal` is true. What a welfare entry names
    is private to its organisation: it leaves only for that organisation's own use, `welfare_of`.
    """
    named: defaultdict[str, bool] = defaultdict(bool)
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for entry in statements:
        if entry.kind in NAMING and (blob := entry.body.get("blob")):
            named[blob] |= is_personal(entry)
            owners[blob].update({entry.organisation} if entry.kind == WELFARE else ())
    return sorted(
        blob
        for blob, marked in named.items()
        if (owners[blob] == {welfare_of} if owners[blob] else personal or not marked)
    )


def is_personal(entry: Entry) -> bool:
    """Tell whether a statement that names a blob says that it identifies people."""
    body = entry.body
    return entry.kind != "attachment" or bool(body.get("personal")) or body["kind"] == AttachmentKind.PERSONAL_DATA


def named_blobs(ledger: Ledger) -> dict[str, list[Entry]]:
    """Return the blobs that statements name, with these statements; void ones name nothing."""
    named: defaultdict[str, list[Entry]] = defaultdict(list)
    for kind in NAMING:
        for logged in ledger.log(kind=kind):
            if (blob := logged.entry.body.get("blob")) and not logged.revoked:
                named[blob].append(logged.entry)
    return dict(named)


def own_nodes(ledger: Ledger) -> frozenset[str]:
    """Return this node and those with a key of its own: what it said before a restore confirms nothing."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for entry in (statement.entry for statement in ledger.key_statements() if statement.entry.kind == "key.grant"):
        keys[entry.body["public_key"]].add(entry.body["holder"])
    return frozenset({ledger.node}.union(*(holders for holders in keys.values() if ledger.node in holders)))


def full_hash(ledger: Ledger, prefix: str) -> str:
    """Return the one blob whose hash begins so. Refuses (LR1143) a prefix of none, of several or under 8 digits."""
    known = {*named_blobs(ledger), *(state.sha256 for state in ledger.store.blob_states())}
    found = [blob for blob in known if blob.startswith(prefix)]
    if len(prefix) < 8 or len(found) != 1:
        raise fail(ErrorCode.BLOB_UNKNOWN, hash=prefix)
    return found[0]


def check_known(ledger: Ledger, blobs: Iterable[str]) -> dict[str, list[Entry]]:
    """Return the statements that name blobs. Refuses (LR1143, one finding each) blobs that are nowhere here."""
    named = named_blobs(ledger)
    known = {*named, *(state.sha256 for state in ledger.store.blob_states())}
    if unknown := [blob for blob in blobs if blob not in known]:
        raise LandreleaseError(Finding(ErrorCode.BLOB_UNKNOWN, {"hash": blob}) for blob in unknown)
    return named


def portions(blobs: Sequence[str]) -> Iterator[list[str]]:
    """Split hashes into statements' worth."""
    return (list(blobs[start : start + MOST_NAMED]) for start in range(0, len(blobs), MOST_NAMED))


def today(ledger: Ledger) -> str:
    """The day that the ledger's clock says (UTC)."""
    return time_text(ledger.clock())[:10]


def bytes_of(sealed: Sealed) -> bytes:
    """The envelope for the store, which takes any buffer: no copy is made."""
    return sealed.envelope  # type: ignore[return-value]


def _sealed(content: bytes | Path, media_type: str, name: str | None) -> Sealed:
    return seal_file(content, media_type, name) if isinstance(content, Path) else seal(content, media_type, name)
