"""Who may write what: nodes that are known, keys that were granted, organisations, what a revocation voids."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.record.audit.entries import Members, named
from landrelease.record.audit.signatures import Signed
from landrelease.record.encoding import decode_entry
from landrelease.record.entry import Entry
from landrelease.record.ledger import Ledger
from landrelease.record.signing.keys import PublicKey
from landrelease.record.signing.trust import KEY_KINDS, Trust, check_officer_signature
from landrelease.record.stores import Row


@dataclass(slots=True)
class _Rule:
    """What holds for a span of a node's entries in which no grant and no revocation begins."""

    keys: tuple[PublicKey, ...]
    own: bool
    """Whether the node alone granted these keys."""
    due: bool
    void: Entry | None
    speaks: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class _Span:
    """Entries of a node that share a finding: how many, the first, and why."""

    first: int
    count: int = 0
    reason: str = ""


class SpeakerCheck:
    """Judges entries by the trust that all key statements of the ledger give."""

    def __init__(self, ledger: Ledger) -> None:
        self._node, self._name = ledger.node, ledger.store.name
        root = ledger.store.meta("root")
        statements = list(_key_statements(ledger))
        self._trust = Trust.of(statements, root)
        starts = (entry.body.get("from_seq") for entry, _signature in statements)
        self._starts = sorted({start for start in starts if isinstance(start, int)})
        self._rules: dict[tuple[str, int], _Rule] = {}
        self._strangers: set[str] = set()
        self._keyless: dict[str, dict[str, Any]] = {}
        self._void: dict[str, _Span] = {}
        self._own: dict[str, _Span] = {}
        self.problems: list[Finding] = []
        self.void = False

    def take(self, row: Row, members: Members) -> Signed | None:
        """Judge an entry; `problems` and `void` say what was found. Returns its signature, where a key may fit it."""
        self.problems.clear()
        node, seq = members["node"], members["seq"]
        rule = self._rule(node, seq)
        self.void = rule.void is not None
        if self.void or rule.own:
            self._count(rule, node, seq, row.signature is not None)
        if self._trust.root is not None:
            self._judge(row, members, rule)
        if members["kind"] == "signature":
            self._officer(row)
        keys = rule.keys or _introduced(members)
        if row.signature is None:
            if rule.due or keys:
                self.problems.append(Finding(ErrorCode.SIGNATURE_MISSING, named(row, members)))
            return None
        if not keys:
            self._keyless.setdefault(node, {**named(row, members), "count": 0})["count"] += 1
            return None
        return Signed(named(row, members), row.content or b"", row.signature, keys)

    def end(self) -> Iterator[Finding]:
        """Yield what is said once for many entries."""
        if self._own and self._trust.root is None:
            yield Finding(ErrorCode.AUDITED_WITHOUT_ROOT, {"path": self._name})
        for node, details in self._keyless.items():
            if node not in self._strangers:
                yield Finding(ErrorCode.AUDITED_KEY_UNKNOWN, details)
        for node, span in self._own.items():
            if self._trust.root is not None:
                yield Finding(ErrorCode.AUDITED_OWN_KEY, {"count": span.count, "node": node, "seq": span.first})
        for node, span in self._void.items():
            details = {"count": span.count, "node": node, "seq": span.first, "reason": span.reason}
            yield Finding(ErrorCode.ENTRIES_REVOKED, details)

    def _rule(self, node: str, seq: int) -> _Rule:
        place = (node, bisect_right(self._starts, seq))
        rule = self._rules.get(place)
        if rule is None:
            rule = self._rules[place] = self._made(node, seq)
        return rule

    def _made(self, node: str, seq: int) -> _Rule:
        trust, keys = self._trust, self._trust.keys(node, seq, also_revoked=True)
        own = not keys and (trust.root is None or node == self._node)
        due = trust.signed_from(node)
        keys = trust.own_keys(node, seq) if own else keys
        return _Rule(keys, own and bool(keys), due is not None and due <= seq, trust.revoked(node, seq))

    def _judge(self, row: Row, members: Members, rule: _Rule) -> None:
        node, organisation = members["node"], members["organisation"]
        if node != self._node and node not in self._strangers and not self._trust.knows(node):
            self._strangers.add(node)
            self.problems.append(Finding(ErrorCode.AUDITED_NODE_UNKNOWN, named(row, members)))
        may = rule.speaks.get(organisation)
        if may is None:
            may = rule.speaks[organisation] = self._trust.may_speak(node, members["seq"], organisation)
        if not may and not self.void:
            details = {**named(row, members), "organisation": organisation}
            self.problems.append(Finding(ErrorCode.AUDITED_ORGANISATION, details))

    def _officer(self, row: Row) -> None:
        entry = decode_entry(row.content or b"", row.place)
        problem = check_officer_signature(entry, self._trust if self._trust.root is not None else None)
        if problem is not None and not self.void:
            self.problems.append(Finding(problem.error, {**problem.details, **named(row)}))

    def _count(self, rule: _Rule, node: str, seq: int, signed: bool) -> None:
        if rule.void is not None:
            reason = str(rule.void.body.get("reason"))
            self._void.setdefault(node, _Span(seq, reason=reason)).count += 1
        elif signed:
            self._own.setdefault(node, _Span(seq)).count += 1


def _introduced(members: Members) -> tuple[PublicKey, ...]:
    """Return the key that a node introduces as its own, which must sign just this; none for any other entry."""
    body = members["body"]
    if members["kind"] != "key.grant" or body.get("holder") != members["node"]:
        return ()
    try:
        return (PublicKey.from_hex(str(body.get("public_key"))),)
    except LandreleaseError:
        return ()


def _key_statements(ledger: Ledger) -> Iterator[tuple[Entry, bytes | None]]:
    """Statements about keys that can be read; what is wrong with the others, the pass over the log says."""
    for kind in KEY_KINDS:
        for line in ledger.store.lines(kind=kind):
            try:
                yield decode_entry(line.content, line.place), line.signature
            except (LandreleaseError, TypeError):
                continue
