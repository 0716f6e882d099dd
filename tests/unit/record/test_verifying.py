"""Many signatures: the same answer from threads, from processes, and when a process dies."""

import io
import subprocess
import sys

import pytest

from landrelease.record.bundles.signatures import Claim, SignatureCheck
from landrelease.record.signing import verifying
from landrelease.record.signing.keys import SigningKey
from landrelease.record.signing.verifying import Job, Verifiers, serve

KEYS = [SigningKey.from_seed(bytes([number] * 32)) for number in (1, 2)]
FIRST, SECOND = (key.public.raw for key in KEYS)


def job(number: int, signer: SigningKey = KEYS[0], keys: tuple[bytes, ...] = (FIRST,)) -> Job:
    message = b"entry %d" % number
    return Job(keys, signer.sign(message), message)


HELD, FORGED = job(1), job(2, KEYS[1])
JOBS = [
    (HELD, True),
    (FORGED, False),
    (job(3, KEYS[1], (FIRST, SECOND)), True),
    (HELD._replace(message=b"entry 2"), False),
    (HELD._replace(signature=b""), False),
    (HELD._replace(signature=HELD.signature + b"x"), False),
    (HELD._replace(signature=HELD.signature[:-1]), False),
    (HELD._replace(keys=()), False),
    (job(5)._replace(message=b"", signature=KEYS[0].sign(b"")), True),
]
WRONG = [place for place, (_, holds) in enumerate(JOBS) if not holds]


@pytest.fixture(params=[10**9, 0], ids=["threads", "processes"])
def verifiers(request):
    with Verifiers(many=request.param) as made:
        yield made


def test_what_does_not_hold_is_named(verifiers):
    assert verifiers.submit([one for one, _ in JOBS]).result() == WRONG


def test_chunks_answer_for_themselves(verifiers):
    chunks = [verifiers.submit([HELD] * number + [FORGED]) for number in range(40)]
    assert [chunk.result() for chunk in chunks] == [[number] for number in range(40)]


def test_nothing_is_wrong_with_nothing(verifiers):
    assert verifiers.submit([]).result() == []


def test_a_process_that_dies_costs_no_answer():
    with Verifiers(many=0) as verifiers:
        verifiers.submit([HELD]).result()
        for process in verifiers._started:
            process.kill()
            process.wait()
        assert [verifiers.submit([HELD, FORGED]).result() for _ in range(4)] == [[1]] * 4


def test_no_room_for_a_process(monkeypatch):
    def refuse(*_, **__):
        raise OSError("no more processes")

    monkeypatch.setattr(verifying.subprocess, "Popen", refuse)
    with Verifiers(many=0) as verifiers:
        assert verifiers.submit([FORGED]).result() == [0]


def test_an_answer_that_is_none_is_not_believed(monkeypatch):
    command = [sys.executable, "-c", "import sys; sys.stdin.buffer.read(4); sys.stdout.write('x')"]
    start = subprocess.Popen
    monkeypatch.setattr(verifying.subprocess, "Popen", lambda _, **options: start(command, **options))
    with Verifiers(many=0) as verifiers:
        assert [verifiers.submit([HELD, FORGED]).result() for _ in range(4)] == [[1]] * 4


def test_closing_twice_is_harmless():
    verifiers = Verifiers(many=0)
    verifiers.submit([HELD])
    verifiers.close()
    verifiers.close()
    assert verifiers._started == []


def test_the_process_speaks_frames():
    answers = io.BytesIO()
    serve(io.BytesIO(verifying._packed([HELD, FORGED]) + verifying._packed([]) + verifying._packed([FORGED])), answers)
    assert answers.getvalue() == bytes([0, 0, 0, 1, 0, 0, 0, 1]) + bytes(4) + bytes([0, 0, 0, 1, 0, 0, 0, 0])


@pytest.mark.parametrize("place", [3, 300, 599])
def test_a_wrong_signature_ahead_of_many_is_named(place):
    key = SigningKey.from_seed(bytes(32))
    with SignatureCheck() as check:
        for line in range(600):
            signature = key.sign(b"{}" if line != place else b"{ }")
            check.add(Claim(line, "north", line + 1, b"{}", signature, (key.public,)))
        wrong = check.wrong()
        assert wrong is not None
        assert wrong.line == place
        assert check.wrong() is None
