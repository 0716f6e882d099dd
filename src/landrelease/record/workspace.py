"""A workspace: a folder with the record of one programme and its standards profile in force.

``ledger.sqlite`` holds the record, ``profile.toml`` the profile as it was adopted (the record carries its text too),
``workspace.toml`` names the format and the hash of the adopted profile.
"""

import os
import tomllib
from pathlib import Path
from types import TracebackType

from landrelease.errors import ErrorCode, fail
from landrelease.profile import Profile, load_profile
from landrelease.record.entry import Statement
from landrelease.record.kinds import ProfileAdopted
from landrelease.record.ledger import Ledger
from landrelease.record.when import Clock, time_text, utc_now

FORMAT = 1
LEDGER, PROFILE, WORKSPACE = "ledger.sqlite", "profile.toml", "workspace.toml"
SYSTEM = "system:landrelease"
"""Author of what nobody signs: the adoption of the first profile when a workspace is made without naming anyone."""


class Workspace:
    """An open workspace. Make one with `create`, open one with `open`; close it, or use it in a ``with`` block."""

    def __init__(self, path: Path, ledger: Ledger, profile: Profile) -> None:
        self.path, self.ledger, self.profile = path, ledger, profile

    @classmethod
    def create(
        cls,
        path: Path | str,
        profile: Profile | Path | None = None,
        *,
        author: str = SYSTEM,
        organisation: str = SYSTEM,
        clock: Clock = utc_now,
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

        Raises
        ------
        LandreleaseError
            LR0001 or LR0002 for the profile, LR0004 where the folder holds a workspace or a part of one. Nothing is
            made then.
        """
        path = Path(path)
        chosen = _profile(profile)
        if any((path / name).exists() for name in (LEDGER, PROFILE, WORKSPACE)) or path.is_file():
            raise fail(ErrorCode.WORKSPACE_EXISTS, path=path)
        path.mkdir(parents=True, exist_ok=True)
        workspace = cls(path, Ledger.create(path / LEDGER, clock=clock), chosen)
        workspace.adopt(chosen, author, organisation, day=time_text(clock())[:10])
        return workspace

    @classmethod
    def open(cls, path: Path | str, clock: Clock = utc_now) -> "Workspace":
        """Open a workspace.

        Raises
        ------
        LandreleaseError
            LR0003 where there is none, LR1032 where ``profile.toml`` is not the adopted profile, and what
            `Ledger.open` raises.
        """
        path = Path(path)
        adopted = _settings(path)["profile_sha256"]
        profile = load_profile(path / PROFILE)
        if profile.sha256 != adopted:
            raise fail(ErrorCode.PROFILE_NOT_ADOPTED, path=path / PROFILE)
        return cls(path, Ledger.open(path / LEDGER, clock), profile)

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
        _replace(self.path / WORKSPACE, f'format = {FORMAT}\nprofile_sha256 = "{chosen.sha256}"\n')
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
    _settings(path)
    profile = load_profile(path / PROFILE)
    with Workspace(path, Ledger.open(path / LEDGER, clock), profile) as workspace:
        workspace.adopt(profile, author, organisation, day)


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
