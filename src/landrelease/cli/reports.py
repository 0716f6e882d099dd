"""Reports of operators from statements: an area, one day, one month; and a Word template to begin with."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landrelease.cli.common import AsOf, WorkspacePath, opened_workspace
from landrelease.errors import ErrorCode, Finding
from landrelease.i18n import _
from landrelease.report.operator_data import ReportKind
from landrelease.terminal import print_findings, progress_bars, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from landrelease.land.accounts import Accounts
    from landrelease.record.register import Register
    from landrelease.report.operator_data import OperatorReport

report = typer.Typer(
    no_args_is_help=True,
    help=_("Operators' reports from statements, as PDF, as JSON, or in an authority's own Word template."),
)

File = Annotated[Path, typer.Argument(help=_("File to write: .pdf, .docx or .json."))]
Whose = Annotated[str | None, typer.Option("--organisation", help=_("Only work of this organisation, by its subject."))]
Template = Annotated[Path | None, typer.Option(help=_("Word template (.docx) of the authority; plain when left out."))]
Language = Annotated[str, typer.Option(help=_("Language code, such as en or fr."))]
Public = Annotated[bool, typer.Option("--public", help=_("Leave out what may not be published."))]


@report.command()
def completion(
    workspace: WorkspacePath,
    area: Annotated[str, typer.Argument(help=_("Subject of the area, or of a task on it."))],
    file: File,
    organisation: Whose = None,
    template: Template = None,
    language: Language = "en",
    public: Public = False,
    as_of: AsOf = None,
) -> None:
    """Report all work on an area: parts with turning points, method, depth, finds, quality, limits, signatures."""
    from landrelease.report.operator_report import completion_report

    def make(register: "Register", accounts: "Accounts") -> "OperatorReport":
        return completion_report(register, accounts, area, organisation)

    _write(workspace, as_of, make, file, template, language, public)


@report.command()
def daily(
    workspace: WorkspacePath,
    day: Annotated[str, typer.Argument(help=_("Day, as 2026-08-11."))],
    file: File,
    organisation: Whose = None,
    template: Template = None,
    language: Language = "en",
    public: Public = False,
    as_of: AsOf = None,
) -> None:
    """Report one day: teams, work by activity, finds, lost days with reasons, accidents, quality."""
    from landrelease.report.operator_report import daily_report

    def make(register: "Register", accounts: "Accounts") -> "OperatorReport":
        return daily_report(register, accounts, day, organisation)

    _write(workspace, as_of, make, file, template, language, public)


@report.command()
def monthly(
    workspace: WorkspacePath,
    month: Annotated[str, typer.Argument(help=_("Month, as 2026-08."))],
    file: File,
    organisation: Whose = None,
    template: Template = None,
    language: Language = "en",
    public: Public = False,
    as_of: AsOf = None,
) -> None:
    """Report one month: work, finds, accidents, quality, and the area balance from opening to closing."""
    from landrelease.report.operator_report import monthly_report

    def make(register: "Register", accounts: "Accounts") -> "OperatorReport":
        return monthly_report(register, accounts, month, organisation)

    _write(workspace, as_of, make, file, template, language, public)


@report.command()
def template(
    kind: Annotated[ReportKind, typer.Argument(help=_("completion, daily or monthly."))],
    file: Annotated[Path, typer.Argument(help=_("Word document (.docx) to write."))],
) -> None:
    """Write a plain Word template of a report, to make the authority's own from."""
    from landrelease.report.word_template import write_template

    write_template(kind, file)
    say(_("Template in {file}; docs/formats/report-context-v1.md lists what it can show").format(file=file))


def _write(
    workspace: Path, as_of: str | None, make: "Callable[[Register, Accounts], OperatorReport]", file: Path,
    template: Path | None, language: str, public: bool,
) -> None:  # fmt: skip
    from landrelease.i18n import language as speaking
    from landrelease.land.accounts import build_accounts
    from landrelease.report.data import Audience
    from landrelease.report.operator_document import write_operator_report
    from landrelease.report.operator_report import for_report_audience
    from landrelease.study import register_of

    with opened_workspace(workspace) as opened, progress_bars() as bars, speaking(language):
        register = register_of(opened, as_of)
        made = make(register, build_accounts(register, progress=bars))
        audience = Audience.PUBLIC if public else Audience.RESTRICTED
        write_operator_report(for_report_audience(made, audience), file, language, template)
    if not made.statements:
        told = {"organisation": made.organisation_name, "period": f"{made.start} – {made.end}"}
        print_findings([Finding(ErrorCode.REPORT_NOTHING, told)])
    say(_("{title} in {file}").format(title=made.kind.label, file=file))
