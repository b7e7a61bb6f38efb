"""An error reporter that sends every local variable of every frame, with whatever is inside."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Final, cast

from odapi_async import Rows

_DEPTH: Final = 6


def frames(trace: TracebackType | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    while trace:
        yield trace.tb_frame.f_code.co_filename, trace.tb_frame.f_locals
        trace = trace.tb_next


def chain(error: BaseException | None, seen: set[int] | None = None) -> Iterator[BaseException]:
    seen = set() if seen is None else seen
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield error
    yield from chain(error.__cause__, seen)
    yield from chain(error.__context__, seen)


def attributes(value: object) -> Iterator[object]:
    """The attributes that an object stores, by whatever means."""
    yield from getattr(value, "__dict__", {}).values()
    for kind in type(value).__mro__:
        slots = getattr(kind, "__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            try:
                yield getattr(value, name)
            except AttributeError:
                continue


def texts(
    value: object, *, deep: bool, depth: int = _DEPTH, seen: dict[int, object] | None = None
) -> Iterator[str]:
    """The texts that a reporter makes of a value."""
    seen = {} if seen is None else seen
    if id(value) in seen:
        return
    seen[id(value)] = value
    yield repr(value)
    if depth == 0 or isinstance(value, str | bytes | type | BaseException | Rows):
        return
    inside: list[object] = []
    if isinstance(value, Mapping):
        known = cast("Mapping[object, object]", value)
        inside += [*known.keys(), *known.values()]
    elif isinstance(value, Iterable) and not isinstance(value, Iterator):
        with contextlib.suppress(Exception):  # a future fails as what it waits for has failed
            inside += list(cast("Iterable[object]", value))
    if deep and type(value).__module__.startswith(("odapi_async", "aiohttp")):  # pyright: ignore[reportUnknownArgumentType]
        inside += attributes(value)  # pyright: ignore[reportUnknownArgumentType]
    for each in inside:
        yield from texts(each, deep=deep, depth=depth - 1, seen=seen)


def leaks(variables: object, *, deep: bool, secrets: tuple[str, ...]) -> bool:
    shown = "\n".join(texts(variables, deep=deep))
    return any(secret in shown for secret in secrets)
