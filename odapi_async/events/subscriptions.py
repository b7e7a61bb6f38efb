"""Subscriptions that a receiver needs: made once, checked, and removed.

All functions compare and decide by office time. Neither the customer key nor the query of a URL, which may
hold a token, is in a message, a repr or a result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Iterable
from copy import copy
from enum import StrEnum
from typing import Final, NamedTuple, TypedDict, TypeVar

import msgspec

from odapi_async import Practice
from odapi_async.errors import (
    APIError,
    BadRequest,
    DecodeError,
    InvalidRequest,
    KeyRefused,
    NeedsPermission,
    NeedsVersion,
    NotFound,
    OfficeOffline,
    OutcomeUnknown,
    Unauthorized,
)
from odapi_async.events.endpoint import Endpoint
from odapi_async.events.event import PATIENT_SELECTED, WATCHED
from odapi_async.events.health import (
    Health,
    Known,
    SubscriptionHealth,
    judge,
    known,
)
from odapi_async.telemetry import LOGGER

__all__ = ["Action", "Ensured", "Health", "Removed", "SubscriptionHealth", "check", "ensure", "remove"]

T = TypeVar("T")

ALL_WORKSTATIONS: Final = "All Workstations"

READABLE: Final = "whoever is on the way can read rows and the customer key; give the office an https URL"
"""What is wrong with a URL that begins with http:// and leads to a public host."""

_ALL_SINCE: Final = "26.2.1"
_NEVER: Final = dt.datetime.min
_LONG_AGO: Final = dt.datetime(2000, 1, 1)
_TRIES: Final = 2
_USUAL_POLLING: Final = 30  # seconds
_REFUSED: Final = "it may be too old for this table, or does not accept the URL or the workstation"
_CLOCKS: Final = ("/providers", "/patients/Simple", "/appointments")
_NAMES: Final = {
    **{watched.table.replace("_", ""): name for name, watched in WATCHED.items() if not watched.is_deletion},
    **{name.casefold(): name for name in WATCHED},
}
"""The tables by their names without case and underscores, and by the names of their resources."""


class Action(StrEnum):
    """What was done with a subscription.

    CREATED, UPDATED and UNCHANGED are successes of `ensure`; REFUSED: the office does not accept it. DELETED
    and ENDED are those of `remove`; ENDED: it stays in the list, and has expired.
    """

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    DELETED = "deleted"
    ENDED = "ended"


class Ensured(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one kind of event.

    Attributes:
        kind: the WatchTable or UiEventType.
        action: what was done.
        subscription: the id of the subscription; None if the office refused it.
        why: which fields were updated, or why it was refused.
    """

    kind: str
    action: Action
    subscription: int | None = None
    why: str = ""


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one subscription.

    Attributes:
        kind: its WatchTable or UiEventType.
        action: DELETED, or ENDED if the key lacks the permission AllOthers.
        subscription: its id.
    """

    kind: str
    action: Action
    subscription: int


class _Clock(msgspec.Struct):
    serverDateTime: dt.datetime | None = None  # noqa: N815 - a wire name


class _Wanted(NamedTuple):
    """What every subscription of one call shall be."""

    endpoint: Endpoint
    workstation: str
    polling: int | None


class _Changes(TypedDict, total=False):
    Workstation: str
    PollingSeconds: int
    DateTimeStop: dt.datetime


async def ensure(
    practice: Practice,
    url: str,
    tables: Iterable[str],
    *,
    workstation: str,
    polling_seconds: int | None = None,
    selected: bool = False,
) -> list[Ensured]:
    """Make sure that the office posts the changes of tables to a URL, with one subscription for each.

    A subscription of this URL that is there already is kept, and updated where it differs; all others are
    left alone. A repetition changes nothing. The URL that the office gets has one more parameter, `table`. If
    a response is lost, the subscriptions are listed again, so that none is created twice. To change the URL
    or its token, `remove` the old one.

    Args:
        practice: the practice.
        url: the URL of the receiver, absolute. Its query is kept, for example a token.
        tables: the tables, as the API's `WatchTable` spells them, such as `Appointment`.
        workstation: the machine that polls and posts: its name, or `All Workstations` since 26.2.1, with
            which every machine posts everything.
        polling_seconds: seconds between two polls, 1 or more; None for 30 in a new subscription, and for no
            change of one that is there.
        selected: also subscribe to the patients that somebody selects in the program.

    Returns:
        What became of each table, in their order; what an office is too old for is REFUSED.

    Raises:
        ConfigurationError: the URL cannot be used.
        InvalidRequest: another argument cannot be used; nothing was sent.
        OutcomeUnknown: two responses were lost, and the subscription is not in the list; call it again.
        OpenDentalError: see `odapi_async.errors`.
    """
    endpoint = Endpoint(url)
    del url  # a report of an error may show it
    kinds = _kinds(tables)
    wanted = _Wanted(endpoint, _checked(workstation), _seconds(polling_seconds))
    if not kinds and not selected:
        raise InvalidRequest("tables", f"names no table; there are {', '.join(WATCHED)}")
    if endpoint.is_readable:
        LOGGER.warning("%s is not encrypted: %s", endpoint.shown, READABLE)
    return await _quietly(endpoint, _ensure_all(practice, wanted, kinds, selected=selected))


async def _ensure_all(
    practice: Practice, wanted: _Wanted, kinds: list[str], *, selected: bool
) -> list[Ensured]:
    await _check_version(practice, wanted.workstation)
    before = await _listed(practice)
    results = [await _ensured(practice, wanted, kind, before, is_table=True) for kind in kinds]
    if selected:
        results.append(await _ensured(practice, wanted, PATIENT_SELECTED, before, is_table=False))
    if any(each.action is Action.CREATED for each in results):
        return await _without_doubles(practice, wanted.endpoint, results)
    return results


async def check(
    practice: Practice, url: str | None = None, *, grace: float = 120.0
) -> list[SubscriptionHealth]:
    """Return which subscriptions are alive, by the office's own clock.

    Args:
        practice: the practice. It must have a provider, a patient or an appointment, whose list tells the
            office's time.
        url: the URL as it was passed to `ensure`; None checks all subscriptions of this customer key.
        grace: seconds that a poll may be late, beside one more PollingSeconds.

    Raises:
        ConfigurationError: the URL cannot be used.
        InvalidRequest: `grace` is negative or not a number.
        DecodeError: nothing tells the office's time.
        OpenDentalError: see `odapi_async.errors`.
    """
    endpoint = None if url is None else Endpoint(url)
    del url
    if not 0 <= grace < float("inf"):
        raise InvalidRequest("grace", "must be seconds, 0 or more")
    if endpoint is None:
        return await _checked_all(practice, None, grace)
    return await _quietly(endpoint, _checked_all(practice, endpoint.identity, grace))


async def remove(practice: Practice, url: str, *, any_token: bool = False) -> list[Removed]:
    """Remove all subscriptions of a URL; others are left alone. A repetition changes nothing.

    A key without the permission AllOthers cannot delete: then they are ended, and stay in the list.

    Args:
        practice: the practice.
        url: the URL as it was passed to `ensure`, with the same token.
        any_token: whether those of the same URL with another token are removed, too: whatever its query is.

    Raises:
        ConfigurationError: the URL cannot be used.
        OpenDentalError: see `odapi_async.errors`.
    """
    endpoint = Endpoint(url)
    del url
    return await _quietly(endpoint, _removed(practice, endpoint, any_token=any_token))


async def _checked_all(practice: Practice, identity: bytes | None, grace: float) -> list[SubscriptionHealth]:
    now = await office_time(practice)
    rows = await _listed(practice)
    return [judge(each, now, grace) for each in rows if identity in {None, each.identity}]


async def _removed(practice: Practice, endpoint: Endpoint, *, any_token: bool) -> list[Removed]:
    results: list[Removed] = []
    may_delete = True
    for row in await _listed(practice):
        if row.identity == endpoint.identity or (any_token and row.shown == endpoint.shown):
            may_delete = may_delete and await _is_deleted(practice, row.number)
            if not may_delete and not row.is_expired(_LONG_AGO):
                await practice.subscriptions.update(row.number, DateTimeStop=_LONG_AGO)
            action = Action.DELETED if may_delete else Action.ENDED
            results.append(Removed(kind=row.kind, action=action, subscription=row.number))
    return results


async def _ensured(
    practice: Practice, wanted: _Wanted, kind: str, before: list[Known], *, is_table: bool
) -> Ensured:
    found = _found(before, wanted.endpoint, kind, is_table=is_table)
    try:
        if found is None:
            number = await _created(practice, wanted, kind, is_table=is_table)
            return Ensured(kind=kind, action=Action.CREATED, subscription=number)
        names = await _updated(practice, wanted, kind, found)
        action = Action.UPDATED if names else Action.UNCHANGED
        return Ensured(kind=kind, action=action, subscription=found.number, why=", ".join(names))
    except NeedsVersion as error:
        return Ensured(kind=kind, action=Action.REFUSED, why=error.rule)
    except OfficeOffline:
        raise
    except BadRequest as error:
        why = f"the office refused it with status {error.status}; {_REFUSED}"
        return Ensured(kind=kind, action=Action.REFUSED, why=why)


async def _updated(practice: Practice, wanted: _Wanted, kind: str, found: Known) -> list[str]:
    """Update what differs, and return the names of the fields."""
    changes, update = _changes(found, wanted), practice.subscriptions.update
    if not found.table:  # it was not made here, and an old office would not say which table an event is of
        await update(found.number, EndPointUrl=wanted.endpoint.url_for(kind), **changes)
        return ["EndPointUrl", *changes]
    if changes:
        await update(found.number, **changes)
    return list(changes)


async def _created(
    practice: Practice, wanted: _Wanted, kind: str, *, is_table: bool, tries: int = _TRIES
) -> int:
    """Create a subscription, and return its id; look for it if the outcome is not known."""
    try:
        return await _create(practice, wanted, kind, is_table=is_table)
    except OutcomeUnknown:
        found = _found(await _listed(practice), wanted.endpoint, kind, is_table=is_table)
        if found is not None:
            return found.number
        if tries == 1:
            raise
    return await _created(practice, wanted, kind, is_table=is_table, tries=tries - 1)


async def _create(practice: Practice, wanted: _Wanted, kind: str, *, is_table: bool) -> int:
    url_for, workstation = wanted.endpoint.url_for, wanted.workstation
    create = practice.subscriptions.create
    if is_table:
        creation = create(
            EndPointUrl=url_for(kind),
            Workstation=workstation,
            WatchTable=kind,
            PollingSeconds=_USUAL_POLLING if wanted.polling is None else wanted.polling,
        )
    else:
        creation = create(EndPointUrl=url_for(kind), Workstation=workstation, UiEventType=kind)
    return (await creation).SubscriptionNum


async def _quietly(endpoint: Endpoint, call: Awaitable[T]) -> T:
    """Await a call; its error has nothing of the URL's query, even if the office repeats it."""
    try:
        return await call
    except (APIError, OutcomeUnknown) as error:
        hidden = _hidden(endpoint, error)
        if hidden is error:
            raise
    raise hidden  # outside, so that the first error is not its context


def _hidden(endpoint: Endpoint, error: APIError | OutcomeUnknown) -> APIError | OutcomeUnknown:
    """Return the error itself, or a copy without what must not be shown."""
    told = error if isinstance(error, APIError) else error.__cause__
    if not isinstance(told, APIError):
        return error
    words = endpoint.hide(told.explanation)
    if words == told.explanation:
        return error
    quiet = told.with_explanation(words)
    if isinstance(error, APIError):
        return quiet
    unknown = copy(error)
    unknown.__cause__ = quiet
    return unknown


async def _without_doubles(practice: Practice, endpoint: Endpoint, results: list[Ensured]) -> list[Ensured]:
    """End what was created twice: by another program at the same time, or by a request that seemed lost.

    The first one stays, so that programs that do this at the same time agree.
    """
    rows = [each for each in await _listed(practice) if _lives(each)]
    kept: list[Ensured] = []
    for result in results:
        same = [each.number for each in rows if _is_of(each, endpoint, result.kind)]
        if result.action is Action.CREATED and same:
            for double in same[1:]:
                await _end(practice, double)
            kept.append(msgspec.structs.replace(result, subscription=same[0]))
        else:
            kept.append(result)
    return kept


async def _end(practice: Practice, number: int) -> None:
    if not await _is_deleted(practice, number):
        await practice.subscriptions.update(number, DateTimeStop=_LONG_AGO)


async def _is_deleted(practice: Practice, number: int) -> bool:
    """Delete a subscription; return whether the key may do so."""
    try:
        await practice.subscriptions.delete(number)
    except NotFound:
        return True
    except KeyRefused:
        raise
    except (Unauthorized, NeedsPermission):
        return False
    return True


async def _listed(practice: Practice) -> list[Known]:
    """Return the subscriptions of the key, in the order of their ids, without any secret."""
    rows = await practice.with_options(max_age=None).subscriptions.list()
    found = {row.SubscriptionNum: known(row) for row in rows if row.SubscriptionNum > 0}
    del rows
    return [found[number] for number in sorted(found)]


async def office_time(practice: Practice) -> dt.datetime:
    """Fetch the office's time.

    Raises:
        DecodeError: nothing tells it.
        OpenDentalError: see `odapi_async.errors`.
    """
    now = practice.with_options(max_age=None)
    for path in _CLOCKS:
        row = await now.rows(path, into=_Clock).first()
        if row is not None and row.serverDateTime is not None:
            return row.serverDateTime.replace(tzinfo=None)
    raise DecodeError("provider, patient or appointment with the office's time", b"")


async def _check_version(practice: Practice, workstation: str) -> None:
    """Refuse All Workstations at an office that would take it for the name of a machine."""
    if workstation != ALL_WORKSTATIONS:
        return
    version = (await practice.facts()).version
    if version is not None and _numbers(version) < _numbers(_ALL_SINCE):
        raise NeedsVersion("workstation", _ALL_SINCE, version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _found(rows: list[Known], endpoint: Endpoint, kind: str, *, is_table: bool) -> Known | None:
    """Return the subscription of a kind: the first one that has no end, or else the first one."""
    same = [each for each in rows if each.is_table is is_table and _is_of(each, endpoint, kind)]
    return next(filter(_lives, same), same[0] if same else None)


def _is_of(row: Known, endpoint: Endpoint, kind: str) -> bool:
    return row.identity == endpoint.identity and row.kind == kind and row.table in {kind, ""}


def _lives(row: Known) -> bool:
    return row.stop is None


def _changes(row: Known, wanted: _Wanted) -> _Changes:
    """Return the fields of a subscription that differ from what is wanted."""
    changes: _Changes = {}
    if row.workstation.casefold() != wanted.workstation.casefold():
        changes["Workstation"] = wanted.workstation
    if row.is_table and wanted.polling is not None and row.polling != wanted.polling:
        changes["PollingSeconds"] = wanted.polling
    if row.stop is not None:
        changes["DateTimeStop"] = _NEVER
    return changes


def _kinds(tables: Iterable[object]) -> list[str]:
    """Return the tables, each once; a name that this version does not know is left to the office."""
    if isinstance(tables, str):
        raise InvalidRequest("tables", "must be a list of names, such as ['Appointment'], not one text")
    kinds = list(dict.fromkeys(map(_kind, tables)))
    if PATIENT_SELECTED in kinds:
        raise InvalidRequest("tables", f"has no {PATIENT_SELECTED}, which is no table; pass selected=True")
    return kinds


def _kind(table: object) -> str:
    if not isinstance(table, str) or not table.replace("_", "").isalnum():
        raise InvalidRequest("tables", "must have names of tables only, such as Appointment")
    meant = _NAMES.get(table.casefold().replace("_", ""))
    if table not in WATCHED and meant is not None:
        raise InvalidRequest("tables", f"has no {table!r}; did you mean {meant}?")
    return table


def _checked(workstation: object) -> str:
    if not isinstance(workstation, str) or not workstation.strip():
        raise InvalidRequest(
            "workstation",
            "must be the name of one machine: with an empty one all machines of the office post everything, "
            f"and since {_ALL_SINCE} the office refuses it; {ALL_WORKSTATIONS!r} says that it is meant",
        )
    return workstation.strip()


def _seconds(polling: object) -> int | None:
    if polling is None:
        return None
    if isinstance(polling, bool) or not isinstance(polling, int) or polling < 1:
        raise InvalidRequest("polling_seconds", "must be a whole number of seconds, 1 or more")
    return polling
