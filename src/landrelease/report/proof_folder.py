"""A proof as it is handed over: the text, and beside it the program that checks it."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from landrelease.progress import SILENT, Progress
from landrelease.record.entry import Entry
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import kept_note, log_keys, origin_of, read_checkpoint
from landrelease.record.proofs.notes import SignatureType, VerifierKey
from landrelease.record.proofs.proof import make_proof
from landrelease.record.proofs.verdict import Verdict, verify_proof

PROOF, VERIFIER = "proof.txt", "verify_landrelease.py"
_CHECKOUT = Path(__file__).parents[3] / "verifier" / VERIFIER


@dataclass(frozen=True)
class GivenProof:
    """A proof that was written, and what checking it gave.

    Attributes
    ----------
    entry
        What is proven.
    key
        Verifier key of the log, from the ledger, not from the proof.
    file, verifier
        The proof, and the program beside it; None where this installation has none.
    verdict
        Of the library, with `key` trusted.
    """

    entry: Entry
    key: str
    file: Path
    verifier: Path | None
    verdict: Verdict

    @property
    def files(self) -> dict[str, str]:
        """Path of each file by its name."""
        return {path.name: str(path) for path in (self.file, self.verifier) if path}

    @property
    def command(self) -> str:
        """The command line that checks the proof from here, with the Python that runs now."""
        return self._command(sys.executable, str(self.verifier), str(self.file))

    @property
    def short_command(self) -> str:
        """The command line that checks it inside its folder, on any computer."""
        return self._command("python3", VERIFIER, self.file.name)

    def _command(self, python: str, verifier: str, file: str) -> str:
        if self.verifier is None:
            return command_line(["landrelease", "verify", file, "--key", self.key])
        return command_line([python, verifier, file, self.key])


def give_proof(
    ledger: Ledger, entry: Entry, folder: Path, progress: Progress = SILENT, name: str = PROOF
) -> GivenProof:
    """Write the proof of a statement by the last kept checkpoint, put the verifier beside it, and check it.

    Parameters
    ----------
    name
        Of the proof's file.

    Raises
    ------
    LandreleaseError
        LR1095 where the log has no checkpoint, and what `landrelease.record.proofs.proof.make_proof` raises.
    """
    note = kept_note(ledger)
    text, key = make_proof(ledger, entry.hash, note, progress=progress), _signing_key(ledger, note)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(text.encode())
    verdict = verify_proof(file.read_bytes().decode(), [key])
    return GivenProof(entry, key, file, _copied(verifier_file(), folder / VERIFIER), verdict)


def verifier_file() -> Path | None:
    """Return the stand-alone verifier: that of the checkout, else as the wheel installed it; None without either."""
    if _CHECKOUT.is_file():
        return _CHECKOUT
    try:
        installed = distribution("landrelease").files or []
    except PackageNotFoundError:
        return None
    places = (Path(str(file.locate())) for file in installed if file.name == VERIFIER)
    return next((place for place in places if place.is_file()), None)


def command_line(words: Sequence[str]) -> str:
    """Write a command as it is typed on this system."""
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


def _signing_key(ledger: Ledger, written: str) -> str:
    """Return the verifier key of the log that signed its checkpoint."""
    origin, note = origin_of(ledger.node), read_checkpoint(written)[0]
    keys = (VerifierKey(origin, key, SignatureType.NOTE) for key in log_keys(ledger, ledger.node))
    return next(key.text for key in keys if note.is_signed_by(key))


def _copied(source: Path | None, target: Path) -> Path | None:
    if source is None:
        return None
    shutil.copyfile(source, target)
    return target
