"""Commands on plain tables of events: estimate a hazard map, judge maps on another table."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landrelease.cli.common import Json, OutFolder, Seed
from landrelease.i18n import _
from landrelease.terminal import print_findings, print_json, print_pairs, print_rows, progress_bars, say

if TYPE_CHECKING:
    from landrelease.table_study import TableResult

Events = Annotated[
    str,
    typer.Option(
        help=_("Columns of longitude, latitude and, where there is one, the date: lon,lat,date; or geometry,date.")
    ),
]
Cell = Annotated[float, typer.Option(help=_("Side of a cell, m."))]
Kind = Annotated[str | None, typer.Option(help=_("Column that says what kind of event a row is."))]
Target = Annotated[
    str | None, typer.Option(help=_("Value of that column that the map should foresee; 'accident' when left out."))
]
Region = Annotated[
    Path | None, typer.Option(help=_("Layer with the region's outline; else the ground around the events."))
]
Method = Annotated[str, typer.Option(help=_("field, kernel_tuned, kernel or distance."))]
Draws = Annotated[int, typer.Option(help=_("Draws for the intervals; 0 for none."))]
Crs = Annotated[str, typer.Option(help=_("Coordinate system of the two columns."))]
Decimal = Annotated[str, typer.Option(help=_("Decimal sign of the two columns: . or ,"))]
DateForm = Annotated[
    str | None, typer.Option(help=_("Form of dates that are not 2015, 2015-03 or 2015-03-31: %d/%m/%Y."))
]
SkipBadRows = Annotated[
    bool, typer.Option("--skip-bad-rows", help=_("Leave out rows that cannot be read; they are counted and named."))
]


def estimate(
    file: Annotated[Path, typer.Argument(help=_("Table of events: CSV, GeoPackage, GeoJSON."))],
    events: Events,
    out: OutFolder = Path("hazard"),
    cell: Cell = 1_000.0,
    kind: Kind = None,
    target: Target = None,
    region: Region = None,
    method: Method = "field",
    draws: Draws = 30,
    seed: Seed = 1,
    crs: Crs = "EPSG:4326",
    decimal: Decimal = ".",
    date_form: DateForm = None,
    skip_bad_rows: SkipBadRows = False,
    no_scores: Annotated[bool, typer.Option("--no-scores", help=_("Only the map, without judging it."))] = False,
    json_: Json = False,
) -> None:
    """Estimate a hazard map from any table of events, and judge it beside the baselines."""
    from landrelease.exchange.points import PointColumns
    from landrelease.table_study import EstimateSettings, estimate_table

    columns = PointColumns.of_option(events, kind=kind, crs=crs, decimal=decimal, date_form=date_form)
    settings = EstimateSettings(cell, target, method, draws, seed, judge=not no_scores)
    with progress_bars() as bars:
        result = estimate_table(
            file, out, columns, settings, region=region, skip_bad_rows=skip_bad_rows, today=_today(), progress=bars
        )
    _show(result, _("Estimate from {file}").format(file=file.name), json_)


def evaluate(
    train: Annotated[Path, typer.Argument(help=_("Table to learn from."))],
    test: Annotated[Path, typer.Argument(help=_("Table to judge on."))],
    events: Events,
    out: OutFolder = Path("evaluation"),
    cell: Cell = 1_000.0,
    blocks: Annotated[
        str | None, typer.Option(help=_("Column of districts: a second table hides each district in turn."))
    ] = None,
    kind: Kind = None,
    target: Target = None,
    region: Region = None,
    draws: Draws = 30,
    seed: Seed = 1,
    crs: Crs = "EPSG:4326",
    decimal: Decimal = ".",
    date_form: DateForm = None,
    skip_bad_rows: SkipBadRows = False,
    json_: Json = False,
) -> None:
    """Judge maps made from one table on the events of another, beside the baselines."""
    from landrelease.exchange.points import PointColumns
    from landrelease.table_study import EstimateSettings, evaluate_tables

    columns = PointColumns.of_option(events, kind=kind, block=blocks, crs=crs, decimal=decimal, date_form=date_form)
    settings = EstimateSettings(cell, target, draws=draws, seed=seed)
    with progress_bars() as bars:
        result = evaluate_tables(
            train, test, out, columns, settings, region=region, skip_bad_rows=skip_bad_rows, today=_today(),
            progress=bars,
        )  # fmt: skip
    _show(result, _("{test} judged on maps from {train}").format(test=test.name, train=train.name), json_)


def _today() -> str:
    from datetime import UTC, datetime

    return datetime.now(UTC).date().isoformat()


def _show(result: "TableResult", title: str, json_: bool) -> None:
    from landrelease.report.hazard_figures import split_title
    from landrelease.report.hazard_files import shown_scores

    if json_:
        print_json({"files": result.files, "scores": result.scores, "facts": result.facts, "findings": result.findings})
        return
    print_pairs(title, result.facts)
    for evaluation in result.evaluations:
        head, rows = shown_scores(evaluation, intervals=False)
        plain = [[text.replace("\N{NARROW NO-BREAK SPACE}", ",") for text in row] for row in rows]
        print_rows(split_title(evaluation), [dict(zip(head, row, strict=True)) for row in plain])
        say(evaluation.statement)
    print_findings(result.findings)
    print_pairs(_("Files"), result.files)
