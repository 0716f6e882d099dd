"""The command that puts the layers into a PostGIS database."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landrelease.cli.common import AsOf, Json, Valid, WorkspacePath, opened_workspace
from landrelease.errors import ErrorCode, Severity, fail
from landrelease.i18n import _
from landrelease.terminal import print_findings, print_json, progress_bars, say

if TYPE_CHECKING:
    from landrelease.record.workspace import Workspace


def publish(
    workspace: WorkspacePath,
    database: Annotated[
        str | None,
        typer.Option(
            envvar="LANDRELEASE_DATABASE",
            help=_("Connection string of a prepared database; by default that of the workspace."),
        ),
    ] = None,
    as_of: AsOf = None,
    valid: Valid = None,
    check: Annotated[
        bool, typer.Option("--check", help=_("Compare what is published with the record; write nothing."))
    ] = False,
    json_: Json = False,
) -> None:
    """Put the layers into a PostGIS database, where QGIS opens them: all of them at once."""
    from landrelease.study import publish as publish_workspace

    with opened_workspace(workspace) as opened, progress_bars() as bars:
        dsn = _database_of(opened, database, workspace)
        if check:
            _check(opened, dsn, json_)
            return
        stamp = publish_workspace(opened, dsn, as_of=as_of, valid_on=valid, progress=bars)
    if json_:
        print_json(asdict(stamp))
        return
    say(
        _("Published as number {number}: {size} statements, root {root}").format(
            number=stamp.number, size=stamp.log_size, root=stamp.root
        )
    )


def _check(opened: "Workspace", dsn: str, json_: bool) -> None:
    """Say how what is published differs; exits 1 when it is wrong, not when it is only old."""
    from landrelease.study import check_publication

    findings = check_publication(opened, dsn)
    print_json({"findings": findings}) if json_ else print_findings(findings)
    if any(finding.error.severity is Severity.ERROR for finding in findings):
        raise typer.Exit(1)
    if not findings and not json_:
        say(_("What is published is what the record says"))


def _database_of(opened: "Workspace", database: str | None, path: Path) -> str:
    chosen = database or opened.database
    if not chosen:
        raise fail(ErrorCode.DATABASE_NOT_NAMED, path=path)
    return chosen
