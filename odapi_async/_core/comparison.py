"""What should be found in a row after a write, and whether it is there. No I/O."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec

from odapi_async._core.operation import Operation
from odapi_async._core.read_back import EFFECTS, rule_of
from odapi_async._wire.hints import attributes_of
from odapi_async._wire.kept import Same, is_kept

_BODY: Final = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One field that a row should have. Its repr shows no value.

    Attributes:
        name: the wire name under which it was sent.
        field: the wire name under which a row has it.
        same: compares both.
        value: what was sent, as JSON has it.
    """

    name: str
    field: str
    same: Same = dataclasses.field(repr=False)
    value: Any = dataclasses.field(repr=False)


def wanted_of(operation: Operation[Any], body: bytes | None) -> list[Wanted]:
    """Return what should be found in the row after a write.

    Args:
        operation: the write.
        body: what was sent.
    """
    sent = _BODY.decode(body) if body else {}
    found: list[Wanted] = []
    for name, value in sent.items():
        rule = rule_of(operation, name)
        beside = sent.get(rule.beside)
        is_moot = rule.beside in sent and (not rule.values or str(beside).lower() in rule.values)
        if not rule.never and not is_moot:
            found.append(Wanted(name, rule.name or name, rule.same or is_kept, value))
    effects = EFFECTS.get(operation.name, {}).items()
    return [*found, *(Wanted(name, name, same, value) for name, (value, same) in effects)]


def compare(wanted: Iterable[Wanted], row: Any, names: frozenset[str]) -> tuple[list[str], list[Wanted]]:
    """Return the fields that a row has otherwise, and what it does not tell.

    Args:
        wanted: the fields that it should have.
        row: the row, as a struct.
        names: the wire names of the fields that the office has sent.
    """
    attributes = attributes_of(type(row))  # type: ignore[arg-type]  # pyright: ignore[reportUnknownArgumentType]
    lost: list[str] = []
    untold: list[Wanted] = []
    for each in wanted:
        if each.field not in names or each.field not in attributes:
            untold.append(each)
        elif not each.same(each.value, getattr(row, attributes[each.field])):
            lost.append(each.name)
    return lost, untold
