"""Rows of the published layers: unique names, shapes of one type that say the same, differences that are all found."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st

from landrelease.errors import LandreleaseError
from landrelease.exchange.postgis_layers import LAYERS, Column, Layer, Shape, View
from landrelease.exchange.postgis_rows import differences, rows_of

PARTS, AREAS, EVIDENCE, TASKS = LAYERS
NAMES = st.text("ab~2/", max_size=3)
TEXTS = st.none() | st.just(float("nan")) | st.just(pd.NA) | st.text(max_size=5)
NUMBERS = st.none() | st.floats(0, 1e9) | st.integers(0, 1_000_000)
CORNERS = st.tuples(st.floats(-170, 170), st.floats(-80, 80), st.floats(0.001, 1), st.floats(0.001, 1))
BOXES = CORNERS.map(lambda c: shapely.box(c[0], c[1], c[0] + c[2], c[1] + c[3]))
PAIRS = BOXES.map(lambda b: shapely.MultiPolygon([b, shapely.affinity.translate(b, 2)]))
POINTS = CORNERS.map(lambda c: shapely.Point(c[0], c[1]))


def frames(layer, shapes):
    """Frames of a layer with any values; names may repeat."""
    columns = {column.name: NUMBERS if column.type != "text" else TEXTS for column in layer.columns}
    row = st.fixed_dictionaries({layer.identity.name: NAMES, **columns, "geometry": shapes})
    return st.lists(row, max_size=6).map(lambda rows: frame_of(layer, rows))


def frame_of(layer, rows):
    names = [column.name for column in layer.all_columns]
    table = pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in names})
    return gpd.GeoDataFrame(table, geometry=[row["geometry"] for row in rows], crs=4326)


@given(frames(PARTS, st.none() | BOXES | PAIRS))
def test_areas_become_multipolygons_that_say_the_same(frame):
    rows = rows_of(PARTS, frame)
    assert len({row[0] for row in rows}) == len(rows) == len(frame)
    for row, shape in zip(rows, frame.geometry, strict=True):
        if shape is None:
            assert row[-1] is None
            continue
        stored = shapely.from_wkb(row[-1])
        assert (stored.geom_type, shapely.get_srid(stored)) == ("MultiPolygon", 4326)
        assert shapely.get_parts(stored).tolist() == shapely.get_parts(shape).tolist()


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a", "a", "a~2"], ["a", "a~2", "a~2~2"]),
        (["a", "a~2", "a", "a"], ["a", "a~2", "a~3", "a~4"]),
        (["a~2", "a", "b", "a", "b"], ["a~2", "a", "b", "a~3", "b~2"]),
    ],
)
def test_names_that_repeat_get_a_number_that_is_free(names, expected):
    values = {column.name: None for column in TASKS.all_columns} | {"geometry": None}
    assert [row[0] for row in rows_of(TASKS, frame_of(TASKS, [values | {"entry": name} for name in names]))] == expected


@given(frames(EVIDENCE, st.none() | POINTS | BOXES | PAIRS))
def test_evidence_is_a_point_that_is_in_its_outline_if_it_has_one(frame):
    for row, shape in zip(rows_of(EVIDENCE, frame), frame.geometry, strict=True):
        point, outline = (None if text is None else shapely.from_wkb(text) for text in row[-2:])
        if shape is None or shape.geom_type == "Point":
            assert (point, outline) == (shape, None)
        else:
            assert outline.contains(point)
            assert outline.equals(shape)


@given(frames(PARTS, BOXES))
def test_values_are_kept_and_what_is_missing_is_missing(frame):
    for row, given_row in zip(rows_of(PARTS, frame), frame.to_dict("records"), strict=True):
        for value, column in zip(row[1:-1], PARTS.columns, strict=True):
            expected = given_row[column.name]
            missing = expected is None or expected is pd.NA or expected != expected
            assert value == (None if missing else expected), column.name


@given(frames(TASKS, BOXES), st.data())
def test_every_difference_is_counted_once(frame, data):
    rows = rows_of(TASKS, frame)
    fates = data.draw(st.lists(st.sampled_from(["same", "gone", "other"]), min_size=len(rows), max_size=len(rows)))
    stored = [
        row if fate == "same" else (*row[:-1], None) for row, fate in zip(rows, fates, strict=True) if fate != "gone"
    ]
    extra = [("not a name of these", *rows[0][1:])] if rows else []
    assert differences(rows, iter(rows)) == (0, 0, 0)
    assert differences(rows, iter(stored + extra)) == (fates.count("gone"), len(extra), fates.count("other"))


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (PARTS, shapely.Point(1, 2)),
        (AREAS, shapely.LineString([(0, 0), (1, 1)])),
        (EVIDENCE, shapely.MultiPoint([(0, 0), (1, 1)])),
        (EVIDENCE, shapely.Point()),
        (TASKS, shapely.Polygon()),
        (TASKS, shapely.GeometryCollection([shapely.box(0, 0, 1, 1)])),
    ],
)
def test_shapes_that_a_layer_cannot_hold_are_refused_by_name(layer, shape):
    row = {column.name: None for column in layer.all_columns} | {layer.identity.name: "that one", "geometry": shape}
    with pytest.raises(LandreleaseError) as caught:
        rows_of(layer, frame_of(layer, [row]))
    (finding,) = caught.value.findings
    assert finding.error.code == "LR2075"
    assert finding.details == {"layer": layer.name, "row": "that one", "shape": shape.geom_type}


def test_shapes_in_another_system_are_published_in_degrees():
    frame = frame_of(
        TASKS, [{column.name: "x" for column in TASKS.all_columns} | {"geometry": shapely.box(36, 48, 37, 49)}]
    )
    (row,) = rows_of(TASKS, frame.to_crs(6933))
    assert shapely.from_wkb(row[-1]).bounds == pytest.approx((36, 48, 37, 49), abs=1e-8)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Column("two words", "text"),
        lambda: Column("name", ""),
        lambda: Shape("geometry", "Polygon", "Outline"),
        lambda: Layer("x", "text", Column("a", "A"), (Column("a", "A"),), TASKS.views),
        lambda: Layer("x", "text", Column("a", "A"), (), ()),
    ],
)
def test_layers_that_a_database_could_not_hold_cannot_be_made(make):
    with pytest.raises(ValueError):
        make()


def test_every_view_is_named_once_and_only_outlines_leave_rows_out():
    views = [view for layer in LAYERS for view in layer.views]
    assert len({view.name for view in views}) == len(views)
    assert [view.name for view in views if view.only] == ["evidence_outline"]
    assert all(isinstance(view, View) for view in views)
