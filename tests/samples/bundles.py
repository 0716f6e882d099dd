"""Signed nodes of one programme, and archives made by hand from their bundles."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from landrelease.record.bundles.manifest import bundle_line, cut_line
from landrelease.record.canonical import canonical
from landrelease.record.entry import Statement
from landrelease.record.keeping import KeyGrant, KeyRevocation
from landrelease.record.ledger import Ledger
from landrelease.record.signing.keys import SigningKey

DAY = "2026-08-11"


def key_of(node: str) -> SigningKey:
    return SigningKey.from_seed(hashlib.sha256(node.encode()).digest())


def report(number: int, author: str = "person:amina", organisation: str = "op:1", **changes: Any) -> Statement:
    body = {"area": f"area:{number}", "stage": "completion", "method": "manual_team", "cleared_area_m2": 100 + number}
    return Statement("clearance.report", f"report:{number}", {**body, **changes}, DAY, author, organisation)


def grant(node: str, key: SigningKey | None = None, **changes: Any) -> Statement:
    public = (key or key_of(node)).public.hex
    body = KeyGrant(**({"role": "node", "holder": node, "public_key": public, "from_seq": 1} | changes))
    return Statement("key.grant", f"key:{public}", body, DAY, "person:authority", "op:nc")


def revocation(node: str, from_seq: int) -> Statement:
    public = key_of(node).public.hex
    body = KeyRevocation(public_key=public, from_seq=from_seq, reason="laptop lost")
    return Statement("key.revocation", f"key:{public}", body, DAY, "person:authority", "op:nc")


def programme(make: Callable[..., Ledger], *nodes: str, centre: str = "centre") -> dict[str, Ledger]:
    """The centre, whose key is the root, and nodes that trust it; it has granted their keys."""
    root = key_of(centre)
    made = {centre: make(node=centre, signer=root)}
    for node in nodes:
        made[node] = make(node=node, signer=key_of(node), root=root.public.hex)
    made[centre].append([grant(node) for node in nodes])
    return made


def entries_of(path: Path) -> list[tuple[bytes, bytes | None]]:
    """Entries of a bundle with their signatures."""
    with zipfile.ZipFile(path) as archive:
        return [cut_line(line) for line in archive.read("entries.jsonl").splitlines()]


def repacked(
    path: Path, target: Path, replaced: Iterable[tuple[bytes, bytes | None]] | None = None, **changes: Any
) -> Path:
    """Write a bundle again with other entries or members of the manifest, all its sums made right."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        members = {name: archive.read(name) for name in archive.namelist()}
    if replaced is not None:
        kept = list(replaced)
        members["entries.jsonl"] = b"".join(bundle_line(*entry) for entry in kept)
        manifest["entries"] = len(kept)
        manifest["to"] = max(manifest["to"], manifest["from"] + len(kept))
    lines = members["entries.jsonl"]
    manifest |= {"bytes": len(lines), "sha256": hashlib.sha256(lines).hexdigest()} | changes
    members["manifest.json"] = canonical(manifest)
    return packed(target, members.items())


def packed(target: Path, members: Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> Path:
    """Write an archive: entries deflated, all else stored."""
    with zipfile.ZipFile(target, "w") as archive:
        for member, content in members:
            name = member.filename if isinstance(member, zipfile.ZipInfo) else member
            archive.writestr(member, content, zipfile.ZIP_DEFLATED if name == "entries.jsonl" else zipfile.ZIP_STORED)
    return target


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def forged(content: bytes, old: bytes, new: bytes) -> bytes:
    """An entry's bytes with a change."""
    assert old in content
    return content.replace(old, new, 1)
