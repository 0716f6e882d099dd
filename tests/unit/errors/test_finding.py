"""One finding: its place, its words, its plain form; and the exception that carries findings."""

import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landrelease.errors import ErrorCode, Finding, LandreleaseError, Severity, fail

MISSING = Finding(ErrorCode.FILE_MISSING, {"path": "a.csv"})

PLACES = [
    # file, sheet, row, field, words
    (None, None, None, None, ""),
    ("a.csv", None, None, None, "a.csv"),
    ("a.csv", None, 12, None, "a.csv, row 12"),
    ("a.csv", None, 12, "lon", "a.csv, row 12, field lon"),
    ("a.xlsx", "2024", 3, "lon", "a.xlsx, 2024, row 3, field lon"),
    (None, None, None, "lon", "field lon"),
    ("a.csv", None, 0, None, "a.csv, row 0"),
]


@pytest.mark.parametrize(("file", "sheet", "row", "field", "words"), PLACES)
def test_place_in_words(file, sheet, row, field, words):
    finding = Finding(ErrorCode.FILE_MISSING, {"path": "x"}, file=file, sheet=sheet, row=row, field=field)
    assert finding.where == words
    assert str(finding) == f"LR0002 {words + ': ' if words else ''}There is no file x. Check the path."


def test_words_carry_the_details():
    finding = Finding(ErrorCode.WORKSPACE_MISSING, {"path": "w"})
    assert finding.what == "w is not a landrelease workspace"
    assert finding.remedy == "Make one with 'landrelease init w'."
    assert finding.severity is Severity.ERROR


def test_plain_form_is_json():
    finding = Finding(ErrorCode.DATE_INVALID, {"value": "soon"}, file="a.csv", row=4, field="date")
    assert json.loads(json.dumps(finding.as_dict())) == {
        "code": "LR9001",
        "severity": "error",
        "file": "a.csv",
        "sheet": None,
        "row": 4,
        "field": "date",
        "what": "'soon' is not a date or time",
        "remedy": "Write dates as 2026-04-30, times as 2026-04-30T12:00:00Z.",
    }


def test_a_missing_detail_is_our_fault_and_is_heard():
    with pytest.raises(KeyError, match="path"):
        _ = Finding(ErrorCode.FILE_MISSING).what


def test_findings_do_not_change():
    with pytest.raises(AttributeError):
        MISSING.row = 3  # type: ignore[misc]


@given(st.text())
def test_a_value_with_braces_is_shown_as_it_is(value):
    assert Finding(ErrorCode.DATE_INVALID, {"value": value}).what == f"'{value}' is not a date or time"


@pytest.mark.parametrize(
    ("findings", "codes"),
    [
        (MISSING, ("LR0002",)),
        ([MISSING], ("LR0002",)),
        ((finding for finding in (MISSING, MISSING)), ("LR0002", "LR0002")),
    ],
)
def test_an_error_carries_its_findings_in_order(findings, codes):
    error = LandreleaseError(findings)
    assert error.codes == codes
    assert str(error).splitlines() == [str(MISSING)] * len(codes)


def test_fail_makes_the_error_of_one_finding():
    error = fail(ErrorCode.FILE_MISSING, path="a.csv")
    assert error.findings == (MISSING,)
    with pytest.raises(LandreleaseError, match=r"LR0002 There is no file a\.csv"):
        raise error


def test_an_error_comes_through_another_process():
    error = pickle.loads(pickle.dumps(fail(ErrorCode.FILE_MISSING, path="a.csv")))
    assert error.codes == ("LR0002",)
    assert error.findings[0].details == {"path": "a.csv"}
