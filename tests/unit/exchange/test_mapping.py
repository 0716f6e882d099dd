import pytest

from landrelease.errors import LandreleaseError
from landrelease.exchange.fieldtypes import FieldType, codes_of, is_list, shape_types, type_of
from landrelease.exchange.mapping import load_mapping, parse_mapping

LEAST = 'mapping = 1\ndataset = "xx.d"\nkind = "accident"\nkey = ["id"]\n[valid]\nfrom = { column = "day" }\n'


def test_the_least_mapping():
    mapping = parse_mapping(LEAST)
    assert (mapping.kind, mapping.key, mapping.columns) == ("accident", ("id",), ["id", "day"])
    assert not mapping.complete_edition
    assert len(mapping.sha256) == 64


def test_equal_texts_are_one_mapping_and_others_are_not():
    assert parse_mapping(LEAST) == parse_mapping(LEAST)
    assert parse_mapping(LEAST).sha256 != parse_mapping(LEAST + "# changed\n").sha256


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("mapping = 1", "dataset"),
        (LEAST.replace("mapping = 1", "mapping = 2"), "mapping"),
        (LEAST.replace('"accident"', '"crash"'), "kind 'crash' is not registered"),
        (LEAST.replace('["id"]', "[]"), "key"),
        (LEAST + "colour = 1\n", "colour"),
        (LEAST + "[fields.colour]\ncolumn = 'c'\n", "accident has no field colour"),
        (LEAST + "[fields.killed]\ncolour = 'c'\n", "fields.killed"),
        (LEAST + "[constants]\ncolour = 1\n", "colour"),
        (LEAST + "[fields.kind]\ncolumn = 'k'\ncodes = { A = 'mined' }\n", "mined is not one of demining, mine"),
        (LEAST + "[geometry]\nx = 'lon'\n", "x and y belong together"),
        (LEAST + "[geometry]\nx = 'lon'\ny = 'lat'\ncrs = 'EPSG:0'\n", "'EPSG:0' is not a coordinate reference system"),
        (LEAST.replace('column = "day"', ""), "one of the two"),
        (LEAST + "[numbers]\ndecimal = ';'\n", "numbers.decimal"),
        ("mapping = ", "Invalid value"),
    ],
)
def test_a_wrong_mapping_says_where(text, says):
    with pytest.raises(LandreleaseError) as error:
        parse_mapping(text)
    assert error.value.codes == ("LR2003",)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("rule", "says"),
    [("column = 'a'", "an area needs 'unit'"), ("column = 'a'\nunit = 'acre'", "unit must be one of")],
)
def test_an_area_without_a_known_unit_is_no_area(rule, says):
    text = LEAST.replace("accident", "hazard.report") + f"[fields.estimated_area_m2]\n{rule}\n"
    with pytest.raises(LandreleaseError, match=says):
        parse_mapping(text)


def test_a_missing_mapping_file_is_named(tmp_path):
    with pytest.raises(LandreleaseError) as error:
        load_mapping(tmp_path / "none.toml")
    assert error.value.codes == ("LR0002",)


def test_a_mapping_file_that_is_not_text_is_refused(tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_bytes(LEAST.encode() + b"# \xff\n")
    with pytest.raises(LandreleaseError) as error:
        load_mapping(path)
    assert error.value.codes == ("LR2003",)


@pytest.mark.parametrize(
    ("kind", "name", "type_"),
    [
        ("accident", "kind", FieldType.CODE),
        ("accident", "killed", FieldType.INTEGER),
        ("accident", "note", FieldType.TEXT),
        ("hazard.report", "estimated_area_m2", FieldType.AREA),
        ("hazard.report", "ordnance", FieldType.CODE),
        ("figure", "measures.devices", FieldType.INTEGER),
        ("figure", "measures.area_m2", FieldType.AREA),
        ("figure", "period", FieldType.DATE),
        ("evidence", "observed", FieldType.DATE),
        ("survey.nts", "hazard_found", FieldType.BOOLEAN),
        ("eod.spot_task", "survey_needed", FieldType.BOOLEAN),
        ("organisation", "type", FieldType.CODE),
        ("clearance.report", "finds.0.quantity", FieldType.TEXT),
        ("plan", "value", FieldType.NUMBER),
    ],
)
def test_the_type_of_a_field_is_read_from_its_kind(kind, name, type_):
    assert type_of(kind, name) is type_


def test_codes_lists_and_shapes_are_read_from_the_kind():
    assert codes_of("organisation", "type") == ("authority", "operator", "military", "donor", "other")
    assert "sha" in codes_of("hazard.report", "classification")
    assert codes_of("accident", "note") == ()
    assert is_list("hazard.report", "ordnance")
    assert not is_list("accident", "ordnance")
    assert shape_types("accident", "shape") == {"Point"}
    assert shape_types("hazard.report", "shape") == {"Polygon", "MultiPolygon"}
    assert shape_types("evidence", "shape") == {"Point", "Polygon", "MultiPolygon"}


HAZARDS = """
mapping = 1
dataset = "xx.hazards"
kind = "hazard.report"
key = ["code"]
subject = "area:{code}"
[valid]
from = { column = "day" }
[fields.name]
column = "name"
"""


class TestWhatWouldFailLater:
    """What no row could make good is refused when the mapping loads."""

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("[valid]", '[file]\nencoding = "nosuch"\n[valid]', "nosuch"),
            ("[valid]", '[file]\nencoding = "base64"\n[valid]', "base64"),
            ("[valid]", '[file]\ndelimiter = ";;"\n[valid]', "delimiter"),
            ('column = "name"', 'column = "name"\nsplit = ";"', "fields.name: 'split'"),
            ("[fields.name]", '[fields."ordnance.0"]\ncolumn = "o"\n[fields.name]', "ordnance.0"),
            ("[fields.name]", '[fields."name.x"]\ncolumn = "o"\n[fields.name]', "name.x"),
            ("area:{code}", "area:{code", "braces"),
            ("area:{code}", "area:{}", "braces"),
        ],
    )
    def test_it_is_refused_with_the_key_named(self, old, new, said):
        with pytest.raises(LandreleaseError) as caught:
            parse_mapping(HAZARDS.replace(old, new, 1))
        assert [finding.error.code for finding in caught.value.findings] == ["LR2003"]
        assert said in str(caught.value)

    def test_the_columns_of_the_subject_must_be_there(self):
        assert "zone" in parse_mapping(HAZARDS.replace("area:{code}", "area:{zone}-{code}")).columns
