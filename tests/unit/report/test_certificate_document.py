"""The certificate as a document."""

import json

import pytest
from tests.samples.releases import AREA, Story

from landrelease.release.certificate import certificate
from landrelease.release.decision import decide
from landrelease.report.certificate_blocks import certificate_blocks
from landrelease.report.document import write_certificate


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
    label, latitude, longitude, bearing, distance = perimeters[0]["rows"][0]
    first = made.parts[0].rings[0][0]
    assert (label, float(latitude), float(longitude)) == ("SP", round(first.latitude, 7), round(first.longitude, 7))
    assert (float(bearing), float(distance)) == (round(first.bearing_deg, 2), round(first.distance_m, 2))


def test_it_says_depth_method_finds_checks_and_limits(made):
    said = json.dumps(certificate_blocks(made), ensure_ascii=False)
    for words in ("Manual clearance team", "20 cm", "1000 ‰", "Anti-personnel mine", "org:qa", "Passed", "Limits",
                  "person:director", made.decision, *made.cites):  # fmt: skip
        assert words in said
    assert "does not state that ground is safe" in said


@pytest.mark.parametrize("language", ["en", "ar"])
def test_it_can_be_set(made, tmp_path, language):
    write_certificate(made, tmp_path / "certificate.pdf", language)
    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF-")
