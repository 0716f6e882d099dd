"""The field estimator: looks in, a surface with joint draws out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import Scale, check_positive, in_region
from landrelease.hazard.covariates import Covariates
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.draws import draw_predictors
from landrelease.hazard.field.fitting import Fit, Layers, build_model, fit_model, make_frame
from landrelease.hazard.field.gridding import Gridded, grid_looks
from landrelease.hazard.field.memory import check_memory
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.looks import Looks
from landrelease.hazard.surface import Surface
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FieldSurface(Surface):
    """A surface of the field model.

    Attributes
    ----------
    items_ever
        Posterior mean of the items per m² that were ever there; shape (rows, columns).
    missed
        Share of them that the searches so far missed.
    fit, gridded
        What it comes from; None for a surface put together of tiles.
    factor
        What the intensity of the fit is multiplied by to be in the surface's unit (see `Scale`).
    """

    items_ever: Floats = field(default_factory=lambda: np.empty((0, 0)))
    missed: Floats = field(default_factory=lambda: np.empty((0, 0)))
    fit: Fit | None = None
    gridded: Gridded | None = None
    factor: float = 1.0


@dataclass(frozen=True)
class FieldEstimator:
    """Log-Gaussian Cox intensity with a short and a long Matérn field.

    Attributes
    ----------
    settings
        Hyper-parameters; `usual_settings` of the grid where None.
    covariates, reporting
        Of where items are; of where they are reported.
    offset
        Log factor from another model, shape (rows, columns).
    scale
        What the total stands for where no search fixes the level; by default as many items as were recorded.
    """

    settings: FieldSettings | None = None
    covariates: Covariates | None = None
    reporting: Covariates | None = None
    offset: Floats | None = None
    scale: Scale | None = None

    def fit(self, looks: Looks, grid: Grid, at_year: float, progress: Progress = SILENT) -> FieldSurface:
        """Estimate the items there at a (decimal) year.

        Raises
        ------
        LandreleaseError
            LR4001 where nothing was found, reported or searched; LR4060 for a grid too large for memory.
        """
        settings = self.settings or usual_settings(grid)
        check_memory(grid, settings)
        gridded = grid_looks(looks, grid, at_year, settings)
        frame = make_frame(grid, settings)
        layers = Layers(self.covariates, self.reporting, self.offset)
        fit = fit_model(build_model(gridded, frame, settings, layers), frame, settings, progress=progress)
        missed = gridded.searches.missed(grid.shape)
        factor = self._factor(gridded, fit, at_year, settings)
        items = _masked(np.exp(frame.cut(fit.log_mean)) * factor, grid)
        draws = _draws(fit, gridded, settings, factor, progress)
        return FieldSurface(
            grid, items * missed, "field", _said(settings, gridded, fit), draws, items_ever=items, missed=missed,
            fit=fit, gridded=gridded, factor=factor,
        )  # fmt: skip

    def _factor(self, gridded: Gridded, fit: Fit, at_year: float, settings: FieldSettings) -> float:
        """1 where searches fix the level; else what makes the total that of `Scale`."""
        if self.scale is None and gridded.searches.shares.nnz:
            return 1.0
        inside = fit.frame.place(np.ones(fit.frame.grid.shape)) > 0
        total = float(np.exp(fit.log_mean)[inside].sum()) * fit.frame.grid.cell_area_m2
        read = (gridded.stream != "") | in_region(gridded.looks, fit.frame.grid)
        events = gridded.looks.where(read).events()
        return (self.scale or Scale()).total(events, at_year, settings.decay_years) / total


def usual_settings(grid: Grid) -> FieldSettings:
    """Ranges in proportion to the grid: a few cells, and a tenth of its longer side."""
    side = max(grid.rows, grid.columns) * grid.cell_m
    check_positive("cell_m", grid.cell_m)
    return FieldSettings(Matern(6 * grid.cell_m, 2.0), Matern(max(side / 12, 12.5 * grid.cell_m), 2.0), site_sd=2.0)


def _masked(cells: Floats, grid: Grid) -> Floats:
    return cells if grid.mask is None else np.where(grid.mask, cells, np.nan)


def _draws(
    fit: Fit, gridded: Gridded, settings: FieldSettings, factor: float, progress: Progress
) -> NDArray[np.float32] | None:
    """Joint draws of the items there now; each draws its own chances to see as well."""
    if not settings.draws:
        return None
    grid, frame = fit.frame.grid, fit.frame
    made = np.empty((settings.draws, *grid.shape), dtype=np.float32)
    for index in track(range(settings.draws), progress, _("Drawing from the posterior"), settings.draws):
        generator = np.random.default_rng([settings.seed, 1, index])
        made[index] = frame.cut(draw_predictors(fit.model, fit.mode, generator)[0])
    centre = frame.cut(fit.log_mean) - draws_variance(made, frame.cut(fit.variance)) / 2
    for index, drawn in enumerate(made):
        generator = np.random.default_rng([settings.seed, 2, index])
        missed = gridded.searches.missed(grid.shape, gridded.searches.drawn(generator))
        made[index] = _masked(np.exp(centre + drawn) * factor * missed, grid)
    return made


DOUBT = 5e-4
"""Chance with which draws contradict a variance that is right, on either side."""


SMALL = 0.5
"""Variance of log intensity below which the draws' own mean square does for centres: it errs the mean by under 3 %."""


def draws_variance(deviations: NDArray[np.float32], variance: Floats) -> Floats:
    """Variance of log intensity that draws vary with: the fit's, as far as they do not contradict it.

    The mean of the draws must be the mean of the map. The fit's variance is smoothed over cells: in one where a search
    found hundreds of items it is far too large, and draws around a centre that is lower by half of it would be too few.
    The draws' own mean square would not do either: it is large where one of them is, and centres lowered by half of it
    lose a third of the mean of 30 draws at a variance of 8. So the fit's variance is held within the interval that the
    mean square of a few normal draws allows (chi-square); only a small mean square stands by itself.

    Parameters
    ----------
    deviations
        Draws about the mode, shape (draws, rows, columns).
    variance
        Of the fit, shape (rows, columns).
    """
    count = len(deviations)
    square = np.einsum("dij,dij->ij", deviations, deviations, dtype=np.float64) / count
    low, high = (count / float(chi2.ppf(tail, count)) for tail in (1 - DOUBT, DOUBT))
    held = np.clip(variance, square * low, square * high)
    return np.asarray(np.where(square < np.minimum(variance, SMALL), square, held))


def _said(settings: FieldSettings, gridded: Gridded, fit: Fit) -> Mapping[str, float | str]:
    """Parameters and diagnostics, for the record."""
    mode = fit.mode
    return {
        "short_range_m": settings.short.range_m, "short_sd": settings.short.sd, "long_range_m": settings.long.range_m,
        "long_sd": settings.long.sd, "site_sd": settings.site_sd, "decay_years": settings.decay_years,
        "other_weight": settings.other_weight, "reporting_sd": settings.reporting_sd, "seed": float(settings.seed),
        "draws": float(settings.draws), "looks": float(len(gridded.looks)),
        "events": float(len(gridded.looks.events())), "converged": "yes" if mode.converged else "no",
        "newton_steps": float(mode.steps), "decrement": mode.decrement,
        "last_round": fit.rounds[-1] if fit.rounds else 0.0,
    }  # fmt: skip
