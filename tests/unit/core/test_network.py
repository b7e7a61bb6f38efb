"""Which TLS contexts and proxies a client accepts (E14), and the warning of an unclosed client (F7)."""

from __future__ import annotations

import asyncio
import gc
import logging
import ssl
import traceback
import warnings
from typing import Any

import pytest
from yarl import URL

from odapi_async import ConfigurationError, Mode, OpenDental, WrongEventLoop
from odapi_async._core.aiohttp_transport import AiohttpTransport
from odapi_async._core.network import check_proxy
from tests.support.watch import until
from tests.support.wire import RawServer, ok

PASSWORD = "Xyzzy-Proxy-Password"


def unverified() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    return context


def trusting_all() -> ssl.SSLContext:
    context = unverified()
    context.verify_mode = ssl.CERT_NONE
    return context


def half_trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (True, "has to be an ssl.SSLContext"),
        (False, "has to be an ssl.SSLContext"),
        ("/etc/ssl/company.pem", r"create_default_context\(cafile="),
        (ssl, "has to be an ssl.SSLContext"),
        (unverified(), "does not check certificates and host names"),
        (trusting_all(), "does not check certificates and host names"),
        (half_trusting(), "does not check certificates and host names"),
        (ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), "is a context of servers"),
    ],
)
def test_e14_a_tls_context_that_cannot_protect_the_keys_is_refused(value: Any, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^ssl .*{reason}"):
        OpenDental("developer", ssl=value)


@pytest.mark.parametrize(
    "proxy",
    [
        3128,
        True,
        b"http://proxy:3128",
        URL("http://proxy:3128"),
        "",
        "Environment",
        "proxy",
        f"mary:{PASSWORD}@proxy:3128",
        f"ftp://mary:{PASSWORD}@proxy",
        f"socks5://mary:{PASSWORD}@proxy:1080",
        f"http://mary:{PASSWORD}@",
        f"http://mary:{PASSWORD}@proxy:99999",
        f"http://mary:{PASSWORD}@proxy:port",
        f"http://mary:{PASSWORD}@proxy/path",
        f"http://mary:{PASSWORD}@proxy?query",
        f"http://mary:{PASSWORD}@proxy#part",
        f"http://mary:{PASSWORD}@pro xy",
        f"http://mary:{PASSWORD}@proxy\r\nX: 1",
        f"http://[::1:{PASSWORD}",
        "http://[]@",
    ],
)
def test_e14_a_malformed_proxy_is_refused_and_not_shown(proxy: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^proxy has to look like") as raised:
        OpenDental("developer", proxy=proxy)
    assert PASSWORD not in "".join(traceback.format_exception(raised.value))
    assert PASSWORD not in repr(raised.value)


def test_e14_a_malformed_proxy_of_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.setenv("HTTPS_PROXY", f"socks5://mary:{PASSWORD}@proxy:1080")
    OpenDental("developer")
    with pytest.raises(ConfigurationError, match=r"^HTTPS_PROXY has to look like .* SOCKS") as raised:
        OpenDental("developer", proxy="environment")
    assert PASSWORD not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize(
    ("given", "url", "credentials"),
    [
        ("http://proxy:3128", "http://proxy:3128", None),
        ("HTTPS://proxy.example.com/", "https://proxy.example.com/", None),
        ("http://mary@proxy", "http://proxy", "Basic bWFyeTo="),
        ("http://m%C3%BCller:%3A%40@proxy", "http://proxy", "Basic bcO8bGxlcjo6QA=="),
        ("http://[fd00::5]:3128", "http://[fd00::5]:3128", None),
    ],
)
def test_e14_the_url_of_a_proxy_is_kept_apart_from_its_credentials(
    given: str, url: str, credentials: str | None
) -> None:
    proxy = check_proxy(given)
    assert proxy is not None
    assert repr(proxy) == f"Proxy({URL(url)})"
    assert proxy.headers() == ({"Proxy-Authorization": credentials} if credentials else {})


@pytest.mark.parametrize("options", [{"ssl": ssl.create_default_context()}, {"proxy": "http://proxy:3128"}])
def test_e14_a_transport_of_ones_own_excludes_options_of_the_network(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match="pass no ssl and no proxy"):
        OpenDental("developer", transport=AiohttpTransport(), **options)


def test_f7_an_unclosed_client_warns_once_and_the_http_client_never(caplog: pytest.LogCaptureFixture) -> None:
    async def use(od: OpenDental) -> None:
        async with RawServer(lambda _: ok(b'{"PatNum": 1}')) as server:
            await od.practice("key", mode=Mode.LOCAL, base_url=server.url).patients.get(1)

    def use_twice() -> None:
        od = OpenDental("developer")
        asyncio.run(use(od))
        with pytest.raises(WrongEventLoop):
            asyncio.run(use(od))

    with warnings.catch_warnings(record=True) as warned, caplog.at_level(logging.DEBUG):
        warnings.simplefilter("always")
        use_twice()
        gc.collect()
    said = [str(each.message) for each in warned if "transport" not in str(each.message)]
    assert said == ["unclosed OpenDental: use it inside `async with`, or call aclose()"]
    assert not [each for each in caplog.messages if "nclosed" in each]


async def test_f7_a_client_that_is_dropped_closes_its_connections_and_warns_once() -> None:
    async with RawServer(lambda _: ok(b'{"PatNum": 1}')) as server:
        od = OpenDental("developer")
        await od.practice("key", mode=Mode.LOCAL, base_url=server.url).patients.get(1)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            del od
            gc.collect()
            await until(lambda: server.open == 0)
        assert [each.category for each in warned] == [ResourceWarning]


async def test_f7_a_closed_client_does_not_warn() -> None:
    async with RawServer(lambda _: ok(b'{"PatNum": 1}')) as server:
        async with OpenDental("developer") as od:
            await od.practice("key", mode=Mode.LOCAL, base_url=server.url).patients.get(1)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            del od
            gc.collect()
        assert warned == []


@pytest.mark.parametrize(
    ("excluded", "reached", "direct"),
    [
        ("", ["office.example.com"], []),
        (" , ", ["office.example.com"], []),
        ("*", [], ["office.example.com", "10.0.0.5"]),
        ("example.com", ["notexample.com"], ["example.com", "office.example.com", "OFFICE.example.com."]),
        (".example.com , other", ["example.org"], ["office.example.com", "other"]),
        ("example.com:8443", ["example.com"], ["example.com:8443"]),
        ("10.0.0.0/8,192.168.1.5", ["11.0.0.1", "192.168.1.6"], ["10.9.9.9", "192.168.1.5"]),
        ("[fd00::5]:443,::1", ["[fd00::6]"], ["[fd00::5]", "[::1]"]),
        ("fd00::/8", ["[fe80::1]"], ["[fd00::5]"]),
    ],
)
def test_e14_no_proxy_excludes_names_and_what_is_below_them_addresses_and_networks(
    excluded: str, reached: list[str], direct: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", excluded)
    proxy = check_proxy("environment")
    assert proxy is not None
    assert [host for host in (*reached, *direct) if proxy.is_for(URL(f"https://{host}/api/v1"))] == reached
    assert not proxy.is_for(URL("http://office-server/api/v1"))
