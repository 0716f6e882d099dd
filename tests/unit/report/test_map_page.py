"""The map page as a file: whole, closed to the network, safe against its own data."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from tests.samples import studies

from landrelease.report.data import Audience
from landrelease.report.files import template
from landrelease.report.map import write_map

TEMPLATES = ("map.html", "map.js", "map.css", "report.typ", "certificate.typ", "blocks.typ")


class Page(HTMLParser):
    """Elements of a page with their attributes, and the text of scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.inline = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.elements and self.elements[-1][0] in ("script", "style") and data.strip():
            self.inline.append((*self.elements[-1], data))


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "map.html"
    write_map(studies.province(title="A & B </script><script>alert(1)</script>"), path)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


@pytest.fixture(scope="module")
def policy(page):
    return next(
        attrs["content"] for tag, attrs in page.elements if attrs.get("http-equiv") == "Content-Security-Policy"
    )


def test_nothing_is_loaded_from_anywhere(page):
    for _tag, attrs in page.elements:
        assert not {"src", "href", "action", "srcset", "poster"} & set(attrs)


def test_the_policy_allows_no_network(policy):
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    for sources in rules.values():
        for source in sources.split():
            assert source in ("'none'", "data:", "blob:") or source.startswith("'sha256-")


def test_every_script_and_style_is_allowed_by_its_hash_and_no_other(page, policy):
    inline = [(tag, text) for tag, attrs, text in page.inline if attrs.get("type") != "application/json"]
    hashes = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for _tag, text in inline}
    assert hashes == set(re.findall(r"'sha256-([^']+)'", policy))
    assert len(inline) == 4


def test_data_cannot_close_their_element(page, text):
    scripts = [attrs for tag, attrs in page.elements if tag == "script"]
    assert len(scripts) == 3
    data = next(text for _tag, attrs, text in page.inline if attrs.get("type") == "application/json")
    assert json.loads(data)["title"] == "A & B </script><script>alert(1)</script>"
    assert "<h1>A &amp; B &lt;/script&gt;" in text


def test_the_library_keeps_its_notice(text):
    assert "@license 3-Clause BSD" in text
    assert "Copyright (c) 2020, Mapbox" in text
    assert "sourceMappingURL" not in text


def test_no_placeholder_is_left(text):
    assert "{{" not in Page(text).rawdata
    assert not re.search(r"\{\{\w+\}\}", text)


@pytest.mark.parametrize(("language", "way"), [("en", "ltr"), ("ar", "rtl"), ("uk", "ltr")])
def test_language_and_direction_are_declared(tmp_path, language, way):
    write_map(studies.nothing().with_frames(language=language), tmp_path / "map.html")
    tag, attrs = Page((tmp_path / "map.html").read_text(encoding="utf-8")).elements[0]
    assert (tag, attrs["lang"], attrs["dir"]) == ("html", language, way)


def test_every_word_that_the_script_uses_is_given(text):
    words = json.loads(re.search(r'id="study">(.*?)</script>', text, re.S)[1])["texts"]
    used = set(re.findall(r"\bwords\.(\w+)", template("map.js")))
    assert used <= set(words)
    in_page = set(re.findall(r"\{\{text_(\w+)\}\}", template("map.html")))
    assert in_page <= set(words)
    assert used | in_page == set(words)


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_name_no_outside_host(name):
    assert not re.search(r"https?://|//\w+\.\w+/", template(name))


def test_the_public_page_holds_no_exact_coordinate_of_uncleared_land(tmp_path):
    write_map(studies.province(), tmp_path / "map.html", Audience.PUBLIC)
    study = json.loads(
        re.search(r'id="study">(.*?)</script>', (tmp_path / "map.html").read_text(encoding="utf-8"), re.S)[1]
    )
    assert study["audience"] == "public"
    assert "RESTRICTED" not in study["texts"]["banner"]


def test_tens_of_thousands_of_parts_stay_moderate(tmp_path):
    write_map(studies.large(10_000), tmp_path / "map.html")
    assert (tmp_path / "map.html").stat().st_size < 4_000_000


def test_the_same_study_gives_the_same_bytes(tmp_path):
    for name in ("one.html", "two.html"):
        write_map(studies.province(), tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
