"""Translates a SELECT from MySQL's dialect to SQLite's, with sqlglot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.mysql import MySQL
from sqlglot.errors import ErrorLevel, OptimizeError, SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from odapi_async.sandbox.catalogue import Field
from odapi_async.sandbox.messages import Refusal
from odapi_async.sandbox.sql import statements
from odapi_async.sandbox.sql.calls import replace_calls
from odapi_async.sandbox.sql.collation import ignore_case
from odapi_async.sandbox.sql.moments import compare_as_moments, is_temporal, remove_marks

Schema = Callable[[str], Sequence[Field]]
"""Returns the columns of a table of the database; raises Refusal if there is no such table."""

MAX_TOKENS: Final = 4_000
"""Words and signs that a statement may have."""

_MAX_PARTS: Final = 61  # MySQL joins no more tables
_SYNTAX: Final = "You have an error in your SQL syntax"
_REFUSED: Final = (
    exp.Into, exp.Lock, exp.Parameter, exp.SessionParameter, exp.Placeholder, exp.Command,
    exp.Lateral, exp.Unnest, exp.Values, exp.Hint,
)  # fmt: skip
_WRITES: Final = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Alter)
_TYPES: Final = {"int": "BIGINT", "bool": "INT", "float": "DOUBLE", "date": "DATE", "datetime": "DATETIME"}


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT for SQLite.

    Attributes:
        sql: the statement.
        columns: whether a column holds dates or times, by its name, in the order of the columns.
    """

    sql: str
    columns: dict[str, bool]


def translate(command: str, schema: Schema, now: str) -> Query:
    """Translate a SELECT.

    Args:
        command: the statement in MySQL's dialect.
        schema: returns the columns of a table.
        now: the office's time, as yyyy-MM-dd HH:mm:ss.

    Raises:
        Refusal: it is not one SELECT, or it names something that does not exist.
    """
    try:
        tree = _parse(command)
        return _translated(tree, schema, now)
    # sqlglot's messages quote the statement, which may name patients
    except OptimizeError:
        raise Refusal(400, "Unknown column in the statement") from None
    except (SqlglotError, RecursionError):
        raise Refusal(400, _SYNTAX) from None
    except (
        AttributeError,
        IndexError,
        KeyError,
        TypeError,
        ValueError,
    ):  # its parser's, over torn statements
        raise Refusal(400, _SYNTAX) from None


def _parse(command: str) -> exp.Query:
    dialect = MySQL()
    tokens = _single(dialect.tokenize(command))
    if len(tokens) > MAX_TOKENS:
        raise Refusal(400, f"SqlCommand has more than {MAX_TOKENS} words and signs.")
    found = dialect.parser().parse(tokens, command)
    tree = found[0] if len(found) == 1 else None
    if isinstance(tree, _WRITES):
        raise Refusal(401, "Only SELECT is allowed.")
    if not isinstance(tree, exp.Query):
        raise Refusal(400, "Only SELECT is allowed.")
    if any(isinstance(node, (*_REFUSED, *_WRITES)) for node in tree.walk()):
        raise Refusal(400, _SYNTAX)
    if any(sum(1 for _ in tree.find_all(kind)) > _MAX_PARTS for kind in (exp.Table, exp.Select)):
        raise Refusal(400, f"SqlCommand has more than {_MAX_PARTS} tables or SELECTs.")
    tree = _without_parentheses(tree)
    _name_columns(tree, tokens, command)
    return tree


def _without_parentheses(tree: exp.Query) -> exp.Query:
    """Remove the parentheses around a whole SELECT and around the parts of a UNION, which SQLite refuses."""
    while isinstance(tree, exp.Subquery) and isinstance(tree.this, exp.Query) and not _has_order(tree):
        tree = tree.this
    for union in tree.find_all(exp.SetOperation):
        for part in (union.this, union.expression):
            if isinstance(part, exp.Subquery) and not _has_order(part) and not _has_order(part.this):
                part.replace(part.this)
    return tree


def _has_order(tree: exp.Expr) -> bool:
    return any(tree.args.get(key) for key in ("order", "limit", "offset"))


def _single(tokens: list[Token]) -> list[Token]:
    """Return the tokens of the only statement, without a semicolon at its end."""
    if any(comment.startswith("!") for token in tokens for comment in token.comments):
        raise Refusal(400, _SYNTAX)
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens = tokens[:-1]
    for token, following in pairwise(tokens):
        if token.token_type is TokenType.SEMICOLON:
            statements.refuse_unless_read(following.text)
            raise Refusal(400, "Only one statement is allowed.")
    return tokens


def _name_columns(tree: exp.Query, tokens: list[Token], command: str) -> None:
    """Give every column of the result the name that MySQL gives it: as it is written in the statement."""
    first = _first_select(tree)
    texts = [*_written_columns(tokens, command)]
    for at, column in enumerate(first.expressions):
        if isinstance(column, exp.Alias) or column.is_star:
            continue
        written = texts[at] if len(texts) == len(first.expressions) else column.sql("mysql")
        name = column.name if isinstance(column, exp.Column) else written
        column.replace(exp.alias_(column.copy(), name, quoted=True))


def _first_select(tree: exp.Expr) -> exp.Select:
    while not isinstance(tree, exp.Select):
        tree = tree.this
    return tree


def _written_columns(tokens: list[Token], command: str) -> Iterator[str]:
    """Yield the columns of the first SELECT outside of parentheses as they are written."""
    depth, start = 0, None
    for token in tokens:
        if token.token_type is TokenType.L_PAREN:
            depth += 1
        elif token.token_type is TokenType.R_PAREN:
            depth -= 1
        if depth:
            continue
        if start is None:
            start = token.end + 1 if token.token_type is TokenType.SELECT else None
        elif token.token_type in {TokenType.COMMA, TokenType.FROM, TokenType.UNION}:
            yield command[start : token.start].strip()
            start = token.end + 1
            if token.token_type is not TokenType.COMMA:
                return
    if start is not None:
        yield command[start : tokens[-1].end + 1].strip()


def _translated(tree: exp.Query, schema: Schema, now: str) -> Query:
    names = _output_names(tree)
    for identifier in tree.find_all(exp.Identifier):
        identifier.set("this", identifier.this.lower())
    fields = {name: schema(name) for name in _tables(tree)}
    known = MappingSchema(
        {
            name: {field.name.lower(): _TYPES.get(field.type, "TEXT") for field in each}
            for name, each in fields.items()
        },
        dialect="mysql",
    )
    replace_calls(tree, now)
    tree = qualify(tree, schema=known, dialect="mysql")
    tree = annotate_types(tree, schema=known, dialect="mysql")
    temporal = [is_temporal(column) for column in _first_select(tree).expressions]
    ignore_case(tree)
    compare_as_moments(tree)
    remove_marks(tree)
    names = {**{field.name.lower(): field.name for each in fields.values() for field in each}, **names}
    written = [
        str(names.get(each.alias_or_name, each.alias_or_name)) for each in _first_select(tree).expressions
    ]
    sql = tree.sql("sqlite", unsupported_level=ErrorLevel.RAISE)
    return Query(sql, dict(zip(_distinct(written), temporal, strict=True)))


def _output_names(tree: exp.Query) -> dict[str, str]:
    aliases = (each.alias for each in _first_select(tree).expressions if isinstance(each, exp.Alias))
    return {alias.lower(): alias for alias in aliases}


def _tables(tree: exp.Query) -> set[str]:
    made = {each.alias for each in tree.find_all(exp.CTE)}
    named: set[str] = set()
    for table in tree.find_all(exp.Table):
        if table.db or not isinstance(table.this, exp.Identifier):
            raise Refusal(400, f"Table '{table.name}' doesn't exist")
        if table.name not in made:
            named.add(table.name)
    return named


def _distinct(names: list[str]) -> list[str]:
    """Return the names with a number after each that was there before, as ADO.NET numbers them."""
    found: dict[str, None] = {}
    numbers: dict[str, int] = {}
    for name in names:
        free, number = name, numbers.get(name, 0)
        while free in found:
            number += 1
            free = f"{name}{number}"
        numbers[name] = number
        found[free] = None
    return list(found)
