"""Commands that let the record be checked from outside: checkpoints, witnesses, proofs."""

import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landrelease.cli.common import Json, WorkspacePath, full_hash, opened_workspace, signing_workspace
from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.terminal import print_json, print_rows, progress_bars, say

if TYPE_CHECKING:
    from landrelease.record.ledger import Ledger
    from landrelease.record.proofs.notes import VerifierKey

checkpoint = typer.Typer(no_args_is_help=True, help=_("Signed checkpoints of the log, and witnesses who cosign them."))

OutFile = Annotated[Path | None, typer.Option("--out", help=_("File to write; printed when left out."))]
Size = Annotated[
    int | None, typer.Option("--size", help=_("Number of entries of the checkpoint; the last one when left out."))
]
Keys = Annotated[
    list[str] | None, typer.Option("--key", help=_("Verifier key, as its owner gave it to you; may be repeated."))
]


@checkpoint.command()
def make(workspace: WorkspacePath, out: OutFile = None) -> None:
    """Sign the log as it is now. Give the checkpoint away: it shows later what the log was."""
    from landrelease.history import cache_of, make_snapshots
    from landrelease.record.proofs.checkpoint import make_checkpoint

    with signing_workspace(workspace) as opened, progress_bars() as bars:
        _give(make_checkpoint(opened.ledger, bars), out)
        with suppress(OSError):  # only a cache: a full disk does not undo the checkpoint
            make_snapshots(opened.ledger, cache_of(opened), progress=bars)


@checkpoint.command()
def show(workspace: WorkspacePath, size: Size = None, json_: Json = False) -> None:
    """List the kept checkpoints and this log's verifier keys; with --size, print that checkpoint."""
    from landrelease.record.proofs.checkpoint import kept_checkpoints, kept_note
    from landrelease.record.proofs.notes import SignatureType, parse_note

    with opened_workspace(workspace) as opened:
        if size is not None:
            _give(kept_note(opened.ledger, size), None)
            return
        rows = [
            {
                "log": one.checkpoint.origin, "entries": one.checkpoint.size, "root": one.checkpoint.root.hex()[:16],
                "received": one.checkpoint.received, "signatures": len(parse_note(one.note).signatures),
            }
            for one in kept_checkpoints(opened.ledger)
        ]  # fmt: skip
        keys = _keys_of(opened.ledger)
    if json_:
        print_json({"checkpoints": rows, "keys": [key.text for key in keys]})
        return
    print_rows(_("Checkpoints"), rows)
    words = {SignatureType.NOTE: _("of this log"), SignatureType.COSIGNATURE: _("of this node as a witness")}
    for key in keys:
        say(f"{key.text}  ({key.key.fingerprint}) {words[key.type]}")


@checkpoint.command()
def request(
    workspace: WorkspacePath,
    old: Annotated[int, typer.Option(help=_("Number of entries that the witness cosigned last; 0 for none."))] = 0,
    size: Size = None,
    out: OutFile = None,
) -> None:
    """Write what a witness needs to cosign a checkpoint: it, and the proof that it continues the last one."""
    from landrelease.record.proofs.checkpoint import kept_note
    from landrelease.record.proofs.witness import make_consistency

    with opened_workspace(workspace) as opened, progress_bars() as bars:
        text = make_consistency(opened.ledger, old, kept_note(opened.ledger, size), bars)
    _give(text, out)


@checkpoint.command()
def cosign(
    workspace: WorkspacePath,
    file: Annotated[Path, typer.Argument(help=_("Request of the log's office."))],
    key: Annotated[
        str | None, typer.Option(help=_("Verifier key of the log; not needed for a node that the record knows."))
    ] = None,
    out: OutFile = None,
) -> None:
    """Cosign another log's checkpoint as a witness; refused when it contradicts what was seen of that log before."""
    from landrelease.record.proofs.notes import parse_verifier_key
    from landrelease.record.proofs.witness import witness

    with signing_workspace(workspace) as opened:
        line = witness(opened.ledger, _text(file), parse_verifier_key(key).key if key else None)
    _give(line, out)


@checkpoint.command()
def add(
    workspace: WorkspacePath,
    file: Annotated[Path, typer.Argument(help=_("Cosignature that a witness sent back."))],
    key: Keys = None,
    size: Size = None,
    out: OutFile = None,
) -> None:
    """Add a witness's cosignature to a checkpoint, after checking it."""
    from landrelease.record.proofs.checkpoint import kept_note
    from landrelease.record.proofs.witness import add_cosignatures

    with opened_workspace(workspace) as opened:
        note = add_cosignatures(opened.ledger, kept_note(opened.ledger, size), _text(file), _parsed(key))
    _give(note, out)


def prove(
    workspace: WorkspacePath,
    entry: Annotated[str, typer.Argument(metavar="HASH", help=_("Hash of the entry, or at least its first 8 digits."))],
    out: OutFile = None,
    key: Keys = None,
    size: Size = None,
) -> None:
    """Write the proof that a statement is in the record: a page that anyone can check without this ledger."""
    from landrelease.record.proofs.checkpoint import kept_note
    from landrelease.record.proofs.proof import make_proof

    opening = opened_workspace if size is not None or _is_covered(workspace, entry) else signing_workspace
    with opening(workspace) as opened, progress_bars() as bars:
        ledger = opened.ledger
        note = kept_note(ledger, size) if size is not None else None
        text = make_proof(ledger, full_hash(ledger, entry), note, witnesses=_parsed(key), progress=bars)
    _give(text, out)


def verify(
    file: Annotated[Path, typer.Argument(help=_("Proof to check."))], key: Keys = None, json_: Json = False
) -> None:
    """Check a proof, without any ledger, and say what is proven and what is not. Exits 1 when it does not hold.

    Every key given must have signed. Without one, compare the fingerprints that are printed.
    """
    from landrelease.record.proofs.verdict import verify_proof

    verdict = verify_proof(_text(file), key or ())
    print_json(asdict(verdict)) if json_ else say(verdict.text().removesuffix("\n"))
    if not verdict.ok:
        raise typer.Exit(1)


def _is_covered(workspace: Path, entry: str) -> bool:
    """Tell whether a kept checkpoint covers an entry, so that no key is needed."""
    from landrelease.record.proofs.checkpoint import kept_checkpoints, origin_of

    with opened_workspace(workspace) as opened:
        ledger = opened.ledger
        line = ledger.store.find(full_hash(ledger, entry))
        kept = kept_checkpoints(ledger, origin_of(ledger.node))
    return line is None or any(one.checkpoint.size > line.place for one in kept)


def _keys_of(ledger: "Ledger") -> "list[VerifierKey]":
    """Verifier keys of the log and, with the same keys, of this node as a witness."""
    from landrelease.record.proofs.checkpoint import log_keys, origin_of
    from landrelease.record.proofs.notes import SignatureType, VerifierKey

    keys = log_keys(ledger, ledger.node)
    return [VerifierKey(origin_of(ledger.node), key, type_) for type_ in SignatureType for key in keys]


def _parsed(keys: list[str] | None) -> "list[VerifierKey]":
    from landrelease.record.proofs.notes import parse_verifier_key

    return [parse_verifier_key(key) for key in keys or ()]


def _text(path: Path) -> str:
    """Text of a file, byte for byte; what is not UTF-8 is shown as such and then refused by its reader."""
    if not path.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=path)
    return path.read_bytes().decode("utf-8", errors="surrogateescape")


def _give(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
        return
    out.write_bytes(text.encode())
    say(_("Written: {path}").format(path=out))
