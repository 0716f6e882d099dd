"""``landrelease bundle``: two workspaces that exchange by file and by HTTP."""

import json
import threading

import pytest
from tests.samples.bundles import report

from landrelease.cli import main
from landrelease.record.bundles.transport import Exchange
from landrelease.record.fold import fold
from landrelease.record.workspace import Workspace

TOKEN = "correct horse battery staple"


def run(*arguments) -> int:
    """Run a command; its exit code."""
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return int(left.value.code or 0)


@pytest.fixture
def said(capsys):
    """Run a command with --json that succeeds; what it printed."""

    def said(*arguments):
        capsys.readouterr()
        assert run(*arguments, "--json") == 0
        return json.loads(capsys.readouterr().out)

    return said


@pytest.fixture
def field(tmp_path):
    """A workspace without a key, with three reports."""
    with Workspace.create(tmp_path / "field") as made:
        made.ledger.append([report(number) for number in range(3)])
    return tmp_path / "field"


@pytest.fixture
def national(tmp_path):
    Workspace.create(tmp_path / "national").close()
    return tmp_path / "national"


def test_export_show_merge(field, national, tmp_path, said, capsys):
    file = tmp_path / "field.bundle"
    assert said("bundle", "export", field, file) == {"files": [str(file)], "size": 4}
    shown = said("bundle", "show", file)
    assert (shown["from"], shown["to"], shown["entries"], shown["part"]) == (0, 4, 4, "1/1")
    assert run("bundle", "merge", national, file) == 1
    assert "LR1118" in capsys.readouterr().err
    (merged,) = said("bundle", "merge", national, file, "--unsigned")
    assert (merged["added"], merged["held"], merged["conflicts"]) == (4, 0, [])
    assert [finding["code"] for finding in merged["findings"]] == ["LR1123"]
    assert run("bundle", "merge", national, file, "--unsigned") == 0
    assert "Known before" in capsys.readouterr().out


def test_only_what_is_new_waits_for_what_is_not(field, national, tmp_path, said, capsys):
    assert said("bundle", "export", field, tmp_path / "new", "--since", 2)["files"] == [str(tmp_path / "new")]
    (merged,) = said("bundle", "merge", national, tmp_path / "new", "--unsigned")
    assert (merged["added"], merged["held"]) == (0, 2)
    ((held),) = said("bundle", "held", national)
    assert (held["entries"], held["first"]) == (2, 3)
    assert run("bundle", "export", field, tmp_path / "all") == 0
    assert "--since 4" in capsys.readouterr().out
    (merged,) = said("bundle", "merge", national, tmp_path / "all", "--unsigned")
    assert (merged["added"], merged["held"]) == (4, 0)
    assert said("bundle", "held", national) == []


def test_refusals_have_a_remedy(field, tmp_path, capsys):
    (tmp_path / "x").write_bytes(b"a photograph")
    assert run("bundle", "merge", field, tmp_path / "x") == 1
    assert "not a landrelease bundle" in capsys.readouterr().err
    assert run("bundle", "show", tmp_path / "absent") == 1
    assert run("bundle", "export", field, tmp_path / "y", "--since", tmp_path / "absent") == 1
    assert run("bundle", "export", field, tmp_path / "y", "--since", 99) == 1
    assert "LR1124" in capsys.readouterr().err


def test_since_names_the_file_that_is_no_checkpoint(field, tmp_path, capsys):
    (tmp_path / "note.txt").write_text("last time: 3", encoding="utf-8")
    assert run("bundle", "export", field, tmp_path / "y", "--since", tmp_path / "note.txt") == 1
    said = capsys.readouterr().err
    assert said.startswith(f"LR1129 {tmp_path / 'note.txt'}, given with --since")
    assert "the number of entries" in said
    assert not (tmp_path / "y").exists()


def test_signed_workspaces_exchange_over_http(field, tmp_path, said, monkeypatch):
    monkeypatch.setenv("LANDRELEASE_PASSPHRASE", "eleven owls keep the gate")
    monkeypatch.setenv("LANDRELEASE_TOKEN", TOKEN)
    secret = "eleven owls keep the gate"
    with (
        Workspace.create(tmp_path / "centre", passphrase=secret) as centre,
        Exchange(centre.ledger, tmp_path / "spool", TOKEN) as exchange,
    ):
        thread = threading.Thread(target=exchange.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        assert run("bundle", "fetch", exchange.url, tmp_path / "fetched") == 0
        sent = said("bundle", "send", tmp_path / "fetched", exchange.url)
        exchange.shutdown()
        thread.join()
        assert (sent["added"], sent["known"]) == (0, len(centre.ledger))
        root = centre.ledger.root
    with Workspace.open(field) as reader:
        reader.ledger.trust_root(root)
    (merged,) = said("bundle", "merge", field, tmp_path / "fetched")
    assert (merged["added"], merged["findings"]) == (sent["known"], [])
    with Workspace.open(field) as reader:
        assert len(fold(reader.ledger.log()).entries("key.grant")) == 1


def test_a_server_needs_a_token(field, capsys, monkeypatch):
    monkeypatch.delenv("LANDRELEASE_TOKEN", raising=False)
    assert run("bundle", "serve", field) == 1
    assert "LR1130" in capsys.readouterr().err
