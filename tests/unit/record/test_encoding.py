"""Entries and their bytes."""

import json

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record import encoding, kinds, upcasters
from landrelease.record.canonical import canonical, content_hash
from landrelease.record.encoding import FIRST_PREV, decode_entry, encode_entry, read_entry
from landrelease.record.kinds import ClearanceReport, Kind, Organisation
from landrelease.record.statements import prepare

A, B = "a" * 64, "b" * 64


@pytest.fixture
def members() -> dict:
    return {
        "v": 1, "kind": "organisation", "kind_version": 1, "node": "north", "seq": 1, "prev": FIRST_PREV,
        "subject": "organisation:1", "valid": ["2026-01-01"], "recorded": "2026-08-14T15:02:11Z",
        "author": "person:amina", "organisation": "organisation:1", "nonce": "0" * 32,
        "body": {"name": "Operator One", "type": "other"},
    }  # fmt: skip


def test_an_entry_comes_back_as_it_went(report):
    statement = report(cites=(A, B), valid_to="2026-08-14")
    entry_hash, content = encode_entry(
        *prepare(statement), node="n", seq=7, prev=A, recorded="2026-08-14T15:02:11Z", nonce="1" * 32
    )
    entry = decode_entry(content)
    assert (entry.hash, entry.content, entry.node, entry.seq, entry.prev) == (entry_hash, content, "n", 7, A)
    assert (entry.valid_from, entry.valid_to, entry.cites) == ("2026-08-11", "2026-08-14", (A, B))
    assert entry.model() == ClearanceReport.model_validate(statement.body)
    assert entry == read_entry(entry_hash, content)


def test_a_body_is_read_like_a_dictionary(members):
    body = decode_entry(canonical(members)).body
    assert dict(body) == members["body"] == body
    assert (body["name"], body.get("parent"), body.get("parent", "-"), len(body)) == ("Operator One", None, "-", 2)
    assert "parent" not in body
    assert repr(body) == repr(members["body"])


@pytest.mark.parametrize("optional", ["source", "cites"])
def test_what_is_left_out_reads_as_empty(members, optional):
    assert not getattr(decode_entry(canonical(members)), optional)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"v": 2}, "version 1"),
        ({"v": True}, "'v'"),
        ({"kind": 5}, "'kind'"),
        ({"kind_version": 0}, "'kind_version'"),
        ({"kind_version": "1"}, "'kind_version'"),
        ({"node": ""}, "'node'"),
        ({"seq": 0}, "'seq'"),
        ({"seq": "1"}, "'seq'"),
        ({"seq": 2}, "'prev'"),  # a second entry has a predecessor
        ({"prev": A}, "'prev'"),  # a first one has none
        ({"prev": "A" * 64, "seq": 2}, "'prev'"),
        ({"subject": ""}, "'subject'"),
        ({"valid": []}, "'valid'"),
        ({"valid": ["2026-13"]}, "'valid'"),
        ({"valid": "2026"}, "'valid'"),
        ({"recorded": "2026-08-14"}, "'recorded'"),
        ({"author": ""}, "'author'"),
        ({"organisation": ""}, "'organisation'"),
        ({"nonce": "0"}, "'nonce'"),
        ({"body": []}, "'body'"),
        ({"cites": []}, "'cites'"),
        ({"cites": [A, A]}, "'cites'"),
        ({"cites": ["x"]}, "'cites'"),
        ({"cites": [5]}, "'cites'"),
        ({"source": {}}, "'source'"),
        ({"source": {"colour": "red"}}, "'source'"),
        ({"remark": "x"}, "'remark'"),
    ],
    ids=str,
)
def test_malformed_entries_are_refused(members, changes, named):
    with pytest.raises(LandreleaseError, match="LR1016") as refusal:
        decode_entry(canonical(members | changes))
    assert named in str(refusal.value)


@pytest.mark.parametrize("missing", ["v", "kind", "node", "prev", "recorded", "nonce", "body", "valid"])
def test_incomplete_entries_are_refused(members, missing):
    del members[missing]
    with pytest.raises(LandreleaseError, match="LR1016"):
        decode_entry(canonical(members))


@pytest.mark.parametrize("content", [b"", b"[]", b"5", b"{}", b"not json"], ids=repr)
def test_other_bytes_are_refused(content):
    with pytest.raises(LandreleaseError, match="LR1016"):
        decode_entry(content)


def test_other_spelling_of_a_good_entry_is_refused(members):
    with pytest.raises(LandreleaseError, match="not canonical"):
        decode_entry(json.dumps(members).encode())


@pytest.mark.parametrize("changes", [{"kind": "prophecy"}, {"kind_version": 2}], ids=str)
def test_newer_kinds_are_refused_by_name(members, changes):
    content = canonical(members | changes)
    for read in (decode_entry, lambda content: read_entry(content_hash(content), content)):
        with pytest.raises(LandreleaseError, match="LR1017"):
            read(content)


def test_older_bodies_are_read_through_upcasters(members, monkeypatch):
    monkeypatch.setitem(kinds.KINDS, "organisation", Kind("organisation", Organisation, version=3))
    monkeypatch.setitem(upcasters.UPCASTERS, ("organisation", 1), lambda body: {**body, "name": body["name"] + " (1)"})
    monkeypatch.setitem(upcasters.UPCASTERS, ("organisation", 2), lambda body: {**body, "name": body["name"] + " (2)"})
    content = canonical(members | {"nonce": "e" * 32})
    entry = decode_entry(content)
    assert entry.kind_version == 1
    assert entry.body["name"] == "Operator One (1) (2)"
    assert entry.content == content
    encoding._body.cache_clear()


def test_every_older_version_of_every_kind_has_an_upcaster():
    needed = {(name, version) for name, kind in kinds.KINDS.items() for version in range(1, kind.version)}
    assert needed == set(upcasters.UPCASTERS)


TRICKY = ['","body":{"', ',"kind":"', '],"cites":["', "\\", '\\","kind":"x', '"]', "]", "}", '{"kind":"y"}', "ї\u2028"]


@pytest.mark.parametrize("text", TRICKY)
@pytest.mark.parametrize("cites", [(), (A,), (A, B)], ids=len)
def test_reading_without_the_body_is_not_misled(members, text, cites):
    """Texts and inner members that look like the seams of an entry."""
    tricky = {
        "author": text, "organisation": text, "subject": text, "node": text, "source": {"note": text, "file": text},
        "body": {"kind": text, "cites": [text, A], "body": {"kind": text, "body": {}}, "z": [{"kind": "x"}, text]},
        **({"cites": list(cites)} if cites else {}),
    }  # fmt: skip
    content = canonical(members | tricky)
    assert read_entry(content_hash(content), content) == decode_entry(content)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"author":"a","body":{},"kind":"organisation"}', b"noise", b"[1]"])
def test_reading_says_when_stored_bytes_are_no_entry(content):
    with pytest.raises(LandreleaseError, match="LR1016"):
        read_entry(content_hash(content), content)
