"""What waits in an inbox, as text and as JSON. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from odapi_async.cli.mirror.local_time import iso, moment, rough
from odapi_async.cli.output.table import aligned
from odapi_async.cli.screen import printable
from odapi_async.events import InboxStatus, PracticeInbox
from odapi_async.mirror.texts import counted

_HEAD = ("practice", "waiting", "set aside", "oldest waiting", "last received")


def with_practices(status: InboxStatus, names: Iterable[str]) -> InboxStatus:
    """Return the status with practices of which nothing is kept."""
    known = {each.practice for each in status.practices}
    more = [PracticeInbox(practice=name) for name in dict.fromkeys(names) if name not in known]
    ordered = sorted((*status.practices, *more), key=lambda each: each.practice)
    return msgspec.structs.replace(status, practices=tuple(ordered))


def problems(status: InboxStatus, max_age: float | None) -> list[str]:
    """Return a line for each practice whose events were set aside or wait too long.

    Args:
        status: what waits.
        max_age: seconds that an event may wait; None for any number.
    """
    lines: list[str] = []
    for each in status.practices:
        name, waited = printable(each.practice), _waited(each, status.at)
        if each.set_aside:
            what = (
                f"{counted(each.set_aside, 'event')} failed too often and {_were(each.set_aside)} set aside"
            )
            lines.append(f"{name}: {what} -> see: odapi events set-aside")
        if max_age is not None and waited > max_age:
            lines.append(f"{name}: {counted(each.waiting, 'event')} wait, the oldest for {rough(waited)}")
    return lines


def hints(status: InboxStatus) -> list[str]:
    """Return a line for each practice of which events are kept that this version does not know."""
    return [
        f"{printable(each.practice)}: {counted(each.unknown, 'event')} of a kind that this version does not "
        "know; a newer odapi-async may"
        for each in status.practices
        if each.unknown
    ]


def as_text(status: InboxStatus, max_age: float | None, zone: dt.tzinfo | None = None) -> str:
    """Return the status as a table, with the problems below it.

    Args:
        status: what waits.
        max_age: seconds that an event may wait; None for any number.
        zone: the zone of the times; None for that of this machine.
    """
    if not status.practices:
        return "nothing was received yet"

    def shown(at: dt.datetime | None) -> str:
        return "-" if at is None else moment(at, status.at, zone)

    rows = [
        (
            printable(each.practice),
            f"{each.waiting:,}",
            f"{each.set_aside:,}",
            shown(each.oldest_waiting),
            shown(each.last_received),
        )
        for each in status.practices
    ]
    return "\n".join((aligned([_HEAD, *rows]), *problems(status, max_age), *hints(status)))


def as_json(status: InboxStatus, max_age: float | None) -> str:
    """Return the status as one line of JSON, with times in UTC."""
    found = {
        "at": iso(status.at),
        "ok": not problems(status, max_age),
        "waiting": status.waiting,
        "set_aside": status.set_aside,
        "practices": [
            {
                "practice": each.practice,
                "waiting": each.waiting,
                "set_aside": each.set_aside,
                "unknown": each.unknown,
                "oldest_waiting": each.oldest_waiting and iso(each.oldest_waiting),
                "last_received": each.last_received and iso(each.last_received),
            }
            for each in status.practices
        ],
    }
    return msgspec.json.encode(found).decode()


def _waited(each: PracticeInbox, now: dt.datetime) -> float:
    """Return the seconds for which the oldest event has waited."""
    return (now - each.oldest_waiting).total_seconds() if each.oldest_waiting else 0.0


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
