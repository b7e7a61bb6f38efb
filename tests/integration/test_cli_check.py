"""`odapi check` and `odapi keys`, with a keyring in memory."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from typing import Any, Final

import keyring
import pytest

from odapi_async import Tier, limits
from odapi_async.cli.check import health
from odapi_async.cli.check.health import CheckItem, check_practice
from odapi_async.cli.practice_options import PracticeOptions
from odapi_async.sandbox import Arrival, Fault, Office
from tests.integration.test_cli_office import Finished, no_environment, odapi
from tests.support.bench import KEY, Bench, local, remote, serving
from tests.support.mirror import Arrivals
from tests.support.wire import Heard, RawServer, ScriptedServer, ok
from tests.unit.cli.conftest import memory_keyring, no_keyring
from tests.unit.cli.keyrings import MemoryKeyring

__all__ = ["memory_keyring", "no_environment", "no_keyring"]


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    offices = [local(), Office(customer_key="poor", mode="local"), remote("far")]
    async with serving(*offices) as found:
        yield found


def items(ended: Finished) -> dict[str, dict[str, Any]]:
    found = json.loads(ended.out)
    assert found["ok"] == all(each["ok"] for each in found["items"])
    assert ended.code == (0 if found["ok"] else 1)
    return {each["item"]: each for each in found["items"]}


async def test_each_check_that_passes_is_one_line(bench: Bench) -> None:
    ended = await odapi(bench, "check")
    assert (ended.code, ended.err) == (0, "")
    lines = [line.split() for line in ended.out.splitlines()]
    assert {line[0] for line in lines} == {"ok"}
    assert [line[1] for line in lines] == [
        "mode",
        "developer",
        "customer",
        "connection",
        "version",
        "permissions",
        "tier",
        "latency",
    ]
    assert "from OPENDENTAL_DEVELOPER_KEY" in ended.out
    assert KEY not in ended.out
    assert bench.box.developer_key not in ended.out
    expected = ["/securityperms", "/preferences", "/securityperms", "/preferences"]
    assert [each.path for each in bench.arrivals] == expected


async def test_the_permissions_and_their_tier_are_shown(bench: Bench) -> None:
    found = items(await odapi(bench, "check", "--json", OPENDENTAL_CUSTOMER_KEY="poor"))
    assert found["permissions"]["found"].startswith("ReadAll; missing: AllOthers, Appointments")
    assert found["tier"]["found"] == "ReadAll; no throttle in local mode"
    assert "of 4 requests" in found["latency"]["found"]


async def test_a_wrong_tier_is_a_problem(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for tier in Tier:
        monkeypatch.setitem(limits.INTERVALS, tier, 0.01)
    far = {"OPENDENTAL_CUSTOMER_KEY": "far", "OPENDENTAL_MODE": "remote"}
    found = items(await odapi(bench, "check", "--json", "--tier", "enterprise", **far))
    assert not found["tier"]["ok"]
    assert found["tier"]["found"] == "Standard, one request per 0.01 s"
    assert found["tier"]["advice"].startswith("you gave Enterprise: remove --tier")
    found = items(await odapi(bench, "check", "--json", **far))
    assert found["tier"]["ok"]


@pytest.mark.parametrize(
    ("fault", "advice"),
    [
        (Fault("offline", times=None), "ask the office to start its eConnector"),
        (Fault("status", status=401, times=None), "developer portal"),
        (Fault("throttle", times=None), "which other program uses this customer key"),
        (Fault("status", status=500, times=None), "check again later"),
        (Fault("drop", times=None), "start Open Dental on that workstation"),
        (Fault("status", status=302, times=None), "docs/cli.md"),
    ],
)
async def test_each_problem_has_its_advice(bench: Bench, fault: Fault, advice: str) -> None:
    bench.box.add_fault(fault)
    found = items(await odapi(bench, "check", "--json"))
    assert not found["connection"]["ok"]
    assert advice in found["connection"]["advice"]
    assert "latency" not in found


async def test_an_office_without_the_permissions_endpoint_is_no_problem(bench: Bench) -> None:
    bench.box.add_fault(Fault("status", status=404, path="/securityperms", times=1))
    found = items(await odapi(bench, "check", "--json"))
    assert found["permissions"]["found"].startswith("unknown, as in all versions before 22.2")
    assert found["connection"]["ok"]


async def test_another_server_at_that_url_is_no_old_office(bench: Bench) -> None:
    wrong = bench.box.url.removesuffix("/api/v1")
    found = items(await odapi(bench, "check", "--json", "--base-url", wrong))
    assert not found["connection"]["ok"]
    assert found["connection"]["advice"] == "check the URL: it ends with /api/v1"


@pytest.mark.parametrize("page", [b"<html>IIS Windows Server</html>", b'"Open Dental API"'])
async def test_f9_a_page_at_a_url_without_the_path_is_no_old_office(bench: Bench, page: bytes) -> None:
    async with RawServer(lambda _: ok(page)) as server:
        url = server.url.removesuffix("/api/v1")
        found = items(await odapi(bench, "check", "--json", "--base-url", url))
        assert found["connection"]["advice"] == "check the URL: it ends with /api/v1"
        shown = await odapi(bench, "list", "patients", "--base-url", url)
    assert f"base_url is probably wrong: it has to end with /api/v1, as {server.url}" in shown.err


async def test_each_line_comes_as_soon_as_it_is_known() -> None:
    async with serving(remote("far", interval=0.2)) as bench:
        first_lines: list[int] = []

        def told(arrival: Arrival) -> None:
            first_lines.append(len(shown))

        shown: list[CheckItem] = []
        bench.box.arrivals = watched = Arrivals()
        watched.told = told
        options = PracticeOptions(tier=Tier.ENTERPRISE, base_url=bench.box.url)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("OPENDENTAL_DEVELOPER_KEY", bench.box.developer_key)
            patch.setenv("OPENDENTAL_CUSTOMER_KEY", "far")
            result = await check_practice(options, shown.append)
        assert shown == result.items
        assert first_lines == [3, 3, 5, 7]


async def test_a_refused_connection_is_a_problem(bench: Bench) -> None:
    found = items(await odapi(bench, "check", "--json", "--base-url", "http://127.0.0.1:9/api/v1"))
    assert "start Open Dental on that workstation" in found["connection"]["advice"]


async def test_keys_are_stored_used_and_deleted(bench: Bench, memory_keyring: MemoryKeyring) -> None:
    nowhere = {"OPENDENTAL_DEVELOPER_KEY": "", "OPENDENTAL_CUSTOMER_KEY": ""}
    ended = await odapi(bench, "keys", "set", given=f"{bench.box.developer_key}\n")
    assert ended == Finished(0, "stored in the keyring: the developer key\n", "")
    await odapi(bench, "keys", "set", "smile", given=KEY)
    assert memory_keyring.keys == {"developer": bench.box.developer_key, "smile": KEY}

    found = items(await odapi(bench, "check", "--json", "--practice", "smile", **nowhere))
    assert found["customer key"]["found"] == "from the keyring"
    assert (await odapi(bench, "get", "patients/1", "--practice", "smile", **nowhere)).code == 0

    ended = await odapi(bench, "keys", "delete", "smile")
    assert ended == Finished(0, "deleted from the keyring: the customer key of smile\n", "")
    ended = await odapi(bench, "keys", "delete", "smile")
    assert ended == Finished(1, "", "odapi: the customer key of smile is not in the keyring\n")
    ended = await odapi(bench, "get", "patients/1", "--practice", "smile", **nowhere)
    assert (ended.code, ended.out) == (2, "")
    assert "odapi keys set smile" in ended.err


async def test_a_malformed_key_is_not_stored_and_not_shown(
    bench: Bench, memory_keyring: MemoryKeyring
) -> None:
    ended = await odapi(bench, "keys", "set", "smile", given="Dvl0per/Cst0mer\n")
    assert ended.code == 2
    assert "pass the two keys separately" in ended.err
    assert "Cst0mer" not in ended.err
    assert memory_keyring.keys == {}


async def test_a_machine_without_a_keyring(bench: Bench, no_keyring: None) -> None:
    assert type(keyring.get_keyring()).__module__ == "keyring.backends.fail"
    ended = await odapi(bench, "keys", "set", "smile", given=KEY)
    assert ended == Finished(2, "", "odapi: this machine has no keyring; use the environment variable\n")


ONLY_WAYS: Final = {"OPENDENTAL_MODE": "", "OPENDENTAL_BASE_URL": ""}


async def test_a_way_that_never_answers_is_a_problem_soon(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_LONGEST_PROBE", 0.2)

    is_over = asyncio.Event()

    async def wait(_: Heard, __: asyncio.StreamWriter) -> None:
        await is_over.wait()

    async with ScriptedServer(wait) as frozen:
        ways = f"service={frozen.url},local={bench.box.url}"
        found = items(await via(bench, ways, "check", "--json"))
        is_over.set()
    assert "got no response in time" in found["service"]["found"]
    assert found["local"]["ok"]


async def via(bench: Bench, ways: str, *words: str) -> Finished:
    """Run a command by several ways."""
    return await odapi(bench, *words, "--via", ways, **ONLY_WAYS)


async def nowhere() -> str:
    """Return the URL of a port at which nothing listens."""
    async with RawServer(lambda _: None) as server:
        return server.url


async def test_all_ways_are_shown_with_time_and_version(bench: Bench) -> None:
    gone = await nowhere()
    found = json.loads((await via(bench, f"service={gone},local={bench.box.url}", "check", "--json")).out)
    by_item = {each["item"]: each for each in found["items"]}
    assert by_item["mode"]["found"] == f"service at {gone}, then local at {bench.box.url}"
    assert not by_item["service"]["ok"]
    assert gone in by_item["service"]["found"]
    assert "start the API Service" in by_item["service"]["advice"]
    assert re.fullmatch(
        rf"{re.escape(bench.box.url)}: [\d,]+ ms, version 26.3.1.0", by_item["local"]["found"]
    )
    assert by_item["version"]["found"] == "26.3.1.0"
    assert by_item["tier"]["found"].endswith("no throttle in local mode")
    assert not found["ok"]


async def test_ways_with_different_versions_are_a_problem(bench: Bench) -> None:
    async with serving(local(version="24.4.13.0")) as other:
        found = items(await via(bench, f"service={other.box.url},local={bench.box.url}", "check", "--json"))
    assert found["service"]["ok"]
    assert not found["ways"]["ok"]
    assert "different versions" in found["ways"]["found"]
    assert "24.4.13.0" in found["ways"]["found"]


async def test_if_no_way_answers_nothing_else_is_checked(bench: Bench) -> None:
    gone = await nowhere()
    found = items(await via(bench, f"service={gone}", "check", "--json"))
    assert [*found] == ["mode", "developer key", "customer key", "service"]


async def test_a_command_goes_by_the_first_way_that_answers(bench: Bench) -> None:
    ways = f"service={await nowhere()},local={bench.box.url}"
    ended = await via(bench, ways, "get", "patients/1")
    assert json.loads(ended.out)["PatNum"] == 1
    ended = await odapi(bench, "get", "patients/1", OPENDENTAL_VIA=ways, **ONLY_WAYS)
    assert json.loads(ended.out)["PatNum"] == 1
    refused = await via(bench, "cloud", "get", "patients/1")
    assert refused.code == 2
    assert "a way has to be service, local or remote" in refused.err
    refused = await odapi(bench, "get", "patients/1", "--via", ways)
    assert "--via excludes --mode and --base-url" in refused.err
