"""The command that makes answers about the past quick."""

from landrelease.cli.common import WorkspacePath, opened_workspace
from landrelease.i18n import _
from landrelease.terminal import progress_bars, say


def snapshot(workspace: WorkspacePath) -> None:
    """Keep what the record came to at many sizes, so that questions about any date are answered quickly."""
    from landrelease.history import cache_of, make_snapshots

    with opened_workspace(workspace) as opened, progress_bars() as bars:
        made = make_snapshots(opened.ledger, cache_of(opened), progress=bars)
        count = len(cache_of(opened).sizes())
    say(_("{made} snapshots made, {count} kept in {folder}").format(made=made, count=count, folder=workspace / "cache"))
