"""Texts in a translated SELECT: every comparison of them gets the collation of MySQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.sql.moments import COMPARISONS, is_temporal, operands_of
from odapi_async.sandbox.sql.texts import COLLATION

_ORDERING: Final = (exp.Max, exp.Min, exp.Nullif, exp.Greatest, exp.Least, exp.Ordered)
"""Expressions beside the comparisons whose first operand decides how SQLite compares."""

_BINARY: Final = "BINARY"
_OTHER_TYPES: Final = frozenset(
    {*exp.DataType.NUMERIC_TYPES, exp.DataType.Type.BOOLEAN, exp.DataType.Type.NULL}
)


def ignore_case(tree: exp.Expr) -> None:
    """Compare, order, group and count texts without regard to case. The types must be annotated.

    SQLite does this by itself for the columns of tables, but not for other expressions.
    """
    for comparison in [*tree.find_all(*COMPARISONS)]:
        operands = operands_of(comparison)
        if not any(each.find(exp.Collate) or is_temporal(each) for each in operands):
            _collate(_parts(operands[0]))
    for case in [*tree.find_all(exp.Case)]:
        if case.this:
            _collate([case.this])
    for node in [*tree.find_all(*_ORDERING)]:
        _collate([node.this])
    for node in [*tree.find_all(exp.Distinct, exp.Group)]:
        _collate(node.expressions)
    for window in [*tree.find_all(exp.Window)]:
        _collate(window.args.get("partition_by") or [])
    for select in [*tree.find_all(exp.Select)]:
        _collate([each.unalias() for each in select.expressions])


def collated(node: exp.Expr) -> exp.Expr:
    """Translate a collation that a statement itself names.

    Raises:
        Refusal: it is unknown.
    """
    name = node.expression.name.lower()
    if name.endswith("_ci"):
        return _with(node.this, COLLATION)
    if name == "binary" or name.endswith("_bin"):
        return binary(node.this)
    raise Refusal(400, "Unknown collation in the statement")


def binary(value: exp.Expr) -> exp.Expr:
    """Return a text that is compared with regard to case."""
    return _with(value, _BINARY)


def _parts(value: exp.Expr) -> Sequence[exp.Expr]:
    return value.expressions if isinstance(value, exp.Tuple) else [value]


def _collate(values: Sequence[exp.Expr]) -> None:
    for value in [*values]:
        if _is_made_text(value):
            value.replace(_with(value.copy(), COLLATION))


def _is_made_text(value: exp.Expr) -> bool:
    """Return whether an expression may hold a text and has no collation yet; columns have theirs."""
    if isinstance(value, (exp.Column, exp.Star, exp.Collate)) or is_temporal(value):
        return False
    if isinstance(value, exp.Literal):
        return value.is_string
    return value.type is None or value.type.this not in _OTHER_TYPES


def _with(value: exp.Expr, collation: str) -> exp.Collate:
    return exp.Collate(this=exp.paren(value, copy=False), expression=exp.Var(this=collation))
