"""Contents that stay with the organisation that wrote them: the statement names an erasable blob and no more."""

from collections.abc import Iterator

from landrelease.record.attachments.blobs import WELFARE, bytes_of, read_blob
from landrelease.record.attachments.envelope import seal
from landrelease.record.conduct import WelfareEntry
from landrelease.record.entry import Entry, Statement
from landrelease.record.keeping import Attachment
from landrelease.record.ledger import Ledger
from landrelease.record.register import Register
from landrelease.terms import AttachmentKind


def keep_private(ledger: Ledger, content: bytes, author: str, organisation: str, day: str) -> Entry:
    """Keep a content in an erasable, salted blob of an organisation, in one transaction with the statement of it.

    The subject is the organisation: no statement says whom it is about.

    Parameters
    ----------
    day
        ISO day of the entry; of what it tells, the blob says more.

    Raises
    ------
    LandreleaseError
        As `Ledger.append`; nothing is stored then.
    """
    sealed = seal(content, "application/json")
    attachment = Attachment(
        blob=sealed.sha256, kind=AttachmentKind.PERSONAL_DATA, media_type="application/json",
        size_bytes=sealed.size_bytes, personal=True,
    )  # fmt: skip
    with ledger.batch() as batch:
        batch.writer.add_blob(sealed.sha256, bytes_of(sealed))
        named = batch.add(Statement("attachment", f"blob:{sealed.sha256}", attachment, day, author, organisation))
        body = WelfareEntry(blob=sealed.sha256)
        return batch.add(
            Statement(WELFARE, f"{WELFARE}:{organisation}", body, day, author, organisation, cites=(named.hash,))
        )


def private_contents(ledger: Ledger, register: Register, organisation: str) -> Iterator[tuple[Entry, bytes | None]]:
    """Yield an organisation's private entries with their content; None where it was erased or is not on this node."""
    for entry in register.entries(WELFARE):
        if entry.organisation == organisation:
            stored = ledger.store.blob(entry.body["blob"])
            here = stored is not None and stored.content is not None
            yield entry, read_blob(ledger, entry.body["blob"]).content if here else None
