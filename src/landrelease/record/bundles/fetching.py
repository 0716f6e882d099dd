"""The other side of an exchange: fetch a bundle from a server, or send one to it; both go on where they stopped."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress
from landrelease.record.bundles.archive import Limits
from landrelease.record.bundles.transport import BLOCK, checked_token, sha256_of

PIECE = 8 << 20
"""Bytes sent in one request: an interruption loses no more."""
_TIMEOUT_S = 60
_MOST_JSON = 4 << 20


def fetch_state(url: str, token: str) -> dict[str, Any]:
    """Ask a server for its node, the size of its log and its last checkpoint."""
    with _connected(url) as connection:
        return _json(url, _ask(connection, "GET", "/checkpoint", token))


def fetch_bundle(url: str, path: Path | str, token: str, since: int = 0, progress: Progress = SILENT) -> Path:
    """Fetch a bundle to a new file.

    What has arrived of an interrupted transfer lies in ``path.part``, with the server's tag in ``path.tag``; the next
    call goes on from there.

    Raises
    ------
    LandreleaseError
        LR1126 for a file that exists, LR1130 to LR1134 for the exchange.
    """
    path = Path(path)
    if path.exists():
        raise fail(ErrorCode.BUNDLE_EXISTS, path=path)
    part, tag_file = path.with_name(path.name + ".part"), path.with_name(path.name + ".tag")
    headers = {}
    if part.exists() and tag_file.exists():
        headers = {"Range": f"bytes={part.stat().st_size}-", "If-Range": f'"{tag_file.read_text()}"'}
    with _connected(url) as connection:
        response = _ask(connection, "GET", f"/bundle?since={since}", token, headers)
        if response.status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
            raise _refused(url, response)
        tag = (response.headers.get("ETag") or "").strip('"')
        if response.length is None or response.length > Limits().max_total_bytes:
            raise fail(ErrorCode.TRANSFER_REFUSED, url=url, problem=_("the answer is not understood"))
        tag_file.write_text(tag)
        _receive(response, part, "ab" if response.status == HTTPStatus.PARTIAL_CONTENT else "wb", progress)
    if sha256_of(part) != tag:
        part.unlink()
        raise fail(ErrorCode.TRANSFER_DIFFERS, path=path, problem=_("its SHA-256 is another"))
    part.replace(path)
    tag_file.unlink()
    return path


def send_bundle(path: Path | str, url: str, token: str, progress: Progress = SILENT) -> dict[str, Any]:
    """Send a bundle, which the server then merges.

    Returns
    -------
    dict
        What the merge did there: ``added``, ``known``, ``held``, ``released``, ``blobs``, ``findings``.

    Raises
    ------
    LandreleaseError
        LR0002 where there is no file, LR1130 to LR1133 for the exchange; LR1131 also where the server refused the
        bundle, with its reasons.
    """
    path = Path(path)
    if not path.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=path)
    total, target = path.stat().st_size, f"/bundle?sha256={sha256_of(path)}"
    progress.begin(_("Sending the bundle"), total)
    try:
        with _connected(url) as connection, path.open("rb") as stream:
            response = _ask(connection, "PUT", target, token, {"Content-Range": f"bytes */{total}"}, b"")
            sent = -1
            while response.status == HTTPStatus.PERMANENT_REDIRECT:
                here = _json(url, response).get("here")
                if type(here) is not int or not sent < here < total:  # it would ask for the same for ever
                    raise fail(ErrorCode.TRANSFER_REFUSED, url=url, problem=_("the answer is not understood"))
                sent = here
                stream.seek(here)
                piece = stream.read(PIECE)
                headers = {"Content-Range": f"bytes {here}-{here + len(piece) - 1}/{total}"}
                response = _ask(connection, "PUT", target, token, headers, piece)
                progress.advance(len(piece))
            return _json(url, response)
    finally:
        progress.end()


def _receive(response: HTTPResponse, part: Path, mode: str, progress: Progress) -> None:
    length = response.length or 0
    progress.begin(_("Fetching the bundle"), length)
    try:
        with part.open(mode) as stream:
            while block := response.read(BLOCK):
                stream.write(block)
                length -= len(block)
                progress.advance(len(block))
    finally:
        progress.end()
    if length:
        raise HTTPException(_("the connection was closed"))


@contextmanager
def _connected(url: str) -> Iterator[HTTPConnection]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise fail(ErrorCode.TRANSFER_URL, url=url) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise fail(ErrorCode.TRANSFER_URL, url=url)
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        with closing(make(parts.hostname, port, timeout=_TIMEOUT_S)) as connection:
            yield connection
    except LandreleaseError:
        raise
    except (OSError, HTTPException) as error:
        raise fail(ErrorCode.TRANSFER_INTERRUPTED, url=url, problem=error or type(error).__name__) from error


def _ask(
    connection: HTTPConnection, method: str, target: str, token: str, headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> HTTPResponse:  # fmt: skip
    said = {"Authorization": f"Bearer {checked_token(token)}", **(headers or {})}
    connection.request(method, target, body, said)
    return connection.getresponse()


def _json(url: str, response: HTTPResponse) -> dict[str, Any]:
    if response.status not in (HTTPStatus.OK, HTTPStatus.PERMANENT_REDIRECT):
        raise _refused(url, response)
    try:
        value = json.loads(response.read(_MOST_JSON))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise fail(ErrorCode.TRANSFER_REFUSED, url=url, problem=_("the answer is not understood"))
    return value


def _refused(url: str, response: HTTPResponse) -> LandreleaseError:
    """Say what the server says: its findings where it has any."""
    try:
        said = json.loads(response.read(_MOST_JSON))
        problem = "; ".join(f"{one['code']} {one['what']}" for one in said.get("findings", ())) or said["problem"]
    except (ValueError, KeyError, TypeError, AttributeError):
        problem = f"{response.status} {response.reason}"
    return fail(ErrorCode.TRANSFER_REFUSED, url=url, problem=problem)
