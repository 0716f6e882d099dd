"""What a proof proves and what it does not, in words that a landowner understands.

``verifier/verify_landrelease.py`` says the same in English; the tests compare both word by word.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from landrelease.errors import LandreleaseError
from landrelease.i18n import _
from landrelease.record.proofs.checkpoint import origin_of
from landrelease.record.proofs.notes import SignatureType, VerifierKey, parse_verifier_key
from landrelease.record.proofs.proof import Proof, is_in_tree, person_of, read_proof
from landrelease.record.signing.keys import entry_message, officer_message
from landrelease.record.when import time_text

_HIDDEN = ("v", "kind_version", "nonce", "prev", "seq", "node", "body")
_LAST_SECOND = 253_402_300_799
"""End of the year 9999: no clock of a witness shows more."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of checking a proof.

    Attributes
    ----------
    proven, not_proven
        Sentences. Where the proof does not hold, nothing is proven, and the only sentence of the others says why.
    ok
        Whether everything in the proof holds, and every key that was named as trusted has signed.
    heading
        The result in a sentence.
    """

    proven: tuple[str, ...]
    not_proven: tuple[str, ...]
    ok: bool
    heading: str

    def text(self) -> str:
        """Return the verdict as it is printed."""
        if not self.ok:
            return f"{self.heading}\n{self.not_proven[0]}\n"
        parts = [self.heading, "", _("Proven:"), *(f"- {one}" for one in self.proven)]
        return "\n".join([*parts, "", _("Not proven:"), *(f"- {one}" for one in self.not_proven)]) + "\n"


def verify_proof(text: str, trusted_keys: Iterable[str] = ()) -> Verdict:
    """Check a proof without any ledger.

    Parameters
    ----------
    text
        The proof file.
    trusted_keys
        Verifier keys that the reader had from their owners by another way: of the log, of nodes, officers or witnesses.
        Each must have signed. Without any, the verdict says which fingerprints to compare.

    Raises
    ------
    LandreleaseError
        LR1094 for a trusted key that is none. A proof that does not hold is a verdict, not an error.
    """
    trusted = [parse_verifier_key(key) for key in trusted_keys]
    try:
        proof = read_proof(text)
        members = proof.members()
    except LandreleaseError as error:
        return _refused(error.findings[0].what)
    problem = next((said for said, holds in _tests(proof, members, trusted) if not holds), None)
    if problem:
        return _refused(problem)
    heading = _("The proof holds.") if trusted else _(
        "The proof holds together. It is worth as much as the keys named below: compare their fingerprints."
    )  # fmt: skip
    return Verdict(tuple(_proven(proof, members)), tuple(_not_proven(proof, members, trusted)), True, heading)


def _refused(problem: str) -> Verdict:
    return Verdict((), (_("Why: {problem}.").format(problem=problem),), False, _("The proof does not hold."))


def _tests(proof: Proof, members: Mapping[str, Any], trusted: Sequence[VerifierKey]) -> Iterator[tuple[str, bool]]:
    """Yield each reason for a refusal, and whether all is well there."""
    logs = [key for key in proof.keys if key.type is SignatureType.NOTE]
    witnesses = [key for key in proof.keys if key.type is not SignatureType.NOTE]
    yield _("the statement is not at its place in the log whose summary was signed"), is_in_tree(proof)
    one_log = len(logs) == 1 and proof.keys[0] == logs[0] and logs[0].name == proof.checkpoint.origin
    yield _("the log did not sign the summary"), one_log and proof.note.is_signed_by(logs[0])
    for key in witnesses:
        held = 0 < (proof.note.cosigned_at(key) or 0) <= _LAST_SECOND
        yield _("{name} did not cosign the summary").format(name=key.name), held
    strangers = [one for one in proof.note.signatures if not any(one.is_by(key) for key in proof.keys)]
    yield _("the summary has a signature whose key is not in the proof"), not strangers
    yield (
        _("the signature of node {node} is not of this statement").format(node=members["node"]),
        _node_signed(proof, members),
    )
    for officer in proof.officers:
        held = officer.key.key.verify(officer.signature, officer_message(proof.entry_hash))
        yield _("the signature of {person} is not of this statement").format(person=_person(officer.key)), held
    carried = _carried(proof)
    for key in trusted:
        yield _("the key of {name} that you trust did not sign").format(name=key.name), key in carried


def _node_signed(proof: Proof, members: Mapping[str, Any]) -> bool:
    signed = proof.signature
    return signed is None or (
        signed.key.name == origin_of(members["node"])
        and signed.key.key.verify(signed.signature, entry_message(proof.content))
    )


def _carried(proof: Proof) -> tuple[VerifierKey, ...]:
    """All keys of the proof, each once: the log's, the witnesses', the node's, the officers'."""
    signed = (*([proof.signature] if proof.signature else []), *proof.officers)
    return tuple(dict.fromkeys((*proof.keys, *(one.key for one in signed))))


def _proven(proof: Proof, members: Mapping[str, Any]) -> Iterator[str]:
    checkpoint, log = proof.checkpoint, proof.keys[0]
    yield _("Statement {hash} is in the record, in exactly these words:").format(hash=proof.entry_hash) + "".join(
        f"\n    {line}" for line in _words(members)
    )
    if proof.signature:
        yield _("It is number {seq} of the node {node}, signed in its name with the key {fingerprint}.").format(
            seq=members["seq"], node=plain(members["node"]), fingerprint=proof.signature.key.key.fingerprint
        )
    yield _(
        "It is number {number} of the first {size} statements of the log {origin}, which signed a summary of them (the "
        "root) with the key {fingerprint}. None of them can be changed, removed or added without changing the summary."
    ).format(
        number=proof.index + 1, size=checkpoint.size, origin=checkpoint.origin, fingerprint=log.key.fingerprint
    )  # fmt: skip
    if checkpoint.received:
        yield _("By the log's own clock all of them had arrived by {received}.").format(received=checkpoint.received)
    for key in proof.keys[1:]:
        yield _("{name} saw that summary by {moment}, and none that contradicts it: key {fingerprint}.").format(
            name=key.name, moment=_moment(proof, key), fingerprint=key.key.fingerprint
        )
    for officer in proof.officers:
        yield _("It was signed as {person} with the officer's key {fingerprint}.").format(
            person=_person(officer.key), fingerprint=officer.key.key.fingerprint
        )


def _not_proven(proof: Proof, members: Mapping[str, Any], trusted: Sequence[VerifierKey]) -> Iterator[str]:
    yield _("That the ground is safe: a proof shows what was recorded, not what lies in the ground.")
    yield _("That the author was right: it is the author's word.")
    yield _("That nothing recorded later corrects or withdraws it, or reopens the land: ask for what came after.")
    yield _("Who the people are whom it names: the record knows names only.")
    for key in _carried(proof):
        if key not in trusted:
            yield _("Whose the key {fingerprint} is: compare it with the one that {name} gave you another way.").format(
                fingerprint=key.key.fingerprint, name=_person(key)
            )
    if not proof.signature:
        yield _("That the node {node} wrote it: it carries no signature of its node.").format(
            node=plain(members["node"])
        )
    if len(proof.keys) == 1:
        yield _("When the summary was signed, and that everyone is shown the same record: no witness has cosigned it.")


def _words(members: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a statement says, a member a line; what only machines need is left out."""
    yield from (f"{name}: {plain(members[name])}" for name in sorted(members) if name not in _HIDDEN)
    yield from (f"body.{plain(name)}: {plain(value)}" for name, value in sorted(members["body"].items()))


def plain(value: Any) -> str:
    """Write a value on one line, so that no text of a statement can pass for a line of the verdict."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)


def _person(key: VerifierKey) -> str:
    return plain(person_of(key.name))


def _moment(proof: Proof, key: VerifierKey) -> str:
    return time_text(datetime.fromtimestamp(proof.note.cosigned_at(key) or 0, UTC))
