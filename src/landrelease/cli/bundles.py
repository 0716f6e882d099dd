"""``landrelease bundle``: exchange entries with other nodes, by file or by HTTP."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landrelease.cli.common import Json, WorkspacePath, opened_workspace, signing_workspace
from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.terminal import print_findings, print_json, print_pairs, print_rows, progress_bars, say

if TYPE_CHECKING:
    from landrelease.record.bundles.merge import MergeResult
    from landrelease.record.conflicts import Conflict
    from landrelease.record.proofs.checkpoint import Checkpoint

bundle = typer.Typer(
    no_args_is_help=True, help=_("Exchange the record with other nodes: on a stick, by mail, by HTTP.")
)

Unsigned = Annotated[
    bool,
    typer.Option("--unsigned", help=_("Merge although this ledger trusts no key; only from the sender's own hand.")),
]
Url = Annotated[str, typer.Argument(help=_("Address of the other side, such as http://localhost:8470."))]
Token = Annotated[
    str, typer.Option(envvar="LANDRELEASE_TOKEN", help=_("Shared by both sides; better in the environment."))
]


@bundle.command()
def export(
    workspace: WorkspacePath,
    file: Annotated[Path, typer.Argument(help=_("New file; parts get .001, .002 and so on."))],
    since: Annotated[
        str | None, typer.Option(help=_("Size up to which the reader has this log, or the file of a checkpoint of it."))
    ] = None,
    max_mb: Annotated[int | None, typer.Option(min=1, help=_("Largest part in megabytes, before compression."))] = None,
    blobs: Annotated[bool, typer.Option(help=_("Take attachments along."))] = True,
    personal: Annotated[bool, typer.Option("--personal", help=_("Also those that identify people."))] = False,
    welfare_of: Annotated[
        str | None, typer.Option(help=_("Also this organisation's welfare entries, for a node of its own."))
    ] = None,
    json_: Json = False,
) -> None:
    """Write the record, or what is new since a size or checkpoint, as a bundle."""
    from landrelease.record.bundles.bundle import export_bundle

    with signing_workspace(workspace) as opened, progress_bars() as bars:
        size = len(opened.ledger)
        paths = export_bundle(
            opened.ledger, file, _since(since), max_bytes=max_mb and max_mb * 10**6, blobs=blobs, personal=personal,
            welfare_of=welfare_of, progress=bars,
        )  # fmt: skip
    if json_:
        print_json({"files": [str(path) for path in paths], "size": size})
        return
    for path in paths:
        say(str(path))
    say(_("The log has {size} entries; the next bundle for the same reader: --since {size}").format(size=size))


@bundle.command()
def merge(
    workspace: WorkspacePath,
    files: Annotated[list[Path], typer.Argument(help=_("Bundles, in any order."))],
    unsigned: Unsigned = False,
    json_: Json = False,
) -> None:
    """Check bundles and take in what is new. Each is merged whole or refused whole."""
    from landrelease.record.bundles.merge import merge as run_merge
    from landrelease.record.bundles.transport import counts

    done = []
    with signing_workspace(workspace) as opened, progress_bars() as bars:
        for file in files:
            result = run_merge(opened.ledger, file, allow_unsigned=unsigned, progress=bars)
            conflicts = result.conflicts
            done.append({"file": str(file), **counts(result), "conflicts": [_conflict(one) for one in conflicts]})
            if not json_:
                _print_result(file, result, conflicts)
    if json_:
        print_json(done)


@bundle.command()
def show(file: Annotated[Path, typer.Argument(help=_("Bundle."))], json_: Json = False) -> None:
    """Say what a bundle says about itself. Nothing of it is checked but its form."""
    from landrelease.record.bundles.bundle import opened_bundle

    with opened_bundle(file) as opened:
        manifest = opened.manifest
    told = {
        "node": manifest.node, "from": manifest.start, "to": manifest.stop, "entries": manifest.entries,
        "attachments": len(manifest.blobs), "part": f"{manifest.part}/{manifest.parts}",
        "checkpoint": manifest.checkpoint,
    }  # fmt: skip
    print_json(told) if json_ else print_pairs(_("Bundle {file}").format(file=file), told)


@bundle.command()
def held(workspace: WorkspacePath, json_: Json = False) -> None:
    """List entries that wait for others to arrive."""
    from collections import Counter

    with opened_workspace(workspace) as opened:
        waiting = Counter[str]()
        first: dict[str, int] = {}
        for entry in opened.ledger.store.held():
            waiting[entry.node] += 1
            first.setdefault(entry.node, entry.seq)
    rows = [{"node": node, "entries": count, "first": first[node]} for node, count in sorted(waiting.items())]
    print_json(rows) if json_ else print_rows(_("Held entries"), rows)


@bundle.command()
def serve(
    workspace: WorkspacePath,
    token: Token = "",
    port: Annotated[int, typer.Option(help=_("Port; 0 takes a free one."))] = 8470,
    host: Annotated[str, typer.Option(help=_("Address on which to listen."))] = "127.0.0.1",
    unsigned: Unsigned = False,
) -> None:
    """Give and take bundles by HTTP until interrupted. Without encryption: put a tunnel or TLS in front."""
    from landrelease.record.bundles.transport import Exchange

    with (
        signing_workspace(workspace) as opened,
        Exchange(opened.ledger, workspace / "exchange", token, (host, port), allow_unsigned=unsigned) as exchange,
    ):
        say(_("Listening on {url}; stop with Ctrl+C").format(url=exchange.url))
        try:
            exchange.serve_forever()
        except KeyboardInterrupt:
            say(_("Stopped"))


@bundle.command()
def fetch(
    url: Url,
    file: Annotated[Path, typer.Argument(help=_("New file."))],
    since: Annotated[int, typer.Option(min=0, help=_("Size of the other log that is here already."))] = 0,
    token: Token = "",
) -> None:
    """Fetch a bundle; run again after an interruption, it goes on. Nothing is merged."""
    from landrelease.record.bundles.fetching import fetch_bundle

    with progress_bars() as bars:
        fetch_bundle(url, file, token, since, bars)
    say(_("Fetched {file}; take it in with 'landrelease bundle merge'").format(file=file))


@bundle.command()
def send(
    file: Annotated[Path, typer.Argument(help=_("Bundle."))], url: Url, token: Token = "", json_: Json = False
) -> None:
    """Send a bundle, which the other side checks and merges; run again after an interruption, it goes on."""
    from landrelease.record.bundles.fetching import send_bundle

    with progress_bars() as bars:
        answer = send_bundle(file, url, token, bars)
    print_json(answer) if json_ else print_pairs(_("Merged by {url}").format(url=url), _without_findings(answer))


def _since(text: str | None) -> "int | Checkpoint | None":
    """Read a size, or the checkpoint in a file. Refuses (LR0002, LR1129) what is neither."""
    from landrelease.record.proofs.checkpoint import read_checkpoint

    if text is None or text.isdigit():
        return None if text is None else int(text)
    if not Path(text).is_file():
        raise fail(ErrorCode.FILE_MISSING, path=text)
    try:
        return read_checkpoint(Path(text).read_text(encoding="utf-8", errors="replace"))[1]
    except LandreleaseError as error:
        raise fail(ErrorCode.SINCE_UNREADABLE, path=text) from error


def _print_result(file: Path, result: "MergeResult", conflicts: "list[Conflict]") -> None:
    print_findings(result.findings)
    told = {
        "added": result.added, "known": result.known, "held": result.held, "released": result.released,
        "attachments": len(result.blobs), "conflicts": len(conflicts),
    }  # fmt: skip
    print_pairs(_("Merged {file}").format(file=file), told)
    if conflicts:
        print_rows(_("New conflicts, for a reviewer"), [_conflict(one) for one in conflicts])


def _conflict(conflict: "Conflict") -> dict[str, Any]:
    return {
        "statement": conflict.replaced[:16], "grade": conflict.grade.value, "fields": ", ".join(conflict.fields),
        "rivals": len(conflict.supersessions),
    }  # fmt: skip


def _without_findings(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "findings"}
