"""Fault D5: plain http goes to private addresses only, whatever the name in base_url is resolved to."""

from __future__ import annotations

import errno
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from odapi_async import (
    ConfigurationError,
    ConnectFailed,
    Mode,
    OpenDental,
    OpenDentalError,
    Practice,
    RetryPolicy,
)
from odapi_async._core.aiohttp_transport import AiohttpTransport
from odapi_async._core.credentials import is_private_address
from odapi_async._core.network import check_proxy
from tests.support.wire import ConnectProxy, RawServer, ok

FAST: Final = RetryPolicy(max_attempts=3, base_delay=0.001)
PUBLIC: Final = (
    "8.8.8.8",
    "172.32.0.1",
    "100.64.0.1",  # shared by the customers of a provider
    "224.0.0.1",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",  # IPv4 addresses inside of IPv6
    "64:ff9b::808:808",
    "2002:808:808::1",  # tunnels over the internet, which some versions of Python call private
    "2001:0:808:808::1",
    "203.0.113.9",
    "0.0.0.0",
)
PRIVATE: Final = (
    "127.0.0.1",
    "127.9.9.9",
    "10.0.0.5",
    "172.16.0.5",
    "192.168.1.5",
    "169.254.1.5",
    "::1",
    "fd00::5",
    "fe80::5",
    "fe80::5%eth0",
    "::ffff:192.168.1.5",
    "::ffff:127.0.0.1",
)


class Resolver(AbstractResolver):
    """Resolves every name to the same addresses, without DNS."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in self.addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


@asynccontextmanager
async def practice_at(host: str, port: int, resolver: Resolver) -> AsyncGenerator[Practice]:
    transport = AiohttpTransport(resolver=resolver, connect_timeout=0.5)
    async with OpenDental("Dvl0perK3y", transport=transport, retries=FAST) as od:
        yield od.practice("Cst0merK3y", mode=Mode.SERVICE, base_url=f"http://{host}:{port}/api/v1")


@pytest.mark.parametrize("address", PUBLIC)
async def test_d5_a_name_that_looks_private_and_resolves_to_a_public_address_is_refused(address: str) -> None:
    resolver = Resolver(address)
    async with practice_at("office-server", 30223, resolver) as practice:
        for call in (practice.patients.get(1), practice.patients.create(LName="Smith", FName="Jane")):
            with pytest.raises(ConfigurationError) as refused:
                await call
            assert str(refused.value) == (
                f"base_url is plain http to office-server, which is {address}, a public address: the keys "
                "would be sent unencrypted, so nothing was sent; use https, or a name or an address of the "
                "server inside its own network"
            )
            assert refused.value.__context__ is refused.value.__cause__ is None
    assert resolver.asked == ["office-server"], (
        "it is not tried again, and the second call uses the DNS cache"
    )


@pytest.mark.parametrize("host", ["office-server", "ai", "od.lan", "od.local", "od.internal", "od.home.arpa"])
async def test_d5_no_connection_is_opened_to_the_public_address(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []

    def refused(*how: object) -> socket.socket:
        opened.append(how)
        raise AssertionError

    monkeypatch.setattr("socket.socket", refused)
    async with practice_at(host, 80, Resolver("8.8.8.8", "2001:4860:4860::8888", "1.1.1.1")) as practice:
        with pytest.raises(ConfigurationError, match="a public address"):
            await practice.patients.get(1)
    assert opened == []


async def test_d5_of_several_addresses_only_the_private_ones_are_used() -> None:
    """A server in a Windows domain often has a public IPv6 address beside its private IPv4 address."""
    async with RawServer(lambda _: ok(b'{"PatNum": 1}')) as server:
        for others in (["2001:4860:4860::8888", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"]):
            async with practice_at("office-server", server.port, Resolver(*others)) as practice:
                assert (await practice.patients.get(1)).PatNum == 1
        assert len(server.heard) == 2


async def test_d5_a_private_address_that_does_not_answer_is_no_wrong_base_url() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        async with practice_at("office-server", port, Resolver("8.8.8.8", "127.0.0.1")) as practice:
            with pytest.raises(ConnectFailed):
                await practice.patients.get(1)


async def test_d5_a_kept_connection_is_used_again_without_another_check() -> None:
    async with RawServer(lambda _: ok(b'{"PatNum": 1}')) as server:
        resolver = Resolver("127.0.0.1")
        async with practice_at("office-server", server.port, resolver) as practice:
            await practice.patients.get(1)
            resolver.addresses = ("8.8.8.8",)
            assert (await practice.patients.get(1)).PatNum == 1
        assert server.opened == 1


async def test_d5_plain_http_is_checked_in_the_same_way_if_there_is_a_proxy() -> None:
    async with ConnectProxy(1) as proxy:
        transport = AiohttpTransport(
            resolver=Resolver("8.8.8.8"), proxy=check_proxy(f"http://127.0.0.1:{proxy.port}")
        )
        async with OpenDental("Dvl0perK3y", transport=transport, retries=FAST) as od:
            practice = od.practice("Cst0merK3y", mode=Mode.SERVICE, base_url="http://office-server/api/v1")
            with pytest.raises(ConfigurationError, match="a public address"):
                await practice.patients.get(1)
        assert proxy.opened == 0


async def test_d5_https_may_go_to_a_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: list[object] = []

    def offline(family: object, kind: object, protocol: object) -> socket.socket:
        wanted.append(family)
        raise OSError(errno.ENETUNREACH, "no network in this test")

    monkeypatch.setattr("socket.socket", offline)
    transport = AiohttpTransport(resolver=Resolver("8.8.8.8"))
    async with OpenDental("Dvl0perK3y", transport=transport, retries=RetryPolicy(max_attempts=1)) as od:
        with pytest.raises(ConnectFailed, match="ENETUNREACH"):
            await od.practice("Cst0merK3y", mode=Mode.SERVICE, base_url="https://od.lan/api/v1").patients.get(
                1
            )
    assert wanted == [socket.AF_INET]


@pytest.mark.parametrize(("addresses", "private"), [(PUBLIC, False), (PRIVATE, True)])
def test_d5_which_addresses_are_private(addresses: tuple[str, ...], private: bool) -> None:
    assert {address: is_private_address(address) for address in addresses} == dict.fromkeys(
        addresses, private
    )


@pytest.mark.parametrize(
    "host",
    [
        "evil%2ecom",
        "evil%2Ecom",
        "134744072",
        "0x08080808",
        "010.010.010.010",
        "8.8.2056",
        "8.526344",
        "[::ffff:8.8.8.8]",
        "[::8.8.8.8]",
        "127.0.0.1.evil.com",
        "localhost.evil.com",
        "evil\u3002com",  # a full stop of another script
        "\uff11.1.1.1",
    ],
)
async def test_d5_other_spellings_of_public_hosts_are_refused_before_a_look_up(host: str) -> None:
    async with OpenDental("Dvl0perK3y") as od:
        with pytest.raises(OpenDentalError, match=r"unencrypted|has to look like|is not a URL"):
            od.practice("Cst0merK3y", mode=Mode.SERVICE, base_url=f"http://{host}/api/v1")
