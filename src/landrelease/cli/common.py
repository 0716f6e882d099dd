"""What the groups of commands share: common options, opening a workspace."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _

if TYPE_CHECKING:
    from landrelease.record.ledger import Ledger
    from landrelease.record.workspace import Workspace

WorkspacePath = Annotated[Path, typer.Argument(help=_("Folder of the workspace."))]
AsOf = Annotated[str | None, typer.Option("--as-of", help=_("What was known then: a date or time of arrival."))]
PlanFrom = Annotated[
    str | None, typer.Option("--plan-from", help=_("First day of the plan; by default that of --valid, else today."))
]
Valid = Annotated[str | None, typer.Option("--valid", help=_("What held on the ground on this date."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON object for machines."))]
Seed = Annotated[int, typer.Option("--seed", help=_("Seed of every random draw."))]
OutFolder = Annotated[Path, typer.Option("--out", help=_("Folder for the results; made when absent."))]

PASSPHRASE = "LANDRELEASE_PASSPHRASE"
"""Variable of the environment with the passphrase of a workspace's key."""
_SHORTEST_HASH = 8


@contextmanager
def opened_workspace(path: Path) -> "Iterator[Workspace]":
    """Open a workspace for one command."""
    from landrelease.record.workspace import Workspace

    with Workspace.open(path) as workspace:
        yield workspace


@contextmanager
def signing_workspace(path: Path, write: bool = True) -> "Iterator[Workspace]":
    """Open a workspace with its key, where it has one and the command writes."""
    from landrelease.record.workspace import KEY, Workspace

    key = path / KEY
    passphrase = asked_passphrase(key) if write and key.exists() else None
    with Workspace.open(path, passphrase=passphrase) as opened:
        yield opened


def asked_passphrase(path: Path, variable: str = PASSPHRASE, *, new: bool = False) -> str:
    """Return the passphrase of a key file: from the environment, else asked for on a terminal, twice for a new one.

    Raises
    ------
    LandreleaseError
        LR1075 where it is not set and there is no terminal.
    """
    if passphrase := os.environ.get(variable):
        return passphrase
    if not sys.stdin.isatty():
        raise fail(ErrorCode.PASSPHRASE_NEEDED, path=path, variable=variable)
    text = _("Passphrase of {path}").format(path=path)
    asked: str = typer.prompt(text, hide_input=True, confirmation_prompt=new, err=True)
    return asked


def full_hash(ledger: "Ledger", prefix: str) -> str:
    """Return the one hash that begins so. Refuses (LR1015) none, several and fewer than 8 digits."""
    wanted = prefix.strip().lower()
    if wanted in ledger:
        return wanted
    found = [one for leaf in ledger.store.hashes() if (one := leaf.hex()).startswith(wanted)]
    if len(wanted) < _SHORTEST_HASH or len(found) != 1:
        raise fail(ErrorCode.ENTRY_MISSING, hash=prefix)
    return found[0]
