"""Which types a type hint is made of, and which attributes a struct has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

from odapi_async._wire.constraints import without_annotation

_MARKS_OF_FIELDS: Final = ("__dataclass_fields__", "__total__", "_fields", "__attrs_attrs__")


def is_struct(row_type: Any) -> bool:
    """Return whether a type is a struct; `dict[str, Any]` is not even a class."""
    return isinstance(row_type, type) and issubclass(row_type, msgspec.Struct)


@lru_cache(maxsize=256)
def attributes_of(row: type) -> Mapping[str, str]:
    """Return the attributes of a struct by wire name; none of another type. Cached."""
    return {each.encode_name: each.name for each in msgspec.structs.fields(row)} if is_struct(row) else {}


def name_of(row_type: Any) -> str:
    """Return the name of a type for a message; a union has none."""
    name = getattr(row_type, "__name__", None)
    return name if isinstance(name, str) else _text_of(row_type)


def _text_of(value: object) -> str:
    # a value in the place of a type may be a row, and its text would be in the message
    return (
        str(value) if type(value).__module__ in {"types", "typing"} else f"a value of {type(value).__name__}"
    )


def members(hint: Any) -> tuple[Any, ...]:
    """Return the members of a union, or the type itself, without what is written around them."""
    plain = without_annotation(hint)
    kinds = get_args(plain) if get_origin(plain) in {Union, UnionType} else (plain,)
    return tuple(map(without_annotation, kinds))


def types_in(hint: Any) -> Iterator[Any]:
    """Return a hint and all types in it, also in its fields and in those of its items."""
    return _types_in(hint, [])


def _types_in(hint: Any, seen: list[Any]) -> Iterator[Any]:
    if hint in seen:
        return
    yield hint
    # the type that a generic one, a NewType and a type alias are made of
    origins = (get_origin(hint), getattr(hint, "__supertype__", None), getattr(hint, "__value__", None))
    inner = (*get_args(hint), *(each for each in origins if each is not None))
    if has_fields(hint):
        seen.append(hint)
        inner = (*inner, *get_type_hints(hint).values())
    for each in inner:
        yield from _types_in(each, seen)


def has_fields(hint: Any) -> bool:
    """Return whether a type is a struct, a dataclass, a TypedDict, a named tuple or a class of attrs."""
    return is_struct(hint) or (
        isinstance(hint, type) and any(hasattr(hint, each) for each in _MARKS_OF_FIELDS)
    )
