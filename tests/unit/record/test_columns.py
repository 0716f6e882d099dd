"""Tables of plain arrays, and days as numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landrelease.errors import ErrorCode, Finding
from landrelease.record.asof.columns import Texts, packed_findings, packed_json, read_findings, read_json, read_texts
from landrelease.record.asof.increment import day_number, day_text


@given(st.lists(st.none() | st.text(), max_size=20), st.lists(st.none() | st.text(), max_size=20))
def test_texts_come_back_by_their_numbers(first, second):
    texts = Texts()
    numbers = [texts.numbers(first), texts.numbers(second)]
    known = read_texts(texts.packed())
    assert [[known[number] for number in each] for each in numbers] == [first, second]
    again = Texts(known[:-1])
    assert again.numbers(first).tolist() == numbers[0].tolist()
    assert again.packed().tolist() == texts.packed().tolist()


@given(st.recursive(st.text() | st.integers() | st.booleans() | st.none(), lambda part: st.lists(part, max_size=3)))
def test_json_comes_back(value):
    packed = packed_json(value)
    assert packed.dtype == np.uint8
    assert read_json(packed) == value


def test_findings_come_back():
    found = [
        Finding(ErrorCode.DATED_AHEAD, {"subject": "s", "kind": "k", "valid_from": "2026", "hash": "0"}),
        Finding(ErrorCode.OWN_REVIEW, {"author": "é", "count": 3, "hash": "1"}),
    ]
    assert read_findings(read_json(packed_json(packed_findings(found)))) == found


@pytest.mark.parametrize("day", ["2026-08-11", "2026-08", "2026", "0001", "0001-01-01", "9999-12-31"])
def test_days_keep_how_exact_they_are(day):
    assert day_text(day_number(day)) == day
    assert 0 < day_number(day) < 1 << 28


def test_no_day_is_zero():
    assert day_text(0) is None
