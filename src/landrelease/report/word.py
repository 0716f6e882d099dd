"""Reports in an authority's own Word template, by docxtpl: sandboxed, escaped, and never half-written."""

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import LxmlError  # type: ignore[import-untyped]

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.report.files import replacing
from landrelease.report.operator_context import FILTERS

_PARAGRAPH = re.compile(r"<w:p([ >])")
_SHOWN = 70
_FAULTS = (
    TemplateError,
    LxmlError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What a template that asks for something that is not there, or does not fit, comes to."""


class _Template(DocxTemplate):  # type: ignore[misc]
    """A template that remembers which part of the document is being filled in."""

    source = ""

    def render_xml_part(self, src_xml: str, part: Any, context: Mapping[str, Any], jinja_env: Any = None) -> str:
        """Fill in one part: the body, a header or a footer."""
        self.source = src_xml
        return str(super().render_xml_part(src_xml, part, context, jinja_env))


def fill_template(template: Path, context: Mapping[str, Any], path: Path) -> None:
    """Fill a Word template in.

    Values are escaped; a template can call no code, change nothing and read no attribute that is not of the context.

    Parameters
    ----------
    context
        What `landrelease.report.operator_context.report_context` gives.

    Raises
    ------
    LandreleaseError
        LR0002 where there is no template, LR7111 where it is no Word document, LR7110 with the place where it cannot be
        filled in. Nothing is written then.
    """
    if not template.exists():
        raise fail(ErrorCode.FILE_MISSING, path=template)
    opened = _opened(template)
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= FILTERS
    try:
        opened.render(dict(context), environment, autoescape=True)
    except _FAULTS as error:
        raise _fault(template, opened, error) from error
    with replacing(path) as draft:
        opened.save(draft)


def _opened(template: Path) -> _Template:
    """Open a template; what is no Word document shows only when it is read."""
    try:
        opened = _Template(template)
        opened.init_docx()
        opened.get_docx().part  # noqa: B018 - reads the package
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, LxmlError) as error:
        raise fail(ErrorCode.TEMPLATE_UNREADABLE, file=template.name, problem=error) from error
    except Exception as error:
        if type(error).__module__.startswith("docx."):  # PackageNotFoundError is a plain Exception
            raise fail(ErrorCode.TEMPLATE_UNREADABLE, file=template.name, problem=error) from error
        raise
    return opened


def _fault(template: Path, opened: _Template, error: Exception) -> LandreleaseError:
    place = _place(opened.source, _line_of(error))
    problem = str(error) or type(error).__name__
    return fail(ErrorCode.TEMPLATE_INVALID, file=template.name, problem=problem, place=place)


def _line_of(error: Exception) -> int | None:
    """Line of the template: the error's own, else the innermost one of its traceback."""
    if isinstance(line := getattr(error, "lineno", None), int) and isinstance(error, TemplateError):
        return line
    found, step = None, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            found = step.tb_lineno
        step = step.tb_next
    return found


def _place(source: str, line: int | None) -> str:
    """Say where a fault is by the words of its paragraph: Word documents have no lines."""
    lines = _PARAGRAPH.sub(r"\n<w:p\1", source).splitlines()
    if line is None or not 0 < line <= len(lines):
        return _("place not known")
    text = " ".join(re.sub(r"<[^>]+>", "", lines[line - 1]).split())
    number = sum(bool(_PARAGRAPH.match(each)) for each in lines[:line])
    return _("paragraph {number}: {text}").format(number=number, text=text[:_SHOWN])
