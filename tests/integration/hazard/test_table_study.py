"""Any table of points becomes a map that is judged, or is refused: from the file to the files."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from landrelease import cli
from landrelease.errors import LandreleaseError
from landrelease.exchange.points import PointColumns
from landrelease.progress import Silent
from landrelease.table_study import EstimateSettings, estimate_table, evaluate_tables

FILES = {"hazard.tif", "hazard.png", "map.html", "table.csv", "reliability.png", "report.pdf"}
DATED = PointColumns("lon", "lat", "date")
QUICK = EstimateSettings(1_000.0, method="kernel", judge=False)
Table = Callable[..., Path]


def events(
    centre: tuple[float, float] = (37.0, 48.5), count: int = 300, seed: int = 1, first: int = 2012
) -> pd.DataFrame:
    """Events in six clusters about a place, over eight years."""
    rng = np.random.default_rng(seed)
    around = np.random.default_rng(7).uniform(-0.15, 0.15, (6, 2))
    cluster = rng.integers(0, 6, count)
    places = np.array(centre) + around[cluster] + rng.normal(0, 0.012, (count, 2))
    return pd.DataFrame({
        "lon": (places[:, 0] + 180) % 360 - 180, "lat": places[:, 1], "date": rng.integers(first, first + 8, count),
        "kind": np.where(rng.random(count) < 0.7, "mine", "other"), "district": np.char.add("D", cluster.astype(str)),
    }).round({"lon": 6, "lat": 6})  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Write a frame as a CSV."""

    def made(frame: pd.DataFrame, name: str = "events.csv", **options: str) -> Path:
        frame.to_csv(tmp_path / name, index=False, **options)  # type: ignore[call-overload]
        return tmp_path / name

    return made


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that an estimate writes."""
    folder = tmp_path_factory.mktemp("whole")
    events().to_csv(folder / "events.csv", index=False)
    columns = PointColumns("lon", "lat", "date", kind="kind")
    estimate_table(folder / "events.csv", folder / "out", columns, EstimateSettings(1_500.0, "mine", draws=6))
    return folder / "out"


def test_every_file_is_there_and_no_other(whole: Path) -> None:
    assert {path.name for path in whole.iterdir()} == FILES


def test_the_raster_holds_mean_and_interval_a_km2(whole: Path) -> None:
    with rasterio.open(whole / "hazard.tif") as raster:
        mean, low, high = raster.read()
        assert "km²" in raster.descriptions[0]
        assert raster.overviews(1) or max(raster.shape) <= 512
        assert raster.crs.linear_units == "metre"
    known = np.isfinite(mean)
    assert (low[known] <= high[known]).all()
    assert (mean[known] > 0).all()
    yearly = events().query("kind == 'mine'").groupby("date").size().mean()
    assert mean[known].sum() * 1.5**2 == pytest.approx(yearly, rel=0.5)  # younger events weigh more


def test_the_table_holds_both_splits_and_every_map(whole: Path) -> None:
    scores = pd.read_csv(whole / "table.csv")
    assert list(scores.columns) == ["split", "method", "measure", "value", "low", "high"]
    methods = {"distance", "kernel", "kernel_tuned", "field"}
    assert {split: set(rows["method"]) for split, rows in scores.groupby("split")} == {
        "time": methods,
        "place": methods,
    }
    within = scores.dropna()
    assert ((within["low"] <= within["value"] + 1e-9) & (within["value"] <= within["high"] + 1e-9)).mean() > 0.95
    assert {"event_log_score", "roc_auc", "pr_auc", "r_height", "height", "brier"} <= set(scores["measure"])


def test_the_page_asks_nobody_for_anything(whole: Path) -> None:
    page = (whole / "map.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "Recorded events to expect a km² and year" in page
    assert "Event to foresee" in page
    assert 'src="http' not in page


def test_the_pictures_and_the_report_are_whole(whole: Path) -> None:
    for name in ("hazard.png", "reliability.png"):
        assert (whole / name).read_bytes().startswith(b"\x89PNG")
    assert (whole / "report.pdf").read_bytes().startswith(b"%PDF")


def test_the_same_table_and_seed_give_the_same_answer(table: Table, tmp_path: Path) -> None:
    settings = EstimateSettings(2_000.0, draws=2, seed=5, judge=False)
    for name in ("a", "b"):
        estimate_table(table(events(count=80)), tmp_path / name, DATED, settings)
    for name in ("hazard.tif", "report.pdf", "map.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name


WORLD = [
    ("Fiji, across the 180th meridian", (180.0, -17.0)),
    ("Colombia, west and north", (-74.0, 4.5)),
    ("Mozambique, east and south", (35.0, -16.0)),
    ("on the equator and the zero meridian", (0.0, 0.0)),
    ("far north", (25.0, 69.0)),
]


@pytest.mark.parametrize(("where", "centre"), WORLD)
def test_any_country(table: Table, tmp_path: Path, where: str, centre: tuple[float, float]) -> None:
    made = estimate_table(table(events(centre, count=60)), tmp_path / "out", DATED, QUICK)
    with rasterio.open(made.files["hazard.tif"]) as raster:
        assert max(raster.shape) < 80, where
        assert np.isfinite(raster.read(1)).sum() > 500


def test_a_table_without_dates_is_judged_by_place_alone(table: Table, tmp_path: Path) -> None:
    columns = PointColumns("lon", "lat")
    made = estimate_table(table(events()), tmp_path / "out", columns, EstimateSettings(2_000.0, draws=2))
    assert set(made.scores["split"]) == {"place"}
    assert set(made.scores["method"]) == {"distance", "kernel", "kernel_tuned", "field"}
    assert made.findings == ()


def test_a_region_masks_the_map(table: Table, tmp_path: Path) -> None:
    outline = tmp_path / "region.gpkg"
    gpd.GeoDataFrame(geometry=[shapely.box(36.85, 48.35, 37.0, 48.65)], crs="EPSG:4326").to_file(outline)
    made = estimate_table(table(events()), tmp_path / "out", DATED, QUICK, region=outline)
    with rasterio.open(made.files["hazard.tif"]) as raster:
        width_m = raster.bounds.right - raster.bounds.left
    assert width_m == pytest.approx(0.15 * 111_320 * math.cos(math.radians(48.5)), rel=0.2)
    assert [finding.error.code for finding in made.findings] == ["LR4047"]


def test_a_region_in_two_pieces_has_nothing_between(table: Table, tmp_path: Path) -> None:
    outline = tmp_path / "islands.gpkg"
    islands = [shapely.box(36.85, 48.35, 36.95, 48.65), shapely.box(37.05, 48.35, 37.15, 48.65)]
    gpd.GeoDataFrame(geometry=islands, crs="EPSG:4326").to_file(outline)
    settings = EstimateSettings(1_000.0, draws=2, judge=False)
    made = estimate_table(table(events()), tmp_path / "out", DATED, settings, region=outline)
    with rasterio.open(made.files["hazard.tif"]) as raster:
        known = np.isfinite(raster.read(1))
    across = known[known.shape[0] // 2]
    assert np.count_nonzero(np.diff(across.astype(int)) == 1) + across[0] == 2


def test_events_in_a_region_only_when_exchanged(table: Table, tmp_path: Path) -> None:
    """36 and 48 are as well a place in Iran: only the region tells."""
    outline = tmp_path / "region.gpkg"
    gpd.GeoDataFrame(geometry=[shapely.box(36, 48, 38, 49)], crs="EPSG:4326").to_file(outline)
    columns = PointColumns("first", "second")
    swapped = events().rename(columns={"lon": "second", "lat": "first"})
    with pytest.raises(LandreleaseError, match=r"LR4044.*--events second,first"):
        estimate_table(table(swapped), tmp_path / "out", columns, QUICK, region=outline)
    away = events((10.0, 10.0))
    with pytest.raises(LandreleaseError, match="LR4002"):
        estimate_table(table(away), tmp_path / "out", DATED, QUICK, region=outline)


FEW = [
    ("one event", [(37.0, 48.0, 2015)], {"LR4048"}),
    ("all at one place", [(37.0, 48.0, 2010 + year) for year in range(8)] * 5, {"LR4048", "LR4049"}),
    ("three in a line", [(37.0, 48.0, 2014), (37.1, 48.0, 2015), (37.2, 48.0, 2016)], {"LR4048"}),
]


@pytest.mark.parametrize(("what", "rows", "codes"), FEW)
@pytest.mark.parametrize("method", ["kernel", "field"])
def test_a_thin_record_gives_a_map_with_a_warning(
    table: Table, tmp_path: Path, method: str, what: str, rows: list[tuple[float, float, int]], codes: set[str]
) -> None:
    frame = pd.DataFrame(rows, columns=["lon", "lat", "date"])
    settings = EstimateSettings(1_000.0, method=method, draws=2)
    made = estimate_table(table(frame), tmp_path / "out", DATED, settings)
    assert {finding.error.code for finding in made.findings} >= codes, what
    assert made.scores.empty
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES - {"reliability.png"}


def test_a_grid_of_a_billion_cells_is_refused_with_what_would_work(table: Table, tmp_path: Path) -> None:
    with pytest.raises(LandreleaseError, match="LR4003") as caught:
        estimate_table(table(events()), tmp_path / "out", DATED, EstimateSettings(1.0))
    assert "GB" in str(caught.value)
    assert "tiles" in str(caught.value)
    assert not (tmp_path / "out").exists()


TARGETS = [(None, "accident"), ("minefield", "minefield")]


@pytest.mark.parametrize(("target", "named"), TARGETS)
def test_a_target_that_no_row_has_is_refused_with_the_values(
    table: Table, tmp_path: Path, target: str | None, named: str
) -> None:
    columns = PointColumns("lon", "lat", kind="kind")
    with pytest.raises(LandreleaseError, match=rf"LR4046.*'{named}'.*mine, other"):
        estimate_table(table(events()), tmp_path / "out", columns, EstimateSettings(1_000.0, target))


@pytest.mark.parametrize(
    ("settings", "name"),
    [({"cell_m": 0.0}, "--cell"), ({"cell_m": math.nan}, "--cell"), ({"method": "best"}, "--method"),
     ({"draws": -1}, "--draws")],
)  # fmt: skip
def test_bad_options_are_refused(settings: dict[str, float | str], name: str) -> None:
    with pytest.raises(LandreleaseError, match=rf"LR4005.*{name}"):
        EstimateSettings(**settings)  # type: ignore[arg-type]


class Cancelling(Silent):
    """Somebody who cancels at the n-th step."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def begin(self, label: str, total: int | None = None) -> None:
        self.left -= 1
        if self.left <= 0:
            raise KeyboardInterrupt

    def advance(self, units: int = 1) -> None:
        self.begin("")


@pytest.mark.parametrize("steps", [1, 3, 5, 6, 7, 8, 9])
def test_a_cancelled_estimate_leaves_what_was_there(table: Table, tmp_path: Path, steps: int) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "table.csv").write_text("of before")
    with pytest.raises(KeyboardInterrupt):
        estimate_table(table(events(count=60)), out, DATED, QUICK, progress=Cancelling(steps))
    assert {path.name: path.read_text() for path in out.iterdir()} == {"table.csv": "of before"}


# Pairs of tables


def test_maps_of_one_table_judged_on_another(table: Table, tmp_path: Path) -> None:
    train, test = table(events(), "train.csv"), table(events(count=90, seed=2, first=2020), "test.csv")
    columns = PointColumns("lon", "lat", "date", kind="kind", block="district")
    made = evaluate_tables(train, test, tmp_path / "out", columns, EstimateSettings(2_000.0, "mine", draws=4))
    assert set(made.scores["split"]) == {"tables", "place"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"table.csv", "reliability.png", "report.pdf"}
    assert made.evaluations[1].blocks == 6
    time = made.scores.query("split == 'tables'").set_index(["method", "measure"])["value"]
    assert time["kernel_tuned", "event_log_score"] > 0
    assert made.scores.query("split == 'place' and measure == 'coverage_90'")["value"].between(0, 1).all()


def test_blocks_of_one_value_cannot_be_left_out(table: Table, tmp_path: Path) -> None:
    frame = events().assign(district="D")
    columns = PointColumns("lon", "lat", block="district")
    with pytest.raises(LandreleaseError, match="LR4040"):
        evaluate_tables(table(frame, "a.csv"), table(frame, "b.csv"), tmp_path / "out", columns,
                        EstimateSettings(4_000.0, draws=0))  # fmt: skip


def test_too_few_test_events_are_said_and_nothing_is_quoted(table: Table, tmp_path: Path) -> None:
    made = evaluate_tables(
        table(events(), "a.csv"), table(events(count=5, first=2020), "b.csv"), tmp_path / "out", DATED
    )
    assert made.scores.empty
    assert "LR4004" in [finding.error.code for finding in made.findings]


# Commands


def test_the_command_prints_the_table_and_writes_the_files(
    table: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = table(events(count=120))
    arguments = ["estimate", str(file), "--events", "lon,lat,date", "--cell", "4000", "--draws", "2", "--out",
                 str(tmp_path / "out")]  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    for text in ("Estimate from events.csv", "Hidden blocks", "ROC AUC", "Field", "hazard.tif", "\N{MINUS SIGN}"):
        assert text in printed, text
    assert "\N{REPLACEMENT CHARACTER}" not in printed


def test_machines_get_one_object(table: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train, test = table(events(first=2004), "a.csv"), table(events(count=60), "b.csv")
    with pytest.raises(SystemExit):
        cli.main(["evaluate", str(train), str(test), "--events", "lon,lat,date", "--cell", "4000", "--draws", "0",
                  "--out", str(tmp_path / "out"), "--json"])  # fmt: skip
    given = json.loads(capsys.readouterr().out)
    assert {row["method"] for row in given["scores"]} == {"distance", "kernel", "kernel_tuned", "field"}
    assert Path(given["files"]["report.pdf"]).exists()


def test_a_refusal_says_what_to_do(table: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = table(events().rename(columns={"lon": "latitude", "lat": "longitude"}))
    with pytest.raises(SystemExit) as ended:
        cli.main(["estimate", str(file), "--events", "latitude,longitude", "--out", str(tmp_path / "out")])
    assert ended.value.code == 1
    assert "--events longitude,latitude" in capsys.readouterr().err
