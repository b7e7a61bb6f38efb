"""The watch page in a real Chromium: what a person sees, clicks and reads."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
import sqlalchemy as sa

from odapi_async.mirror import Store
from odapi_async.mirror.database.schema import STATE
from odapi_async.watch.server import WatchServer
from odapi_async.watch.source import open_source
from tests.integration.watch.conftest import QUICK, TOKEN
from tests.support.browser import MISSING, Browser, Page, chromium, program
from tests.support.made_up_fleet import make_mirror

pytestmark = [
    pytest.mark.skipif(program() is None, reason=MISSING),
    # one Chromium for all of them: they share its event loop
    pytest.mark.asyncio(loop_scope="module"),
]
EVIL = "<script>alert(1)</script>"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncGenerator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with Store(f"sqlite:///{tmp_path / 'practices.db'}") as store:
        await make_mirror(store, 3)
        yield store


@pytest_asyncio.fixture(loop_scope="module")
async def server(store: Store) -> AsyncGenerator[WatchServer]:
    async with WatchServer(await open_source(store), TOKEN, pause=QUICK) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, server: WatchServer) -> AsyncGenerator[Page]:
    """A tab that has opened the page with its token. At the end, its console has no error."""
    async with browser.page() as page:
        await page.open(server.url)
        await page.until("document.getElementById('summary') && document.title.includes(' - ')")
        yield page
        assert page.errors == []


async def fail(store: Store, practice: str, error: str = "OfficeOffline: no response") -> None:
    values = {"failing_since": store.clock(), "error": error}
    async with store.engine.begin() as connection:
        await connection.execute(sa.update(STATE).where(STATE.c.practice == practice).values(values))


async def test_the_address_with_the_token_opens_the_page_and_the_token_is_gone(
    page: Page, server: WatchServer
) -> None:
    assert await page.evaluate("location.href") == server.address
    assert await page.evaluate("document.cookie") == ""
    assert await page.text("#summary") == "Mirror: 3 practices, 3 current"
    assert await page.text("#problems p") == "Nothing."
    # times are those of the browser's zone, without the name of a zone
    assert await page.evaluate("!document.querySelector('time').textContent.includes('UTC')")
    history = await page.send("Page.getNavigationHistory")
    assert [each["url"] for each in history["entries"]] == ["about:blank", server.address]


async def test_a_change_is_shown_without_loading_the_page_again(page: Page, store: Store) -> None:
    await page.evaluate("window.still = 'here'")
    await fail(store, "harbour")
    await page.until("document.querySelector('#problems li') !== null")
    assert "offline since" in await page.text("#problems li")
    assert await page.text("#c0 b") == "!"
    assert await page.evaluate("window.still") == "here"
    assert (await page.evaluate("document.title")).startswith("1 failing")


async def test_a_click_shows_the_details_and_back_closes_them(page: Page, store: Store) -> None:
    assert not await page.evaluate("document.getElementById('details').checkVisibility()")
    await page.evaluate("window.still = 'here'")
    await page.click("#c1")
    await page.until("document.querySelector('#details h2')?.textContent === 'main-street'")
    assert "patients" in await page.text("#details table")
    assert (await page.evaluate("location.search")) == "?practice=main-street"
    assert await page.evaluate("document.activeElement.textContent") == "main-street"
    await fail(store, "main-street")
    await page.until("document.getElementById('details').innerText.includes('no response')")
    await page.click("#details .close")
    await page.until("!document.getElementById('details').checkVisibility()")
    await page.evaluate("history.back()")
    await page.until("document.getElementById('details').checkVisibility()")
    assert await page.evaluate("window.still") == "here"


async def test_the_keyboard_alone_reaches_a_practice_and_keeps_its_place(page: Page, store: Store) -> None:
    await page.evaluate("document.querySelector('.skip').focus()")
    await page.press("Tab")
    assert await page.evaluate("document.activeElement.id") == "c0"
    await fail(store, "harbour")
    await page.until("document.querySelector('#c0 b').textContent === '!'")
    assert await page.evaluate("document.activeElement.id") == "c0"
    await page.press("Enter", "\r")
    await page.until("document.querySelector('#details h2')?.textContent === 'harbour'")


async def test_names_of_practices_are_text(page: Page, store: Store) -> None:
    await store.begin(EVIL, ["patients"])
    await page.until("document.querySelector('#grid a').textContent.includes('script')")
    await fail(store, EVIL, f"{EVIL}: {EVIL}")
    await page.until("document.querySelector('#problems li') !== null")
    await page.click("#problems li a")
    await page.until("document.querySelector('#details h2') !== null")
    assert await page.text("#details h2") == EVIL
    assert await page.evaluate("document.querySelectorAll('script').length") == 1


async def test_without_scripts_everything_can_be_read_and_clicked(
    browser: Browser, server: WatchServer
) -> None:
    async with browser.page(script=False) as page:
        await page.open(server.url)
        await page.until("document.getElementById('summary') !== null")
        assert " UTC" in await page.text("#as-of")
        await page.click("#c1")
        await page.until("document.querySelector('#details h2')?.textContent === 'main-street'")
        await page.click("#details .close")
        await page.until("document.querySelector('#details h2') === null")
        assert page.errors == []


async def test_a_lost_connection_is_said_and_ends_by_itself(
    page: Page, server: WatchServer, store: Store
) -> None:
    port = int(server.address.rpartition(":")[2].strip("/"))
    await page.evaluate("window.still = 'here'")
    await server.close()
    await page.until("document.getElementById('connection').textContent.startsWith('No news since')")
    page.errors.clear()  # the refused connections
    async with WatchServer(await open_source(store), TOKEN, port=port, pause=QUICK):
        await store.begin("a-new-one", ["patients"])
        await page.until("!connection.textContent && document.getElementById('c3') !== null")
        assert await page.evaluate("window.still") == "here"
    page.errors.clear()


async def test_with_the_wrong_token_the_page_says_what_to_do(browser: Browser, server: WatchServer) -> None:
    async with browser.page() as page:
        await page.open(server.address)
        assert "Open the address that odapi watch printed" in await page.text("body")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_a_narrow_window_needs_no_scrolling_to_the_side(
    browser: Browser, store: Store, dark: bool
) -> None:
    await make_mirror(store, 90)
    await store.begin("a-practice-with-a-name-that-is-much-longer-than-a-phone-is-wide" * 2, ["patients"])
    await fail(store, "harbour", "SomeLongErrorWithoutSpaces" * 9)
    async with WatchServer(await open_source(store), TOKEN) as server, browser.page() as page:
        await page.show_as(width=400, dark=dark)
        await page.open(server.url)
        await page.until("document.getElementById('summary') !== null")
        await page.click("#problems li a")
        await page.until("document.querySelector('#details h2') !== null")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 400
        colors = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert colors == ("rgb(20, 24, 29)" if dark else "rgb(255, 255, 255)")
        assert await page.evaluate("document.getElementById('c5').getBoundingClientRect().width") >= 24
        assert page.errors == []


async def test_a_square_is_read_out_as_its_practice_and_state(browser: Browser, store: Store) -> None:
    await make_mirror(store, 90)
    async with WatchServer(await open_source(store), TOKEN) as server, browser.page() as page:
        await page.open(server.url)
        await page.until("document.getElementById('c5') !== null")
        await page.send("DOM.enable")
        root = (await page.send("DOM.getDocument"))["root"]["nodeId"]
        node = (await page.send("DOM.querySelector", nodeId=root, selector="#c0"))["nodeId"]
        tree = await page.send("Accessibility.getPartialAXTree", nodeId=node, fetchRelatives=False)
        (found,) = (each for each in tree["nodes"] if each.get("role", {}).get("value") == "link")
        assert found["name"]["value"] == "harbour: current, under 1 min old (interval 5 min)"


async def test_changes_replace_what_was_there_and_the_page_does_not_grow(page: Page, store: Store) -> None:
    before = await page.evaluate("document.querySelectorAll('*').length")
    for number in range(5):
        await fail(store, "harbour", f"Error{number}: x")
        await page.until(f"document.getElementById('problems').innerText.includes('Error{number}')")
    async with store.engine.begin() as connection:
        await connection.execute(sa.update(STATE).values(failing_since=None, error=""))
    await page.until("document.querySelector('#problems p')?.textContent === 'Nothing.'")
    assert await page.evaluate("document.querySelectorAll('*').length") == before
