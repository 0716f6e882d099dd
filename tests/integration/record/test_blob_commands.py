"""``landrelease attach``, ``attachments``, ``attachment``, ``erase``, ``conflicts``: what people see."""

import json

import pytest
from tests.samples.nodes import carry, report

from landrelease.cli import main
from landrelease.record.attachments.blobs import confirm
from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger
from landrelease.record.workspace import LEDGER, Workspace

PHOTO = b"\xff\xd8 a photograph \xff\xd9"


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setattr("landrelease.terminal.out._width", 250)


@pytest.fixture
def workspace(tmp_path):
    path = tmp_path / "w"
    Workspace.create(path).close()
    with Ledger.open(path / LEDGER) as ledger:
        ledger.append([report(1), report(2)])
    return path


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "lane.jpg"
    path.write_bytes(PHOTO)
    return path


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(list(map(str, arguments)))
    return left.value.code, capsys.readouterr()


def read(capsys, *arguments):
    code, said = run(capsys, *arguments, "--json")
    assert code == 0, said.err
    return json.loads(said.out)


def reports(workspace) -> list[str]:
    with Ledger.open(workspace / LEDGER) as ledger:
        return [logged.entry.hash for logged in ledger.log(kind="clearance.report")]


def attached(capsys, workspace, photo, *options) -> str:
    to = reports(workspace)[0][:10]
    return read(capsys, "attach", workspace, photo, "--to", to, "--author", "amina", *options)["blob"]


def test_a_photograph_from_stick_to_stick(capsys, workspace, photo, tmp_path):
    blob = attached(capsys, workspace, photo, "--kind", "photo", "--organisation", "op:1")
    (row,) = read(capsys, "attachments", workspace)
    assert (row["blob"], row["name"], row["media_type"], row["kind"]) == (blob, "lane.jpg", "image/jpeg", "photo")
    assert (row["here"], row["safe"], row["confirmed_by"], row["erased_reason"]) == (True, False, [], None)
    assert row["cites"] == reports(workspace)[:1]
    code, said = run(capsys, "attachment", "get", workspace, blob[:12], tmp_path / "copy.jpg")
    assert (code, (tmp_path / "copy.jpg").read_bytes()) == (0, PHOTO)
    assert "lane.jpg (image/jpeg, 18 bytes)" in said.out


def test_it_is_never_written_over_a_file(capsys, workspace, photo):
    blob = attached(capsys, workspace, photo)
    code, said = run(capsys, "attachment", "get", workspace, blob, photo.with_name("w") / "workspace.toml")
    assert code == 1
    assert "LR1151" in said.err


def test_safe_when_another_node_says_so(capsys, workspace, photo, tmp_path):
    attached(capsys, workspace, photo)
    assert read(capsys, "attachment", "confirm", workspace, "--author", "amina") == {"confirmed": 1}
    assert not read(capsys, "attachments", workspace)[0]["safe"]
    with Ledger.create(tmp_path / "c.sqlite", node="centre") as centre, Ledger.open(workspace / LEDGER) as north:
        carry(north, centre, blobs=True)
        confirm(centre, "person:bo", "authority")
        carry(centre, north)
    (row,) = read(capsys, "attachments", workspace)
    assert (row["safe"], row["confirmed_by"]) == (True, ["centre"])
    _code, said = run(capsys, "attachments", workspace)
    assert "centre" in said.out


def test_erased_with_its_reason(capsys, workspace, photo, tmp_path):
    blob = attached(capsys, workspace, photo, "--personal", "--name", "amina.jpg")
    done = read(capsys, "erase", workspace, blob[:8], "--reason", "right to erasure", "--author", "amina")
    assert (done["erased"], done["overwritten"], done["findings"]) == ([blob], True, [])
    (row,) = read(capsys, "attachments", workspace)
    assert (row["here"], row["erased_reason"], row["personal"]) == (False, "right to erasure", True)
    code, said = run(capsys, "attachment", "get", workspace, blob, tmp_path / "copy.jpg")
    assert (code, (tmp_path / "copy.jpg").exists()) == (1, False)
    assert "LR1145" in said.err
    assert "right to erasure" in said.err
    assert run(capsys, "audit", workspace)[0] == 0
    _code, said = run(capsys, "attachments", workspace)
    assert "erased: right to erasure" in said.out
    assert not [path for path in workspace.iterdir() if b"amina.jpg" in path.read_bytes()]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--reason", "", "--author", "amina"], "LR1150"),
        (["--reason", "r"], "LR1004"),
    ],
)
def test_an_erasure_needs_a_reason_and_someone(capsys, workspace, photo, options, code):
    blob = attached(capsys, workspace, photo)
    left, said = run(capsys, "erase", workspace, blob, *options)
    assert left == 1
    assert code in said.err
    assert read(capsys, "attachments", workspace)[0]["here"]


def test_erase_without_an_attachment_clears_traces_only(capsys, workspace, photo):
    attached(capsys, workspace, photo)
    assert read(capsys, "erase", workspace)["erased"] == []
    assert read(capsys, "attachments", workspace)[0]["here"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (["--to", "00000000"], "LR1015"),
        (["--to", "0"], "LR1015"),
        (["--media-type", "photo"], "LR1142"),
        (["--name", "a/b"], "LR1142"),
    ],
)
def test_what_cannot_be_attached(capsys, workspace, photo, change, code):
    to = [] if "--to" in change else ["--to", reports(workspace)[0]]
    left, said = run(capsys, "attach", workspace, photo, *to, "--author", "amina", *change)
    assert left == 1
    assert code in said.err
    assert read(capsys, "attachments", workspace) == []


def test_conflicts_are_listed_hard_ones_first(capsys, workspace):
    assert read(capsys, "conflicts", workspace) == []
    with Ledger.open(workspace / LEDGER) as ledger:
        for place, changes in enumerate([[{"note": "a"}, {"depth_cm": 9}], [{"depth_cm": 13}, {"depth_cm": 20}]]):
            old = reports(workspace)[place]
            for change in changes:
                body = dict(ledger.entry(old).body) | change
                new = ledger.append([Statement("clearance.report", f"report:{place + 1}", body, "2026-08-11",
                                               "person:amina", "op:1")])[0].hash  # fmt: skip
                act = {"replaced": [old], "by": [new], "reason": "r"}
                ledger.append([Statement("supersession", f"s:{new}", act, "2026-08-11", "person:amina", "op:1",
                                         cites=(old, new))])  # fmt: skip
    hard, soft = read(capsys, "conflicts", workspace)
    assert (hard["grade"], hard["fields"], hard["replaced"]) == ("hard", ["body.depth_cm"], reports(workspace)[1])
    assert (soft["grade"], soft["fields"]) == ("soft", [])
    assert sorted(soft["supersessions"].values()) == [["body.depth_cm"], ["body.note"]]
    _code, said = run(capsys, "conflicts", workspace)
    assert said.out.count("Hard: they change the same field to different values") == 2
    assert said.out.index("Hard") < said.out.index("Soft")
