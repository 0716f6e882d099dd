"""Erasure: the content of blobs goes, with a reason, and the record says so.

A ``blob.erased`` statement takes effect on every node that it reaches, where it comes from who may ask for it: the
node itself, an authority of the programme, or the node or organisation that alone has named the blob. Nobody else can
make the evidence of others disappear; their statement is listed as asked for.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.record.attachments.blobs import MOST_NAMED, check_known, named_blobs, portions, today
from landrelease.record.entry import Entry, Statement
from landrelease.record.fold import standings
from landrelease.record.keeping import BlobErased
from landrelease.record.ledger import Ledger
from landrelease.record.people import same_organisation
from landrelease.record.signing.trust import Trust
from landrelease.terms import KeyRole, Standing


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure has done.

    Attributes
    ----------
    statements
        The ``blob.erased`` statements made here; none where those of other nodes were applied.
    blobs
        Hashes whose content was erased, or is never to be stored, sorted.
    asked
        Hashes whose erasure was asked for by someone who may not decide it, sorted.
    overwritten
        Whether nothing of the erased contents is left in the ledger's files.
    """

    statements: tuple[Entry, ...]
    blobs: tuple[str, ...]
    asked: tuple[str, ...]
    overwritten: bool

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What someone has to see to: LR1148 where traces are left, LR1149 for what was asked for."""
        left = () if self.overwritten else (Finding(ErrorCode.ERASED_NOT_OVERWRITTEN),)
        return (*left, *(Finding(ErrorCode.ERASURE_ASKED, {"hash": blob}) for blob in self.asked))


def erase(ledger: Ledger, blobs: Iterable[str], reason: str, author: str, organisation: str) -> Erasure:
    """Erase the content of blobs here, and state it for all other nodes, in one transaction.

    Parameters
    ----------
    blobs
        Hashes of blobs that are here or that a statement names. What was erased before is left out.
    reason
        Why; it stays in the record for ever and must itself identify nobody.

    Raises
    ------
    LandreleaseError
        LR1150 without a reason, LR1143 for unknown blobs, LR1145 where all were erased before; nothing is erased then.
    """
    wanted = sorted(set(blobs))
    if not (reason := reason.strip()):
        raise fail(ErrorCode.ERASURE_REASON_MISSING)
    named = check_known(ledger, wanted)
    before = {state.sha256: state.erased_reason for state in ledger.store.blob_states() if state.erased_reason}
    going = [blob for blob in wanted if blob not in before]
    if wanted and not going:
        raise fail(ErrorCode.BLOB_ERASED, hash=wanted[0], reason=before[wanted[0]])
    with ledger.batch() as batch:
        said = []
        for part in portions(going):
            cites = tuple(dict.fromkeys(entry.hash for blob in part for entry in named.get(blob, ())))[:MOST_NAMED]
            body = BlobErased(blobs=part, reason=reason)
            said.append(batch.add(
                Statement("blob.erased", f"blob:{part[0]}", body, today(ledger), author, organisation, cites=cites)
            ))  # fmt: skip
            for blob in part:
                batch.writer.erase_blob(blob, reason)
    return Erasure(tuple(said), tuple(going), (), ledger.store.overwrite_erased())


def apply_erasures(ledger: Ledger) -> Erasure:
    """Erase here what statements of other nodes ask for: to be called after every merge.

    A blob that has not arrived yet is noted, so that it is never stored. Statements that were withdrawn or revoked
    before they came ask for nothing.
    """
    known = {state.sha256 for state in ledger.store.blob_states() if state.erased_reason is not None}
    counted, asked = judge_erasures(ledger, known)
    new = {blob: reason for blob, reason in counted.items() if blob not in known}
    if new:
        with ledger.batch() as batch:
            for blob, reason in sorted(new.items()):
                batch.writer.erase_blob(blob, reason)
    overwritten = ledger.store.overwrite_erased() or not new
    return Erasure((), tuple(sorted(new)), tuple(sorted(asked - known)), overwritten)


def judge_erasures(ledger: Ledger, done: Container[str] = ()) -> tuple[dict[str, str], set[str]]:
    """Return the reason of each erasure that counts, and the blobs for which it was only asked.

    Parameters
    ----------
    done
        Blobs that were erased: the log is read whole only where a statement names another.
    """
    said = [logged.entry for logged in ledger.log(kind="blob.erased")]
    statements = [entry for entry in said if not all(blob in done for blob in entry.body["blobs"])]
    if not statements:
        return {}, set()
    judged, named, trust = standings(ledger.log()), named_blobs(ledger), ledger.trust()
    counted: dict[str, str] = {}
    asked: set[str] = set()
    for entry in sorted(statements, key=lambda entry: (entry.recorded, entry.hash)):
        if judged.of(entry.hash) is not Standing.OFFICIAL:
            continue
        decides = entry.node == ledger.node or _is_authority(trust, entry)
        for blob in entry.body["blobs"]:
            if decides or may_erase(entry, named.get(blob, ())):
                counted.setdefault(blob, entry.body["reason"])
            else:
                asked.add(blob)
    return counted, asked - counted.keys()


def may_erase(erasure: Entry, naming: Sequence[Entry]) -> bool:
    """Tell whether all statements that name a blob are of the node, or the organisation, that asks for its erasure.

    All, not any: else who wants a blob of others to disappear would only have to name it first.
    """
    return bool(naming) and all(
        erasure.node == entry.node or same_organisation(erasure.organisation, entry.organisation) for entry in naming
    )


def _is_authority(trust: Trust, entry: Entry) -> bool:
    """Tell whether an entry is of a node with an authority's key."""
    keys = trust.keys(entry.node, entry.seq)
    return any(
        grant.role is KeyRole.AUTHORITY and grant.key in keys and grant.covers(entry.node, entry.seq)
        for grant in trust.grants
    )
