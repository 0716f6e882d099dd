"""A certificate as it is given away: a PDF in each language, the proof of its decision, and the verifier."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from landrelease.progress import SILENT, Progress
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import kept_checkpoints, make_checkpoint, origin_of
from landrelease.release.certificate import Certificate, CertifiedProof
from landrelease.report.document import check_certificate_language, write_certificate
from landrelease.report.proof_folder import GivenProof, give_proof


@dataclass(frozen=True)
class GivenCertificate:
    """The files of a certificate.

    Attributes
    ----------
    certificate
        As it was set, with its proof.
    documents
        PDF of each language, by its code.
    proof
        None where the record cannot be proven: its log has no key.
    """

    certificate: Certificate
    documents: dict[str, Path]
    proof: GivenProof | None

    @property
    def files(self) -> dict[str, str]:
        """Path of each file by its name."""
        return {path.name: str(path) for path in self.documents.values()} | (self.proof.files if self.proof else {})


def give_certificate(
    certificate: Certificate,
    ledger: Ledger,
    file: Path,
    languages: Sequence[str] = ("en",),
    progress: Progress = SILENT,
    proof: GivenProof | None = None,
) -> GivenCertificate:
    """Write a certificate in every language wanted, with the proof of its decision beside it.

    Where no checkpoint covers the decision one is made, for which the ledger needs its key; without key and checkpoint
    there is no proof, and the certificate says so.

    Parameters
    ----------
    file
        PDF to write; with several languages their codes are added to its name.
    proof
        One that is there already; made beside the certificate by default.

    Raises
    ------
    LandreleaseError
        LR7040 for a language that the certificate is not translated into, before anything is written; LR7103 where
        the document cannot be set; what `landrelease.report.proof_folder.give_proof` raises.
    """  # fmt: skip
    for language in languages:
        check_certificate_language(language)
    if proof is None and is_provable(ledger, certificate.decision, progress):
        entry = ledger.entry(certificate.decision)
        proof = give_proof(ledger, entry, file.parent, progress, f"{file.stem}.proof.txt")
    if proof is not None:
        sha256 = hashlib.sha256(proof.file.read_bytes()).hexdigest()
        certificate = replace(certificate, proof=CertifiedProof(proof.file.name, sha256, proof.key))
    documents = {
        language: file if len(languages) == 1 else file.with_name(f"{file.stem}-{language}{file.suffix}")
        for language in languages
    }
    for language, path in documents.items():
        write_certificate(certificate, path, language)
    return GivenCertificate(certificate, documents, proof)


def covered(ledger: Ledger, entry_hash: str) -> bool:
    """Whether a kept checkpoint of this log covers an entry, so that no key is needed to prove it."""
    line = ledger.store.find(entry_hash)
    kept = kept_checkpoints(ledger, origin_of(ledger.node))
    return line is not None and any(one.checkpoint.size > line.place for one in kept)


def is_provable(ledger: Ledger, entry_hash: str, progress: Progress = SILENT) -> bool:
    """Whether an entry can be proven; makes the checkpoint that this needs where the ledger has its key."""
    if covered(ledger, entry_hash):
        return True
    if ledger.signer is None:
        return False
    make_checkpoint(ledger, progress)
    return True
