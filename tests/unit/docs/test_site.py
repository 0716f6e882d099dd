"""The built manual: it builds strictly and asks no outside host for anything."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOADING = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "object": "data"}
HOST = re.compile(r"^(?:https?:)?//")


class Loads(HTMLParser):
    """Collects what a page loads when it is opened: scripts, styles, fonts, pictures, frames."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids.add(values.get("id") or "")
        if (target := values.get(LOADING.get(tag, ""))) and values.get("rel") not in ("canonical", "next", "prev"):
            self.targets.append(target)


@pytest.mark.parametrize(
    ("html", "targets"),
    [
        ('<script src="https://a.example/x.js"></script>', ["https://a.example/x.js"]),
        ('<link rel="stylesheet" href="//b.example/x.css">', ["//b.example/x.css"]),
        ('<img src="map.png"><a href="https://c.example">c</a>', ["map.png"]),
    ],
)
def test_what_a_page_loads_is_seen(html, targets):
    assert Loads(html).targets == targets


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    built = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def test_make_check_builds_the_manual_strictly_and_aloud():
    """With ``--quiet`` mkdocs counts no warnings, and ``--strict`` never fails."""
    line = next(line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "mkdocs build" in line)
    assert "--strict" in line
    assert "--quiet" not in line


def test_pages_load_nothing_from_outside(site):
    outside = {
        (page.name, target)
        for page in site.rglob("*.html")
        for target in Loads(page.read_text(encoding="utf-8")).targets
        if HOST.match(target)
    }
    assert outside == set()


def test_what_pages_load_is_in_the_site(site):
    missing = {
        (page.name, target)
        for page in site.rglob("*.html")
        if page.name != "404.html"
        for target in Loads(page.read_text(encoding="utf-8")).targets
        if not target.startswith("data:") and not (page.parent / target.partition("?")[0].partition("#")[0]).exists()
    }
    assert missing == set()


def test_styles_load_nothing_from_outside(site):
    urls = {
        url
        for style in site.rglob("*.css")
        for url in re.findall(r"url\(\s*['\"]?([^)'\"]+)", style.read_text(encoding="utf-8"))
    }
    assert {url for url in urls if HOST.match(url)} == set()


def test_glossary_and_changelog_are_pages(site):
    for page, word in (("glossary.html", "Traverse, closure error"), ("changelog.html", "Known limits")):
        assert word in (site / page).read_text(encoding="utf-8")
