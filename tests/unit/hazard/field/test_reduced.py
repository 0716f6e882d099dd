"""Solves without the floor of the spectrum against matrices, and what they leave to be done."""

import numpy as np
import pytest
from tests.samples.fields import field_effect

from landrelease.hazard.field.basis import Matern, spectrum
from landrelease.hazard.field.effects import Coefficients, DesignEffect, FieldEffect, LevelEffect, dot
from landrelease.hazard.field.precondition import Curvature, conjugate_gradients, make_preconditioner
from landrelease.hazard.field.reduced import Reduced, solve_reduced


def curvature_of(shape: tuple[int, int], peak: float = 300.0, site_sd: float = 1.0, seed: int = 1) -> Curvature:
    """A field, two levels, a covariate and a field of reports; little curvature, but for a few rich cells."""
    rng = np.random.default_rng(seed)
    field = FieldEffect(np.sqrt(spectrum(shape, 1.0, [Matern(4.0, 1.5), Matern(12.0, 1.5)], site_sd)))
    design = DesignEffect(rng.standard_normal((1, *shape)), np.ones(1), ("road",))
    effects = (field, LevelEffect(shape, 3.0), LevelEffect(shape, 3.0), design, field_effect(shape))
    weights = [rng.exponential(0.05, shape) for _stream in range(3)]
    weights[0][rng.random(shape) < 0.02] = peak
    return Curvature(effects, ((0, 1, 3), (0, 1, 2), (4, 2)), tuple(weights))


def random_like(curvature: Curvature, seed: int = 2) -> Coefficients:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=effect.zeros().shape) for effect in curvature.effects]


@pytest.mark.parametrize("site_sd", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_answer_solves_the_whole_system(site_sd: float, seed: int) -> None:
    curvature = curvature_of((12, 16), site_sd=site_sd, seed=seed)
    right = random_like(curvature)
    solved = solve_reduced(curvature, right, 500, 1e-24)
    assert solved is not None
    for back, wanted in zip(curvature(solved[0]), right, strict=True):
        np.testing.assert_allclose(back, wanted, atol=1e-8)


def test_the_right_side_is_left_as_it_was() -> None:
    curvature = curvature_of((12, 16))
    right = random_like(curvature)
    kept = [part.copy() for part in right]
    solve_reduced(curvature, right, 20, 1e-2)
    for part, before in zip(right, kept, strict=True):
        np.testing.assert_array_equal(part, before)


def test_without_a_floor_there_is_nothing_to_take_out() -> None:
    curvature = curvature_of((12, 16))
    level = Curvature((curvature.effects[1],), ((0,),), curvature.weights[:1])
    assert Reduced.of(level) is None
    smooth = Curvature((FieldEffect(np.zeros((12, 16))),), ((0,),), curvature.weights[:1])
    assert Reduced.of(smooth) is None


@pytest.mark.parametrize("peak", [1.0, 100.0, 10_000.0])
def test_rich_cells_do_not_lengthen_a_solve(peak: float) -> None:
    curvature = curvature_of((64, 64), peak)
    right = random_like(curvature)
    solved = solve_reduced(curvature, right, 200, 1e-8)
    assert solved is not None
    assert solved[1] < 40
    if peak >= 100.0:
        assert solved[1] < conjugate_gradients(curvature, right, make_preconditioner(curvature), 400, 1e-8)[1] / 2


def test_single_precision_is_as_good_as_its_share() -> None:
    """On a grid large enough for it: the energy of the error against the same solve in double precision."""
    curvature = curvature_of((256, 260))
    right = random_like(curvature)
    rough, fine = solve_reduced(curvature, right, 60, 1e-4), Reduced.of(curvature)
    assert rough is not None
    assert fine is not None
    wanted = fine.solve(right, 200, 1e-12)[0]
    apart = [a - b for a, b in zip(rough[0], wanted, strict=True)]
    assert dot(apart, curvature(apart)) < 1e-3 * dot(wanted, curvature(wanted))
    assert all(part.dtype == np.float64 for part in rough[0])


def test_streams_that_only_some_effects_enter_are_gathered_once() -> None:
    """The product against the sum over streams, written out."""
    curvature = curvature_of((8, 12))
    direction = random_like(curvature)
    maps = [effect.cells(part) for effect, part in zip(curvature.effects, direction, strict=True)]
    wanted = [part.copy() for part in direction]
    for members, weight in zip(curvature.members, curvature.weights, strict=True):
        moved = weight * sum(maps[index] for index in members)
        for index in members:
            wanted[index] = wanted[index] + curvature.effects[index].adjoint(moved)
    for found, part in zip(curvature(direction), wanted, strict=True):
        np.testing.assert_allclose(found, part, rtol=1e-9, atol=1e-9)
