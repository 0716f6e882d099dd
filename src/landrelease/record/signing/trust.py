"""Whose entries count: keys granted and revoked by entries, from one root key (``docs/formats/ledger-v1.md``, "Trust").

1.  The root is a key that the owner of a ledger has confirmed. Its own entries are those of the nodes for which it
    grants itself. It is an authority.
2.  A grant counts when an authority signed it, in an entry of its node that it covers and that is not void.
    A grant in a void entry counts no longer: what was written under it alone is void too.
3.  A revocation counts when an authority nearer to the root than the revoked key signed it so, or the key itself. It
    voids the node's entries from a number on: exactly those. A revoked key is never granted again.
4.  Distance from the root is the number of grants between. It is settled from the root outwards, so that the order of
    arrival plays no part, and of two authorities that revoke each other the nearer prevails; of two equally near, none.
"""

from collections import defaultdict
from collections.abc import Iterable

from pydantic import ValidationError

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.i18n import _
from landrelease.record.entry import Entry, Statement
from landrelease.record.keeping import OfficerSignature
from landrelease.record.people import NOT_STATED, person_key
from landrelease.record.signing.keys import PublicKey, entry_message, officer_message
from landrelease.record.signing.settling import (
    KEY_KINDS,
    WRITERS,
    Granted,
    Lost,
    Revoked,
    Settled,
    Signed,
    Statements,
    fits,
    grant_order,
    revocation_order,
    settle,
)
from landrelease.terms import KeyRole

__all__ = [
    "KEY_KINDS",
    "SYSTEM",
    "Granted",
    "Revoked",
    "Signed",
    "Trust",
    "check_officer_signature",
    "officer_problem",
    "signature_problem",
    "verified_by",
]

SYSTEM = "system:landrelease"
"""Author of what nobody says: the adoption of the first profile, keys, incidents."""
_ANYBODY = frozenset({NOT_STATED, SYSTEM})


class Trust:
    """Which keys may sign what. Made by `Trust.of`; depends on the set of statements only, never on their order."""

    def __init__(
        self,
        root: PublicKey | None,
        grants: Iterable[Granted],
        revocations: Iterable[Revoked],
        lost: Iterable[Lost] = (),
    ) -> None:
        self.root = root
        self._lost: defaultdict[str, list[Lost]] = defaultdict(list)
        for one in sorted(lost, key=lambda known: (revocation_order(known.revocation), grant_order(known.grant))):
            if one.grant.role in WRITERS:
                self._lost[one.grant.holder].append(one)
        self.grants: tuple[Granted, ...] = tuple(sorted(grants, key=grant_order))
        self.revocations: tuple[Revoked, ...] = tuple(sorted(revocations, key=revocation_order))
        self._by_holder: defaultdict[str, list[Granted]] = defaultdict(list)
        self._own: defaultdict[str, list[tuple[int, PublicKey]]] = defaultdict(list)
        self._void: dict[tuple[PublicKey, str | None], Revoked] = {}
        for grant in self.grants:
            self._by_holder[grant.holder].append(grant)
        for revocation in reversed(self.revocations):
            self._void[revocation.key, revocation.holder] = revocation
        self._revoked_keys = {revocation.key for revocation in self.revocations}
        self._void_nodes = {grant.holder for grant in self.grants if grant.key in self._revoked_keys} | set(self._lost)

    @classmethod
    def of(cls, statements: Iterable[tuple[Entry, bytes | None]], root: str | None) -> "Trust":
        """Weigh key statements.

        Parameters
        ----------
        statements
            Entries of the kinds `KEY_KINDS` with their signatures, in any order; others are passed over.
        root
            Public key of the root in hexadecimal digits; None where the ledger trusts nobody yet: no grant counts then.
        """
        known = Statements(Signed(*statement) for statement in statements)
        settled = settle(known, PublicKey.from_hex(root)) if root else Settled()
        trust = cls(
            PublicKey.from_hex(root) if root else None, settled.grants.values(), settled.revocations.values(),
            settled.lost.values(),
        )  # fmt: skip
        for grant, _statement in known.self_grants():
            trust._own[grant.holder].append((grant.from_seq or 1, PublicKey.from_hex(grant.public_key)))
        return trust

    def keys(self, node: str, seq: int, also_revoked: bool = False) -> tuple[PublicKey, ...]:
        """Return the keys that an authority granted to a node for this entry; without those revoked there.

        `also_revoked` gives those of grants that count no longer, where no other grant covers the entry.
        """
        found = dict.fromkeys(grant.key for grant in self._by_holder.get(node, ()) if grant.covers(node, seq))
        if also_revoked and not found:
            found = dict.fromkeys(lost.grant.key for lost in self._lost_for(node, seq))
        return tuple(key for key in found if also_revoked or not self._voids(key, node, seq))

    def own_keys(self, node: str, seq: int) -> tuple[PublicKey, ...]:
        """Return the keys that a node granted to itself for this entry: enough only for the node's own ledger."""
        found = dict.fromkeys(key for from_seq, key in self._own.get(node, ()) if from_seq <= seq)
        return tuple(sorted(key for key in found if not self._voids(key, node, seq)))

    def signed_from(self, node: str) -> int | None:
        """Return the first entry that a node must sign; None where no grant names the node."""
        granted = [grant.from_seq for grant in self._by_holder.get(node, ()) if grant.role in WRITERS]
        granted += [lost.grant.from_seq for lost in self._lost.get(node, ())]
        return min([*granted, *(from_seq for from_seq, _key in self._own.get(node, ()))], default=None)

    def introduced(self, node: str, key: PublicKey) -> int | None:
        """Return the first entry that a node said this key of its own signs; None where it never did."""
        return min((from_seq for from_seq, own in self._own.get(node, ()) if own == key), default=None)

    def knows(self, node: str) -> bool:
        """Tell whether an authority ever granted a key to this node, even one that was revoked since."""
        return node in self._lost or any(grant.role in WRITERS for grant in self._by_holder.get(node, ()))

    def organisations(self, node: str, seq: int) -> frozenset[str] | None:
        """Return for whom a node may speak in this entry; None: for any."""
        grants = [grant for grant in self._by_holder.get(node, ()) if grant.covers(node, seq)]
        named = [grant.organisations for grant in grants if not self._voids(grant.key, node, seq)]
        return frozenset(name for names in named for name in names) if named and all(named) else None

    def may_speak(self, node: str, seq: int, organisation: str) -> bool:
        """Tell whether a node may speak for an organisation in this entry; for nobody, anybody may."""
        named = self.organisations(node, seq)
        return named is None or organisation in named or organisation in _ANYBODY

    def revoked(self, node: str, seq: int) -> Entry | None:
        """Return the revocation that voids this entry: that of the last of the keys that were granted for it.

        Where only grants cover it that count no longer, that of the authority that made them.
        """
        if node not in self._void_nodes:
            return None
        keys = {grant.key for grant in self._by_holder.get(node, ()) if grant.covers(node, seq)}
        if not keys:
            return next((lost.revocation.entry for lost in self._lost_for(node, seq)), None)
        found = [self._voiding(key, node) for key in keys]
        void = [revocation for revocation in found if revocation is not None and revocation.from_seq <= seq]
        return max(void, key=revocation_order).entry if void and len(void) == len(keys) else None

    def revoked_from(self, node: str, seq: int) -> int:
        """Return the smallest number from which a key that was granted for an entry is revoked; `seq` where none is."""
        found = (self._voiding(key, node) for key in self.keys(node, seq, also_revoked=True))
        return min((revocation.from_seq for revocation in found if revocation is not None), default=seq)

    def stands(self, node: str, seq: int, content: bytes, signature: bytes | None) -> bool:
        """Tell whether an entry is signed, and not with a key that is revoked there although another is not."""
        standing = self.keys(node, seq)
        if signature is None or not standing or len(standing) == len(self.keys(node, seq, also_revoked=True)):
            return signature is not None
        return verified_by(content, signature, standing) is not None

    def officers(self, person: str, day: str) -> tuple[PublicKey, ...]:
        """Return the keys with which a person could sign as an officer on a day (YYYY-MM-DD)."""
        name = person_key(person)
        granted = (
            grant.key for grant in self.grants
            if grant.role is KeyRole.OFFICER and person_key(grant.holder) == name and grant.entry.valid_from <= day
            and (grant.entry.valid_to is None or day <= grant.entry.valid_to)
        )  # fmt: skip
        return tuple(key for key in dict.fromkeys(granted) if not self._revoked_by(key, day))

    def officer_lapsed(self, person: str, day: str) -> str:
        """Say why none of an officer's keys is in force on a day, for the person refused."""
        name = person_key(person)
        held = [grant for grant in self.grants if grant.role is KeyRole.OFFICER and person_key(grant.holder) == name]
        if not held:
            return _("no key was granted to this person")
        if any(self._revoked_by(grant.key, day) for grant in held):
            return _("the key was revoked")
        ends = [grant.entry.valid_to for grant in held if grant.entry.valid_to and grant.entry.valid_to < day]
        if ends:
            return _("the key expired on {day}").format(day=max(ends))
        return _("the key was granted for later days")

    def witnesses(self) -> dict[str, tuple[PublicKey, ...]]:
        """Return the keys of the witnesses by their names."""
        found: defaultdict[str, list[PublicKey]] = defaultdict(list)
        for grant in self.grants:
            if grant.role is KeyRole.WITNESS and grant.key not in self._revoked_keys:
                found[grant.holder].append(grant.key)
        return {name: tuple(dict.fromkeys(keys)) for name, keys in found.items()}

    def is_granted(self, key: PublicKey | str) -> bool:
        """Tell whether a key was ever granted by an authority, whatever for."""
        wanted = key if isinstance(key, str) else key.hex
        return any(grant.key.hex == wanted for grant in self.grants)

    def is_authority(self, node: str, seq: int, key: PublicKey) -> bool:
        """Tell whether grants and revocations count that a node makes in this entry with this key."""
        return not self._voids(key, node, seq) and any(
            grant.role is KeyRole.AUTHORITY and grant.key == key and grant.covers(node, seq) for grant in self.grants
        )

    def depth(self, key: PublicKey) -> int | None:
        """Return the distance of a key from the root; None where nobody granted it."""
        return min((grant.depth for grant in self.grants if grant.key == key), default=None)

    def revocation_of(self, key: PublicKey) -> Revoked | None:
        """Return the revocation of a key that reaches back furthest, or None."""
        return next((revocation for revocation in self.revocations if revocation.key == key), None)

    def lost_grants(self, node: str, seq: int) -> list[str]:
        """Return hashes of the grants for an entry that count no longer: without them nobody can tell who signed it."""
        return [lost.grant.entry.hash for lost in self._lost_for(node, seq)]

    def _lost_for(self, node: str, seq: int) -> list[Lost]:
        return [lost for lost in self._lost.get(node, ()) if lost.grant.covers(node, seq)]

    def _voiding(self, key: PublicKey, node: str) -> Revoked | None:
        found = [known for holder in (None, node) if (known := self._void.get((key, holder))) is not None]
        return min(found, key=revocation_order, default=None)

    def _voids(self, key: PublicKey, node: str, seq: int) -> bool:
        revocation = self._voiding(key, node) if key in self._revoked_keys else None
        return revocation is not None and revocation.from_seq <= seq

    def _revoked_by(self, key: PublicKey, day: str) -> bool:
        return any(revocation.key == key and revocation.day <= day for revocation in self.revocations)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trust) and self._content() == other._content()

    __hash__ = None  # type: ignore[assignment]  # compared by content

    def _content(self) -> tuple[object, ...]:
        grants = [(grant.entry.hash, grant.depth) for grant in self.grants]
        own = {node: sorted(set(keys)) for node, keys in self._own.items()}
        return self.root, grants, [revocation.entry.hash for revocation in self.revocations], own


def verified_by(content: bytes, signature: bytes | None, keys: Iterable[PublicKey]) -> PublicKey | None:
    """Return the first of these keys under which a signature of an entry's bytes holds, or None."""
    if signature is None:
        return None
    return next((key for key in keys if key.verify(signature, entry_message(content))), None)


def signature_problem(
    trust: Trust, entry: Entry, signature: bytes | None, *, index: int | str = "-", own: bool = False
) -> Finding | None:
    """Check an entry's signature against the keys that were granted for it; those revoked since also fit.

    Parameters
    ----------
    own
        Whether the entry is of the ledger's own node: keys that it granted to itself are enough then.

    Returns
    -------
    Finding or None
        LR1068 where a signature is due and missing, LR1067 where no key fits. None: it holds, or none is due.
    """
    place = {"hash": entry.hash, "index": index, "node": entry.node, "seq": entry.seq}
    if signature is None:
        due = trust.signed_from(entry.node)
        return Finding(ErrorCode.SIGNATURE_MISSING, place) if due is not None and due <= entry.seq else None
    keys = trust.keys(entry.node, entry.seq, also_revoked=True)
    if own:
        keys += trust.own_keys(entry.node, entry.seq)
    return None if verified_by(entry.content, signature, keys) else Finding(ErrorCode.SIGNATURE_INVALID, place)


def check_officer_signature(entry: Entry, trust: Trust | None = None) -> Finding | None:
    """Check a ``signature`` statement: its bytes, and who may sign so.

    Parameters
    ----------
    entry
        Of the kind ``signature``.
    trust
        None: only whether the signature is the key's, not whose key it is.

    Returns
    -------
    Finding or None
        LR1069 where it does not hold.
    """
    return officer_problem(entry, entry.recorded, trust)


def officer_problem(said: Entry | Statement, recorded: str, trust: Trust | None) -> Finding | None:
    """As `check_officer_signature`, also for a statement that is about to be recorded."""
    try:
        body = OfficerSignature.model_validate(dict(said.body))
        key = PublicKey.from_hex(body.public_key)
    except (ValidationError, LandreleaseError):
        return _officer_finding(said, "?", _("it is malformed"))
    if body.entry not in said.cites:
        return _officer_finding(said, body.entry, _("it does not cite the entry"))
    if not fits(key, bytes.fromhex(body.signature), officer_message(body.entry)):
        return _officer_finding(said, body.entry, _("it is not the key's signature of this entry"))
    # the node's clock is a second witness of the day: a signature cannot be dated back behind a revocation
    day = max(said.valid_from, recorded[:10])
    if trust and trust.root and key not in trust.officers(said.author, day):
        return _officer_finding(said, body.entry, _("the key was not granted to this person, or was revoked"))
    return None


def _officer_finding(said: Entry | Statement, signed: str, problem: str) -> Finding:
    place = {"hash": said.hash} if isinstance(said, Entry) else {}
    details = {"author": said.author, "entry": signed, "problem": problem, **place}
    return Finding(ErrorCode.OFFICER_SIGNATURE_INVALID, details)
