"""Checking a bundle before anything is written: its bytes, every entry, the chains, who signed."""

from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import to_json

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.progress import Progress, track
from landrelease.record.bundles.archive import Limits
from landrelease.record.bundles.bundle import Bundle
from landrelease.record.bundles.chains import ChainError, Chains, ForkError, OrderError, Place, StoreView
from landrelease.record.bundles.manifest import cut_line
from landrelease.record.bundles.seen import Seen, check_checkpoint
from landrelease.record.bundles.signatures import Claim, SignatureCheck
from landrelease.record.bundles.voids import VoidTails
from landrelease.record.canonical import content_hash
from landrelease.record.encoding import entry_members, read_entry
from landrelease.record.entry import Entry
from landrelease.record.keeping import NAMING
from landrelease.record.kinds import KINDS
from landrelease.record.ledger import Ledger
from landrelease.record.signing.keys import PublicKey
from landrelease.record.signing.trust import KEY_KINDS, Trust
from landrelease.record.statements import ACTS
from landrelease.record.stores import Store
from landrelease.record.upcasters import upcast

_KEY_MARKS = tuple(f'"kind":"{kind}"'.encode() for kind in KEY_KINDS)
_BLOB_MARK = b'"blob":"'


class Fork(NamedTuple):
    """Two entries of one node with one number: what is stored, and what was offered, with its bytes."""

    line: int
    node: str
    seq: int
    stored: str
    offered: str
    content: bytes
    signature: bytes | None


class ForkFound(Exception):  # noqa: N818 - not an error of the program: it is recorded as an incident
    """A bundle offers another history of a node."""

    def __init__(self, fork: Fork) -> None:
        super().__init__(fork)
        self.fork = fork


@dataclass(slots=True)
class Checked:
    """What the check of a bundle has found, for the writing.

    Attributes
    ----------
    vouched
        Number of the last signed entry of a node in the bundle; later ones wait. Nodes that are not in it need none.
    ahead
        Nodes whose entries say that they were recorded after now: how many, the first hash and its time.
    """

    trust: Trust
    sha256: str = ""
    seen: Seen = field(default_factory=Seen)
    vouched: dict[str, int] = field(default_factory=dict)
    ahead: dict[str, tuple[int, str, str]] = field(default_factory=dict)


def check_bundle(
    bundle: Bundle, ledger: Ledger, *, limits: Limits, now: str, allow_unsigned: bool, progress: Progress
) -> Checked:
    """Check everything that can be checked without writing.

    Parameters
    ----------
    now
        The ledger's time of arrival for this merge.

    Raises
    ------
    LandreleaseError
        LR1100 to LR1118.
    ForkFound, Contradiction
        Where the bundle contradicts the ledger in a way that is to be recorded.
    """
    root = ledger.root
    if root is None and not allow_unsigned:
        raise fail(ErrorCode.MERGE_UNSIGNED, path=bundle.path)
    digest, statements, attached = _first_look(bundle, limits, progress)
    for name, _size in bundle.manifest.blobs:
        _check_blob(bundle, name, attached)
    checked = Checked(Trust.of([*ledger.key_statements(), *statements], root), digest)
    with SignatureCheck() as signatures:
        _Check(bundle, ledger.store, checked, signatures, now).run(progress)
    checked.seen = check_checkpoint(ledger, bundle.path, bundle.manifest, checked.trust, now)
    return checked


def _first_look(
    bundle: Bundle, limits: Limits, progress: Progress
) -> tuple[str, list[tuple[Entry, bytes | None]], set[str]]:
    """Count and hash the lines; return their hash, the statements about keys, and the blobs that are attached."""
    reader, manifest = bundle.lines(), bundle.manifest
    statements: list[tuple[Entry, bytes | None]] = []
    attached: set[str] = set()
    number = 0
    for number, line in enumerate(track(reader, progress, _("Reading the bundle"), manifest.entries), 1):
        if number > limits.max_entries:
            what = _("the number of entries")
            raise fail(ErrorCode.BUNDLE_TOO_LARGE, path=bundle.path, what=what, found=number, limit=limits.max_entries)
        if any(mark in line for mark in _KEY_MARKS):
            content, signature = cut(bundle, number, line)
            statements.append((decoded(bundle, number, content), signature))
        elif _BLOB_MARK in line:
            entry = decoded(bundle, number, cut(bundle, number, line)[0])
            attached.update({entry.body["blob"]} if entry.kind in NAMING and "blob" in entry.body else ())
    if number != manifest.entries or reader.sha256 != manifest.sha256:
        problem = _("its entries are not those of its manifest")
        raise fail(ErrorCode.BUNDLE_DAMAGED, path=bundle.path, problem=problem)
    return reader.sha256, statements, attached


def _check_blob(bundle: Bundle, name: str, attached: set[str]) -> None:
    if name not in attached:
        problem = _("attachment {sha256} is named by none of its entries").format(sha256=name)
        raise fail(ErrorCode.BUNDLE_DAMAGED, path=bundle.path, problem=problem)
    bundle.blob(name)


def cut(bundle: Bundle, number: int, line: bytes) -> tuple[bytes, bytes | None]:
    """Cut a line into an entry's bytes and its signature. Refuses (LR1105) a line that is none."""
    try:
        return cut_line(line)
    except ValueError as error:
        raise fail(ErrorCode.BUNDLE_LINE, path=bundle.path, line=number, problem=error) from error


def decoded(bundle: Bundle, number: int, content: bytes) -> Entry:
    """Decode an offered entry after checking its form, its kind and its body (LR1105, LR1106)."""
    _members(bundle, number, content)
    return read_entry(content_hash(content), content)


def _members(bundle: Bundle, number: int, content: bytes) -> dict[str, Any]:
    try:
        members = entry_members(content, number)
        _check_kind(bundle, number, members)
        return members
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        problem = _("the body of {kind}: {field}: {problem}").format(
            kind=members["kind"], field=".".join(map(str, first["loc"])), problem=first["msg"]
        )
        raise fail(ErrorCode.BUNDLE_LINE, path=bundle.path, line=number, problem=problem) from error
    except LandreleaseError as error:
        if error.codes != (ErrorCode.ENTRY_NOT_CANONICAL.code,):
            raise
        problem = str(error.findings[0].details["problem"])
        raise fail(ErrorCode.BUNDLE_LINE, path=bundle.path, line=number, problem=problem) from error


def _check_kind(bundle: Bundle, number: int, members: dict[str, Any]) -> None:
    name, version = members["kind"], members["kind_version"]
    kind = KINDS.get(name)
    if kind is None or version > kind.version:
        raise fail(ErrorCode.BUNDLE_ENTRY_NEWER, path=bundle.path, line=number, kind=name[:80], version=version)
    body = members["body"] if version == kind.version else upcast(name, version, members["body"])
    kind.body.model_validate_json(to_json(body), strict=True)
    cites = set(members.get("cites", ()))
    if name in ACTS and not cites:
        raise _malformed(bundle, number, _("a {kind} cites nothing").format(kind=name))
    if name == "supersession" and not {*body["replaced"], *body["by"]} <= cites:
        raise _malformed(bundle, number, _("it does not cite what it replaces"))
    if name == "supersession" and set(body["replaced"]) & set(body["by"]):
        raise _malformed(bundle, number, _("a statement cannot replace itself"))


def _malformed(bundle: Bundle, number: int, problem: str) -> LandreleaseError:
    return fail(ErrorCode.BUNDLE_LINE, path=bundle.path, line=number, problem=problem)


class _Check:
    """The second look at a bundle: every entry, in order."""

    def __init__(self, bundle: Bundle, store: Store, checked: Checked, signatures: SignatureCheck, now: str) -> None:
        self._bundle, self._store, self._checked, self._signatures = bundle, store, checked, signatures
        self._trust, self._rooted, self._now = checked.trust, checked.trust.root is not None, now
        self._chains = Chains(StoreView(store))
        self._void = VoidTails(checked.trust)
        self._runs: dict[str, int] = {}
        self._due: dict[str, int | None] = {}

    def run(self, progress: Progress) -> None:
        """Check every line; the first that is wrong is the one that is named."""
        lines = track(self._bundle.lines(), progress, _("Checking the bundle"), self._bundle.manifest.entries)
        try:
            for number, line in enumerate(lines, 1):
                self._take(number, line)
        except (LandreleaseError, ForkFound):
            self._refuse(self._signatures.wrong())  # a signature ahead of it may be wrong too
            raise
        self._refuse(self._signatures.wrong())
        self._check_void()
        self._check_revoked()

    def _take(self, number: int, line: bytes) -> None:
        content, signature = cut(self._bundle, number, line)
        members = _members(self._bundle, number, content)
        entry_hash, fork = content_hash(content), None
        node, seq = members["node"], members["seq"]
        try:
            place = self._chains.place(node, seq, members["prev"], entry_hash, members.get("cites", ()))
        except ForkError as error:
            fork, place = Fork(number, node, error.seq, error.stored, error.offered, content, signature), Place.WAITS
        except (OrderError, ChainError) as error:
            raise self._disorder(number, node, seq, error) from error
        if place is Place.KNOWN:
            return
        self._check_writer(number, members, content, signature)
        if fork is not None:
            raise ForkFound(fork)
        if node == self._store.node:
            head = StoreView(self._store).head(node)
            raise fail(ErrorCode.OWN_NODE_AHEAD, path=self._bundle.path, seq=seq, own=head.seq if head else 0)
        self._void.take(number, entry_hash, node, seq, members.get("cites", ()))
        if members["recorded"] > self._now:
            count, first, recorded = self._checked.ahead.get(node, (0, entry_hash, members["recorded"]))
            self._checked.ahead[node] = count + 1, first, recorded

    def _check_writer(self, number: int, members: dict[str, Any], content: bytes, signature: bytes | None) -> None:
        """Check who wrote an entry: a known node, for an organisation that it may speak for, with its key."""
        node, seq = members["node"], members["seq"]
        if node not in self._due:
            self._due[node] = self._signed_from(number, node)
        due = self._due[node]
        if signature is None:
            if due is not None and due <= seq:
                raise fail(ErrorCode.OFFERED_UNSIGNED, path=self._bundle.path, line=number, node=node, seq=seq)
        elif self._rooted and not self._trust.may_speak(node, seq, members["organisation"]):
            organisation = members["organisation"]
            raise fail(
                ErrorCode.OFFERED_ORGANISATION,
                path=self._bundle.path,
                line=number,
                node=node,
                organisation=organisation,
            )
        else:
            claim = Claim(number, node, seq, content, signature, *self._keys(node, seq))
            self._refuse(self._signatures.add(claim))
        self._vouch(node, seq, signature is not None)

    def _keys(self, node: str, seq: int) -> tuple[tuple[PublicKey, ...], tuple[PublicKey, ...]]:
        """Return the keys that may sign an entry, and those that are revoked there although another is not."""
        if not self._rooted:
            return self._trust.own_keys(node, seq), ()
        granted, standing = self._trust.keys(node, seq, also_revoked=True), self._trust.keys(node, seq)
        return (standing, tuple(key for key in granted if key not in standing)) if standing else (granted, ())

    def _signed_from(self, number: int, node: str) -> int | None:
        if self._rooted and not self._trust.knows(node):
            raise fail(ErrorCode.OFFERED_NODE_UNKNOWN, path=self._bundle.path, line=number, node=node)
        return self._trust.signed_from(node)

    def _vouch(self, node: str, seq: int, signed: bool) -> None:
        """Note how far the node's unbroken run of entries is vouched for by a signed one."""
        if self._runs.setdefault(node, seq - 1) == seq - 1:
            self._runs[node] = seq
            if signed:
                self._checked.vouched[node] = seq

    def _refuse(self, claim: Claim | None) -> None:
        if claim is not None:
            raise fail(
                ErrorCode.OFFERED_SIGNATURE_INVALID, path=self._bundle.path, line=claim.line, node=claim.node,
                seq=claim.seq,
            )  # fmt: skip

    def _check_void(self) -> None:
        """Refuse entries under a revoked key that nobody needs; what waits here may need them."""
        if not self._void.found:
            return
        cited = (read_entry(held.hash, held.content).cites for held in self._store.held())
        void = next(iter(self._void.unneeded(chain.from_iterable(cited))), None)
        if void is not None:
            revoked, path = self._trust.revoked_from(void.node, void.seq), self._bundle.path
            raise fail(
                ErrorCode.OFFERED_REVOKED, path=path, line=void.line, node=void.node, seq=void.seq, revoked=revoked
            )

    def _check_revoked(self) -> None:
        """Refuse entries under a revoked key on which no later one stands that the node signed with its other key.

        They are not void, for that key was granted for them too: only its holder can say that they are the node's.
        """
        doubted, stands = self._signatures.by_revoked, dict(self._checked.vouched)
        for (node, seq), line in doubted.items():
            while (node, stands.get(node, 0)) in doubted:
                stands[node] -= 1
            if seq > stands.get(node, 0):
                raise fail(
                    ErrorCode.OFFERED_REVOKED, path=self._bundle.path, line=line, node=node, seq=seq,
                    revoked=self._trust.revoked_from(node, seq),
                )  # fmt: skip

    def _disorder(self, number: int, node: str, seq: int, error: OrderError | ChainError) -> LandreleaseError:
        if isinstance(error, OrderError):
            path = self._bundle.path
            return fail(ErrorCode.BUNDLE_ORDER, path=path, line=number, node=node, seq=seq, last=error.last)
        return fail(ErrorCode.BUNDLE_CHAIN, path=self._bundle.path, line=number, node=node, seq=seq)
