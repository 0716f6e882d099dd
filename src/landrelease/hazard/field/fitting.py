"""Build a field model of gridded looks and fit it: mode, uncertainty, and the mean that agrees with both."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.covariates import Covariates
from landrelease.hazard.field.basis import Matern, resample_modes, spectrum
from landrelease.hazard.field.draws import draw_predictors
from landrelease.hazard.field.effects import (
    Coefficients,
    DesignEffect,
    Effect,
    FieldEffect,
    LevelEffect,
    coarser_effect,
)
from landrelease.hazard.field.frame import FACTOR, Frame, coarse_index, coarsen, coarsen_rows, frame_of
from landrelease.hazard.field.gridding import ACCIDENT, REPORT, SEARCH, Gridded, OnFootprints
from landrelease.hazard.field.mode import Mode, ModeSettings, find_mode
from landrelease.hazard.field.model import FieldModel, Footprints, Stream
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.field.variance import bounded, calibrated, damped, local_variance
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress

Floats = NDArray[np.float64]

LEVEL_SD, COVARIATE_SD = 3.0, 1.0
"""Prior standard deviations of levels and of effects of standardised covariates: wide, in units of log intensity."""

PROBES, MOST_PROBES, PROBED_CELLS = 4, 40, 40_000
"""Draws by which the local variance is scaled: at least, at most, and cells that all of them together should have."""

REST = 0.01
"""Rounds of uncertainty end where the log of the expected total changes by no more."""

SMALLEST_COARSE = 32 * 32
"""No start is sought on a coarser grid of fewer cells."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted model.

    Attributes
    ----------
    model
        With the offsets of the last round.
    mode
        Centre of the posterior.
    variance
        Of the log intensity of items in each cell of the frame.
    frame
        Where the grid lies in the arrays.
    rounds
        Largest change of the log of the expected total between the last two rounds.
    """

    model: FieldModel
    mode: Mode
    variance: Floats
    frame: Frame
    rounds: tuple[float, ...]

    @property
    def log_mean(self) -> Floats:
        """Log of the posterior mean intensity of items, on the frame."""
        return np.asarray(np.log(self.mode.state.intensity[0]))


@dataclass(frozen=True, eq=False)
class Layers:
    """Standardised covariates on the grid that a fit reads.

    Attributes
    ----------
    hazard, reporting
        Covariates of where items are, and of where they are reported; None for none.
    offset
        Log factor on the intensity in each cell, shape (rows, columns), from another model; None for none.
    """

    hazard: Covariates | None = None
    reporting: Covariates | None = None
    offset: Floats | None = None


def make_frame(grid: Grid, settings: FieldSettings) -> Frame:
    """Frame with a margin of two short ranges, at most a tenth of the grid and at least four cells."""
    wanted = int(np.ceil(2 * settings.short.range_m / grid.cell_m))
    return frame_of(grid, max(4, min(wanted, max(grid.rows, grid.columns) // 10)))


def build_model(
    gridded: Gridded, frame: Frame, settings: FieldSettings, layers: Layers, missed: Floats | None = None
) -> FieldModel:
    """Model of gridded looks; `missed` replaces the share that searches missed, for a draw of their chances."""
    exposures = exposures_of(gridded, frame, missed)
    rates = _rates(gridded, exposures)
    centre = rates[SEARCH] - settings.variance / 2
    effects: list[Effect] = [_field(settings, frame), LevelEffect(frame.shape, LEVEL_SD)]
    hazard = [0, 1]
    if layers.hazard is not None:
        hazard.append(_with(effects, _design(layers.hazard, frame)))
    offset = np.full(frame.shape, centre)
    if layers.offset is not None:
        offset = offset + frame.place(layers.offset, masked=False)
    counts = {name: frame.place(values) for name, values in gridded.counts.items()}
    streams = [Stream(SEARCH, exposures[SEARCH], counts[SEARCH], tuple(hazard), offset)]
    reporting = _reporting(effects, gridded, frame, layers)
    anchored = bool(exposures[SEARCH].any())
    for name in (ACCIDENT, REPORT):
        if not _total(gridded, name):
            continue
        own = [*hazard]
        if anchored:
            own += [_with(effects, LevelEffect(frame.shape, LEVEL_SD)), *reporting]
        if name == REPORT and len(streams) > 1 and settings.reporting_sd > 0:
            own.append(_with(effects, _own_field(settings, frame)))
        anchored = True
        streams.append(Stream(name, exposures[name], counts[name], tuple(own), offset + rates[name] - rates[SEARCH]))
    return FieldModel(tuple(effects), tuple(streams), footprints_of(gridded, frame, streams))


def _with(effects: list[Effect], effect: Effect) -> int:
    effects.append(effect)
    return len(effects) - 1


def _total(gridded: Gridded, name: str) -> float:
    on = gridded.footprints[name]
    return float(gridded.counts[name].sum() + on.count[on.somewhere].sum())


def exposures_of(gridded: Gridded, frame: Frame, missed: Floats | None) -> dict[str, Floats]:
    """m² that each stream looked at: by searches, the share seen; by reports, everything, for their years."""
    grid = frame.grid
    left = gridded.searches.missed(grid.shape) if missed is None else missed
    whole = frame.place(np.full(grid.shape, grid.cell_area_m2 * gridded.years))
    return {SEARCH: frame.place((1.0 - left) * grid.cell_area_m2), ACCIDENT: whole, REPORT: whole}


def _rates(gridded: Gridded, exposures: Mapping[str, Floats]) -> dict[str, float]:
    """Log of events per m² looked at, by stream; without a search the first stream of reports stands for the items.

    A search that found nothing is counted as half an item: it says less than its whole ground.
    """
    rates = {
        name: float(np.log(max(_total(gridded, name), 0.5) / exposure.sum()))
        for name, exposure in exposures.items()
        if exposure.any()
    }
    if not any(_total(gridded, name) for name in rates) and SEARCH not in rates:
        raise fail(ErrorCode.EVENTS_NONE)
    first = ACCIDENT if _total(gridded, ACCIDENT) else REPORT
    return {SEARCH: rates[first], **rates}


def _field(settings: FieldSettings, frame: Frame) -> FieldEffect:
    terms = [settings.short, settings.long]
    return FieldEffect(np.sqrt(spectrum(frame.shape, frame.grid.cell_m, terms, settings.site_sd)))


def _own_field(settings: FieldSettings, frame: Frame) -> FieldEffect:
    term = Matern(settings.reporting_range_m, settings.reporting_sd)
    return FieldEffect(np.sqrt(spectrum(frame.shape, frame.grid.cell_m, [term])))


def _design(covariates: Covariates, frame: Frame) -> DesignEffect:
    """Columns on every cell that has covariates, also where the fit's own mask hides what was seen."""
    matrix, names = covariates.design()
    grid = covariates.grid
    inside = np.ones(grid.shape, dtype=bool) if grid.mask is None else grid.mask
    columns = np.zeros((len(names), *frame.shape))
    for column, values in zip(columns, matrix.T, strict=True):
        cells = np.zeros(grid.shape)
        cells[inside] = values
        column[:] = frame.place(cells, masked=False)
    return DesignEffect(columns, np.full(len(names), COVARIATE_SD), tuple(names))


def _reporting(effects: list[Effect], gridded: Gridded, frame: Frame, layers: Layers) -> list[int]:
    """Effects of where people report, shared by all streams of reports; only searches can tell them from hazard."""
    told = any(_total(gridded, name) for name in (ACCIDENT, REPORT))
    if layers.reporting is None or not told or not gridded.searches.shares.nnz:
        return []
    return [_with(effects, _design(layers.reporting, frame))]


def footprints_of(gridded: Gridded, frame: Frame, streams: list[Stream]) -> tuple[Footprints, ...]:
    """Looks on footprints of these streams, on the cells of a frame; streams without one give none."""
    names = [stream.name for stream in streams]
    return tuple(
        _on_frame(on, gridded, frame, names.index(name))
        for name, on in gridded.footprints.items()
        if name in names and len(on.look)
    )


def _on_frame(on: OnFootprints, gridded: Gridded, frame: Frame, stream: int) -> Footprints:
    area = on.area.tocoo()
    rows, columns = np.divmod(area.coords[1], frame.grid.columns)
    cells = frame.shape[0] * frame.shape[1]
    placed = csr_array((area.data, (area.coords[0], frame.index(rows, columns))), (area.shape[0], cells))
    looks = gridded.looks
    return Footprints(
        placed, stream, on.count, on.verdict, on.somewhere,
        looks.false_positive[on.look], looks.false_negative[on.look], on.shape,
    )  # fmt: skip


def fit_model(
    model: FieldModel,
    frame: Frame,
    settings: FieldSettings,
    start: Coefficients | None = None,
    progress: Progress = SILENT,
) -> Fit:
    """Climb to the mode, feeding the uncertainty of each round back into the mean of the next."""
    progress.begin(_("Fitting the field"))
    try:
        variance = np.full(frame.shape, settings.variance)
        now = _with_variance(model, variance)
        mode = find_mode(now, _start(now) if start is None else start, _MODE, progress)
        rounds, total = list[float](), _log_total(mode)
        while len(rounds) < settings.rounds and (not rounds or rounds[-1] > REST):
            found = _variance(now, mode, settings, frame)
            variance = damped(variance, found) if rounds else found
            now = _with_variance(model, variance)
            mode = find_mode(now, mode.coefficients, _MODE, progress)
            rounds.append(abs(_log_total(mode) - total))
            total = _log_total(mode)
    finally:
        progress.end()
    return Fit(now, mode, variance, frame, tuple(rounds))


_MODE = ModeSettings()


def _with_variance(model: FieldModel, variance: Floats) -> FieldModel:
    return model.with_offsets([variance / 2] * len(model.streams))


def _log_total(mode: Mode) -> float:
    return float(np.log(mode.state.intensity[0].sum()))


def _variance(model: FieldModel, mode: Mode, settings: FieldSettings, frame: Frame) -> Floats:
    """Variance in each cell, from the same random numbers in every round, so that rounds come to rest."""
    generator = np.random.default_rng([settings.seed, 0])
    curvature = sum(mode.state.curvature[1:], mode.state.curvature[0])
    local = local_variance(settings, curvature, frame.grid.cell_m)
    inside = frame.place(np.ones(frame.grid.shape)) > 0
    count = int(np.clip(PROBED_CELLS // inside.sum(), PROBES, MOST_PROBES))
    probes = [draw_predictors(model, mode, generator)[0] for _probe in range(count)]
    return bounded(calibrated(local, probes, inside), curvature, settings)


def _start(model: FieldModel) -> Coefficients:
    """Start of a fit from that of a grid of fewer cells, down to a thousand cells."""
    rows, columns = model.shape
    if rows * columns < SMALLEST_COARSE * FACTOR**2 or rows % FACTOR or columns % FACTOR:
        return model.zeros()
    coarse = _coarser(model)
    found = find_mode(coarse, _start(coarse), ModeSettings(tolerance=1.0)).coefficients
    return [
        resample_modes(values, small_effect.scale, model.shape, effect.scale)
        if isinstance(effect, FieldEffect) and isinstance(small_effect, FieldEffect)
        else values
        for values, effect, small_effect in zip(found, model.effects, coarse.effects, strict=True)
    ]


def _coarser(model: FieldModel) -> FieldModel:
    effects = tuple(coarser_effect(effect) for effect in model.effects)
    streams = tuple(
        replace(
            stream, exposure=coarsen(stream.exposure), counts=coarsen(stream.counts),
            offset=coarsen(np.broadcast_to(stream.offset, model.shape)) / FACTOR**2,
        )
        for stream in model.streams
    )  # fmt: skip
    index, cells = coarse_index(model.shape), model.shape[0] * model.shape[1] // FACTOR**2
    footprints = tuple(replace(looks, area=coarsen_rows(looks.area, index, cells)) for looks in model.footprints)
    return FieldModel(effects, streams, footprints)
