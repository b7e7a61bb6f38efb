"""Values that no repr, iteration, pickle or dump of an object's attributes shows.

Error reporters send the local variables of every frame, and many follow attributes and iterate over
containers. A closure is none of these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NoReturn, TypeVar, cast

from odapi_async.errors import OpenDentalError

T = TypeVar("T")
E = TypeVar("E", bound=OpenDentalError)


class Secret(Generic[T]):
    """Holds a value that has to be asked for: a key, or what may contain a patient's data.

    Args:
        value: the value. It has to be hashable if the secret is hashed.
    """

    __slots__ = ("reveal",)

    def __init__(self, value: T) -> None:
        self.reveal: Callable[[], T] = lambda: value
        """Return the value."""

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        value: object = cast("Secret[object]", other).reveal()
        return bool(self.reveal() == value)

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled."""
        raise TypeError("keys and patient data are not pickled")


def without_trace(error: E) -> E:
    """Return an error without the frames and errors that it came from: they hold bodies and rows."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error
