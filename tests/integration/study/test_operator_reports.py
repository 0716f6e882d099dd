"""Operators' reports from the command line, on a simulated deployment."""

import json

import pytest
from docx import Document

from landrelease import cli

MONTH = "2025-08"


def run(*arguments, code=0):
    with pytest.raises(SystemExit) as ended:
        cli.main([str(argument) for argument in arguments])
    assert (ended.value.code or 0) == code


@pytest.fixture(scope="module")
def deployment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("deployment")
    run("simulate", folder / "centre", "--scenario", "company-24", "--seed", "1")
    return folder / "centre"


def content(path):
    return json.loads(path.read_text("utf-8"))


def test_a_month_ties_to_the_status_of_the_record(deployment, tmp_path, capsys):
    run("report", "monthly", deployment, MONTH, tmp_path / "month.json")
    capsys.readouterr()
    run("status", deployment, "--by", "month", "--json")
    months = {row["period"]: row for row in json.loads(capsys.readouterr().out)["balance"]}
    balance = {row["term"]: row["area_m2"] for row in content(tmp_path / "month.json")["balance"]}
    for term in ("opening_m2", "cancelled_m2", "reduced_m2", "cleared_m2", "closing_m2"):
        assert balance[term] == pytest.approx(months[MONTH][term], abs=1e-3), term


def test_a_day_and_an_area_are_reported_as_pdf_and_word(deployment, tmp_path, capsys):
    run("report", "daily", deployment, f"{MONTH}-11", tmp_path / "day.pdf", "--language", "fr")
    assert (tmp_path / "day.pdf").read_bytes().startswith(b"%PDF")
    run("export", deployment, tmp_path / "parts.csv")
    area = (tmp_path / "parts.csv").read_text("utf-8").splitlines()[1].split(",")
    area_id = next(cell for cell in area if cell.startswith("area:") and "/" not in cell)
    run("report", "completion", deployment, area_id, tmp_path / "area.docx", "--public")
    assert Document(str(tmp_path / "area.docx")).tables


def test_an_authority_begins_with_the_plain_template(deployment, tmp_path):
    run("report", "template", "monthly", tmp_path / "form.docx")
    document = Document(str(tmp_path / "form.docx"))
    document.add_paragraph("Ministry: {{ title }}")
    document.save(str(tmp_path / "own.docx"))
    run("report", "monthly", deployment, MONTH, tmp_path / "month.docx", "--template", tmp_path / "own.docx")
    shown = [paragraph.text for paragraph in Document(str(tmp_path / "month.docx")).paragraphs]
    assert shown[-1] == "Ministry: Monthly operator report"


def test_refusals_write_nothing(deployment, tmp_path, capsys):
    for arguments, code in (
        (("monthly", deployment, "August", tmp_path / "a.pdf"), "LR7112"),
        (("completion", deployment, "area:none", tmp_path / "a.pdf"), "LR7113"),
        (("daily", deployment, f"{MONTH}-11", tmp_path / "a.odt"), "LR7115"),
    ):
        run("report", *arguments, code=1)
        assert code in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_report_of_nothing_is_written_and_said(deployment, tmp_path, capsys):
    run("report", "daily", deployment, "2031-01-01", tmp_path / "none.json", "--organisation", "org:none")
    assert "LR7114" in capsys.readouterr().err
    assert content(tmp_path / "none.json")["totals"]["team_days"] == 0
