"""Finds definitions by name: their ids differ between practices, their names usually do not."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from odapi_async.client import Practice
from odapi_async.errors import InvalidRequest
from odapi_async.resources.definitions import Definition


class DefinitionNames:
    """Finds the DefNum of a definition by its category and its name. Caches the categories.

    A category is fetched at its first lookup, with all its pages; lookups that come meanwhile share that
    fetch. Changes at the office are seen only after `forget()`. Make one for each practice.

    Args:
        practice: the practice. Its options (priority, max_wait and so on) apply to the requests.
    """

    __slots__ = ("_fetches", "_practice")

    def __init__(self, practice: Practice) -> None:
        # a server that is too old for the filter by category name ignores it, so it may always be sent
        self._practice = practice.with_options(check=False)
        self._fetches: dict[int | str, _SharedFetch] = {}

    async def number(self, category: int | str, name: str) -> int:
        """Return the DefNum of a definition that is not hidden.

        Args:
            category: the number of the category or its name, in any case. By number, only that category is
                fetched; by name, servers older than 26.2.1 send all definitions of the practice.
            name: its ItemName. Case matters only if two names differ in nothing else.

        Raises:
            InvalidRequest: no definition has that name, or several have it. The error lists the names.
            OpenDentalError: the category could not be fetched. The next lookup fetches it again.
        """
        items = await self._fetch(category).result()
        found = [item.DefNum for item in items if item.ItemName == name] or [
            item.DefNum for item in items if item.ItemName.casefold() == name.casefold()
        ]
        if not items:
            self._fetches.pop(_key(category), None)  # it may be misspelled, or come later
        if len(found) == 1:
            return found[0]
        if found:
            numbers = ", ".join(map(str, found))
            raise InvalidRequest("ItemName", f"matches several definitions of category {category}: {numbers}")
        names = ", ".join(item.ItemName for item in items) or "nothing"
        raise InvalidRequest("ItemName", f"is not in category {category}, which has {names}")

    def forget(self) -> None:
        """Fetch every category again at its next lookup."""
        self._fetches.clear()

    def _fetch(self, category: int | str) -> _SharedFetch:
        fetch = self._fetches.get(_key(category))
        if fetch is None or fetch.failed:
            fetch = self._fetches[_key(category)] = _SharedFetch(self._fetch_items(category))
        return fetch

    async def _fetch_items(self, category: int | str) -> list[Definition]:
        definitions = self._practice.definitions
        if isinstance(category, str):
            name = category.casefold()
            return [
                row async for row in definitions.list(category=category) if row.category.casefold() == name
            ]
        return await definitions.list(Category=category)


def _key(category: int | str) -> int | str:
    return category.casefold() if isinstance(category, str) else category


class _SharedFetch:
    """One fetch that several callers await. It is cancelled if all of them are cancelled."""

    __slots__ = ("_callers", "_task")

    def __init__(self, fetch: Coroutine[Any, Any, list[Definition]]) -> None:
        self._task = asyncio.create_task(fetch)
        self._task.add_done_callback(_retrieve_exception)
        self._callers = 0

    @property
    def failed(self) -> bool:
        """Whether it has ended, or is about to end, without rows."""
        task = self._task
        return task.cancelling() > 0 or (task.done() and (task.cancelled() or task.exception() is not None))

    async def result(self) -> list[Definition]:
        self._callers += 1
        try:
            await asyncio.wait([self._task])  # if the caller is cancelled here, the task goes on
            return self._task.result()
        finally:
            self._callers -= 1
            if not self._callers:
                self._task.cancel()


def _retrieve_exception(task: asyncio.Task[list[Definition]]) -> None:
    """Keep asyncio from reporting an error that came just after the last caller was cancelled."""
    if not task.cancelled():
        task.exception()
