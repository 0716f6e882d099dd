"""Bundles that are damaged, malicious or foreign: a clear message, and nothing is written."""

import io
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.samples.bundles import (
    entries_of,
    forged,
    key_of,
    members_of,
    packed,
    programme,
    repacked,
    report,
    revocation,
)

from landrelease.errors import LandreleaseError
from landrelease.record.attachments.blobs import attach
from landrelease.record.audit import audit
from landrelease.record.bundles.archive import Limits
from landrelease.record.bundles.bundle import export_bundle
from landrelease.record.bundles.merge import merge
from landrelease.record.canonical import canonical
from landrelease.record.ledger import Ledger


@pytest.fixture
def nodes(tmp_path):
    made = []

    def make(node, **options):
        made.append(Ledger.create(tmp_path / f"{node}.sqlite", node, **options))
        return made[-1]

    yield programme(make, "north", "south")
    for ledger in made:
        ledger.close()


@pytest.fixture
def good(nodes, tmp_path) -> Path:
    """A bundle of the node north: its key, four reports, a photograph."""
    made = nodes["north"].append([report(number) for number in range(4)])[0]
    attach(nodes["north"], b"photograph", cites=[made.hash], author="a", organisation="op:1")
    return export_bundle(nodes["north"], tmp_path / "good.bundle")[0]


@pytest.fixture
def refused(nodes, tmp_path):
    """Merge into the centre, and see that it is refused with this code and that nothing has changed."""
    centre = nodes["centre"]

    def refused(path: Path, code: str, words: str = "", **options) -> LandreleaseError:
        before = contents(centre)
        with pytest.raises(LandreleaseError, match=code) as refusal:
            merge(centre, path, **options)
        assert words in str(refusal.value)
        assert "Nothing was written" in str(refusal.value) or code in ("LR1013", "LR0002")
        assert contents(centre) == before
        return refusal.value

    return refused


def contents(ledger: Ledger):
    store = ledger.store
    return list(store.rows()), list(store.held()), list(store.blobs()), store.kept()


def test_the_good_bundle_is_merged(nodes, good):
    result = merge(nodes["centre"], good)
    assert (result.added, result.held, len(result.blobs)) == (6, 0, 1)


# --- the archive ---


def test_no_file(refused, tmp_path):
    refused(tmp_path / "absent", "LR0002")
    refused(tmp_path, "LR0002")


@pytest.mark.parametrize("content", [b"", b"PK", b"a photograph, perhaps" * 99, b"\x89PNG\r\n" + bytes(99)])
def test_no_bundle_at_all(refused, tmp_path, content):
    path = tmp_path / "x"
    path.write_bytes(content)
    refused(path, "LR110[01]")


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.9, 0.999])
def test_a_truncated_archive(refused, good, share):
    content = good.read_bytes()
    good.write_bytes(content[: int(len(content) * share)])
    refused(good, "LR1100")


def test_bytes_ahead_or_behind(refused, good):
    content = good.read_bytes()
    for changed in (b"PK" + content, content + b"x", content + b"PK\x05\x06" + bytes(18)):
        good.write_bytes(changed)
        refused(good, "LR1100")


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
@settings(max_examples=300)
@example(place=0, bit=0)
def test_any_flipped_bit_is_refused_or_changes_nothing_of_the_record(one_bundle, place, bit):
    """What ZIP says of dates and systems is not part of the bundle; everything else is."""
    content, expected = one_bundle
    changed = bytearray(content)
    changed[place % len(content)] ^= 1 << bit
    assert merged(bytes(changed)) in (None, expected)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=40)), min_size=1, max_size=4))
@settings(max_examples=100)
def test_any_overwritten_stretch_is_refused_or_changes_nothing_of_the_record(one_bundle, changes):
    content, expected = one_bundle
    changed = bytearray(content)
    for place, piece in changes:
        place %= len(content)
        changed[place : place + len(piece)] = piece
    assert merged(bytes(changed)) in (None, expected)


CENTRE, TARGET = key_of("centre"), "target"


@pytest.fixture(scope="module")
def one_bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flips")
    with Ledger.create(folder / "centre.sqlite", "centre", signer=CENTRE) as centre:
        centre.append([report(number) for number in range(3)])
        content = export_bundle(centre, folder / "b")[0].read_bytes()
    expected = merged(content)
    assert expected is not None
    return content, expected


_counter = iter(range(10**6))


@pytest.fixture(scope="module", autouse=True)
def target(tmp_path_factory):
    """A ledger that trusts the centre; each merge that is not refused goes to a new one."""
    folder = tmp_path_factory.mktemp("target")
    merged.folder = folder
    return folder


def merged(content: bytes):
    """Merge bytes into a ledger without entries; return what it has then, or None where they are refused."""
    path = merged.folder / "bundle"
    path.write_bytes(content)
    target = getattr(merged, "target", None)
    if target is None:
        place = merged.folder / f"{next(_counter)}.sqlite"
        target = merged.target = Ledger.create(place, TARGET, root=CENTRE.public.hex)
    try:
        merge(target, path)
    except LandreleaseError as refusal:
        assert all(code.startswith("LR11") for code in refusal.codes)  # noqa: PT017 - whichever of them it is
        assert len(target) == 0
        assert list(target.store.held()) == []
        return None
    del merged.target
    with target:
        return [(line.hash, line.content, line.signature) for line in target.store.lines()]


def member(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


@pytest.mark.parametrize(
    "name",
    ["../escape", "/etc/passwd", "..\\escape", "C:\\x", "blobs/../../x", "blobs/" + "0" * 63, "blobs/" + "G" * 64,
     "readme.txt", "entries.jsonl/", "blobs/", "manifest.json ", "Manifest.json", "blobs/" + "0" * 64 + "/x", "é"],
)  # fmt: skip
def test_names_that_no_bundle_has(refused, good, tmp_path, name):
    members = [*members_of(good).items(), (member(name), b"x")]
    refused(packed(tmp_path / "x", members), "LR110[01]|LR1103")
    assert not (tmp_path.parent / "escape").exists()


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["manifest.json", "entries.jsonl"])
def test_a_name_twice(refused, good, tmp_path, name):
    members = members_of(good)
    refused(packed(tmp_path / "x", [*members.items(), (member(name), members[name])]), "LR1103", "twice")


def test_a_symbolic_link(refused, good, tmp_path):
    members = members_of(good)
    link = member("entries.jsonl", stat.S_IFLNK | 0o777)
    changed = [(link, b"/etc/passwd") if name == "entries.jsonl" else (name, members[name]) for name in members]
    refused(packed(tmp_path / "x", changed), "LR1103", "not a plain file")


def test_another_compression(refused, good, tmp_path):
    with zipfile.ZipFile(tmp_path / "x", "w", zipfile.ZIP_BZIP2) as archive:
        for name, content in members_of(good).items():
            archive.writestr(name, content)
    refused(tmp_path / "x", "LR1103", "packed in another way")


@pytest.mark.parametrize("missing", ["manifest.json", "entries.jsonl"])
def test_a_member_is_missing(refused, good, tmp_path, missing):
    members = members_of(good)
    del members[missing]
    refused(packed(tmp_path / "x", members.items()), "LR1101", missing)


def test_an_attachment_is_missing_changed_or_named_by_nothing(refused, good, tmp_path):
    members = members_of(good)
    blob = next(name for name in members if name.startswith("blobs/"))
    without = {name: content for name, content in members.items() if name != blob}
    refused(packed(tmp_path / "a", without.items()), "LR1100", "do not fit")
    changed = members | {blob: bytes(len(members[blob]))}
    refused(packed(tmp_path / "b", changed.items()), "LR1100", "other bytes")
    unnamed = [entry for entry in entries_of(good) if b'"kind":"attachment"' not in entry[0]]
    refused(repacked(good, tmp_path / "c", unnamed), "LR1100", "named by none")


# --- too much ---


def test_a_zip_bomb_of_entries(refused, good, tmp_path):
    members = members_of(good) | {"entries.jsonl": b" " * 50_000_000}
    refused(packed(tmp_path / "x", members.items()), "LR1104", "ratio")


def test_a_zip_bomb_of_a_blob(refused, good, tmp_path):
    members = members_of(good)
    blob = next(name for name in members if name.startswith("blobs/"))
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        for name, content in members.items():
            bomb = bytes(50_000_000) if name == blob else content
            archive.writestr(name, bomb, zipfile.ZIP_STORED if name == "manifest.json" else zipfile.ZIP_DEFLATED)
    refused(tmp_path / "x", "LR1103", "packed")


def sizes_told(path: Path, name: str, size: int) -> Path:
    """Let the directory and the header say another size for a member."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        offset = archive.getinfo(name).header_offset
    struct.pack_into("<L", content, offset + 22, size)
    place = content.index(b"PK\x01\x02")
    while content[place + 46 : place + 46 + len(name)] != name.encode():
        place = content.index(b"PK\x01\x02", place + 1)
    struct.pack_into("<L", content, place + 24, size)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("size", [0, 1, 100, 5_000_000, 2**32 - 1])
@pytest.mark.parametrize("name", ["entries.jsonl", "manifest.json"])
def test_a_size_that_is_a_lie(refused, good, name, size):
    refused(sizes_told(good, name, size), "LR110[0-4]")


def test_a_bomb_that_tells_a_small_size_is_not_unpacked(refused, good, tmp_path):
    members = members_of(good) | {"entries.jsonl": b'{"entry":1}\n' * 4_000_000}
    path = sizes_told(packed(tmp_path / "x", members.items()), "entries.jsonl", len(members_of(good)["entries.jsonl"]))
    tracemalloc.start()
    refused(path, "LR1100")
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


def test_a_claim_of_ten_million_entries(refused, good, tmp_path):
    path = repacked(good, tmp_path / "x", entries=10_000_000, to=10_000_000)
    refused(path, "LR1104", "10000000")


def test_ten_million_lines_are_refused_in_little_memory(refused, good, tmp_path):
    """The manifest tells few; the stream gives more than any limit, and packs well."""
    members = members_of(good)
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        for name, content in members.items():
            if name != "entries.jsonl":
                archive.writestr(name, content)
        with archive.open("entries.jsonl", "w") as stream:  # stored: no ratio gives it away
            for _block in range(10):
                stream.write(b"{}\n" * 1_000_000)
    path = tmp_path / "x"
    refused(path, "LR1100", "do not fit")  # already its manifest does not
    lines = 10_000_000
    told = repacked_manifest(path, tmp_path / "y", entries=5, bytes=3 * lines)
    refused(told, "LR1104", "2000001")
    tracemalloc.start()  # which takes its time
    refused(told, "LR1104", "100001", limits=Limits(max_entries=100_000))
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    tracemalloc.stop()


def repacked_manifest(path: Path, target: Path, **changes) -> Path:
    """Change only the manifest; other members are copied as they are."""
    import json

    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as archive:
        for info in source.infolist():
            if info.filename == "manifest.json":
                archive.writestr(info, canonical(json.loads(source.read(info)) | changes))
            else:
                with source.open(info) as one, archive.open(zipfile.ZipInfo(info.filename), "w") as other:
                    while block := one.read(1 << 20):
                        other.write(block)
    return target


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(max_entries=3), "number of entries"),
        (Limits(max_entry_bytes=200), "size of an entry"),
        (Limits(max_blob_bytes=5), "size of an attachment"),
        (Limits(max_entries_bytes=1_000), "entries.jsonl"),
        (Limits(max_total_bytes=2_000), "its size"),
        (Limits(max_manifest_bytes=20), "manifest.json"),
    ],
)
def test_limits(refused, good, limits, words):
    refused(good, "LR1104", words, limits=limits)


def test_one_endless_line(refused, good, tmp_path):
    members = members_of(good)
    noise = key_of("noise").sign(b"x").hex().encode()
    line = b"".join(noise for _number in range(50_000))
    path = packed(tmp_path / "x", (members | {"entries.jsonl": line}).items())
    refused(repacked_manifest(path, tmp_path / "y", bytes=len(line)), "LR1104", "size of an entry")


# --- the manifest ---


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"format": "landrelease bundle v2"}, "LR1102"),
        ({"format": "another bundle"}, "LR1101"),
        ({"format": 1}, "LR1101"),
        ({"more": 1}, "LR1101"),
        ({"node": ""}, "LR1101"),
        ({"part": [2, 1]}, "LR1101"),
        ({"part": [1]}, "LR1101"),
        ({"from": 9}, "LR1101"),
        ({"from": -1}, "LR1101"),
        ({"entries": 99}, "LR1101"),
        ({"sha256": "0" * 64}, "LR1100"),
        ({"sha256": "x"}, "LR1101"),
        ({"bytes": 1}, "LR1100"),
        ({"entries": 5}, "LR1100"),
        ({"blobs": []}, "LR1100"),
        ({"blobs": [["0" * 64, 1]]}, "LR1100"),
        ({"blobs": [["0" * 64, 1], ["0" * 64, 1]]}, "LR1101"),
        ({"blobs": [[1, 1]]}, "LR1101"),
        ({"consistency": ["0"]}, "LR1101"),
        ({"consistency": ["0" * 64] * 200}, "LR1101"),
        ({"checkpoint": "not a note"}, "LR1117"),
        ({"checkpoint": "landrelease/north\n6\nAAAA\n\n\u2014 x y\n"}, "LR1117"),
    ],
)
def test_manifests(refused, good, tmp_path, changes, code):
    refused(repacked(good, tmp_path / "x", **changes), code)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"format":"landrelease bundle v1"}', b"\xff\xfe"])
def test_manifests_that_are_none(refused, good, tmp_path, content):
    refused(packed(tmp_path / "x", (members_of(good) | {"manifest.json": content}).items()), "LR1101")


def test_a_manifest_that_is_not_canonical(refused, good, tmp_path):
    members = members_of(good)
    loose = members["manifest.json"].replace(b'":', b'": ', 1)
    refused(packed(tmp_path / "x", (members | {"manifest.json": loose}).items()), "LR1101")


# --- the entries ---


def changed(good: Path, target: Path, change) -> Path:
    """Change the third entry; sums are made right, signatures are not."""
    entries = entries_of(good)
    entries[2] = change(*entries[2])
    return repacked(good, target, entries)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda content, signature: (forged(content, b'"cleared_area_m2":101', b'"cleared_area_m2":901'), signature),
         "LR1111", "entry 3"),
        (lambda content, signature: (content, bytes(64)), "LR1111", "number 3 of node north"),
        (lambda content, signature: (content, key_of("south").sign(content)), "LR1111", "entry 3"),
        (lambda content, signature: (content, None), "LR1110", "number 3 of node north"),
        (lambda content, signature: (forged(content, b'"v":1', b'"v":2'), signature), "LR1105", "version 1"),
        (lambda content, signature: (content.replace(b',"', b', "', 1), signature), "LR1105", "canonical"),
        (lambda content, signature: (b"{}", signature), "LR1105", "entry 3"),
        (lambda content, signature: (b"[1,2]", signature), "LR1105", "entry 3"),
        (lambda content, signature: (b"\xff", signature), "LR1105", "entry 3"),
        (lambda content, signature: (b"[" * 10_000, signature), "LR1105", "entry 3"),
        (lambda content, signature: (forged(content, b"clearance.report", b"clearance.repork"), signature),
         "LR1106", "clearance.repork"),
        (lambda content, signature: (forged(content, b'"kind_version":1', b'"kind_version":9'), signature),
         "LR1106", "version 9"),
        (lambda content, signature: (forged(content, b"completion", b"complexion"), signature), "LR1105", "stage"),
        (lambda content, signature: (forged(content, b'"cleared_area_m2":101', b'"cleared_area_m2":"101"'), signature),
         "LR1105", "cleared_area_m2"),
        (lambda content, signature: (forged(content, b'"node":"north"', b'"node":"south"'), signature),
         "LR1108|LR1111|LR1110", ""),
        (lambda content, signature: (forged(content, b'"node":"north"', b'"node":"nowhere"'), signature),
         "LR1109", "nowhere"),
        (lambda content, signature: (forged(content, b'"prev":"', b'"prev":"0')[:-1], signature), "LR1105", ""),
    ],
)  # fmt: skip
def test_entries(refused, good, tmp_path, change, code, words):
    refused(changed(good, tmp_path / "x", change), code, words)


def test_the_first_wrong_entry_is_named(refused, good, tmp_path):
    entries = entries_of(good)
    entries[1] = (entries[1][0], bytes(64))
    entries[3] = (b"{}", None)
    refused(repacked(good, tmp_path / "x", entries), "LR1111", "entry 2")


def test_lines_that_are_none(refused, good, tmp_path):
    members = members_of(good)
    lines = members["entries.jsonl"].splitlines(keepends=True)
    for wrong in (
        b"\n",
        b"null\n",
        lines[0][:-3] + b"\n",
        lines[0].replace(b'"signature"', b'"sign"'),
        lines[0].upper(),
    ):
        entries = b"".join([wrong, *lines[1:]])
        path = packed(tmp_path / "x", (members | {"entries.jsonl": entries}).items())
        refused(repacked(path, tmp_path / "y"), "LR1105", "entry 1")
    path = packed(tmp_path / "x", (members | {"entries.jsonl": b"".join(lines)[:-1]}).items())
    refused(repacked(path, tmp_path / "y"), "LR1100", "last line")


def test_lines_in_another_order(refused, good, tmp_path):
    entries = entries_of(good)
    refused(repacked(good, tmp_path / "x", [entries[1], entries[0], *entries[2:]]), "LR1107", "number 1")
    refused(repacked(good, tmp_path / "x", [entries[0], *entries]), "LR1107")


def test_an_entry_of_another_chain_in_between(refused, nodes, good, tmp_path):
    """The node's own key, its own numbers, another history: what a copied laptop would write."""
    with Ledger.create(tmp_path / "twin.sqlite", "north", signer=key_of("north"), root=CENTRE.public.hex) as twin:
        twin.append([report(7), report(8)])
        (path,) = export_bundle(twin, tmp_path / "twin")
    entries = entries_of(good)
    entries[2] = entries_of(path)[2]
    refused(repacked(good, tmp_path / "x", entries), "LR1108", "number 3 of node north")


def test_an_old_bundle_again(nodes, good):
    centre = nodes["centre"]
    merge(centre, good)
    centre.append([report(50)])
    before = contents(centre)
    result = merge(centre, good)
    assert (result.added, result.known, result.findings) == (0, 6, ())
    assert contents(centre) == before


def test_a_revoked_key(refused, nodes, good):
    nodes["centre"].append([revocation("north", 2)])
    refused(good, "LR1112", "revoked from number 2")


def test_a_review_of_nothing_cannot_come_in(refused, nodes, good, tmp_path):
    """Acts are read by every register: one without what it acts on is refused, though its node signed it."""
    entries = entries_of(good)
    content = entries[1][0].replace(b'"kind":"clearance.report"', b'"kind":"review"')
    body = content.index(b'"body":'), content.index(b',"kind"')
    content = content[: body[0]] + b'"body":{"verdict":"accepted"}' + content[body[1] :]
    signed = (content, key_of("north").sign(content))
    bare = export_bundle(nodes["north"], tmp_path / "bare", blobs=False)[0]
    refused(repacked(bare, tmp_path / "x", [entries[0], signed]), "LR1105", "cites nothing")


def test_the_file_is_changed_between_the_passes(nodes, good, monkeypatch):
    """A stick is pulled and another is put in: what was checked is what is written, or nothing is."""
    from landrelease.record.bundles import merge as module

    centre, check = nodes["centre"], module.check_bundle
    other = io.BytesIO(good.read_bytes())

    def check_then_swap(bundle, *arguments, **options):
        checked = check(bundle, *arguments, **options)
        checked.sha256 = "0" * 64
        return checked

    monkeypatch.setattr(module, "check_bundle", check_then_swap)
    before = contents(centre)
    with pytest.raises(LandreleaseError, match="LR1128"):
        merge(centre, good)
    assert contents(centre) == before
    assert other.getvalue() == good.read_bytes()


def test_after_all_refusals_the_ledger_is_sound(refused, nodes, good, tmp_path):
    refused(changed(good, tmp_path / "x", lambda content, signature: (content, bytes(64))), "LR1111")
    merge(nodes["centre"], good)
    assert audit(nodes["centre"]).intact
