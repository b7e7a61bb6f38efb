"""The checks of a request, each a rule of the reference."""

import json
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, cast
from urllib.parse import unquote_to_bytes

from tests.opponent.dotnet import BadFormat, render
from tests.opponent.encode import OFFSET, Formats, office_now
from tests.opponent.forms import fits
from tests.opponent.reference import Json, Operation, Parameter, Resource, Row, Value, max_body, resources
from tests.opponent.refusal import Refusal
from tests.opponent.values import read_json, read_text, shows_other_type

PREFIX: Final = "/api/v1"
SCHEME: Final = re.compile(r"ODFHIR (?P<developer>[^/\s]+)/(?P<customer>[^/\s]+)")
# the reserved signs that the reference's own requests show bare: colons, commas, brackets of lists
QUERY_PART: Final = re.compile(r"(?:[A-Za-z0-9._~:,\[\]-]|%[0-9A-Fa-f]{2})*")
PLAIN_VERSION: Final = re.compile(r"\d+(?:\.\d+)+")
NEEDED_BY: Final = re.compile(r"required with (\w+)")
WINDOW: Final = (Parameter("Limit", "int", False), Parameter("Offset", "int", False))


@dataclass(frozen=True)
class Route:
    resource: Resource
    operation: Operation
    ids: dict[str, int]


@dataclass(frozen=True)
class Query:
    given: Row
    limit: int | None
    offset: int
    formats: Formats


def check_key(header: str | None, developer_key: str, secrets: Container[str]) -> str:
    """Return the customer key, or the portal key, of a request."""
    match = SCHEME.fullmatch(header or "")
    if match is None:
        raise Refusal(401, "Authorization must be ODFHIR DeveloperKey/CustomerKey.")
    if match["developer"] != developer_key or match["customer"] not in secrets:
        raise Refusal(401, "API key is invalid.")
    return match["customer"]


def check_headers(method: str, headers: Mapping[str, str]) -> None:
    media, _, rest = headers.get("Content-Type", "").partition(";")
    if media.strip() != "application/json" or rest.strip().lower() not in ("", "charset=utf-8"):
        raise Refusal(400, "Content-Type must be application/json.")
    if method in ("POST", "PUT") and "Content-Length" not in headers:
        raise Refusal(411, "Length Required")


@cache
def routes() -> dict[str, list[tuple[Resource, Operation, list[str]]]]:
    """Return all operations by the first segment of their path, fixed segments before ids."""
    found: dict[str, list[tuple[Resource, Operation, list[str]]]] = {}
    for resource in resources():
        for operation in resource.operations:
            first, *rest = operation.path.strip("/").split("/")
            found.setdefault(first, []).append((resource, operation, rest))
    for alternatives in found.values():
        alternatives.sort(key=lambda route: [segment.startswith("{") for segment in route[2]])
    return found


def find_route(method: str, path: str) -> Route:
    first, *rest = path.removeprefix(f"{PREFIX}/").split("/")
    if not path.startswith(f"{PREFIX}/") or first not in routes():
        raise Refusal(404, f"{first} is not a valid resource.", "unknown resource")
    for resource, operation, template in routes()[first]:
        ids = match_segments(template, rest)
        if operation.method == method and ids is not None:
            return Route(resource, operation, ids)
    action = next((segment for segment in rest if not segment.isdecimal()), "")
    raise Refusal(400, f"{first} {method} {action} is not a valid method.", "unknown method")


def match_segments(template: Sequence[str], given: Sequence[str]) -> dict[str, int] | None:
    if len(template) != len(given):
        return None
    ids: dict[str, int] = {}
    for expected, segment in zip(template, given, strict=True):
        if not expected.startswith("{"):
            if expected != segment:
                return None
        elif not (segment.isascii() and segment.isdecimal()):
            return None
        else:
            ids[expected[1:-1]] = int(segment)
    return ids


def as_version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def check_version(operation: Operation, version: str) -> None:
    """Refuse operations that are newer than the office, and deprecated ones."""
    newer = max((as_version(found) for found in PLAIN_VERSION.findall(operation.since or "")), default=())
    if newer > as_version(version):
        raise Refusal(400, "The office's version is too low for this method.")
    if (
        operation.deprecated
        and 410 in operation.statuses
        and as_version(operation.deprecated) <= as_version(version)
    ):
        raise Refusal(410, "This method is deprecated.")


def check_permission(operation: Operation, held: Container[str | None]) -> None:
    if operation.permission not in held:
        raise Refusal(401, f"Permission {operation.permission or 'of a portal key'} is missing.")


def split_query(raw: str) -> dict[str, str]:
    """Split a raw query string; characters that should be encoded are refused."""
    found: dict[str, str] = {}
    for part in raw.split("&") if raw else []:
        name, equals, value = part.partition("=")
        if not equals or not QUERY_PART.fullmatch(name) or not QUERY_PART.fullmatch(value):
            raise Refusal(400, "Reserved characters in the query must be percent-encoded.")
        name, value = decode(unquote_to_bytes(name)), decode(unquote_to_bytes(value))
        if name in found:
            raise Refusal(400, f"'{name}' is given twice.", "a parameter is given twice")
        if len(value) > 1 and value[0] in "'\"" and value[0] == value[-1]:
            raise Refusal(400, f"{name} must not be in quotes.")
        found[name] = value
    return found


def decode(received: bytes) -> str:
    try:
        return received.decode()
    except UnicodeDecodeError:
        raise Refusal(400, "The text is not UTF-8.") from None


def read_query(route: Route, raw: str, most: int) -> Query:
    """Read the query of a request; `most` is the limit of rows of one request."""
    operation, texts = route.operation, split_query(raw)
    formats = take_formats(route, texts)
    window: dict[str, int] = {}
    if operation.paged:
        for parameter in WINDOW:
            if parameter.name in texts:
                window[parameter.name] = cast("int", read_text(parameter, texts.pop(parameter.name)))
    if window.get("Offset", 0) < 0 or not 0 < window.get("Limit", 1) <= most:
        raise Refusal(400, "Limit or Offset is invalid")
    known = {parameter.name: parameter for parameter in operation.query}
    given: Row = {}
    for name, text in texts.items():
        if name not in known:
            raise Refusal(400, f"'{name}' is not a valid parameter.")
        given[name] = read_text(known[name], text)
        check_form(known[name], given[name])
    check_required(operation.query, given)
    return Query(given, window.get("Limit"), window.get("Offset", 0), formats)


def take_formats(route: Route, texts: dict[str, str]) -> Formats:
    """Take the format strings out of a query; only operations that return such values accept them."""
    types = {field.type for field in route.resource.response_fields(route.operation)}
    chosen: dict[str, str] = {}
    for name, kind in (("DateFormatString", "dates"), ("DateTimeFormatString", "datetimes")):
        if kind.removesuffix("s") in types and name in texts:
            chosen[kind] = texts.pop(name)
            try:
                render(office_now(), chosen[kind], OFFSET)
            except BadFormat:
                raise Refusal(400, f"{name} is invalid") from None
    return Formats(**chosen)


def check_required(parameters: Sequence[Parameter], given: Row) -> None:
    for parameter in parameters:
        with_other = NEEDED_BY.search(parameter.remark)
        needed = parameter.required or (with_other is not None and with_other[1] in given)
        if needed and parameter.name not in given:
            raise Refusal(400, f"{parameter.name} is required.")


def check_choices(operation: Operation, given: Row) -> None:
    """Check how many of some fields are given; rules that only some offices have do not apply."""
    for choice in operation.either_or:
        count = sum(name in given for name in choice.fields)
        allowed = {"at_least_one": count >= 1, "exactly_one": count == 1, "at_most_one": count <= 1}
        if choice.when is None and not allowed[choice.rule]:
            raise Refusal(400, f"{choice.rule.replace('_', ' ')} of {', '.join(choice.fields)}")


def read_body(route: Route, text: str) -> Row:
    if len(text) > max_body():
        raise Refusal(400, "The body is too long.")
    operation = route.operation
    known = {parameter.name: parameter for parameter in operation.body}
    given: Row = {}
    for name, value in read_object(text, needed=bool(operation.body)).items():
        if name not in known:
            raise Refusal(400, f"'{name}' is not a valid parameter.")
        other_type = shows_other_type(route.resource.resource, operation.name, name)
        given[name] = read_json(known[name], value, other_type=other_type)
        check_items(route.resource, known[name], value)
        check_form(known[name], given[name])
    check_required(operation.body, given)
    return given


def check_form(parameter: Parameter, value: Value) -> None:
    if not fits(parameter, value):
        raise Refusal(400, f"{parameter.name} is invalid")


def check_items(resource: Resource, parameter: Parameter, value: Json) -> None:
    """Check the objects of a list, whose fields are those of a struct, all numbers."""
    struct = parameter.type.removeprefix("list[object:").removesuffix("]")
    if struct not in resource.structs or not isinstance(value, list):
        return
    names = {field.name for field in resource.structs[struct]}
    for item in value:
        if not isinstance(item, dict) or item.keys() != names or not all(map(is_number, item.values())):
            raise Refusal(400, f"{parameter.name} is invalid")


def is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def read_object(text: str, *, needed: bool) -> dict[str, Json]:
    if not text and not needed:
        return {}
    try:
        found = cast("Json", json.loads(text))
    except ValueError:
        raise Refusal(400, "The body is not JSON.") from None
    if not isinstance(found, dict):
        raise Refusal(400, "The body must be a JSON object.")
    return found
