"""The responses of an office to requests that passed the checks."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from tests.opponent.checks import PREFIX, Query, Route
from tests.opponent.encode import encode
from tests.opponent.reference import Json, Mode, Resource, Row, Value, permissions, resources
from tests.opponent.refusal import Refusal
from tests.opponent.rows import Office, Table, stored

READING_SQL: Final = ("SELECT", "SHOW", "DESCRIBE", "EXPLAIN", "WITH")
PATIENTS: Final = next(resource for resource in resources() if resource.resource == "Patients")


@dataclass(frozen=True)
class Response:
    """A response; a body of None is an empty one, and rows are those that the body shows."""

    status: int
    body: Json = None
    headers: dict[str, str] = field(default_factory=dict[str, str])
    rows: list[Row] = field(default_factory=list[Row])


@dataclass(frozen=True)
class Call:
    """A request that passed the checks, with what its key may do."""

    route: Route
    query: Query
    body: Row
    held: Collection[str]
    most: int

    @property
    def limit(self) -> int:
        return self.most if self.query.limit is None else self.query.limit


def row_limit(mode: Mode, held: Collection[str]) -> int:
    limits = permissions().row_limits
    limit = {"remote": limits.remote, "local": limits.local, "service": limits.service}[mode]
    return limit.enterprise if "Enterprise" in held else limit.default


def respond(office: Office, version: str, call: Call) -> Response:
    """Respond to a request from the rows of an office."""
    route = call.route
    check_patient(office, call)
    if route.resource.resource == "Queries":
        return respond_to_sql(call)
    table = table_for(office, version, call)
    if route.operation.kind == "list":
        return several(call, [row for row in table.values() if matches(route.resource, row, call)])
    if route.operation.kind == "create":
        return single(call, office.add(route.resource, call.body))
    if route.operation.returns.shape == "list":
        return several(call, list(table.values())[:3])
    row = find(table, call)
    if route.operation.kind == "update":
        row.update(stored(route.resource, call.body))
    if route.operation.method == "DELETE":
        del table[next(number for number, one in table.items() if one is row)]
    return single(call, row)


def table_for(office: Office, version: str, call: Call) -> Table:
    """Return the rows of a resource; those of two resources state facts of the office."""
    match call.route.resource.resource:
        case "SecurityPerms":
            names = enumerate(permissions().permissions, start=1)
            return {
                number: {"Permission": f"Api{name}", "HasPermission": name in call.held}
                for number, name in names
            }
        case "Preferences":
            table = office.table(call.route.resource)
            number = max(table, default=0) + 1
            return {
                **table,
                number: {"PrefNum": number, "PrefName": "ProgramVersion", "ValueString": version},
            }
        case _:
            return office.table(call.route.resource)


def check_patient(office: Office, call: Call) -> None:
    """Refuse an unknown patient, if the operation has a status for it."""
    given: Row = {**call.query.given, **call.body, **call.route.ids}
    known = office.table(PATIENTS)
    if "PatNum" in given and given["PatNum"] not in known and 404 in call.route.operation.statuses:
        raise Refusal(404, "Patient not found.")


def matches(resource: Resource, row: Row, call: Call) -> bool:
    """Tell whether a row passes the filters that name one of its fields."""
    wanted: Row = {**call.query.given, **call.route.ids}
    return all(passes(resource, name, row[name], value) for name, value in wanted.items() if name in row)


def passes(resource: Resource, name: str, value: Value, wanted: Value) -> bool:
    if resource.fields[name].type == "datetime" and isinstance(wanted, type(value)):
        return str(value) >= str(wanted)
    if isinstance(value, str) and isinstance(wanted, str) and not resource.fields[name].enum:
        return value.lower().startswith(wanted.lower())
    return value == wanted or type(value) is not type(wanted)


def find(table: Table, call: Call) -> Row:
    """Return the row that a path, a query or a body addresses."""
    key = call.route.resource.primary_key
    if key in call.route.ids:
        number = call.route.ids[key]
        if number not in table:
            raise Refusal(404, f"{call.route.resource.resource} not found.", "unknown row")
        return table[number]
    wanted: Row = {**call.query.given, **call.body, **call.route.ids}
    for row in table.values():
        if all(row.get(name) == value for name, value in wanted.items() if name in row):
            return row
    return next(iter(table.values()))


def several(call: Call, rows: list[Row]) -> Response:
    """Respond with a window of rows, or with a bare row where the reference shows that, too."""
    operation, offset = call.route.operation, call.query.offset
    fields = call.route.resource.response_fields(operation)
    window = rows[offset : offset + call.limit]
    read = operation.method == "GET"
    encoded: list[Json] = [
        encode(row, fields, call.query.formats, number, read=read)
        for number, row in enumerate(window, start=offset)
    ]
    if operation.returns.may_be_object and len(rows) == len(encoded) == 1:
        return Response(operation.success, encoded[0], rows=window)
    return Response(operation.success, encoded, rows=window)


def single(call: Call, row: Row) -> Response:
    """Respond with one row, with a text, or with an empty body."""
    operation, resource = call.route.operation, call.route.resource
    key = row.get(resource.primary_key or "", 0)
    headers = {"Location": location(call, key)} if operation.location_header else {}
    if operation.returns.shape == "none":
        return Response(operation.success, headers=headers)
    if operation.returns.shape == "text":
        return Response(operation.success, "The terms of the plan.", headers)
    number = key if isinstance(key, int) else 0
    fields = resource.response_fields(operation)
    encoded = encode(row, fields, call.query.formats, number, read=operation.method == "GET")
    return Response(operation.success, encoded, headers, [row])


def location(call: Call, key: Value) -> str:
    """Return the address of a row that was created, or the remote path of a file."""
    if call.route.operation.returns.shape == "none":
        return f"sftp.example/{call.body['SftpAddress']}"
    return f"{PREFIX}{call.route.resource.path}/{key}"


def respond_to_sql(call: Call) -> Response:
    """Respond to SQL that reads with rows of no fixed struct; refuse SQL that writes."""
    if not str(call.body["SqlCommand"]).lstrip().upper().startswith(READING_SQL):
        raise Refusal(401, "The query must not write.")
    operation = call.route.operation
    if operation.returns.shape == "none":
        return Response(operation.success)
    rows: list[Json] = [
        {"PayPeriodNum": number, "DateStart": f"2024-{number:02}-01T00:00:00", "Note": None}
        for number in range(1, 4)
    ]
    return Response(operation.success, rows[call.query.offset : call.query.offset + call.limit])
