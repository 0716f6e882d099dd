"""Ledgers and workspaces that sign; ledgers that begin to."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from tests.samples.nodes import carry
from tests.samples.trust import key
from typer.testing import CliRunner

from landrelease.cli import app
from landrelease.errors import LandreleaseError
from landrelease.record.encoding import FIRST_PREV, encode_entry
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.record.signing.keyring import grant_key, revoke_key, sign_entry
from landrelease.record.signing.trust import check_officer_signature, signature_problem
from landrelease.record.statements import prepare
from landrelease.record.workspace import Workspace
from landrelease.terms import KeyRole, ReviewVerdict, Standing

PASSPHRASE = "several words here"


def clock():
    return datetime(2026, 8, 14, 9, tzinfo=UTC)


def organisation(number, **more):
    return Statement("organisation", f"organisation:{number}", {"name": "O"}, "2026-01-01", "amina", "o", **more)


def evidence(number, author="amina"):
    return Statement(
        "evidence", f"evidence:{number}", {"grade": "direct", "kind": "accident"}, "2026-08-01", author, "o"
    )


def refused(code, action, *arguments, **named):
    with pytest.raises(LandreleaseError) as error:
        action(*arguments, **named)
    assert error.value.codes == (code,)


def problems(ledger):
    trust = ledger.trust()
    entries = (ledger.store.find(logged.entry.hash) for logged in ledger.log())
    return [
        found.error.code for line in entries
        if (found := signature_problem(trust, ledger.entry(line.hash), line.signature)) is not None
    ]  # fmt: skip


@pytest.fixture
def centre(tmp_path):
    with Ledger.create(tmp_path / "centre.sqlite", "centre", clock, signer=key(0)) as ledger:
        yield ledger


def test_every_entry_is_signed_from_the_introduction_on(centre):
    centre.append([organisation(number) for number in range(5)])
    lines = list(centre.store.lines())
    assert [line.signature is not None for line in lines] == [True] * 6
    assert all(key(0).public.verify(line.signature, line.content) for line in lines)
    assert (centre.root, centre.entry(lines[0].hash).kind, problems(centre)) == (key(0).public.hex, "key.grant", [])


def test_after_signed_entries_no_unsigned_one_is_taken(centre):
    with Ledger.open(centre.store.name, clock) as unsigned:
        refused("LR1060", unsigned.append, [organisation(1)])
        assert len(unsigned) == 1


@pytest.mark.parametrize("number", [3, 4])
def test_another_key_is_refused(centre, number):
    with Ledger.open(centre.store.name, clock, signer=key(number)) as other:
        refused("LR1065", other.append, [organisation(1)])


def test_a_field_node_writes_before_and_after_the_authority_has_granted_its_key(tmp_path):
    with Ledger.create(tmp_path / "n.sqlite", "n", clock, signer=key(1), root=key(0).public.hex) as ledger:
        entry = ledger.append([organisation(1)])[0]
        trust = ledger.trust()
        assert (trust.keys("n", 2), trust.own_keys("n", 2)) == ((), (key(1).public,))
        signature = ledger.store.find(entry.hash).signature
        assert signature_problem(trust, entry, signature).error.code == "LR1067"
        assert signature_problem(trust, entry, signature, own=True) is None
        refused("LR1070", grant_key, ledger, key(2).public, KeyRole.NODE, "m")


def test_a_node_speaks_only_for_whom_it_was_granted(tmp_path):
    with Ledger.create(tmp_path / "c.sqlite", "c", clock, signer=key(0)) as ledger:
        ledger.signer = key(0)
        grant_key(ledger, key(1).public, KeyRole.AUTHORITY, "c", organisations=["other"])
        ledger.append([organisation(1)])  # the root's own grant names none
        ledger.trust_root(key(1).public.hex)
        ledger.signer = key(1)
        ledger.introduce(organisations=["other"])
        refused("LR1078", ledger.append, [organisation(2)])


def test_a_revoked_key_writes_nothing_more(centre):
    revoke_key(centre, key(0).public, "stolen", from_seq=3)
    refused("LR1065", centre.append, [organisation(1)])


@pytest.fixture
def field(tmp_path, centre):
    """A ledger of the node whose key the centre has granted."""
    with Ledger.create(tmp_path / "field.sqlite", "field", clock, signer=key(1), root=key(0).public.hex) as ledger:
        centre.append([grant_key_statement()])
        yield ledger


def grant_key_statement():
    body = {"role": KeyRole.NODE, "holder": "field", "public_key": key(1).public.hex}
    return Statement("key.grant", f"key:{key(1).public.hex}", body, "2026-08-14", "ben", "o")


def test_void_statements_and_reviews_count_nowhere(centre, field):
    with field.batch() as batch:
        first, second = batch.add(evidence(1)), batch.add(evidence(2))
        body = {"verdict": ReviewVerdict.ACCEPTED}
        batch.add(Statement("review", "r:1", body, "2026-08-02", "ben", "o", cites=(first.hash,)))
    carry(field, centre)
    revoke_key(centre, key(1).public, "stolen", from_seq=3)
    other = fold([logged for logged in centre.log() if logged.entry.node == "centre" or logged.entry.seq < 3])
    register = fold(centre.log())
    standings = [register.standing(entry.hash) for entry in (first, second)]
    assert standings == [Standing.PENDING, Standing.REVOKED]
    assert [logged.entry.seq for logged in centre.log() if logged.revoked] == [3, 4]
    assert register.counts()["evidence"] == {Standing.PENDING: 1, Standing.REVOKED: 1}
    assert [entry.hash for entry in register.entries("evidence", official=False)] == [first.hash]
    assert "revoked" in register.reason(second)
    assert [finding.error.code for finding in register.findings] == ["LR1076"]
    assert register == other  # a ledger that never took the void entries says the same


def test_what_was_known_before_the_revocation_stays_as_it_was(tmp_path, field):
    now = [clock()]
    entry = field.append([organisation(1)])[0]
    with Ledger.create(tmp_path / "c.sqlite", "c", lambda: now[0], signer=key(0)) as ledger:
        ledger.append([grant_key_statement()])
        carry(field, ledger)
        now[0] = now[0].replace(day=20)
        revoke_key(ledger, key(1).public, "stolen", from_seq=2)
        assert fold(ledger.log("2026-08-14")).standing(entry.hash) is Standing.OFFICIAL
        assert fold(ledger.log()).standing(entry.hash) is Standing.REVOKED
        assert not ledger.trust("2026-08-14").revocations


def test_a_restored_node_goes_on_under_a_new_name(centre):
    centre.append([organisation(1)])
    node = centre.new_node()
    entry = centre.append([organisation(2)])[0]
    assert (centre.node, entry.node, entry.seq) == (node, node, 2)
    assert problems(centre) == []
    with Ledger.open(centre.store.name, clock, signer=key(0)) as again:
        assert again.append([organisation(3)])[0].node == node


def test_a_lost_root_is_replaced_also_where_it_had_two_nodes(centre):
    centre.append([organisation(1)])
    centre.new_node(node="second")
    grant_key(centre, key(5).public, KeyRole.NODE, "field")
    centre.replace_key(key(7), "forgotten")
    centre.append([organisation(2)])
    assert problems(centre) == []
    assert not any(logged.revoked for logged in centre.log())
    assert centre.trust().keys("field", 1) == (key(5).public,)
    assert centre.root == key(7).public.hex


def test_officers_sign_entries_with_keys_that_were_granted(centre):
    entry = centre.append([organisation(1)])[0]
    refused("LR1069", sign_entry, centre, entry.hash, key(5), "amina", "o")
    grant_key(centre, key(5).public, KeyRole.OFFICER, "amina")
    made = sign_entry(centre, entry.hash, key(5), "Amina", "o")
    assert check_officer_signature(made, centre.trust()) is None
    refused("LR1069", sign_entry, centre, entry.hash, key(5), "ben", "o")
    revoke_key(centre, key(5).public, "lost", day="2026-08-14")
    assert check_officer_signature(made, centre.trust()).error.code == "LR1069"
    assert fold(centre.log()).findings == []


def test_a_signature_of_other_bytes_is_refused(centre):
    entry = centre.append([organisation(1)])[0]
    body = {"entry": entry.hash, "public_key": key(5).public.hex, "signature": key(5).sign(b"other").hex()}
    statement = Statement("signature", "s", body, "2026-08-14", "amina", "o", cites=(entry.hash,))
    refused("LR1069", centre.append, [statement])


@pytest.fixture
def spine(tmp_path):
    """A ledger as version 1 of the program wrote it: its tables alone, three unsigned entries."""
    path = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(files("landrelease.record.stores").joinpath("schema.sql").read_text())
        connection.execute("INSERT INTO meta VALUES ('node', 'old')")
        prev = FIRST_PREV
        for seq in (1, 2, 3):
            members, body = prepare(organisation(seq))
            given = {"node": "old", "seq": seq, "prev": prev, "recorded": "2026-01-02T00:00:00Z", "nonce": f"{seq:032}"}
            entry_hash, content = encode_entry(members, body, **given)
            row = (bytes.fromhex(entry_hash), "old", seq, bytes.fromhex(prev), "organisation", 1, f"organisation:{seq}",
                   "2026-01-01", None, "2026-01-02T00:00:00Z", "amina", "o", content, None)  # fmt: skip
            connection.execute(f"INSERT INTO entry VALUES ({', '.join('?' * 14)})", row)
            connection.execute("INSERT INTO log VALUES (?, ?, ?)", (seq - 1, row[0], "2026-01-02T00:00:00Z"))
            prev = entry_hash
        connection.commit()
    return path


def test_an_old_ledger_opens_reads_and_is_signed_from_then_on(spine):
    with Ledger.open(spine, clock) as ledger:
        assert [logged.entry.seq for logged in ledger.log()] == [1, 2, 3]
        before = fold(ledger.log()).counts()
        assert ledger.append([organisation(4)])[0].seq == 4  # goes on unsigned
    with Ledger.open(spine, clock, signer=key(1)) as ledger:
        refused("LR1065", ledger.append, [organisation(5)])
        assert ledger.introduce().seq == 5
        assert ledger.introduce() is None
        ledger.append([organisation(5)])
        assert [line.signature is not None for line in ledger.store.lines()] == [False] * 4 + [True] * 2
        assert (ledger.trust().signed_from("old"), problems(ledger)) == (5, [])
        assert before["organisation"] == {Standing.OFFICIAL: 3}
    with closing(sqlite3.connect(spine)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)


def test_a_workspace_signs_with_its_passphrase_and_reads_without(tmp_path):
    with Workspace.create(tmp_path / "w", passphrase=PASSPHRASE) as made:
        assert made.ledger.root == made.ledger.signer.public.hex
    with Workspace.open(tmp_path / "w") as reading:
        assert len(list(reading.ledger.log())) == 2
        refused("LR1060", reading.ledger.append, [organisation(1)])
    with Workspace.open(tmp_path / "w", passphrase=PASSPHRASE) as writing:
        writing.ledger.append([organisation(1)])
    refused("LR1063", Workspace.open, tmp_path / "w", passphrase="another phrase")
    with Workspace.create(tmp_path / "u"):
        pass
    refused("LR1072", Workspace.open, tmp_path / "u", passphrase=PASSPHRASE)


def test_a_short_passphrase_makes_no_workspace(tmp_path):
    refused("LR1064", Workspace.create, tmp_path / "w", passphrase="short")
    assert not (tmp_path / "w").exists()


def power_cut(_ledger):
    raise OSError("no power")


def test_a_key_that_was_written_but_not_introduced_is_taken_up(tmp_path, monkeypatch):
    with Workspace.create(tmp_path / "w") as made:
        with monkeypatch.context() as broken:
            broken.setattr(Ledger, "introduce", power_cut)
            with pytest.raises(OSError, match="no power"):
                made.make_key(PASSPHRASE)
        made.make_key(PASSPHRASE)
        refused("LR1061", made.make_key, PASSPHRASE)


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def command(*arguments, passphrase=PASSPHRASE):
        monkeypatch.setenv("LANDRELEASE_PASSPHRASE", passphrase)
        monkeypatch.setenv("LANDRELEASE_OFFICER_PASSPHRASE", "another long phrase")
        result = CliRunner().invoke(app, arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout

    return command


def test_commands_from_the_first_key_to_a_signature(run, tmp_path):
    assert "Entries are not signed" in run("init", "field", passphrase="")
    assert "Entries are signed" in run("init", "centre")
    run("key", "create", "field")
    run("key", "create", "officer.key")
    with Workspace.open(tmp_path / "centre") as opened:
        root = opened.ledger.trust().root
        wanted = next(logged.entry.hash for logged in opened.ledger.log(kind="profile"))
    refused("LR1071", run, "key", "trust", "field", root.hex, "--fingerprint", "0000 0000 0000 0000")
    run("key", "trust", "field", root.hex, "--fingerprint", root.fingerprint.upper())
    shown = run("key", "show", "field")
    assert "key grant WORKSPACE" in shown
    with Workspace.open(tmp_path / "field") as opened:
        node = opened.ledger.node
        field = opened.ledger.trust().own_keys(node, 2)[0]
    run("key", "grant", "centre", field.hex, node, "--from-seq", "2")
    officer = run("key", "show", "officer.key", "--json").split('"')[3]
    run("key", "grant", "centre", officer, "amina", "--role", "officer")
    assert "amina has signed" in run("sign", "centre", wanted[:10], "--key", "officer.key", "--officer", "amina")
    run("key", "revoke", "centre", field.fingerprint, "--reason", "lost", "--from-seq", "9")
    listed = run("key", "list", "centre", "--json")
    assert f'"holder": "{node}", "from_seq": 2, "speaks_for": "", "depth": 1, "revoked_from": 9' in listed
    refused("LR1075", run, "key", "revoke", "centre", officer, "--reason", "lost", passphrase="")
    assert "profile" in run("status", "centre", passphrase="")  # reading never asks
    secret = [PASSPHRASE.encode(), b"another long phrase"]
    assert not any(word in path.read_bytes() for word in secret for path in tmp_path.rglob("*") if path.is_file())


def test_a_workspace_that_is_its_own_authority_says_how_to_join_another(run):
    run("init", "field")
    shown = run("key", "show", "field")
    assert "its own authority" in shown
    assert shown.rstrip().endswith("--from-seq 1")


def test_the_own_key_is_not_revoked_by_mistake(run, tmp_path):
    run("init", "centre")
    with Workspace.open(tmp_path / "centre") as opened:
        root, size = opened.ledger.trust().root, len(opened.ledger)
    refused("LR1077", run, "key", "revoke", "centre", root.fingerprint, "--reason", "the wrong line")
    with Workspace.open(tmp_path / "centre") as opened:
        assert len(opened.ledger) == size
    run("key", "create", "centre", "--replace", "--reason", "stolen")
    assert "revoked" in run("key", "revoke", "centre", root.fingerprint, "--reason", "stolen", "--from-seq", "2")


def test_the_log_shows_the_number_that_a_revocation_asks_for(run, monkeypatch):
    monkeypatch.setattr("landrelease.terminal.out._width", 150)
    run("init", "centre")
    rows = json.loads(run("log", "centre", "--json"))
    assert [row["seq"] for row in rows] == [1, 2]
    node = rows[0]["node"]
    assert f"{node[:8]} 2" in run("log", "centre", "--node", node[:6])
    assert json.loads(run("log", "centre", "--node", "x", "--json")) == []
