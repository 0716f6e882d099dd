"""Keys, key files, and that secrets stay inside."""

import copy
import json
import logging
import pickle
import stat
import traceback

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.signing.keyfile import KeyFile
from landrelease.record.signing.keys import PublicKey, SigningKey, officer_message, public_key_of, read_key, write_key

SEED = bytes(range(32))
PASSPHRASE = "several words here"


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "folder" / "node.key"
    write_key(path, SigningKey.from_seed(SEED), PASSPHRASE)
    return path


def refused(code, action, *arguments):
    with pytest.raises(LandreleaseError) as error:
        action(*arguments)
    assert error.value.codes == (code,)
    return error


def test_a_key_signs_and_its_public_key_verifies():
    key = SigningKey.generate()
    signature = key.sign(b"words")
    assert key.public.verify(signature, b"words")
    assert not key.public.verify(signature, b"other words")
    assert not SigningKey.generate().public.verify(signature, b"words")
    assert not key.public.verify(b"short", b"words")


def test_public_keys_in_digits():
    key = SigningKey.from_seed(SEED).public
    assert PublicKey.from_hex(f" {key.hex}\n") == key
    assert len(key.fingerprint) == 19
    assert key.fingerprint.replace(" ", "").isalnum()


@pytest.mark.parametrize(
    "text",
    [
        "", "00", "zz" * 32, "é" * 64, "00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f", "ed" + "ff" * 30 + "7f",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    ],
)  # fmt: skip
def test_what_is_no_public_key(text):
    refused("LR1066", PublicKey.from_hex, text)


def test_a_key_comes_back_from_its_file(key_file):
    assert read_key(key_file, PASSPHRASE).public == SigningKey.from_seed(SEED).public == public_key_of(key_file)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [path.name for path in key_file.parent.iterdir()] == ["node.key"]


def test_composed_and_decomposed_letters_are_one_passphrase(tmp_path):
    write_key(tmp_path / "a.key", SigningKey.generate(), "caf\u00e9 caf\u00e9")
    assert read_key(tmp_path / "a.key", "cafe\u0301 cafe\u0301")


def test_a_key_file_is_never_overwritten(key_file):
    before = key_file.read_bytes()
    refused("LR1061", write_key, key_file, SigningKey.generate(), PASSPHRASE)
    assert key_file.read_bytes() == before


def test_a_short_passphrase_is_refused_and_nothing_made(tmp_path):
    refused("LR1064", write_key, tmp_path / "a.key", SigningKey.generate(), "short  ")
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_passphrase(key_file):
    refused("LR1063", read_key, key_file, PASSPHRASE + " ")


@pytest.mark.parametrize("member", ["public_key", "salt", "nonce", "sealed"])
def test_one_changed_digit_is_found(key_file, tmp_path, member):
    members = json.loads(key_file.read_text())
    inside = next(part for part in (members, members["kdf"], members["cipher"]) if member in part)
    inside[member] = ("0" if inside[member][0] != "0" else "1") + inside[member][1:]
    changed = tmp_path / "changed.key"
    changed.write_text(json.dumps(members))
    refused("LR1063", read_key, changed, PASSPHRASE)


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("kdf", "n", 2**21), ("kdf", "n", 3), ("kdf", "n", 1), ("kdf", "n", True), ("kdf", "n", "32768"),
        ("kdf", "r", 2**20), ("kdf", "r", 0), ("kdf", "p", 0), ("kdf", "p", 10**9), ("kdf", "name", "pbkdf2"),
        ("kdf", "salt", "00"), ("kdf", "salt", "AA" * 16), ("cipher", "nonce", ""), ("cipher", "sealed", None),
        ("cipher", "name", "aes"), (None, "format", "landrelease key v2"), (None, "public_key", "00"),
        (None, "kdf", []),
    ],
)  # fmt: skip
def test_foreign_and_greedy_files_are_refused_without_work(key_file, tmp_path, part, name, value):
    members = json.loads(key_file.read_text())
    (members[part] if part else members)[name] = value
    path = tmp_path / "foreign.key"
    path.write_text(json.dumps(members))
    refused("LR1062", read_key, path, PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 4000, b" " * 5000])
def test_what_is_no_key_file(tmp_path, content):
    path = tmp_path / "no.key"
    path.write_bytes(content)
    refused("LR1062", read_key, path, PASSPHRASE)


def test_a_missing_file(tmp_path):
    refused("LR0002", read_key, tmp_path / "none.key", PASSPHRASE)


def test_a_seed_under_another_public_key_is_refused(tmp_path):
    path = tmp_path / "swapped.key"
    path.write_text(KeyFile.make(SEED, SigningKey.generate().public.raw, PASSPHRASE).text())
    refused("LR1063", read_key, path, PASSPHRASE)


@pytest.mark.parametrize("action", [copy.copy, copy.deepcopy, pickle.dumps])
def test_keys_are_neither_copied_nor_pickled(action):
    with pytest.raises(TypeError, match="neither pickled nor copied"):
        action(SigningKey.from_seed(SEED))


def test_secrets_show_nowhere(key_file, caplog):
    key = SigningKey.from_seed(SEED)
    with caplog.at_level(logging.DEBUG):
        opened = read_key(key_file, PASSPHRASE)
        wrong = refused("LR1063", read_key, key_file, "another secret phrase")
        logging.getLogger("test").warning("%r %s", opened, opened)
    failure = "".join(traceback.format_exception(wrong.value)) + repr(wrong.value.findings)
    shown = (repr(key), str(key), f"{key}", caplog.text, failure, key_file.read_text(), repr(vars(type(key))))
    for secret in (SEED.hex(), repr(SEED), PASSPHRASE, "another secret phrase"):
        assert not any(secret in text for text in shown)
    assert wrong.value.__cause__ is None


def test_officers_sign_other_bytes_than_nodes():
    assert officer_message("ab" * 32) == b"landrelease officer signature v1\n" + b"ab" * 32 + b"\n"
