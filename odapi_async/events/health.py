"""Judges by the office's own times whether a subscription is alive."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from odapi_async.errors import redact
from odapi_async.events.endpoint import address_of, secrets_in, without
from odapi_async.resources.subscriptions import Subscription

_HOUR: Final = 3600.0
CATCH_UP: Final = dt.timedelta(days=3)
"""How far back an office sends what it could not deliver."""
_LONGEST: Final = 60
_SUNDAY: Final = 6
_MANY_DAYS: Final = 8
_QUERY: Final = re.compile(r"\?\S+")
_NO_POLLING: Final = "an event of the program has no polling, so nothing tells whether it is alive"
_CHECK: Final = "check that Open Dental or its API Service runs on {}, and that the receiver answers 200"
_LOST: Final = "; the office goes back three days at most, so read the older changes from the API"


class Health(StrEnum):
    """What is known of a subscription.

    ALIVE: the office polls and delivers. STANDS_STILL: the time of its last poll does not move on. EXPIRED:
    its end has passed. FAILING: the office says that its deliveries fail; offices tell it since 26.1.
    """

    ALIVE = "alive"
    STANDS_STILL = "stands_still"
    EXPIRED = "expired"
    FAILING = "failing"


class SubscriptionHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One subscription, and whether it is alive.

    Attributes:
        subscription: its id.
        kind: its WatchTable or UiEventType.
        url: its URL without the query.
        workstation: the workstation that posts.
        state: what is known of it.
        since: the office time since which nothing was delivered, or of its end; None if it is alive, or if
            nobody knows.
        why: the reason, and what to do.
        silence: the time since the last poll that was delivered, by the office's clock; None if nobody knows.
    """

    subscription: int
    kind: str
    url: str
    workstation: str
    state: Health
    since: dt.datetime | None = None
    why: str = ""
    silence: dt.timedelta | None = None


class Known(NamedTuple):
    """A subscription as the office has it, without the customer key and the query of its URL.

    Attributes:
        number: its id.
        identity: equal for equal URLs.
        table: the parameter `table` of its URL.
        shown: its URL without the query.
        kind: its WatchTable or UiEventType.
        is_table: whether a table is watched, by polling.
        workstation: the workstation that posts.
        polling: seconds between two polls.
        start: the office time of the last poll that was delivered.
        stop: when it expires, in office time; None for never.
        failures: how many deliveries have failed since the last success.
        failed_at: when one last failed, in office time.
        reason: the office's words about it, without secrets.
    """

    number: int
    identity: bytes
    table: str
    shown: str
    kind: str
    is_table: bool
    workstation: str
    polling: int
    start: dt.datetime | None
    stop: dt.datetime | None
    failures: int
    failed_at: dt.datetime | None
    reason: str

    def is_expired(self, now: dt.datetime) -> bool:
        """Return whether its end has passed."""
        return self.stop is not None and self.stop <= now


def known(row: Subscription) -> Known:
    """Return what may be kept of a row."""
    address = address_of(row.EndPointUrl)
    return Known(
        number=row.SubscriptionNum,
        identity=address.identity,
        table=address.table,
        shown=address.shown,
        kind=_printable(row.WatchTable or row.UiEventType),
        is_table=bool(row.WatchTable),
        workstation=_printable(row.Workstation),
        polling=row.PollingSeconds,
        start=row.DateTimeStart,
        stop=row.DateTimeStop,
        failures=row.SubsequentFailures,
        failed_at=row.DateTimeLastFailure,
        reason=_without_secrets(row),
    )


def judge(row: Known, now: dt.datetime, grace: float) -> SubscriptionHealth:
    """Return the health of a subscription.

    Office time has no time zone. If the clocks are set back, DateTimeStart lies up to an hour ahead, and the
    office itself waits until it has passed: such a subscription counts as alive. If they are set forward, an
    hour is missing: the hour from 2 to 3 on a Sunday does not count if the delay would be normal without it.

    Args:
        row: the subscription.
        now: the office time.
        grace: seconds that a poll may be late, beside one more PollingSeconds.
    """
    state, since, why = _judged(row, now, grace)
    silence = None if row.start is None or not row.is_table else max(now - row.start, dt.timedelta())
    return SubscriptionHealth(
        subscription=row.number, kind=row.kind, url=row.shown, workstation=row.workstation,
        state=state, since=since, why=why, silence=silence,
    )  # fmt: skip


def _judged(row: Known, now: dt.datetime, grace: float) -> tuple[Health, dt.datetime | None, str]:
    if row.is_expired(now):
        return Health.EXPIRED, row.stop, "its DateTimeStop has passed; ensure it again"
    if _is_failing(row):
        words = row.reason or "the office does not say why"
        failed = f"{row.failures:,} deliveries have" if row.failures > 1 else "a delivery has"
        return Health.FAILING, row.start, f"{failed} failed: {words}"
    if not row.is_table:
        return Health.ALIVE, None, _NO_POLLING
    return _polled(row, now, grace)


def _polled(row: Known, now: dt.datetime, grace: float) -> tuple[Health, dt.datetime | None, str]:
    advice = _CHECK.format(f"the workstation {row.workstation!r}" if row.workstation else "a workstation")
    if row.start is None:
        return Health.STANDS_STILL, None, f"it was never polled; {advice}"
    late = (now - row.start).total_seconds()
    if late < -grace:
        return _ahead(-late, grace)
    allowed = 2.0 * max(1, row.polling) + grace
    if late <= allowed or (late - _HOUR <= allowed and _misses_an_hour(row.start, now)):
        return Health.ALIVE, None, ""
    lost = _LOST if now - row.start > CATCH_UP else ""
    why = f"it was last polled at {row.start} of the office's time; {advice}{lost}"
    return Health.STANDS_STILL, row.start, why


def _is_failing(row: Known) -> bool:
    """Return whether a delivery failed after the last success, which moves DateTimeStart past the failure."""
    if row.failures > 0:
        return True
    at, start = row.failed_at, row.start
    return bool(row.reason) and at is not None and start is not None and at >= start


def _ahead(seconds: float, grace: float) -> tuple[Health, dt.datetime | None, str]:
    if seconds <= _HOUR + grace:
        why = f"the office polls again in {seconds:.0f} s; its clock was probably set back"
        return Health.ALIVE, None, why
    return Health.STANDS_STILL, None, "its DateTimeStart lies in the future; update it to the office's time"


def _misses_an_hour(start: dt.datetime, now: dt.datetime) -> bool:
    """Return whether the hour that is left out in spring may lie between two office times."""
    days = min((now.date() - start.date()).days, _MANY_DAYS)
    for day in (now.date() - dt.timedelta(days=back) for back in range(days + 1)):
        two = dt.datetime(day.year, day.month, day.day, 2)
        if day.weekday() == _SUNDAY and start <= two and now >= two + dt.timedelta(hours=1):
            return True
    return False


def _without_secrets(row: Subscription) -> str:
    """Return the office's words about a failure without the customer key and anything of the query."""
    words = without(row.FailureReason, row.CustomerKey, *secrets_in(row.EndPointUrl))
    return redact(_QUERY.sub("?…", words))


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in text[:_LONGEST])
