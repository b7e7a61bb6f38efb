"""A made-up practice to try the SDK with."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any, Final, cast

from odapi_async import Mode, OpenDental, Practice, Tier
from odapi_async.sandbox import PERMISSIONS, Office, OfficeMode, Sandbox
from odapi_async.testing.transport import SandboxTransport

_KEY: Final = "demo-practice"
_URL: Final = "https://sandbox.invalid/api/v1"  # nothing is sent there, nor could be: no host has such a name
_ROWS: Final = {"patients": 250, "appointments": 250}  # more than one page in remote mode
_PERMISSIONS: Final = frozenset(PERMISSIONS) - {"Enterprise"}


class Demo:
    """A made-up practice, for `async with` or for `await`. Made by `demo`.

    Args:
        od: the client of the sandbox.
        practice: its practice.
    """

    def __init__(self, od: OpenDental, practice: Practice) -> None:
        self._od = od
        self._practice = practice

    async def __aenter__(self) -> Practice:
        return self._practice

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._od.aclose()

    def __await__(self) -> Generator[Any, None, Practice]:
        """Return the practice. It stays open, and has nothing that must be closed."""
        return self.__aenter__().__await__()


def demo(*, rows: Mapping[str, int] | None = None, seed: int = 1, mode: Mode = Mode.LOCAL) -> Demo:
    """Return a made-up practice to try the SDK with: no keys, no network, no server.

    `async with demo() as practice:` closes it at the end. In a notebook, `practice = await demo()` keeps it
    open from cell to cell. The practice is an office of a sandbox in this process. It has all permissions
    but Enterprise, and keeps what you write until the end. No row refers to a real person.

    Args:
        rows: numbers of rows by resource, such as `{"recalls": 40}`. Without one, there are 250 patients and
            250 appointments, and a dozen of most others.
        seed: the same number makes the same rows. Their dates lie around today.
        mode: the way to the office. The default has no throttle; `Mode.REMOTE` has that of the API: one
            request a second.

    Raises:
        ValueError: an argument is wrong; the text names it.
    """
    office = Office(
        customer_key=_KEY,
        permissions=_PERMISSIONS,
        mode=cast("OfficeMode", str(mode)),
        rows={} if rows is None else rows,
        seed=seed,
    )
    sandbox = Sandbox([replace(office, rows={**_ROWS, **office.rows})])
    od = OpenDental(sandbox.developer_key, transport=SandboxTransport(sandbox))
    return Demo(od, od.practice(_KEY, mode=Mode(office.mode), tier=Tier.STANDARD, base_url=_URL, name="demo"))
