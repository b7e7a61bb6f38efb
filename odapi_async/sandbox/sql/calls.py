"""Replaces the calls of MySQL's functions by calls of functions that SQLite has or that were added to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from sqlglot import exp

from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.sql import functions
from odapi_async.sandbox.sql.collation import binary, collated
from odapi_async.sandbox.sql.moments import call, mark

_KEPT: Final = (
    exp.Abs, exp.And, exp.Avg, exp.Case, exp.Chr, exp.Coalesce, exp.Concat, exp.Count, exp.DenseRank,
    exp.Exists, exp.FirstValue, exp.Greatest, exp.If, exp.Lag, exp.LastValue, exp.Lead, exp.Least, exp.Lower,
    exp.Max, exp.Min, exp.Ntile, exp.Nullif, exp.Or, exp.Rank, exp.Replace, exp.Round, exp.RowNumber,
    exp.Substring, exp.Sum, exp.Trim, exp.Upper,
)  # fmt: skip
"""Functions that sqlglot itself translates with the same meaning."""

_PLAIN: Final[dict[type[exp.Expr], tuple[str, tuple[str, ...]]]] = {
    exp.DateDiff: ("datediff", ("this", "expression")),
    exp.Left: ("left", ("this", "expression")),
    exp.Right: ("right", ("this", "expression")),
    exp.Repeat: ("repeat", ("this", "times")),
    exp.Reverse: ("reverse", ("this",)),
    exp.SubstringIndex: ("substring_index", ("this", "delimiter", "count")),
    exp.NumberToStr: ("format", ("this", "format")),
    exp.Floor: ("floor", ("this",)),
    exp.Ceil: ("ceil", ("this",)),
    exp.Pow: ("power", ("this", "expression")),
    exp.Sqrt: ("sqrt", ("this",)),
    exp.Sign: ("sign", ("this",)),
    exp.Trunc: ("truncate", ("this", "decimals")),
    exp.Time: ("time", ("this",)),
}
_PARTS: Final[dict[type[exp.Expr], str]] = {
    exp.Year: "year", exp.Quarter: "quarter", exp.Month: "month", exp.Week: "week", exp.Day: "day",
    exp.DayOfMonth: "day", exp.DayOfWeek: "dayofweek", exp.DayOfYear: "dayofyear", exp.Hour: "hour",
    exp.Minute: "minute", exp.Second: "second",
}  # fmt: skip


def replace_calls(tree: exp.Expr, now: str) -> None:
    """Replace all calls in a parsed SELECT.

    Args:
        tree: the SELECT.
        now: the office's time, as yyyy-MM-dd HH:mm:ss.

    Raises:
        Refusal: a function is unknown.
    """
    for node in reversed([*tree.walk()]):
        new = _replaced(node, now)
        if new is not node:
            node.replace(new)


def _replaced(node: exp.Expr, now: str) -> exp.Expr:
    kind = type(node)
    special = _SPECIAL.get(kind)
    if special is not None:
        return special(node, now)
    if kind in _PLAIN:
        name, keys = _PLAIN[kind]
        return call(name, *(node.args[key] for key in keys if node.args.get(key) is not None))
    if kind in _PARTS:
        return call("part", _PARTS[kind], node.this)
    if isinstance(node, exp.Func) and not isinstance(node, _KEPT):
        raise _unknown(node)
    return node


def _unknown(node: exp.Expr) -> Refusal:
    name = node.name if isinstance(node, exp.Anonymous) else getattr(node, "sql_name", lambda: "")()
    return Refusal(400, f"FUNCTION {str(name).upper()} does not exist")


def _named(node: exp.Expr, now: str) -> exp.Expr:
    """Replace a function that sqlglot does not know."""
    values = node.expressions
    named: dict[str, Callable[[], exp.Expr]] = {
        "NOW": lambda: _now(node, now),
        "SYSDATE": lambda: _now(node, now),
        "ADDDATE": lambda: _added(values[0], values[1], "DAY", 1),
        "SUBDATE": lambda: _added(values[0], values[1], "DAY", -1),
        "MID": lambda: exp.Substring(this=values[0], start=values[1], length=values[2]),
        "WEEKDAY": lambda: call("part", "weekday", values[0]),
        "FIELD": lambda: call("field", *values),
        "FIND_IN_SET": lambda: call("find_in_set", *values),
    }
    replace = named.get(str(node.this).upper())
    if replace is None:
        raise _unknown(node)
    try:
        return replace()
    except IndexError:
        raise _unknown(node) from None


def _now(_: exp.Expr, now: str) -> exp.Expr:
    return mark(exp.Literal.string(now))


def _today(_: exp.Expr, now: str) -> exp.Expr:
    return mark(exp.Literal.string(now[:10]))


def _added(value: exp.Expr, number: exp.Expr, unit: str, sign: int) -> exp.Expr:
    if isinstance(number, exp.Interval):
        unit, number = str(number.args.get("unit") or "DAY").upper(), number.this
    if unit not in functions.UNITS:
        raise Refusal(400, f"The sandbox does not know intervals of {unit}.")
    if isinstance(number, exp.Literal) and number.is_string:
        number = exp.Literal.number(number.this)
    return mark(call("add", value, exp.Neg(this=exp.paren(number)) if sign < 0 else number, unit))


def _date_add(node: exp.Expr, _: str) -> exp.Expr:
    sign = 1 if isinstance(node, exp.DateAdd) else -1
    return _added(node.this, node.expression, str(node.args.get("unit") or "DAY").upper(), sign)


def _sum(node: exp.Expr, _: str) -> exp.Expr:
    """Replace a date plus or minus an interval."""
    sign = 1 if isinstance(node, exp.Add) else -1
    if isinstance(node.expression, exp.Interval):
        return _added(node.this, node.expression, "DAY", sign)
    if isinstance(node.this, exp.Interval) and sign > 0:
        return _added(node.expression, node.this, "DAY", sign)
    return node


def _difference(node: exp.Expr, _: str) -> exp.Expr:
    unit = str(node.args.get("unit") or "").upper()
    if unit not in functions.UNITS:
        raise Refusal(400, f"The sandbox does not know differences in {unit}.")
    return call("difference", unit, node.expression, node.this)


def _extract(node: exp.Expr, _: str) -> exp.Expr:
    part = node.name.lower()
    if part not in functions.PARTS:
        raise _unknown(node)
    return call("part", part, node.expression)


def _format(node: exp.Expr, _: str) -> exp.Expr:
    pattern = node.args.get("format")
    if not isinstance(pattern, exp.Literal) or not functions.is_format(pattern.this):
        raise Refusal(400, "The sandbox does not know this format of dates.")
    if isinstance(node, exp.StrToDate):
        return mark(call("str_to_date", node.this, pattern))
    return call("date_format", node.this, pattern)


def _cast(node: exp.Expr, _: str) -> exp.Expr:
    to = cast("exp.Cast", node).to
    kind = to.this
    if kind == exp.DataType.Type.DATE:
        return mark(call("date", node.this))
    if kind in {exp.DataType.Type.DATETIME, exp.DataType.Type.TIMESTAMP}:
        return mark(call("moment", node.this))
    if kind == exp.DataType.Type.TIME:
        return call("time", node.this)
    if kind == exp.DataType.Type.BINARY:
        return binary(node.this)
    if kind == exp.DataType.Type.DECIMAL:
        places = to.expressions[1].this if len(to.expressions) > 1 else exp.Literal.number(0)
        return exp.Round(this=exp.Cast(this=node.this, to=exp.DataType.build("DOUBLE")), decimals=places)
    return node


def _length(node: exp.Expr, _: str) -> exp.Expr:
    return call("bytes", node.this) if node.args.get("binary") else node


def _position(node: exp.Expr, _: str) -> exp.Expr:
    return call("position", node.this, node.args["substr"], node.args.get("position") or 1)


def _pad(node: exp.Expr, _: str) -> exp.Expr:
    fill: Any = node.args.get("fill_pattern") or " "
    return call("pad", node.this, node.expression, fill, int(bool(node.args.get("is_left"))))


def _group_concat(node: exp.Expr, _: str) -> exp.Expr:
    value, ordered = node.this, list[exp.Expr]()
    if isinstance(value, exp.Order):
        value, ordered = value.this, value.expressions
    distinct = isinstance(value, exp.Distinct)
    if distinct:
        value = (
            value.expressions[0] if len(value.expressions) == 1 else exp.Concat(expressions=value.expressions)
        )
    directions = "".join("d" if each.args.get("desc") else "a" for each in ordered)
    keys = (each.this for each in ordered)
    separator: Any = node.args.get("separator") or ","
    return call("group_concat", value, separator, int(distinct), directions, *keys)


def _concat_ws(node: exp.Expr, _: str) -> exp.Expr:
    return call("concat_ws", *node.expressions)


_SPECIAL: Final[dict[type[exp.Expr], Callable[[exp.Expr, str], exp.Expr]]] = {
    exp.Add: _sum,
    exp.Anonymous: _named,
    exp.Cast: _cast,
    exp.Collate: lambda node, _: collated(node),
    exp.ConcatWs: _concat_ws,
    exp.CurrentDate: _today,
    exp.CurrentTimestamp: _now,
    exp.DateAdd: _date_add,
    exp.DateSub: _date_add,
    exp.Dayname: lambda node, _: call("date_format", node.this, "%A"),
    exp.Extract: _extract,
    exp.GroupConcat: _group_concat,
    exp.LastDay: lambda node, _: mark(call("last_day", node.this)),
    exp.Length: _length,
    exp.Pad: _pad,
    exp.StrToDate: _format,
    exp.StrPosition: _position,
    exp.Sub: _sum,
    exp.TimestampDiff: _difference,
    exp.TimeToStr: _format,
    exp.TsOrDsToDate: lambda node, _: mark(call("date", node.this)),
    exp.TsOrDsToTimestamp: lambda node, _: node.this,
}
