"""Which grants and revocations count, settled from the root key outwards; the rules stand in `trust`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from pydantic import ValidationError

from landrelease.errors import LandreleaseError
from landrelease.record.entry import Entry
from landrelease.record.keeping import KeyGrant, KeyRevocation
from landrelease.record.signing.keys import PublicKey, entry_message
from landrelease.terms import KeyRole

KEY_KINDS = ("key.grant", "key.revocation")
"""Kinds on which trust rests."""
WRITERS = frozenset({KeyRole.AUTHORITY, KeyRole.NODE})
_NEVER = 2**62


class Signed(NamedTuple):
    """An entry and its node's signature, or None."""

    entry: Entry
    signature: bytes | None


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant that counts.

    Attributes
    ----------
    depth
        Grants between the root and the key: 0 for the root itself, 1 for what it granted.
    entry
        The grant.
    """

    key: PublicKey
    role: KeyRole
    holder: str
    from_seq: int
    organisations: tuple[str, ...]
    depth: int
    entry: Entry

    def covers(self, node: str, seq: int) -> bool:
        """Tell whether this is a grant to write this entry."""
        return self.role in WRITERS and self.holder == node and self.from_seq <= seq


@dataclass(frozen=True, slots=True)
class Revoked:
    """A revocation that counts: the first entry number that it voids (of one node, or of all), and its day."""

    key: PublicKey
    holder: str | None
    from_seq: int
    day: str
    entry: Entry


class Lost(NamedTuple):
    """A grant that counts no longer, and the revocation of the authority behind it."""

    grant: Granted
    revocation: Revoked


@lru_cache(maxsize=16_384)
def fits(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """As `PublicKey.verify`, remembered: trust is weighed again and again."""
    return key.verify(signature, message)


class Statements:
    """Key statements by node, in the order of each chain; malformed ones are left out."""

    def __init__(self, statements: Iterable[Signed]) -> None:
        self._grants: defaultdict[str, list[tuple[KeyGrant, Signed]]] = defaultdict(list)
        self._revocations: defaultdict[str, list[tuple[KeyRevocation, Signed]]] = defaultdict(list)
        for statement in sorted(statements, key=lambda known: (known.entry.node, known.entry.seq, known.entry.hash)):
            self._take(statement)

    def _take(self, statement: Signed) -> None:
        entry = statement.entry
        if entry.kind not in KEY_KINDS or statement.signature is None:
            return
        try:
            PublicKey.from_hex(str(entry.body.get("public_key")))
            if entry.kind == "key.grant":
                self._grants[entry.node].append((KeyGrant.model_validate(dict(entry.body)), statement))
            else:
                self._revocations[entry.node].append((KeyRevocation.model_validate(dict(entry.body)), statement))
        except (ValidationError, LandreleaseError):
            return

    def self_grants(self, key: PublicKey | None = None) -> Iterator[tuple[KeyGrant, Signed]]:
        """Grants that a node made to itself, signed with the granted key: proofs that it holds the key."""
        for node, grants in self._grants.items():
            for grant, statement in grants:
                own = grant.holder == node and (grant.from_seq or 1) <= statement.entry.seq
                if (
                    own
                    and key in (None, granted := PublicKey.from_hex(grant.public_key))
                    and _signed(statement, granted)
                ):
                    yield grant, statement

    def grants(self, writer: "Granted", until: int) -> Iterator[tuple[KeyGrant, Signed]]:
        """Grants that this authority signed, up to before the entry number `until`."""
        return (
            (grant, statement) for grant, statement in self._grants.get(writer.holder, ())
            if writer.from_seq <= statement.entry.seq < until and _signed(statement, writer.key)
        )  # fmt: skip

    def revocations(self, writer: "Granted", until: int = _NEVER) -> Iterator[tuple[KeyRevocation, Signed]]:
        """Revocations that this holder of a key signed, up to before the entry number `until`."""
        return (
            (revocation, statement) for revocation, statement in self._revocations.get(writer.holder, ())
            if writer.from_seq <= statement.entry.seq < until and _signed(statement, writer.key)
        )  # fmt: skip


def _signed(statement: Signed, key: PublicKey) -> bool:
    return statement.signature is not None and fits(key, statement.signature, entry_message(statement.entry.content))


@dataclass(slots=True)
class Settled:
    """What counts, by the hash of its entry, what counts no longer, and where each key stands so far."""

    grants: dict[str, Granted] = field(default_factory=dict)
    revocations: dict[str, Revoked] = field(default_factory=dict)
    lost: dict[str, Lost] = field(default_factory=dict)
    depths: dict[PublicKey, int] = field(default_factory=dict)
    void_from: dict[tuple[PublicKey, str | None], int] = field(default_factory=dict)

    def grant(self, grant: KeyGrant, statement: Signed, depth: int, role: KeyRole | None = None) -> list[Granted]:
        """Take a grant that counts; return it where it is new."""
        entry, key = statement.entry, PublicKey.from_hex(grant.public_key)
        if entry.hash in self.grants:
            return []
        self.depths.setdefault(key, depth)
        from_seq, names = grant.from_seq or 1, tuple(grant.organisations)
        taken = Granted(key, role or grant.role, grant.holder, from_seq, names, depth, entry)
        self.grants[entry.hash] = taken
        return [taken]

    def revoke(self, revocation: KeyRevocation, statement: Signed, least: int = 1) -> None:
        """Take a revocation that counts; it reaches back to the number `least` at most."""
        key, holder = PublicKey.from_hex(revocation.public_key), revocation.holder
        from_seq = max(revocation.from_seq or 1, least)
        self.void_from[key, holder] = min(from_seq, self.void_from.get((key, holder), _NEVER))
        entry = statement.entry
        self.revocations[entry.hash] = Revoked(key, holder, from_seq, entry.valid_from, entry)

    def until(self, key: PublicKey, node: str) -> int:
        """First entry number of a node that the revocations taken so far void."""
        return min(self.void_from.get((key, holder), _NEVER) for holder in (None, node))


def settle(known: Statements, root: PublicKey) -> Settled:
    """Weigh the statements, the nearest to the root first."""
    settled = Settled()
    settled.depths[root] = 0
    level = [
        taken for grant, statement in known.self_grants(root)
        for taken in settled.grant(grant, statement, 0, KeyRole.AUTHORITY)
    ]  # fmt: skip
    depth = 0
    while level:
        _revoke_themselves(settled, known, level)
        _revoke_farther(settled, known, level, depth)
        depth += 1
        level = [
            taken for writer in level
            for grant, statement in known.grants(writer, settled.until(writer.key, writer.holder))
            for taken in settled.grant(grant, statement, depth)
        ]  # fmt: skip
        level = [taken for taken in level if taken.role is KeyRole.AUTHORITY]
    _revoke_themselves(settled, known, [one for one in settled.grants.values() if one.role is KeyRole.NODE])
    _lose(settled, known)
    return settled


def _lose(settled: Settled, known: Statements) -> None:
    """Find the grants that authorities made in void entries, and those that rest on these."""
    voided = sorted(settled.revocations.values(), key=revocation_order)
    waiting: list[tuple[Granted, Revoked | None]] = [
        (one, None) for one in sorted(settled.grants.values(), key=grant_order) if one.role is KeyRole.AUTHORITY
    ]
    for writer, cause in waiting:  # grows
        for grant, statement in known.grants(writer, _NEVER):
            entry, void = statement.entry, cause
            if void is None:
                reaching = (one for one in voided if one.key == writer.key and one.holder in (None, writer.holder))
                void = next((one for one in reaching if one.from_seq <= entry.seq), None)
            if void is None or entry.hash in settled.grants or entry.hash in settled.lost:
                continue
            key, names = PublicKey.from_hex(grant.public_key), tuple(grant.organisations)
            lost = Granted(key, grant.role, grant.holder, grant.from_seq or 1, names, writer.depth + 1, entry)
            settled.lost[entry.hash] = Lost(lost, void)
            waiting += [(lost, void)] if grant.role is KeyRole.AUTHORITY else []


def _revoke_themselves(settled: Settled, known: Statements, writers: list[Granted]) -> None:
    """Take what holders say about their own keys: the earlier entry first, and not what it or a nearer one voided.

    It ends the key from that entry on and reaches no further back: else whoever stole a key could void with one entry
    all that its owner ever wrote.
    """
    found = {
        statement.entry.hash: (revocation, statement)
        for writer in writers for revocation, statement in known.revocations(replace(writer, from_seq=1))
        if revocation.public_key == writer.key.hex
    }  # fmt: skip
    for revocation, statement in sorted(found.values(), key=_own_order):
        node, seq = statement.entry.node, statement.entry.seq
        if seq < settled.until(PublicKey.from_hex(revocation.public_key), node):
            settled.revoke(revocation, statement, least=seq if revocation.holder in (None, node) else 1)


def _revoke_farther(settled: Settled, known: Statements, writers: list[Granted], depth: int) -> None:
    """Take the revocations by authorities at this distance of keys that are farther from the root."""
    for writer in writers:
        for revocation, statement in known.revocations(writer, settled.until(writer.key, writer.holder)):
            if settled.depths.get(PublicKey.from_hex(revocation.public_key), _NEVER) > depth:
                settled.revoke(revocation, statement)


def _own_order(known: tuple[KeyRevocation, Signed]) -> tuple[int, int, str]:
    revocation, statement = known
    return statement.entry.seq, revocation.from_seq or 1, statement.entry.hash


def grant_order(grant: Granted) -> tuple[int, str, int, str]:
    """Order grants by distance, holder and number."""
    return grant.depth, grant.holder, grant.from_seq, grant.entry.hash


def revocation_order(revocation: Revoked) -> tuple[int, str]:
    """Order revocations by the number from which they void."""
    return revocation.from_seq, revocation.entry.hash
