"""`odapi events`: an office posts what changes to a real process, and the mirror has it."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import sqlalchemy as sa

from odapi_async.cli.errors import CommandFailed
from odapi_async.cli.events.serving import ServeOptions, serve
from odapi_async.cli.mirror.job import MirrorJob
from odapi_async.events import Inbox, read_delivery
from odapi_async.mirror import Store
from odapi_async.mirror.config import Config, PracticeConfig
from tests.integration.test_cli_office import Finished, odapi
from tests.integration.test_cli_terminal import started
from tests.support.bench import KEY, Bench, local, serving
from tests.support.watch import until

WAIT: Final = 30
DEFAULT: Final = "default"
TOKEN: Final = "made-up-token-of-the-tests"
ROWS: Final = {"patients": 3, "appointments": 6, "operatories": 2, "subscriptions": 0}
HEADERS: Final = {"Authorization": KEY, "Event-Type": "WatchTable: Appointment"}
TABLES: Final = ("Appointment", "AppointmentDeleted", "Patient")


@pytest.fixture
async def bench() -> AsyncGenerator[Bench]:
    async with serving(local(rows=ROWS)) as found:
        yield found


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ODAPI_STORE", "practices.db")
    monkeypatch.delenv("ODAPI_EVENTS_TOKEN", raising=False)
    return f"sqlite:///{tmp_path / 'practices.db'}"


async def ensured(bench: Bench, url: str, *words: str, **env: str) -> Finished:
    return await odapi(bench, "events", "ensure", url, "--workstation", "SERVER", *words, **env)


async def url_of(process: Process) -> str:
    """Return the URL of the first line."""
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), WAIT)).decode()
    assert " listening at http://127.0.0.1:" in line
    return line.split()[3]


async def ended(process: Process) -> Finished:
    out, err = await asyncio.wait_for(process.communicate(), WAIT)
    return Finished(process.returncode or 0, out.decode(), err.decode())


async def status_of(url: str, body: bytes = b"[]", **headers: str) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as response:
        return response.status


async def note_of(database: str, row_id: int) -> Any:
    async with Store(database) as store, store.engine.connect() as connection:
        table = store.tables["appointments"]
        query = sa.select(table.c.note).where(table.c.aptnum == row_id)
        return (await connection.execute(query)).scalar_one()


async def test_a_change_at_the_office_is_in_the_mirror(bench: Bench, database: str) -> None:
    assert (await odapi(bench, "mirror", "appointments", "--quiet")).code == 0
    async with started(bench, "events", "serve", "--port", "0") as process:
        url = await url_of(process)
        done = await ensured(bench, url, "appointments", "Patient")
        assert (done.code, done.err) == (0, "")
        assert [line.split(" (")[0] for line in done.out.splitlines()] == [
            f"default: {table} created" for table in TABLES
        ]
        bench.box.change_row(KEY, "appointments", 3, {"Note": "Ring first."})
        await bench.box.poll_events(KEY)
        for _ in range(2_000):
            if await note_of(database, 3) == "Ring first.":
                break
            await asyncio.sleep(0.005)
        assert await note_of(database, 3) == "Ring first."
        assert await status_of(url, Authorization="a-stranger") == 401
        assert await status_of(url) == 401
        assert await status_of(f"{url}/other", b"[]", **HEADERS) == 404
        process.terminate()
        finished = await ended(process)
    assert (finished.code, finished.out.count("\n")) == (0, 2)
    assert "default: the first event was received\n" in finished.out
    assert "a request without a known customer key was refused; further ones are counted\n" in finished.out
    assert finished.err.startswith("ended: ")
    assert finished.err.endswith("2 without a known key\n")
    assert KEY not in finished.out + finished.err


async def half_sent(url: str, body: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Begin a POST; its last byte is missing."""
    host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = [f"POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}"]
    head += [f"{name}: {value}" for name, value in HEADERS.items()]
    writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body[:-1])
    await writer.drain()
    return reader, writer


async def until_refused(url: str) -> None:
    """Wait until a server takes no further connections.

    It looks seldom: asyncio forgets a connection that it accepts at the moment when a server stops to listen.
    """
    for _ in range(50):
        await asyncio.sleep(0.1)
        try:
            await asyncio.wait_for(status_of(url), 1)
        except (aiohttp.ClientConnectionError, TimeoutError):
            return
    raise TimeoutError(url)


async def test_what_is_being_received_is_stored_before_it_ends(bench: Bench, database: str) -> None:
    body = b'[{"AptNum": 3, "Note": "Quinzelburg"}]'
    words = ("events", "serve", "--port", "0", "--path", "/in", "--store-only")
    async with started(bench, *words, OPENDENTAL_DEVELOPER_KEY="") as process:
        url = await url_of(process)
        reader, writer = await half_sent(url, body)
        await status_of(url)  # the server has seen what was sent before
        process.send_signal(signal.SIGINT)
        await until_refused(url)
        writer.write(body[-1:])
        assert (await asyncio.wait_for(reader.readline(), WAIT)).startswith(b"HTTP/1.1 200 ")
        writer.close()
        await writer.wait_closed()
        finished = await ended(process)
    assert finished.code == 130
    assert "1 event, 1 row (1 new)" in finished.err
    assert "Quinzelburg" not in finished.out + finished.err
    found = await odapi(bench, "events", "status", "--json")
    assert json.loads(found.out)["practices"][0]["waiting"] == 1


async def test_json_has_a_line_for_each_post(bench: Bench, database: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN)
    port = free_port()
    words = ("--port", str(port), "--json", "--store-only", "--token-file", "token")
    async with started(bench, "events", "serve", *words) as process:
        url = f"http://127.0.0.1:{port}/od"
        for _ in range(2_000):
            try:
                assert await status_of(f"{url}?token={TOKEN}", b'[{"AptNum": 3}]', **HEADERS) == 200
                break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.01)
        assert await status_of(url, b'[{"AptNum": 4}]', **HEADERS) == 401
        assert await status_of(f"{url}?token={TOKEN}", b"[", **HEADERS) == 400
        process.terminate()
        finished = await ended(process)
    assert finished.code == 0
    assert finished.err == "odapi: default: an event was refused with 400 Bad Request\n"
    lines = [json.loads(line) for line in finished.out.splitlines()]
    assert [{**line, "at": ""} for line in lines] == [
        {"at": "", "practice": DEFAULT, "kind": "Appointment", "rows": 1, "new": 1, "status": 200},
        {"at": "", "practice": None, "kind": "", "rows": 0, "new": 0, "status": 401},
        {"at": "", "practice": DEFAULT, "kind": "", "rows": 0, "new": 0, "status": 400},
    ]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def job(database: str) -> MirrorJob:
    config = Config(store=database, practices={"harbour": PracticeConfig()})
    return MirrorJob(config=config, developer_key="", customer_keys={"harbour": KEY})


async def test_a_port_that_is_taken_is_said(database: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        options = ServeOptions(job=job(database), port=taken.getsockname()[1], store_only=True)
        with pytest.raises(CommandFailed, match=r"in use; choose another --host or --port"):
            await serve(options)


async def test_a_host_that_others_reach_needs_tls(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    serving_all = asyncio.create_task(
        serve(ServeOptions(job=job(database), host="0.0.0.0", port=0, store_only=True))
    )
    seen = ""

    def is_said() -> bool:
        nonlocal seen
        seen += capsys.readouterr().err
        return "TLS" in seen

    await until(is_said)
    serving_all.cancel()
    await asyncio.gather(serving_all, return_exceptions=True)
    assert "others can reach 0.0.0.0, and each request has a customer key" in seen


async def test_subscriptions_are_ensured_checked_and_removed(bench: Bench, database: str) -> None:
    url = "http://127.0.0.1:9/od"
    assert (await odapi(bench, "events", "check", url)).code == 1
    assert (await ensured(bench, url, "Appointment", "--polling", "1m", ODAPI_EVENTS_TOKEN=TOKEN)).code == 0
    (row,) = bench.box.rows(KEY, "subscriptions")
    assert (row["EndPointUrl"], row["PollingSeconds"]) == (f"{url}?token={TOKEN}&table=Appointment", 60)
    again = await ensured(bench, url, "Appointment", "--polling", "1m", "--json", ODAPI_EVENTS_TOKEN=TOKEN)
    assert json.loads(again.out)["action"] == "unchanged"
    alive = await odapi(bench, "events", "check")
    assert (alive.code, alive.out) == (0, f"default: Appointment alive, {url}\n")
    bench.box.change_row(KEY, "subscriptions", 1, {"DateTimeStop": "2001-01-01 00:00:00"})
    expired = await odapi(bench, "events", "check", "--json")
    found = json.loads(expired.out)
    assert (expired.code, found["state"], found["since"]) == (1, "expired", "2001-01-01T00:00:00")
    refused = await odapi(bench, "events", "remove", url, ODAPI_EVENTS_TOKEN=TOKEN)
    assert (refused.code, len(bench.box.rows(KEY, "subscriptions"))) == (2, 1)
    assert "nothing was removed (1 subscription): nobody can confirm it here; add --yes" in refused.err
    other = await odapi(bench, "events", "remove", url, "--yes")
    assert (other.code, other.out) == (
        0,
        "there was no subscription of this URL with this token; --any-token removes those with another one\n",
    )
    removed = await odapi(bench, "events", "remove", url, "--yes", ODAPI_EVENTS_TOKEN=TOKEN)
    assert (removed.code, removed.out) == (0, "default: Appointment deleted (subscription 1)\n")
    assert bench.box.rows(KEY, "subscriptions") == []
    shown = [again, alive, expired, refused, other, removed]
    assert not [each for each in shown if TOKEN in each.out + each.err or KEY in each.out + each.err]


async def test_the_subscription_of_a_former_token_is_removed(bench: Bench, database: str) -> None:
    url = "http://127.0.0.1:9/od"
    for each in (url, "http://127.0.0.1:9/other"):
        done = await ensured(bench, each, "Appointment", "--polling", "1m", ODAPI_EVENTS_TOKEN=TOKEN)
        assert done.code == 0
    refused = await odapi(bench, "events", "remove", url, "--any-token")
    assert refused.code == 2
    assert "nothing was removed (1 subscription)" in refused.err
    removed = await odapi(bench, "events", "remove", url, "--any-token", "--yes")
    assert (removed.code, removed.out) == (0, "default: Appointment deleted (subscription 1)\n")
    none = await odapi(bench, "events", "remove", url, "--any-token", "--yes")
    assert none.out == "there was no subscription of this URL\n"
    assert len(bench.box.rows(KEY, "subscriptions")) == 1


async def test_a_practice_that_fails_stops_no_other_one(bench: Bench, database: str, tmp_path: Path) -> None:
    (tmp_path / "practices.toml").write_text(
        f"""
        [defaults]
        mode = "local"
        base_url = "{bench.box.url}"
        [practices.harbour]
        key_env = "HARBOUR_KEY"
        [practices.smile]
        key_env = "SMILE_KEY"
        """
    )
    words = ("events", "check", "--config", "practices.toml")
    keys = {"HARBOUR_KEY": KEY, "SMILE_KEY": "another"}
    found = await odapi(bench, *words, **keys)
    assert (found.code, found.out) == (
        1,
        "harbour: there is no subscription; make one with: odapi events ensure\n",
    )
    assert found.err.startswith("odapi: smile: GET /")
    as_json = await odapi(bench, *words, "--json", **keys)
    assert {json.loads(line)["practice"] for line in as_json.out.splitlines()} == {"harbour", "smile"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("ensure", "http://x/od", "--workstation", "S"), "name a table"),
        (("ensure", "http://x/od", "recalls", "--workstation", "S"), "offices post nothing of recalls"),
        (("ensure", "http://x/od?token=abc", "patients", "--workstation", "S"), "contains a token"),
        (("ensure", "/od", "patients", "--workstation", "S"), "must be absolute"),
        (("ensure", "http://x/od", "patients", "--workstation", " "), "must be the name of one machine"),
        (("serve", "--path", "od"), "--path has to begin with /"),
        (("serve", "--config", "practices.toml", "--mode", "local"), "--mode cannot be used with --config"),
        (("replay", "--since", "noon"), "--since needs a duration"),
    ],
)
async def test_arguments_that_cannot_work_are_refused(
    bench: Bench, database: str, words: tuple[str, ...], message: str
) -> None:
    found = await odapi(bench, "events", *words)
    assert (found.code, found.out) == (2, "")
    assert message in found.err
    assert bench.arrivals == []


@pytest.mark.parametrize(
    "words", [("status",), ("retry",), ("replay", "--since", "2h"), ("set-aside",), ("discard", "--all")]
)
async def test_a_database_without_an_inbox_is_not_made_into_one(
    bench: Bench, database: str, tmp_path: Path, words: tuple[str, ...]
) -> None:
    found = await odapi(bench, "events", *words)
    assert (found.code, found.err) == (
        1,
        "odapi: practices.db does not exist; create one with: odapi events serve\n",
    )
    assert names_in(tmp_path) == []
    async with Store(database) as store:
        await store.open(["patients"])
    found = await odapi(bench, "events", *words)
    assert (found.code, found.err) == (
        1,
        "odapi: the database has no inbox; create one with: odapi events serve\n",
    )


def names_in(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


async def fill(database: str) -> None:
    """Store three events: one is done, one is set aside, and one waits."""
    async with Store(database) as store:
        inbox = Inbox(store, max_tries=1)
        for row, kind in enumerate(("Appointment", "Patient", "Appointment"), 1):
            body = json.dumps([{"AptNum": row, "PatNum": row}]).encode()
            await inbox.store(read_delivery("harbour", {"event-type": f"WatchTable: {kind}"}, "", body))
        unread = inbox.unread(follow=False)
        async with await anext(unread):
            pass
        async with await anext(unread):
            raise RuntimeError
        await unread.aclose()


async def test_events_wait_are_replayed_and_tried_again(bench: Bench, database: str) -> None:
    await fill(database)

    async def counts() -> tuple[int, int, int]:
        found = await odapi(bench, "events", "status", "--json")
        (harbour,) = json.loads(found.out)["practices"]
        return found.code, harbour["waiting"], harbour["set_aside"]

    assert await counts() == (1, 1, 1)
    since = ("events", "replay", "--since", "1h")
    assert (await odapi(bench, *since, "--table", "patients")).out == "0 events will be handed out again\n"
    assert (await odapi(bench, *since, "--practice", "smile")).out == "0 events will be handed out again\n"
    assert (await odapi(bench, *since, "--table", "appointments")).out == (
        "1 event will be handed out again\n"
    )
    assert await counts() == (1, 2, 1)
    assert (await odapi(bench, "events", "retry")).out == "1 event will be handed out again\n"
    assert await counts() == (0, 3, 0)
    text = await odapi(bench, "events", "status", "--max-age", "1h")
    assert (text.code, text.out.splitlines()[1].split()[:3]) == (0, ["harbour", "3", "0"])


async def test_events_that_were_set_aside_are_shown_tried_again_and_removed(
    bench: Bench, database: str
) -> None:
    await fill(database)
    shown = await odapi(bench, "events", "set-aside")
    assert (shown.code, [line.split()[:3] for line in shown.out.splitlines()]) == (
        0,
        [["id", "practice", "kind"], ["2", "harbour", "Patient"]],
    )
    assert shown.out.splitlines()[1].split()[-3:] == ["1", "RuntimeError", "-"]
    # it has a field of another table, so nobody knows whose id its number is
    line = json.loads((await odapi(bench, "events", "set-aside", "--json")).out)
    assert (line["event_id"], line["row_ids"], line["error"]) == (2, [None], "RuntimeError")
    none = await odapi(bench, "events", "set-aside", "--table", "appointments")
    assert none.out == "no event was set aside\n"
    assert (await odapi(bench, "events", "retry", "--id", "3")).out.startswith("0 events ")
    assert (await odapi(bench, "events", "retry", "--practice", "smile")).out.startswith("0 events ")
    refused = await odapi(bench, "events", "discard")
    assert refused.code == 2
    assert "name the events with --id" in refused.err
    assert (await odapi(bench, "events", "discard", "--table", "patients")).out == "1 event removed\n"
    assert (await odapi(bench, "events", "discard", "--all")).out == "0 events removed\n"


async def test_a_url_that_strangers_can_read_is_made_with_a_warning(bench: Bench, database: str) -> None:
    found = await ensured(bench, "http://od.example.com/od", "Appointment", ODAPI_EVENTS_TOKEN=TOKEN)
    assert found.code == 0
    assert found.err.startswith("odapi: http://od.example.com/od is not encrypted: whoever is on the way")
    assert TOKEN not in found.err
    assert (await ensured(bench, "https://od.example.com/od", "Appointment")).err == ""


async def test_a_practice_of_which_nothing_is_kept_is_told(bench: Bench, database: str) -> None:
    await fill(database)
    words = {"replay": ("--since", "1h"), "retry": (), "discard": ()}
    for command, more in words.items():
        found = await odapi(bench, "events", command, *more, "--practice", "harbor")
        assert (found.code, found.err) == (
            0,
            "odapi: nothing is kept of a practice harbor; there are events of: harbour\n",
        )
    found = await odapi(bench, "events", "retry", "--practice", "harbour", "--id", "99")
    assert (found.out, found.err) == ("0 events will be handed out again\n", "")


async def test_a_subscription_keeps_its_seconds_if_none_are_given(bench: Bench, database: str) -> None:
    url = "https://od.example.com/od"
    await ensured(bench, url, "Appointment", "--polling", "1m")
    again = await ensured(bench, url, "Appointment", "Patient", "--json")
    assert [json.loads(each)["action"] for each in again.out.splitlines()] == ["unchanged", "created"]
    seconds = [each["PollingSeconds"] for each in bench.box.rows(KEY, "subscriptions")]
    assert seconds == [60, 30]
