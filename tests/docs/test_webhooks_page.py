"""The programs of docs/webhooks.md, with events that offices post to them."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from types import SimpleNamespace
from typing import Any, Final

import httpx
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from odapi_async.events import WATCHED, Inbox, Receiver, read_delivery
from odapi_async.events.backoff import pause
from odapi_async.mirror import Store
from odapi_async.sandbox import Sandbox
from tests.docs.pages import Block, blocks, pages
from tests.docs.running import run_body

PAGE: Final = "docs/webhooks.md"
BLOCKS: Final = [each for each in blocks("python") if each.page == PAGE and not each.is_script]
BODY: Final = b'[{"AptNum": 18, "PatNum": 17, "DateTStamp": "2021-05-03 08:30:12"}]'
HEADERS: Final = {"authorization": "customer-key", "event-type": "WatchTable: Appointment"}


def block_with(text: str) -> Block:
    """Return the one block that has a text."""
    (found,) = (each for each in BLOCKS if text in each.text)
    return found


@pytest.fixture(autouse=True)
def office(office_server: Sandbox) -> Sandbox:
    """The practices of the page, and a folder of the test as the current one."""
    return office_server


@pytest.fixture
def inbox_with_an_event() -> None:
    """An inbox in events.db, as an office has filled it."""

    async def fill() -> None:
        async with Store("events.db") as store:
            assert await Inbox(store).store(read_delivery("harbour", HEADERS, "", BODY)) == 1

    asyncio.run(fill())


async def waiting() -> int:
    async with Store("events.db") as store:
        return (await Inbox(store).status()).waiting


def test_the_app_with_fastapi_receives_and_handles(capsys: pytest.CaptureFixture[str]) -> None:
    app: Any = run_body(block_with("FastAPI("))["app"]

    async def use() -> None:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as caller,
        ):
            assert (await caller.post("/od/", content=BODY, headers=HEADERS)).status_code == 200
            assert (await caller.post("/od/", content=BODY)).status_code == 401
            assert (await caller.post("/od", content=BODY, headers=HEADERS)).status_code == 307, "a mount"
            async with asyncio.timeout(10):
                while await waiting():  # noqa: ASYNC110 - it is in the database
                    await asyncio.sleep(0.01)

    asyncio.run(use())
    assert capsys.readouterr().out == "harbour [18]\n"


def test_the_app_with_aiohttp_receives() -> None:
    names = run_body(block_with("web.Application("))
    app: web.Application = names["app"]

    async def use() -> None:
        async with TestClient(TestServer(app)) as caller:
            assert (await caller.post("/od", data=BODY, headers=HEADERS)).status == 200
            assert (await caller.post("/od", data=BODY)).status == 401
        assert await waiting() == 1
        await names["receiver"]._inbox._store.aclose()

    asyncio.run(use())


def test_the_view_of_django_needs_no_csrf_token() -> None:
    (pattern,) = run_body(block_with("urlpatterns"))["urlpatterns"]
    assert str(pattern.pattern) == "od"
    assert pattern.callback.csrf_exempt is True


def test_the_office_hears_of_the_url_and_forgets_it(
    office: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(office.rows("customer-key", "subscriptions"))
    run_body(block_with("await ensure("))
    told = capsys.readouterr().out.splitlines()
    kinds = ("Appointment", "AppointmentDeleted", "Patient", "PatientSelected")
    assert [line.split() for line in told[:4]] == [[kind, "created"] for kind in kinds]
    assert {line.split()[1] for line in told[4:8]} == {"alive"}
    assert [line.split() for line in told[8:]] == [[kind, "deleted"] for kind in kinds]
    assert "a-long-random-text" not in "".join(told)
    assert len(office.rows("customer-key", "subscriptions")) == before


@pytest.mark.usefixtures("inbox_with_an_event")
def test_the_work_and_the_end_of_an_event_are_one_transaction() -> None:
    names = run_body(block_with("unread.transaction()"))

    async def read() -> list[Any]:
        async with Store("events.db") as store, store.engine.connect() as connection:
            return list((await connection.execute(sa.select(names["calls"]))).all())

    assert asyncio.run(read()) == [("harbour", 18)]
    assert asyncio.run(waiting()) == 0


def test_the_follower_writes_events_into_the_mirror() -> None:
    async def read(note: str | None = None) -> int:
        async with Store("practices.db") as store:
            if note is not None:
                body = f'[{{"AptNum": 1, "Note": "{note}", "DateTStamp": "2099-01-01 00:00:00"}}]'.encode()
                await Inbox(store).store(read_delivery("harbour", HEADERS, "", body))
            table = store.tables["appointments"]
            query = sa.select(sa.func.count()).where(table.c.note == "Ring first.")
            async with store.engine.connect() as connection:
                return int(await connection.scalar(query) or 0)

    run_body(block_with("Follower("))
    assert asyncio.run(read(note="Ring first.")) == 0
    run_body(block_with("Follower("))
    assert asyncio.run(read()) == 1


@pytest.mark.usefixtures("inbox_with_an_event")
def test_the_inbox_is_looked_at_and_emptied(capsys: pytest.CaptureFixture[str]) -> None:
    names = run_body(block_with("inbox.status()"))
    assert capsys.readouterr().out.startswith("harbour 1 0 ")
    assert (names["again"], names["retried"], names["removed"]) == (0, 0, 1)


def test_a_receiver_takes_all_of_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODAPI_EVENTS_TOKEN", "a-long-random-text-of-yours")
    receiver: Any = run_body(block_with("on_received=count"))["receiver"]

    async def use() -> list[int]:
        async def body() -> Any:
            yield BODY

        replies = [
            await receiver.receive(HEADERS, body(), query=each)
            for each in ("", "token=a-long-random-text-of-yours")
        ]
        await receiver._inbox._store.aclose()
        return [each.status for each in replies]

    assert asyncio.run(use()) == [401, 200]


def test_a_handler_that_logs_keeps_the_event(caplog: pytest.LogCaptureFixture) -> None:
    handle_one = run_body(block_with("LOG.exception("))["handle_one"]
    with pytest.raises(AttributeError):
        asyncio.run(handle_one(SimpleNamespace(event_id=17, tries=2)))
    assert "event 17, try 2" in caplog.text


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_block_imports_the_modules_that_it_uses(block: Block) -> None:
    tree = ast.parse(block.text)
    imported = {each.asname or each.name for node in ast.walk(tree) for each in getattr(node, "names", ())}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert used & {"asyncio", "date", "datetime"} <= imported


def test_every_block_has_a_test_here() -> None:
    assert len(BLOCKS) == 9


def test_the_table_names_all_tables_that_an_office_tells_of() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| [^|]+ \| (?:`(\w+)`|none) \|", pages()[PAGE], re.MULTILINE)
    told = {(table, kind) for table, changed, deleted in rows for kind in (changed, deleted) if kind}
    assert told == {(watched.table, kind) for kind, watched in WATCHED.items()}


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    options = inspect.signature(Inbox).parameters
    assert (options["keep_days"].default, options["max_tries"].default) == (7, 10)
    assert (options["lease"].default, options["poll_interval"].default) == (300, 1)
    limits = inspect.signature(Receiver).parameters
    assert (limits["max_body"].default, limits["timeout"].default) == (16 << 20, 20)
    assert [pause(tries) for tries in (1, 2, 3, 9)] == [1, 3, 9, 3_600]
