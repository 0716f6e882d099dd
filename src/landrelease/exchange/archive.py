"""Zip archives from strangers (KMZ, XLSX): refused where they would unpack to far more than they weigh."""

import zipfile
from pathlib import Path

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.i18n import _

LARGEST_BYTES = 4 << 30
"""Unpacked size beyond which an archive is refused."""
SUSPECT_BYTES = 64 << 20
LARGEST_RATIO = 200
"""Unpacked over packed size; XML packs to about a tenth, a bomb to a thousandth. Asked from `SUSPECT_BYTES` on."""
MOST_MEMBERS = 10_000


def check_archive(path: Path) -> None:
    """Refuse an archive that looks made to exhaust the machine.

    Raises
    ------
    LandreleaseError
        LR2047.
    zipfile.BadZipFile
        Where it is no archive, or cut off.
    """
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    size = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > MOST_MEMBERS:
        raise unsafe(path, _("it holds {count} files").format(count=len(members)))
    if size > LARGEST_BYTES or (size > SUSPECT_BYTES and size > LARGEST_RATIO * packed):
        raise unsafe(path, _("it would unpack from {packed} to {size} bytes").format(packed=packed, size=size))


def unsafe(path: Path, problem: str) -> LandreleaseError:
    """Make the refusal of a file that could harm (LR2047)."""
    return LandreleaseError(Finding(ErrorCode.UNSAFE_FILE, {"problem": problem}, file=path.name))
