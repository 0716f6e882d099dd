"""The sections of a study report, in the order in which they are read."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from landrelease.hazard.answers import WHOLE
from landrelease.i18n import N_, _
from landrelease.report import blocks
from landrelease.report.blocks import Block
from landrelease.report.data import PART_HAZARD_COLUMNS, StudyData, rows_of
from landrelease.report.figures import (
    BALANCE_LABELS,
    balance_figure,
    capture_figure,
    gantt_figure,
    image,
)
from landrelease.report.hazard_layers import ON_HAND
from landrelease.report.land_figure import land_figure
from landrelease.report.stop_figure import stop_blocks
from landrelease.report.summaries import area_by_state, evidence_counts, figures_by_region
from landrelease.report.tables import balance_total, closing_error_m2
from landrelease.report.vocabulary import (
    kind_label,
    measure_label,
    method_label,
    parameter_text,
    record_label,
    severity_label,
)
from landrelease.report.wording import (
    UNKNOWN,
    number,
    per_cent,
    plain,
    said_items,
    significant,
    square_kilometres,
    stated,
)

MOST_ROWS = 30
"""Rows of one table in the report; longer ones are cut, with the count of what was left out and where it is."""

ALMOST_ONE = 1 - 1e-9
"""No estimate is certain; a chance that rounds to 1 in the machine is told as one that is almost."""

Section = Callable[[StudyData], list[Block]]


def report_blocks(data: StudyData) -> list[Block]:
    """Build the report, section after section."""
    return [block for section in SECTIONS for block in section(data)]


def _summary(data: StudyData) -> list[Block]:
    rows = [
        (_("Known by"), data.as_of),
        (_("Valid on the ground on"), data.valid_on),
        (_("Hazardous areas"), number(len(data.areas))),
        (_("Statements of evidence and events with a place"), number(len(data.evidence))),
        (_("Figures without geometry"), number(len(data.figures))),
    ]
    return [blocks.heading(_("What this is about")), blocks.facts(rows), *_states(data)]


def _states(data: StudyData) -> list[Block]:
    if data.parts.empty:
        return [blocks.paragraph(_(
            "The record holds no outline of a hazardous area, so there is no land account here; what is known comes as "
            "points and as figures by administrative area."
        ))]  # fmt: skip
    states = area_by_state(data.parts)
    known = states[states["parts"] > 0]
    rows = [(row.state.label, number(row.parts), number(row.area_m2)) for row in rows_of(known)]
    rows.append((_("Total"), number(known["parts"].sum()), number(known["area_m2"].sum())))
    head = [_("State of the land"), _("Parts"), _("Area, m²")]
    return [blocks.table(head, rows, _("Land by state"), total=True)]


def _map(data: StudyData) -> list[Block]:
    alternative = _("Map of {parts} parts of land by state, {points} points of evidence").format(
        parts=number(len(data.parts)), points=number(len(data.evidence))
    )
    caption = _("Land, evidence and estimated hazard. Equal-area projection; not for navigation on the ground.")
    shown = [
        blocks.heading(_("Map")),
        blocks.figure("map.png", lambda: image(land_figure(data), "png"), caption, alternative, floating=True),
    ]
    return [*shown, *_evidence(data)]


def _evidence(data: StudyData) -> list[Block]:
    if data.evidence.empty:
        return []
    counts = evidence_counts(data.evidence)
    rows = [(record_label(row.record), kind_label(row.record, row.kind), number(row.count)) for row in rows_of(counts)]
    head = [_("Statement"), _("Kind"), _("Count")]
    return [_cut(head, rows, _("Evidence and events with a place"), "land.gpkg", text_columns=2)]


def _balance(data: StudyData) -> list[Block]:
    shown = [blocks.heading(_("Area balance"))]
    key = _balance_key(data)
    if key is None:
        return [*shown, blocks.paragraph(_("No area with an outline is on record, so there is nothing to balance."))]
    frame = data.balances[key]
    totals = balance_total(key, frame)
    caption = _("From the opening to the closing area. Closes to {error} m².").format(
        error=significant(closing_error_m2(frame), 2)
    )
    alternative = _("Steps from {opening} km² to {closing} km²").format(
        opening=square_kilometres(totals["opening_m2"]), closing=square_kilometres(totals["closing_m2"])
    )
    return [
        *shown,
        blocks.figure("balance.svg", lambda: image(balance_figure(totals)), caption, alternative),
        *_balance_tables(data),
    ]


def _balance_key(data: StudyData) -> str | None:
    keys = (by for by in _KEY_LABELS if by in data.balances and len(data.balances[by]))
    return next(keys, None)


def _balance_tables(data: StudyData) -> list[Block]:
    key = _balance_key(data)
    if key is None:
        return []
    return [_balance_table(data, key, data.balances[key], balance_total(key, data.balances[key]))]


def _balance_table(data: StudyData, key: str, frame: pd.DataFrame, totals: pd.Series) -> Block:
    names = dict(zip(data.admin["admin_area"], data.admin["name"], strict=True)) | dict(
        zip(data.areas["area_id"], data.areas["name"], strict=True)
    )
    keys = frame[key] if key in frame.columns else pd.Series(frame.index, index=frame.index)
    terms = list(BALANCE_LABELS)
    largest = frame.assign(_key=keys).sort_values("opening_m2", ascending=False, kind="stable")
    rows = [
        [names.get(row["_key"], stated(row["_key"])), *(square_kilometres(row[term]) for term in terms)]
        for _index, row in largest.head(MOST_ROWS).iterrows()
    ]
    rest = largest.iloc[MOST_ROWS:]
    if len(rest):
        others = _("{count} others").format(count=len(rest))
        rows.append([others, *(square_kilometres(rest[term].sum()) for term in terms)])
    rows.append([_("Total"), *(square_kilometres(totals[term]) for term in terms)])
    head = [_(_KEY_LABELS[key]), *(_(BALANCE_LABELS[term]) for term in terms)]
    return blocks.table(head, rows, _("Area balance, km²; every line is in balance.csv"), total=True)


_KEY_LABELS = {"admin_area": N_("Administrative area"), "area_id": N_("Area"), "period": N_("Period")}


def _figures(data: StudyData) -> list[Block]:
    if data.figures.empty:
        return []
    shown = [
        blocks.heading(_("Figures by administrative area")),
        blocks.paragraph(_("These figures were reported without geometry. They stand beside the area balance and are "
                           "never mixed with it.")),
    ]  # fmt: skip
    for dataset, table in figures_by_region(data.figures, data.admin).items():
        rows = [[_("Total") if region == "total" else region, *map(number, values)]
                for region, values in zip(table.index, table.to_numpy().tolist(), strict=True)]  # fmt: skip
        head = [_("Region"), *(measure.replace("_m2", ", m²").replace("_", " ") for measure in table.columns)]
        shown.append(blocks.table(head, rows, dataset, total=True))
    return shown


def map_tables(data: StudyData) -> list[Block]:
    """Tables that the map page shows beside its map: balance, figures, evidence, plan."""
    shown = [block for section in (_balance_tables, _figures, _evidence, _plan_tables) for block in section(data)]
    return [block for block in shown if block["kind"] == "table"]


def _hazard(data: StudyData) -> list[Block]:
    shown = [blocks.heading(_("Hazard estimate"))]
    if data.surface is None:
        shown.append(blocks.paragraph(_("No hazard estimate was made.")))
    else:
        grid = data.surface.grid
        text = _("Method: {method}. Cells of {cell} m, {rows} by {columns}. Parameters: {parameters}.").format(
            method=method_label(data.surface.method), cell=number(grid.cell_m), rows=number(grid.rows),
            columns=number(grid.columns),
            parameters="; ".join(parameter_text(*each) for each in data.surface.parameters.items()) or _("none"),
        )  # fmt: skip
        shown.append(blocks.paragraph(text))
    return [*shown, *_hazard_of_parts(data), *_evaluation(data)]


def _hazard_of_parts(data: StudyData) -> list[Block]:
    """Expected items in the land that is left, and the parts that hold most of them."""
    if data.items_on_hand is None or not set(PART_HAZARD_COLUMNS) <= set(data.parts.columns):
        return []
    left = data.parts[data.parts["release_status"].isin(ON_HAND) & data.parts["expected_items"].notna()]
    ordered = left.sort_values("expected_items", ascending=False, kind="stable")
    rows = [
        (row.name, number(row.area_m2), significant(row.expected_items), _bounds(row.items_low, row.items_high),
         per_cent(min(row.probability, ALMOST_ONE)))
        for row in rows_of(ordered)
    ]  # fmt: skip
    head = [_("Land"), _("Area, m²"), _("Expected items"), _("Items, 90 %"), _("Chance of at least one")]
    said = _("In land still to be released: {items}").format(items=said_items(data.items_on_hand)) + "."
    shown = [blocks.paragraph(said)]
    if data.items_on_hand.known_share < 1 - WHOLE:
        shown.append(
            blocks.paragraph(_("Some of this land lies outside the region of the estimate and has no figure."))
        )
    return [*shown, _cut(head, rows, _("Land with the most expected items"), "land.gpkg", text_columns=1)]


def _bounds(low: float, high: float) -> str:
    return UNKNOWN if pd.isna(low) else _("{low} to {high}").format(low=number(low), high=number(high))


def _evaluation(data: StudyData) -> list[Block]:
    evaluation = data.evaluation
    if evaluation is None:
        return [blocks.paragraph(_("The estimate was not evaluated: there were too few later events to test it on."))]
    methods = evaluation.scores.set_index("method")
    rows = [[measure_label(measure), *map(significant, methods[measure])] for measure in methods.columns]
    shown = [
        blocks.paragraph(evaluation.statement),
        blocks.table([_("Measure"), *map(method_label, methods.index)], rows, _("Every method on the same test")),
    ]
    if evaluation.curves:
        caption = _("Share of the test events inside the best-ranked land")
        shown.append(
            blocks.figure("capture.svg", lambda: image(capture_figure(evaluation)), caption, caption, floating=True)
        )
    return shown


def _stop(data: StudyData) -> list[Block]:
    return [] if data.stop is None else stop_blocks(data.stop)


def _plan(data: StudyData) -> list[Block]:
    shown = [blocks.heading(_("Plan"))]
    plan = data.plan
    if plan is None:
        return [*shown, blocks.paragraph(_("No plan was made: there are no areas to work on, or no teams on record."))]
    summary = plan.summary
    shown.append(blocks.facts([(row.measure, _with_unit(row.value, row.unit)) for row in rows_of(summary)]))
    if len(plan.assignments):
        caption = _("Who works when; the areas are in plan.xlsx")
        shown.append(blocks.figure("gantt.svg", lambda: image(gantt_figure(plan)), caption, caption, floating=True))
    return [*shown, *_plan_tables(data)]


def _plan_tables(data: StudyData) -> list[Block]:
    if data.plan is None or data.plan.waiting.empty:
        return []
    waiting = data.plan.waiting.sort_values("value_a_day", ascending=False, kind="stable")
    rows = [(row.name, square_kilometres(row.area_m2), row.reason) for row in rows_of(waiting)]
    head = [_("Area"), _("km²"), _("Why it waits")]
    return [_cut(head, rows, _("Areas that wait, greatest value first"), "plan.xlsx", text_columns=3)]


def _with_unit(value: object, unit: str) -> str:
    text = plain(value)
    return f"{text} {unit}" if unit else text


def _findings(data: StudyData) -> list[Block]:
    shown = [blocks.heading(_("Findings"))]
    if data.findings.empty:
        return [*shown, blocks.paragraph(_("Nothing was found wrong in the record behind this study."))]
    rows = [
        (row.code, severity_label(row.severity), row.what, row.example, number(row.count))
        for row in rows_of(data.findings)
    ]
    head = [_("Code"), _("Severity"), _("First of its kind"), _("Where"), _("Count")]
    return [*shown, blocks.table(head, rows, _("What was found in the record, a row a code"), text_columns=4)]


def _limits(data: StudyData) -> list[Block]:
    standing = (
        _("The estimate is advisory. It never releases land and never shows that ground is safe."),
        _("Where nobody looked or reported, little evidence does not mean little hazard."),
        _("Positions carry the accuracy of their source; a point placed at a village is not a surveyed point."),
    )
    return [blocks.heading(_("Limits")), blocks.bullets([*data.limits, *standing])]


def _provenance(data: StudyData) -> list[Block]:
    source = data.provenance
    rows = [
        (_("Statements in the ledger"), number(source.ledger_entries)),
        (_("Hash of the last statement"), source.last_hash),
        (_("Standards profile"), f"{source.profile_name} {source.profile_version}"),
        (_("Hash of the profile"), source.profile_sha256),
        (_("Seed"), str(source.seed)),
        (_("Software"), source.software),
    ]
    rows += [(_("Node"), source.node)] if source.node else []
    rows += [(_("Generated"), source.generated)] if source.generated else []
    return [blocks.heading(_("Where the figures come from")), blocks.facts(rows)]


def _cut(head: list[str], rows: Sequence[Sequence[Any]], caption: str, file: str, *, text_columns: int) -> Block:
    """Make a table of the first rows, saying how many were left out and where they are."""
    if len(rows) > MOST_ROWS:
        caption += ". " + _("The first {shown} of {count}; all are in {file}").format(
            shown=MOST_ROWS, count=number(len(rows)), file=file
        )
    return blocks.table(head, rows[:MOST_ROWS], caption, text_columns=text_columns)


SECTIONS: tuple[Section, ...] = (
    _summary, _map, _balance, _figures, _hazard, _stop, _plan, _findings, _limits, _provenance
)  # fmt: skip
"""Every section, in order."""
