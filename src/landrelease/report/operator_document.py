"""Writing an operator's report: PDF by Typst, Word by the authority's template, JSON for machines."""

import json
import tempfile
from pathlib import Path

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import language
from landrelease.report.document import set_document
from landrelease.report.files import replacing
from landrelease.report.operator_blocks import operator_blocks
from landrelease.report.operator_context import report_context
from landrelease.report.operator_data import OperatorReport
from landrelease.report.word import fill_template
from landrelease.report.word_template import write_template


def write_operator_report(
    report: OperatorReport, path: Path, language_code: str = "en", template: Path | None = None
) -> None:
    """Write a report as ``.pdf``, ``.docx`` or ``.json``, by the ending of the file.

    Parameters
    ----------
    template
        Word template of the authority, for ``.docx`` only; the plain one of the package where it is left out.

    Raises
    ------
    LandreleaseError
        LR7115 for another ending, or a template for what is no Word document; LR7103, LR7110 and LR7111 where the
        document cannot be made. Nothing is written then.
    """
    ending = path.suffix.lower()
    if ending not in (".pdf", ".docx", ".json") or (template is not None and ending != ".docx"):
        raise fail(ErrorCode.REPORT_FORMAT, file=path.name)
    with language(language_code):
        if ending == ".pdf":
            set_document("report.typ", operator_blocks(report), path)
        elif ending == ".docx":
            _write_word(report, path, template)
        else:
            text = json.dumps(report_context(report), ensure_ascii=False, indent=2)
            with replacing(path) as draft:
                draft.write_text(text + "\n", encoding="utf-8")


def _write_word(report: OperatorReport, path: Path, template: Path | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.docx"
        if template is None:
            write_template(report.kind, plain)
        fill_template(template or plain, report_context(report), path)
