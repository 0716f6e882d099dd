"""Bodies of statements about the record itself: keys, signatures, attachments, incidents, imports, the profile."""

from typing import Annotated

from pydantic import Field

from landrelease.record.body import LARGEST, Body, Count, Hash, PublicKeyHex, SignatureHex
from landrelease.terms import AttachmentKind, IncidentKind, KeyRole

NAMING = ("attachment", "person", "victim", "insurance.claim", "next_of_kin.notice", "welfare")
"""Kinds whose body names a blob; of all but attachments it is personal."""


class KeyGrant(Body):
    """A public key and what its holder may do. The subject is ``key:`` and the public key."""

    role: KeyRole
    holder: str
    """Node id, or the person of a signing officer, or the name of a witness."""
    public_key: PublicKeyHex
    from_seq: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    """First entry of the node that the key signs; 1 where it is left out."""
    organisations: list[str] = []
    """For whom the node may speak; any where it is empty."""
    note: str | None = None


class KeyRevocation(Body):
    """A key that is no longer to be believed. The subject is ``key:`` and the public key."""

    public_key: PublicKeyHex
    from_seq: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    """First entry of its node that does not count; for a key without a node, left out: from the valid day on."""
    holder: str | None = None
    """Node whose entries are meant, where the key is that of several; all of them where it is left out."""
    reason: str


class OfficerSignature(Body):
    """A signing officer's own signature of an entry, which is also cited."""

    entry: Hash
    public_key: PublicKeyHex
    signature: SignatureHex


class Attachment(Body):
    """A file attached to the statements that it cites, by its salted hash. The subject is ``blob:`` and the hash."""

    blob: Hash
    kind: AttachmentKind
    media_type: str
    name: str | None = None
    size_bytes: Count
    personal: bool = False
    """Identifies people: it leaves the node only when that is asked for."""
    note: str | None = None


class BlobHeld(Body):
    """The node has these attachments and has confirmed their hashes."""

    blobs: Annotated[list[Hash], Field(min_length=1)]


class BlobErased(Body):
    """The content of these attachments is to be erased everywhere; the hashes stay."""

    blobs: Annotated[list[Hash], Field(min_length=1)]
    reason: str


class Incident(Body):
    """Something that went wrong with the record itself, with the evidence."""

    kind: IncidentKind
    node: str | None = None
    seq: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    stored: Hash | None = None
    offered: Hash | None = None
    offered_entry: str | None = None
    """Exact bytes of the entry that was refused."""
    offered_signature: SignatureHex | None = None
    stored_checkpoint: str | None = None
    """Signed checkpoint of a log, as this node kept it."""
    offered_checkpoint: str | None = None
    """Signed checkpoint of the same log that contradicts it."""
    note: str


class ProfileAdopted(Body):
    """A version of the national standards profile that came into force."""

    name: str
    version: str
    sha256: Hash
    text: str


class ImportRecorded(Body):
    """A source file that was taken in."""

    file: str
    sha256: Hash
    format: str
    dataset: str
    rows: Count
    accepted: Count
    refused: Count
    added: Count
    replaced: Count = 0
    withdrawn: Count = 0
    mapping: Annotated[Hash | None, Field(description="SHA-256 of the mapping file")] = None
    repaired: Annotated[bool | None, Field(description="whether the format's repairs were asked for")] = None
