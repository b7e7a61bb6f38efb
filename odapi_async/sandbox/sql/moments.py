"""Dates in a translated SELECT: which expressions hold them, and comparisons between their two forms."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from odapi_async.sandbox.sql import functions

_TEMPORAL: Final = {exp.DataType.Type.DATE, exp.DataType.Type.DATETIME, exp.DataType.Type.TIMESTAMP}
_MARK: Final = exp.DataType.build("DATETIME")
COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.Between, exp.In)
"""Expressions that compare several operands."""


def call(name: str, *values: exp.Expr | str | int) -> exp.Anonymous:
    """Return a call of one of our functions; texts and numbers become literals."""
    arguments = [each if isinstance(each, exp.Expr) else exp.convert(each) for each in values]
    return exp.Anonymous(this=functions.PREFIX + name, expressions=arguments)


def mark(value: exp.Expr) -> exp.Cast:
    """Mark an expression as one that holds a date or a time, until `remove_marks`."""
    return exp.Cast(this=value, to=_MARK.copy())


def remove_marks(tree: exp.Expr) -> None:
    """Replace the marked expressions by what they are."""
    for node in reversed([*tree.walk()]):
        if isinstance(node, exp.Cast) and node.to.this == _MARK.this:
            node.replace(node.this)


def is_temporal(value: exp.Expr) -> bool:
    """Return whether an expression with annotated types holds dates or times."""
    return value.type is not None and value.type.this in _TEMPORAL


def operands_of(comparison: exp.Expr) -> list[exp.Expr]:
    """Return what a comparison compares."""
    found = [each for key in ("this", "expression", "low", "high") if (each := comparison.args.get(key))]
    return [*found, *comparison.expressions]


def compare_as_moments(tree: exp.Expr) -> None:
    """Compare dates as moments: stored as text, a date is only the beginning of a date with a time."""
    for node in [*tree.find_all(*COMPARISONS)]:
        operands = operands_of(node)
        if any(is_temporal(each) for each in operands):
            for each in operands:
                each.replace(_as_moment(each))


def _as_moment(value: exp.Expr) -> exp.Expr:
    if not isinstance(value, exp.Literal):
        return call("moment", value.copy())
    full = functions.full(value.this)
    return value if full is None else exp.Literal.string(full)
