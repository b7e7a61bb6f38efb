"""Whether the body of a success can be what was requested, beyond its structure. No I/O."""

from __future__ import annotations

from typing import Any, Final

from odapi_async._core.operation import Operation
from odapi_async._wire import decoder
from odapi_async.errors import DecodeError

_MARKUP: Final = b"<"
_JSON: Final = (b"{", b"[", b'"')


def check_readable(content: bytes) -> None:
    """Refuse a body that no office sends where nothing is expected: it may come from something in between.

    JSON and bare text are accepted, whatever they say.

    Raises:
        DecodeError: it is a page of HTML, half of a JSON value, or not text at all.
    """
    text = content.strip()
    if text.startswith(_JSON):
        if _is_error(decoder(object).row(content)):
            raise DecodeError("text", content, problem="an error, though its status is one of success")
    elif text.startswith(_MARKUP) or not _is_text(text):
        raise DecodeError("text", content, problem="neither JSON nor a sentence")


def check_id(operation: Operation[Any], row_id: int, row: object, content: bytes) -> None:
    """Refuse a row whose id is not the one in the path, if it has that id at all.

    Args:
        operation: what was requested.
        row_id: the last id in its path.
        row: the row.
        content: its bytes.

    Raises:
        DecodeError: it is another row.
    """
    _, _, field = operation.path.rpartition("{")
    found = getattr(row, field[:-1], None) if field.endswith("}") else None
    if found and found != row_id:
        name = operation.returns.__name__
        problem = f"another {name} than the one that was requested"
        raise DecodeError(name, content, field=field[:-1], problem=problem)


def _is_error(value: object) -> bool:
    """Return whether a value is what the office's web server sends for an error, and nothing else."""
    return isinstance(value, dict) and [*value] == ["Message"]  # pyright: ignore[reportUnknownArgumentType]


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return all(each.isprintable() or each.isspace() for each in text)
