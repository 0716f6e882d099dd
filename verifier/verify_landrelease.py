"""Check a landrelease proof offline: ``python3 verify_landrelease.py FILE [VERIFIER-KEY ...]``.

Needs Python 3.11 and ``cryptography``. Exits with 0 where the proof holds, else with 1. Every verifier key given must
have signed. Format: docs/formats/proof-v1.md."""

import base64
import json
import re
import sys
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TIME = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}Z"
FORM = re.compile(
    r"landrelease proof v1\nentry (\S+)\n((?:signature \S+ \S+\n)?(?:officer \S+ \S+\n)*)((?:key \S+\n)+)"
    r"c2sp\.org/tlog-proof@v1\nindex (0|[1-9][0-9]{0,17})\n((?:\S+\n)*)\n"
    r"((\S+)\n(0|[1-9][0-9]{0,17})\n(\S+)\n(?:received (" + TIME + r") [0-9a-f]{64}\n)?(?:[^\0-\x1f]+\n)*)\n"
    r"((?:\u2014 \S+ \S+\n){1,64})"
)
HIDDEN = {"v", "kind_version", "nonce", "prev", "seq", "node", "body"}
TYPES = dict.fromkeys(("author", "kind", "node", "nonce", "organisation", "prev", "recorded", "subject"), str)
TYPES |= {"body": dict, "kind_version": int, "seq": int, "v": int, "valid": list}
NEVER = [
    "That the ground is safe: a proof shows what was recorded, not what lies in the ground.",
    "That the author was right: it is the author's word.",
    "That nothing recorded later corrects or withdraws it, or reopens the land: ask for what came after.",
    "Who the people are whom it names: the record knows names only.",
]
WHOSE = "Whose the key {} is: compare it with the one that {} gave you another way."
NO_WITNESS = "When the summary was signed, and that everyone is shown the same record: no witness has cosigned it."
IN_LOG = (
    "It is number {} of the first {} statements of the log {}, which signed a summary of them (the root) with the key "
    "{}. None of them can be changed, removed or added without changing the summary."
)
ALONE = "The proof holds together. It is worth as much as the keys named below: compare their fingerprints."

def read_key(text):  # name+key id+base64(type and key), as name, type, 32 bytes, key id, fingerprint
    name, key_id, typed = text.split("+", 2)
    raw = decode(typed)
    found = sha256(name.encode() + b"\n" + raw).digest()[:4]
    y, field = int.from_bytes(raw[1:], "little") % 2**255, 2**255 - 19
    large = y < field and y * (y * y - 1) * (121665 * y**4 - 243332 * y * y + 121666) % field  # order above 8
    sound = large and len(raw) == 33 and raw[0] in (1, 4) and name and name.isprintable()
    need(sound and found.hex() == key_id, f"{text!r} is not a verifier key")
    fingerprint = " ".join(re.findall("....", sha256(raw[1:]).hexdigest()[:16]))
    return name, raw[0], raw[1:], found, fingerprint

def check(key, signature, message, what):
    try:
        Ed25519PublicKey.from_public_bytes(key[2]).verify(signature, message)
    except InvalidSignature:
        raise ValueError(f"{plain(unquote(key[0]))} did not sign the {what}") from None

def need(holds, why):
    if not holds:
        raise ValueError(why)

def decode(text):
    content = base64.b64decode(text, validate=True)
    need(base64.b64encode(content).decode() == text, "base64 is not written in the one way allowed")
    return content

def canonical(value, depth=32):  # RFC 8785, without fractions and null
    need(depth or isinstance(value, (str, int)), "the statement is nested too deep")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(name)}:{canonical(value[name], depth - 1)}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(one, depth - 1) for one in value) + "]"
    need(isinstance(value, str) or (isinstance(value, int) and abs(value) < 2**53), "the statement is not canonical")
    return json.dumps(value, ensure_ascii=False)

def root_of(found, place, size, path):  # RFC 9162, section 2.1.3.2
    last = size - 1
    for one in path:
        need(last > 0 and len(one) == 32, "the path is not of this tree")
        right = place & 1 or place == last
        found = sha256(b"\x01" + (one + found if right else found + one)).digest()
        while right and not place & 1 and place:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    return found if last == 0 else None

def plain(value):  # on one line, so that no text of a statement can pass for a line of the verdict
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)

def verify(text, trusted):
    need((form := FORM.fullmatch(text)) and len(text) <= 2**24, "it is not a proof, or was changed on its way")
    entry, by, keys, index, path, body, origin, size, root, received, lines = form.groups()
    content, index, size = decode(entry), int(index), int(size)
    keys = [read_key(line[4:]) for line in keys.splitlines()]
    digest, said = sha256(b"\x00" + content), json.loads(content)
    types = {name: type(value) for name, value in said.items()} if isinstance(said, dict) else {}
    known = TYPES.items() <= types.items() <= {**TYPES, "cites": list, "source": dict}.items()
    known = known and all(map(said.get, said.keys() - {"kind", "body"})) and re.fullmatch(TIME, said["recorded"])
    known = known and said["v"] == 1 <= min(said["seq"], said["kind_version"]) and len(body + lines) < 2**16
    need(known and canonical(said).encode() == content, "it holds no statement, or is too long")
    hashes = ",".join([said["nonce"], said["prev"], *said.get("cites", ())])
    need(re.fullmatch("[0-9a-f]{32}(,[0-9a-f]{64})+", hashes), "a hash in the statement is malformed")
    place = index < size and root_of(digest.digest(), index, size, list(map(decode, path.splitlines())))
    need(place == decode(root), "the statement is not at its place in the log whose summary was signed")
    need([key for key in keys if key[1] == 1] == keys[:1] and keys[0][0] == origin, "the log did not sign the summary")
    seen, node, officers = {}, [], []
    for _dash, name, value in (line.split(" ") for line in lines.splitlines()):
        raw = decode(value)
        key = next((key for key in keys if (key[0], key[3]) == (name, raw[:4])), None)
        need(key, "the summary has a signature whose key is not in the proof")
        time = int.from_bytes(raw[4:12]) if key[1] == 4 else 0
        text = f"cosignature/v1\ntime {time}\n{body}" if time else body
        check(key, raw[12:] if time else raw[4:], text.encode(), "summary")
        seen[key] = max(time, seen.get(key, 0))
    need(keys[0] in seen and all(map(seen.get, keys[1:])), "a key in the proof did not sign the summary")
    for word, key, value in ((word, read_key(key), value) for word, key, value in map(str.split, by.splitlines())):
        (node if word == "signature" else officers).append(key)
        officer = f"landrelease officer signature v1\n{digest.hexdigest()}\n".encode()
        check(key, decode(value), content if word == "signature" else officer, "statement")
    need({key[0] for key in node} <= {"landrelease/" + quote(said["node"], safe="")}, "the signing node is another")
    carried = list(dict.fromkeys([*keys, *node, *officers]))
    for key in trusted:
        need(key in carried, f"the key of {plain(unquote(key[0]))} that you trust did not sign")
    words = [f"{name}: {plain(said[name])}" for name in sorted(said) if name not in HIDDEN]
    words += [f"body.{plain(name)}: {plain(value)}" for name, value in sorted(said["body"].items())]
    when = [(key, f"{datetime.fromtimestamp(seen[key], UTC):%Y-%m-%dT%H:%M:%SZ}") for key in keys[1:]]
    yes = ["\n    ".join([f"Statement {digest.hexdigest()} is in the record, in exactly these words:", *words])]
    it = f"It is number {said['seq']} of the node {plain(said['node'])}, signed in its name with the key"
    yes += [*(f"{it} {key[4]}." for key in node), IN_LOG.format(index + 1, size, origin, keys[0][4])]
    yes += [f"By the log's own clock all of them had arrived by {received}."] if received else []
    yes += [f"{k[0]} saw that summary by {at}, and none that contradicts it: key {k[4]}." for k, at in when]
    yes += [f"It was signed as {plain(unquote(k[0]))} with the officer's key {k[4]}." for k in officers]
    no = NEVER + [WHOSE.format(key[4], plain(unquote(key[0]))) for key in carried if key not in trusted]
    no += [] if node else [f"That the node {plain(said['node'])} wrote it: it carries no signature of its node."]
    no += [] if when else [NO_WITNESS]
    return "\n- ".join(["\nProven:", *yes]) + "\n\n" + "\n- ".join(["Not proven:", *no])

if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    file, *names = sys.argv[1:] or sys.exit(__doc__)
    try:
        trusted = [read_key(name) for name in names]
        print("The proof holds." if trusted else ALONE, verify(Path(file).read_bytes().decode(), trusted), sep="\n")
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, OSError) as error:
        print(f"The proof does not hold.\nWhy: {error}.")
        sys.exit(1)
