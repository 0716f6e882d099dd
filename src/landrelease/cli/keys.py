"""Commands about keys, trust and officers' signatures."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landrelease.cli.common import (
    AsOf,
    Json,
    WorkspacePath,
    asked_passphrase,
    full_hash,
    opened_workspace,
    signing_workspace,
)
from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.terminal import print_json, print_pairs, print_rows, say
from landrelease.terms import KeyRole

if TYPE_CHECKING:
    from landrelease.record.signing.keys import PublicKey
    from landrelease.record.signing.trust import Granted, Trust
    from landrelease.record.workspace import Workspace

keys = typer.Typer(no_args_is_help=True, help=_("Keys of nodes and signing officers: who signs, whom to trust."))

OFFICER_PASSPHRASE = "LANDRELEASE_OFFICER_PASSPHRASE"
Author = Annotated[str, typer.Option(envvar="LANDRELEASE_AUTHOR", help=_("Who says so."))]
Organisation = Annotated[str, typer.Option(envvar="LANDRELEASE_ORGANISATION", help=_("For whom."))]
KeyText = Annotated[str, typer.Argument(help=_("Public key, its fingerprint or its first eight digits."))]
Reason = Annotated[str, typer.Option(help=_("Why."))]
NOT_STATED = "not stated"


@keys.command()
def create(
    path: Annotated[Path, typer.Argument(help=_("Workspace, or a new file *.key for a signing officer."))],
    replace: Annotated[
        bool, typer.Option("--replace", help=_("Go on with a new key: the old one is lost, or its passphrase."))
    ] = False,
    reason: Reason = "lost",
) -> None:
    """Make a key, encrypted with a passphrase; a workspace signs its entries from then on."""
    from landrelease.record.signing.keys import SigningKey, write_key

    if path.suffix == ".key":
        key = SigningKey.generate()
        write_key(path, key, asked_passphrase(path, OFFICER_PASSPHRASE, new=True))
        print_pairs(_("Key {path}").format(path=path), _of_key(key.public))
        return
    with opened_workspace(path) as opened:
        passphrase = asked_passphrase(opened.key_path, new=True)
        if replace:
            say(_("The old key file is now {path}").format(path=opened.replace_key(passphrase, reason)))
        else:
            opened.make_key(passphrase)
        _show(opened)


@keys.command()
def show(
    path: Annotated[Path, typer.Argument(help=_("Workspace, or a key file."))],
    json_: Json = False,
) -> None:
    """Show the public key and its fingerprint, to be compared by telephone or face to face. Asks no passphrase."""
    from landrelease.record.signing.keys import public_key_of

    if path.is_file():
        shown = _of_key(public_key_of(path))
        print_json(shown) if json_ else print_pairs(_("Key {path}").format(path=path), shown)
        return
    with opened_workspace(path) as opened:
        print_json(_of_workspace(opened)) if json_ else _show(opened)


@keys.command("list")
def list_(workspace: WorkspacePath, as_of: AsOf = None, json_: Json = False) -> None:
    """List the keys that count here, and those that were revoked."""
    with opened_workspace(workspace) as opened:
        trust = opened.ledger.trust(as_of)
    distinct = {(grant.key, grant.role, grant.holder, grant.from_seq): grant for grant in reversed(trust.grants)}
    rows = [_row(trust, grant) for grant in reversed(distinct.values())]
    if json_:
        print_json(rows)
        return
    print_rows(_("Keys"), [{name: value for name, value in row.items() if name != "public_key"} for row in rows])


@keys.command()
def grant(
    workspace: WorkspacePath,
    public_key: Annotated[str, typer.Argument(help=_("Public key, 64 digits."))],
    holder: Annotated[str, typer.Argument(help=_("Node id; person of a signing officer; name of a witness."))],
    role: Annotated[KeyRole, typer.Option(help=_("What the key may do."))] = KeyRole.NODE,
    from_seq: Annotated[int | None, typer.Option(min=1, help=_("First entry of the node that the key signs."))] = None,
    speaks_for: Annotated[
        list[str] | None, typer.Option(help=_("Organisation for which the node may speak; any when left out."))
    ] = None,
    note: Annotated[str | None, typer.Option(help=_("Remark."))] = None,
    since: Annotated[str | None, typer.Option(help=_("First day on which an officer may sign with it; today."))] = None,
    until: Annotated[str | None, typer.Option(help=_("Last day on which an officer may sign with it."))] = None,
    author: Author = NOT_STATED,
    organisation: Organisation = NOT_STATED,
) -> None:
    """Grant a key, after its fingerprint was compared with the holder."""
    from landrelease.record.signing.keyring import grant_key
    from landrelease.record.signing.keys import PublicKey

    key = PublicKey.from_hex(public_key)
    with signing_workspace(workspace) as opened:
        grant_key(
            opened.ledger, key, role, holder, from_seq=from_seq, organisations=speaks_for or (), author=author,
            organisation=organisation, note=note, since=since, until=until,
        )  # fmt: skip
    say(_("Key {fingerprint} granted to {holder}").format(fingerprint=key.fingerprint, holder=holder))


@keys.command()
def revoke(
    workspace: WorkspacePath,
    key: KeyText,
    reason: Reason,
    from_seq: Annotated[
        int | None, typer.Option(min=1, help=_("First entry of its node that does not count; all when left out."))
    ] = None,
    day: Annotated[str | None, typer.Option(help=_("From when an officer's signatures do not count; today."))] = None,
    author: Author = NOT_STATED,
    organisation: Organisation = NOT_STATED,
) -> None:
    """Revoke a key: what its node wrote from a number on does not count."""
    from landrelease.record.signing.keyring import find_key, revoke_key
    from landrelease.record.signing.keys import public_key_of

    with signing_workspace(workspace) as opened:
        found = find_key(opened.ledger.trust(), key)
        if opened.key_path.exists() and public_key_of(opened.key_path) == found:
            raise fail(ErrorCode.OWN_KEY_REVOKED, fingerprint=found.fingerprint)
        revoke_key(
            opened.ledger, found, reason, from_seq=from_seq, day=day, author=author, organisation=organisation
        )  # fmt: skip
    say(_("Key {fingerprint} revoked").format(fingerprint=found.fingerprint))


@keys.command()
def trust(
    workspace: WorkspacePath,
    public_key: Annotated[str, typer.Argument(help=_("Public key of the authority, 64 digits."))],
    fingerprint: Annotated[str, typer.Option(prompt=True, help=_("Its fingerprint, as the authority read it out."))],
) -> None:
    """Trust an authority, whose fingerprint it has told you itself."""
    from landrelease.record.signing.keys import PublicKey

    key = PublicKey.from_hex(public_key)
    if "".join(fingerprint.split()).lower() != key.fingerprint.replace(" ", ""):
        raise fail(ErrorCode.ROOT_DIFFERS, given=fingerprint, fingerprint=key.fingerprint)
    with opened_workspace(workspace) as opened:
        opened.ledger.trust_root(key.hex)
    say(_("{path} trusts the key {fingerprint}").format(path=workspace, fingerprint=key.fingerprint))


@keys.command("new-node")
def new_node(workspace: WorkspacePath) -> None:
    """Go on as a new node, after the workspace was restored from a backup."""
    with signing_workspace(workspace) as opened:
        opened.ledger.new_node()
        _show(opened)


def sign(
    workspace: WorkspacePath,
    entry: Annotated[str, typer.Argument(help=_("Hash of the entry, at least eight digits."))],
    key: Annotated[Path, typer.Option(help=_("Key file of the signing officer."))],
    officer: Annotated[str, typer.Option(help=_("Who signs, as named in the grant of the key."))],
    organisation: Organisation = NOT_STATED,
    json_: Json = False,
) -> None:
    """Record a signing officer's own signature of an entry."""
    from landrelease.record.signing.keyring import sign_entry
    from landrelease.record.signing.keys import read_key

    with signing_workspace(workspace) as opened:
        wanted = full_hash(opened.ledger, entry)
        signer = read_key(key, asked_passphrase(key, OFFICER_PASSPHRASE))
        made = sign_entry(opened.ledger, wanted, signer, officer, organisation)
    if json_:
        print_json({"entry": wanted, "signature": made.hash})
        return
    say(_("{officer} has signed {entry}").format(officer=officer, entry=wanted[:16]))


def _show(opened: "Workspace") -> None:
    shown = _of_workspace(opened)
    print_pairs(_("Key {path}").format(path=opened.path), shown)
    alone = shown["trusts"] == shown["fingerprint"]
    if not shown["granted"] or alone:
        if alone:
            say(_("This workspace is its own authority. To join the record of another one, let that one run:"))
        else:
            say(_("Others count what this node writes after the authority has granted the key. Let it run:"))
        say(f"landrelease key grant WORKSPACE {shown['public_key']} {shown['node']} --from-seq {shown['from_seq']}")


def _of_workspace(opened: "Workspace") -> dict[str, Any]:
    from landrelease.record.signing.keys import PublicKey, public_key_of

    if not opened.key_path.exists():
        raise fail(ErrorCode.KEY_MISSING, path=opened.path)
    key, known, root = public_key_of(opened.key_path), opened.ledger.trust(), opened.ledger.root
    last = opened.ledger.store.heads().get(opened.ledger.node)
    return {
        **_of_key(key),
        "node": opened.ledger.node,
        "from_seq": known.introduced(opened.ledger.node, key) or 1,
        "granted": key in known.keys(opened.ledger.node, last.seq + 1 if last else 1),
        "trusts": PublicKey.from_hex(root).fingerprint if root else None,
    }


def _of_key(key: "PublicKey") -> dict[str, Any]:
    return {"public_key": key.hex, "fingerprint": key.fingerprint}


def _row(known: "Trust", grant: "Granted") -> dict[str, Any]:
    revoked = known.revocation_of(grant.key)
    return {
        "fingerprint": grant.key.fingerprint, "role": grant.role.value, "holder": grant.holder,
        "from_seq": grant.from_seq, "speaks_for": ", ".join(grant.organisations), "depth": grant.depth,
        "revoked_from": revoked.from_seq if revoked else "", "public_key": grant.key.hex,
    }  # fmt: skip
