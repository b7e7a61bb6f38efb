"""The checks of `odapi check`: keys, connection, permissions, tier and latency.

Nothing here prints, and no result contains a key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median
from typing import Final

import msgspec

from odapi_async import (
    BadRequest,
    ConfigurationError,
    Event,
    EventName,
    Mode,
    NotFound,
    OfficeOffline,
    OpenDentalError,
    Practice,
    RetryPolicy,
    ServerError,
    Throttled,
    Tier,
    TransportError,
    Unauthorized,
)
from odapi_async.cli.errors import CommandFailed, error_line
from odapi_async.cli.keys import lookup as keys
from odapi_async.cli.keys.lookup import FoundKey, MissingKeyError
from odapi_async.cli.output.cells import printable
from odapi_async.cli.practice_options import PracticeOptions, open_practice
from odapi_async.limits import BASE_URLS, interval
from odapi_async.resources.security_perms import SecurityPerm

_TIMED_REQUESTS: Final = 3
"""Requests that are sent and timed after the first one; they keep the pace like any others."""
_SLOW: Final = 5.0
"""Seconds from which on a response counts as slow."""
_NO_RETRIES: Final = RetryPolicy(max_attempts=1, max_throttled=0)  # a check shows every failure

_NO_CONNECTION: Final[Mapping[Mode, str]] = {
    Mode.REMOTE: "check that this machine has internet access, and check --base-url if you use it",
    Mode.LOCAL: "start Open Dental on that workstation and log in; the API must be enabled there",
    Mode.SERVICE: "start the API Service on that server, and open its port in the firewall",
}
_ADVICE: Final[tuple[tuple[type[OpenDentalError], str], ...]] = (
    (OfficeOffline, "the request is fine: ask the office to start its eConnector"),
    (Unauthorized, "check in the developer portal that both keys are right, enabled, and for this office"),
    (Throttled, "find out which other program uses this customer key, wait, and check again"),
    (ServerError, "the API or the connection to the office has a fault: check again later"),
)


class CheckItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The result of one check.

    Attributes:
        item: the name of the check.
        ok: whether it passed.
        found: what was found.
        advice: how to fix the problem, if there is one.
    """

    item: str
    ok: bool
    found: str
    advice: str = ""


class CheckResult(msgspec.Struct, frozen=True):
    """The results of all checks that could be made; a problem can make later checks impossible."""

    ok: bool
    items: list[CheckItem]


async def check_practice(options: PracticeOptions) -> CheckResult:
    """Make all checks that are possible."""
    items = [CheckItem("mode", ok=True, found=_address(options)), *_check_keys(options)]
    if all(each.ok for each in items):
        items += await _check_office(options)
    return CheckResult(all(each.ok for each in items), items)


def no_connection_advice(mode: Mode) -> str:
    """Return what to do if no connection can be opened in a mode."""
    return _NO_CONNECTION[mode]


def as_text(result: CheckResult) -> str:
    """Return one line for each check."""
    widest = max(len(each.item) for each in result.items)
    return "\n".join(_line(each, widest) for each in result.items)


def as_json(result: CheckResult) -> str:
    """Return everything as one line of JSON."""
    return msgspec.json.encode(result).decode()


def _line(each: CheckItem, widest: int) -> str:
    advice = f" -> {each.advice}" if each.advice else ""
    return f"{'ok' if each.ok else 'problem':<7}  {each.item:<{widest}}  {printable(each.found)}{advice}"


def _address(options: PracticeOptions) -> str:
    mode = options.effective_mode
    return f"{mode.value}, {'a sandbox' if options.sandbox else options.base_url or BASE_URLS[mode]}"


def _check_keys(options: PracticeOptions) -> list[CheckItem]:
    if options.sandbox:
        return [CheckItem("keys", ok=True, found="made-up keys of the sandbox")]
    return [
        _check_key("developer key", keys.find_developer),
        _check_key("customer key", lambda: keys.find_customer(options.practice)),
    ]


def _check_key(name: str, find: Callable[[], FoundKey]) -> CheckItem:
    try:
        return CheckItem(name, ok=True, found=f"from {find().source}")
    except MissingKeyError as missing:
        found, _, advice = str(missing).partition(": ")
        return CheckItem(name, ok=False, found=found, advice=advice)


async def _check_office(options: PracticeOptions) -> list[CheckItem]:
    durations: list[float] = []

    def on_event(event: Event) -> None:
        if event.name is EventName.FINISHED and event.duration is not None:
            durations.append(event.duration)

    try:
        async with open_practice(options, retries=_NO_RETRIES, on_event=on_event) as practice:
            return await _check_responses(options, practice, durations)
    except ConfigurationError as error:
        return [_connection_problem(str(error), "correct the key or the option that it names")]
    except CommandFailed as error:
        return [_connection_problem(str(error), "")]


async def _check_responses(
    options: PracticeOptions, practice: Practice, durations: list[float]
) -> list[CheckItem]:
    items: list[CheckItem] = []
    try:
        items += await _check_permissions(options, practice)
        for _ in range(_TIMED_REQUESTS):
            await _read_permissions(practice)
        items.append(_check_latency(durations))
    except TransportError as error:
        items.append(_connection_problem(str(error), no_connection_advice(options.effective_mode)))
    except OpenDentalError as error:
        advice = next((advice for kind, advice in _ADVICE if isinstance(error, kind)), "see docs/cli.md")
        items.append(_connection_problem(error_line(error).text, advice))
    return items


async def _check_permissions(options: PracticeOptions, practice: Practice) -> list[CheckItem]:
    connection = CheckItem("connection", ok=True, found="the office responds")
    try:
        rows = await _read_permissions(practice)
    except OfficeOffline:
        raise
    except (BadRequest, NotFound):
        found = "unknown, as in all versions before 22.2; treated as ReadAll"
        return [connection, CheckItem("permissions", ok=True, found=found)]
    granted = sorted(each.Permission.removeprefix("Api") for each in rows if each.HasPermission)
    missing = sorted(each.Permission.removeprefix("Api") for each in rows if not each.HasPermission)
    tier = Tier.from_permissions(granted)
    return [connection, _permissions_item(granted, missing), _tier_item(options, tier)]


def _permissions_item(granted: list[str], missing: list[str]) -> CheckItem:
    found = ", ".join(granted) or "none"
    found += f"; missing: {', '.join(missing)}" if missing else ""
    advice = "" if granted else "enable permissions for this customer key in the developer portal"
    return CheckItem("permissions", bool(granted), found, advice)


def _tier_item(options: PracticeOptions, tier: Tier) -> CheckItem:
    mode = options.effective_mode
    if mode is not Mode.REMOTE:
        return CheckItem("tier", ok=True, found=f"{tier.value}; no throttle in {mode.value} mode")
    found = f"{tier.value}, one request per {interval(Mode.REMOTE, tier):g} s"
    if options.tier is None or options.tier is tier:
        return CheckItem("tier", ok=True, found=found)
    advice = f"you gave {options.tier.value}: remove --tier and OPENDENTAL_TIER, and the SDK looks it up"
    return CheckItem("tier", ok=False, found=found, advice=advice)


def _check_latency(durations: list[float]) -> CheckItem:
    middle, longest = (f"{1000 * seconds:,.0f} ms" for seconds in (median(durations), max(durations)))
    found = f"{middle} median, {longest} maximum, of {len(durations)} requests"
    slow = median(durations) >= _SLOW
    advice = "ask the office how busy its server and its internet connection are" if slow else ""
    return CheckItem("latency", not slow, found, advice)


def _connection_problem(found: str, advice: str) -> CheckItem:
    return CheckItem("connection", ok=False, found=found, advice=advice)


async def _read_permissions(practice: Practice) -> list[SecurityPerm]:
    return await practice.security_perms.list()
