"""Survey design: transects, chances and spacing, flagging, density, boxes, value of a survey."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landrelease.cli.common import AsOf, Json, OutFolder, Seed, Valid
from landrelease.cli.hazard_answers import Area, Baseline, PolygonFile, estimate_of, numbers, place_of
from landrelease.i18n import _
from landrelease.terminal import print_findings, print_json, print_pairs, print_rows, progress_bars, say

if TYPE_CHECKING:
    from landrelease.survey.anomalies import AnomalySurvey
    from landrelease.survey.detection import DetectionChance
    from landrelease.survey.target import TargetArea, TransectSpacing, WindowTest

survey = typer.Typer(
    no_args_is_help=True,
    help=_("Design surveys: transects and what they find, density maps, boxes around evidence, what looking is worth."),
)

HECTARE_M2 = 10_000.0

Gap = Annotated[float, typer.Option("--spacing", help=_("Gap between neighbouring swaths, edge to edge, m."))]
Swath = Annotated[float, typer.Option(help=_("Width that is seen on a transect, m."))]
Pattern = Annotated[str, typer.Option(help=_("parallel, square or rectangular."))]
Across = Annotated[float | None, typer.Option("--across", help=_("Gap of the second set of a rectangular pattern, m."))]
Length = Annotated[float, typer.Option(help=_("Longer axis of the target area, m."))]
Width = Annotated[float, typer.Option(help=_("Shorter axis of the target area, m."))]
Density = Annotated[
    float, typer.Option(help=_("Anomalies a hectare above background: at the centre, or everywhere with --uniform."))
]
Background = Annotated[float, typer.Option(help=_("Anomalies a hectare of the background."))]
Uniform = Annotated[
    bool, typer.Option("--uniform", help=_("Anomalies of the target lie evenly, not densest at its centre."))
]
Window = Annotated[
    float | None, typer.Option(help=_("Length of a window, m; by default nine tenths of the shorter axis."))
]
Missed = Annotated[float, typer.Option(help=_("Share of anomalies that the detector passes over."))]
Significance = Annotated[float, typer.Option(help=_("A window is flagged where its count is less likely than this."))]
Error = Annotated[float, typer.Option(help=_("The simulation stops where the error of the chance is below this."))]
Columns = Annotated[str, typer.Option(help=_("Columns of longitude and latitude of the anomalies, or geometry."))]
Lines = Annotated[Path, typer.Option("--transects", help=_("Layer with the transects that were walked."))]
Diameter = Annotated[float, typer.Option("--window", help=_("Diameter of the circular window, m."))]
Known = Annotated[
    float | None, typer.Option("--background", help=_("Anomalies a hectare of the background; else estimated."))
]
Least = Annotated[float, typer.Option(help=_("Smallest area that is kept, m²."))]


@survey.command()
def transects(
    polygon: Annotated[Path, typer.Argument(help=_("Layer with the ground to survey."))],
    spacing: Gap,
    swath: Swath,
    pattern: Pattern = "parallel",
    across: Across = None,
    bearing: Annotated[
        float | None, typer.Option(help=_("True bearing of the transects; else the longest side."))
    ] = None,
    start_line: Annotated[
        Path | None, typer.Option(help=_("Layer with a line from which the transects leave at right angles."))
    ] = None,
    obstacles: Annotated[Path | None, typer.Option(help=_("Layer of what nobody walks over."))] = None,
    margin: Annotated[float, typer.Option(help=_("Distance kept from obstacles, m."))] = 0.0,
    offset: Annotated[
        float | None,
        typer.Option(help=_("Where the first swath begins, from 0 to 1 of the pitch; else drawn from the seed.")),
    ] = None,
    declination: Annotated[
        float | None, typer.Option(help=_("Magnetic declination, degrees, east positive; adds magnetic bearings."))
    ] = None,
    title: Annotated[str | None, typer.Option(help=_("Title of the sheet; by default the file's name."))] = None,
    seed: Seed = 1,
    out: OutFolder = Path("transects"),
    json_: Json = False,
) -> None:
    """Lay transects over ground: layers, waypoints and tracks for a receiver, a printed sheet."""
    from landrelease.exchange.plain_layers import read_areas, read_lines, read_shapes
    from landrelease.report.transect_files import write_transects
    from landrelease.report.transect_sheet import TransectSheet
    from landrelease.survey.ground import survey_ground
    from landrelease.survey.transects import design_transects

    ground = survey_ground(read_areas(polygon), list(read_shapes(obstacles)) if obstacles else (), margin)
    line = read_lines(start_line)[0] if start_line else None
    design = design_transects(
        ground, _spacing(spacing, swath, pattern, across), bearing_degrees=bearing, start_line=line,
        offset_share=offset, seed=seed,
    )  # fmt: skip
    files = write_transects(TransectSheet(design, title or polygon.stem, declination), out)
    facts = {
        "legs": len(design.legs), "length_m": round(design.length_m, 1), "onward_m": round(design.onward_m, 1),
        "covered_share": round(design.covered_share, 5), "bearing_degrees": round(design.bearing_degrees, 2),
        "covered_m2": round(design.covered_m2), "walkable_m2": round(design.walkable_m2),
    }  # fmt: skip
    if json_:
        print_json({**facts, "files": [str(file) for file in files], "findings": design.findings})
        return
    names = {
        "legs": _("Legs"), "length_m": _("Length of all legs, m"), "onward_m": _("Moves between legs, m"),
        "covered_share": _("Share of the ground covered"), "bearing_degrees": _("True bearing, degrees"),
        "covered_m2": _("Ground covered, m²"), "walkable_m2": _("Ground that can be walked, m²"),
    }  # fmt: skip
    print_pairs(_("Transects over {file}").format(file=polygon.name), {names[key]: each for key, each in facts.items()})
    print_findings(design.findings)
    print_pairs(_("Files"), {file.name: str(file) for file in files})


@survey.command()
def detect(
    length: Length, width: Width, spacing: Gap, swath: Swath, density: Density, background: Background,
    uniform: Uniform = False, pattern: Pattern = "parallel", across: Across = None, window: Window = None,
    missed: Missed = 0.0, significance: Significance = 0.05, max_error: Error = 0.005, seed: Seed = 1,
    json_: Json = False,
) -> None:  # fmt: skip
    """Chance that transects cross a target area, and that they cross and detect it."""
    from landrelease.survey.detection import chance_to_detect

    target, test = _looked_for(length, width, density, uniform, background, window, missed, significance)
    with progress_bars() as bars:
        found = chance_to_detect(
            target, _spacing(spacing, swath, pattern, across), test, seed=seed, max_error=max_error, false_alarm=True,
            progress=bars,
        )  # fmt: skip
    if json_:
        print_json(_chances(found))
        return
    print_pairs(
        _("Target area of {length} by {width} m").format(length=f"{length:g}", width=f"{width:g}"), _said(found)
    )
    print_findings(found.findings)


@survey.command("spacing")
def spacing_(
    length: Length, width: Width, swath: Swath,
    chance: Annotated[float, typer.Option(help=_("Wanted chance, between 0 and 1."))],
    density: Density = 0.0, background: Background = 0.0, uniform: Uniform = False, pattern: Pattern = "parallel",
    across: Annotated[
        float | None, typer.Option(help=_("Gap of the second set of a rectangular pattern where the first is 1 m."))
    ] = None,
    window: Window = None, missed: Missed = 0.0, significance: Significance = 0.05,
    precision: Annotated[float, typer.Option(help=_("Gaps are multiples of this, m."))] = 5.0,
    cross_only: Annotated[bool, typer.Option("--cross-only", help=_("To cross it, detected or not."))] = False,
    max_error: Error = 0.005, seed: Seed = 1, json_: Json = False,
) -> None:  # fmt: skip
    """Widest gap between transects that still gives a wanted chance."""
    from landrelease.survey.crossing import spacing_to_cross
    from landrelease.survey.spacing import spacing_to_detect

    target, test = _looked_for(length, width, density, uniform, background, window, missed, significance)
    wanted = _spacing(1.0, swath, pattern, across)
    if cross_only:
        gap = spacing_to_cross(target, wanted, chance)
        print_json({"spacing_m": gap}) if json_ else say(_("Gap to cross it: {gap} m").format(gap=f"{gap:.2f}"))
        return
    with progress_bars() as bars:
        found = spacing_to_detect(
            target, wanted, test, chance, seed=seed, precision_m=precision, max_error=max_error, progress=bars
        )
    tried = [
        {"spacing_m": gap_m, "chance": one.chance, "error": one.error, "runs": one.runs} for gap_m, one in found.tried
    ]
    if json_:
        print_json({"spacing_m": found.transects.spacing_m, "detection": _chances(found.detection), "tried": tried})
        return
    names = {"spacing_m": _("Gap, m"), "chance": _("Chance to detect"), "error": _("Error"), "runs": _("Runs")}
    print_rows(_("Gaps tried"), [{names[key]: each for key, each in row.items()} for row in tried])
    print_pairs(_("Gap of {gap} m").format(gap=f"{found.transects.spacing_m:g}"), _said(found.detection))


@survey.command()
def flag(
    anomalies: Annotated[Path, typer.Argument(help=_("Table of anomalies."))],
    lines: Lines, swath: Swath, diameter: Diameter, columns: Columns = "longitude,latitude", background: Known = None,
    significance: Significance = 0.05,
    critical: Annotated[
        float | None, typer.Option(help=_("Anomalies a hectare that flag a window whatever the test."))
    ] = None,
    least: Least = 0.0,
    out: Annotated[Path, typer.Option(help=_("GeoPackage for windows and areas."))] = Path("flags.gpkg"),
    json_: Json = False,
) -> None:  # fmt: skip
    """Flag target areas from the anomalies of transects: the window test, and beside it false-discovery control."""
    from landrelease.exchange.writing import write_frame
    from landrelease.survey.flagging import flag_windows

    known = _anomaly_survey(anomalies, columns, lines, swath, diameter)
    level = known.windows.background_per_m2() if background is None else background / HECTARE_M2
    flags = flag_windows(known.windows, level, significance, None if critical is None else critical / HECTARE_M2)
    write_frame(known.windows_frame(flags), out, "windows")
    areas = known.flagged_frame(flags, least)
    write_frame(areas, out, "areas")
    by = {str(name): int(count) for name, count in areas.groupby("test").size().items()}
    facts = {
        "windows": len(flags.p_value), "background_per_hectare": level * HECTARE_M2,
        "classic": int(flags.classic.sum()),
        "expected_false": round(flags.expected_false, 1), "controlled": int(flags.controlled.sum()), "areas": by,
    }  # fmt: skip
    if json_:
        print_json({**facts, "file": str(out), "findings": flags.findings})
        return
    print_pairs(
        _("Windows of {file}").format(file=anomalies.name),
        {_("Windows"): facts["windows"], _("Background, a hectare"): facts["background_per_hectare"],
         _("Flagged by the window test"): facts["classic"],
         _("of these by chance, about"): facts["expected_false"],
         _("Flagged with false discoveries controlled"): facts["controlled"],
         _("Areas"): ", ".join(f"{name} {count}" for name, count in by.items()) or _("none"), _("File"): str(out)},
    )  # fmt: skip
    print_findings(flags.findings)


@survey.command()
def density(
    anomalies: Annotated[Path, typer.Argument(help=_("Table of anomalies."))],
    lines: Lines, swath: Swath, diameter: Diameter, columns: Columns = "longitude,latitude", background: Known = None,
    cell: Annotated[float | None, typer.Option(help=_("Side of a cell, m; by default a sixth of the window."))] = None,
    model: Annotated[
        str | None, typer.Option(help=_("spherical, exponential, gaussian or power; else the one that fits best."))
    ] = None,
    least: Least = 0.0, out: OutFolder = Path("density"), json_: Json = False,
) -> None:  # fmt: skip
    """Map the density of anomalies by kriging, and delineate where it stands out from the background."""
    from landrelease.exchange.raster import write_cog
    from landrelease.exchange.writing import write_frame
    from landrelease.report.files import replacing_folder
    from landrelease.survey.density import density_map
    from landrelease.survey.variogram import VariogramModel

    known = _anomaly_survey(anomalies, columns, lines, swath, diameter)
    level = known.windows.background_per_m2() if background is None else background / HECTARE_M2
    made = density_map(
        known.windows, known.grid(cell), None if model is None else _term(VariogramModel, model, "model")
    )
    areas = known.areas_frame({"density": made.areas(level, least)})
    with replacing_folder(out) as draft:
        write_cog(made.per_m2 * HECTARE_M2, made.grid, draft / "density.tif", _("Anomalies a hectare"))
        write_frame(areas, draft / "areas.gpkg", "areas")
    facts = {
        "windows": len(known.windows.count), "background_per_hectare": level * HECTARE_M2,
        "model": made.variogram.model.value, "nugget": made.variogram.nugget, "scale": made.variogram.scale,
        "reach": made.variogram.reach, "areas": len(areas), "areas_m2": float(areas["area_m2"].sum()),
    }  # fmt: skip
    if json_:
        print_json({**facts, "folder": str(out), "findings": known.windows.findings})
        return
    print_pairs(
        _("Density of {file}").format(file=anomalies.name),
        {_("Windows"): facts["windows"], _("Background, a hectare"): facts["background_per_hectare"],
         _("Variogram"): made.variogram.model.label, _("Range, m, or exponent"): made.variogram.reach,
         _("Areas that stand out"): facts["areas"], _("Their ground, m²"): facts["areas_m2"], _("Folder"): str(out)},
    )  # fmt: skip
    print_findings(known.windows.findings)


@survey.command()
def boxes(
    at: Annotated[list[str], typer.Option(help=_("Longitude,latitude of an evidence point; may be repeated."))],
    results: Annotated[
        Path | None,
        typer.Option(help=_("Table with the columns column, row, result: evidence, nothing, not_accessible.")),
    ] = None,
    within: Annotated[Path | None, typer.Option(help=_("Layer with the ground of the survey."))] = None,
    box: Annotated[float | None, typer.Option(help=_("Side of a box, m; by default the profile's."))] = None,
    fade_out: Annotated[
        float | None, typer.Option(help=_("Fade-out distance, m; by default the profile's for strikes."))
    ] = None,
    profile: Annotated[Path | None, typer.Option(help=_("Standards profile; by default the built-in one."))] = None,
    out: Annotated[Path, typer.Option(help=_("File for the boxes: .gpkg, .geojson or .csv."))] = Path("boxes.gpkg"),
    json_: Json = False,
) -> None:
    """Box-by-box survey around evidence points: which boxes are due, and whether the survey is complete."""
    from landrelease.exchange.plain_layers import read_areas
    from landrelease.exchange.writing import write_frame
    from landrelease.profile import load_profile
    from landrelease.survey.boxes import box_state, box_survey, told_results

    standards = load_profile(profile)
    places = [[*numbers(one), float("nan")][:2] for one in at]
    made = box_survey(
        [(place[0], place[1]) for place in places], box or standards.survey.box_m,
        fade_out or standards.land.fade_out_m.strike, read_areas(within) if within else None,
    )  # fmt: skip
    state = box_state(made, told_results(results.read_text("utf-8-sig")) if results else ())
    write_frame(state.frame(), out, "boxes")
    facts = {
        "complete": state.complete,
        "due": state.due,
        "confirmed_m2": round(state.confirmed.area),
        "file": str(out),
    }
    if json_:
        print_json(facts)
        return
    due = "; ".join(f"{column}, {row}" for column, row in state.due)
    print_pairs(
        _("Boxes of {side} m").format(side=f"{made.box_m:g}"),
        {_("Complete"): state.complete, _("To be surveyed (column, row)"): due or _("none"),
         _("Confirmed ground, m²"): facts["confirmed_m2"], _("File"): str(out)},
    )  # fmt: skip


@survey.command()
def value(
    workspace: Annotated[Path | None, typer.Argument(help=_("Folder of a workspace whose estimate is asked."))] = None,
    polygon: PolygonFile = None,
    area: Area = None,
    items: Annotated[
        str | None,
        typer.Option(help=_("Instead of a workspace: expected items, one number or draws, as in 0.1,0.4,2.")),
    ] = None,
    ground_m2: Annotated[float | None, typer.Option(help=_("Instead of a polygon: area of the ground, m²."))] = None,
    area_value: Annotated[float, typer.Option(help=_("Value of a hectare in use."))] = 0.0,
    item_loss: Annotated[float, typer.Option(help=_("Loss from an item left in released ground."))] = 0.0,
    waiting_loss: Annotated[float, typer.Option(help=_("Loss from an item while the ground waits."))] = 0.0,
    clearance_day: Annotated[float, typer.Option(help=_("Price of a clearance team's day."))] = 0.0,
    clearance_m2: Annotated[float, typer.Option(help=_("Ground that it clears in a day, m²."))] = 500.0,
    survey_day: Annotated[float, typer.Option(help=_("Price of a survey team's day."))] = 0.0,
    survey_m2: Annotated[float, typer.Option(help=_("Ground that it surveys in a day, m²."))] = 6_000.0,
    share: Annotated[float, typer.Option(help=_("Share of the ground that the survey searches."))] = 0.1,
    chance: Annotated[float, typer.Option(help=_("Chance that the survey sees an item where it searches."))] = 0.85,
    baseline: Baseline = False,
    as_of: AsOf = None,
    valid: Valid = None,
    json_: Json = False,
) -> None:
    """What looking at ground is worth before it is decided on: expected gain, cost, best action now."""
    from landrelease.survey.value import CountLook, StatedPrices, polygon_survey_value, survey_value

    if (workspace is None) == (items is None) or (items is None) != (ground_m2 is None):
        raise typer.BadParameter(_("name a workspace with a polygon or an area, or --items with --ground-m2"))
    prices = StatedPrices(
        area_value / HECTARE_M2, item_loss, clearance_day, clearance_m2, survey_day, survey_m2, waiting_loss
    )
    look = CountLook(share, chance)
    if workspace is None:
        found = survey_value(numbers(items), float(ground_m2 or 0), prices, look)
    else:
        known = estimate_of(workspace, as_of, valid, baseline)
        found = polygon_survey_value(known.surface, place_of(known, polygon, area), prices, look)
    facts = {
        "gain": found.gain, "cost": found.cost, "net": found.net, "ceiling": found.ceiling, "changes": found.changes,
        "action_now": found.action_now.value, "values_now": {a.value: each for a, each in found.values_now.items()},
    }  # fmt: skip
    if json_:
        print_json({**facts, "findings": found.findings})
        return
    print_pairs(
        _("Value of looking"),
        {_("Expected gain"): found.gain, _("Cost of looking"): found.cost, _("Net"): found.net,
         _("Gain of knowing exactly"): found.ceiling, _("Chance that looking changes the action"): found.changes,
         _("Best action now"): found.action_now.label,
         **{action.label: each for action, each in found.values_now.items()}},
    )  # fmt: skip
    print_findings(found.findings)


def _spacing(spacing: float, swath: float, pattern: str, across: float | None) -> "TransectSpacing":
    from landrelease.survey.target import TransectPattern, TransectSpacing

    return TransectSpacing(spacing, swath, _term(TransectPattern, pattern, "pattern"), across)


def _term(terms: Any, value: str, name: str) -> Any:
    from landrelease.survey.target import check

    check(name, value, value in list(terms), ", ".join(terms))
    return terms(value)


def _looked_for(
    length: float, width: float, density: float, uniform: bool, background: float, window: float | None, missed: float,
    significance: float,
) -> "tuple[TargetArea, WindowTest]":  # fmt: skip
    from landrelease.survey.target import Spread, TargetArea, WindowTest

    spread = Spread.UNIFORM if uniform else Spread.NORMAL
    target = TargetArea(length, width, density / HECTARE_M2, spread)
    return target, WindowTest(background / HECTARE_M2, window, significance, missed)


def _chances(found: "DetectionChance") -> dict[str, Any]:
    return {
        "chance": found.chance, "low": found.low, "high": found.high, "error": found.error, "runs": found.runs,
        "to_cross": found.to_cross, "flag_count": found.flag_count, "background_mean": found.background_mean,
        "false_window": found.false_window, "false_alarm": found.false_alarm, "findings": list[Any](found.findings),
    }  # fmt: skip


def _said(found: "DetectionChance") -> dict[str, Any]:
    said = {
        _("Chance to cross it"): found.to_cross, _("Chance to cross and detect it"): found.chance,
        _("95 % interval"): f"{found.low:.4f} – {found.high:.4f}", _("Runs"): found.runs,
        _("Anomalies of the background in a window"): found.background_mean,
        _("A window is flagged from"): found.flag_count,
        _("Chance that background alone flags a window"): found.false_window,
    }  # fmt: skip
    return said if found.false_alarm is None else said | {_("... or any window of such a site"): found.false_alarm}


def _anomaly_survey(anomalies: Path, columns: str, lines: Path, swath: float, diameter: float) -> "AnomalySurvey":
    from landrelease.exchange.plain_layers import read_lines
    from landrelease.exchange.points import PointColumns, read_points
    from landrelease.survey.anomalies import anomaly_survey

    table = read_points(anomalies, PointColumns.of_option(columns), anywhere=True)
    return anomaly_survey(table.longitude, table.latitude, read_lines(lines), swath, diameter)
