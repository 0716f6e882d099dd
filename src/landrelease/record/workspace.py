"""A workspace: a folder with the record of one programme and its standards profile in force.

``ledger.sqlite`` holds the record, ``profile.toml`` the profile as it was adopted (the record carries its text too),
``workspace.toml`` names the format, the hash of the adopted profile and, where the record lies in a PostgreSQL database
instead, how to connect to it: never with a password. Where the node signs its entries, its key is in
``keys/node.key``, encrypted with a passphrase.
"""

import json
import os
import tomllib
from pathlib import Path
from types import TracebackType

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.profile import Profile, load_profile
from landrelease.record.entry import Statement
from landrelease.record.keeping import ProfileAdopted
from landrelease.record.ledger import Ledger
from landrelease.record.signing.keyfile import check_passphrase
from landrelease.record.signing.keys import PublicKey, SigningKey, public_key_of, read_key, write_key
from landrelease.record.signing.trust import SYSTEM
from landrelease.record.when import Clock, time_text, utc_now

FORMAT = 1
LEDGER, PROFILE, WORKSPACE = "ledger.sqlite", "profile.toml", "workspace.toml"
KEY = Path("keys", "node.key")


class Workspace:
    """An open workspace. Make one with `create`, open one with `open`; close it, or use it in a ``with`` block."""

    def __init__(self, path: Path, ledger: Ledger, profile: Profile, database: str | None = None) -> None:
        self.path, self.ledger, self.profile, self.database = path, ledger, profile, database

    @classmethod
    def create(
        cls,
        path: Path | str,
        profile: Profile | Path | None = None,
        *,
        author: str = SYSTEM,
        organisation: str = SYSTEM,
        clock: Clock = utc_now,
        passphrase: str | None = None,
        database: str | None = None,
    ) -> "Workspace":
        """Make a workspace and adopt its profile.

        Parameters
        ----------
        path
            Folder; made where it does not exist.
        profile
            A profile, a profile file, or None for the default profile.
        author, organisation
            Who adopts the profile.
        passphrase
            Makes a key, encrypted with it, which signs every entry from the first on and is the one that this
            workspace trusts. None: entries are not signed.
        database
            Connection string of a prepared PostgreSQL database for the record. A password in it is used now and not
            kept; later it comes from the environment (PGPASSWORD) or from ``~/.pgpass``. None: a file in the folder.

        Raises
        ------
        LandreleaseError
            LR0001 or LR0002 for the profile, LR0004 where the folder holds a workspace or a part of one, LR1061 where
            it holds a key, LR1064 for a short passphrase, and what `Ledger.create_database` raises. No workspace is
            made then.
        """
        path = Path(path)
        chosen = _profile(profile)
        if any((path / name).exists() for name in (LEDGER, PROFILE, WORKSPACE)) or path.is_file():
            raise fail(ErrorCode.WORKSPACE_EXISTS, path=path)
        signer = _new_key(path / KEY, passphrase) if passphrase is not None else None
        path.mkdir(parents=True, exist_ok=True)
        ledger = _new_ledger(path, clock, signer, database)
        workspace = cls(path, ledger, chosen, _kept_database(database))
        workspace.adopt(chosen, author, organisation, day=time_text(clock())[:10])
        return workspace

    @classmethod
    def open(cls, path: Path | str, clock: Clock = utc_now, passphrase: str | None = None) -> "Workspace":
        """Open a workspace.

        Parameters
        ----------
        passphrase
            Of its key, to sign what is recorded. None: only to read, or where entries are not signed.

        Raises
        ------
        LandreleaseError
            LR0003 where there is none, LR1032 where ``profile.toml`` is not the adopted profile, LR1072 where it has no
            key, LR1063 for a wrong passphrase, and what `Ledger.open` raises.
        """
        path = Path(path)
        settings = _settings(path)
        profile = load_profile(path / PROFILE)
        if profile.sha256 != settings["profile_sha256"]:
            raise fail(ErrorCode.PROFILE_NOT_ADOPTED, path=path / PROFILE)
        signer = _key_of(path, passphrase) if passphrase is not None else None
        database = settings.get("database")
        return cls(path, _ledger_of(path, database, clock, signer), profile, database)

    @property
    def key_path(self) -> Path:
        """File of the node's key, whether it is there or not."""
        return self.path / KEY

    def make_key(self, passphrase: str) -> None:
        """Sign from now on: make a key and introduce it.

        Raises
        ------
        LandreleaseError
            LR1061 where the workspace has a key that was introduced, LR1064 for a short passphrase.
        """
        waiting = self.key_path.exists() and not self._introduced(public_key_of(self.key_path))
        # a key that was written, but not introduced because the power went, is taken up again
        self.ledger.signer = _key_of(self.path, passphrase) if waiting else _new_key(self.key_path, passphrase)
        self.ledger.introduce()

    def _introduced(self, key: PublicKey) -> bool:
        trust = self.ledger.trust()
        return trust.is_granted(key) or trust.introduced(self.ledger.node, key) is not None

    def replace_key(self, passphrase: str, reason: str, author: str = SYSTEM, organisation: str = SYSTEM) -> Path:
        """Go on with a new key, because the old one is lost or its passphrase forgotten; see `Ledger.replace_key`.

        Returns
        -------
        Path
            Where the old key file now lies.
        """
        check_passphrase(passphrase)
        if not self.key_path.exists():
            raise fail(ErrorCode.KEY_MISSING, path=self.path)
        aside = _set_aside(self.key_path)
        self.ledger.replace_key(_new_key(self.key_path, passphrase), reason, author, organisation)
        return aside

    def adopt(self, profile: Profile | Path, author: str, organisation: str, day: str) -> None:
        """Put a profile in force from a day on: a statement in the record, then the files.

        Parameters
        ----------
        profile
            A profile or a profile file, such as a changed copy of ``profile.toml``.
        day
            First day on which it is in force.
        """
        chosen = _profile(profile)
        self.ledger.append([_adoption(chosen, author, organisation, day)])
        _replace(self.path / PROFILE, chosen.text)
        _replace(self.path / WORKSPACE, _settings_text(chosen, self.database))
        self.profile = chosen

    def close(self) -> None:
        """Release the ledger."""
        self.ledger.close()

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def adopt_changed_profile(path: Path | str, author: str, organisation: str, day: str, clock: Clock = utc_now) -> None:
    """Adopt the ``profile.toml`` of a workspace as it lies in the folder, after someone has changed it there."""
    path = Path(path)
    database = _settings(path).get("database")
    profile = load_profile(path / PROFILE)
    with Workspace(path, _ledger_of(path, database, clock), profile, database) as workspace:
        workspace.adopt(profile, author, organisation, day)


def _new_key(path: Path, passphrase: str) -> SigningKey:
    key = SigningKey.generate()
    write_key(path, key, passphrase)
    return key


def _new_ledger(path: Path, clock: Clock, signer: SigningKey | None, database: str | None) -> Ledger:
    if database is None:
        return Ledger.create(path / LEDGER, clock=clock, signer=signer)
    try:
        return Ledger.create_database(database, clock=clock, signer=signer)
    except LandreleaseError:
        if signer is not None:  # the key has just been made for a record that there is not
            (path / KEY).unlink()
        raise


def _ledger_of(path: Path, database: str | None, clock: Clock, signer: SigningKey | None = None) -> Ledger:
    if database is None:
        return Ledger.open(path / LEDGER, clock, signer=signer)
    return Ledger.open_database(database, clock, signer=signer)


def _kept_database(database: str | None) -> str | None:
    if database is None:
        return None
    from landrelease.record.stores.postgres_connection import without_password  # the driver takes long to load

    return without_password(database)


def _settings_text(profile: Profile, database: str | None) -> str:
    named = "" if database is None else f"database = {json.dumps(database, ensure_ascii=False)}\n"
    return f'format = {FORMAT}\nprofile_sha256 = "{profile.sha256}"\n{named}'


def _key_of(path: Path, passphrase: str) -> SigningKey:
    if not (path / KEY).exists():
        raise fail(ErrorCode.KEY_MISSING, path=path)
    return read_key(path / KEY, passphrase)


def _set_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists():
        number += 1
    return path.rename(aside)


def _profile(profile: Profile | Path | None) -> Profile:
    return profile if isinstance(profile, Profile) else load_profile(profile)


def _settings(path: Path) -> dict[str, str]:
    """Read ``workspace.toml``; it is written last, so that a folder without it is not a workspace."""
    try:
        settings = tomllib.loads((path / WORKSPACE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise fail(ErrorCode.WORKSPACE_MISSING, path=path) from error
    if settings.get("format") != FORMAT or "profile_sha256" not in settings:
        raise fail(ErrorCode.WORKSPACE_MISSING, path=path)
    return settings


def _adoption(profile: Profile, author: str, organisation: str, day: str) -> Statement:
    name, version = profile.identity.name, profile.identity.version
    body = ProfileAdopted(name=name, version=version, sha256=profile.sha256, text=profile.text)
    return Statement("profile", f"profile:{name}", body, day, author, organisation)


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
