"""A ledger as the format pages describe it, in the plainest way: lists, no tables, every rule worked out anew.

It shares no code with `landrelease.record`: entries are read with `json` and hashed with `hashlib`; the rules of
merging and of standing are those of ``docs/formats/bundle-v1.md`` and ``docs/formats/ledger-v1.md``. It believes
signatures, and knows keys only by the revocations of the one authority.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

REVIEWED = {"hazard.report"}
ACTS = {"review", "withdrawal", "supersession"}


@dataclass(frozen=True)
class Piece:
    """One entry's bytes and what they say."""

    content: bytes

    @cached_property
    def hash(self) -> str:
        return hashlib.sha256(b"\0" + self.content).hexdigest()

    @cached_property
    def said(self) -> dict[str, Any]:
        return json.loads(self.content)

    @property
    def place(self) -> tuple[str, int]:
        return self.said["node"], self.said["seq"]

    @property
    def cites(self) -> list[str]:
        return self.said.get("cites", [])


def tree(leaves: list[bytes]) -> bytes:
    """Root of RFC 6962, section 2.1, as it is defined there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + tree(leaves[:split]) + tree(leaves[split:])).digest()


@dataclass
class Model:
    """One node's log, and what it holds."""

    node: str
    log: list[Piece] = field(default_factory=list)
    held: dict[str, Piece] = field(default_factory=dict)

    def root(self) -> bytes:
        return tree([bytes.fromhex(piece.hash) for piece in self.log])

    def knows(self, entry_hash: str) -> bool:
        return any(piece.hash == entry_hash for piece in self.log)

    def at(self, place: tuple[str, int]) -> Piece | None:
        return next((piece for piece in self.log if piece.place == place), None)

    def revoked_from(self, offered: Iterable[Piece] = ()) -> dict[str, int]:
        """First number that does not count, by public key."""
        first: dict[str, int] = {}
        for piece in (*self.log, *offered):
            if piece.said["kind"] == "key.revocation":
                body = piece.said["body"]
                first[body["public_key"]] = min(body["from_seq"], first.get(body["public_key"], body["from_seq"]))
        return first

    def void(self, piece: Piece, keys: dict[str, str], offered: Iterable[Piece] = ()) -> bool:
        """Whether the piece was signed with its node's key after that was revoked."""
        node, seq = piece.place
        return seq >= self.revoked_from(offered).get(keys[node], seq + 1)

    def bundle(self, since: int, keys: dict[str, str]) -> list[Piece]:
        """What it sends: its log from an index on, without void ends that nobody needs."""
        pieces = self.log[since:]
        return [piece for piece in pieces if not self.void(piece, keys) or piece.hash in self.needed(pieces, keys)]

    def needed(self, pieces: list[Piece], keys: dict[str, str]) -> set[str]:
        """Void entries that a needed one, or one that counts, cites, and those before them in their chain."""
        counted = [piece for piece in pieces if not self.void(piece, keys, pieces)]
        void = [piece for piece in pieces if piece not in counted]
        found: set[str] = set()
        while True:
            by = [piece for piece in pieces if piece in counted or piece.hash in found]
            cited = {entry_hash for piece in by for entry_hash in piece.cites}
            more = {
                other.hash for piece in void if piece.hash in cited | found
                for other in void if other.place[0] == piece.place[0] and other.place[1] <= piece.place[1]
            }  # fmt: skip
            if more <= found:
                return found
            found |= more

    def merge(self, pieces: list[Piece], keys: dict[str, str]) -> bool:
        """Take a bundle in; tell whether it was accepted."""
        new = [piece for piece in pieces if not self.knows(piece.hash)]
        needed = self.needed(pieces, keys)
        if any(self.void(piece, keys, pieces) and piece.hash not in needed for piece in new):
            return False
        if any(self.at(piece.place) for piece in new) or any(piece.place[0] == self.node for piece in new):
            return False
        for piece in new:
            self._take(piece) if self._ready(piece) else self.held.update({piece.hash: piece})
        self._release()
        return True

    def _ready(self, piece: Piece) -> bool:
        node, seq = piece.place
        before = self.at((node, seq - 1))
        follows = piece.said["prev"] == (before.hash if before else "0" * 64 if seq == 1 else "")
        return follows and all(map(self.knows, piece.cites))

    def _take(self, piece: Piece) -> None:
        self.log.append(piece)
        self.held.pop(piece.hash, None)

    def _release(self) -> None:
        while True:
            before = len(self.log)
            for node in sorted({piece.place[0] for piece in self.held.values()}):
                while ready := [piece for piece in self.held.values() if piece.place[0] == node and self._ready(piece)]:
                    self._take(ready[0])
            if len(self.log) == before:
                return


class Standings:
    """Where every statement stands, each question answered from the beginning."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._by_hash = {piece.hash: piece for piece in pieces}
        self._acts = [piece for piece in pieces if piece.said["kind"] in ACTS]

    def all(self) -> dict[str, str]:
        return {entry_hash: self.of(piece) for entry_hash, piece in self._by_hash.items()}

    def of(self, piece: Piece) -> str:
        kinds = {act.said["kind"] for act in self._removals(piece)}
        if kinds:
            return "withdrawn" if "withdrawal" in kinds else "superseded"
        standing = self._verdict(piece)
        if standing == "pending" and piece.said["kind"] not in REVIEWED:
            standing = "official"
        if piece.said["kind"] in ("withdrawal", "supersession") and standing == "official":
            targets = [self._by_hash[target] for target in self._targets(piece)]
            return "official" if all(map(self._removals, targets)) else "pending"
        return standing

    def _targets(self, act: Piece) -> list[str]:
        return act.said["body"]["replaced"] if act.said["kind"] == "supersession" else act.cites

    def _acts_on(self, piece: Piece, *kinds: str) -> list[Piece]:
        return [act for act in self._acts if act.said["kind"] in kinds and piece.hash in self._targets(act)]

    def _alive(self, act: Piece) -> bool:
        return self._verdict(act) in ("pending", "official") and not self._removals(act)

    def _verdict(self, piece: Piece) -> str:
        latest: dict[str, Piece] = {}
        for review in sorted(self._acts_on(piece, "review"), key=age):
            if self._alive(review) and review.said["author"] != piece.said["author"]:
                latest[review.said["author"]] = review
        said = {review.said["body"]["verdict"] for review in latest.values()}
        return next((word for word in ("rejected", "returned") if word in said), "official" if said else "pending")

    def _by_review(self, piece: Piece) -> bool:
        return piece.said["kind"] in REVIEWED and self._verdict(piece) == "official"

    def _removals(self, piece: Piece) -> list[Piece]:
        acts = self._acts_on(piece, "withdrawal", "supersession")
        return [act for act in acts if self._alive(act) and self._takes_effect(act, piece)]

    def _takes_effect(self, act: Piece, piece: Piece) -> bool:
        own = act.said["author"] == piece.said["author"] or act.said["organisation"] == piece.said["organisation"]
        if self._verdict(act) == "official" or (own and not self._by_review(piece)):
            return True
        return act.said["kind"] == "supersession" and piece.said["kind"] in REVIEWED and self._succeeds(act, piece)

    def _succeeds(self, act: Piece, piece: Piece) -> bool:
        """Whether what the act puts in place is official by review, or was replaced in the same way by such a one."""
        versions = [self._by_hash[by] for by in act.said["body"].get("by", [])]
        if not versions or not all(later(version, piece) for version in versions):
            return False
        if all(map(self._by_review, versions)):
            return True
        if len(versions) > 1:
            return False
        further = [by for by in self._acts_on(versions[0], "supersession") if self._alive(by)]
        return any(len(by.said["body"].get("by", [])) == 1 and self._succeeds(by, versions[0]) for by in further)


def age(piece: Piece) -> tuple[str, str, str, int]:
    return piece.said["valid"][0], piece.said["recorded"], *piece.place


def later(piece: Piece, other: Piece) -> bool:
    """Whether a piece is a later statement of the same kind on the same subject."""
    same = [piece.said[name] == other.said[name] for name in ("kind", "subject")]
    (node, seq), (other_node, other_seq) = piece.place, other.place
    after = seq > other_seq if node == other_node else piece.said["recorded"] > other.said["recorded"]
    return all(same) and after
