"""What a worker does with one tile: read its looks, climb to its mode, and draw, given what all tiles share."""

import zlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates
from scipy.sparse import csr_array

from landrelease.hazard.field.basis import transform_threads
from landrelease.hazard.field.draws import LEFT, MOST, draw_predictors
from landrelease.hazard.field.effects import Coefficients, Effect, FieldEffect
from landrelease.hazard.field.fitting import MOST_PROBES, PROBED_CELLS, PROBES, exposures_of, footprints_of
from landrelease.hazard.field.frame import Frame
from landrelease.hazard.field.gridding import ACCIDENT, REPORT, SEARCH, Gridded, OnFootprints, grid_looks
from landrelease.hazard.field.mode import Mode, ModeSettings, find_mode, solve
from landrelease.hazard.field.model import FieldModel, Stream
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.field.tiling import Tile
from landrelease.hazard.field.variance import CLASSES, bounded, curvature_for_wide, damped, variance_without_long
from landrelease.hazard.field.wide import Kind, Plan
from landrelease.hazard.looks import Looks, Outcome

Floats = NDArray[np.float64]
Name = tuple[str, str]
"""Stream of a look on a footprint, and its place in the record."""

TIGHT = ModeSettings(tolerance=1e-4)
"""A tile climbs on where a fit alone would rest: what it leaves would add up over the sweeps."""


@dataclass(frozen=True, eq=False)
class Part:
    """A tile with its looks on cells; stays with the worker.

    Attributes
    ----------
    tile, frame
        Where it lies.
    gridded
        Its looks.
    columns, offset
        Covariates and offset in its cells, by kind.
    """

    tile: Tile
    frame: Frame
    gridded: Gridded
    columns: dict[Kind, Floats]
    offset: Floats | float

    @property
    def inside(self) -> Floats:
        """1 in the cells that the tile answers for, 0 in its halo."""
        found = np.zeros(self.tile.shape)
        found[self.tile.inside] = 1.0
        return found


@dataclass(frozen=True, eq=False)
class Summary:
    """What the others need to know of a tile's looks: of its inside, so that nothing counts twice.

    Attributes
    ----------
    counts
        Events by stream, those of uncertain place without.
    somewhere
        Of events of uncertain place, what each counts.
    exposure
        m² that searches could see, and m² in the region.
    first_year
        Of what was reported; infinite for nothing.
    areas
        Of looks on footprints, m² times chance.
    read
        Places in the record of the looks that were read as events.
    searched
        Whether anything was searched.
    """

    counts: dict[str, float]
    somewhere: dict[Name, float]
    exposure: tuple[float, float]
    first_year: float
    areas: dict[Name, float]
    read: frozenset[int]
    searched: bool


@dataclass(frozen=True, eq=False)
class State:
    """Where a tile stands; stays with the worker."""

    part: Part
    plan: Plan
    model: FieldModel
    wide: tuple[Effect, ...]
    mode: Mode
    variance: Floats


@dataclass(frozen=True, eq=False)
class Told:
    """What a tile hands over after a climb.

    Attributes
    ----------
    slope
        Of the log likelihood of its inside, in the common coefficients.
    weights
        Curvature left for the common effects on the coarse grid, by stream.
    seen
        Expected items that looks on footprints see in its inside.
    total
        Expected items in its inside.
    left
        Curvature of the cells that the short field leaves, summed on the coarse grid.
    """

    slope: Coefficients
    weights: tuple[Floats, ...]
    left: Floats
    seen: dict[Name, float]
    total: float


@dataclass(frozen=True, eq=False)
class Mapped:
    """A finished tile: its inside alone."""

    log_mean: Floats
    missed: Floats
    draws: NDArray[np.float32] | None
    converged: bool


def prepare(
    tile: Tile, frame: Frame, looks: Looks, at_year: float, settings: FieldSettings, columns: dict[Kind, Floats],
    offset: Floats | float,
) -> Part:  # fmt: skip
    """Put the looks of a tile on its cells."""
    return Part(tile, frame, grid_looks(looks, frame.grid, at_year, settings), columns, offset)


def summarise(part: Part) -> Summary:
    """Sum up the inside of a tile."""
    gridded, frame, inside = part.gridded, part.frame, part.inside
    exposures = exposures_of(replace(gridded, years=1.0), frame, None)
    counts = {name: float((frame.place(cells) * inside).sum()) for name, cells in gridded.counts.items()}
    areas: dict[Name, float] = {}
    somewhere: dict[Name, float] = {}
    for name, on in gridded.footprints.items():
        seen = _cells_of(on, frame) @ inside.ravel()
        for at, look in enumerate(on.look):
            areas[name, str(gridded.looks.entry[look])] = float(seen[at])
            if on.somewhere[at]:
                somewhere[name, str(gridded.looks.entry[look])] = float(on.count[at])
    told = (gridded.stream == ACCIDENT) | (gridded.stream == REPORT)
    read = gridded.looks.entry[gridded.stream != ""]
    return Summary(
        counts, somewhere, (float((exposures[SEARCH] * inside).sum()), float((exposures[REPORT] * inside).sum())),
        float(gridded.looks.year[told].min(initial=np.inf)), areas, frozenset(int(name) for name in read),
        bool(gridded.searches.shares.nnz),
    )  # fmt: skip


def climb(
    part: Part,
    plan: Plan,
    state: State | None,
    common: Coefficients,
    seen: dict[Name, float],
) -> State:
    """Climb to the mode of a tile's own field, given the common coefficients.

    Parameters
    ----------
    state
        Where the tile stood; None at the beginning.
    seen
        Expected items that looks on footprints see over the whole territory; empty at the beginning.
    """
    with transform_threads(1):
        if state is None:
            wide = plan.effects(part.tile.shape, part.tile, part.columns)
            variance = np.full(part.tile.shape, plan.settings.variance)
            model, start = _model(part, plan), None
        else:
            wide, model, start, variance = state.wide, state.model, state.mode.coefficients, state.variance
        model = _elsewhere(model, part, plan, seen, state)
        now = model.with_offsets([more + variance / 2 for more in _rates(plan, wide, common)])
        mode = find_mode(now, start, TIGHT)
        return State(part, plan, model, wide, mode, variance)


def _model(part: Part, plan: Plan) -> FieldModel:
    """The tile's own field, and its streams without what is common."""
    settings, frame, shape = plan.settings, part.frame, part.tile.shape
    own = plan.short.variance(shape, narrow=False) + plan.long.variance(shape, narrow=True) + settings.site_sd**2
    effects: list[Effect] = [FieldEffect(np.sqrt(own))]
    if plan.own is not None:
        effects.append(FieldEffect(np.sqrt(plan.own.variance(shape, narrow=True))))
    exposures = exposures_of(replace(part.gridded, years=plan.years), frame, None)
    streams = [
        Stream(
            name, exposures[name], frame.place(part.gridded.counts[name]),
            (0, 1) if any(plan.kinds[i] == Kind.OWN for i in members) else (0,), part.offset + constant,
        )
        for name, members, constant in zip(plan.streams, plan.members, plan.constants, strict=True)
    ]  # fmt: skip
    return FieldModel(tuple(effects), tuple(streams), footprints_of(part.gridded, frame, streams))


def _rates(plan: Plan, wide: tuple[Effect, ...], common: Coefficients) -> list[Floats]:
    """Log rate of each stream that the common effects make."""
    maps = [effect.cells(values) for effect, values in zip(wide, common, strict=True)]
    return [sum((maps[i] for i in members[1:]), maps[members[0]]) for members in plan.members]


def _names(part: Part, plan: Plan, looks_on: int) -> list[Name]:
    """Names of the looks of one set of footprints of the model, in its order."""
    names = [
        name for name in part.gridded.footprints if name in plan.streams and len(part.gridded.footprints[name].look)
    ]
    name = names[looks_on]
    return [(name, str(part.gridded.looks.entry[at])) for at in part.gridded.footprints[name].look]


def _elsewhere(model: FieldModel, part: Part, plan: Plan, seen: dict[Name, float], state: State | None) -> FieldModel:
    """What looks see beyond the tile: of those that reach beyond it, all but what they see here.

    At the beginning the ground beyond is taken to be as the ground here.
    """
    if not model.footprints:
        return model
    made = []
    for index, looks in enumerate(model.footprints):
        names = _names(part, plan, index)
        whole = np.array([plan.areas[name] for name in names])
        here = np.asarray(looks.area.sum(axis=1)).ravel()
        if state is None:
            level = np.exp(float(np.mean(np.asarray(model.streams[looks.stream].offset))) + plan.settings.variance / 2)
            beyond = (whole - here) * level
        else:
            beyond = np.array([seen[name] for name in names]) - looks.seen(state.mode.state.intensity[looks.stream])
        reaches = whole > here * (1 + 1e-6)
        made.append(replace(looks, elsewhere=np.where(reaches, np.maximum(beyond, 0.0), 0.0)))
    return replace(model, footprints=tuple(made))


def tell(state: State) -> Told:
    """Sum up a climb for the others."""
    part, plan, mode = state.part, state.plan, state.mode
    inside = part.inside
    scores = [score * inside for score in mode.state.score]
    slope = []
    for index, effect in enumerate(state.wide):
        own = [score for score, members in zip(scores, plan.members, strict=True) if index in members]
        slope.append(effect.adjoint(sum(own[1:], own[0])))
    total = sum(mode.state.curvature[1:], mode.state.curvature[0])
    left = curvature_for_wide(plan.settings, total, part.frame.grid.cell_m)
    share = np.divide(left, total, out=np.zeros_like(total), where=total > 0)
    weights = [_on_coarse(curvature * share * inside, part.tile, plan) for curvature in mode.state.curvature]
    for looks, known in zip(state.model.footprints, mode.state.information, strict=True):
        rate = mode.state.intensity[looks.stream]
        lumped = looks.spread(known * (looks.seen(rate) + looks.elsewhere), rate)
        weights[looks.stream] = weights[looks.stream] + _on_coarse(lumped * inside, part.tile, plan)
    seen: dict[Name, float] = {}
    for index, looks in enumerate(state.model.footprints):
        values = looks.seen(mode.state.intensity[looks.stream] * inside)
        seen.update(zip(_names(part, plan, index), values.tolist(), strict=True))
    ground = part.frame.place(np.ones(part.frame.grid.shape)) * inside
    return Told(
        slope,
        tuple(weights),
        _on_coarse(left * inside, part.tile, plan),
        seen,
        float((mode.state.intensity[0] * ground).sum()),
    )


def _on_coarse(cells: Floats, tile: Tile, plan: Plan) -> Floats:
    rows, columns = (
        np.arange(part.start, part.stop) * coarse // whole
        for part, coarse, whole in zip(tile.outer, plan.coarse, plan.long.shape, strict=True)
    )
    by_row = np.zeros((plan.coarse[0], cells.shape[1]))
    np.add.at(by_row, rows, cells)
    found = np.zeros(plan.coarse)
    np.add.at(found.T, columns, by_row.T)
    return found


def coarse_columns(state: State) -> dict[Kind, Floats]:
    """Sums of the covariates over the coarse cells, shape (p, rows, columns), and under ``Kind.LEVEL`` of the cells."""
    inside, part = state.part.inside, state.part
    found = {
        kind: np.array([_on_coarse(column * inside, part.tile, state.plan) for column in columns])
        for kind, columns in part.columns.items()
    }
    return found | {Kind.LEVEL: _on_coarse(inside, part.tile, state.plan)}


def _deviation(state: State, common: Coefficients, generator: np.random.Generator) -> tuple[Floats, ...]:
    """Draw of each stream's log rate about the mode, given a draw of the common coefficients.

    The tile's own field follows the common part, and errs about that by itself.
    """
    model, mode = state.model, state.mode
    moves = _rates(state.plan, state.wide, common)
    pulled = [-w * move for w, move in zip(mode.state.curvature, moves, strict=True)]
    for looks, known in zip(model.footprints, mode.state.information, strict=True):
        rate = mode.state.intensity[looks.stream]
        pulled[looks.stream] = pulled[looks.stream] - looks.spread(known * looks.seen(rate * moves[looks.stream]), rate)
    follows = model.predictors(solve(model, mode.state, model.to_coefficients(pulled), MOST, LEFT)[0])
    own = draw_predictors(model, mode, generator)
    return tuple(a + b + c for a, b, c in zip(moves, follows, own, strict=True))


@dataclass(frozen=True, eq=False)
class Probed:
    """What draws say of the uncertainty in a tile; stays with the worker.

    Attributes
    ----------
    local
        What the local formula expects in each cell.
    sums
        By class of that, in the inside: cells, sums of what is expected and of the draws' mean squares; (3, classes).
    """

    local: Floats
    sums: Floats


def probe(state: State, draws: list[Coefficients], long: Floats) -> Probed:
    """Compare what the local formula expects with draws, class by class.

    Parameters
    ----------
    long
        The long field's part of it, on the coarse grid: what a tile cannot see.
    """
    part, settings = state.part, state.plan.settings
    with transform_threads(1):
        curvature = sum(state.mode.state.curvature[1:], state.mode.state.curvature[0])
        local = variance_without_long(settings, curvature, part.frame.grid.cell_m)
        local = local + _from_coarse(long, part.tile, state.plan)
        generator = np.random.default_rng([settings.seed, 0, part.tile.number])
        square = np.zeros(part.tile.shape)
        for common in draws:
            square += _deviation(state, common, generator)[0] ** 2 / len(draws)
    ground = (part.frame.place(np.ones(part.frame.grid.shape)) > 0) & (part.inside > 0)
    label = np.minimum((local[ground] / settings.variance * CLASSES).astype(np.int64), CLASSES - 1)
    sums = [np.bincount(label, values, CLASSES) for values in (np.ones(len(label)), local[ground], square[ground])]
    return Probed(local, np.array(sums))


def sums_of(probed: Probed) -> Floats:
    """What is handed over of it."""
    return probed.sums


def vary(state: State, probed: Probed, sums: Floats, again: bool = False) -> State:
    """The state with the uncertainty of its log intensity by the classes of the whole territory; `again`: damped."""
    kept = sums[0] > 0
    centre, ratio = sums[1][kept] / sums[0][kept], sums[2][kept] / sums[1][kept]
    variance = probed.local * np.interp(probed.local, centre, ratio)
    curvature = sum(state.mode.state.curvature[1:], state.mode.state.curvature[0])
    found = bounded(variance, curvature, state.plan.settings)
    return replace(state, variance=damped(state.variance, found) if again else found)


def _from_coarse(coarse: Floats, tile: Tile, plan: Plan) -> Floats:
    """Values in the cells of a tile of a smooth map on the coarse grid."""
    rows, columns = (
        (np.arange(part.start, part.stop) + 0.5) * count / whole - 0.5
        for part, count, whole in zip(tile.outer, coarse.shape, plan.long.shape, strict=True)
    )
    at = np.meshgrid(rows, columns, indexing="ij")
    return np.asarray(map_coordinates(coarse, at, order=1, mode="nearest"), dtype=np.float64)


def probes_of(cells: float) -> int:
    """How many draws the uncertainty of a map of so many cells is worked out from."""
    return int(np.clip(PROBED_CELLS // max(cells, 1), PROBES, MOST_PROBES))


def finish(state: State, draws: list[Coefficients], factor: float) -> Mapped:
    """Cut out the inside of a tile, with its draws."""
    part, settings = state.part, state.plan.settings
    grid = part.frame.grid
    missed = part.gridded.searches.missed(grid.shape)
    log_mean = np.log(state.mode.state.intensity[0])
    with transform_threads(1):
        made = [_draw(state, common, index, log_mean, factor) for index, common in enumerate(draws)]
    inside = part.tile.inside
    framed = part.frame.place(missed, fill=1.0)
    cut = np.array([draw[inside] for draw in made], dtype=np.float32) if settings.draws else None
    return Mapped(log_mean[inside], framed[inside], cut, state.mode.converged)


def _draw(state: State, common: Coefficients, index: int, log_mean: Floats, factor: float) -> Floats:
    part, settings = state.part, state.plan.settings
    generator = np.random.default_rng([settings.seed, 1, index, part.tile.number])
    log = log_mean - state.variance / 2 + _deviation(state, common, generator)[0]
    missed = part.gridded.searches.missed(part.frame.grid.shape, _drawn_chances(part, settings.seed, index))
    return np.asarray(np.exp(log) * factor * part.frame.place(missed, fill=1.0))


def _drawn_chances(part: Part, seed: int, index: int) -> Floats:
    """One draw of the chances to see; those of a method move together, in every tile."""
    looks, searches = part.gridded.looks, part.gridded.searches
    made = looks.where(looks.is_outcome(Outcome.SEARCHED) & (looks.chance > 0))
    names = [str(method) or f"#{entry}" for method, entry in zip(made.method, made.entry, strict=True)]
    errors = {
        name: np.random.default_rng([seed, 2, index, zlib.crc32(name.encode())]).standard_normal()
        for name in set(names)
    }
    drawn = searches.chance + searches.chance_sd * np.array([errors[name] for name in names])
    return np.asarray(np.clip(drawn, 0.0, 1.0), dtype=np.float64)


def _cells_of(on: OnFootprints, frame: Frame) -> csr_array:
    """Areas of footprints on the cells of a frame."""
    area = on.area.tocoo()
    rows, columns = np.divmod(area.coords[1], frame.grid.columns)
    shape = (area.shape[0], frame.shape[0] * frame.shape[1])
    return csr_array((area.data, (area.coords[0], frame.index(rows, columns))), shape)
