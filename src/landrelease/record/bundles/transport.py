"""Bundles by HTTP between two computers that share a token (``docs/formats/bundle-v1.md``, "By HTTP")."""

import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.record.bundles.archive import Limits
from landrelease.record.bundles.bundle import export_bundle
from landrelease.record.bundles.merge import MergeResult, merge
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import kept_checkpoints, make_checkpoint, origin_of

SHORTEST_TOKEN = 16
BLOCK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_RANGE = re.compile(r"bytes=(\d{1,15})-")
_CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,15})-(\d{1,15})|\*)/(\d{1,15})")
_TIMEOUT_S = 60
_BUNDLES_KEPT = 4


def checked_token(token: str | None) -> str:
    """Return a token. Refuses (LR1130) none, one that could be guessed, and one that no header can carry."""
    stripped = (token or "").strip()
    if len(stripped) < SHORTEST_TOKEN or not (stripped.isascii() and stripped.isprintable()):
        raise fail(ErrorCode.TOKEN_MISSING)
    return stripped


class Exchange(ThreadingHTTPServer):
    """Serves bundles of one ledger and takes bundles for it.

    Parameters
    ----------
    ledger
        Open; only this server writes to it meanwhile.
    spool
        Folder for bundles on their way; what is unfinished stays there, so that a transfer can go on.
    address
        Host and port; port 0 takes a free one.
    token
        What every request must carry.
    """

    daemon_threads = True

    def __init__(
        self,
        ledger: Ledger,
        spool: Path,
        token: str,
        address: tuple[str, int] = ("127.0.0.1", 0),
        limits: Limits | None = None,
        allow_unsigned: bool = False,
    ) -> None:
        self.ledger, self.spool, self.token = ledger, spool, checked_token(token)
        self.limits, self.allow_unsigned = limits or Limits(), allow_unsigned
        self.one_at_a_time, self.writing_part = Lock(), Lock()
        spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._forget_written()
        self._erased = self._erasures()
        super().__init__(address, _Handler)

    def server_close(self) -> None:
        """Let go of the address, and of bundles that were written: what is erased later must not stay in them."""
        super().server_close()
        self._forget_written()

    @property
    def url(self) -> str:
        """The address of this exchange."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def state(self) -> dict[str, Any]:
        """What others ask before they fetch or send."""
        with self.one_at_a_time:
            if self.ledger.signer is not None and len(self.ledger):
                make_checkpoint(self.ledger)
            kept = kept_checkpoints(self.ledger, origin_of(self.ledger.node))
        note = max(kept, key=lambda one: one.checkpoint.size).note if kept else ""
        return {"node": self.ledger.node, "size": len(self.ledger), "checkpoint": note}

    def bundle(self, since: int, tag: str | None) -> tuple[Path, str]:
        """Return a bundle and its tag: the one asked for by its tag where it is still here, else a new one."""
        with self.one_at_a_time:
            if (erased := self._erasures()) != self._erased:
                self._forget_written()
                self._erased = erased
            known = self.spool / f"out-{tag}.bundle"
            if tag is not None and _SHA256.fullmatch(tag) and known.is_file():
                return known, tag
            for old in self.spool.glob("out.new*"):
                old.unlink()
            written = export_bundle(self.ledger, self.spool / "out.new", since)
            tag = sha256_of(written[0])  # the first part, where it does not fit one: its reader asks on from there
            return self._kept(written[0].replace(self.spool / f"out-{tag}.bundle")), tag

    def _erasures(self) -> int:
        return sum(state.erased_reason is not None for state in self.ledger.store.blob_states())

    def _forget_written(self) -> None:
        for written in self.spool.glob("out-*.bundle"):
            written.unlink(missing_ok=True)

    def _kept(self, newest: Path) -> Path:
        """Forget bundles that nobody has asked for in a while."""
        written = sorted(self.spool.glob("out-*.bundle"), key=lambda path: path.stat().st_mtime)
        for old in written[:-_BUNDLES_KEPT]:
            if old != newest:
                old.unlink()
        return newest

    def merge(self, path: Path) -> MergeResult:
        """Merge a whole upload."""
        with self.one_at_a_time:
            return merge(self.ledger, path, limits=self.limits, allow_unsigned=self.allow_unsigned)


class _Handler(BaseHTTPRequestHandler):
    server: Exchange
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "landrelease", ""
    timeout = _TIMEOUT_S

    def do_GET(self) -> None:
        with self._answered():
            path, query = self._request()
            if path == "/checkpoint":
                self._json(HTTPStatus.OK, self.server.state())
            elif path == "/bundle":
                self._send_bundle(query.get("since", "0"))
            else:
                raise _Refusal(HTTPStatus.NOT_FOUND)

    def do_PUT(self) -> None:
        with self._answered():
            path, query = self._request()
            sha256 = query.get("sha256", "")
            span = _CONTENT_RANGE.fullmatch(self.headers.get("Content-Range", ""))
            if path != "/bundle" or not _SHA256.fullmatch(sha256) or span is None:
                raise _Refusal(HTTPStatus.BAD_REQUEST)
            if int(span[3]) > self.server.limits.max_total_bytes:
                raise _Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            self._take(self.server.spool / f"in-{sha256}.part", sha256, span)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the standard library's name
        """Write nothing: addresses of partners are nobody's business."""

    def _request(self) -> tuple[str, dict[str, str]]:
        """Check the token and split the address."""
        said = self.headers.get("Authorization", "").removeprefix("Bearer ").encode("utf-8", "replace")
        if not hmac.compare_digest(said, self.server.token.encode()):
            raise _Refusal(HTTPStatus.UNAUTHORIZED)
        try:
            parts = urlsplit(self.path)
            return parts.path, {name: values[-1] for name, values in parse_qs(parts.query).items()}
        except ValueError as error:
            raise _Refusal(HTTPStatus.BAD_REQUEST) from error

    def _check_no_body(self) -> None:
        """Refuse a body that nobody will read: it would be taken for the next request."""
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            raise _Refusal(HTTPStatus.BAD_REQUEST)

    def _send_bundle(self, since: str) -> None:
        if not since.isdigit() or len(since) > 15:
            raise _Refusal(HTTPStatus.BAD_REQUEST)
        asked = self.headers.get("If-Range", "").strip('"')
        path, tag = self.server.bundle(int(since), asked or None)
        size = path.stat().st_size
        span = _RANGE.fullmatch(self.headers.get("Range", ""))
        start = int(span[1]) if span and asked == tag else 0
        if start > size:
            raise _Refusal(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        self.send_response(HTTPStatus.PARTIAL_CONTENT if start else HTTPStatus.OK)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        self.send_header("ETag", f'"{tag}"')
        self.send_header("Content-Length", str(size - start))
        self.end_headers()
        with path.open("rb") as stream:
            stream.seek(start)
            while block := stream.read(BLOCK):
                self.wfile.write(block)

    def _take(self, part: Path, sha256: str, span: re.Match[str]) -> None:
        """Add to an upload; merge it when it is whole."""
        total = int(span[3])
        here = part.stat().st_size if part.exists() else 0
        if span[1] is not None:
            here = self._add(part, int(span[1]), int(span[2]), here, total)
        if here < total:
            self._json(HTTPStatus.PERMANENT_REDIRECT, {"here": here}, {"Range": f"bytes=0-{here - 1}"} if here else {})
            return
        if here > total or sha256_of(part) != sha256:
            part.unlink()
            raise _Refusal(HTTPStatus.CONFLICT)
        self._merge(part)

    def _add(self, part: Path, first: int, last: int, here: int, total: int) -> int:
        length = last - first + 1
        if first != here or last >= total or self.headers.get("Content-Length") != str(length):
            raise _Refusal(HTTPStatus.CONFLICT)
        with part.open("ab") as stream:
            while length and (block := self.rfile.read(min(BLOCK, length))):
                with self.server.writing_part:
                    if os.fstat(stream.fileno()).st_size != here:  # the sender has connected again and is ahead
                        raise _Refusal(HTTPStatus.CONFLICT)
                    stream.write(block)
                    stream.flush()
                here += len(block)
                length -= len(block)
        return here

    def _merge(self, part: Path) -> None:
        try:
            result = self.server.merge(part)
        except LandreleaseError as error:
            findings = [finding.as_dict() for finding in error.findings]
            self._json(HTTPStatus.UNPROCESSABLE_ENTITY, {"findings": findings})
        else:
            self._json(HTTPStatus.OK, counts(result))
        finally:
            part.unlink(missing_ok=True)

    def _json(self, status: HTTPStatus, value: Any, headers: dict[str, str] | None = None) -> None:
        content = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    @contextmanager
    def _answered(self) -> Iterator[None]:
        try:
            if self.command != "PUT" or self.headers.get("Content-Range", "").startswith("bytes */"):
                self._check_no_body()
            yield
        except _Refusal as refusal:
            self.close_connection = True  # the body may not have been read
            self._json(refusal.status, {"problem": refusal.status.phrase})
        except LandreleaseError as error:
            self.close_connection = True
            self._json(HTTPStatus.UNPROCESSABLE_ENTITY, {"findings": [one.as_dict() for one in error.findings]})
        except OSError:  # the other side has gone; it will ask again
            self.close_connection = True


class _Refusal(Exception):  # noqa: N818 - an answer, not an error of the program
    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


def counts(result: MergeResult) -> dict[str, Any]:
    """Return what a merge did as plain values."""
    return {
        "added": result.added, "known": result.known, "held": result.held, "released": result.released,
        "blobs": len(result.blobs), "findings": [finding.as_dict() for finding in result.findings],
    }  # fmt: skip


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
