"""The certificate as a document."""

import dataclasses
import json
import unicodedata
from xml.etree import ElementTree

import pytest
import shapely
from tests.samples.releases import AREA, Story

from landrelease.errors import LandreleaseError
from landrelease.i18n import language
from landrelease.release.certificate import CertifiedProof, CertifiedSignature, Neighbour, certificate
from landrelease.release.decision import decide
from landrelease.report.blocks import without_pictures
from landrelease.report.certificate_blocks import QR_TEXT, certificate_blocks, qr_code
from landrelease.report.certificate_map import certificate_map
from landrelease.report.document import CERTIFICATE_LANGUAGES, write_certificate
from landrelease.terms import ReleaseStatus


def words_of(made):
    content = certificate_blocks(made)
    return json.dumps({**content, "blocks": without_pictures(content["blocks"])}, ensure_ascii=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    story = Story(tmp_path_factory.mktemp("story"))
    story.finished()
    story.append(
        decide(AREA, *story.state, signatory="person:director", organisation="org:authority", day="2026-06-20")
    )
    yield certificate(AREA, *story.state)
    story.ledger.close()


def test_it_is_marked_unsigned(made):
    content = certificate_blocks(made)
    assert content["mark"] == "UNSIGNED"
    assert "no standing" in content["mark_note"]


def test_it_holds_every_turning_point(made):
    content = certificate_blocks(made)
    perimeters = [b for b in content["blocks"] if b["kind"] == "table" and b["caption"].startswith("Turning points")]
    assert sum(len(table["rows"]) for table in perimeters) == sum(
        len(ring) for part in made.parts for ring in part.rings
    )
    label, latitude, longitude, easting, northing, bearing, distance = perimeters[0]["rows"][0]
    first = made.parts[0].rings[0][0]
    assert (label, float(latitude), float(longitude)) == ("SP", round(first.latitude, 7), round(first.longitude, 7))
    assert (float(easting), float(northing)) == (round(first.easting_m, 2), round(first.northing_m, 2))
    assert (float(bearing), float(distance)) == (round(first.bearing_deg, 2) % 360, round(first.distance_m, 2))


def test_it_says_depth_method_finds_checks_and_limits(made):
    said = words_of(made)
    for words in ("Manual clearance team", "20 cm", "100 %", "Anti-personnel mine", "org:qa", "Passed", "Limits",
                  "person:director", made.decision, *made.cites):  # fmt: skip
        assert words in said
    assert "does not state that ground is safe" in said


def test_a_language_without_translation_is_refused_and_nothing_written(made, tmp_path):
    with pytest.raises(LandreleaseError) as refused:
        write_certificate(made, tmp_path / "certificate.pdf", "de")
    assert refused.value.codes == ("LR7040",)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", CERTIFICATE_LANGUAGES)
def test_it_can_be_set(made, tmp_path, code):
    write_certificate(made, tmp_path / "certificate.pdf", code)
    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF-")


SCRIPTS = {"ar": "ARABIC", "uk": "CYRILLIC"}


@pytest.mark.parametrize("code", SCRIPTS)
def test_every_word_of_ours_is_in_the_script_of_the_language(made, code):
    """Headings, captions and the heads of tables: no English is left."""
    with language(code):
        content = certificate_blocks(made)
    said = [content["title"], content["mark"], content["mark_note"], made_limits(made, code)]
    for block in content["blocks"]:
        said += [block["text"]] if block["kind"] == "heading" else []
        said += [block["caption"], *block["head"]] if block["kind"] == "table" else []
    for text in said:
        assert any(SCRIPTS[code] in unicodedata.name(letter, "") for letter in text), text


def made_limits(made, code):
    with language(code):
        return "".join(made.limits)


def test_dates_and_codes_keep_their_order_in_arabic(made):
    with language("ar"):
        said = words_of(made)
    assert "\u20662026-06-20\u2069" in said
    assert "\u2066WGS 84 / UTM 37N (EPSG:32637)\u2069" in said
    assert "\u2066" not in words_of(made)


def test_the_arabic_page_runs_from_right_to_left_in_a_font_that_has_its_letters(made, tmp_path):
    write_certificate(made, tmp_path / "certificate.pdf", "ar")
    assert b"DejaVuSans" in (tmp_path / "certificate.pdf").read_bytes()


def test_the_qr_code_is_a_vector_drawing_of_the_hash_of_the_proof():
    drawn = qr_code(CertifiedProof("proof.txt", "ab" * 32, "key"))
    assert drawn.startswith(b"<svg")
    assert drawn == qr_code(CertifiedProof("other.txt", "ab" * 32, "other"))
    assert drawn != qr_code(CertifiedProof("proof.txt", "ac" * 32, "key"))
    assert QR_TEXT.format(sha256="x") == "landrelease proof v1 sha256 x"


def test_the_map_is_well_formed_and_shows_each_part_with_its_points(made):
    drawn = ElementTree.fromstring(certificate_map(made))
    texts = [element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("SP") == texts.count("TP4") == 3
    assert {"1", "2", "3"} <= set(texts)
    assert any(text.endswith(" m") for text in texts)
    eastings = {point.easting_m for part in made.parts for ring in part.rings for point in ring}
    grid = [int(text) for text in texts if text.isdigit() and len(text) == 6]
    assert min(grid) <= max(eastings)
    assert max(grid) >= min(eastings)


def test_land_that_nobody_may_enter_is_hatched(made):
    shape = shapely.box(36.0041, 48.0, 36.0045, 48.002)
    closed, released = (
        certificate_map(dataclasses.replace(made, neighbours=(Neighbour(state, shape),)))
        for state in (ReleaseStatus.UNRESOLVED, ReleaseStatus.RELEASED)
    )
    assert closed.count(b"<path") > released.count(b"<path") + 10


def test_a_neighbour_beyond_the_sheet_is_no_obstacle(made):
    shape = shapely.box(36.2, 48.2, 36.3, 48.3)
    other = dataclasses.replace(made, neighbours=(Neighbour(ReleaseStatus.UNRESOLVED, shape),))
    ElementTree.fromstring(certificate_map(other))


def test_who_signed_is_said_and_what_does_not_hold_too(made):
    signed = dataclasses.replace(
        made, signatures=(CertifiedSignature("person:director", "aaaa bbbb", "2026-06-20", holds=True),)
    )
    assert signed.signed
    assert certificate_blocks(signed)["mark"] == "SIGNED"
    for officer, holds in (("person:director", False), ("person:other", True)):
        other = dataclasses.replace(
            made, signatures=(CertifiedSignature(officer, "aaaa bbbb", "2026-06-20", holds=holds),)
        )
        assert not other.signed
        assert certificate_blocks(other)["mark"] == "UNSIGNED"
    assert "does not hold" in words_of(dataclasses.replace(
        made, signatures=(CertifiedSignature("person:director", "aaaa", "2026-06-20", holds=False),)
    ))  # fmt: skip
