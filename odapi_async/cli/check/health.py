"""The checks of `odapi check`: keys, connection, version, permissions, tier and latency.

Nothing here prints, and no result contains a key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Final

import msgspec

from odapi_async import (
    BadRequest,
    ConfigurationError,
    DecodeError,
    Event,
    EventName,
    Facts,
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
    Way,
)
from odapi_async.cli.errors import CommandFailed, error_line
from odapi_async.cli.keys import lookup as keys
from odapi_async.cli.keys.lookup import FoundKey, MissingKeyError
from odapi_async.cli.practice_options import PracticeOptions, open_practice
from odapi_async.cli.screen import printable
from odapi_async.limits import BASE_URLS, interval

_WIDEST: Final = len("developer key")
_SLOW: Final = 5.0
"""Seconds from which on a response counts as slow."""
_LONGEST_PROBE: Final = 20.0
"""Seconds in which a way has to answer, as before a call."""
_LONGEST_VERSION: Final = 40  # characters
_NO_RETRIES: Final = RetryPolicy(max_attempts=1, max_throttled=0)  # a check shows every failure

_NO_CONNECTION: Final[Mapping[Mode, str]] = {
    Mode.REMOTE: "check that this machine has internet access, and check --base-url if you use it",
    Mode.LOCAL: "start Open Dental on that workstation and log in; the API must be enabled there",
    Mode.SERVICE: "start the API Service on that server, and open its port in the firewall",
}
_ADVICE_ON_WAY: Final = (
    ("the proxy ", "check OPENDENTAL_PROXY, and ask who runs the proxy"),
    ("the certificate ", "set OPENDENTAL_CA_FILE to the PEM file of that CA"),
)
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


Tell = Callable[[CheckItem], object]


class _Checks:
    """Collects the results of the checks, and tells each at once."""

    def __init__(self, tell: Tell) -> None:
        self.items: list[CheckItem] = []
        self._tell = tell

    def add(self, item: str, found: str, advice: str = "", *, ok: bool = True) -> None:
        """Add the result of a check."""
        self.append(CheckItem(item, ok, found, advice))

    def append(self, item: CheckItem) -> None:
        """Add a result."""
        self.items.append(item)
        self._tell(item)

    @property
    def ok(self) -> bool:
        """Whether all checks so far have passed."""
        return all(each.ok for each in self.items)


async def check_practice(options: PracticeOptions, tell: Tell = lambda _: None) -> CheckResult:
    """Make all checks that are possible.

    Args:
        options: the practice.
        tell: called with each result as soon as it is there.
    """
    checks = _Checks(tell)
    ways = options.ways
    checks.add("mode", ", then ".join(map(str, ways)) or _address(options))
    _check_keys(options, checks)
    if not checks.ok:
        return CheckResult(ok=False, items=checks.items)
    taken = await _check_ways(options, ways, checks) if ways else options
    if taken:
        await _check_office(taken, checks)
    return CheckResult(checks.ok, checks.items)


def no_connection_advice(mode: Mode) -> str:
    """Return what to do if no connection can be opened in a mode."""
    return _NO_CONNECTION[mode]


def as_line(each: CheckItem) -> str:
    """Return one line of text."""
    advice = f" -> {each.advice}" if each.advice else ""
    return f"{'ok' if each.ok else 'problem':<7}  {each.item:<{_WIDEST}}  {printable(each.found)}{advice}"


def as_json(result: CheckResult) -> str:
    """Return everything as one line of JSON."""
    return msgspec.json.encode(result).decode()


def _address(options: PracticeOptions) -> str:
    mode = options.effective_mode
    return f"{mode.value}, {'a sandbox' if options.sandbox else options.base_url or BASE_URLS[mode]}"


def _check_keys(options: PracticeOptions, checks: _Checks) -> None:
    if options.sandbox:
        checks.add("keys", "made-up keys of the sandbox")
        return
    _check_key("developer key", keys.find_developer, checks)
    _check_key("customer key", lambda: keys.find_customer(options.practice), checks)


def _check_key(name: str, find: Callable[[], FoundKey], checks: _Checks) -> None:
    try:
        checks.add(name, f"from {find().source}")
    except MissingKeyError as missing:
        found, _, advice = str(missing).partition(": ")
        checks.add(name, found, advice, ok=False)


async def _check_ways(
    options: PracticeOptions, ways: Sequence[Way], checks: _Checks
) -> PracticeOptions | None:
    """Check each way to the office; return the practice by the first one that answers, or None."""
    versions: dict[str, str] = {}
    for way in ways:
        item, version = await _check_way(options.by(way), way)
        checks.append(item)
        if item.ok:
            versions[str(way)] = version
    if len({*versions.values()} - {""}) > 1:
        found = "; ".join(f"{way}: {version or 'unknown'}" for way, version in versions.items())
        advice = "if the office is not being updated just now, these are different databases: check the URLs"
        checks.add("ways", f"different versions: {found}", advice, ok=False)
    return next((options.by(way) for way in ways if str(way) in versions), None)


async def _check_way(options: PracticeOptions, way: Way) -> tuple[CheckItem, str]:
    """Ask for the version by one way; return the result and the version, which may be empty."""
    durations: list[float] = []

    def on_event(event: Event) -> None:
        if event.name is EventName.FINISHED and event.duration is not None:
            durations.append(event.duration)

    alone = _Checks(lambda _: None)
    try:
        async with open_practice(options, retries=_NO_RETRIES, on_event=on_event) as practice:
            probed = practice.with_options(timeout=_LONGEST_PROBE)
            rows = await probed.preferences.list(PrefName="ProgramVersion")
    except OpenDentalError as error:
        _add_problem(options, error, alone)
        (problem,) = alone.items
        found = f"{way.base_url}: {problem.found}"
        return CheckItem(way.mode.value, ok=False, found=found, advice=problem.advice), ""
    version = next((each.ValueString[:_LONGEST_VERSION] for each in rows), "")
    answered = f"{way.base_url}: {1000 * durations[-1]:,.0f} ms, version {version or 'unknown'}"
    return CheckItem(way.mode.value, ok=True, found=answered), version


async def _check_office(options: PracticeOptions, checks: _Checks) -> None:
    durations: list[float] = []

    def on_event(event: Event) -> None:
        if event.name is EventName.FINISHED and event.duration is not None:
            durations.append(event.duration)

    try:
        async with open_practice(options, retries=_NO_RETRIES, on_event=on_event) as practice:
            facts = await practice.facts()
            if _check_connection(options, facts, checks):
                checks.add("version", facts.version or "unknown: the office does not tell it")
                await _check_permissions(options, practice, facts, checks)
                await practice.preferences.list().first()  # one more to time
                _check_latency(durations, checks)
    except ConfigurationError as error:
        checks.add("connection", str(error), "correct the key or the option that it names", ok=False)
    except CommandFailed as error:
        checks.add("connection", str(error), ok=False)
    except OpenDentalError as error:
        _add_problem(options, error, checks)


def _check_connection(options: PracticeOptions, facts: Facts, checks: _Checks) -> bool:
    """Check if the office answers at all; return whether the other checks make sense."""
    errors = facts.unknown.values()
    no_answer = next((each for each in errors if not _is_answer(each)), None)
    if no_answer is not None:
        _add_problem(options, no_answer, checks)
        return False
    if len(errors) > 1 and all(isinstance(each, NotFound | DecodeError) for each in errors):
        found = "something answers, but it has neither permissions nor preferences"
        checks.add("connection", found, "check the URL: it ends with /api/v1", ok=False)
        return False
    checks.add("connection", "the office responds")
    return True


def _is_answer(error: OpenDentalError) -> bool:
    """Return whether an error only says that the office does not know something."""
    return isinstance(error, BadRequest | NotFound | DecodeError) and not isinstance(error, OfficeOffline)


def _add_problem(options: PracticeOptions, error: OpenDentalError, checks: _Checks) -> None:
    if isinstance(error, TransportError):
        checks.add("connection", str(error), connection_advice(options.effective_mode, str(error)), ok=False)
        return
    advice = next((advice for kind, advice in _ADVICE if isinstance(error, kind)), "see docs/cli.md")
    checks.add("connection", error_line(error).text, advice, ok=False)


def connection_advice(mode: Mode, problem: str) -> str:
    """Return what to do; if the way to the office is the problem, the office itself can do nothing."""
    found = (advice for word, advice in _ADVICE_ON_WAY if word in problem)
    return next(found, no_connection_advice(mode))


async def _check_permissions(
    options: PracticeOptions, practice: Practice, facts: Facts, checks: _Checks
) -> None:
    if facts.permissions is None or facts.tier is None:
        checks.add("permissions", "unknown, as in all versions before 22.2; treated as ReadAll")
        return
    rows = await practice.security_perms.list()
    missing = sorted(each.Permission.removeprefix("Api") for each in rows if not each.HasPermission)
    found = ", ".join(sorted(facts.permissions)) or "none"
    found += f"; missing: {', '.join(missing)}" if missing else ""
    advice = "" if facts.permissions else "enable permissions for this customer key in the developer portal"
    checks.add("permissions", found, advice, ok=bool(facts.permissions))
    _check_tier(options, facts.tier, checks)


def _check_tier(options: PracticeOptions, tier: Tier, checks: _Checks) -> None:
    mode = options.effective_mode
    if mode is not Mode.REMOTE:
        checks.add("tier", f"{tier.value}; no throttle in {mode.value} mode")
        return
    is_right = options.tier is None or options.tier is tier
    given = options.tier.value if options.tier else ""
    advice = f"you gave {given}: remove --tier and OPENDENTAL_TIER, and the SDK looks it up"
    found = f"{tier.value}, one request per {interval(Mode.REMOTE, tier):g} s"
    checks.add("tier", found, "" if is_right else advice, ok=is_right)


def _check_latency(durations: list[float], checks: _Checks) -> None:
    middle, longest = (f"{1000 * seconds:,.0f} ms" for seconds in (median(durations), max(durations)))
    slow = median(durations) >= _SLOW
    advice = "ask the office how busy its server and its internet connection are" if slow else ""
    found = f"{middle} median, {longest} maximum, of {len(durations)} requests"
    checks.add("latency", found, advice, ok=not slow)
