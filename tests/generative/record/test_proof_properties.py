"""Whatever is flipped in a proof, neither the library nor the stand-alone verifier believes it."""

import importlib.util
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.proofs import made

from landrelease.errors import LandreleaseError
from landrelease.record.proofs.notes import parse_note
from landrelease.record.proofs.proof import read_proof
from landrelease.record.proofs.verdict import verify_proof
from landrelease.record.proofs.witness import log_key, parse_request, witness

VERIFIER = Path(__file__).parents[3] / "verifier" / "verify_landrelease.py"


@cache
def standalone():
    spec = importlib.util.spec_from_file_location("verify_landrelease", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def proof() -> str:
    """A proof with the signatures of the node, an officer, the log and two witnesses."""
    with TemporaryDirectory() as folder, made(Path(folder)) as scene:
        entry = scene.grow(6)[2]
        scene.sign_as_officer(entry)
        scene.cosigned(scene.donor, scene.university)
        return scene.proof(entry)


def believed_alone(content: bytes) -> bool:
    """Whether the stand-alone verifier prints a verdict for a file with these bytes."""
    try:
        standalone().verify(content.decode(), [])
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError):
        return False
    return True


def believed(content: bytes) -> bool:
    return verify_proof(content.decode("utf-8", errors="surrogateescape")).ok


def flipped(content: bytes, at: int, bit: int) -> bytes:
    return content[:at] + bytes((content[at] ^ 1 << bit,)) + content[at + 1 :]


def test_the_proof_itself_is_believed():
    assert believed(proof().encode())
    assert believed_alone(proof().encode())


@pytest.mark.parametrize("check", [believed, believed_alone])
def test_no_proof_with_a_flipped_byte_is_believed(check):
    """Every byte of the file, one bit of each: keys, names, signatures, the entry, the path, the note."""
    content = proof().encode()
    assert [at for at in range(len(content)) if check(flipped(content, at, at % 8))] == []


@given(st.data())
def test_no_flipped_bit_is_believed(data):
    content = proof().encode()
    forged = flipped(content, data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 7)))
    assert not believed(forged)
    assert not believed_alone(forged)


@given(st.data())
def test_no_line_can_be_left_out_doubled_or_moved(data):
    """But a signature of the node or an officer may be left out: the proof then proves less, and says so."""
    lines = proof().splitlines(keepends=True)
    one, other = (data.draw(st.integers(0, len(lines) - 1)) for _time in range(2))
    doubled = "".join([*lines[: one + 1], lines[one], *lines[one + 1 :]])
    moved = list(lines)
    moved[one], moved[other] = moved[other], moved[one]
    left_out = "".join(lines[:one] + lines[one + 1 :])
    for text in {doubled, "".join(moved)} - {proof()}:
        again = read_or_none(text)
        same = again is not None and (again.content, again.index) == (read_proof(proof()).content, 3)
        assert not believed(text.encode()) or same
        assert believed(text.encode()) == believed_alone(text.encode())
    assert believed(left_out.encode()) == lines[one].startswith(("signature ", "officer "))
    assert believed(left_out.encode()) == believed_alone(left_out.encode())


def read_or_none(text: str):
    try:
        return read_proof(text)
    except LandreleaseError:
        return None


@given(st.text() | st.binary().map(lambda content: content.decode("latin-1")))
def test_nothing_made_up_breaks_the_readers(text):
    assert not verify_proof(text).ok
    assert not believed_alone(text.encode("utf-8", errors="surrogatepass"))
    for read in (parse_note, parse_request, read_proof):
        with pytest.raises(LandreleaseError):
            read(text)


def is_signed(note: str, key) -> bool:
    try:
        return parse_note(note).is_signed_by(key)
    except LandreleaseError:
        return False


@given(st.integers(0, len("landrelease/north\n") + 180), st.integers(0, 6))
def test_no_checkpoint_with_a_flipped_bit_is_the_logs(at, bit):
    note = proof().split("\n\n", 1)[1].encode()
    with TemporaryDirectory() as folder, made(Path(folder)) as scene:
        key = log_key(scene.log)
    forged = flipped(note, at, bit).decode("utf-8", errors="surrogateescape")
    assert not is_signed(forged, key)


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=6))
def test_an_honest_log_is_always_cosigned_and_an_old_request_never(steps):
    with TemporaryDirectory() as folder, made(Path(folder)) as scene:
        old, requests = 0, []
        for more, again in steps:
            scene.grow(more)
            requests.append(scene.request(old))
            witness(scene.donor, requests[-1], log_key(scene.log).key)
            old = len(scene.log)
            if again and len(requests) > 1:
                with pytest.raises(LandreleaseError, match="LR1089"):
                    witness(scene.donor, requests[-2], log_key(scene.log).key)
        assert list(scene.donor.log(kind="incident")) == []
