"""Wraps the methods of resources.

Arguments that do not fit a method's signature raise InvalidRequest and no TypeError. The signature and the
docstring show each parameter; they are made on first use, because most programs never look at them.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, SupportsIndex, get_type_hints

from odapi_async.errors import InvalidRequest, suggestion

_BY_POSITION: Final = inspect.Parameter.POSITIONAL_OR_KEYWORD
_OPTIONS: Final = inspect.Parameter.VAR_KEYWORD


def checked(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that raises InvalidRequest if its arguments do not fit its signature.

    The signature is looked at only after Python has refused the arguments, so others cost no check.
    """
    call = _checked(method)
    call.__doc__ = _Docstring.of(method)
    setattr(call, "__wrapped__", _Written(method))  # noqa: B010 - functions have no such attribute to mypy
    return call


def _checked(method: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def call_async(self: object, /, *args: object, **kwargs: object) -> Any:
            try:
                call = method(self, *args, **kwargs)
            except TypeError:  # of the arguments alone: nothing of the method has run yet
                failure = _error(method, args, kwargs)
            else:
                kwargs.clear()  # error reporters send local variables
                return await call
            kwargs.clear()
            raise failure

        return call_async

    @functools.wraps(method)
    def call(self: object, /, *args: object, **kwargs: object) -> Any:
        try:
            return method(self, *args, **kwargs)
        except TypeError as error:
            if error.__traceback__ and error.__traceback__.tb_next:
                raise  # the method had begun
            failure = _error(method, args, kwargs)
        finally:
            kwargs.clear()  # as above
        raise failure

    return call


class _Written:
    """A method as it is written, where `inspect.signature` and `inspect.getsource` look for it.

    Args:
        method: the method.
    """

    __slots__ = ("__wrapped__",)

    def __init__(self, method: Callable[..., Any]) -> None:
        self.__wrapped__ = method

    @property
    def __signature__(self) -> inspect.Signature:
        """The signature with all parameters."""
        from odapi_async.resources._help import signature  # noqa: PLC0415 - few programs need it

        return signature(self.__wrapped__)


class _Docstring(str):
    """The docstring of a method, which `help()` and `print` show together with the parameters.

    A function has no place for a docstring that is made on first use, but these two make a copy of it first:
    by `expandtabs` in `inspect.cleandoc`, and by `__str__`.
    """

    __slots__ = ("_method",)

    _method: Callable[..., Any]

    @classmethod
    def of(cls, method: Callable[..., Any]) -> _Docstring:
        """Return the docstring of a method."""
        text = cls(method.__doc__ or "")
        text._method = method
        return text

    def expandtabs(self, tabsize: SupportsIndex = 8) -> str:
        """Return the text with the parameters."""
        return str(self).expandtabs(tabsize)

    def __str__(self) -> str:
        from odapi_async.resources._help import docstring  # noqa: PLC0415 - as above

        return docstring(self._method)


def _error(method: Callable[..., Any], args: Sequence[object], given: Mapping[str, object]) -> InvalidRequest:
    """Return the error for arguments that do not fit: it names a parameter, and no value."""
    name = f"{method.__module__.rpartition('.')[2]}.{method.__name__}()"
    _, *parameters = inspect.signature(method).parameters.values()
    ids = [each.name for each in parameters if each.kind is _BY_POSITION]
    known = [
        *ids,
        *(field for each in parameters if each.kind is _OPTIONS for field in _fields(method, each.name)),
    ]
    for field in given:
        if field not in known:
            return InvalidRequest(field, f"is not a parameter of {name}; {suggestion(field, known)}")
    if len(args) > len(ids):
        taken = f"only {', '.join(ids)}" if ids else "nothing"
        return InvalidRequest("arguments", f"{name} takes {taken} by position; pass the others by name")
    for field in ids[: len(args)]:
        if field in given:
            return InvalidRequest(field, "is passed twice, by position and by name")
    missing = next(field for field in ids[len(args) :] if field not in given)
    return InvalidRequest(missing, f"is required by {name}")


def _fields(method: Callable[..., Any], options: str) -> list[str]:
    """Return the names in the TypedDict of a method's keyword arguments."""
    from odapi_async.resources._help import shape_of  # noqa: PLC0415 - as above

    return [*get_type_hints(shape_of(method, options))]
