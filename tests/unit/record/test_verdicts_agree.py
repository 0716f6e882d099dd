"""Proofs that a log's owner makes by hand: the library and the stand-alone verifier refuse the same."""

import base64
import importlib.util
import json
from hashlib import sha256
from pathlib import Path

import pytest

from landrelease.record.canonical import canonical
from landrelease.record.proofs.notes import cosign
from landrelease.record.proofs.verdict import verify_proof
from landrelease.record.signing.keys import SigningKey, officer_message

ROOT = Path(__file__).parents[3]
ORIGIN = "landrelease/north"
MEMBERS = {
    "author": "person:amina", "body": {"name": "x"}, "kind": "organisation", "kind_version": 1, "node": "north",
    "nonce": "0" * 32, "organisation": "op:1", "prev": "0" * 64, "recorded": "2026-08-14T15:03:11Z", "seq": 1,
    "subject": "organisation:2", "v": 1, "valid": ["2026-01-01"],
}  # fmt: skip
LOG, OFFICER, WITNESS = (SigningKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
ARRIVED = f"received 2026-08-14T15:04:11Z {'0' * 64}"
FORGED = (1).to_bytes(32, "little") + bytes(32)
"""A signature that fits every message under the key of order 1."""


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def key(name: str, raw: bytes, kind: int = 1) -> str:
    typed = bytes([kind]) + raw
    key_id = sha256(name.encode() + b"\n" + typed).hexdigest()[:8]
    return f"{name}+{key_id}+{b64(typed)}"


def proof(members=MEMBERS, extension="", officer="person:bo", officer_kind=1, small=None, repeated=1, moment=None):
    """A proof of a log with one statement, each signature of which holds."""
    content = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    leaf = sha256(b"\0" + content).digest()
    body = f"{ORIGIN}\n1\n{b64(leaf)}\n" + (f"{extension}\n" if extension else "")
    line = b64(bytes.fromhex(key(ORIGIN, LOG.public.raw).split("+")[1]) + LOG.sign(body.encode()))
    keys, lines = [key(ORIGIN, LOG.public.raw)], f"\N{EM DASH} {ORIGIN} {line}\n" * repeated
    if moment is not None:
        keys.append(key("donor", WITNESS.public.raw, 4))
        lines += cosign(body, "donor", WITNESS, moment).line
    signed = (small, FORGED) if small else (OFFICER.public.raw, OFFICER.sign(officer_message(leaf.hex())))
    return (
        f"landrelease proof v1\nentry {b64(content)}\n"
        f"officer {key(officer, signed[0], officer_kind)} {b64(signed[1])}\n"
        + "".join(f"key {one}\n" for one in keys)
        + f"c2sp.org/tlog-proof@v1\nindex 0\n\n{body}\n{lines}"
    )


def said_alone(text: str) -> str | None:
    spec = importlib.util.spec_from_file_location("verify_landrelease", ROOT / "verifier" / "verify_landrelease.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    try:
        return f"{module.ALONE}\n{module.verify(text, [])}\n"
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError):
        return None


@pytest.mark.parametrize("options", [
    {}, {"extension": ARRIVED}, {"extension": "something else"}, {"extension": "received yesterday"},
    {"extension": ARRIVED.replace("T15", "T25")}, {"repeated": 64}, {"moment": 1_700_000_000}, {"officer_kind": 4},
    {"members": {**MEMBERS, "body": {"a\nProven:": "x\n- y\u2028\u202e", "b": [True, 1, {"c": "\x85"}]}}},
])  # fmt: skip
def test_both_say_the_same(options):
    verdict = verify_proof(proof(**options))
    assert verdict.ok
    assert said_alone(proof(**options)) == verdict.text()


@pytest.mark.parametrize("changed", [
    {"seq": "1\n\nNot proven:\n- nothing"}, {"seq": 0}, {"seq": True}, {"seq": 2**53}, {"v": True}, {"node": ""},
    {"kind_version": "1"}, {"kind_version": 0}, {"author": 5}, {"nonce": "x"}, {"prev": "zz"}, {"valid": []},
    {"recorded": "yesterday"}, {"recorded": "2026-08-14T25:03:11Z"}, {"subject": ""}, {"cites": []}, {"source": {}},
    {"cites": ["x"]}, {"source": "x"}, {"body": []}, {"body": {"a": 10**400}}, {"body": {"a": 1.5}},
], ids=repr)  # fmt: skip
def test_what_is_no_statement_is_refused_by_both(changed):
    text = proof({**MEMBERS, **changed})
    assert not verify_proof(text).ok
    assert said_alone(text) is None


@pytest.mark.parametrize("options", [
    {"small": (1).to_bytes(32, "little")}, {"small": (1 | 1 << 255).to_bytes(32, "little")},
    {"small": (2**255 - 18).to_bytes(32, "little")}, {"small": bytes(32)},
    {"small": bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")},
    {"officer": ""}, {"officer_kind": 7}, {"extension": "a\tb"}, {"extension": "a\0b"}, {"extension": "x" * 70_000},
    {"repeated": 65}, {"moment": 0}, {"moment": 253_402_300_800},
], ids=lambda options: repr(options)[:60])  # fmt: skip
def test_what_no_proof_may_hold_is_refused_by_both(options):
    text = proof(**options)
    assert not verify_proof(text).ok
    assert said_alone(text) is None


def test_the_statement_is_one_of_the_format():
    assert canonical(MEMBERS) == json.dumps(MEMBERS, sort_keys=True, separators=(",", ":")).encode()
