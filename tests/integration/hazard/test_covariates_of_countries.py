"""The open layers beside the checkout, country by country: outlines, places, heights, and a model that uses them."""

from pathlib import Path

import numpy as np
import pyproj
import pytest

from landrelease.exchange.layers import read_outline, read_places
from landrelease.exchange.resampling import read_degree_grid
from landrelease.geo.crs import WGS84
from landrelease.geo.grid import Grid
from landrelease.geo.plane import PLANE
from landrelease.hazard.competitors import BoostedEstimator, Boosting, LogisticEstimator
from landrelease.hazard.covariates import Places, covariates_from_layers
from landrelease.hazard.evaluate import place_log_score
from landrelease.hazard.examples import LearningPlan
from landrelease.hazard.looks import looks_from_arrays
from landrelease.hazard.territory import choose_grid

pytestmark = pytest.mark.data

AREAS_KM2 = {
    "170": 1_134_460, "Ukraine": 571_959, "Cambodia": 180_681, "croatia": 54_539, "Laos": 228_214, "Vietnam": 327_871,
}  # fmt: skip


@pytest.fixture(scope="module")
def layers(shared_data: Path) -> Path:
    return shared_data / "covariates"


@pytest.mark.parametrize(("name", "area_km2"), AREAS_KM2.items())
def test_outlines_of_countries(layers: Path, name: str, area_km2: float) -> None:
    outline = read_outline(layers / "countries-50m.json", name, PLANE, layer="countries")
    assert outline.area / 1e6 == pytest.approx(area_km2, abs=1)


@pytest.mark.parametrize(
    ("country", "count"), [("CO", 1_179), ("HR", 1_215), ("UA", 5_488), ("KH", 337), ("LA", 107), ("VN", 893)]
)
def test_places_of_countries(layers: Path, country: str, count: int) -> None:
    places = read_places(layers / "geonames_places500.csv", PLANE, country)
    assert len(places) == count
    assert (places["population"].dropna() > 0).all()


@pytest.mark.parametrize(
    ("clip", "lowest", "highest"), [("COL", -4_768, 4_700), ("KHM", -72, 1_372), ("UKR", -2_144, 2_073)]
)
def test_heights_stay_within_those_of_the_clip(layers: Path, clip: str, lowest: float, highest: float) -> None:
    west, south, east, north = {"COL": (-79, -4, -67, 12), "KHM": (102, 10, 107, 14), "UKR": (22, 44, 40, 52)}[clip]
    to = pyproj.Transformer.from_crs(WGS84, PLANE, always_xy=True).transform
    (x_min, x_max), (y_min, y_max) = to([west, east], [south, north])
    heights = read_degree_grid(
        layers / f"etopo5_{clip}.csv", Grid.covering(PLANE, (x_min, y_min, x_max, y_max), 20_000)
    )
    assert lowest <= np.nanmin(heights) < np.nanmax(heights) <= highest
    assert np.isfinite(heights).mean() > 0.9


@pytest.mark.parametrize("kind", [LogisticEstimator, BoostedEstimator])
def test_a_country_never_seen_in_development(layers: Path, kind) -> None:  # type: ignore[no-untyped-def]
    """Croatia: made-up accidents around the settlements; hidden in the west, foreseen there from layers alone."""
    crs = pyproj.CRS.from_epsg(3035)
    outline = read_outline(layers / "countries-50m.json", "Croatia", crs, layer="countries")
    grid = choose_grid(crs, region=outline, cell_m=10_000.0)
    table = read_places(layers / "geonames_places500.csv", crs, "HR")
    places = Places(*(table[name].to_numpy() for name in ("x_m", "y_m", "population")))
    covariates = covariates_from_layers(grid, places=places, border=outline)
    rng = np.random.default_rng(9)
    at = rng.integers(0, len(places), 1_500)
    x, y = (axis[at] + rng.normal(0, 2_000, 1_500) for axis in (places.x_m, places.y_m))
    looks = looks_from_arrays(x, y, rng.uniform(2000, 2010, 1_500))
    middle = float(np.median(x))
    hidden = np.broadcast_to(grid.centres()[0] < middle, grid.shape)
    learners = {} if kind is LogisticEstimator else {"learners": (Boosting(7, 5.0, (20, 60)),)}
    estimator = kind(covariates, LearningPlan(zeros=500, periods=3, groups=2), **learners)
    surface = estimator.fit(looks.where(looks.x_m >= middle), grid, 2010.0, hidden)
    west = looks.where(looks.x_m < middle)
    foreseen = np.where(hidden, surface.items_per_m2, np.nan)
    assert place_log_score(foreseen, grid, west.x_m, west.y_m) > 0.1
