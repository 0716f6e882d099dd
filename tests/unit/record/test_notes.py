"""Signed notes and verifier keys: what is refused, what is ignored."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.proofs.notes import (
    MOST_SIGNATURES,
    Note,
    SignatureType,
    VerifierKey,
    cosign,
    from_base64,
    is_key_name,
    parse_note,
    parse_signature,
    parse_verifier_key,
    sign_note,
)
from landrelease.record.signing.keys import SigningKey

KEY, OTHER = SigningKey.from_seed(b"\1" * 32), SigningKey.from_seed(b"\2" * 32)
LOG, STRANGER = VerifierKey("log.example", KEY.public), VerifierKey("log.example", OTHER.public)
WITNESS = VerifierKey("witness.example", OTHER.public, SignatureType.COSIGNATURE)
TEXT = "log.example\n1\nAAAA\n"
NOTE = sign_note(TEXT, "log.example", KEY)


def test_a_note_is_its_text_an_empty_line_and_a_signature():
    note = parse_note(NOTE)
    assert note.text == TEXT
    assert TEXT + "\n" + note.signatures[0].line == NOTE
    assert note.written == NOTE


def test_the_text_may_have_empty_lines():
    assert parse_note(sign_note("a\n\nb\n", "log.example", KEY)).text == "a\n\nb\n"


def test_only_the_key_that_signed_has_signed():
    note = parse_note(NOTE)
    assert note.is_signed_by(LOG)
    assert not note.is_signed_by(STRANGER)
    assert not note.is_signed_by(VerifierKey("other.example", KEY.public))
    assert not note.is_signed_by(VerifierKey("log.example", KEY.public, SignatureType.COSIGNATURE))


def test_a_cosignature_carries_its_time():
    note = parse_note(NOTE).with_signatures([cosign(TEXT, "witness.example", OTHER, 1_786_719_731)])
    assert note.cosigned_at(WITNESS) == 1_786_719_731
    assert note.cosigned_at(LOG) is None  # a note's own signature has no time
    assert parse_note(note.written) == note


def test_the_time_of_a_cosignature_is_signed():
    line = cosign(TEXT, "witness.example", OTHER, 1_786_719_731)
    later = type(line)(line.name, line.key_id, (1_786_719_732).to_bytes(8) + line.signature[8:])
    assert Note(TEXT, (later,)).cosigned_at(WITNESS) is None


def test_of_two_lines_of_one_key_both_must_hold():
    good = parse_note(NOTE).signatures[0]
    bad = type(good)(good.name, good.key_id, bytes(64))
    assert not Note(TEXT, (good, bad)).is_signed_by(LOG)


def test_signatures_of_unknown_keys_and_types_are_kept_and_not_counted():
    unknown = parse_signature("\N{EM DASH} mldsa.example " + "AAAAAA" * 100)
    note = parse_note(NOTE).with_signatures([unknown])
    assert note.is_signed_by(LOG)
    assert parse_note(note.written).signatures[1] == unknown


def test_the_same_signature_is_not_added_twice():
    note = parse_note(NOTE)
    assert note.with_signatures(note.signatures) == note


LINE = parse_note(NOTE).signatures[0].line


@pytest.mark.parametrize(
    ("why", "written"),
    [
        ("empty", ""),
        ("text alone", TEXT),
        ("no empty line", TEXT + LINE),
        ("no signature", TEXT + "\n"),
        ("cut off", NOTE[:-1]),
        ("no text", "\n\n" + LINE),
        ("carriage returns", NOTE.replace("\n", "\r\n")),
        ("a tab", NOTE.replace("AAAA", "AA\tA")),
        ("a lone surrogate", NOTE.replace("AAAA", "\ud800")),
        ("a hyphen for the dash", NOTE.replace("\N{EM DASH}", "-")),
        ("a space in the name", NOTE.replace("\N{EM DASH} log", "\N{EM DASH} a log")),
        ("a plus in the name", NOTE.replace("\N{EM DASH} log", "\N{EM DASH} a+log")),
        ("no name", NOTE.replace("\N{EM DASH} log.example", "\N{EM DASH} ")),
        ("base64 without padding", NOTE.replace("=\n", "\n")),
        ("a key id alone", TEXT + "\n\N{EM DASH} log.example AAAAAA==\n"),
        ("too many signatures", TEXT + "\n" + LINE * (MOST_SIGNATURES + 1)),
        ("too long", "a" * 70_000 + "\n\n" + LINE),
        ("something after it", NOTE + "more\n"),
    ],
)
def test_not_a_note(why, written):
    with pytest.raises(LandreleaseError, match="LR1080"):
        parse_note(written)


def test_a_text_without_line_feed_is_not_signed():
    with pytest.raises(ValueError, match="line feed"):
        sign_note("text", "log.example", KEY)


def test_what_nobody_could_read_is_not_signed():
    with pytest.raises(LandreleaseError, match="LR1080"):
        sign_note("a\tb\n", "log.example", KEY)


def test_a_verifier_key_comes_back():
    assert parse_verifier_key(WITNESS.text) == WITNESS
    assert parse_verifier_key(LOG.text + "\n") == LOG


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("empty", ""),
        ("no plus", "log.example"),
        ("another key id", LOG.text.replace("+", "+0", 1)),
        ("another name", "x" + LOG.text),
        ("upper-case key id", "+".join([LOG.name, LOG.key_id.hex().upper(), LOG.text.split("+", 2)[2]])),
        ("31 bytes", LOG.text[:-4]),
        ("another type", "a+77f3e4b1+Ag=="),
        ("a space in the name", LOG.text.replace("log", "a log")),
        ("not base64", LOG.text[:-1] + "!"),
    ],
)
def test_not_a_verifier_key(why, text):
    with pytest.raises(LandreleaseError, match="LR1094"):
        parse_verifier_key(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2028b", "a\u00a0b", "a\u202eb", "\ud800"])
def test_not_a_name(name):
    assert not is_key_name(name)
    with pytest.raises(LandreleaseError, match="LR1094"):
        VerifierKey(name, KEY.public)


def test_base64_has_one_way_of_writing():
    assert from_base64("AAE=") == b"\0\1"
    assert [from_base64(text) for text in ("AAF=", "AAE", "AAE= ", "AA\nE=", "AA_E", "é")] == [None] * 6
