"""Sampling on the command line: design a sample, draw it, judge it; what remains, and seeded items."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landrelease.cli.common import Json, Seed, opened_workspace
from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.terminal import print_findings, print_json, print_pairs, print_rows, progress_bars, say

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from landrelease.hazard.chances import ChanceToSee
    from landrelease.survey.designs import Design
    from landrelease.survey.drawing import Lot
    from landrelease.survey.verdict import Judgeable

samples = typer.Typer(
    no_args_is_help=True,
    help=_("Inspect finished land by sample: design, draw, verdict, what remains, seeded items. Releases no land."),
)

Confidence = Annotated[float, typer.Option(help=_("Wanted chance to catch what the design is made for."))]
Chance = Annotated[
    float | None, typer.Option("--chance", help=_("Chance to see an item in an inspected unit, taken as known."))
]
Trial = Annotated[str | None, typer.Option(help=_("Trial of the inspectors, found of targets, as in 19/20."))]
Picture = Annotated[Path | None, typer.Option("--out", help=_("File for the picture: .svg or .png."))]
UnitArea = Annotated[float, typer.Option("--unit-m2", help=_("Area of a unit, m²."))]


@samples.command()
def design(
    method: Annotated[
        str, typer.Option(help=_("accept-on-zero, discovery, presumptively-clean or combined."))
    ] = "accept-on-zero",
    units: Annotated[int | None, typer.Option(help=_("Units in the lot."))] = None,
    area_m2: Annotated[float | None, typer.Option("--area-m2", help=_("Area of the lot instead, m²."))] = None,
    unit_m2: UnitArea = 25.0,
    confidence: Confidence = 0.95,
    clean_share: Annotated[float, typer.Option(help=_("Share of units that is wanted free of items."))] = 0.99,
    form: Annotated[str, typer.Option(help=_("approximate, exact or exact_at_share."))] = "approximate",
    bad_share: Annotated[float, typer.Option(help=_("Discovery: share of bad units to discover."))] = 0.01,
    targeted: Annotated[int, typer.Option(help=_("Combined: units chosen beforehand."))] = 0,
    odds: Annotated[float, typer.Option(help=_("Combined: odds of a targeted unit against another's."))] = 1.0,
    width_m: Annotated[float, typer.Option("--width-m", help=_("Presumptively clean: width of a transect."))] = 1.0,
    length_m: Annotated[float, typer.Option("--length-m", help=_("Presumptively clean: its length."))] = 100.0,
    chance: Chance = None,
    trial: Trial = None,
    design_effect: Annotated[float, typer.Option(help=_("How far missed items lie together; 1: by themselves."))] = 1.0,
    save: Annotated[Path | None, typer.Option(help=_("File that keeps the design for its verdict: .json."))] = None,
    out: Picture = None,
    json_: Json = False,
) -> None:
    """How many units to inspect, what that supports, and with what chance it would accept bad land."""
    from landrelease.survey.combined import combine
    from landrelease.survey.discovery import discover
    from landrelease.survey.parcels import presumptively_clean
    from landrelease.survey.sampling import SampleForm, accept_on_zero

    if form not in list(SampleForm):
        raise fail(ErrorCode.SURVEY_PARAMETER, name="form", value=form, wanted=", ".join(SampleForm))
    seen, size = _seen(chance, trial), SampleForm(form)
    if method == "presumptively-clean":
        area = area_m2 if area_m2 is not None else (units or 0) * unit_m2
        made: Any = presumptively_clean(
            area, unit_m2, confidence, clean_share, width_m=width_m, length_m=length_m, form=size, seen=seen
        )
    elif method == "discovery":
        made = discover(_units(units, area_m2, unit_m2), bad_share, confidence, seen)
    elif method == "combined":
        made = combine(_units(units, area_m2, unit_m2), targeted, confidence, clean_share, odds, seen)
    elif method == "accept-on-zero":
        made = accept_on_zero(_units(units, area_m2, unit_m2), confidence, clean_share, size, seen)
    else:
        raise fail(ErrorCode.SURVEY_PARAMETER, name="method", value=method, wanted=_("a design that is known"))
    kept = made.parcels if method == "presumptively-clean" else made
    items = _by_items(kept, design_effect)
    if save:
        _save(kept, save)
    extra = {"transects": made.transects, "walked_m": made.walked_m} if method == "presumptively-clean" else {}
    _show(made, out, json_, {"sample": kept.sample, "attained": kept.attained, **extra}, items)


@samples.command()
def draw(
    polygon: Annotated[Path, typer.Option(help=_("Layer with the ground of the lot."))],
    unit_m2: UnitArea = 25.0,
    random: Annotated[int, typer.Option(help=_("Units to draw at random."))] = 0,
    targets: Annotated[Path | None, typer.Option(help=_("Layer with ground to inspect in any case."))] = None,
    workspace: Annotated[Path | None, typer.Option(help=_("Workspace whose hazard estimate chooses targets."))] = None,
    targeted: Annotated[int, typer.Option(help=_("Units to choose by that estimate."))] = 0,
    baseline: Annotated[bool, typer.Option("--baseline", help=_("Use the best baseline map, not the field."))] = False,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(help=_("File for the units: .gpkg, .geojson, .csv or .xlsx."))] = None,
    json_: Json = False,
) -> None:
    """Units to inspect: drawn at random in a polygon, and targeted by a polygon or by the hazard estimate."""
    import numpy as np

    from landrelease.exchange.points import read_region
    from landrelease.exchange.writing import write_frame
    from landrelease.survey.drawing import draw as drawn_from
    from landrelease.survey.drawing import units_of

    if (workspace is None) != (targeted == 0):
        raise typer.BadParameter(_("name --workspace and --targeted together"))
    lot, chosen = units_of(read_region(polygon), unit_m2), np.empty(0, dtype=np.int64)
    told: dict[str, float] = {}
    if targets is not None:
        chosen = lot.meeting(read_region(targets))
        if not len(chosen):
            raise fail(ErrorCode.TARGETS_OUTSIDE, path=targets.name)
    if workspace is not None:
        highest_, told = _by_estimate(workspace, lot, targeted, baseline)
        chosen = np.union1d(chosen, highest_)
    made = drawn_from(lot, random, seed, chosen)
    if out:
        write_frame(made.frame(), out)
    pairs = {
        "units": len(lot), "targeted": len(made.targeted), "random": len(made.random),
        "area_m2": round(made.area_m2, 1), "seed": seed, **told,
    }  # fmt: skip
    if json_:
        frame = made.frame().drop(columns="geometry")
        print_json({**pairs, "drawn": frame.to_dict("records")})
        return
    print_pairs(_("Units to inspect"), pairs)
    if not out:
        say(_("Name a file with --out for the places."))


@samples.command()
def verdict(
    design_file: Annotated[Path, typer.Argument(help=_("Design that 'sample design --save' wrote."))],
    inspected: Annotated[int, typer.Option(help=_("Units inspected; of a combined design the random ones."))],
    items: Annotated[int, typer.Option(help=_("Items found, seeds not counted."))] = 0,
    targeted: Annotated[int, typer.Option(help=_("Targeted units inspected."))] = 0,
    seeds: Annotated[int, typer.Option(help=_("Seeded items in the inspected units."))] = 0,
    seeds_found: Annotated[int, typer.Option(help=_("How many of them were found."))] = 0,
    json_: Json = False,
) -> None:
    """What was found against the design: accepted or not, and why. Exit code 1 unless it is accepted."""
    from landrelease.survey.verdict import SampleResult, judge_sample

    made = judge_sample(_load(design_file), SampleResult(inspected, items, seeds, seeds_found, targeted))
    if json_:
        print_json(
            {"outcome": made.outcome.value, "accepted": made.accepted, "reason": made.reason,
             "attained": made.attained, "findings": [finding.as_dict() for finding in made.findings]}
        )  # fmt: skip
    else:
        say(made.outcome.label + ".")
        if made.accepted:
            say(made.reason)
        print_findings(list(made.findings))
    if not made.accepted:
        raise typer.Exit(1)


@samples.command()
def remaining(
    most_items: Annotated[int, typer.Option(help=_("Items that may remain."))],
    confidence: Confidence = 0.95,
    prior_most: Annotated[
        int | None, typer.Option(help=_("Belief before: at most so many items, with --prior-probability."))
    ] = None,
    prior_probability: Annotated[float | None, typer.Option(help=_("Probability of that belief."))] = None,
    shape: Annotated[float, typer.Option(help=_("Shape of the belief; 2: a lesser chance of half as many."))] = 2.0,
    site_m2: Annotated[float | None, typer.Option("--site-m2", help=_("Area of the site, m²."))] = None,
    unit_m2: Annotated[float, typer.Option("--unit-m2", help=_("Area of a transect, m²."))] = 100.0,
    chance: Chance = None,
    trial: Trial = None,
    out: Picture = None,
    json_: Json = False,
) -> None:
    """Share of a site to survey so that, with nothing found, at most so many items remain."""
    from landrelease.survey.remaining import prior_from_statement, survey_units
    from landrelease.survey.remaining_design import remaining_design

    if (prior_most is None) != (prior_probability is None):
        raise typer.BadParameter(_("name --prior-most and --prior-probability together"))
    prior = None
    if prior_most is not None and prior_probability is not None:
        prior = prior_from_statement(prior_most, prior_probability, shape)
    made = remaining_design(most_items, confidence, prior, _seen(chance, trial))
    told: dict[str, Any] = {"share": made.share, "attained": made.attained}
    if site_m2 is not None:
        told |= {"area_m2": made.share * site_m2, "transects": survey_units(made.share, site_m2, unit_m2)}
    _show(made, out, json_, told, [])


@samples.command()
def seeds(
    wanted: Annotated[float, typer.Option(help=_("Chance to see that the seeds are to show."))] = 0.95,
    confidence: Confidence = 0.95,
    units: Annotated[int | None, typer.Option(help=_("Units in the lot, to seed it before the draw."))] = None,
    sample: Annotated[int | None, typer.Option(help=_("Units that will be drawn."))] = None,
    placed: Annotated[int | None, typer.Option(help=_("Seeds in the inspected units."))] = None,
    found: Annotated[int | None, typer.Option(help=_("Seeds found: what does that say of the inspectors?"))] = None,
    level: Annotated[float, typer.Option(help=_("Chance that an interval is meant to hold."))] = 0.9,
    out: Picture = None,
    json_: Json = False,
) -> None:
    """How many items to seed, or what finding some of them says of those who inspect."""
    from landrelease.survey.seeds import seeds_for, seeds_to_place

    if (placed is None) != (found is None) or (units is None) != (sample is None):
        raise typer.BadParameter(_("name --placed and --found together, and --units and --sample"))
    if placed is not None and found is not None:
        _judge_seeds(found, placed, level, json_)
        return
    made = seeds_for(wanted, confidence)
    told: dict[str, Any] = {"seeds": made.seeds}
    if units is not None and sample is not None:
        told["seeded_units_before_the_draw"] = seeds_to_place(units, sample, made.seeds, confidence)
    _show(made, out, json_, told, [])


def _judge_seeds(found: int, placed: int, level: float, as_json: bool) -> None:
    from landrelease.errors import Finding
    from landrelease.survey.seeds import chance_from_seeds

    seen = chance_from_seeds(found, placed, level)
    missed = [Finding(ErrorCode.SEEDS_NOT_FOUND, {"missing": placed - found, "placed": placed})]
    findings = missed if found < placed else []
    told = {"mean": seen.mean, "low": seen.low, "high": seen.high, "level": level}
    if as_json:
        print_json({**told, "findings": [finding.as_dict() for finding in findings]})
    else:
        print_pairs(_("Chance to see, by the seeds"), told)
        print_findings(findings)
    if findings:
        raise typer.Exit(1)


def _units(units: int | None, area_m2: float | None, unit_m2: float) -> int:
    """Units of the lot, given as such or by its area."""
    import math

    if (units is None) == (area_m2 is None):
        raise typer.BadParameter(_("name the lot with --units or with --area-m2"))
    if units is not None:
        return units
    if not (unit_m2 > 0 and area_m2 is not None and area_m2 > 0):
        raise fail(ErrorCode.SURVEY_PARAMETER, name="area", value=(area_m2, unit_m2), wanted=_("greater than 0"))
    return math.ceil(area_m2 / unit_m2 - 1e-9)


def _seen(chance: float | None, trial: str | None) -> "ChanceToSee":
    from landrelease.hazard.chances import ChanceToSee, chance_from_trial
    from landrelease.survey.lots import CERTAIN

    if chance is not None and trial is not None:
        raise typer.BadParameter(_("name a chance or a trial"))
    if chance is not None:
        return ChanceToSee(chance)
    if trial is None:
        return CERTAIN
    try:
        found, targets = (int(each) for each in trial.split("/"))
    except ValueError:
        raise typer.BadParameter(_("give a trial as in 19/20")) from None
    return chance_from_trial(found, targets)


def _by_estimate(
    workspace: Path, lot: "Lot", targeted: int, baseline: bool
) -> tuple["NDArray[np.int64]", dict[str, float]]:
    """Units of most expected items, and what they are worth by the estimate."""
    from landrelease.study import hazard_answers
    from landrelease.survey.drawing import highest, odds_by_surface

    with opened_workspace(workspace) as opened, progress_bars() as bars:
        known = hazard_answers(opened, baseline=baseline, progress=bars)
    expected = lot.expected_items(known.surface)
    chosen = highest(expected, targeted)
    return chosen, {"odds_by_the_estimate": odds_by_surface(expected, chosen).value}


def _by_items(made: Any, effect: float) -> list[dict[str, Any]]:
    """Chance to catch a lot in which items were missed: by themselves, and lying together."""
    rows: list[dict[str, Any]] = []
    for items in (1, 2, 5, 10, 20):
        row = {_("items missed"): items, _("caught"): made.caught_items(items).value}
        if effect > 1:
            row[_("caught, lying together")] = made.caught_items(items, effect).value
        rows.append(row)
    return rows


def _show(made: "Design", out: Path | None, as_json: bool, told: dict[str, Any], items: list[dict[str, Any]]) -> None:
    """Print a design in words with its table, or as JSON, and write its picture."""
    from landrelease.report.sample_figure import characteristic_head, characteristic_rows, write_characteristic

    shown = made.characteristic()
    if out:
        write_characteristic(out, shown)
    if as_json:
        print_json(
            {"title": made.title, **told, "statement": made.statement, "assumptions": made.assumptions,
             "characteristic": shown.frame, "by_items": items,
             "findings": [finding.as_dict() for finding in made.findings]}
        )  # fmt: skip
        return
    say(made.title)
    say(made.statement)
    print_pairs(_("Design"), told)
    head = characteristic_head(shown)
    print_rows(_("Operating characteristic"), [dict(zip(head, row, strict=True)) for row in characteristic_rows(shown)])
    if items:
        print_rows(_("Chance to catch missed items"), items)
    for text in made.assumptions:
        say(f"- {text}")
    print_findings(list(made.findings))


def _save(made: "Judgeable", path: Path) -> None:
    from landrelease.report.files import replacing
    from landrelease.survey.design_text import design_to_values

    with replacing(path) as draft:
        draft.write_text(json.dumps(design_to_values(made), indent=1) + "\n", encoding="utf-8")


def _load(path: Path) -> "Judgeable":
    from landrelease.survey.design_text import design_from_values

    if not path.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=path)
    try:
        return design_from_values(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise fail(ErrorCode.SAMPLE_FILE_INVALID, path=path.name, problem=error) from None
