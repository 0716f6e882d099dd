"""The command line: every verb of the library has its twin here."""

import sys
from collections.abc import Sequence
from typing import NoReturn

from landrelease.cli.auditing import audit
from landrelease.cli.blobs import attach, attachment, attachments, conflicts, erase
from landrelease.cli.bundles import bundle
from landrelease.cli.checkpoints import checkpoint, prove, verify
from landrelease.cli.claims import claim
from landrelease.cli.commands import app
from landrelease.cli.database import database
from landrelease.cli.hazard import estimate, evaluate
from landrelease.cli.hazard_answers import questions
from landrelease.cli.keys import keys, sign
from landrelease.cli.publishing import publish
from landrelease.cli.quality import quality
from landrelease.cli.release import certificate, gate, release
from landrelease.cli.reports import report
from landrelease.cli.safety import safety, welfare
from landrelease.cli.sampling import samples
from landrelease.cli.snapshots import snapshot
from landrelease.cli.survey import survey
from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.terminal import print_findings

__all__ = ["app", "main"]

app.command()(audit)
app.command()(estimate)
app.command()(evaluate)
app.add_typer(questions, name="hazard")
app.command()(gate)
app.command()(certificate)
app.add_typer(release, name="release")
app.add_typer(samples, name="sample")
app.add_typer(survey, name="survey")
app.command()(publish)
app.add_typer(quality, name="quality")
app.add_typer(safety, name="safety")
app.add_typer(welfare, name="welfare")
app.add_typer(keys, name="key")
app.add_typer(database, name="database")
app.command()(sign)
app.command()(snapshot)
app.command()(attach)
app.command()(attachments)
app.add_typer(attachment, name="attachment")
app.command()(erase)
app.add_typer(bundle, name="bundle")
app.command()(conflicts)
app.add_typer(claim, name="claim")
app.add_typer(report, name="report")
app.add_typer(checkpoint, name="checkpoint")
app.command()(prove)
app.command()(verify)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; refusals are printed with their remedy and exit with 1."""
    try:
        app(arguments)
    except LandreleaseError as error:
        _refuse(error)
    except OSError as error:
        _refuse(fail(ErrorCode.FILE_SYSTEM, path=error.filename or "-", problem=error.strerror or error))


def _refuse(error: LandreleaseError) -> NoReturn:
    from landrelease.exchange.findings import summarise

    print_findings(summarise(error.findings))
    sys.exit(1)
