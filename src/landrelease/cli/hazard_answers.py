"""Questions about the hazard of a workspace: what a place holds, which parts hold most, why, and when to stop."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landrelease.cli.common import AsOf, Json, Valid, WorkspacePath, opened_workspace
from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.terminal import print_findings, print_json, print_pairs, print_rows, progress_bars, say

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from landrelease.hazard.answers import Answer
    from landrelease.study import HazardAnswers

questions = typer.Typer(
    no_args_is_help=True,
    help=_("Ask the hazard estimate: what a place holds, which parts hold most, why, and when to stop searching."),
)

PolygonFile = Annotated[Path | None, typer.Option("--polygon", help=_("Layer with the ground asked about."))]
Area = Annotated[str | None, typer.Option("--area", help=_("Subject of a hazardous area: its land as it stands."))]
Level = Annotated[float, typer.Option(help=_("Chance that an interval is meant to hold."))]
Baseline = Annotated[
    bool, typer.Option("--baseline", help=_("Ask the best baseline map, which has no intervals, and not the field."))
]


@questions.command()
def ask(
    workspace: WorkspacePath,
    polygon: PolygonFile = None,
    area: Area = None,
    searched: Annotated[
        float | None, typer.Option(help=_("Chance to see an item of a search of all of it that is not on record yet."))
    ] = None,
    found: Annotated[int, typer.Option(help=_("Items that this search found and removed."))] = 0,
    level: Level = 0.9,
    baseline: Baseline = False,
    as_of: AsOf = None,
    valid: Valid = None,
    json_: Json = False,
) -> None:
    """Expected items and chance of at least one item on a piece of ground, with intervals."""
    from landrelease.hazard.answers import expected_items, probability, residual
    from landrelease.hazard.residual import Search

    if searched is None and found:
        raise fail(ErrorCode.FINDS_IMPOSSIBLE, found=found)
    known = estimate_of(workspace, as_of, valid, baseline)
    place = place_of(known, polygon, area)
    answers = {
        "expected_items": expected_items(known.surface, place, level),
        "probability": probability(known.surface, place, level),
    }
    if searched is not None:
        answers["left"] = residual(known.surface, place, [Search(place, searched)], found, level)
    if json_:
        print_json({"day": known.day, **{name: _plain(answer) for name, answer in answers.items()}})
        return
    _tell(answers, known.day)
    print_findings(list({str(each): each for answer in answers.values() for each in answer.findings}.values()))


@questions.command("rank")
def rank_(
    workspace: WorkspacePath,
    by: Annotated[
        str, typer.Option(help=_("expected_items, probability or items_per_hectare; greatest first."))
    ] = "expected_items",
    most: Annotated[int, typer.Option(help=_("Parts to show; 0 for all."))] = 20,
    all_: Annotated[bool, typer.Option("--all", help=_("Released land as well."))] = False,
    out: Annotated[Path | None, typer.Option(help=_("File for all parts: .gpkg, .geojson, .csv or .xlsx."))] = None,
    level: Level = 0.9,
    baseline: Baseline = False,
    as_of: AsOf = None,
    valid: Valid = None,
    json_: Json = False,
) -> None:
    """Land parts in the order of what the estimate says of them, with intervals of their numbers and their ranks."""
    from landrelease.exchange.writing import write_frame
    from landrelease.hazard.ranking import RankBy, rank, unanswered
    from landrelease.report.hazard_layers import ON_HAND

    if by not in list(RankBy):
        raise fail(ErrorCode.HAZARD_PARAMETER, name="by", value=by, wanted=", ".join(RankBy))
    known = estimate_of(workspace, as_of, valid, baseline)
    parts = known.parts if all_ else known.parts[known.parts["release_status"].isin(ON_HAND)]
    ranked = rank(known.surface, parts, by, level)
    if out:
        write_frame(ranked, out)
    shown = (ranked.head(most) if most else ranked).to_dict("records")
    if json_:
        print_json({"day": known.day, "parts": [_ranked_row(row) for row in shown], "findings": unanswered(ranked)})
        return
    title = _("Parts by {by}, estimate of {day}, bounds of {level} %").format(
        by=RankBy(by).label, day=known.day, level=f"{100 * level:g}"
    )
    print_rows(title, [_ranked_line(row) for row in shown])
    print_findings(unanswered(ranked))


@questions.command("explain")
def explain_(
    workspace: WorkspacePath,
    polygon: PolygonFile = None,
    area: Area = None,
    at: Annotated[str | None, typer.Option(help=_("Longitude and latitude: the cell there, as in 36.5,48.2."))] = None,
    most: Annotated[int, typer.Option(help=_("Reasons told one by one."))] = 12,
    baseline: Baseline = False,
    as_of: AsOf = None,
    valid: Valid = None,
    json_: Json = False,
) -> None:
    """Which observations and covariates moved the estimate of a place, and by how much."""
    from landrelease.hazard.explain import explain

    known = estimate_of(workspace, as_of, valid, baseline, draws=False)
    place = _cell(known, at) if at else place_of(known, polygon, area)
    made = explain(known.surface, place, known.looks, known.at_year, most)
    if json_:
        reasons = [
            {"text": each.text, "kind": each.kind.value, "subject": each.subject, "factor": each.factor,
             "share": each.share, "entries": list(each.entries), "parts": [part.text for part in each.parts]}
            for each in made.reasons
        ]  # fmt: skip
        print_json(
            {"day": known.day, "method": made.method, "expected_items": made.expected_items, "area_m2": made.area_m2,
             "reference_per_m2": made.reference_per_m2, "reasons": reasons}
        )  # fmt: skip
        return
    for line in made.lines:
        say(line)


@questions.command()
def stop(
    prior: Annotated[float, typer.Option(help=_("Chance that one more mine lies beyond the last row."))],
    chance: Annotated[float, typer.Option(help=_("Chance that the search finds a mine that it meets."))],
    distances: Annotated[
        str | None, typer.Option(help=_("Metres from the last row to mines beyond it, of finished tasks: 4,8.5,12."))
    ] = None,
    searched: Annotated[
        float | None, typer.Option(help=_("How far beyond the rows those tasks searched, m; left out: far enough."))
    ] = None,
    mean: Annotated[float | None, typer.Option(help=_("Mean distance, m, where it is stated and not fitted."))] = None,
    out: Annotated[Path | None, typer.Option(help=_("File for the picture: .svg or .png."))] = None,
    level: Level = 0.9,
    json_: Json = False,
) -> None:
    """How the chance of one more mine falls with the distance searched beyond the last row."""
    from landrelease.hazard.residual import stop_limit
    from landrelease.hazard.stopping import StopRule, fit_stop_distance, stated_distance
    from landrelease.report.stop_figure import stop_head, stop_rows, write_stop_figure

    if (distances is None) == (mean is None):
        raise typer.BadParameter(_("name the distances of finished tasks, or a stated mean"))
    fitted = stated_distance(mean) if mean is not None else fit_stop_distance(numbers(distances), searched, level)
    rule, limit = StopRule(prior, fitted, chance), stop_limit(prior, chance)
    if out:
        write_stop_figure(rule, out)
    if json_:
        bounds = {"low_m": fitted.low_m, "high_m": fitted.high_m if fitted.high_m < float("inf") else None}
        print_json({"mean_m": fitted.mean_m, **bounds, "count": fitted.count, "limit": limit})
        return
    rows = [dict(zip(stop_head(), row, strict=True)) for row in stop_rows(rule)]
    print_rows(_("Chance of one more mine after a search without a find"), rows)


def numbers(text: str | None) -> list[float]:
    """Read numbers with commas between them."""
    try:
        return [float(each) for each in (text or "").split(",")]
    except ValueError:
        raise typer.BadParameter(_("give numbers with commas between them: 4,8.5,12")) from None


def estimate_of(
    workspace: Path, as_of: str | None, valid: str | None, baseline: bool, draws: bool = True
) -> "HazardAnswers":
    """Estimate of a workspace, to ask."""
    from landrelease.study import hazard_answers

    with opened_workspace(workspace) as opened, progress_bars() as bars:
        return hazard_answers(opened, as_of=as_of, valid_on=valid, baseline=baseline, draws=draws, progress=bars)


def place_of(known: "HazardAnswers", polygon: Path | None, area: str | None) -> "BaseGeometry":
    """Ground asked about, in the grid's system."""
    from landrelease.exchange.points import read_region
    from landrelease.geo.crs import from_wgs84

    if (polygon is None) == (area is None):
        raise typer.BadParameter(_("name the ground with --polygon or with --area"))
    shape = read_region(polygon) if polygon is not None else _land_of(known.parts, str(area))
    return from_wgs84(shape, known.surface.grid.crs)


def _land_of(parts: "gpd.GeoDataFrame", area: str) -> "BaseGeometry":
    of_area = parts[parts["area_id"] == area]
    if of_area.empty:
        raise fail(ErrorCode.AREA_UNKNOWN, area=area)
    return of_area.geometry.union_all()


def _cell(known: "HazardAnswers", at: str) -> tuple[int, int]:
    """Cell at a longitude and latitude."""
    import numpy as np
    import shapely

    from landrelease.geo.crs import from_wgs84

    try:
        lon, lat = (float(each) for each in at.split(","))
    except ValueError:
        raise typer.BadParameter(_("give longitude and latitude as in 36.5,48.2")) from None
    point = from_wgs84(shapely.Point(lon, lat), known.surface.grid.crs)
    if not (np.isfinite(point.x) and np.isfinite(point.y)):
        raise fail(ErrorCode.ANSWER_OUTSIDE_REGION)
    rows, columns = known.surface.grid.cells_of(np.array([point.x]), np.array([point.y]))
    return int(rows[0]), int(columns[0])


def _tell(answers: dict[str, "Answer"], day: str) -> None:
    names = {
        "expected_items": _("Expected items"), "probability": _("Chance of at least one item"),
        "left": _("Left after the search"),
    }  # fmt: skip
    rows: dict[str, Any] = {names[name]: answer.text for name, answer in answers.items()}
    last = answers.get("left", answers["expected_items"])
    if last.counts is not None:
        low, high = last.counts
        rows[_("Number of items, {level} %").format(level=f"{100 * last.level:g}")] = _("{low} to {high}").format(
            low=low, high=high
        )
    if last.chance_of_none is not None:
        rows[_("Chance of none")] = f"{last.chance_of_none:.3g}"
    print_pairs(_("Estimate of {day}").format(day=day), rows)


def _plain(answer: "Answer") -> dict[str, Any]:
    return {
        "value": answer.value, "low": answer.low, "high": answer.high, "level": answer.level, "unit": answer.unit.value,
        "counts": answer.counts, "chance_of_none": answer.chance_of_none, "known_share": answer.known_share,
        "effective_draws": answer.effective_draws, "findings": list[Any](answer.findings),
    }  # fmt: skip


def _ranked_row(row: dict[str, Any]) -> dict[str, Any]:
    """A part for machines: a missing figure is null."""
    names: Sequence[str] = (
        "rank", "rank_low", "rank_high", "part_id", "name", "release_status", "area_m2", "expected_items", "items_low",
        "items_high", "probability", "items_per_hectare",
    )  # fmt: skip
    return {name: None if row[name] != row[name] else row[name] for name in names}


def _ranked_line(row: dict[str, Any]) -> dict[str, str]:
    """A part for people: each figure with its bounds in one column."""
    from landrelease.report.wording import number, per_cent, significant

    def bounds(name: str) -> str:
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        return "" if low != low else f" ({number(low)}–{number(high)})"

    return {
        _("Rank"): number(row["rank"]) + bounds("rank"),
        _("Part"): str(row["part_id"]),
        _("Hectares"): significant(row["area_m2"] / 1e4),
        _("Expected items"): significant(row["expected_items"]) + bounds("items"),
        _("Chance of an item"): per_cent(row["probability"]),
    }
