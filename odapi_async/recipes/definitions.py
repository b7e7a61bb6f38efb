"""Definitions by name: their numbers differ from office to office, their names mostly do not."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from odapi_async.client import Practice
from odapi_async.errors import InvalidRequest
from odapi_async.resources.definitions import Definition


class DefinitionNames:
    """Finds the DefNum of a definition by its category and its name, and keeps what it has read.

    A category is read at the first question about it, once for all who ask meanwhile, with all its pages.
    What the office changes later shows after `forget()` only. Make one for each practice.

    Args:
        office: the practice; its manner (priority, max_wait and so on) is that of the reads.
    """

    __slots__ = ("_office", "_readings")

    def __init__(self, office: Practice) -> None:
        # an older server than the filter by category name ignores it, so that it may always be sent
        self._office = office.with_options(check=False)
        self._readings: dict[int | str, _Reading] = {}

    async def number(self, category: int | str, name: str) -> int:
        """Return the DefNum of a definition that is not hidden.

        Args:
            category: the number of the category or its name, in any case. To read one by its number is one
                request everywhere; by name, servers older than 26.2.1 send all definitions of the office.
            name: its ItemName; the case counts only where two differ by nothing else.

        Raises:
            InvalidRequest: there is none of that name, or more than one. The error names what there is.
            OpenDentalError: the category could not be read; the next question reads it anew.
        """
        items = await self._reading(category).result()
        found = [item.DefNum for item in items if item.ItemName == name] or [
            item.DefNum for item in items if item.ItemName.casefold() == name.casefold()
        ]
        if len(found) == 1:
            return found[0]
        if found:
            numbers = ", ".join(map(str, found))
            raise InvalidRequest("ItemName", f"names several definitions of category {category}: {numbers}")
        there_is = ", ".join(item.ItemName for item in items) or "nothing"
        raise InvalidRequest("ItemName", f"is not in category {category}; there is {there_is}")

    def forget(self) -> None:
        """Read every category anew when it is asked about the next time."""
        self._readings.clear()

    def _reading(self, category: int | str) -> _Reading:
        key = category.casefold() if isinstance(category, str) else category
        reading = self._readings.get(key)
        if reading is None or reading.lost:
            reading = self._readings[key] = _Reading(self._read(category))
        return reading

    async def _read(self, category: int | str) -> list[Definition]:
        definitions = self._office.definitions
        if isinstance(category, str):
            wanted = category.casefold()
            return [
                row async for row in definitions.list(category=category) if row.category.casefold() == wanted
            ]
        return await definitions.list(Category=category)


class _Reading:
    """One read of a category: goes on until it ends or nobody waits for it any more."""

    __slots__ = ("_task", "_waiting")

    def __init__(self, read: Coroutine[Any, Any, list[Definition]]) -> None:
        self._task = asyncio.create_task(read)
        self._task.add_done_callback(_note)
        self._waiting = 0

    @property
    def lost(self) -> bool:
        """Whether it ended, or is about to end, without rows."""
        task = self._task
        return task.cancelling() > 0 or (task.done() and (task.cancelled() or task.exception() is not None))

    async def result(self) -> list[Definition]:
        self._waiting += 1
        try:
            await asyncio.wait([self._task])  # which, unlike the task itself, a caller may leave alone
            return self._task.result()
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._task.cancel()


def _note(task: asyncio.Task[list[Definition]]) -> None:
    """Take note of an error that comes when the last caller has just left, lest asyncio report it as lost."""
    if not task.cancelled():
        task.exception()
