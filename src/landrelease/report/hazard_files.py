"""What an estimate from a table writes: map page, pictures, table of scores, report."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landrelease.geo.crs import WGS84, transformer
from landrelease.hazard.comparison import Evaluation
from landrelease.hazard.looks import LookKind, Looks
from landrelease.hazard.surface import Surface
from landrelease.i18n import _, current_language, direction
from landrelease.report import blocks
from landrelease.report.blocks import Block
from landrelease.report.data import EVIDENCE_COLUMNS, Audience, Provenance, StudyData
from landrelease.report.data import Evaluation as ShownEvaluation
from landrelease.report.document import set_document
from landrelease.report.figures import capture_figure, image
from landrelease.report.files import replacing
from landrelease.report.hazard_figures import (
    blocks_figure,
    hazard_figure,
    interval,
    reliability_figure,
    split_title,
)
from landrelease.report.map import map_page
from landrelease.report.map_data import map_payload
from landrelease.report.vocabulary import measure_label, method_label, parameter_text, record_label
from landrelease.report.wording import significant
from landrelease.terms import PositionQuality

SHOWN = (
    "km2_for_50", "km2_for_80", "km2_for_90", "captured", "roc_auc", "pr_auc", "r_height", "place_log_score",
    "event_log_score", "brier", "expected_events", "events_ratio", "reliability_relative", "coverage_90",
    "pit_coverage_90",
)  # fmt: skip
"""Measures in the printed tables, in this order; ``table.csv`` holds all."""


@dataclass(frozen=True)
class HazardStudy:
    """An estimate from a table and how it was judged.

    Attributes
    ----------
    title
        Name of the table.
    surface
        Expected events a m²; None where maps were only judged.
    looks
        The events, in the grid's system.
    dates, kinds, rows
        ISO date, kind (empty texts where the table has none) and row in the file of each event.
    dated
        Whether the map stands for a year; else for as many events again as are recorded.
    evaluations
        Comparisons with a table.
    facts
        What was read and how, by translated name.
    findings
        Each as a line of text.
    """

    title: str
    surface: Surface | None
    looks: Looks = field(repr=False)
    dated: bool
    dates: tuple[str, ...] = field(repr=False)
    kinds: tuple[str, ...] = field(repr=False)
    rows: tuple[int, ...] = field(repr=False)
    evaluations: tuple[Evaluation, ...] = field(repr=False)
    facts: Mapping[str, str]
    findings: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """What the map says of a square kilometre."""
        if self.dated:
            return _("Recorded events to expect a km² and year")
        return _("Events a km², as many in all as are recorded")

    @cached_property
    def map_picture(self) -> bytes:
        """The map as a PNG, for its own file and for the report."""
        assert self.surface is not None
        return image(hazard_figure(self.surface, self.looks, self.unit), "png")

    @cached_property
    def reliability_picture(self) -> bytes:
        """The reliability diagrams as a PNG."""
        return image(reliability_figure(self.evaluations), "png")

    def bands(self) -> tuple[NDArray[np.float64], list[str]]:
        """Bands of the raster, a km², and what each holds: the mean, and low and high end where there are draws."""
        assert self.surface is not None
        mean, texts = self.surface.items_per_m2 * 1e6, [self.unit]
        if self.surface.draws is None:
            return mean, texts
        ends = (_("low end of the 90 % interval"), _("high end of the 90 % interval"))
        return np.concatenate([mean[None], interval(self.surface) * 1e6]), texts + [
            f"{self.unit}: {end}" for end in ends
        ]

    def tags(self) -> dict[str, str]:
        """Metadata of the raster: method and its parameters."""
        assert self.surface is not None
        return {"method": self.surface.method, **{name: str(value) for name, value in self.surface.parameters.items()}}


def writers(study: HazardStudy) -> dict[str, Callable[[Path], object]]:
    """What writes each file of a study, by its name."""
    made: dict[str, Callable[[Path], object]] = {"table.csv": lambda path: _write_scores(study, path)}
    if study.surface is not None:
        made["hazard.png"] = lambda path: path.write_bytes(study.map_picture)
        made["map.html"] = lambda path: _write_map(study, path)
    if study.evaluations:
        made["reliability.png"] = lambda path: path.write_bytes(study.reliability_picture)
    made["report.pdf"] = lambda path: _write_report(study, path)
    return made


# Scores


def score_table(evaluations: Sequence[Evaluation]) -> pd.DataFrame:
    """Every figure: columns split, method, measure, value, low, high (95 % bootstrap over test events, where known)."""
    columns = ["split", "method", "measure", "value", "low", "high"]
    rows = []
    for evaluation in evaluations:
        ends = _ends_of(evaluation)
        for each in evaluation.table.to_dict("records"):
            for measure, value in each.items():
                if measure != "method":
                    low, high = ends.get((str(each["method"]), str(measure)), (math.nan, math.nan))
                    rows.append((evaluation.split.value, each["method"], measure, value, low, high))
    return pd.DataFrame(rows, columns=columns)


def _ends_of(evaluation: Evaluation) -> dict[tuple[str, str], tuple[float, float]]:
    columns = (evaluation.intervals[name].tolist() for name in ("method", "measure", "low", "high"))
    return {(method, measure): (low, high) for method, measure, low, high in zip(*columns, strict=True)}


def reference_of(evaluation: Evaluation) -> str:
    """The map that the others are set against: the tuned kernel where there is one."""
    return "kernel_tuned" if "kernel_tuned" in evaluation.judged else "kernel"


def gains_table(evaluation: Evaluation) -> list[list[str]]:
    """Nats a test event by which each map beats the reference, with the interval over the paired events."""
    reference, rows = reference_of(evaluation), []
    if reference not in evaluation.judged:
        return []
    for name, judged in evaluation.judged.items():
        if name != reference:
            gain, low, high = judged.gain_over(evaluation.judged[reference], seed=evaluation.seed)
            rows.append([method_label(name), significant(gain), f"{significant(low)} - {significant(high)}"])
    return rows


def shown_scores(evaluation: Evaluation, *, intervals: bool = True) -> tuple[list[str], list[list[str]]]:
    """Head and rows of a printed table: a row a measure, a column a method, intervals in brackets."""
    ends = _ends_of(evaluation) if intervals else {}
    methods = evaluation.table.set_index("method")
    measures = [name for wanted in SHOWN for name in methods.columns if _is(str(name), wanted)]
    rows = [
        [
            measure_label(name),
            *(
                _with_interval(methods.loc[method, name], ends.get((str(method), str(name))))
                for method in methods.index
            ),
        ]
        for name in measures
    ]
    return [_("Measure"), *map(method_label, methods.index)], rows


def _is(name: str, wanted: str) -> bool:
    return name == wanted or (wanted == "captured" and name.startswith("captured_"))


def _with_interval(value: Any, ends: tuple[float, float] | None) -> str:
    if ends is None or not np.isfinite(ends).all():
        return _number(value)
    return f"{_number(value)} ({_number(ends[0])} - {_number(ends[1])})"


def _number(value: Any) -> str:
    return _("never") if value == math.inf else significant(value)


def _write_scores(study: HazardStudy, path: Path) -> None:
    with replacing(path) as draft:
        score_table(study.evaluations).to_csv(draft, index=False, lineterminator="\n")


# Map page


def _write_map(study: HazardStudy, path: Path) -> None:
    payload = map_payload(study_data(study), Audience.RESTRICTED)
    texts = payload["texts"]
    texts |= {
        "hazard_unit": study.unit + " " + _("(advisory; logarithmic)"),
        "about": _("Made from the table {title}.").format(title=study.title),
        "banner": _("The map shows exact positions of events. Ask who may see them before you pass it on."),
        "no_parts": _("The estimate advises; it releases no land."),
        "statement": _("Row of the file"),
    }
    labels = payload["evidence"]["label"]
    labels["values"] = [_event_names()[value] for value in labels["values"]]
    if payload[
        "hazard"
    ]:  # the corners of the picture hold across the 180th meridian, the extremes of the events do not
        corners = payload["hazard"]["corners"]
        payload["bounds"] = [*corners[3], *corners[1]]
    payload["tables"] = [*_score_tables(study), *payload["tables"]]
    with replacing(path) as draft:
        draft.write_text(map_page(payload), encoding="utf-8")


def _event_names() -> dict[str, str]:
    """What the map page calls the two kinds of event, by the name that a register gives them."""
    return {record_label("accident"): _("Event to foresee"), record_label("evidence"): _("Other event")}


def _map_table(title: str, block: Block) -> dict[str, Any]:
    return {
        "title": title, "head": block["head"], "rows": block["rows"], "text": block["text_columns"],
        "total": block["total"],
    }  # fmt: skip


def study_data(study: HazardStudy) -> StudyData:
    """The estimate as the map page takes it."""
    assert study.surface is not None
    known = [day for day in study.dates if day]
    provenance = Provenance(0, "", "", "", "", 0, study.facts[_("Software")])
    return StudyData(
        title=study.title, as_of=max(known, default=""), valid_on=max(known, default=""), provenance=provenance,
        evidence=_events(study), surface=study.surface, language=current_language(),
    )  # fmt: skip


def _events(study: HazardStudy) -> gpd.GeoDataFrame:
    looks, count = study.looks, len(study.looks)
    assert study.surface is not None
    lon, lat = transformer(study.surface.grid.crs, WGS84).transform(looks.x_m, looks.y_m)
    aimed = looks.is_kind([LookKind.ACCIDENT])
    columns: dict[str, Any] = dict.fromkeys(EVIDENCE_COLUMNS, [None] * count)
    columns |= {
        "entry": [str(row) for row in study.rows],
        "kind": [kind or None for kind in study.kinds],
        "record": np.where(aimed, "accident", "evidence"),
        "observed": [day or None for day in study.dates],
        "quality": [PositionQuality.UNKNOWN.value] * count,
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")


# Report


def _write_report(study: HazardStudy, path: Path) -> None:
    language = current_language()
    content = {
        "title": study.title, "subtitle": _("Hazard estimate from a table"), "language": language,
        "direction": direction(language), "blocks": report_blocks(study),
        "footer": _("landrelease. The model releases no land; named people do."),
    }  # fmt: skip
    set_document("report.typ", content, path)


def report_blocks(study: HazardStudy) -> list[Block]:
    """Everything of the report, in order."""
    shown = [blocks.heading(_("What was read")), blocks.facts(list(study.facts.items()))]
    if study.surface is not None:
        surface = study.surface
        caption = _("{unit}, by {method}. Grey: outside the region.").format(
            unit=study.unit, method=method_label(surface.method)
        )
        parameters = "; ".join(parameter_text(*each) for each in surface.parameters.items()) or _("none")
        shown += [
            blocks.heading(_("Hazard map")),
            blocks.figure("hazard.png", lambda: study.map_picture, caption, caption),
            blocks.paragraph(_("Parameters: {parameters}.").format(parameters=parameters)),
        ]
    shown += [block for evaluation in study.evaluations for block in _judged(evaluation)]
    if study.evaluations:
        shown += _reliability(study)
    else:
        shown += [blocks.heading(_("How good is it?")), blocks.paragraph(_("The map was not judged."))]
    if study.findings:
        shown += [blocks.heading(_("Findings")), blocks.bullets(study.findings)]
    return [*shown, blocks.heading(_("Limits")), blocks.bullets(limits())]


def limits() -> list[str]:
    """What the map cannot say."""
    return [
        _("The estimate advises; it releases no land. A named person does, on the evidence listed."),
        _("What is not recorded is not shown: no record does not mean no hazard."),
        _("The map counts events that people will record, not items in the ground: reports follow who is there."),
        _("Intervals over test events say how far a figure would move with other events of the same kind, not with "
          "another country."),
    ]  # fmt: skip


def _score_tables(study: HazardStudy) -> list[dict[str, Any]]:
    return [_map_table(split_title(each), _score_block(each)) for each in study.evaluations]


def _score_block(evaluation: Evaluation) -> Block:
    head, rows = shown_scores(evaluation)
    caption = _("{split}: every map on the same events; brackets: 95 % intervals over the events").format(
        split=split_title(evaluation)
    )
    return blocks.table(head, rows, caption)


def _judged(evaluation: Evaluation) -> list[Block]:
    shown = [
        blocks.heading(_("How good is it? {split}").format(split=split_title(evaluation))),
        blocks.paragraph(evaluation.statement),
        _score_block(evaluation),
    ]
    if gains := gains_table(evaluation):
        caption = _("Nats a test event above {kernel}; 95 % interval over the same events").format(
            kernel=method_label(reference_of(evaluation))
        )
        shown.append(blocks.table([_("Map"), _("Gain"), _("Interval")], gains, caption))
    name = evaluation.split.value
    plain = ShownEvaluation(evaluation.table, evaluation.statement, evaluation.curves)
    caption = _("Share of the test events inside the best-ranked land")
    shown.append(blocks.figure(f"capture-{name}.svg", lambda: image(capture_figure(plain)), caption, caption))
    if any(len(each.blocks) for each in evaluation.judged.values()):
        caption = _("Events of each block, counted and expected")
        shown.append(blocks.figure(f"blocks-{name}.svg", lambda: image(blocks_figure(evaluation)), caption, caption))
    return shown


def _reliability(study: HazardStudy) -> list[Block]:
    caption = _(
        "Stated chance of an event in a cell against the share of cells that had one; each point stands for about a "
        "tenth of the expected events. On the line a map is calibrated; below it, it promised too much; an open mark "
        "is a group of cells without any event."
    )
    return [
        blocks.heading(_("Do stated chances come true?")),
        blocks.figure("reliability.png", lambda: study.reliability_picture, caption, caption),
    ]
