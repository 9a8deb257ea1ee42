"""Where requests may go: no private address nobody allowed, no other site, no secret in any sentence."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.contract import Misconfigured
from connectors.http import ForbiddenAddress, HttpError, Line, Unreachable
from connectors.net import addresses
from connectors.net.wire import Limit, dial
from tests.connectors.kit import faults
from tests.connectors.kit.desk import Desk
from tests.connectors.kit.lines import Outside, client_tls, leads_to, server_tls
from tests.connectors.kit.web import WebServer

PUBLIC = "93.184.215.14"


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def line() -> Iterator[Line]:
    with Outside().line() as line:
        yield line


def nowhere(number: str, port: int, limit: Limit) -> socket.socket:
    raise AssertionError(f"{number}:{port} was asked within {limit.left()} s")


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.255.0.9", "localhost", "0x7f.1", "2130706433", "127.1", "0", "0.0.0.0", "10.0.0.1",
        "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "[::]", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:8.8.8.8]",
        "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001:0:1::]", "[fe80::1]",
        "[fd00::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[5f00::1]",
    ],
)  # fmt: skip
def test_private_addresses_are_not_asked_however_they_are_written(host: str) -> None:
    real = Outside(dial=nowhere, resolve=addresses_of)
    with real.line(allow_private=False) as line:
        with pytest.raises(ForbiddenAddress, match="allow_private_addresses = true"):
            line.get(f"http://{host}/latest/meta-data/")
        with pytest.raises(ForbiddenAddress), line.listen(f"ws://{host}/"):
            pass
        assert line.state["circuits"] == {}


def addresses_of(host: str, port: int) -> list[str]:
    """The system's own reading of odd numbers; a real name would be a mistake in the test."""
    assert host[0].isdigit() or host == "localhost"
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@pytest.mark.parametrize("numbers", [["10.1.2.3"], [PUBLIC, "127.0.0.1"], ["fe80::1%lo"], ["not an address"]])
def test_a_name_that_leads_inside_is_not_asked(numbers: list[str]) -> None:
    outside = Outside(dial=nowhere, resolve=leads_to(*numbers))
    with outside.line(allow_private=False) as line, pytest.raises(ForbiddenAddress, match="leads to a private"):
        line.get("https://feeds.example/")


@pytest.mark.parametrize("number", [PUBLIC, "8.8.8.8", "2606:2800:21f:cb07::1", "2a00:1450:4001:800::200e"])
def test_public_addresses_are_public(number: str) -> None:
    assert not addresses.is_private(number)


def reached(server: WebServer, places: list[str]) -> Callable[[str, int, Limit], socket.socket]:
    """Notes where a connection should go and makes it to the test's server."""

    def connect(number: str, _: int, limit: Limit) -> socket.socket:
        places.append(number)
        return dial("127.0.0.1", server.port, limit)

    return connect


def test_a_name_is_looked_up_once_and_what_was_judged_is_asked(server: WebServer) -> None:
    """DNS rebinding: the second look-up would lead inside."""
    answers, places = iter([[PUBLIC], ["127.0.0.1"]]), list[str]()
    outside = Outside(resolve=lambda *_: next(answers), dial=reached(server, places))
    with outside.line(allow_private=False) as line:
        assert line.get("http://feeds.example/").status == 200
    assert places == [PUBLIC]
    with outside.line(allow_private=False) as line, pytest.raises(ForbiddenAddress):
        line.get("http://feeds.example/")
    assert len(server.log) == 1


def test_every_hop_of_a_redirect_is_judged(server: WebServer) -> None:
    names = {"feeds.example": PUBLIC, "in.feeds.example": "10.0.0.1"}
    outside = Outside(resolve=lambda host, _: [names[host]], dial=reached(server, []))
    for to in ("http://in.feeds.example/", "http://169.254.169.254/", "http://localhost/", "file:///etc/passwd"):
        server.plant(faults.redirect(to))
        with outside.line(allow_private=False) as line, pytest.raises(ForbiddenAddress):
            line.get("http://feeds.example/")
    assert len(server.log) == 4


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://feeds.example/", "gopher://feeds.example/", "javascript:alert(1)", "data:,x", "",
        "feeds.example/rss", "//feeds.example/", "http://", "http:///x", "http://feeds.example:0/", "http://a:99999/",
        "http://ex\nample/", "http://\ud83d/", "http://a b/", "ws://feeds.example/", "http://[::1", "http://a:b/",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with Outside(dial=nowhere).line() as line, pytest.raises(ForbiddenAddress):
        line.get(url)


def test_a_stream_is_only_a_websocket() -> None:
    with (
        Outside(dial=nowhere).line() as line,
        pytest.raises(ForbiddenAddress, match="only ws and wss"),
        line.listen("http://feeds.example/"),
    ):
        pass


@pytest.mark.parametrize(
    ("here", "to", "is_fine"),
    [
        ("http://feeds.example/a", "/b?c=1", True),
        ("http://feeds.example/a", "https://feeds.example/a", True),
        ("https://feeds.example/a", "https://www.feeds.example/a", True),
        ("https://www.feeds.example/a", "//feeds.example/a", True),
        ("http://feeds.example/a", "http://feeds.example:8080/a", True),
        ("https://feeds.example./a", "https://feeds.example/a", True),
        ("https://feeds.example/a", "http://feeds.example/a", False),
        ("https://a.feeds.example/a", "https://b.feeds.example/a", False),
        ("https://feeds.example/a", "https://other.example/a", False),
        ("https://feeds.example/a", "https://notfeeds.example/a", False),
        ("https://feeds.example/a", "https://feeds.example.evil.test/a", False),
        ("https://feeds.example/a", "https://example/a", False),
        ("http://1.2.3.4/a", "http://3.4/a", False),
        ("http://1.2.3.4/a", "http://4.3.2.1/a", False),
        ("http://feeds.example/a", "ftp://feeds.example/a", False),
        ("http://feeds.example/a", "http://[::1", False),
    ],
)
def test_redirects_stay_on_the_site_and_never_go_down_to_http(here: str, to: str, is_fine: bool) -> None:
    if is_fine:
        addresses.redirected(addresses.read(here), to)
    else:
        with pytest.raises(ForbiddenAddress):
            addresses.redirected(addresses.read(here), to)


def test_five_redirects_are_followed_and_a_sixth_is_not(server: WebServer, line: Line) -> None:
    server.plant(faults.redirect("/again?n=1"), times=5)
    reply = line.get(f"{server.url}/first")
    assert (reply.status, reply.url, len(server.log)) == (200, f"{server.url}/again?n=1", 6)
    server.plant(faults.redirect("/again", 308), times=6)
    with pytest.raises(ForbiddenAddress, match="more than 5"):
        line.get(f"{server.url}/first")


def test_keys_go_along_to_the_same_host_and_to_no_other(server: WebServer, line: Line) -> None:
    given = {"Authorization": "Bearer planted", "X-Api-Key": "planted", "If-None-Match": '"e"'}
    for to, goes_along in (("/b", True), (f"http://www.feeds.example:{server.port}/b", False)):
        server.plant(faults.redirect(to))
        line.get(f"http://feeds.example:{server.port}/a", headers=given)
        first, second = server.log[-2:]
        assert first.headers["authorization"] == "Bearer planted"
        assert second.headers["if-none-match"] == '"e"'
        assert ("planted" in str(second.headers)) is goes_along
    with WebServer() as other:
        server.plant(faults.redirect(f"http://127.0.0.1:{other.port}/b"))  # another port is another program
        line.get(f"{server.url}/a", headers=given)
        assert "planted" not in str(other.log[0].headers)


def test_a_login_in_the_url_becomes_a_header(server: WebServer, line: Line) -> None:
    reply = line.get(f"http://me:p%40ss@127.0.0.1:{server.port}/a")
    assert server.log[0].headers["authorization"] == "Basic bWU6cEBzcw=="
    assert reply.url == f"http://127.0.0.1:{server.port}/a"


def test_the_certificate_must_be_the_hosts_whatever_address_it_leads_to() -> None:
    context = server_tls()
    asked_for: list[str | None] = []
    context.sni_callback = lambda _, name, __: asked_for.append(name)
    with WebServer(tls=context) as server:
        outside = Outside(tls=client_tls())
        with outside.line() as line:
            assert line.get(f"https://feeds.example:{server.port}/a").json() == {"path": "/a"}
            assert line.get(f"https://feeds.example:{server.port}/b").json() == {"path": "/b"}
            assert asked_for == ["feeds.example"]
            for host in ("other.example", "127.0.0.1"):
                with pytest.raises(Unreachable, match="certificate"):
                    line.get(f"https://{host}:{server.port}/")
        with Outside().line() as line, pytest.raises(Unreachable, match="certificate"):
            line.get(f"https://feeds.example:{server.port}/")  # nobody we trust has signed it
        server.plant(faults.hang())
        short = Outside(tls=client_tls(), deadline_seconds=0.2, patience_seconds=0.3)
        with short.line() as line, pytest.raises(Unreachable, match="within"):
            line.get(f"https://feeds.example:{server.port}/")
    with WebServer() as plain, outside.line() as line, pytest.raises(Unreachable, match="tried 5 times"):
        line.get(f"https://feeds.example:{plain.port}/")


def test_by_default_the_worlds_certificates_are_checked() -> None:
    tls = Outside().network.tls
    assert (tls.verify_mode, tls.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert tls.cert_store_stats()["x509_ca"] > 50


def test_proxies_and_logins_of_the_environment_are_not_used(
    server: WebServer, line: Line, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password planted\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert line.get(server.url).status == 200
    assert "authorization" not in server.log[0].headers


def test_a_header_with_a_line_break_is_not_sent(server: WebServer, line: Line) -> None:
    for value in ("planted\r\nX-Evil: 1", "planted\n", "pl\0anted", "\ud83d"):
        with pytest.raises(Misconfigured, match="header") as raised:
            line.get(server.url, headers={"Authorization": value})
        assert "anted" not in str(raised.value)
    assert server.log == []


SECRET = "s3cr3tPlanted"

FAULTS = {
    **{f"status {status}": faults.status(status) for status in (302, 400, 401, 403, 404, 408, 429, 500, 503)},
    "reset": faults.reset(),
    "garbage": faults.garbage(),
    "cut": faults.truncated("length"),
    "cut chunked": faults.truncated("chunked"),
    "no gzip": faults.status(200, {"Content-Encoding": "gzip"}, b"{"),
    "strange packing": faults.status(200, {"Content-Encoding": SECRET}, b"{"),
    "page": faults.page(),
    "captcha": faults.page(403, captcha=True),
    "empty": faults.empty(),
    "not json": faults.status(200, {}, b"{" + SECRET.encode()),
    "latin": faults.status(200, {"Content-Type": f"x; charset={SECRET}"}, b'"\xff"'),
    "loop": faults.redirect(f"/x?key={SECRET}"),
    "elsewhere": faults.redirect(f"http://{SECRET}@other.example/{SECRET}?key={SECRET}"),
    "no url": faults.redirect(f"http://[{SECRET}"),
    "wait": faults.status(429, {"Retry-After": "99", "X-Key": SECRET}),
}


@pytest.mark.parametrize("name", FAULTS)
def test_no_secret_stands_in_an_error_a_state_or_a_log(
    name: str, server: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.plant(FAULTS[name], times=None)
    with Outside(body_limit=10).line() as line:
        for _ in range(6):  # the sixth is answered by the breaker
            with pytest.raises(HttpError) as raised:
                line.get(
                    f"http://me:{SECRET}@127.0.0.1:{server.port}/p",
                    params={"key": SECRET},
                    headers={"Authorization": SECRET},
                ).json()
            told = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
            assert SECRET not in told.replace(f'{{"{SECRET}": ', "")
            assert SECRET not in json.dumps(line.state)
    assert SECRET not in caplog.text


def test_a_reply_shows_no_secret_of_itself(server: WebServer, line: Line) -> None:
    reply = line.get(server.url, params={"key": SECRET})
    assert SECRET not in repr(reply)


def test_a_desk_reaches_nothing_but_the_loopback(server: WebServer) -> None:
    with Desk() as desk:
        assert desk.get(f"http://any.example:{server.port}/").status == 200
        with pytest.raises(AssertionError, match="wanted to reach 192"):
            desk.get("http://192.0.2.7/")
