"""GeoJSON, GeoPackage and KML give the same rows for the same features."""

import json
import zipfile

import geopandas
import numpy as np
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.exchange import archive, geojson, kml

SQUARE = shapely.box(15.0, -12.001, 15.001, -12.0)
MAPPING = """
mapping = 1
dataset = "xx.hazards"
kind = "hazard.report"
key = ["code"]
[valid]
from = { column = "day" }
[geometry]
[fields.name]
column = "name"
required = true
[fields.estimated_area_m2]
column = "area"
unit = "ha"
[constants]
classification = "cha"
"""
KML_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>d</name>'
)


def feature(code="H-1", geometry=SQUARE, **properties):
    shape = None if geometry is None else shapely.geometry.mapping(geometry)
    return {
        "type": "Feature",
        "properties": {"code": code, "name": "Rio", "day": "2020-06-30", "area": 1.2} | properties,
        "geometry": shape,
    }


def as_geojson(folder, features, head='{"type": "FeatureCollection", ', tail="]}"):
    path = folder / "hazards.geojson"
    path.write_text(head + '"features": [' + ",\n".join(json.dumps(f) for f in features) + tail, encoding="utf-8")
    return path


def frame(features, crs="EPSG:4326"):
    return geopandas.GeoDataFrame.from_features(features, crs=crs)


def as_geopackage(folder, features, crs="EPSG:4326", layer="hazards", path=None):
    path = path or folder / "hazards.gpkg"
    frame(features, crs).to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
    return path


def kml_shape(geometry):
    if geometry is None:
        return ""
    if geometry.geom_type == "MultiPolygon":
        return f"<MultiGeometry>{''.join(map(kml_shape, geometry.geoms))}</MultiGeometry>"
    places = lambda line: " ".join(f"{x!r},{y!r},0" for x, y in line.coords)  # noqa: E731
    if geometry.geom_type in ("Point", "LineString"):
        name = geometry.geom_type
        return f"<{name}><coordinates>{places(geometry)}</coordinates></{name}>"
    ring = "<{0}><LinearRing><coordinates>{1}</coordinates></LinearRing></{0}>"
    inner = "".join(ring.format("innerBoundaryIs", places(hole)) for hole in geometry.interiors)
    return f"<Polygon>{ring.format('outerBoundaryIs', places(geometry.exterior))}{inner}</Polygon>"


def kml_text(features, head=KML_HEAD):
    marks = []
    for f in features:
        p = f["properties"]
        data = "".join(f'<Data name="{k}"><value>{p[k]}</value></Data>' for k in ("code", "area"))
        shape = kml_shape(None if f["geometry"] is None else shapely.geometry.shape(f["geometry"]))
        marks.append(
            f"<Placemark><name>{p['name']}</name><TimeStamp><when>{p['day']}</when></TimeStamp>"
            f"<ExtendedData>{data}</ExtendedData>{shape}</Placemark>"
        )
    return f"{head}<Folder><name>north</name>{''.join(marks)}</Folder></Document></kml>"


def as_kml(folder, features):
    path = folder / "hazards.kml"
    path.write_text(kml_text(features), encoding="utf-8")
    return path


def as_kmz(folder, features):
    path = folder / "hazards.kmz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("doc.kml", kml_text(features))
        packed.writestr("icon.png", b"\x89PNG")
    return path


FORMATS = {"geojson": as_geojson, "geopackage": as_geopackage, "kml": as_kml, "kmz": as_kmz}
KML_MAPPING = MAPPING.replace('column = "day"', 'column = "when"')


@pytest.fixture(params=list(FORMATS))
def rows_of(request, tmp_path, read):
    mapping = KML_MAPPING if request.param in ("kml", "kmz") else MAPPING
    return lambda features: read(FORMATS[request.param](tmp_path, features), mapping)[0]


def test_a_feature_becomes_a_statement(rows_of):
    [row] = rows_of([feature()])
    assert (row.number, row.findings) == (1, [])
    body = row.proposal.body
    assert (body.name, body.estimated_area_m2, row.proposal.valid_from) == ("Rio", 12_000, "2020-06-30")
    assert len(body.shape.coordinates[0]) == 5
    assert (150000000, -120000000) in body.shape.coordinates[0]


def test_several_polygons_are_one_shape_and_holes_stay(rows_of):
    holed = SQUARE.difference(SQUARE.buffer(-0.0003, join_style="mitre"))
    far = shapely.transform(SQUARE, lambda places: places + 0.1)
    [row] = rows_of([feature(geometry=shapely.MultiPolygon([holed, far]), area=2.4)])
    assert [len(rings) for rings in row.proposal.body.shape.coordinates] == [2, 1]


def test_every_feature_is_numbered(rows_of):
    rows = rows_of([feature(f"H-{number}") for number in range(1, 4)])
    assert [(row.number, row.values["code"]) for row in rows] == [(1, "H-1"), (2, "H-2"), (3, "H-3")]


def test_a_feature_without_a_shape_is_a_statement_without_one(rows_of):
    rows = rows_of([feature(), feature("H-2", None)])
    assert rows[1].proposal.body.shape is None


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (shapely.Point(15, -12), "LR2025"),
        (shapely.LineString([(15, -12), (15.1, -12)]), "LR2025"),
        (shapely.box(500_000, 8_670_000, 500_100, 8_670_100), "LR2018"),
    ],
)
def test_a_wrong_shape_refuses_its_feature(rows_of, geometry, code):
    wrong, sound = rows_of([feature("H-1", geometry), feature("H-2")])
    assert (wrong.proposal, sound.findings) == (None, [])
    assert [(finding.error.code, finding.row, finding.field) for finding in wrong.findings] == [(code, 1, "geometry")]


class TestGeoJson:
    def test_a_named_system_other_than_wgs84_is_refused(self, tmp_path, read):
        head = '{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "EPSG:32733"}}, '
        with pytest.raises(LandreleaseError) as error:
            read(as_geojson(tmp_path, [feature()], head), MAPPING)
        assert error.value.codes == ("LR2023",)

    @pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"])
    def test_wgs84_by_any_name_is_read(self, tmp_path, read, name):
        head = f'{{"type": "FeatureCollection", "crs": {{"type": "name", "properties": {{"name": "{name}"}}}}, '
        assert read(as_geojson(tmp_path, [feature()], head), MAPPING)[0][0].findings == []

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "LR2005"),
            ('{"type": "FeatureCollection", "features": []}', "LR2005"),
            ('{"type": "Point", "coordinates": [1, 2]}', "LR2006"),
        ],
    )
    def test_a_file_without_features_is_refused(self, tmp_path, read, text, code):
        path = tmp_path / "h.geojson"
        path.write_text(text)
        with pytest.raises(LandreleaseError) as error:
            read(path, MAPPING)
        assert error.value.codes == (code,)

    @pytest.mark.parametrize("cut", [5, 40, 200])
    def test_a_file_that_is_cut_off_is_refused(self, tmp_path, read, cut):
        path = as_geojson(tmp_path, [feature(), feature("H-2")])
        path.write_bytes(path.read_bytes()[:-cut])
        with pytest.raises(LandreleaseError) as error:
            read(path, MAPPING)
        assert error.value.codes == ("LR2006",)

    def test_an_open_ring_is_closed_with_a_remark(self, tmp_path, read):
        open_ring = feature()
        ring = open_ring["geometry"]["coordinates"][0]
        open_ring["geometry"]["coordinates"] = [list(ring[:-1])]
        [row] = read(as_geojson(tmp_path, [open_ring]), MAPPING)[0]
        assert [finding.error.code for finding in row.findings] == ["LR3005"]
        assert row.proposal is not None

    @pytest.mark.parametrize(
        "geometry",
        [{"type": "Polygon", "coordinates": [[[15, -12]]]}, {"type": "Round"}, {"coordinates": [1, 2]}, [1, 2], 7],
    )
    def test_a_geometry_that_is_none_refuses_its_feature(self, tmp_path, read, geometry):
        broken = feature() | {"geometry": geometry}
        wrong, sound = read(as_geojson(tmp_path, [broken, feature("H-2")]), MAPPING)[0]
        assert [finding.error.code for finding in wrong.findings] == ["LR2026"]
        assert sound.proposal is not None

    def test_small_pieces_give_the_same(self, tmp_path, read, monkeypatch):
        path = as_geojson(tmp_path, [feature(f"H-{n}") for n in range(20)])
        whole = read(path, MAPPING)[0]
        monkeypatch.setattr(geojson, "_PIECE", 300)
        assert read(path, MAPPING)[0] == whole

    def test_an_attribute_that_never_occurs_is_named(self, tmp_path, read):
        with pytest.raises(LandreleaseError) as error:
            read(as_geojson(tmp_path, [feature()]), MAPPING.replace('"area"', '"surface"'))
        assert error.value.findings[0].details["columns"] == "surface"

    def test_identity_and_nested_properties_are_columns(self, tmp_path, read):
        whole = feature(tags=["a", "b"]) | {"id": 7}
        [row] = read(as_geojson(tmp_path, [whole]), MAPPING)[0]
        assert (row.values["id"], row.values["tags"]) == ("7", '["a", "b"]')

    @pytest.mark.parametrize("item", ["7", '"text"', "[1]"])
    def test_what_is_no_feature_refuses_its_place_alone(self, tmp_path, read, item):
        path = tmp_path / "h.geojson"
        path.write_text(f'{{"features": [{item}, {json.dumps(feature())}]}}')
        wrong, sound = read(path, MAPPING)[0]
        assert [finding.error.code for finding in wrong.findings] == ["LR2055"]
        assert sound.proposal is not None

    def test_a_feature_without_end_is_refused(self, tmp_path, read, monkeypatch):
        monkeypatch.setattr(geojson, "_PIECE", 200)
        monkeypatch.setattr(geojson, "LARGEST_FEATURE", 1_000)
        with pytest.raises(LandreleaseError) as error:
            read(as_geojson(tmp_path, [feature(note="x" * 9_000)]), MAPPING)
        assert error.value.codes == ("LR2006",)

    def test_a_byte_order_mark_does_not_matter(self, tmp_path, read):
        path = as_geojson(tmp_path, [feature()])
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
        assert read(path, MAPPING)[0][0].findings == []


class TestGeoPackage:
    def test_another_file_under_its_name_is_never_opened(self, tmp_path, read):
        """A virtual dataset could name other files of this computer, or hosts."""
        path = tmp_path / "h.gpkg"
        path.write_text(
            '<OGRVRTDataSource><OGRVRTLayer name="h"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
        )
        with pytest.raises(LandreleaseError) as error:
            read(path, MAPPING)
        assert error.value.codes == ("LR2006",)
        assert "no GeoPackage" in str(error.value)

    def test_the_file_says_its_system(self, tmp_path, read):
        metres = feature(geometry=shapely.box(500_000, 8_670_000, 500_100, 8_670_100), area=1)
        [row] = read(as_geopackage(tmp_path, [metres], crs="EPSG:32733"), MAPPING)[0]
        assert row.findings == []
        assert row.proposal.body.shape.entered.crs == "EPSG:32733"

    def test_a_file_without_a_system_is_refused_unless_the_mapping_has_one(self, tmp_path, read):
        with pytest.warns(UserWarning, match="crs"):
            path = as_geopackage(tmp_path, [feature()], crs=None)
        with pytest.raises(LandreleaseError) as error:
            read(path, MAPPING)
        assert error.value.codes == ("LR2023",)
        mapped = MAPPING.replace("[geometry]", '[geometry]\ncrs = "EPSG:4326"')
        assert read(path, mapped)[0][0].findings == []

    def test_one_of_several_layers_is_named(self, tmp_path, read):
        path = as_geopackage(tmp_path, [feature()], layer="north")
        as_geopackage(tmp_path, [feature("H-2")], layer="south", path=path)
        with pytest.raises(LandreleaseError) as error:
            read(path, MAPPING)
        assert error.value.codes == ("LR2050",)
        rows, _whole = read(path, MAPPING + '[file]\nlayer = "south"\n')
        assert [row.values["code"] for row in rows] == ["H-2"]

    def test_a_damaged_file_is_refused(self, tmp_path, read):
        path = as_geopackage(tmp_path, [feature()])
        path.write_bytes(path.read_bytes()[:2_000])
        with pytest.raises(LandreleaseError) as error:
            read(path, MAPPING)
        assert error.value.codes == ("LR2006",)

    def test_an_empty_layer_is_refused(self, tmp_path, read):
        path = tmp_path / "hazards.gpkg"
        frame([feature()]).iloc[:0].to_file(path, layer="hazards", driver="GPKG", engine="pyogrio")
        with pytest.raises(LandreleaseError) as error:
            read(path, MAPPING)
        assert error.value.codes == ("LR2005",)

    def test_typed_values_are_read_as_they_are(self, tmp_path, read):
        table = frame([feature(), feature("H-2")])
        table["day"] = np.array(["2020-06-30", "NaT"], dtype="datetime64[ms]")
        table["area"] = [1.2, np.nan]
        path = tmp_path / "hazards.gpkg"
        table.to_file(path, layer="hazards", driver="GPKG", engine="pyogrio")
        mapping = MAPPING + '[numbers]\ndecimal = ","\n'
        first, second = read(path, mapping)[0]
        assert (first.proposal.valid_from, first.proposal.body.estimated_area_m2) == ("2020-06-30", 12_000)
        assert [finding.error.code for finding in second.findings] == ["LR2017"]

    def test_pieces_give_every_feature_once(self, tmp_path, read, monkeypatch):
        monkeypatch.setattr("landrelease.exchange.geopackage.PIECE", 7)
        path = as_geopackage(tmp_path, [feature(f"H-{n}") for n in range(20)])
        assert [row.values["code"] for row in read(path, MAPPING)[0]] == [f"H-{n}" for n in range(20)]


class TestKml:
    def test_folder_name_and_extended_data_are_columns(self, tmp_path, read):
        [row] = read(as_kml(tmp_path, [feature()]), KML_MAPPING)[0]
        assert row.values == {"folder": "north", "name": "Rio", "when": "2020-06-30", "code": "H-1", "area": "1.2"}

    @pytest.mark.parametrize(
        "head",
        [
            '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
            '<?xml version="1.0"?><!DOCTYPE kml SYSTEM "http://example.invalid/kml.dtd">',
        ],
        ids=["external entity", "growing entity", "external definition"],
    )
    def test_document_types_and_entities_are_refused(self, tmp_path, read, head):
        path = tmp_path / "h.kml"
        path.write_text(f"{head}<kml><Placemark><name>&x;</name></Placemark></kml>")
        with pytest.raises(LandreleaseError) as error:
            read(path, KML_MAPPING)
        assert error.value.codes == ("LR2047",)

    def test_an_archive_that_would_fill_the_disk_is_refused_before_it_is_opened(self, tmp_path, read, monkeypatch):
        monkeypatch.setattr(archive, "SUSPECT_BYTES", 1 << 20)
        path = tmp_path / "bomb.kmz"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("doc.kml", b"0" * (4 << 20))
        with pytest.raises(LandreleaseError) as error:
            read(path, KML_MAPPING)
        assert error.value.codes == ("LR2047",)

    def test_an_archive_of_very_many_files_is_refused(self, tmp_path, read, monkeypatch):
        monkeypatch.setattr(archive, "MOST_MEMBERS", 3)
        path = tmp_path / "many.kmz"
        with zipfile.ZipFile(path, "w") as packed:
            for number in range(5):
                packed.writestr(f"{number}.kml", "")
        with pytest.raises(LandreleaseError) as error:
            read(path, KML_MAPPING)
        assert error.value.codes == ("LR2047",)

    def test_an_element_without_end_is_refused(self, tmp_path, read, monkeypatch):
        monkeypatch.setattr(kml, "LARGEST_TEXT", 1_000)
        path = tmp_path / "h.kml"
        path.write_text(f"{KML_HEAD}<Placemark><name>{'x' * 5_000}</name></Placemark></Document></kml>")
        with pytest.raises(LandreleaseError) as error:
            read(path, KML_MAPPING)
        assert error.value.codes == ("LR2047",)

    @pytest.mark.parametrize("cut", [10, 100, 300])
    def test_a_file_that_is_cut_off_is_refused(self, tmp_path, read, cut):
        path = as_kml(tmp_path, [feature(), feature("H-2")])
        path.write_bytes(path.read_bytes()[:-cut])
        with pytest.raises(LandreleaseError) as error:
            read(path, KML_MAPPING)
        assert error.value.codes == ("LR2006",)

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken"])
    def test_an_archive_that_is_none_is_refused(self, tmp_path, read, content):
        path = tmp_path / "h.kmz"
        path.write_bytes(content)
        with pytest.raises(LandreleaseError) as error:
            read(path, KML_MAPPING)
        assert error.value.codes == ("LR2006",)

    def test_an_archive_without_kml_is_refused(self, tmp_path, read):
        path = tmp_path / "h.kmz"
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr("readme.txt", "nothing")
        with pytest.raises(LandreleaseError) as error:
            read(path, KML_MAPPING)
        assert error.value.codes == ("LR2006",)

    @pytest.mark.parametrize("coordinates", ["15 -12", "a,b", "15,-12 15.1,-12"])
    def test_coordinates_that_are_none_refuse_their_placemark(self, tmp_path, read, coordinates):
        path = tmp_path / "h.kml"
        places = " ".join(f"{x!r},{y!r},0" for x, y in SQUARE.exterior.coords)
        text = kml_text([feature(), feature("H-2")]).replace(places, coordinates, 1)
        path.write_text(text)
        wrong, sound = read(path, KML_MAPPING)[0]
        assert [finding.error.code for finding in wrong.findings] == ["LR2026"]
        assert sound.proposal is not None


def first_code(caught):
    return caught.value.findings[0].error.code


class TestDamageHasACode:
    """What used to end in a traceback is refused with a place and a remedy."""

    @pytest.mark.parametrize("properties", ["abc", [1, 2], 7])
    def test_properties_that_are_no_object_refuse_their_feature_alone(self, tmp_path, read, properties):
        path = as_geojson(tmp_path, [feature() | {"properties": properties}, feature("H-2")])
        wrong, sound = read(path, MAPPING)[0]
        assert [(f.error.code, f.field) for f in wrong.findings] == [("LR2055", None)]
        assert sound.proposal is not None

    @pytest.mark.parametrize("features", ["null", '"abc"', '"abc", "x": [1]', "{}"])
    def test_features_that_are_no_list(self, tmp_path, read, features):
        path = tmp_path / "h.geojson"
        path.write_text(f'{{"type": "FeatureCollection", "features": {features}}}')
        with pytest.raises(LandreleaseError) as caught:
            read(path, MAPPING)
        assert first_code(caught) == "LR2006"

    @pytest.mark.parametrize(
        ("crs", "code"),
        [
            ('"EPSG:32733"', "LR2023"),
            ("[1]", "LR2023"),
            ('{"properties": "x"}', "LR2023"),
            ('{"properties": {"name": 7}}', "LR2023"),
            ("{", "LR2006"),
            ("null", None),
            ('"EPSG:4326"', None),
        ],
    )
    def test_the_system_that_a_file_names(self, tmp_path, read, crs, code):
        path = as_geojson(tmp_path, [feature()], head=f'{{"type": "FeatureCollection", "crs": {crs}, ')
        if code is None:
            assert read(path, MAPPING)[0][0].proposal is not None
            return
        with pytest.raises(LandreleaseError) as caught:
            read(path, MAPPING)
        assert first_code(caught) == code

    def test_a_feature_nested_without_end(self, tmp_path, read):
        path = tmp_path / "h.geojson"
        path.write_text('{"features": [' + "[" * 200_000)
        with pytest.raises(LandreleaseError) as caught:
            read(path, MAPPING)
        assert first_code(caught) == "LR2006"

    @pytest.mark.parametrize("encoding", ["nosuch", "utf-7", "shift_jis"])
    def test_an_encoding_that_the_parser_does_not_know(self, tmp_path, read, encoding):
        path = tmp_path / "h.kml"
        path.write_text(kml_text([feature()]).replace("UTF-8", encoding))
        with pytest.raises(LandreleaseError) as caught:
            read(path, MAPPING)
        assert first_code(caught) == "LR2006"


class TestText:
    def test_another_encoding_is_named_and_can_be_stated(self, tmp_path, read):
        path = as_geojson(tmp_path, [])
        text = json.dumps({"features": [feature(name="Río")]}, ensure_ascii=False)
        path.write_bytes(text.encode("latin-1"))
        [row] = read(path, MAPPING)[0]
        assert [(f.error.code, f.field) for f in row.findings] == [("LR2008", "name")]
        [row] = read(path, MAPPING + '[file]\nencoding = "latin-1"\n')[0]
        assert row.proposal.body.name == "Río"

    @pytest.mark.parametrize(("sign", "taken"), [("\0", False), ("\x1b", False), ("\x7f", False), ("\t", True)])
    def test_control_characters_are_refused(self, tmp_path, read, sign, taken):
        [row] = read(as_geojson(tmp_path, [feature(name=f"Rio{sign}Bravo")]), MAPPING)[0]
        assert ([f.error.code for f in row.findings if f.severity == "error"] == []) is taken
        assert (row.proposal is not None) is taken


class TestNoShape:
    """A feature without a shape is said to be without one; an error where the kind is nothing without it."""

    @pytest.mark.parametrize("write", [as_geojson, as_geopackage, as_kml])
    def test_it_goes_in_with_a_note(self, tmp_path, read, write):
        mapping = MAPPING.replace('"day"', '"when"') if write is as_kml else MAPPING
        rows, _ = read(write(tmp_path, [feature(), feature("H-2", None)]), mapping)
        assert [[f.error.code for f in row.findings] for row in rows] == [[], ["LR2058"]]
        assert all(row.proposal is not None for row in rows)

    def test_an_empty_polygon_of_kml_is_no_shape(self, tmp_path, read):
        path = tmp_path / "h.kml"
        path.write_text(kml_text([feature(geometry=None)]).replace("</Placemark>", "<Polygon></Polygon></Placemark>"))
        [row] = read(path, MAPPING.replace('"day"', '"when"'))[0]
        assert [f.error.code for f in row.findings] == ["LR2058"]

    def test_the_mapping_can_ask_for_one(self, tmp_path, read):
        asked = MAPPING.replace("[geometry]", "[geometry]\nrequired = true")
        [row] = read(as_geojson(tmp_path, [feature(geometry=None)]), asked)[0]
        assert ([f.error.code for f in row.findings], row.proposal) == (["LR2024"], None)

    def test_a_spot_task_needs_its_place(self, tmp_path, read):
        task = """
mapping = 1
dataset = "xx.tasks"
kind = "eod.spot_task"
key = ["code"]
[valid]
from = { column = "day" }
[geometry]
"""
        [row] = read(as_geojson(tmp_path, [feature(geometry=None)]), task)[0]
        assert row.proposal is None
        assert "LR2024" in [f.error.code for f in row.findings]


def test_where_no_feature_can_be_read_each_says_why(tmp_path, read):
    rows, _ = read(as_geojson(tmp_path, [feature() | {"properties": "abc"}]), MAPPING)
    assert [[f.error.code for f in row.findings] for row in rows] == [["LR2055"]]
