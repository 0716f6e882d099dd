"""A fitted field taken apart: what each look, each covariate and each silence does to the intensity of a place.

At the mode of a log-Gaussian Cox model the field is ``f = K s``: `K` its prior covariance, `s` the slope of the log
likelihood in the log intensity of each cell, which for counts is what was seen less what was expected there. So the
log intensity of a place is a sum over cells, and every cell's slope is the sum of what its looks saw: an exact account,
not a sensitivity.

- An *event* takes the slope of its cell; events of one cell and stream share it by their weight.
- A *search* takes the slope of the cells that it covers and where no find is: what was expected and not found; searches
  that overlap share it in proportion to the log of what each would have missed.
- A *verdict or count* on a footprint takes the slope of its own likelihood.
- Cells where something could have been reported and was not pull down without a look: the *silence* of a stream.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from landrelease.geo.grid import Grid
from landrelease.hazard.field.effects import DesignEffect, FieldEffect
from landrelease.hazard.field.estimator import FieldSurface
from landrelease.hazard.field.fitting import Fit
from landrelease.hazard.field.gridding import SEARCH, SURELY, Gridded
from landrelease.hazard.looks import Looks, Outcome

Floats = NDArray[np.float64]

OTHER_MODEL = "offset"
"""Name of the effect of another model's map that the fit was given."""


@dataclass(frozen=True, eq=False)
class Influence:
    """What makes up the log intensity of each cell.

    Attributes
    ----------
    looks
        The looks that were read.
    log_reference
        Log of the items per m² of ordinary ground: the fitted level of the region at the uncertainty of each cell,
        without a covariate or look that speaks of the place; shape (rows, columns).
    effects
        By covariate, its log factor in each cell, shape (rows, columns).
    pulls
        Slope that each look has in each cell, shape (looks, rows * columns).
    stream
        Of each look: the stream of reports that it belongs to, empty for none.
    silence
        By stream, the slope of cells where nothing was reported, shape (rows, columns).
    removed
        Log of the share of items that each search missed, shape (looks, rows * columns): what is gone from the ground.
    covariance_with
        Prior covariance of a weighted sum of the field with each cell, from weights of shape (rows, columns).
    """

    looks: Looks
    log_reference: Floats
    effects: Mapping[str, Floats]
    pulls: csr_array
    stream: NDArray[np.str_]
    silence: Mapping[str, Floats]
    removed: csr_array
    covariance_with: Callable[[Floats], Floats]


def influence_of(surface: FieldSurface) -> Influence | None:
    """Take a field surface apart; None for one that keeps no fit (put together of tiles)."""
    fit, gridded = surface.fit, surface.gridded
    if fit is None or gridded is None:
        return None
    cells = surface.grid.rows * surface.grid.columns
    event, silence = _counted(fit, gridded, cells)
    effects, reference = _effects(fit, surface)
    return Influence(
        gridded.looks, reference, effects, csr_array(event + _on_footprints(fit, gridded, cells)), gridded.stream,
        silence,
        _removed(gridded, cells), lambda weights: _covariance(fit, weights),
    )  # fmt: skip


def _covariance(fit: Fit, weights: Floats) -> Floats:
    """Prior covariance of the hazard's fields with a weighted sum of them: there and back through their modes."""
    framed = fit.frame.place(weights)
    fields = [fit.model.effects[index] for index in fit.model.streams[0].effects]
    maps = [effect.cells(effect.adjoint(framed)) for effect in fields if isinstance(effect, FieldEffect)]
    return fit.frame.cut(np.asarray(sum(maps), dtype=np.float64))


def _counted(fit: Fit, gridded: Gridded, cells: int) -> tuple[csr_array, dict[str, Floats]]:
    """Slopes of events and searches, and those of cells where nothing was reported."""
    count = len(gridded.looks)
    pulls, silence = csr_array((count, cells)), {}
    for stream, intensity in zip(fit.model.streams, fit.mode.state.intensity, strict=True):
        counts = fit.frame.cut(stream.counts)
        slope = counts - fit.frame.cut(stream.exposure * intensity)
        pulls = pulls + _of_events(gridded, fit.frame.grid, stream.name, counts.ravel(), slope.ravel(), count)
        empty = np.where(counts == 0, slope, 0.0)
        if stream.name == SEARCH:
            pulls = pulls + _of_searches(gridded, empty.ravel(), count)
        else:
            silence[stream.name] = empty
    return csr_array(pulls), silence


def _of_events(gridded: Gridded, grid: Grid, name: str, counts: Floats, slope: Floats, looks: int) -> csr_array:
    on = gridded.footprints[name]
    exact = gridded.stream == name
    exact[on.look[on.somewhere]] = False
    index = np.flatnonzero(exact)
    rows, columns = grid.cells_of(gridded.looks.x_m[index], gridded.looks.y_m[index])
    cell = rows * grid.columns + columns
    amount = gridded.looks.quantity[index] * gridded.weight[index]
    known = counts[cell] > 0
    index, cell, amount = index[known], cell[known], amount[known]
    return csr_array((amount / counts[cell] * slope[cell], (index, cell)), shape=(looks, len(counts)))


def _searches(gridded: Gridded) -> NDArray[np.int64]:
    """Index of each search of `Gridded.searches` among the looks."""
    return np.flatnonzero(gridded.looks.is_outcome(Outcome.SEARCHED) & (gridded.looks.chance > 0))


def _log_missed(gridded: Gridded) -> csr_array:
    """Log of the share that each search missed in each cell, zero or below."""
    made = gridded.searches.shares.copy()
    chance = np.repeat(gridded.searches.chance, np.diff(made.indptr))
    made.data = np.log1p(-np.minimum(made.data * chance, SURELY))
    return made


def _of_searches(gridded: Gridded, slope: Floats, looks: int) -> csr_array:
    parts = _log_missed(gridded)
    total = np.asarray(parts.sum(axis=0), dtype=np.float64).ravel()
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.where(total < 0, slope / total, 0.0)
    parts.data = parts.data * each[parts.indices]
    return _as_looks(parts, _searches(gridded), looks)


def _removed(gridded: Gridded, cells: int) -> csr_array:
    parts = _log_missed(gridded)
    assert parts.shape[1] == cells
    return _as_looks(parts, _searches(gridded), len(gridded.looks))


def _as_looks(rows: csr_array, index: NDArray[np.int64], looks: int) -> csr_array:
    """Rows of some looks as rows of all of them."""
    listed = rows.tocoo()
    return csr_array((listed.data, (index[listed.coords[0]], listed.coords[1])), shape=(looks, rows.shape[1]))


def _on_footprints(fit: Fit, gridded: Gridded, cells: int) -> csr_array:
    """Slopes of verdicts, counts and events of uncertain place."""
    pulls = csr_array((len(gridded.looks), cells))
    names = [stream.name for stream in fit.model.streams]
    used = [on for name, on in gridded.footprints.items() if name in names and len(on.look)]
    for on, footprints in zip(used, fit.model.footprints, strict=True):
        rate = fit.mode.state.intensity[footprints.stream]
        slope = footprints.judge(footprints.seen(rate))[1]
        area = on.area.copy()
        area.data = area.data * np.repeat(slope, np.diff(area.indptr)) * fit.frame.cut(rate).ravel()[area.indices]
        pulls = pulls + _as_looks(area, on.look, len(gridded.looks))
    return csr_array(pulls)


def _effects(fit: Fit, surface: FieldSurface) -> tuple[dict[str, Floats], Floats]:
    """Log factors of the covariates, and the log density of ordinary ground at the fitted level."""
    stream = fit.model.streams[0]
    inside = np.isfinite(surface.items_ever)
    offset = fit.frame.cut(np.broadcast_to(stream.offset - fit.variance / 2, fit.frame.shape))
    centre = float(offset[inside].mean())
    log_reference = centre + fit.frame.cut(fit.variance) / 2 + np.log(surface.factor)
    effects: dict[str, Floats] = {}
    if np.ptp(offset[inside]) > NO_EFFECT:
        effects[OTHER_MODEL] = offset - centre
    for index in stream.effects:
        effect, values = fit.model.effects[index], fit.mode.coefficients[index]
        if isinstance(effect, DesignEffect):
            columns = zip(effect.names, effect.columns, effect.sd * values, strict=True)
            effects |= {name: fit.frame.cut(column * amount) for name, column, amount in columns}
        elif not isinstance(effect, FieldEffect):  # a level
            log_reference = log_reference + fit.frame.cut(effect.cells(values))
    return effects, log_reference


NO_EFFECT = 1e-9
"""Log factors that differ by less are the same."""
