"""Fault E14: the CA of a company, client certificates and proxies, over real connections on loopback."""

from __future__ import annotations

import base64
import json
import traceback
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from odapi_async import (
    ConfigurationError,
    ConnectFailed,
    Mode,
    OpenDental,
    Practice,
    RetryPolicy,
    Tier,
    TransportError,
)
from tests.integration.test_cli_office import bench, odapi
from tests.support import certificates
from tests.support.bench import Bench
from tests.support.reporter import chain, frames, leaks
from tests.support.wire import ConnectProxy, RawServer, ok

__all__ = ["bench"]

FAST: Final = RetryPolicy(max_attempts=2, base_delay=0.001)
OFFICE: Final = "https://office.example.com/api/v1"  # only the proxy knows where that is
USER, PASSWORD = "mary@example", "pass:w0rd/Quinzel"
ENCODED: Final = "mary%40example:pass%3Aw0rd%2FQuinzel"
CREDENTIALS: Final = f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"
SECRETS: Final = (PASSWORD, ENCODED, CREDENTIALS.removeprefix("Basic "), "pass%3Aw0rd")


@pytest.fixture(autouse=True)
def no_proxy_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "no_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def office(*, wants_client: bool = False) -> RawServer:
    return RawServer(lambda _: ok(b'{"PatNum": 1}'), tls=certificates.server(wants_client=wants_client))


def practice_of(od: OpenDental, url: str = OFFICE) -> Practice:
    return od.practice("Cst0merK3y", tier=Tier.STANDARD, mode=Mode.SERVICE, base_url=url)


@asynccontextmanager
async def behind_proxy(
    port: int, proxy: str, *, trusts: bool = True, credentials: str | None = None
) -> AsyncGenerator[Practice]:
    context = certificates.client() if trusts else None
    url = f"http://{credentials}@127.0.0.1:{port}" if credentials else f"{proxy}://127.0.0.1:{port}"
    async with OpenDental("Dvl0perK3y", ssl=context, proxy=url, retries=FAST) as od:
        yield practice_of(od)


def shown(error: BaseException) -> Iterator[str]:
    """Where a reporter of all local variables finds the proxy's password; nowhere, it is hoped."""
    for each in chain(error):
        text = "".join(traceback.format_exception(each))
        yield from (f"text of {each!r}" for secret in SECRETS if secret in text)
        for file, variables in frames(each.__traceback__):
            if "tests" not in file and leaks(variables, deep=True, secrets=SECRETS):
                yield file


async def test_e14_the_ca_of_a_company_is_trusted_if_it_is_given() -> None:
    async with office() as server:
        async with OpenDental("Dvl0perK3y", retries=FAST) as od:
            with pytest.raises(
                ConnectFailed, match=r"does not trust the certificate .*OpenDental\(ssl="
            ) as no:
                await practice_of(od, server.url).patients.get(1)
        assert "self-signed certificate in certificate chain" in str(no.value)
        assert server.heard == []
        async with OpenDental("Dvl0perK3y", ssl=certificates.client()) as od:
            assert (await practice_of(od, server.url).patients.get(1)).PatNum == 1


async def test_e14_a_name_that_is_not_in_the_certificate_is_refused() -> None:
    async with office() as server, ConnectProxy(server.port) as proxy:
        url = f"http://127.0.0.1:{proxy.port}"
        async with OpenDental("Dvl0perK3y", ssl=certificates.client(), proxy=url, retries=FAST) as od:
            practice = practice_of(od, "https://other.example.com/api/v1")
            with pytest.raises(ConnectFailed, match=r"other.example.com:443 \(Hostname mismatch"):
                await practice.patients.get(1)
        assert server.heard == []


async def test_e14_the_certificate_of_an_https_proxy_is_checked_and_named() -> None:
    async with (
        ConnectProxy(1, tls=certificates.server()) as proxy,
        behind_proxy(proxy.port, "https", trusts=False) as practice,
    ):
        with pytest.raises(ConnectFailed, match=rf"trust the certificate of 127.0.0.1:{proxy.port} "):
            await practice.patients.get(1)
        assert proxy.heard == []


async def test_e14_a_client_certificate_is_sent() -> None:
    async with office(wants_client=True) as server:
        async with OpenDental("Dvl0perK3y", ssl=certificates.client(), retries=FAST) as od:
            with pytest.raises(TransportError):
                await practice_of(od, server.url).patients.get(1)
        assert server.heard == []
        async with OpenDental("Dvl0perK3y", ssl=certificates.client(has_certificate=True)) as od:
            assert (await practice_of(od, server.url).patients.get(1)).PatNum == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_e14_https_goes_through_the_proxy_which_sees_no_key(scheme: str) -> None:
    tls = certificates.server() if scheme == "https" else None
    async with (
        office() as server,
        ConnectProxy(server.port, tls=tls) as proxy,
        behind_proxy(proxy.port, scheme) as practice,
    ):
        for _ in range(2):
            assert (await practice.patients.get(1)).PatNum == 1
    assert [head.partition(" HTTP")[0] for head in proxy.heard] == ["CONNECT office.example.com:443"]
    assert "ODFHIR" not in proxy.heard[0]
    assert "Proxy-Authorization" not in proxy.heard[0]
    assert [heard.headers["authorization"] for heard in server.heard] == ["ODFHIR Dvl0perK3y/Cst0merK3y"] * 2
    assert "proxy-authorization" not in server.heard[0].headers


async def test_e14_a_proxy_gets_its_credentials_and_nobody_else_does() -> None:
    async with (
        office() as server,
        ConnectProxy(server.port, credentials=CREDENTIALS) as proxy,
        behind_proxy(proxy.port, "http", credentials=ENCODED) as practice,
    ):
        assert (await practice.patients.get(1)).PatNum == 1
        assert not leaks([practice, practice._calls], deep=True, secrets=SECRETS)
    assert CREDENTIALS in proxy.heard[0]
    assert "proxy-authorization" not in server.heard[0].headers


async def test_e14_credentials_that_a_proxy_refuses_are_offered_once_and_shown_nowhere() -> None:
    async with (
        office() as server,
        ConnectProxy(server.port, credentials="Basic other") as proxy,
        behind_proxy(proxy.port, "http", credentials=ENCODED) as practice,
    ):
        for call in (practice.patients.get(1), practice.patients.create(LName="Smith", FName="Jane")):
            with pytest.raises(ConfigurationError, match=r"does not accept its credentials") as refused:
                await call
            assert [*shown(refused.value)] == []
            assert f"127.0.0.1:{proxy.port}" in str(refused.value)
    assert len(proxy.heard) == 2
    assert server.heard == []


async def test_e14_a_write_that_a_proxy_did_not_let_through_was_not_sent() -> None:
    async with (
        RawServer(lambda _: ok(b"", status="502 No way")) as proxy,
        behind_proxy(proxy.port, "http", credentials=ENCODED) as practice,
    ):
        refused = r"the proxy .* does not connect to office.example.com:443 \(status 502\)"
        with pytest.raises(ConnectFailed, match=refused) as caught:
            await practice.patients.create(LName="Smith", FName="Jane")
    assert [*shown(caught.value)] == []
    assert {heard.method for heard in proxy.heard} == {"CONNECT"}
    async with behind_proxy(proxy.port, "http", credentials=ENCODED) as practice:
        with pytest.raises(
            ConnectFailed, match=rf"the proxy 127.0.0.1:{proxy.port} was not reached"
        ) as caught:
            await practice.patients.get(1)
    assert [*shown(caught.value)] == []


@pytest.mark.parametrize("reply", [None, b"SSH-2.0-OpenSSH\r\n\r\n"])
async def test_e14_a_proxy_that_is_none_is_named(reply: bytes | None) -> None:
    async with RawServer(lambda _: reply) as proxy, behind_proxy(proxy.port, "http") as practice:
        named = rf"office.example.com:443 through the proxy 127.0.0.1:{proxy.port}"
        with pytest.raises(ConnectFailed, match=named):
            await practice.patients.create(LName="Smith", FName="Jane")


async def test_e14_through_a_proxy_the_certificate_of_the_office_is_checked() -> None:
    async with (
        office() as server,
        ConnectProxy(server.port) as proxy,
        behind_proxy(proxy.port, "http", trusts=False) as practice,
    ):
        with pytest.raises(ConnectFailed, match=r"does not trust the certificate of office.example.com"):
            await practice.patients.get(1)
    assert server.heard == []


async def test_e14_the_environment_names_a_proxy_only_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    async with office() as server, ConnectProxy(server.port, credentials=CREDENTIALS) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"{ENCODED}@127.0.0.1:{proxy.port}")  # many leave the scheme out
        context = certificates.client()
        async with OpenDental("Dvl0perK3y", ssl=context) as od:
            await practice_of(od, server.url).patients.get(1)
            assert proxy.heard == []
        monkeypatch.setenv("NO_PROXY", "intranet.example.com,127.0.0.1")
        async with OpenDental("Dvl0perK3y", ssl=context, proxy="environment") as od:
            await practice_of(od, server.url).patients.get(1)  # excluded by NO_PROXY
            assert proxy.heard == []
            await practice_of(od).patients.get(1)
            assert len(proxy.heard) == 1
        monkeypatch.delenv("HTTPS_PROXY")
        async with OpenDental("Dvl0perK3y", ssl=context, proxy="environment") as od:
            await practice_of(od, server.url).patients.get(1)
        assert len(proxy.heard) == 1


async def test_e14_plain_http_never_goes_through_a_proxy() -> None:
    async with RawServer(lambda _: ok(b'{"PatNum": 1}')) as server, ConnectProxy(server.port) as proxy:
        async with OpenDental("Dvl0perK3y", proxy=f"http://127.0.0.1:{proxy.port}") as od:
            assert (await practice_of(od, server.url).patients.get(1)).PatNum == 1
        assert proxy.opened == 0


async def test_e14_the_command_line_takes_proxy_and_certificates_from_the_environment(
    bench: Bench, tmp_path: Path
) -> None:
    async with office(wants_client=True) as server, ConnectProxy(server.port) as proxy:
        network = {
            "OPENDENTAL_BASE_URL": OFFICE,
            "OPENDENTAL_PROXY": f"http://127.0.0.1:{proxy.port}",
            "OPENDENTAL_CA_FILE": str(certificates.CA),
            "OPENDENTAL_CLIENT_CERTIFICATE": str(certificates.CLIENT),
        }
        ended = await odapi(bench, "get", "patients/1", **network)
        assert (ended.code, json.loads(ended.out)["PatNum"]) == (0, 1)
        assert len(proxy.heard) == 1
        (tmp_path / "no.pem").write_text("no certificate", encoding="utf-8")
        for name in ("OPENDENTAL_CA_FILE", "OPENDENTAL_CLIENT_CERTIFICATE"):
            for wrong in ("no.pem", "missing.pem"):
                ended = await odapi(bench, "get", "patients/1", **network | {name: str(tmp_path / wrong)})
                assert ended.code == 2
                assert ended.err.startswith(f"odapi: {name} has to be the path of a certificate")
        ended = await odapi(bench, "get", "patients/1", **network | {"OPENDENTAL_PROXY": "socks5://u:s@p"})
        assert (ended.code, ended.out) == (2, "")
        assert "s@p" not in ended.err
    said = (await odapi(bench, "--help")).out
    assert all(name in said for name in network if name != "OPENDENTAL_BASE_URL")
