"""Entries that are held: whole, and what they wait for."""

from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import groupby

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.i18n import _
from landrelease.record.audit.entries import Members
from landrelease.record.canonical import content_hash
from landrelease.record.encoding import entry_members
from landrelease.record.stores import Head, Held


def check_held(held: Iterable[Held], heads: Mapping[str, Head], logged: Container[bytes]) -> Iterator[Finding]:
    """Yield what is wrong with held entries, and one note a node on what its entries wait for.

    Parameters
    ----------
    held
        By node and number.
    heads, logged
        Last entry of every node, and the hashes of all entries of the log.
    """
    for node, group in groupby(held, key=lambda one: one.node):
        entries = list(group)
        sound = [(one, members) for one in entries if (members := _members(one)) is not None]
        for one in entries:
            if all(one is not other for other, _members_ in sound):
                yield Finding(ErrorCode.HELD_CHANGED, {"hash": one.hash, "node": node, "seq": one.seq})
        if sound:
            first, members = sound[0]
            waits = _waits_for(first, members, heads.get(node), logged)
            details = {"count": len(sound), "node": node, "seq": first.seq, "waits": waits, "hash": first.hash}
            yield Finding(ErrorCode.HELD_WAITS, details)


def _members(one: Held) -> Members | None:
    """Members of a held entry; None where bytes, hash and columns do not agree."""
    if not isinstance(one.content, bytes) or content_hash(one.content) != one.hash:
        return None
    try:
        members = entry_members(one.content)
    except LandreleaseError:
        return None
    return members if (members["node"], members["seq"]) == (one.node, one.seq) else None


def _waits_for(one: Held, members: Members, head: Head | None, logged: Container[bytes]) -> str:
    reached = head.seq if head else 0
    if one.seq > reached + 1:
        return _("number {seq} of node {node}").format(seq=reached + 1, node=one.node)
    missing = [cited for cited in members.get("cites", ()) if bytes.fromhex(cited) not in logged]
    if missing:
        return _("entry {hash}, which it cites").format(hash=missing[0])
    return _("the next merge")
