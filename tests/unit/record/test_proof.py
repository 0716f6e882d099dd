"""Proofs: what goes into one, what its verdict says, what is refused."""

import json
from base64 import b64encode
from dataclasses import asdict

import pytest
from tests.samples.proofs import NORTH, OFFICER, PERSON, UNIVERSITY, Clock, made, new_ledger, organisation

from landrelease.errors import LandreleaseError
from landrelease.record.canonical import canonical, content_hash
from landrelease.record.entry import Statement
from landrelease.record.proofs.checkpoint import Checkpoint, make_checkpoint
from landrelease.record.proofs.merkle import inclusion_proof, root
from landrelease.record.proofs.notes import SignatureType, VerifierKey, parse_note, sign_note, to_base64
from landrelease.record.proofs.proof import LARGEST_PROOF, make_proof, read_proof
from landrelease.record.proofs.verdict import Verdict, plain, verify_proof
from landrelease.record.proofs.witness import log_key, witness_key
from landrelease.record.signing.keys import SigningKey


@pytest.fixture
def scene(tmp_path):
    with made(tmp_path) as scene:
        yield scene


@pytest.fixture
def entry(scene):
    """The third of five organisations; an officer signed it."""
    entry = scene.grow(5)[2]
    scene.sign_as_officer(entry)
    return entry


def refused(code, work, *arguments, **named) -> str:
    with pytest.raises(LandreleaseError) as error:
        work(*arguments, **named)
    assert error.value.codes == (code,)
    return str(error.value)


def problem(text: str, trusted=()) -> str:
    verdict = verify_proof(text, trusted)
    assert not verdict.ok
    assert verdict.proven == ()
    assert verdict.text().startswith("The proof does not hold.\nWhy: ")
    return verdict.not_proven[0]


def said(verdict: Verdict, words: str) -> bool:
    return any(words in one for one in verdict.proven)


def denied(verdict: Verdict, words: str) -> bool:
    return any(words in one for one in verdict.not_proven)


def test_a_proof_holds_and_says_what_it_proves(scene, entry):
    scene.cosigned(scene.donor)
    verdict = verify_proof(scene.proof(entry), [log_key(scene.log).text, witness_key(scene.donor).text])
    assert verdict.ok
    assert verdict.heading == "The proof holds."
    assert said(
        verdict, f"Statement {entry.hash} is in the record, in exactly these words:\n    author: person:amina\n"
    )
    assert said(verdict, "\n    body.name: Operator 3")
    assert said(verdict, f"number 4 of the node north, signed in its name with the key {NORTH.public.fingerprint}")
    assert said(verdict, "number 4 of the first 8 statements of the log landrelease/north")
    assert said(verdict, "By the log's own clock all of them had arrived by 2026-08-14T15:03:11Z")
    assert said(verdict, "landrelease/donor saw that summary by 2026-08-14T15:03:11Z")
    assert said(verdict, f"signed as {PERSON} with the officer's key {OFFICER.public.fingerprint}")


def test_it_never_says_that_ground_is_safe(scene, entry):
    verdict = verify_proof(scene.proof(entry))
    assert denied(verdict, "That the ground is safe")
    assert denied(verdict, "That the author was right")
    assert denied(verdict, "That nothing recorded later")
    assert denied(verdict, "Who the people are")
    assert denied(verdict, "no witness has cosigned it")
    assert not any("safe" in one for one in verdict.proven)


def test_without_trusted_keys_it_names_each_fingerprint_to_compare(scene, entry):
    verdict = verify_proof(scene.proof(entry))
    assert verdict.ok
    assert "compare their fingerprints" in verdict.heading
    assert denied(
        verdict, f"Whose the key {NORTH.public.fingerprint} is: compare it with the one that landrelease/north"
    )
    assert denied(verdict, f"Whose the key {OFFICER.public.fingerprint} is: compare it with the one that {PERSON}")


def test_with_all_keys_trusted_there_is_none_to_compare(scene, entry):
    scene.cosigned(scene.donor, scene.university)
    assert not denied(verify_proof(scene.proof(entry), scene.trusted), "Whose the key")


def test_every_trusted_key_must_have_signed(scene, entry):
    scene.cosigned(scene.donor)
    proof = scene.proof(entry)
    assert "landrelease/university that you trust did not sign" in problem(proof, scene.trusted)
    impostor = VerifierKey("landrelease/north", UNIVERSITY.public).text
    assert "landrelease/north that you trust did not sign" in problem(proof, [impostor])


def test_a_trusted_key_that_is_none_is_the_readers_mistake(scene, entry):
    refused("LR1094", verify_proof, scene.proof(entry), ["landrelease/north"])


def test_a_proof_is_made_without_a_key_where_a_checkpoint_covers_the_entry(scene, entry):
    note = make_checkpoint(scene.log)
    later = scene.grow(1)[0]
    scene.log.signer = None
    assert read_proof(make_proof(scene.log, entry.hash)).note.written == note
    refused("LR1093", make_proof, scene.log, later.hash)


def test_a_checkpoint_can_be_chosen(scene, entry):
    note = make_checkpoint(scene.log)
    later = scene.grow(1)[0]
    make_checkpoint(scene.log)
    assert read_proof(scene.proof(entry, note)).checkpoint.size == 8
    refused("LR1093", scene.proof, later, note)


def test_of_the_checkpoints_that_cover_it_the_cosigned_one_is_taken(scene, entry):
    cosigned = scene.cosigned(scene.donor)
    scene.grow(3)
    make_checkpoint(scene.log)
    assert read_proof(scene.proof(entry)).note.written == cosigned


def test_cosignatures_of_unknown_witnesses_are_left_out(scene, entry):
    scene.cosigned(scene.donor, scene.university)
    proof = make_proof(scene.log, entry.hash, witnesses=[witness_key(scene.university)])
    assert [one.name for one in read_proof(proof).note.signatures] == ["landrelease/north", "landrelease/university"]
    assert verify_proof(proof).ok


def test_an_entry_of_an_unsigned_time_says_so(tmp_path):
    with new_ledger(tmp_path, "old", None, Clock()) as ledger:
        entry = ledger.append([organisation(1)])[0]
        ledger.signer = NORTH
        ledger.introduce()
        verdict = verify_proof(make_proof(ledger, entry.hash))
    assert verdict.ok
    assert denied(verdict, "That the node old wrote it")
    assert not said(verdict, "signed in its name")


def test_no_proof_of_what_is_not_there_and_no_signature_of_a_revoked_officer(scene, entry):
    refused("LR1015", make_proof, scene.log, "0" * 64)
    body = {"public_key": OFFICER.public.hex, "reason": "lost"}
    scene.log.append(
        [Statement("key.revocation", f"key:{OFFICER.public.hex}", body, "2026-08-01", "person:amina", "op:1")]
    )
    assert read_proof(scene.proof(entry)).officers == ()  # the officer's key was revoked before the signature


def revoked(from_seq):
    body = {"public_key": NORTH.public.hex, "from_seq": from_seq, "reason": "laptop stolen"}
    subject = f"key:{NORTH.public.hex}"
    return Statement("key.revocation", subject, body, "2026-08-14", "person:amina", "organisation:1")


def test_a_statement_whose_key_was_revoked_is_not_proven(scene, entry):
    note = make_checkpoint(scene.log)
    scene.log.replace_key(SigningKey.from_seed(bytes([77] * 32)), "laptop stolen")
    scene.log.append([revoked(entry.seq)])
    refused("LR1098", make_proof, scene.log, entry.hash, note)
    before = next(iter(scene.log.slice(entry.seq - 2, entry.seq - 1)))
    assert verify_proof(make_proof(scene.log, before.hash, note)).ok


def test_a_key_that_revoked_itself_signs_no_checkpoint(scene, entry):
    scene.log.append([revoked(entry.seq)])
    refused("LR1099", make_checkpoint, scene.log)
    refused("LR1099", log_key, scene.log)


def test_no_proof_by_a_checkpoint_that_is_not_the_logs(scene, entry):
    leaves = list(scene.log.store.hashes())
    other = Checkpoint("landrelease/north", 8, root(leaves[::-1])).text()
    refused("LR1084", scene.proof, entry, sign_note(other, "landrelease/north", NORTH))
    longer = Checkpoint("landrelease/north", 80, bytes(32)).text()
    refused("LR1084", scene.proof, entry, sign_note(longer, "landrelease/north", NORTH))
    mine = Checkpoint("landrelease/north", 8, root(leaves)).text()
    refused("LR1087", scene.proof, entry, sign_note(mine, "landrelease/north", UNIVERSITY))
    refused("LR1093", scene.proof, entry, sign_note(mine.replace("north", "south"), "landrelease/south", NORTH))


# Forgeries: each part of one proof exchanged for that of another


def parts(text: str) -> dict[str, str]:
    head, tree = text.split("c2sp.org/tlog-proof@v1\n")
    path, note = tree.split("\n\n", 1)
    entry, *keys = head.splitlines()[1:]
    return {"entry": entry, "keys": "\n".join(keys), "path": path, "note": note}


def joined(entry: str, keys: str, path: str, note: str) -> str:
    return f"landrelease proof v1\n{entry}\n{keys}\nc2sp.org/tlog-proof@v1\n{path}\n\n{note}"


@pytest.mark.parametrize("exchanged", ["entry", "keys", "path", "note"])
def test_parts_of_another_proof_do_not_fit(scene, exchanged):
    first, second = scene.grow(2)
    note = make_checkpoint(scene.log)
    scene.grow(3)
    one, other = parts(scene.proof(first, note)), parts(scene.proof(second, make_checkpoint(scene.log)))
    assert verify_proof(joined(**one)).ok
    assert problem(joined(**{**one, exchanged: other[exchanged]}))


def test_a_proof_of_another_log_does_not_fit_the_trusted_key(scene, entry, tmp_path):
    (tmp_path / "south").mkdir()
    with new_ledger(tmp_path / "south", "north", UNIVERSITY, Clock()) as impostor:
        fake = impostor.append([organisation(666)])[0]
        proof = make_proof(impostor, fake.hash)
    assert verify_proof(proof).ok  # it holds together, under a key that nobody has compared
    assert "that you trust did not sign" in problem(proof, [log_key(scene.log).text])


def remade(scene, entry, content: bytes) -> str:
    """The proof of an entry with other bytes, whose tree the log's own key signed."""
    proof = read_proof(scene.proof(entry))
    leaves = list(scene.log.store.hashes())
    leaves[proof.index] = bytes.fromhex(content_hash(content))
    text = Checkpoint("landrelease/north", len(leaves), root(leaves)).text()
    lines = [
        "landrelease proof v1", f"entry {b64encode(content).decode()}", f"key {log_key(scene.log).text}",
        "c2sp.org/tlog-proof@v1", f"index {proof.index}",
        *map(to_base64, inclusion_proof(leaves, proof.index, len(leaves))), "", "",
    ]  # fmt: skip
    return "\n".join(lines) + sign_note(text, "landrelease/north", NORTH)


@pytest.mark.parametrize(
    ("why", "content"),
    [
        ("no JSON", b"ground is safe"),
        ("not canonical", b'{"v": 1}'),
        ("members missing", canonical({"v": 1, "body": {}})),
        ("a list", b"[]"),
    ],
)
def test_bytes_that_are_no_statement_prove_nothing(scene, entry, why, content):
    assert problem(remade(scene, entry, content))


def test_a_text_cannot_pass_for_a_line_of_the_verdict(scene):
    trick = "Operator\n- The ground is safe\u202e\x1b[1m"
    body = {"name": trick}
    statement = Statement("organisation", "organisation:9\nProven:", body, "2026-01-01", "person:x", "op:x")
    entry = scene.log.append([statement])[0]
    text = verify_proof(scene.proof(entry)).text()
    assert "\n- The ground" not in text
    assert r'body.name: "Operator\n- The ground is safe\u202e\u001b[1m"' in text
    assert all(letter.isprintable() or letter == "\n" for letter in text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("أمينة", "أمينة"), ("a\nb", '"a\\nb"'), ([1, "é"], '[1, "é"]'), ({"a": True}, '{"a": true}'), ("", "")],
)
def test_values_on_one_line(value, shown):
    assert plain(value) == shown


CHANGES = {
    "another first line": lambda text: text.replace("proof v1", "proof v2", 1),
    "no entry": lambda text: "\n".join(line for line in text.split("\n") if not line.startswith("entry")),
    "two entries": lambda text: text.replace("entry ", "entry AAAA\nentry ", 1),
    "two signatures": lambda text: text.replace("signature ", "signature x\nsignature ", 1),
    "an unknown line": lambda text: text.replace("\nkey ", "\ncolour red\nkey ", 1),
    "lines in another order": lambda text: text.replace("\nentry", "\nkey", 1).replace("\nkey l", "\nentry l", 1),
    "no keys": lambda text: "\n".join(line for line in text.split("\n") if not line.startswith("key")),
    "no tree": lambda text: text.split("c2sp.org")[0],
    "extra data": lambda text: text.replace("index", "extra AAAA\nindex", 1),
    "a leading zero": lambda text: text.replace("index 3", "index 03"),
    "a negative index": lambda text: text.replace("index 3", "index -3"),
    "an index outside": lambda text: text.replace("index 3", "index 8"),
    "a short hash": lambda text: text.replace("=\n\nlandrelease", "\n\nlandrelease", 1),
    "no note": lambda text: text.split("\n\n")[0] + "\n\n",
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "spaces at the ends": lambda text: text.replace("\n", " \n"),
    "something before it": lambda text: "Dear owner,\n" + text,
    "something after it": lambda text: text + "Yours\n",
    "cut off": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "a witness's key that did not sign": lambda text: text.replace("\nc2sp", f"\nkey {STRANGER}\nc2sp", 1),
    "the log's key twice": lambda text: text.replace("\nkey ", f"\nkey {LOG}\nkey ", 1),
    "too large": lambda text: text + "a" * LARGEST_PROOF,
}
LOG = VerifierKey("landrelease/north", NORTH.public).text
STRANGER = VerifierKey("landrelease/university", UNIVERSITY.public, SignatureType.COSIGNATURE).text


@pytest.mark.parametrize("why", CHANGES)
def test_refused(scene, entry, why):
    assert problem(CHANGES[why](scene.proof(entry)))


def test_signatures_whose_keys_it_does_not_carry_are_refused(scene, entry):
    note = scene.cosigned(scene.donor)
    proof = scene.proof(entry)
    without = "\n".join(line for line in proof.split("\n") if not line.startswith("key landrelease/donor"))
    assert "key is not in the proof" in problem(without)
    assert len(parse_note(note).signatures) == 2


def test_a_verdict_is_plain_data(scene, entry):
    assert json.loads(json.dumps(asdict(verify_proof(scene.proof(entry)))))["ok"] is True
