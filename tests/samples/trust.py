"""Key statements made by hand: whole little programmes without a ledger."""

from landrelease.record.encoding import FIRST_PREV, encode_entry, read_entry
from landrelease.record.entry import Entry, Statement
from landrelease.record.signing.keys import SigningKey, entry_message
from landrelease.record.signing.trust import Signed, Trust
from landrelease.record.statements import prepare

DAY = "2026-08-14"


def key(number: int) -> SigningKey:
    """The same key for the same number."""
    return SigningKey.from_seed(number.to_bytes(32, "big"))


def said(kind: str, body: dict[str, object], node: str, seq: int, signer: SigningKey, day: str = DAY) -> Signed:
    """A key statement as one entry, signed."""
    statement = Statement(kind, "key:x", body, day, "system:landrelease", "system:landrelease")
    members, content = prepare(statement)
    prev = FIRST_PREV if seq == 1 else "1" * 64
    made = encode_entry(members, content, node=node, seq=seq, prev=prev, recorded=f"{day}T08:00:00Z", nonce="0" * 32)
    entry: Entry = read_entry(*made)
    return Signed(entry, signer.sign(entry_message(entry.content)))


def grant(granted: int, holder: str, by: str, seq: int, signer: int, role: str = "node", **more: object) -> Signed:
    """Grant key `granted` to `holder`, in entry `seq` of node `by`, signed with key `signer`."""
    day = str(more.pop("day", DAY))
    body = {"role": role, "holder": holder, "public_key": key(granted).public.hex, **more}
    return said("key.grant", body, by, seq, key(signer), day)


def revoke(revoked: int, by: str, seq: int, signer: int, **more: object) -> Signed:
    """Revoke key `revoked` in entry `seq` of node `by`, signed with key `signer`."""
    day = str(more.pop("day", DAY))
    body = {"public_key": key(revoked).public.hex, "reason": "lost", **more}
    return said("key.revocation", body, by, seq, key(signer), day)


def trust(*statements: Signed, root: int = 0) -> Trust:
    """Weigh the statements under root key `root`."""
    return Trust.of(statements, key(root).public.hex)
