"""The API of one office without throttle and faults: a request as plain values in, a response out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final

import msgspec

from odapi_async.sandbox import (
    accounts,
    actions,
    body_keys,
    catalogue,
    checks,
    insurance,
    new_rows,
    patient_modules,
    routes,
    rules,
    slots,
    versions,
)
from odapi_async.sandbox.catalogue import Operation, Resource
from odapi_async.sandbox.checks import Paging
from odapi_async.sandbox.clock import OfficeClock
from odapi_async.sandbox.encoders import DateFormats
from odapi_async.sandbox.filters import filters, owned
from odapi_async.sandbox.messages import Refusal, SandboxRequest, SandboxResponse, success
from odapi_async.sandbox.messy import Mess
from odapi_async.sandbox.office import PERMISSIONS, Office
from odapi_async.sandbox.routes import Route
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.sql import Queries
from odapi_async.sandbox.tables import OfficeTables, Order, Table, equal
from odapi_async.sandbox.versions import Known
from odapi_async.sandbox.view import View

_KEPT_VIEWS: Final = 500
_WARM_ROWS: Final = 20_000  # take about a second
_COMPUTED: Final[dict[str, Callable[[OfficeTables, Mapping[str, Any]], list[Row]]]] = {
    "/appointments/Slots": slots.slots,
    "/appointments/SlotsWebSched": slots.web_sched_slots,
}
"""Lists whose rows are in no table."""
_OF_PATIENTS: Final = {**accounts.COMPUTED, **patient_modules.COMPUTED}
"""What is computed for the patient in the path."""
_SHARED: Final = frozenset({"/chartmodules/{PatNum}/PatientInfo"})
"""Lists of one patient whose rows are the same for all: labels that every patient has."""
_ORDERS: Final = {
    "/documents": Order("DateCreated"),
    "/procnotes": Order("EntryDateTime", last_first=True),
    "/schedules": Order("StartTime"),
}
"""Lists that are not ordered by the ids of their rows."""
_NOTHING_TO_DO: Final = b'"There is nothing to do."'
_SHORT_QUERY: Final = "/queries/ShortQuery"


@dataclass(frozen=True, slots=True)
class _Call:
    """A request that has passed all checks."""

    route: Route
    given: dict[str, Any]
    body: dict[str, Any]
    paging: Paging
    ignored: frozenset[str] | None

    @property
    def keeps_nothing(self) -> bool:
        """Whether a fault lets the office answer as usual, and write nothing."""
        return self.ignored == frozenset()

    def kept(self, values: Mapping[str, Any]) -> Row:
        """Return what the office keeps of the values that a write would set."""
        if self.keeps_nothing:
            return {}
        return {name: value for name, value in values.items() if name not in (self.ignored or ())}


class OfficeApi:
    """Executes the requests to one office.

    Args:
        office: the office.
        clock: tells the office's time.
    """

    def __init__(self, office: Office, clock: OfficeClock) -> None:
        self._office = office
        self._version = office.program_version
        self._ignored_formats = versions.ignored_formats(self._version)
        self._mess = Mess(office.messy, office.row_seed)
        self._known: dict[tuple[str, str], Known] = {}
        self._views: dict[tuple[str, str, DateFormats], View] = {}
        self._kinds: dict[str, Callable[[_Call], SandboxResponse]] = {
            "get": self._get,
            "list": self._list,
            "create": self._create,
            "update": self._update,
            "delete": self._delete,
            "action": self._act,
        }
        self.tables = OfficeTables(office, clock)
        self._queries = Queries(self.tables, clock)

    def respond(self, request: SandboxRequest, *, ignored: frozenset[str] | None = None) -> SandboxResponse:
        """Execute a request and return the response of the API.

        Args:
            request: the request.
            ignored: the fields that are not kept, though the response is as usual; empty for all.
        """
        try:
            route = routes.find(request.method, request.path)
            self._permit(route.operation)
            known = self._as_known(route.operation)
            if known.operation is not route.operation:
                route = replace(route, operation=known.operation)
            paging = checks.paging(request.query, self._office.page, self._ignored_formats)
            given = checks.parameters(known.operation, request.query, known.ignored)
            body = checks.body(known.operation, request.body, known.unknown)
            if body and request.method != "GET":
                body_keys.check(route.resource, known.operation, body, self.tables)
            return self._kinds[known.operation.kind](_Call(route, given, body, paging, ignored))
        except Refusal as refusal:
            return refusal.response

    def warm(self) -> None:
        """Make the first rows of each list of the resources whose number of rows the office sets."""
        for name, count in self._office.rows.items():
            for operation in catalogue.load()[name].operations:
                if operation.kind == "list" and not operation.path_params:
                    rows = min(count, _WARM_ROWS) if operation.python in {"list", "simple"} else 1
                    for offset in range(0, rows, self._office.page):
                        query = {"Offset": f"{offset}"}
                        self.respond(SandboxRequest(method="GET", path=operation.path, query=query))

    def _permit(self, operation: Operation) -> None:
        needed = "ReadAll" if operation.method == "GET" else operation.permission
        if operation.permission is not None and needed not in self._office.permissions:
            raise Refusal(401, f"The developer has no permission for this method: {needed}.")
        if operation.deprecated and HTTPStatus.GONE in operation.statuses:
            raise Refusal(410, f"{operation.name} has been deprecated.")

    def _as_known(self, operation: Operation) -> Known:
        """Return an operation as the office's version knows it."""
        label = (operation.method, operation.path)
        known = self._known.get(label)
        if known is None:
            known = self._known[label] = versions.known(operation, self._version)
        return known

    def _get(self, call: _Call) -> SandboxResponse:
        resource, operation = call.route.resource, call.route.operation
        if operation.path in _OF_PATIENTS:
            return success(operation.success, self._of_patient(call)[1:-1])
        table = self._table(resource, operation)
        row_id = call.route.row_id
        if row_id is None:
            row_id = next(iter(table.select(filters(operation, table, call.given, self.tables))), 0)
        self._expect(table, row_id, resource)
        return success(operation.success, self._view(call).one(row_id))

    def _list(self, call: _Call) -> SandboxResponse:
        resource, operation = call.route.resource, call.route.operation
        if resource.name == "securityperms":
            return success(operation.success, self._permissions(call.paging))
        compute = _COMPUTED.get(operation.path)
        if compute is not None:
            return success(operation.success, self._computed(call, compute(self.tables, call.given)))
        if operation.path in _OF_PATIENTS:
            return success(operation.success, self._of_patient(call))
        table = self._table(resource, operation)
        conditions = filters(operation, table, call.given, self.tables)
        if call.route.row_id is not None:
            patient = self._patient(call)
            if operation.path not in _SHARED:
                conditions.append(equal("PatNum", patient))
        found = table.select(conditions, _ORDERS.get(operation.path))
        return success(operation.success, self._page(call, found))

    def _page(self, call: _Call, row_ids: Sequence[int]) -> bytes:
        first = call.paging.offset
        return self._view(call).page(row_ids[first : first + call.paging.limit])

    def _of_patient(self, call: _Call) -> bytes:
        compute = _OF_PATIENTS[call.route.operation.path]
        return self._computed(call, compute(self.tables, self._patient(call)))

    def _computed(self, call: _Call, rows: list[Row]) -> bytes:
        first = call.paging.offset
        window = rows[first : first + call.paging.limit]
        return self._view(call).rows(enumerate(window, first + 1))

    def _create(self, call: _Call) -> SandboxResponse:
        resource, operation = call.route.resource, call.route.operation
        rules.check(resource.name, {}, call.body, self._version)
        insurance.check(resource.name, "POST", self.tables, 0, call.body)
        table = self.tables.table(resource)
        if call.keeps_nothing and operation.returns.shape != "object":
            return success(operation.success)
        row_id = table.add(self._new(call, call.body) | self._subscribed(resource))
        self._settle(call, "POST", row_id)
        headers = {"Location": f"/api/v1{resource.path}/{row_id}"} if operation.location_header else {}
        return success(operation.success, self._shown(call, row_id), **headers)

    def _new(self, call: _Call, values: Mapping[str, Any]) -> Row:
        """Return the values of a new row: what is kept of those that the body sets, and the defaults."""
        operation, kept = call.route.operation, call.kept(values)
        return {**checks.defaults(operation), **new_rows.implied(operation, self.tables, kept), **kept}

    def _subscribed(self, resource: Resource) -> Row:
        """Return who makes a subscription, and when."""
        if resource.name != "subscriptions":
            return {}
        return {"CustomerKey": self._office.customer_key, "DateTimeStart": self.tables.now}

    def _update(self, call: _Call) -> SandboxResponse:
        resource = call.route.resource
        table = self.tables.table(resource)
        row_id = call.route.row_id
        if row_id is None:
            row_id = self._named(table, call)
        else:
            self._expect(table, row_id, resource)
            rules.check(resource.name, table.row(row_id), call.body, self._version)
            insurance.check(resource.name, "PUT", self.tables, row_id, call.body)
            self._change(table, row_id, call, call.body)
            self._settle(call, "PUT", row_id)
        return success(call.route.operation.success, self._shown(call, row_id))

    def _delete(self, call: _Call) -> SandboxResponse:
        table = self.tables.table(call.route.resource)
        row_id = call.route.row_id or 0
        self._expect(table, row_id, call.route.resource)
        insurance.check(call.route.resource.name, "DELETE", self.tables, row_id, call.body)
        mark = actions.DELETED.get(call.route.resource.name)
        if mark is not None:
            self._change(table, row_id, call, mark)
        elif not call.keeps_nothing:
            table.remove(row_id)
        return success(call.route.operation.success)

    def _act(self, call: _Call) -> SandboxResponse:
        resource, operation = call.route.resource, call.route.operation
        if resource.name == "queries":
            return self._query(call)
        if operation.method == "DELETE":
            return self._delete(call)
        table = self.tables.table(resource)
        if operation.returns.shape == "list":
            found = table.select(owned(call.body))
            if not found:
                return success(HTTPStatus.OK, _NOTHING_TO_DO)
            return success(operation.success, self._page(call, found))
        row_id = self._acted(call, table)
        headers: dict[str, str] = {}
        if operation.location_header:
            headers["Location"] = actions.remote_path(table.row(row_id) if row_id else {}, call.body)
        return success(operation.success, self._shown(call, row_id), **headers)

    def _acted(self, call: _Call, table: Table) -> int:
        """Write what an action says, and return the id of its row, or 0."""
        resource, operation = call.route.resource, call.route.operation
        row_id = call.route.row_id or call.body.get(resource.primary_key or "", 0)
        if row_id:
            self._expect(table, row_id, resource)
        before = table.row(row_id) if row_id else {}
        after = actions.change(resource.name, operation.method, operation.action)(before, call.body)
        if operation.method == "POST" and operation.returns.shape == "object":
            return table.add(before | self._new(call, after))
        if operation.path in actions.ADDING and not call.keeps_nothing:
            new = table.add(before | call.kept(after))
            insurance.split(self.tables, row_id, new, call.body["ProcNums"])
            return new
        if row_id:
            self._change(table, row_id, call, after)
        return row_id

    def _change(self, table: Table, row_id: int, call: _Call, values: Mapping[str, Any]) -> None:
        if not call.keeps_nothing:
            table.change(row_id, call.kept(values))

    def _settle(self, call: _Call, method: str, row_id: int) -> None:
        """Change the rows that follow from a write, unless nothing of it is kept."""
        if not call.keeps_nothing:
            insurance.settle(call.route.resource.name, method, self.tables, row_id, call.body)

    def _query(self, call: _Call) -> SandboxResponse:
        operation, paging = call.route.operation, call.paging
        body = self._queries.page(call.body["SqlCommand"], paging.offset, paging.limit)
        return success(operation.success, body if operation.path == _SHORT_QUERY else b"")

    def _permissions(self, paging: Paging) -> bytes:
        held = self._office.permissions
        rows = [
            {"Permission": f"Api{name}", "HasPermission": str(name in held).lower()} for name in PERMISSIONS
        ]
        return msgspec.json.encode(rows[paging.offset : paging.offset + paging.limit])

    def _table(self, resource: Resource, operation: Operation) -> Table:
        return self.tables.table(resource, operation.returns.struct)

    def _view(self, call: _Call) -> View:
        resource, operation, formats = call.route.resource, call.route.operation, call.paging.formats
        label = (operation.method, operation.path, formats)
        view = self._views.get(label)
        table = self._table(resource, operation)
        if view is None or view.table is not table:
            while len(self._views) >= _KEPT_VIEWS:
                del self._views[next(iter(self._views))]
            view = View(table, resource, operation, formats, self._mess, self._version)
            self._views[label] = view
        return view

    def _shown(self, call: _Call, row_id: int) -> bytes:
        return self._view(call).one(row_id) if call.route.operation.returns.shape == "object" else b""

    def _named(self, table: Table, call: _Call) -> int:
        """Write to the row that the body identifies, or add it, and return its id."""
        body = call.body
        columns = actions.NATURAL_KEYS.get(call.route.resource.name, ())
        wanted = [(name, body[name]) for name in columns if name in body]
        for row_id in table.row_ids:
            row = table.row(row_id)
            if all(row[name] == value for name, value in wanted):
                self._change(table, row_id, call, body)
                return row_id
        return table.add({**dict(wanted), **call.kept(body)})

    def _patient(self, call: _Call) -> int:
        """Return the patient in the path."""
        patients, patient = catalogue.load()["patients"], call.route.row_id or 0
        self._expect(self.tables.table(patients), patient, patients)
        return patient

    def _expect(self, table: Table, row_id: int, resource: Resource) -> None:
        if row_id not in table:
            raise Refusal(404, f"{resource.singular} not found.")
