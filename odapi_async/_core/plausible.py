"""Whether the body of a success can be what was requested, beyond its structure. No I/O."""

from __future__ import annotations

from typing import Any, Final, cast

from odapi_async._core.operation import Operation
from odapi_async._wire import decoder
from odapi_async.errors import DecodeError

_MARKUP: Final = b"<"
_NOTHING: Final = (b"", b"null")
_JSON: Final = (b"{", b"[", b'"')
_ERROR_FIELDS: Final = frozenset(
    (
        *("message", "messagedetail", "exceptionmessage", "exceptiontype", "innerexception", "stacktrace"),
        *("modelstate", "error", "errors", "error_description", "code", "detail", "status", "title", "type"),
        *("instance", "traceid"),
    )
)
"""What web servers put into the objects that they send for errors, in lower case."""


def check_empty(content: bytes) -> None:
    """Refuse a body that no office sends where nothing is expected: it may come from something in between.

    The reference shows no body there. JSON is accepted, too: offices write their sentences as JSON, within
    quotation marks. Bare text is what proxies and gateways write.

    Raises:
        DecodeError: it is not JSON, or it is what a web server sends for an error.
    """
    if content.strip() not in _NOTHING and _is_error(decoder(object).row(content)):
        raise DecodeError("text", content, problem="an error, though its status is one of success")


def check_readable(content: bytes) -> None:
    """Refuse a body that no office sends in place of a list or beside a header.

    JSON or a sentence is accepted.

    Raises:
        DecodeError: it is a page of HTML, half of a JSON value, an error of a web server, or not text at all.
    """
    text = content.strip()
    if text.startswith(_JSON):
        check_empty(content)
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
    """Return whether a value is an object in which a web server describes an error, and nothing else."""
    if not isinstance(value, dict) or not value:
        return False
    return all(str(name).casefold() in _ERROR_FIELDS for name in cast("dict[str, object]", value))


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return all(each.isprintable() or each.isspace() for each in text)
