"""The study report and the certificate as PDF, set by Typst; no network, no fonts but those that the packages carry."""

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import matplotlib
import typst

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _, direction, language
from landrelease.progress import SILENT, Progress
from landrelease.release.certificate import Certificate
from landrelease.report.blocks import without_pictures
from landrelease.report.certificate_blocks import certificate_blocks
from landrelease.report.data import StudyData
from landrelease.report.files import replacing, template
from landrelease.report.sections import report_blocks

CERTIFICATE_LANGUAGES = ("en", "fr", "ar", "uk")
"""Languages into which every text of the certificate is translated (tested)."""
_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # of the file itself, so that the same study gives the same bytes


def write_report(data: StudyData, path: Path, progress: Progress = SILENT) -> None:
    """Write ``report.pdf`` of a study.

    Raises
    ------
    LandreleaseError
        LR7103 where the document cannot be set.
    """
    progress.begin(_("Report"))
    try:
        with language(data.language):
            content = {
                "title": data.title, "subtitle": _("Land release study"), "language": data.language,
                "direction": direction(data.language), "blocks": report_blocks(data),
                "footer": _("landrelease. The model releases no land; named people do."),
            }  # fmt: skip
        set_document("report.typ", content, path)
    finally:
        progress.end()


def write_certificate(certificate: Certificate, path: Path, language_code: str = "en") -> None:
    """Write the certificate of released land; one whose decision is not signed says so across every page.

    Raises
    ------
    LandreleaseError
        LR7103 where the document cannot be set, LR7040 where its texts are not translated into this language.
    """
    check_certificate_language(language_code)
    with language(language_code):
        content = certificate_blocks(certificate) | {
            "language": language_code,
            "direction": direction(language_code),
        }
    set_document("certificate.typ", content, path)


def check_certificate_language(code: str) -> None:
    """Refuse (LR7040) a language that the certificate's texts are not translated into."""
    if code not in CERTIFICATE_LANGUAGES:
        raise fail(ErrorCode.CERTIFICATE_LANGUAGE, language=code, languages=", ".join(CERTIFICATE_LANGUAGES))


def font_folder() -> Path:
    """Folder of the fonts that come with matplotlib: DejaVu Sans has Arabic, which the fonts of Typst lack."""
    return Path(matplotlib.get_data_path(), "fonts", "ttf")


def set_document(name: str, content: Mapping[str, Any], path: Path) -> None:
    """Set blocks by a Typst template of the package; the file appears whole or not at all.

    Raises
    ------
    LandreleaseError
        LR7103 where the document cannot be set.
    """
    plain = {**content, "blocks": without_pictures(content["blocks"])}
    with tempfile.TemporaryDirectory() as folder, replacing(path) as draft:
        root = Path(folder)
        for part in (name, "blocks.typ"):
            (root / part).write_text(template(part), encoding="utf-8")
        (root / "data.json").write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
        for block in content["blocks"]:
            if "draw" in block:
                (root / block["file"]).write_bytes(block["draw"]())
        try:
            typst.compile(
                str(root / name), output=str(draft), root=str(root), ignore_system_fonts=True, timestamp=_TIME,
                font_paths=[str(font_folder())],
            )  # fmt: skip
        except typst.TypstError as error:
            raise fail(ErrorCode.REPORT_DOCUMENT, file=path, problem=str(error)) from error
