"""Statements about keys, and officers' signatures, as the people of a programme make them."""

from collections.abc import Sequence

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.record.entry import Entry, Statement
from landrelease.record.keeping import KeyGrant, KeyRevocation, OfficerSignature
from landrelease.record.ledger import Ledger
from landrelease.record.signing.keys import PublicKey, SigningKey, officer_message
from landrelease.record.signing.trust import SYSTEM, Trust
from landrelease.record.when import time_text
from landrelease.terms import KeyRole

FEWEST_DIGITS = 8
"""Digits by which a key may be named."""


def grant_key(
    ledger: Ledger,
    key: PublicKey,
    role: KeyRole,
    holder: str,
    *,
    from_seq: int | None = None,
    organisations: Sequence[str] = (),
    author: str = SYSTEM,
    organisation: str = SYSTEM,
    note: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> Entry:
    """Grant a key to a node, signing officer or witness.

    Parameters
    ----------
    ledger
        Opened with an authority's key.
    key
        Its fingerprint has been compared with the holder by the people who do so.
    from_seq
        First entry of the node that the key signs; by default the one in which the node introduced the key, else 1;
        of a node that has another key, the first that is not here: what that key signed stays its own, so that a
        revocation reaches it.
    organisations
        For whom the node may speak; any where it is empty.
    since
        First day (ISO) on which a signing officer may sign with it; today by default.
    until
        Last day (ISO) on which a signing officer may sign with it; without an end by default.

    Raises
    ------
    LandreleaseError
        LR1070 where the ledger's key is no authority's, or the key was revoked: the grant would have no effect.
    """
    trust = ledger.trust()
    _check_authority(ledger, trust, _("it is not an authority's, and a grant by it counts for nothing"))
    if trust.revocation_of(key) is not None:
        raise fail(ErrorCode.NOT_AUTHORITY, problem=_("a key that was revoked is never granted again"))
    if role in (KeyRole.NODE, KeyRole.AUTHORITY):
        from_seq = from_seq or trust.introduced(holder, key) or _next_of(ledger, trust, holder)
    body = KeyGrant(
        role=role, holder=holder, public_key=key.hex, from_seq=from_seq, organisations=list(organisations), note=note
    )
    return _append(ledger, "key.grant", f"key:{key.hex}", body, author, organisation, day=since, until=until)


def _next_of(ledger: Ledger, trust: Trust, node: str) -> int:
    head = ledger.store.heads().get(node) if trust.knows(node) else None
    return head.seq + 1 if head is not None else 1


def revoke_key(
    ledger: Ledger,
    key: PublicKey,
    reason: str,
    *,
    from_seq: int | None = None,
    day: str | None = None,
    author: str = SYSTEM,
    organisation: str = SYSTEM,
) -> Entry:
    """Revoke a key: its node's entries with this number and later are void.

    Parameters
    ----------
    from_seq
        First entry that does not count; all of the key's where it is left out.
    day
        From which an officer's signatures do not count; today by default.

    Raises
    ------
    LandreleaseError
        LR1070 where the revocation would have no effect: the ledger's key is neither the key itself nor nearer to the
        root.
    """
    trust = ledger.trust()
    own = ledger.signer is not None and ledger.signer.public == key
    if not own:
        _check_authority(ledger, trust, _("it is not an authority's, and a revocation by it counts for nothing"))
        theirs, ours = trust.depth(key), trust.depth(ledger.signer.public) if ledger.signer else None
        if theirs is not None and ours is not None and theirs <= ours:
            raise fail(ErrorCode.NOT_AUTHORITY, problem=_("the other key is as near to the root, or nearer"))
    body = KeyRevocation(public_key=key.hex, from_seq=from_seq, reason=reason)
    return _append(ledger, "key.revocation", f"key:{key.hex}", body, author, organisation, day=day)


def sign_entry(ledger: Ledger, entry_hash: str, key: SigningKey, person: str, organisation: str) -> Entry:
    """Record a signing officer's own signature of an entry.

    Raises
    ------
    LandreleaseError
        LR1015 where the entry is not here, LR1069 where the key was not granted to this person.
    """
    entry = ledger.entry(entry_hash)
    return ledger.append([_signature(entry, key, person, organisation, time_text(ledger.clock())[:10])])[0]


def append_signed(ledger: Ledger, statement: Statement, key: SigningKey) -> tuple[Entry, Entry]:
    """Record a statement and its author's own signature of it, both or neither.

    Returns
    -------
    Entry, Entry
        The statement and the signature.

    Raises
    ------
    LandreleaseError
        LR1069 where the key was not granted to the author, expired or was revoked; nothing is recorded then.
    """
    today = time_text(ledger.clock())[:10]
    with ledger.batch() as batch:
        entry = batch.add(statement)
        signature = batch.add(_signature(entry, key, statement.author, statement.organisation, today))
    return entry, signature


def _signature(entry: Entry, key: SigningKey, person: str, organisation: str, day: str) -> Statement:
    body = OfficerSignature(
        entry=entry.hash, public_key=key.public.hex, signature=key.sign(officer_message(entry.hash)).hex()
    )
    return Statement("signature", f"entry:{entry.hash}", body, day, person, organisation, cites=(entry.hash,))


def find_key(trust: Trust, text: str) -> PublicKey:
    """Find a known key by its digits, the first of them, or its fingerprint. Refuses (LR1073) none and several."""
    digits = "".join(text.split()).lower()
    if len(digits) == 64:
        return PublicKey.from_hex(digits)
    known = {grant.key for grant in trust.grants}
    named = [
        key for key in known
        if len(digits) >= FEWEST_DIGITS and digits in (key.hex[: len(digits)], key.fingerprint.replace(" ", ""))
    ]  # fmt: skip
    if len(named) != 1:
        raise fail(ErrorCode.KEY_UNKNOWN, key=text)
    return named[0]


def _check_authority(ledger: Ledger, trust: Trust, problem: str) -> None:
    if ledger.signer is None:
        raise fail(ErrorCode.KEY_NEEDED, node=ledger.node)
    head = ledger.store.heads().get(ledger.node)
    if not trust.is_authority(ledger.node, head.seq + 1 if head else 1, ledger.signer.public):
        raise fail(ErrorCode.NOT_AUTHORITY, problem=problem)


def _append(
    ledger: Ledger,
    kind: str,
    subject: str,
    body: KeyGrant | KeyRevocation,
    author: str,
    organisation: str,
    day: str | None = None,
    until: str | None = None,
) -> Entry:
    day = day or time_text(ledger.clock())[:10]
    return ledger.append([Statement(kind, subject, body, day, author, organisation, valid_to=until)])[0]
