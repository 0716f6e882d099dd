"""The map page: one HTML file that opens from disk, asks no network for anything, and holds all of its data."""

import base64
import hashlib
import html
import json
from importlib.util import find_spec
from pathlib import Path

from landrelease.i18n import _, direction, language
from landrelease.progress import SILENT, Progress
from landrelease.report.audience import for_audience
from landrelease.report.data import Audience, StudyData
from landrelease.report.files import replacing, template
from landrelease.report.map_data import Payload, map_payload


def write_map(
    data: StudyData, path: Path, audience: Audience = Audience.RESTRICTED, progress: Progress = SILENT
) -> None:
    """Write ``map.html``.

    Parameters
    ----------
    audience
        For the public, uncleared land, evidence and accidents are shown only by coarse cells, tasks not at all.
    """
    progress.begin(_("Map"))
    try:
        with language(data.language):
            audience = Audience(audience)
            payload = map_payload(for_audience(data, audience), audience)
        page = map_page(payload)
        with replacing(path) as draft:
            draft.write_text(page, encoding="utf-8")
    finally:
        progress.end()


def map_page(payload: Payload) -> str:
    """Assemble the page of a payload; MapLibre GL comes from the installed ``maplibre`` package."""
    library, script = _maplibre("maplibre-gl.js"), template("map.js")
    styles = _maplibre("maplibre-gl.css"), template("map.css")
    texts = payload["texts"]
    values = {
        "policy": _policy((library, script), styles),
        "language": html.escape(payload["language"]),
        "direction": direction(payload["language"]),
        "title": html.escape(payload["title"]),
        "maplibre_css": styles[0],
        "map_css": styles[1],
        "maplibre_js": library,
        "map_js": script,
        "licences": html.escape(template("maplibre-notice.txt")),
        "study": _embedded(payload),
    }
    values |= {f"text_{name}": html.escape(text) for name, text in texts.items()}
    return _filled(template("map.html"), values)


def _filled(page: str, values: dict[str, str]) -> str:
    """Fill each ``{{name}}`` once, so that what a value holds is never filled again."""
    pieces = page.split("{{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, rest = piece.split("}}", 1)
        filled += [values[name], rest]
    return "".join(filled)


def _embedded(payload: Payload) -> str:
    """JSON inside a script element: no ``<`` of the data can close it."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _maplibre(name: str) -> str:
    """Return a file of MapLibre GL, without the pointer to a source map that the page does not carry."""
    # found, not imported: the package's Python side pulls in a framework and speaks on the log
    package = find_spec("maplibre")
    assert package is not None
    assert package.origin is not None
    text = Path(package.origin).with_name("srcjs").joinpath(name).read_text(encoding="utf-8")
    kept = [line for line in text.split("\n") if not line.startswith("//# sourceMappingURL=")]
    return "\n".join(kept)


def _policy(scripts: tuple[str, ...], styles: tuple[str, ...]) -> str:
    """Content security policy: only the scripts and styles written into the page, and nothing from anywhere else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {' '.join(map(_hash, styles))}",
            "img-src data: blob:",
            "connect-src data: blob:",
            "worker-src blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
