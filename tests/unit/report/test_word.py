"""Reports in Word templates: filled, escaped, sandboxed, and refused with the place where they are wrong."""

import json
import zipfile

import pytest
from docx import Document
from tests.samples.operators import REGIMENT, told
from tests.samples.releases import AREA

from landrelease.errors import LandreleaseError
from landrelease.i18n import language
from landrelease.report.operator_blocks import operator_blocks
from landrelease.report.operator_context import report_context
from landrelease.report.operator_data import ReportKind
from landrelease.report.operator_document import write_operator_report
from landrelease.report.operator_report import completion_report, daily_report, monthly_report
from landrelease.report.word import fill_template
from landrelease.report.word_template import write_template


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    story = told(tmp_path_factory.mktemp("season"))
    known = story.register, story.accounts
    return {
        ReportKind.COMPLETION: completion_report(*known, AREA),
        ReportKind.DAILY: daily_report(*known, "2026-05-05", REGIMENT),
        ReportKind.MONTHLY: monthly_report(*known, "2026-05", REGIMENT),
    }


@pytest.fixture
def context(reports):
    return report_context(reports[ReportKind.MONTHLY])


def template(path, *paragraphs, footer=""):
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.sections[0].footer.paragraphs[0].text = footer
    document.save(str(path))
    return path


def words(path):
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    footers = [paragraph.text for section in document.sections for paragraph in section.footer.paragraphs]
    return [*(paragraph.text for paragraph in document.paragraphs), *cells, *footers]


@pytest.mark.parametrize("kind", list(ReportKind))
@pytest.mark.parametrize("ending", [".pdf", ".docx", ".json"])
def test_every_report_is_written_in_every_form(reports, tmp_path, kind, ending):
    write_operator_report(reports[kind], tmp_path / f"report{ending}")
    content = (tmp_path / f"report{ending}").read_bytes()
    assert content.startswith({".pdf": b"%PDF", ".docx": b"PK", ".json": b"{"}[ending])


def test_the_plain_template_shows_every_table_and_leaves_no_field(reports, tmp_path):
    for kind, report in reports.items():
        write_operator_report(report, tmp_path / "a.docx")
        shown = words(tmp_path / "a.docx")
        assert not any("{{" in text or "{%" in text for text in shown)
        assert {kind.label, "Work", "Finds by class", "Signatures", "Anti-personnel mine"} <= set(shown) | (
            {"Anti-personnel mine"} if kind is ReportKind.DAILY else set()
        )


def test_the_plain_template_of_a_completion_has_turning_points(reports, tmp_path):
    write_operator_report(reports[ReportKind.COMPLETION], tmp_path / "a.docx")
    assert {"SP", "TP4", "Ditch in the north, not searched."} <= set(words(tmp_path / "a.docx"))


def test_words_of_a_report_are_in_its_language(reports, tmp_path):
    write_operator_report(reports[ReportKind.MONTHLY], tmp_path / "a.json", "fr")
    told = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert told["language"] == "fr"
    assert told["work"][1]["activity_code"] == "clearance"


def test_an_authority_s_own_template_is_filled(context, tmp_path):
    own = template(tmp_path / "own.docx", "Month: {{ period.text }}", "{{ totals.minutes|number }} min",
                   footer="{{ organisation.name }}")  # fmt: skip
    fill_template(own, context, tmp_path / "out.docx")
    assert {"Month: 2026-05", "900 min", "The regiment"} <= set(words(tmp_path / "out.docx"))


def test_values_are_escaped(context, tmp_path):
    own = template(tmp_path / "own.docx", "{{ organisation.name }}")
    hostile = "<w:p>&amp; {{ 7 * 7 }} </w:t> R&D"
    fill_template(own, context | {"organisation": {"name": hostile}}, tmp_path / "out.docx")
    assert hostile in words(tmp_path / "out.docx")


REFUSED = [
    # text, what the problem names
    ("{{ totals.team_day }}", "team_day"),
    ("{{ unheard }}", "unheard"),
    ("{{ totals. }}", "expected name"),
    ("{% for row in work %}", "endfor"),
    ("{{ work|unknown_filter }}", "unknown_filter"),
    ("{{ 1 / 0 }}", "division"),
    ("{{ title + 3 }}", ""),
    ("{{ ''.__class__.__mro__ }}", "__class__"),
    ("{{ work.append(1) }}", "append"),
    ("{% for i in range(10000000) %}x{% endfor %}", "Range too big"),
    ("{% include 'other' %}", ""),
]


@pytest.mark.parametrize(("text", "names"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_faulty_template_is_refused_and_nothing_is_written(context, tmp_path, text, names):
    own = template(tmp_path / "own.docx", "Heading", text)
    with pytest.raises(LandreleaseError) as caught:
        fill_template(own, context, tmp_path / "out.docx")
    assert caught.value.codes == ("LR7110",)
    assert names in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["own.docx"]


@pytest.mark.parametrize("text", ["Sum: {{ totals.team_day }}", "Sum: {{ unheard.of }}", "Sum: {{ totals. }}"])
def test_the_place_is_named_by_the_words_of_its_paragraph(context, tmp_path, text):
    own = template(tmp_path / "own.docx", "Heading", "More", text, "Last")
    with pytest.raises(LandreleaseError, match=r"paragraph 3: Sum: \{\{"):
        fill_template(own, context, tmp_path / "out.docx")


def test_a_fault_in_a_footer_is_found_too(context, tmp_path):
    own = template(tmp_path / "own.docx", "Heading", footer="Page of {{ nobody }}")
    with pytest.raises(LandreleaseError, match=r"paragraph 1: Page of"):
        fill_template(own, context, tmp_path / "out.docx")


def test_what_is_no_word_document_is_refused(context, tmp_path):
    (tmp_path / "text.docx").write_text("not a document", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "zip.docx", "w") as archive:
        archive.writestr("a.txt", "not a document")
    (tmp_path / "folder.docx").mkdir()
    for name in ("text.docx", "zip.docx", "folder.docx"):
        with pytest.raises(LandreleaseError, match="LR7111"):
            fill_template(tmp_path / name, context, tmp_path / "out.docx")
    with pytest.raises(LandreleaseError, match="LR0002"):
        fill_template(tmp_path / "none.docx", context, tmp_path / "out.docx")


@pytest.mark.parametrize(("name", "template_name"), [("a.txt", None), ("a.pdf", "own.docx"), ("a.json", "own.docx")])
def test_another_ending_or_a_template_for_it_is_refused(reports, tmp_path, name, template_name):
    own = template(tmp_path / "own.docx", "x") if template_name else None
    with pytest.raises(LandreleaseError, match="LR7115"):
        write_operator_report(reports[ReportKind.DAILY], tmp_path / name, template=own)


@pytest.mark.parametrize("kind", list(ReportKind))
def test_a_template_can_be_written(tmp_path, kind):
    write_template(kind, tmp_path / "a.docx")
    shown = words(tmp_path / "a.docx")
    assert ("{{ labels.credited }}" in shown) is (kind is ReportKind.MONTHLY)
    assert ("{{ labels.points }}" in shown) is (kind is ReportKind.COMPLETION)


def test_a_report_of_nothing_says_none_in_words(tmp_path):
    story = told(tmp_path)
    made = daily_report(story.register, story.accounts, "2026-12-24", REGIMENT)
    said = [block["text"] for block in operator_blocks(made)["blocks"] if block["kind"] == "paragraph"]
    assert said.count("None on record.") == 7


def test_right_to_left_languages_set_the_page_so(reports):
    with language("ar"):
        assert operator_blocks(reports[ReportKind.DAILY])["direction"] == "rtl"
