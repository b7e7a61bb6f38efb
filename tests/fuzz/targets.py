"""The parsers that read what others have written. Each takes any bytes, and fails in its own way only.

The first line of an input often chooses something: a type, a format, a status. The rest is what is read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from odapi_async import ConfigurationError, DecodeError, InvalidRequest
from odapi_async._core.credentials import check_base_url, check_key, check_name
from odapi_async._core.operation import Operation
from odapi_async._core.requests import prepare
from odapi_async._core.responses import error_from_response, retry_after
from odapi_async._core.secret import Secret
from odapi_async._core.transport import Response
from odapi_async._wire import decoder
from odapi_async._wire.date_formats import FormatError, Kind, compile_format
from odapi_async._wire.formatted import decoder_for
from odapi_async._wire.tolerant import read_row, read_rows
from odapi_async.cli.errors import UsageError
from odapi_async.cli.values import convert, parse_body
from odapi_async.mirror import Store
from odapi_async.mirror.config import read
from odapi_async.resources import appointments, claim_procs, patients, procedure_logs, queries, schedules
from odapi_async.sandbox import Office, SandboxRequest
from odapi_async.sandbox.clock import OfficeClock
from odapi_async.sandbox.office_api import OfficeApi

KEYS: Final = ("fuzzed-developer-key", "fuzzed-customer-key")
FOLDER: Final = Path("folder")
LISTS: Final = (appointments.LIST, claim_procs.LIST, patients.LIST, procedure_logs.LIST, schedules.LIST)
WRITES: Final = (appointments.CREATE, claim_procs.UPDATE, patients.CREATE, procedure_logs.CREATE)
KINDS: Final[tuple[Kind, ...]] = ("date", "datetime")
MAX_WAIT: Final = 3600.0  # seconds
SERVER_ERROR: Final = 500


class Target(NamedTuple):
    """A parser.

    Attributes:
        check: reads an input; it raises if something is wrong with the parser.
        words: pieces that the parser knows, for inputs that get far.
    """

    check: Callable[[bytes], None]
    words: tuple[str, ...]


def rows(data: bytes) -> None:
    """Decode a response as a row and as a page, and with the tolerant reader alone."""
    choice, body = _split(data)
    kind = LISTS[len(choice) % len(LISTS)].returns
    for read_one in (decoder(kind).row, decoder(kind).page, decoder(dict[str, Any]).page):
        with suppress(DecodeError):
            read_one(body)
    with suppress(DecodeError):
        read_rows(body, kind)
    with suppress(DecodeError):
        read_row(body, kind)


def formatted_rows(data: bytes) -> None:
    """Decode a response whose dates have a format, which is the first line."""
    form, body = _split(data)
    for operation in LISTS[:2]:
        with suppress(InvalidRequest, DecodeError):
            decoder_for(operation.returns, {"DateTimeFormatString": form, "DateFormatString": form}).page(
                body
            )


def date_formats(data: bytes) -> None:
    """Read texts by a format, which is the first line."""
    form, body = _split(data)
    with suppress(FormatError):
        compiled = compile_format(form)
        for kind in KINDS:
            if compiled.unreadable(kind) is None:
                with suppress(ValueError):
                    compiled.parse(kind, body.decode(errors="replace").splitlines())


def waits(data: bytes) -> None:
    """Read the headers that tell how long to wait."""
    value, date = _split(data)
    seconds = retry_after({"Retry-After": value, "Date": date.decode(errors="replace")})
    assert seconds is None or (0 <= seconds <= MAX_WAIT and math.isfinite(seconds))


def errors(data: bytes) -> None:
    """Make an error of a response. Its text has no key, whatever the body quotes."""
    choice, body = _split(data)
    status = 400 + len(choice) % 200
    quoted = body.replace(b"KEY", KEYS[1].encode())
    error = error_from_response(
        Response(status, {"Retry-After": choice}, quoted), "GET", "/patients", f"ODFHIR {'/'.join(KEYS)}"
    )
    assert error is not None
    assert not any(key in f"{error}{error!r}" for key in KEYS)


def config(data: bytes) -> None:
    """Read the mirror's configuration file."""
    with suppress(ConfigurationError):
        read(data.decode(errors="replace"), FOLDER)


def base_urls(data: bytes) -> None:
    """Check a base URL; one that is accepted names a host."""
    text = data.decode(errors="replace")
    with suppress(ConfigurationError):
        assert "://" in check_base_url(text)


def keys(data: bytes) -> None:
    """Check a key and a practice's name. A key that is accepted can be sent in a header."""
    text = data.decode(errors="replace")
    with suppress(ConfigurationError):
        check_name(text, *map(Secret, KEYS))
    with suppress(ConfigurationError):
        sent = check_key("customer_key", text)
        assert sent.isascii()
        assert not any(each in sent for each in "\r\n /")


def stores(data: bytes) -> None:
    """Check the URL or path of a database, without opening it."""
    with suppress(ConfigurationError):
        Store(data.decode(errors="replace"))


def sql(data: bytes) -> None:
    """Check a query here, and let the sandbox run it: it responds, and never with a failure of its own."""
    command = data.decode(errors="replace")
    with suppress(InvalidRequest):
        _prepare(queries.SHORT_QUERY, {"SqlCommand": command})
    body = msgspec.json.encode({"SqlCommand": command})
    response = _office().respond(SandboxRequest(method="PUT", path="/queries/ShortQuery", body=body))
    assert response.status < SERVER_ERROR


def arguments(data: bytes) -> None:
    """Check the fields of a write, as they come from a JSON file or from words of the command line."""
    choice, body = _split(data)
    operation = WRITES[len(choice) % len(WRITES)]
    with suppress(UsageError):
        fields = parse_body(body)
        _prepare(operation, fields)
        _prepare(operation, fields, check=False)
        texts = {name: str(value) for name, value in fields.items()}
        _prepare(operation, convert(operation, texts))


def _prepare(operation: Operation[Any], fields: Mapping[str, object], *, check: bool = True) -> None:
    ids = (1,) * operation.path.count("{")
    with suppress(InvalidRequest):
        prepared = prepare(operation, ids, {}, fields, check=check, version=None)
        msgspec.json.decode(prepared.body or b"")


@cache
def _office() -> OfficeApi:
    rows = {"patients": 3, "appointments": 3}
    return OfficeApi(
        Office(customer_key=KEYS[1], permissions=frozenset({"Queries"}), rows=rows), OfficeClock()
    )


def _split(data: bytes) -> tuple[str, bytes]:
    first, _, rest = data.partition(b"\n")
    return first.decode(errors="replace"), rest


JSON_WORDS: Final = (
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"',
    "null",
    "-1",
    "0",
    "1e999",
    "true",
    "\\ud83d",
    "\ufeff",
)
FORM_WORDS: Final = (
    "d",
    "dd",
    "MM",
    "MMM",
    "yyyy",
    "h",
    "HH",
    "mm",
    "ss",
    "fff",
    "tt",
    "zzz",
    "K",
    "'",
    "\\",
    "/",
)
SQL_WORDS: Final = (
    "SELECT",
    "FROM",
    "patient",
    "PatNum",
    "WHERE",
    "(",
    ")",
    "'",
    "LIMIT",
    "UNION",
    "DATE(",
    "--",
    "/*",
)
TARGETS: Final[Mapping[str, Target]] = {
    "rows": Target(rows, (*JSON_WORDS, '"PatNum":', '"AptDateTime":', '"2026-11-23 08:00:00"')),
    "formatted_rows": Target(formatted_rows, (*FORM_WORDS, *JSON_WORDS, '"AptDateTime":', "11/23/2026")),
    "date_formats": Target(date_formats, (*FORM_WORDS, "2026", "23", "11", "PM", "+01:00", "\n")),
    "waits": Target(waits, ("Mon, ", "23 Nov 2026", " 08:00:00", " GMT", "-", "1", "e", "nan", "inf", "\n")),
    "errors": Target(errors, ("KEY", "ODFHIR ", "/", '"', "<", "&", "%", "\n")),
    "config": Target(
        config, ("[practices.", "]", "\n", "store", "=", "key_file", "tables", '"', "~", "sqlite://")
    ),
    "base_urls": Target(
        base_urls, ("http", "s", "://", "/api/v1", "localhost", "127.0.0.1", "[::1]", ":", "@", "%2e")
    ),
    "keys": Target(keys, ("fuzzed", "-customer-key", "/", "ODFHIR")),
    "stores": Target(
        stores, ("sqlite", "+aiosqlite", "postgresql", "://", "/", "@", ":", "?", "sslmode=", "%")
    ),
    "sql": Target(sql, SQL_WORDS),
    "arguments": Target(arguments, (*JSON_WORDS, '"PatNum":', '"AptDateTime":', '"Note":', "\n")),
}
