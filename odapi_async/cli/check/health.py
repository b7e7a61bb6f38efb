"""What `odapi check` looks at: keys, the way, the permissions, and how long an answer takes.

Nothing here prints, and no item holds a key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from typing import Final

import msgspec

from odapi_async._core.retry import RetryPolicy
from odapi_async.cli.errors import Failed, ending_of
from odapi_async.cli.keys import lookup as keys
from odapi_async.cli.keys.lookup import Found, KeyMissing
from odapi_async.cli.output.cells import printable
from odapi_async.cli.practice_options import Reach, reached
from odapi_async.client import Practice
from odapi_async.errors import (
    BadRequest,
    ConfigurationError,
    NotFound,
    OfficeOffline,
    OpenDentalError,
    ServerError,
    Throttled,
    TransportError,
    Unauthorized,
)
from odapi_async.limits import BASE_URLS, Mode, Tier, interval
from odapi_async.resources.security_perms import SecurityPerm
from odapi_async.telemetry import Event, EventName

_TIMED: Final = 3
"""Requests whose answers are timed, besides the first; they keep the pace like any others."""
_SLOW: Final = 5.0
"""Seconds from which on an answer counts as slow."""
_ONCE: Final = RetryPolicy(
    max_attempts=1, max_throttled=0
)  # a check tells what is, and does not hope for better

_UNREACHED: Final[Mapping[Mode, str]] = {
    Mode.REMOTE: "look whether this machine reaches the internet, and the address if you gave one",
    Mode.LOCAL: "start Open Dental on that workstation and log in; the API has to be enabled there",
    Mode.SERVICE: "start the API Service on that server, and let its firewall pass the port",
}
_TELL: Final[tuple[tuple[type[OpenDentalError], str], ...]] = (
    (OfficeOffline, "the request is fine: ask the office to start its eConnector"),
    (Unauthorized, "look in the developer portal whether both keys are right, enabled, and this office's"),
    (Throttled, "find out which other program uses this customer key; wait, and check again"),
    (ServerError, "the API or the way to the office has a fault: check again later"),
)


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that was looked at.

    Attributes:
        item: what.
        ok: whether it is as it should be.
        found: what was found.
        advice: what to do about it, if it is not.
    """

    item: str
    ok: bool
    found: str
    advice: str = ""


class Health(msgspec.Struct, frozen=True):
    """All that was looked at; what could not be looked at because of a problem before it is not there."""

    ok: bool
    items: list[Item]


async def examine(reach: Reach) -> Health:
    """Look at everything, as far as one gets."""
    items = [Item("mode", ok=True, found=_where(reach)), *_keys(reach)]
    if all(each.ok for each in items):
        items += await _office(reach)
    return Health(all(each.ok for each in items), items)


def unreached(mode: Mode) -> str:
    """Say what to do where nobody answers."""
    return _UNREACHED[mode]


def as_text(health: Health) -> str:
    """Write a line for each item."""
    widest = max(len(each.item) for each in health.items)
    return "\n".join(_line(each, widest) for each in health.items)


def as_json(health: Health) -> str:
    """Write everything as one line of JSON."""
    return msgspec.json.encode(health).decode()


def _line(each: Item, widest: int) -> str:
    advice = f" -> {each.advice}" if each.advice else ""
    return f"{'ok' if each.ok else 'problem':<7}  {each.item:<{widest}}  {printable(each.found)}{advice}"


def _where(reach: Reach) -> str:
    mode = reach.real_mode
    return f"{mode.value}, {'a sandbox' if reach.sandbox else reach.base_url or BASE_URLS[mode]}"


def _keys(reach: Reach) -> list[Item]:
    if reach.sandbox:
        return [Item("keys", ok=True, found="the sandbox's own")]
    return [
        _key("developer key", keys.find_developer),
        _key("customer key", lambda: keys.find_customer(reach.practice)),
    ]


def _key(name: str, find: Callable[[], Found]) -> Item:
    try:
        return Item(name, ok=True, found=f"from {find().source}")
    except KeyMissing as missing:
        found, _, advice = str(missing).partition(": ")
        return Item(name, ok=False, found=found, advice=advice)


async def _office(reach: Reach) -> list[Item]:
    times: list[float] = []

    def on_event(event: Event) -> None:
        if event.name is EventName.FINISHED and event.duration is not None:
            times.append(event.duration)

    try:
        async with reached(reach, retries=_ONCE, on_event=on_event) as practice:
            return await _answers(reach, practice, times)
    except ConfigurationError as error:
        return [Item("way", ok=False, found=str(error), advice="correct the key or the option that it names")]
    except Failed as error:
        return [Item("way", ok=False, found=str(error), advice="try again")]


async def _answers(reach: Reach, practice: Practice, times: list[float]) -> list[Item]:
    items: list[Item] = []
    try:
        items += await _permissions(reach, practice)
        for _ in range(_TIMED):
            await _read(practice)
        items.append(_latency(times))
    except OpenDentalError as error:
        items.append(_refusal(reach, error))
    return items


async def _permissions(reach: Reach, practice: Practice) -> list[Item]:
    try:
        rows = await _read(practice)
    except OfficeOffline:
        raise
    except (BadRequest, NotFound):
        reachable = Item("way", ok=True, found="the office answers")
        found = "the office does not tell, as before version 22.2; it counts as ReadAll"
        return [reachable, Item("permissions", ok=True, found=found)]
    has = sorted(each.Permission.removeprefix("Api") for each in rows if each.HasPermission)
    lacks = sorted(each.Permission.removeprefix("Api") for each in rows if not each.HasPermission)
    return [
        Item("way", ok=True, found="the office answers"),
        _permission(has, lacks),
        _tier(reach, Tier.from_permissions(has)),
    ]


def _permission(has: list[str], lacks: list[str]) -> Item:
    found = ", ".join(has) or "none"
    found += f"; not {', '.join(lacks)}" if lacks else ""
    advice = "" if has else "enable permissions for this customer key in the developer portal"
    return Item("permissions", bool(has), found, advice)


def _tier(reach: Reach, found: Tier) -> Item:
    if reach.real_mode is not Mode.REMOTE:
        return Item(
            "tier", ok=True, found=f"{found.value}; nothing is throttled in {reach.real_mode.value} mode"
        )
    pace = f"{found.value}, one request per {interval(Mode.REMOTE, found):g} s"
    if reach.tier is None or reach.tier is found:
        return Item("tier", ok=True, found=pace)
    advice = f"{reach.tier.value} was given: leave --tier and OPENDENTAL_TIER out, and it is found out"
    return Item("tier", ok=False, found=pace, advice=advice)


def _latency(times: list[float]) -> Item:
    middle, longest = (f"{1000 * seconds:,.0f} ms" for seconds in (median(times), max(times)))
    found = f"{middle} in the middle, {longest} at most, of {len(times)} requests"
    slow = median(times) >= _SLOW
    advice = "ask the office how busy its server and its line are" if slow else ""
    return Item("latency", not slow, found, advice)


def _refusal(reach: Reach, error: OpenDentalError) -> Item:
    if isinstance(error, TransportError):
        return Item("way", ok=False, found=str(error), advice=unreached(reach.real_mode))
    advice = next((advice for kind, advice in _TELL if isinstance(error, kind)), "see docs/cli.md")
    return Item("way", ok=False, found=ending_of(error).text, advice=advice)


async def _read(practice: Practice) -> list[SecurityPerm]:
    return await practice.security_perms.list()
