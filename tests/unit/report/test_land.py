"""The GeoPackage that QGIS opens."""

import pyogrio
import pytest
from tests.samples import studies

from landrelease.report.land import LAYERS, write_land


@pytest.mark.parametrize("study", [studies.province, studies.points_only, studies.nothing])
def test_every_layer_is_there(tmp_path, study):
    write_land(study(), tmp_path / "land.gpkg")
    assert [name for name, _kind in pyogrio.list_layers(tmp_path / "land.gpkg")] == list(LAYERS)


def test_layers_hold_what_was_given(tmp_path):
    study = studies.province()
    write_land(study, tmp_path / "land.gpkg")
    for layer, name in LAYERS.items():
        read = pyogrio.read_dataframe(tmp_path / "land.gpkg", layer=layer)
        assert len(read) == len(getattr(study, name))
        assert list(read.columns) == list(getattr(study, name).columns)
        assert read.crs.to_epsg() == 4326
    parts = pyogrio.read_dataframe(tmp_path / "land.gpkg", layer="land_part")
    assert parts["area_m2"].sum() == pytest.approx(study.parts["area_m2"].sum())
    assert parts["route"].isna().sum() == study.parts["route"].isna().sum()
    assert (
        parts.geometry.to_numpy()[0].equals_exact(study.parts.geometry[0], 1e-9)
        or parts.geometry[0].geom_type == "MultiPolygon"
    )


def test_a_file_that_is_there_is_replaced_whole(tmp_path):
    path = tmp_path / "land.gpkg"
    write_land(studies.province(), path)
    write_land(studies.nothing(), path)
    assert len(pyogrio.read_dataframe(path, layer="land_part")) == 0
    assert [item.name for item in tmp_path.iterdir()] == ["land.gpkg"]


def test_nothing_is_left_where_writing_fails(tmp_path):
    path = tmp_path / "land.gpkg"
    write_land(studies.province(), path)
    before = path.read_bytes()
    broken = studies.province()
    object.__setattr__(broken, "admin", None)
    with pytest.raises(AttributeError):
        write_land(broken, path)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["land.gpkg"]
