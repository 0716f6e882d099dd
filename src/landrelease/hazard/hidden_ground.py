"""The field model told of ground whose events were withheld: no look there means nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from landrelease.geo.grid import Grid
from landrelease.hazard.apart import apart_offset
from landrelease.hazard.competitors import Competitor
from landrelease.hazard.evaluate import Floats
from landrelease.hazard.field.draws import draw_predictors
from landrelease.hazard.field.estimator import FieldEstimator, FieldSurface, draws_variance, usual_settings
from landrelease.hazard.looks import Looks
from landrelease.hazard.surface import Surface
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track

Cells = NDArray[np.bool_]

CARRIED = 0.5
"""Share of the field's log departure from its sources that is carried on into hidden ground.

Whole, it wins where the hidden ground is small and loses where it is a department: far from any record a log-normal
mean grows with its variance. Half won both ways in development.
"""


@dataclass(frozen=True)
class HidingField:
    """`FieldEstimator` for comparisons by place.

    Hidden cells take no part in the fit, as cells outside the region do; their values are what the fields, carried on
    from the visible cells, say of them.

    Attributes
    ----------
    field
        The field.
    sources
        Competitors that foresee every cell as if nothing were recorded in its own block of land
        (`landrelease.hazard.apart`). Their mean log factor is the field's offset where ground is hidden; none of them
        is used that does not foresee blocks it did not learn from better than an even spread does. Of what the field
        has to add to them `CARRIED` goes over into hidden cells, whose total stays that of the sources.
    """

    field: FieldEstimator
    sources: Sequence[Competitor] = ()

    def fit(
        self, looks: Looks, grid: Grid, at_year: float, hidden: Cells | None = None, progress: Progress = SILENT
    ) -> Surface:
        """Estimate as `FieldEstimator.fit`; `hidden` are the cells whose events were withheld, (rows, columns)."""
        if hidden is None:
            return self.field.fit(looks, grid, at_year, progress=progress)
        region = np.ones(grid.shape, dtype=np.bool_) if grid.mask is None else grid.mask
        settings = self.field.settings or usual_settings(grid)
        offset, used = apart_offset(self.sources, looks, grid, at_year, hidden, progress)
        offset = offset if self.field.offset is None else offset + self.field.offset
        bare = replace(self.field, settings=replace(settings, draws=0), offset=offset)
        seen = bare.fit(looks, replace(grid, mask=region & ~hidden), at_year, progress=progress)
        mean = np.where(region, _items(seen, 0.0, seen.missed), np.nan)
        draws = _draws(seen, region, settings.draws, settings.seed, progress) if settings.draws else None
        if used:
            toned = toned_down(mean, offset, region & hidden, region & ~hidden)
            mean *= toned
            draws = None if draws is None else (draws * toned).astype(np.float32)
        return Surface(grid, mean, seen.method, {**seen.parameters, "offset": ", ".join(used) or "none"}, draws)


def toned_down(items: Floats, offset: Floats, hidden: Cells, visible: Cells) -> Floats:
    """Factor on each cell by which hidden ground keeps `CARRIED` of the field's departure and the offset's total.

    Parameters
    ----------
    items, offset
        Map of the field, and the log factors it started from, shape (rows, columns).
    hidden, visible
        Cells of the region.

    Returns
    -------
    array
        Shape (rows, columns), 1 in visible cells. Against the visible cells, the hidden ones hold as much as the
        offset says.
    """
    factor = np.ones(items.shape)
    if not hidden.any() or not visible.any():
        return factor
    carried = np.exp((1.0 - CARRIED) * (offset[hidden] - np.log(items[hidden])))
    start = np.exp(offset)
    wanted = items[visible].sum() * start[hidden].sum() / start[visible].sum()
    factor[hidden] = carried * wanted / (carried @ items[hidden])
    return factor


def _items(seen: FieldSurface, deviation: "Floats | float", missed: Floats) -> Floats:
    assert seen.fit is not None
    return np.asarray(np.exp(seen.fit.frame.cut(seen.fit.log_mean) + deviation) * seen.factor * missed)


def _draws(seen: FieldSurface, region: Cells, draws: int, seed: int, progress: Progress) -> NDArray[np.float32]:
    """Joint draws of all cells of the region, hidden ones too, by the seeds of `FieldEstimator`."""
    fit, gridded = seen.fit, seen.gridded
    assert fit is not None
    assert gridded is not None
    made = np.full((draws, *region.shape), np.nan, dtype=np.float32)
    for index in track(range(draws), progress, _("Drawing from the posterior"), draws):
        generator = np.random.default_rng([seed, 1, index])
        made[index] = fit.frame.cut(draw_predictors(fit.model, fit.mode, generator)[0])
    lower = draws_variance(made, fit.frame.cut(fit.variance)) / 2
    for index, drawn in enumerate(made):
        generator = np.random.default_rng([seed, 2, index])
        missed = gridded.searches.missed(region.shape, gridded.searches.drawn(generator))
        made[index] = np.where(region, _items(seen, drawn - lower, missed), np.nan)
    return made
