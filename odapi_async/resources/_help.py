"""The signatures and docstrings of operation methods at run time, made when somebody looks at them.

In the source, a method takes `**body: Unpack[NewPatient]`: type checkers and editors read that. `help()` and
`inspect.signature` read the method itself, which would show no parameter. They find one here for each field
of the TypedDict, with its type, its rules, and the version that it came with.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
import types
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final, NotRequired, Required, get_args, get_origin, get_type_hints

from odapi_async._core.operation import operation_of
from odapi_async._wire import (
    AtMost,
    Between,
    DateAndTimeFormats,
    DateLike,
    DateTimeLike,
    Excluding,
    Ids,
    Matches,
    Minimum,
    Money,
    NotEmpty,
    NullNumber,
    Since,
    SinceValue,
    TimeLike,
)
from odapi_async._wire.constraints import without_annotation
from odapi_async.resources._ids import id_target

_TYPES: Final[Mapping[Any, str]] = {
    DateLike: "date",
    DateTimeLike: "datetime",
    TimeLike: "time",
    Money: "Decimal or float",
    Ids: "list of ids",
}
OPEN_VALUES: Final = "Not complete: rows may hold other values."
"""The words of an enumeration whose values the reference does not list completely."""
_MANY: Final = 16  # values of an enumeration; more are not listed
_WIDTH: Final = 76


class _LeftOut:
    """The default of a parameter that is not sent unless it is passed. A signature shows it as stubs do."""

    def __repr__(self) -> str:
        return "..."


_LEFT_OUT: Final = _LeftOut()


@cache
def signature(method: Callable[..., Any]) -> inspect.Signature:
    """Return the signature of a method with a keyword for each field of its TypedDict.

    Args:
        method: as it is written, with the TypedDict as the type of its keyword arguments.
    """
    written = inspect.signature(method)
    parameters: list[inspect.Parameter] = []
    for each in written.parameters.values():
        if each.kind is inspect.Parameter.VAR_KEYWORD:
            parameters += _keywords(shape_of(method, each.name))
        else:
            parameters.append(each)
    return written.replace(parameters=parameters)


@cache
def docstring(method: Callable[..., Any]) -> str:
    """Return the docstring of a method, its parameters and filters, and the rules that connect them."""
    lines: list[str] = []
    filters: list[str] = []
    rules = [*_connections(method)]
    operation = operation_of(method)
    _, *parameters = inspect.signature(method).parameters.values()
    for each in parameters:
        if each.kind is not inspect.Parameter.VAR_KEYWORD:
            lines.append(f"{each.name}: int; by position or by name.")
            continue
        shape = shape_of(method, each.name)
        (filters if operation and shape is operation.query else lines).extend(_described(shape))
        rules[:0] = _general_notes(shape)
    parts = [
        inspect.getdoc(method),
        _section("Parameters", lines),
        _section("Filters", filters),
        "\n".join(map(_wrapped, rules)),
    ]
    return "\n\n".join(str(each) for each in parts if each)


def _section(title: str, lines: list[str]) -> str:
    listed = [textwrap.indent(_wrapped(line, "    "), "    ") for line in lines]
    return "\n".join([f"{title}:", *listed]) if lines else ""


def _general_notes(shape: type[Any]) -> list[str]:
    """Return what the docstring of a TypedDict says about all its fields: the part after its first line."""
    text = " ".join(inspect.cleandoc(shape.__doc__ or "").split())
    notes = text.partition(". ")[2]
    return [notes] if notes else []


def _wrapped(line: str, indent: str = "") -> str:
    return textwrap.fill(line, _WIDTH, subsequent_indent=indent, break_on_hyphens=False)


def _connections(method: Callable[..., Any]) -> Iterator[str]:
    """Describe the rules that connect the parameters of an operation, and what newer versions require."""
    operation = operation_of(method)
    for rule, (first, *others) in operation.rules if operation else ():
        if rule == "requires":
            yield f"{first} requires {' and '.join(others)}."
        else:
            yield f"Pass {rule.replace('_', ' ')} of {', '.join([first, *others])}."
    for each in operation.required_since if operation else ():
        yield f"{each.field} is required since {each.version}."


def shape_of(method: Callable[..., Any], keywords: str) -> type[Any]:
    """Return the TypedDict of a method's keyword arguments, by their name."""
    shape: type[Any]
    (shape,) = get_args(get_type_hints(method)[keywords])
    return shape


def _keywords(shape: type[Any]) -> Iterator[inspect.Parameter]:
    for name, hint, required in _fields(shape):
        default = inspect.Parameter.empty if required else _LEFT_OUT
        kind = without_annotation(hint)  # the constraints, which the docstring has, would hide the types
        yield inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _fields(shape: type[Any]) -> list[tuple[str, Any, bool]]:
    """Return names, types with constraints, and whether they are required: these first, formats last."""
    required: frozenset[str] = getattr(shape, "__required_keys__", frozenset())
    fields: list[tuple[str, Any, bool]] = []
    for name, written in get_type_hints(shape, include_extras=True).items():
        hint = written
        while get_origin(hint) in {Required, NotRequired}:
            (hint,) = get_args(hint)
        fields.append((name, hint, name in required))
    formats = DateAndTimeFormats.__annotations__
    return sorted(fields, key=lambda field: (field[0] in formats, not field[2]))


def _described(shape: type[Any]) -> Iterator[str]:
    """Describe each field in a line: its type, its rules, its version, and what the source says about it."""
    notes = _notes(shape)
    for name, hint, required in _fields(shape):
        constraints: tuple[Any, ...] = getattr(hint, "__metadata__", ())
        plain = without_annotation(hint)
        kind = _type(plain, constraints) + _where(name, plain)
        facts = [kind, *(["required"] if required else []), *_rules(constraints)]
        yield f"{name}: {'; '.join(facts)}. {' '.join([*_values_notes(plain), notes.get(name, '')])}".rstrip()


def _where(name: str, kind: Any) -> str:
    """Return of which resource an id is, for the end of its type."""
    target = id_target(name) if kind in {int, Ids} else None
    if not target:
        return ""
    return f" in {target}" if kind == Ids else f", an id in {target}"


def _values_notes(kind: Any) -> Iterator[str]:
    """Return what the source says about the values of an enumeration."""
    for each in get_args(kind):
        if isinstance(each, type) and issubclass(each, StrEnum):
            text = " ".join(inspect.cleandoc(vars(each).get("__doc__") or "").split())
            yield from filter(None, [text.replace(OPEN_VALUES, "").strip()])


def _type(kind: Any, constraints: tuple[Any, ...]) -> str:
    if kind in _TYPES:
        return _TYPES[kind]
    excluded = {value for each in constraints if isinstance(each, Excluding) for value in each.values}
    for member in get_args(kind):
        if isinstance(member, type) and issubclass(member, StrEnum):
            values = [each.value for each in member if each.value not in excluded]
            module = member.__module__.rpartition(".")[2]
            if len(values) > _MANY:
                return f"enums.{module}.{member.__name__}"
            return f"one of {', '.join(values)}"
        if get_origin(kind) is not types.UnionType:
            return f"list of {member.__name__}"
    return getattr(kind, "__name__", str(kind))


def _rules(constraints: tuple[Any, ...]) -> Iterator[str]:
    newer: list[str] = []
    for each in constraints:
        match each:
            case Since(version):
                yield f"since {version}"
            case SinceValue(value, version):
                newer.append(f"{value} since {version}")
            case AtMost(characters):
                yield f"{characters} characters at most"
            case Between(minimum, maximum):
                yield f"{minimum} to {maximum}"
            case Minimum(_, rule) | Matches(_, rule) | NotEmpty(rule):
                yield rule
            case NullNumber():
                yield "None for no number"
            case _:
                pass
    if newer:
        yield ", ".join(newer)


def _notes(shape: type[Any]) -> dict[str, str]:
    """Return what the source says about the fields of a TypedDict, its bases included."""
    module = sys.modules[shape.__module__]
    bases, notes = _classes(module.__name__).get(shape.__name__, ((), {}))
    inherited = {
        k: v for base in bases if base in vars(module) for k, v in _notes(vars(module)[base]).items()
    }
    return {**inherited, **notes}


@cache
def _classes(module: str) -> dict[str, tuple[tuple[str, ...], dict[str, str]]]:
    """Return the bases of each class in a module, and the docstrings of its fields; none without a source."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError):
        return {}
    return {
        each.name: (
            tuple(base.id for base in each.bases if isinstance(base, ast.Name)),
            field_docstrings(each),
        )
        for each in tree.body
        if isinstance(each, ast.ClassDef)
    }


def field_docstrings(node: ast.ClassDef) -> dict[str, str]:
    """Return the docstrings of the fields of a class, each in one line."""
    found: dict[str, str] = {}
    for field, after in zip(node.body, node.body[1:], strict=False):
        match field, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = " ".join(text.split())
            case _:
                pass
    return found
