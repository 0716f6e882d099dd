"""Bundles by HTTP: token, resume, and no byte of the ledger written before everything was checked."""

import hashlib
import http.client
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.samples.bundles import entries_of, programme, repacked, report

from landrelease.errors import LandreleaseError
from landrelease.record.attachments.blobs import attach
from landrelease.record.attachments.erasure import erase
from landrelease.record.bundles import fetching
from landrelease.record.bundles.archive import Limits
from landrelease.record.bundles.bundle import export_bundle
from landrelease.record.bundles.fetching import fetch_bundle, fetch_state, send_bundle
from landrelease.record.bundles.merge import merge
from landrelease.record.bundles.transport import Exchange, checked_token
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger

TOKEN = "correct horse battery staple"


@pytest.fixture
def nodes(tmp_path):
    made = []

    def make(node, **options):
        made.append(Ledger.create(tmp_path / f"{node}.sqlite", node, **options))
        return made[-1]

    yield programme(make, "north")
    for ledger in made:
        ledger.close()


@pytest.fixture
def served(nodes, tmp_path):
    """The centre's exchange, on a free port of the loopback address."""
    with Exchange(nodes["centre"], tmp_path / "spool", TOKEN, limits=Limits(max_total_bytes=10**7)) as exchange:
        thread = threading.Thread(target=exchange.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield exchange
        exchange.shutdown()
        thread.join()


def ask(exchange, method, target, token=TOKEN, body=None, **headers):
    connection = http.client.HTTPConnection(*exchange.server_address[:2], timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, target, body, {"Authorization": f"Bearer {token}", **named})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def test_only_the_loopback_address_by_default(served):
    assert served.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("token", [None, "", "short", " " * 40, "two lines\nof a file with tokens", "\u017c" * 20])
def test_a_token_that_could_be_guessed_is_refused(token):
    with pytest.raises(LandreleaseError, match="LR1130"):
        checked_token(token)


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("target", ["/checkpoint", "/bundle?since=0", f"/bundle?sha256={'0' * 64}", "/", "/../x"])
def test_a_wrong_token_gets_nothing(served, method, target):
    for token in ("", "wrong token of some length", TOKEN[:-1], TOKEN + "x", "\xe9" * 20):
        response, content = ask(served, method, target, token, b"" if method == "PUT" else None)
        assert response.status == 401
        assert content == b'{"problem": "Unauthorized"}'
    assert list(served.spool.iterdir()) == []


def test_the_client_says_that_it_was_refused(served, tmp_path):
    with pytest.raises(LandreleaseError, match=r"LR1131.*Unauthorized"):
        fetch_bundle(served.url, tmp_path / "x", "wrong token of some length")
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        ("GET", "/", {}, 404),
        ("GET", "/../../etc/passwd", {}, 404),
        ("GET", "/bundle?since=x", {}, 400),
        ("GET", "/bundle?since=-1", {}, 400),
        ("GET", "/bundle?since=99", {}, 422),
        ("PUT", "/bundle", {"Content_Range": "bytes */5"}, 400),
        ("PUT", "/bundle?sha256=../../x", {"Content_Range": "bytes */5"}, 400),
        ("PUT", f"/bundle?sha256={'0' * 64}", {}, 400),
        ("PUT", f"/bundle?sha256={'0' * 64}", {"Content_Range": "bytes */99999999"}, 413),
        ("PUT", f"/bundle?sha256={'0' * 64}", {"Content_Range": "bytes 3-4/5"}, 409),
        ("PUT", f"/bundle?sha256={'0' * 64}", {"Content_Range": "bytes 0-9/5"}, 409),
    ],
)
def test_requests_that_make_no_sense(served, method, target, headers, status):
    response, _content = ask(served, method, target, body=b"" if method == "PUT" else None, **headers)
    assert response.status == status


def test_what_the_server_is_and_has(served, nodes):
    state = fetch_state(served.url, TOKEN)
    assert (state["node"], state["size"]) == ("centre", len(nodes["centre"]))
    assert state["checkpoint"].startswith("landrelease/centre\n")


def test_fetch_and_merge(served, nodes, tmp_path):
    merge(nodes["north"], fetch_bundle(served.url, tmp_path / "x", TOKEN))
    assert fold(nodes["north"].log()).entries("key.grant") != []
    with pytest.raises(LandreleaseError, match="LR1126"):
        fetch_bundle(served.url, tmp_path / "x", TOKEN)


def test_send_and_be_merged(served, nodes, tmp_path):
    nodes["north"].append([report(1)])
    (path,) = export_bundle(nodes["north"], tmp_path / "x")
    answer = send_bundle(path, served.url, TOKEN)
    assert (answer["added"], answer["known"], answer["held"]) == (2, 0, 0)
    assert send_bundle(path, served.url, TOKEN)["known"] == 2
    assert list(served.spool.iterdir()) == []


class Interrupt:
    """Cuts a transfer off after so many bytes, as a lost connection does."""

    def __init__(self, after):
        self.left = after

    def begin(self, label, total=None): ...
    def end(self): ...
    def advance(self, units=1):
        self.left -= units
        if self.left < 0:
            raise ConnectionResetError("the line went dead")


def test_a_fetch_that_was_interrupted_goes_on_with_the_same_bytes(served, nodes, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "BLOCK", 500)
    nodes["centre"].append([report(number) for number in range(60)])
    whole = fetch_bundle(served.url, tmp_path / "whole", TOKEN).read_bytes()
    nodes["centre"].append([report(61)])
    for after in (700, 1_500, 3_000):
        with pytest.raises(LandreleaseError, match=r"LR1132.*went dead"):
            fetch_bundle(served.url, tmp_path / "x", TOKEN, progress=Interrupt(after))
        nodes["centre"].append([report(62 + after)])  # the log grows meanwhile: the old bundle is gone on with
    here = (tmp_path / "x.part").stat().st_size
    assert 0 < here < len(whole) * 2
    seen = Sizes()
    fetched = fetch_bundle(served.url, tmp_path / "x", TOKEN, progress=seen)
    assert seen.total == fetched.stat().st_size - here
    (tag,) = {hashlib.sha256(fetched.read_bytes()).hexdigest()}
    assert (served.spool / f"out-{tag}.bundle").read_bytes() == fetched.read_bytes()
    assert merge(nodes["north"], fetched).held == 0


class Sizes:
    """Notes how much was fetched."""

    total = 0

    def begin(self, label, total=None):
        self.total = total

    def end(self): ...
    def advance(self, units=1): ...


def test_a_send_that_was_interrupted_goes_on(served, nodes, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "PIECE", 1_000)
    nodes["north"].append([report(number) for number in range(40)])
    (path,) = export_bundle(nodes["north"], tmp_path / "x")
    before = list(nodes["centre"].store.rows())
    with pytest.raises(LandreleaseError, match="LR1132"):
        send_bundle(path, served.url, TOKEN, progress=Interrupt(2_500))
    assert list(nodes["centre"].store.rows()) == before
    (part,) = served.spool.iterdir()
    assert path.read_bytes().startswith(part.read_bytes())
    sent = Bytes()
    here = part.stat().st_size
    assert send_bundle(path, served.url, TOKEN, progress=sent)["added"] == 41
    assert sent.count == path.stat().st_size - here


class Bytes(Sizes):
    """Counts what was sent."""

    count = 0

    def advance(self, units=1):
        self.count += units


def test_a_bad_bundle_is_refused_with_its_reasons_and_nothing_is_written(served, nodes, tmp_path):
    nodes["north"].append([report(1)])
    (path,) = export_bundle(nodes["north"], tmp_path / "x")
    entries = entries_of(path)
    entries[1] = (entries[1][0], bytes(64))
    bad = repacked(path, tmp_path / "bad", entries)
    before = list(nodes["centre"].store.rows())
    with pytest.raises(LandreleaseError, match=r"LR1131.*LR1111"):
        send_bundle(bad, served.url, TOKEN)
    assert list(nodes["centre"].store.rows()) == before
    assert list(served.spool.iterdir()) == []


def test_bytes_that_are_not_what_was_announced(served, nodes, tmp_path):
    target = f"/bundle?sha256={hashlib.sha256(b'other').hexdigest()}"
    response, _content = ask(served, "PUT", target, body=b"bytes", Content_Range="bytes 0-4/5")
    assert response.status == 409
    assert list(served.spool.iterdir()) == []


def test_a_download_that_was_changed_on_the_way_is_thrown_away(served, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "sha256_of", lambda path: "0" * 64)
    with pytest.raises(LandreleaseError, match="LR1134"):
        fetch_bundle(served.url, tmp_path / "x", TOKEN)
    assert not (tmp_path / "x").exists()
    assert not (tmp_path / "x.part").exists()


@pytest.mark.parametrize("url", ["", "localhost:8470", "ftp://localhost", "http://", "http://localhost:99999"])
def test_addresses_that_are_none(url, tmp_path):
    with pytest.raises(LandreleaseError, match="LR1133"):
        fetch_state(url, TOKEN)


def test_nobody_answers(served, tmp_path):
    with pytest.raises(LandreleaseError, match="LR1132"):
        fetch_state("http://127.0.0.1:1", TOKEN)


@pytest.mark.parametrize(("method", "headers"), [
    ("GET", {}), ("PUT", {"Content_Range": "bytes */100"}), ("PUT", {"Content_Range": "bytes 0-99/100"}),
])  # fmt: skip
def test_a_body_is_never_taken_for_the_next_request(served, method, headers):
    said = f"Host: x\r\nAuthorization: Bearer {TOKEN}\r\n"
    hidden = f"GET /checkpoint HTTP/1.1\r\n{said}Connection: close\r\n\r\n"
    target = "/checkpoint" if method == "GET" else f"/bundle?sha256={'0' * 64}"
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(served.server_address[:2], timeout=10) as connection:
        connection.sendall(
            f"{method} {target} HTTP/1.1\r\n{said}{more}Content-Length: {len(hidden)}\r\n\r\n{hidden}".encode()
        )
        with connection.makefile("rb") as answers:
            try:
                content = answers.read()
            except ConnectionResetError:  # closed with the body unread
                content = b""
    assert content.count(b"HTTP/1.1 ") <= 1
    assert b"HTTP/1.1 200" not in content
    assert list(served.spool.iterdir()) == []


def test_what_is_erased_does_not_stay_in_bundles_that_were_served(nodes, served, tmp_path):
    centre = nodes["centre"]
    made = centre.append([report(1)])[0]
    photo = attach(centre, b"a photograph of someone", cites=[made.hash], author="a", organisation="op:1")
    fetch_bundle(served.url, tmp_path / "before", TOKEN)
    (written,) = served.spool.glob("out-*.bundle")
    tag = written.stem.removeprefix("out-")
    erase(centre, [photo.body["blob"]], "asked for", "a", "op:1")
    _response, content = ask(served, "GET", "/bundle?since=0", If_Range=f'"{tag}"')
    assert b"a photograph of someone" not in content
    assert not written.exists()
    served.server_close()
    assert list(served.spool.glob("out-*.bundle")) == []


class _Liar(BaseHTTPRequestHandler):
    """Answers every request with the same."""

    answer = (200, {}, b"")

    def do_GET(self):
        status, headers, content = self.answer
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_PUT = do_GET  # noqa: N815 - the standard library's name

    def log_message(self, format, *arguments):  # noqa: A002 - the standard library's name
        pass


@contextmanager
def liar(*answer):
    with HTTPServer(("127.0.0.1", 0), type("Liar", (_Liar,), {"answer": answer})) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "content", [b'{"here": 0}', b'{"here": 99}', b'{"here": "0"}', b"{}", b"[]", b"{", b"[" * 9_999]
)
def test_a_server_that_never_has_enough_is_left(tmp_path, content):
    (tmp_path / "bundle").write_bytes(b"some bytes")
    with (
        liar(308, {"Content-Length": str(len(content))}, content) as url,
        pytest.raises(LandreleaseError, match="LR1131"),
    ):
        send_bundle(tmp_path / "bundle", url, TOKEN)


@pytest.mark.parametrize("headers", [{}, {"Content-Length": str(10**13)}, {"Content-Length": "many"}])
def test_a_server_does_not_fill_the_disk(tmp_path, headers):
    with liar(200, {"ETag": '"x"', **headers}, b"x" * 1_000) as url, pytest.raises(LandreleaseError, match="LR1131"):
        fetch_bundle(url, tmp_path / "bundle", TOKEN)
    assert list(tmp_path.glob("bundle*")) == []
