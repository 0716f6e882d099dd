"""Explanations: an exact account of factors for a field, of shares for a kernel map, of distances for anything else."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import DistanceEstimator, KernelEstimator
from landrelease.hazard.covariates import Covariates
from landrelease.hazard.explain import Explanation, explain
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.estimator import FieldEstimator, FieldSurface
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.influence import influence_of
from landrelease.hazard.looks import ARRAYS, LookKind, Looks, looks_from_arrays, objects
from landrelease.hazard.reasons import Reason, ReasonKind, fold
from landrelease.hazard.surface import Surface
from landrelease.i18n import language

SETTINGS = FieldSettings(Matern(1_000.0, 1.0), Matern(4_000.0, 1.0), site_sd=0.5, draws=0)
SEARCHED = shapely.box(4_000, 4_000, 6_000, 6_000)
IN_SEARCHED, FAR = (25, 25), (2, 95)


def joined(*many: Looks) -> Looks:
    return Looks(**{name: np.concatenate([getattr(each, name) for each in many]) for name in ARRAYS})


def footprints(kind: LookKind, shapes: list[shapely.Polygon], **values: object) -> Looks:
    """Looks on polygons of 2018, each with the entry ``area 0``, ``area 1``..."""
    many = len(shapes)
    centres = [shape.centroid for shape in shapes]
    return Looks(
        np.array([c.x for c in centres]), np.array([c.y for c in centres]), np.full(many, 2018.5),
        objects([kind] * many), np.zeros(many), np.array([s.area for s in shapes]), np.full(many, np.nan),
        objects([f"area {n}" for n in range(many)]), objects(list(shapes)), chance=np.full(many, 0.9), **values,
    )  # fmt: skip


@pytest.fixture
def looks(record: Callable[..., Looks]) -> Looks:
    """120 accidents and finds, a search without a find, two accidents of 2019 together, a verdict of no hazard."""
    close = looks_from_arrays([15_000.0, 15_100.0], [5_000.0, 5_000.0], [2019.2, 2019.4], entry=["first", "second"])
    verdict = footprints(
        LookKind.SURVEY_VERDICT, [shapely.box(10_000, 8_000, 12_000, 9_500)], false_positive=np.array([0.1]),
        false_negative=np.array([0.2]),
    )  # fmt: skip
    return joined(record(events=120), close, footprints(LookKind.NEGATIVE_SECTOR, [SEARCHED]), verdict)


@pytest.fixture
def field(looks: Looks, wide_grid: Grid) -> FieldSurface:
    return FieldEstimator(SETTINGS).fit(looks, wide_grid, 2020.0)


def product(explanation: Explanation) -> float:
    factors = [reason.factor for reason in explanation.reasons]
    assert explanation.reference_per_m2 is not None
    return math.prod(factors) * explanation.reference_per_m2 * explanation.area_m2  # type: ignore[arg-type]


PLACES = [IN_SEARCHED, FAR, (25, 75), shapely.box(14_000, 4_000, 16_000, 6_000), shapely.box(-500, 3_000, 4_500, 7_000)]


@pytest.mark.parametrize("place", PLACES)
def test_all_factors_together_are_the_answer(place: object, field: FieldSurface, looks: Looks) -> None:
    for most in (1, 3, 12, 1_000):
        made = explain(field, place, looks, most=most)
        assert product(made) == pytest.approx(made.expected_items, rel=1e-9)
        assert len(made.reasons) <= most + 1


@pytest.mark.parametrize("place", [IN_SEARCHED, FAR, (25, 75), (7, 55)])
def test_the_fields_are_what_their_looks_and_silences_sum_to(place: tuple[int, int], field: FieldSurface) -> None:
    """The mode's own field in a cell, from its coefficients, against covariance times slopes."""
    influence, fit = influence_of(field), field.fit
    assert influence is not None
    assert fit is not None
    weights = np.zeros(field.grid.shape)
    weights[place] = 1.0
    pull = influence.covariance_with(weights).ravel()
    ours = float((influence.pulls @ pull).sum() + sum(slope.ravel() @ pull for slope in influence.silence.values()))
    field_map = fit.frame.cut(fit.model.effects[0].cells(fit.mode.coefficients[0]))
    assert ours == pytest.approx(field_map[place], abs=0.02)  # the mode is reached to a tolerance


def test_the_covariance_is_a_covariance(field: FieldSurface) -> None:
    influence = influence_of(field)
    assert influence is not None
    columns = []
    for place in ((10, 20), (12, 20), (40, 90)):
        weights = np.zeros(field.grid.shape)
        weights[place] = 1.0
        columns.append([influence.covariance_with(weights)[other] for other in ((10, 20), (12, 20), (40, 90))])
    matrix = np.array(columns)
    assert matrix == pytest.approx(matrix.T)
    assert (np.linalg.eigvalsh(matrix) > 0).all()
    assert matrix[0, 1] > matrix[0, 2]


def of_kind(made: Explanation, kind: ReasonKind) -> list[Reason]:
    return [reason for reason in made.reasons if reason.kind is kind]


def test_a_search_takes_what_it_could_see_and_speaks_for_its_surroundings(field: FieldSurface, looks: Looks) -> None:
    made = explain(field, IN_SEARCHED, looks, most=1_000)
    (gone,) = of_kind(made, ReasonKind.SEARCHED)
    assert gone.factor == pytest.approx(0.1)
    assert gone.entries == ("area 0",)
    (nearby,) = (each for each in made.reasons if each.subject == LookKind.NEGATIVE_SECTOR)
    assert nearby.factor is not None
    assert nearby.factor < 1
    assert nearby.distances_m == (0.0, 0.0)


def test_two_accidents_nearby_raise_and_are_named(field: FieldSurface, looks: Looks) -> None:
    made = explain(field, (25, 75), looks)
    raised = made.reasons[0]
    assert (raised.kind, raised.subject) == (ReasonKind.REPORTS, "accident")
    assert raised.factor is not None
    assert raised.factor > 1.5
    assert raised.text.startswith(f"× {raised.factor:.2g}: Reports of accidents: Accident (")
    close = raised.parts[0]
    assert {"first", "second"} <= set(close.entries)
    assert close.years is not None
    assert close.years[1] == 2019


def test_the_parts_of_a_stream_make_up_its_factor(field: FieldSurface, looks: Looks) -> None:
    for reason in of_kind(explain(field, (25, 75), looks), ReasonKind.REPORTS):
        assert math.prod(part.factor for part in reason.parts) == pytest.approx(reason.factor)  # type: ignore[misc]
        (silence,) = (part for part in reason.parts if part.kind is ReasonKind.SILENCE)
        assert silence.factor is not None
        assert silence.factor < 1
        assert silence.looks == ()


def test_without_an_accident_its_raise_is_gone(looks: Looks, wide_grid: Grid) -> None:
    """What the account says of the two accidents is what leaving them out does, in direction."""
    kept = looks.where(~np.isin(looks.entry.astype(str), ["first", "second"]))
    with_them, without = (FieldEstimator(SETTINGS).fit(each, wide_grid, 2020.0) for each in (looks, kept))
    assert without.items_per_m2[25, 75] < with_them.items_per_m2[25, 75]


def alone_in_the_west(grid: Grid) -> FieldSurface:
    """Twenty accidents at the western edge, nothing anywhere else."""
    rng = np.random.default_rng(6)
    events = looks_from_arrays(rng.uniform(0, 1_500, 20), rng.uniform(0, 10_000, 20), np.full(20, 2019.0))
    return FieldEstimator(SETTINGS).fit(events, grid, 2020.0)


def test_silence_lowers(field: FieldSurface, looks: Looks) -> None:
    told = explain(alone_in_the_west(field.grid), FAR, looks)
    silences = of_kind(told, ReasonKind.SILENCE)
    assert [each.subject for each in silences] == ["accident"]
    assert silences[0].factor is not None
    assert silences[0].factor < 1
    assert silences[0].text.endswith("Nothing was reported where some reports were expected (accidents)")


def test_a_verdict_of_no_hazard_lowers_its_ground(field: FieldSurface, looks: Looks) -> None:
    made = explain(field, (7, 55), looks, most=1_000)
    (verdict,) = (each for each in made.reasons if each.subject == LookKind.SURVEY_VERDICT)
    assert verdict.factor is not None
    assert verdict.factor < 1


def test_covariates_are_reasons(looks: Looks, wide_grid: Grid) -> None:
    east = np.tile(np.linspace(-1, 1, wide_grid.columns), (wide_grid.rows, 1))
    covariates = Covariates(wide_grid, ("distance_to_road",), east[None], ("Distance to the nearest road",), ("km",))
    made = explain(FieldEstimator(SETTINGS, covariates).fit(looks, wide_grid, 2020.0), FAR, looks)
    (road,) = of_kind(made, ReasonKind.COVARIATE)
    assert road.subject == "distance_to_road"
    assert "distance to road" in road.text
    assert product(made) == pytest.approx(made.expected_items)


def test_another_models_map_is_a_reason(looks: Looks, wide_grid: Grid) -> None:
    offset = np.zeros(wide_grid.shape)
    offset[:, 50:] = 1.0
    made = explain(FieldEstimator(SETTINGS, offset=offset).fit(looks, wide_grid, 2020.0), FAR, looks)
    (other,) = of_kind(made, ReasonKind.COVARIATE)
    assert other.factor == pytest.approx(math.exp(0.5))
    assert "another model's map" in other.text


def test_a_field_without_a_fit_tells_distances(field: FieldSurface, looks: Looks) -> None:
    made = explain(replace(field, fit=None, gridded=None), FAR, looks)
    assert len(made.reasons) == 5
    assert made.reference_per_m2 is None


@pytest.mark.parametrize("place", [(25, 75), FAR, shapely.box(14_000, 4_000, 16_000, 6_000)])
@pytest.mark.parametrize("wide", [0.0, 0.3])
def test_shares_of_a_kernel_map_are_all_of_it(place: object, wide: float, looks: Looks, wide_grid: Grid) -> None:
    surface = KernelEstimator(300.0, wide_share=wide, wide_m=500.0).fit(looks, wide_grid, 2020.0)
    made = explain(surface, place, looks, 2020.0, least=0.0)
    assert math.fsum(each.share for each in made.reasons) == pytest.approx(1.0)  # type: ignore[misc]
    assert all(each.share is not None and each.share >= -1e-12 for each in made.reasons)
    (even,) = of_kind(made, ReasonKind.BACKGROUND)
    farthest = float(surface.items_per_m2.min())  # no kernel reaches there
    assert even.share == pytest.approx(farthest * made.area_m2 / made.expected_items, rel=1e-6)


def test_the_share_of_an_event_is_what_leaving_it_out_takes(looks: Looks, wide_grid: Grid) -> None:
    """A kernel map is a sum: without an event it is lower by the event's share, the total's scale put right."""
    estimator, place = KernelEstimator(background_share=0.0), (25, 75)
    events = looks.events()
    surface = estimator.fit(events, wide_grid, 2020.0)
    alone = explain(surface, place, events, 2020.0, most=1_000)
    pair = next(each for each in alone.reasons if "first" in each.entries)
    index = list(pair.looks)
    others = np.ones(len(events), dtype=bool)
    others[index] = False
    without = estimator.fit(events.where(others), wide_grid, 2020.0)
    weights = [1.2 if kind == LookKind.ACCIDENT else 0.2 for kind in events.kind] * np.exp((events.year - 2020.0) / 3)
    left = without.items_per_m2[place] / float(without.parameters["total_items"]) * weights[others].sum()
    share = 1 - left / (surface.items_per_m2[place] / float(surface.parameters["total_items"]) * weights.sum())
    assert pair.share == pytest.approx(share, rel=0.02)  # the two maps lose a little more or less beyond the edge


def test_a_distance_map_names_the_nearest_events_and_no_amounts(looks: Looks, wide_grid: Grid) -> None:
    made = explain(DistanceEstimator().fit(looks, wide_grid, 2020.0), (25, 75), looks, 2020.0)
    assert [each.amount for each in made.reasons] == [""] * 5
    distances = [each.distances_m[0] for each in made.reasons if each.distances_m]
    assert distances == sorted(distances)
    assert made.reasons[0].text.startswith("Accident (1), 2019, ")


def test_the_words(field: FieldSurface, looks: Looks) -> None:
    made = explain(field, IN_SEARCHED, looks)
    first, second, *rest = made.lines
    assert first.endswith("expected items on 4 ha")
    assert second.startswith("Ordinary ground, known no better, would have")
    assert len(rest) == len(made.reasons)
    assert any("This ground was searched" in line and "at the place" in line for line in rest)


@pytest.mark.parametrize(
    ("metres", "words"),
    [((0.0, 0.0), "at the place"), ((0.0, 384.0), "within 380 m"), ((384.0, 384.4), "380 m away"),
     ((384.0, 1_240.0), "380 m to 1.2 km away"), ((40.0, 250_000.0), "40 m to 250 km away")],
)  # fmt: skip
def test_distances_in_words(metres: tuple[float, float], words: str) -> None:
    reason = Reason(ReasonKind.LOOKS, 2.0, None, "accident", (0,), (), (2019, 2019), metres)
    assert reason.text == f"× 2: Accident (1), 2019, {words}"


@pytest.mark.parametrize(
    ("factor", "words"),
    [(3.24, "× 3.2"), (0.103, "× 0.1"), (221_800.0, "× 220,000"), (0.00312, "× 0.0031"), (3e-6, "× 1 / 330,000")],
)
def test_factors_in_words(factor: float, words: str) -> None:
    assert Reason(ReasonKind.SILENCE, factor).amount == words


def test_the_ground_of_one_cell_is_even(field: FieldSurface, looks: Looks) -> None:
    """Nothing is left to explain in a cell but how near the mode was reached."""
    (rest,) = of_kind(explain(field, (25, 75), looks, least=0.0, most=1_000), ReasonKind.UNEVENNESS)
    assert rest.factor == pytest.approx(1.0, abs=0.02)


def test_reasons_follow_the_language(field: FieldSurface, looks: Looks) -> None:
    made = explain(field, FAR, looks)
    with language("fr"):
        assert made.lines  # texts are made when they are asked for; what has no translation is in English


def test_what_is_folded_is_still_counted() -> None:
    reasons = [
        Reason(ReasonKind.LOOKS, factor, subject="find", looks=(n,)) for n, factor in enumerate((4.0, 0.5, 1.01))
    ]
    silent = Reason(ReasonKind.SILENCE, 0.99, subject="report")
    strongest, other = fold([*reasons, silent], most=1, least=0.05)
    assert (strongest.factor, other.kind) == (4.0, ReasonKind.OTHER)
    assert other.factor == pytest.approx(0.5 * 1.01 * 0.99)
    assert set(other.looks) == {1, 2}


def test_nothing_expected_is_explained_by_what_is_near(wide_grid: Grid, looks: Looks) -> None:
    surface = Surface(wide_grid, np.zeros(wide_grid.shape), "kernel", {})
    assert explain(surface, FAR, looks).expected_items == 0.0


REFUSED = [
    ((50, 0), "LR4050"),
    ((0, -1), "LR4050"),
    (shapely.box(-900, 0, -10, 90), "LR4050"),
    (shapely.Polygon(), "LR4051"),
]


@pytest.mark.parametrize(("place", "code"), REFUSED)
def test_bad_places(place: object, code: str, field: FieldSurface, looks: Looks) -> None:
    with pytest.raises(LandreleaseError, match=code):
        explain(field, place, looks)


def test_masked_ground_is_outside(looks: Looks, wide_grid: Grid) -> None:
    mask = np.ones(wide_grid.shape, dtype=bool)
    mask[:10] = False
    surface = FieldEstimator(SETTINGS).fit(looks, replace(wide_grid, mask=mask), 2020.0)
    with pytest.raises(LandreleaseError, match="LR4050"):
        explain(surface, FAR, looks)
    made = explain(surface, shapely.box(0, 7_000, 4_000, 10_000), looks)
    assert made.area_m2 == pytest.approx(4_000 * 1_000)
    assert product(made) == pytest.approx(made.expected_items)
