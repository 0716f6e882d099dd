"""Canonical JSON: the bytes of RFC 8785, and nothing that has several spellings."""

import json

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.canonical import DEEPEST, LARGEST, canonical, content_hash, parse

SURROGATE = "\ud800"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, "{}"),
        ({"b": 1, "a": [True, False, "x"]}, '{"a":[true,false,"x"],"b":1}'),
        ({"outer": {"b": 1, "a": 2}}, '{"outer":{"a":2,"b":1}}'),
        ((1, (2, 3)), "[1,[2,3]]"),
        (LARGEST, "9007199254740991"),
        (-LARGEST, "-9007199254740991"),
        ('\b\t\n\f\r"\\/', '"\\b\\t\\n\\f\\r\\"\\\\/"'),
        ("\x00\x1f\x7f", '"\\u0000\\u001f\x7f"'),
        ("Україна 🧭", '"Україна 🧭"'),
        ("\u2028", '"\u2028"'),
        ({"🧭": 1, "\ue000": 2}, '{"🧭":1,"\ue000":2}'),  # UTF-16 order: D83E before E000, though U+1F9ED > U+E000
        ({"€": 1, "\r": 2, "ö": 3, "1": 4, "\x80": 5}, '{"\\r":2,"1":4,"\x80":5,"ö":3,"€":1}'),
    ],
    ids=repr,
)
def test_bytes(value, expected):
    assert canonical(value) == expected.encode()
    assert json.loads(canonical(value)) == json.loads(json.dumps(value))


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (1.5, "the fraction 1.5"),
        (1.0, "the fraction 1.0"),
        (float("nan"), "the fraction nan"),
        (None, "nothing (null)"),
        (LARGEST + 1, "the integer 9007199254740992"),
        (-LARGEST - 1, "the integer -9007199254740992"),
        ({1: "x"}, "a member whose name is not text"),
        ({"a": {True: "x"}}, "a member whose name is not text"),
        (SURROGATE, "a lone surrogate"),
        ({SURROGATE: 1}, "a lone surrogate"),
        (["x", {"y": [None]}], "nothing (null)"),
        (b"bytes", "a value of type bytes"),
        ({"a"}, "a value of type set"),
    ],
    ids=repr,
)
def test_refused(value, problem):
    with pytest.raises(LandreleaseError, match="LR1003") as refusal:
        canonical(value)
    assert problem in refusal.value.findings[0].what


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


def test_nesting_is_bounded():
    assert canonical(nested(DEEPEST)) == b"[" * DEEPEST + b"1" + b"]" * DEEPEST
    with pytest.raises(LandreleaseError, match="more than 32 deep"):
        canonical(nested(DEEPEST + 1))


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b"1.0", b"1e2", b"-0", b" 1", b"1\n", b'"\\u0041"', b'"\\/"',
        b"null", b"[1,]", b"", b"{", b'"\\ud800"', b"\xff", b"\xef\xbb\xbf1", b"9007199254740992", b"NaN",
        b"[" * 5000 + b"]" * 5000,
    ],
    ids=lambda content: repr(content[:20]),
)  # fmt: skip
def test_parse_refuses_every_other_spelling(content):
    with pytest.raises(LandreleaseError, match="LR1003"):
        parse(content)


@pytest.mark.parametrize("content", [b'{"a":2,"b":1}', b"100", b"0", b'"A"', b'"/"', b"[]"], ids=repr)
def test_parse_takes_the_one_spelling(content):
    assert canonical(parse(content)) == content


def test_hash_is_an_rfc_6962_leaf():
    # RFC 6962 test vector of certificate-transparency: the leaf hash of an empty leaf
    assert content_hash(b"") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
