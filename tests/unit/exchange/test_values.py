from decimal import Decimal

import pytest

from landrelease.exchange.escaping import escape_formula
from landrelease.exchange.proposal import Refusal
from landrelease.exchange.values import (
    NumberStyle,
    code_of,
    parse_area,
    parse_day,
    parse_integer,
    parse_number,
    unit_size,
    whole,
)

ENGLISH, EUROPEAN, SWISS, PLAIN = NumberStyle(".", ","), NumberStyle(",", "."), NumberStyle(".", "'"), NumberStyle()
TODAY = "2026-08-14"


def code_of_refusal(call):
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.error.code


@pytest.mark.parametrize(
    ("text", "style", "number"),
    [
        ("0", PLAIN, "0"),
        ("-74.234167", PLAIN, "-74.234167"),
        (" 12 ", PLAIN, "12"),
        (".5", PLAIN, "0.5"),
        ("2,006", ENGLISH, "2006"),
        ("1,234,567.8", ENGLISH, "1234567.8"),
        ("1.234,5", EUROPEAN, "1234.5"),
        ("3,5", EUROPEAN, "3.5"),
        ("12'500.25", SWISS, "12500.25"),
        ("1 250,5", NumberStyle(",", " "), "1250.5"),
        ("٣٤", PLAIN, "34"),
    ],
)
def test_a_number_is_read_as_its_style_says(text, style, number):
    assert parse_number(text, style) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "style", "code"),
    [
        ("3,5", PLAIN, "LR2012"),  # decimal comma, or a damaged thousands group
        ("1,234", PLAIN, "LR2012"),
        ("1.234,5", ENGLISH, "LR2012"),
        ("12,34", ENGLISH, "LR2012"),  # a group of two digits is no group
        ("1.5", EUROPEAN, "LR2012"),
        ("", PLAIN, "LR2011"),
        ("n/a", PLAIN, "LR2011"),
        ("1e5", PLAIN, "LR2011"),
        ("--3", PLAIN, "LR2011"),
        ("nan", PLAIN, "LR2011"),
    ],
)
def test_a_number_that_can_be_read_in_two_ways_is_refused(text, style, code):
    assert code_of_refusal(lambda: parse_number(text, style)) == code


@pytest.mark.parametrize(
    ("text", "low", "high", "code"),
    [("1.5", None, None, "LR2011"), ("-1", 0, None, "LR2013"), ("13", 1, 12, "LR2013"), ("0", 1, 12, "LR2013")],
)
def test_a_whole_number_keeps_to_its_range(text, low, high, code):
    assert code_of_refusal(lambda: parse_integer(text, low=low, high=high)) == code


def test_a_whole_number_in_range():
    assert parse_integer("2,006", ENGLISH, low=1900, high=2100) == 2006
    assert parse_integer("7.00") == 7


@pytest.mark.parametrize(
    ("text", "unit", "style", "m2"),
    [
        ("1521.82", "m2", PLAIN, "1521.82"),
        ("3,5", "ha", EUROPEAN, "35000"),
        ("0.25", "km2", PLAIN, "250000"),
        ("2 ha", "in value", PLAIN, "20000"),
        ("2.5km²", "in value", PLAIN, "2500000"),
        ("400 m2", "m2", PLAIN, "400"),
        ("7 hectares", "ha", PLAIN, "70000"),
    ],
)
def test_an_area_becomes_square_metres(text, unit, style, m2):
    assert parse_area(text, unit, style) == Decimal(m2)


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("3 ha", "m2", "LR2014"),
        ("400 m2", "ha", "LR2014"),
        ("5", "in value", "LR2009"),
        ("5 acres", "in value", "LR2009"),
        ("-5", "m2", "LR2013"),
        ("3,5", "ha", "LR2012"),
    ],
)
def test_mixed_and_unknown_units_are_refused(text, unit, code):
    assert code_of_refusal(lambda: parse_area(text, unit)) == code


def test_units_have_one_size():
    assert (unit_size("M2"), unit_size(" ha "), unit_size("km²")) == (1, 10_000, 1_000_000)


@pytest.mark.parametrize(("number", "result"), [("0.5", 1), ("1.5", 2), ("2.49", 2), ("1521.82", 1522)])
def test_halves_are_rounded_up(number, result):
    assert whole(Decimal(number)) == result


@pytest.mark.parametrize(
    ("text", "forms", "day"),
    [
        ("2019", (), "2019"),
        ("2019-07", (), "2019-07"),
        ("2019-07-31", (), "2019-07-31"),
        ("31/07/2019", ("%d/%m/%Y",), "2019-07-31"),
        ("07/2019", ("%d/%m/%Y", "%m/%Y"), "2019-07"),
        ("2019-07-31", ("%d/%m/%Y",), "2019-07-31"),  # an ISO date can be read in one way only
        ("2026", (), "2026"),  # this year is not in the future
        ("2026-08-14", (), "2026-08-14"),
    ],
)
def test_a_date_keeps_its_precision(text, forms, day):
    assert parse_day(text, forms, TODAY) == day


@pytest.mark.parametrize(
    ("text", "forms", "code"),
    [
        ("31/07/2019", (), "LR2015"),
        ("07/31/2019", ("%d/%m/%Y",), "LR2015"),
        ("2019-02-30", (), "LR2015"),
        ("soon", (), "LR2015"),
        ("2026-08-15", (), "LR2016"),
        ("2027", (), "LR2016"),
        ("2026-09", (), "LR2016"),
    ],
)
def test_an_unreadable_or_future_date_is_refused(text, forms, code):
    assert code_of_refusal(lambda: parse_day(text, forms, TODAY)) == code


def test_a_value_outside_its_code_list_is_refused_with_the_list():
    with pytest.raises(Refusal) as refused:
        code_of("SHA?", {"SHA": "sha", "CHA": "cha"})
    assert refused.value.error.code == "LR2009"
    assert refused.value.details == {"value": "SHA?", "codes": "CHA, SHA"}


@pytest.mark.parametrize("style", [(";", ""), (",", ",")])
def test_a_style_that_cannot_be_told_apart_is_no_style(style):
    with pytest.raises(ValueError, match="decimal"):
        NumberStyle(*style)


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("-74.23", "-74.23"),
        ("+12", "+12"),
        ("-1,5e3", "-1,5e3"),
        ("VEREDA = X", "VEREDA = X"),
        ("", ""),
        (-3, -3),
        (None, None),
    ],
)
def test_cells_that_would_run_as_formulas_are_escaped(value, escaped):
    assert escape_formula(value) == escaped
