"""The API of one practice without HTTP: a request as plain values in, an answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import msgspec

from odapi_async.sandbox import actions, catalogue, checks, routes, sql
from odapi_async.sandbox.answers import Answer, Refusal
from odapi_async.sandbox.catalogue import Operation, Resource
from odapi_async.sandbox.checks import Paging
from odapi_async.sandbox.filters import filters
from odapi_async.sandbox.forms import Formats
from odapi_async.sandbox.messy import Mess
from odapi_async.sandbox.office import PERMISSIONS, Office
from odapi_async.sandbox.routes import Route
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.store import Store, Table
from odapi_async.sandbox.view import View

_KEPT_VIEWS: Final = 500
_SHORT_QUERY: Final = "/queries/ShortQuery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request: method, path below the base URL, query and body."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class _Call:
    """A request whose parts have been found good."""

    route: Route
    given: dict[str, Any]
    body: dict[str, Any]
    paging: Paging


class PracticeApi:
    """Answers the requests to one practice.

    Args:
        office: the practice.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._mess = Mess(office.messy, office.seed)
        self._views: dict[tuple[str, str, Formats], View] = {}
        self._kinds: dict[str, Callable[[_Call], Answer]] = {
            "get": self._get,
            "list": self._list,
            "create": self._create,
            "update": self._update,
            "delete": self._delete,
            "action": self._act,
        }
        self.store = Store(office)

    def answer(self, ask: Ask) -> Answer:
        """Carry out a request and return what the API says."""
        try:
            route = routes.find(ask.method, ask.path)
            operation = route.operation
            self._permit(operation)
            paging = checks.paging(ask.query, self._office.page)
            given = checks.parameters(operation, ask.query)
            body = checks.body(operation, ask.body)
            return self._kinds[operation.kind](_Call(route, given, body, paging))
        except Refusal as refusal:
            return refusal.answer

    def warm(self) -> None:
        """Make the first page of each plain list of the resources that the office has rows of."""
        for name in self._office.rows:
            for operation in catalogue.load()[name].operations:
                if operation.kind == "list" and not operation.path_params:
                    self.answer(Ask(method="GET", path=operation.path, query={}))

    def _permit(self, operation: Operation) -> None:
        needed = "ReadAll" if operation.method == "GET" else operation.permission
        if operation.permission is not None and needed not in self._office.permissions:
            raise Refusal(401, f"The developer has no permission for this method: {needed}.")
        if operation.deprecated and HTTPStatus.GONE in operation.statuses:
            raise Refusal(410, f"{operation.name} has been deprecated.")

    def _get(self, call: _Call) -> Answer:
        resource, operation = call.route.resource, call.route.operation
        table = self._table(resource, operation)
        key, fixed = call.route.key, None
        if key is None:
            key = next(iter(table.select(filters(operation, table, call.given))), 0)
        elif operation.path_params[0] != resource.primary_key:
            fixed = self._of_patient(key)
            key = 1 + (key - 1) % len(table.keys) if table.keys else 0
        self._expect(table, key, resource)
        return Answer(operation.success, self._view(call).one(key, fixed))

    def _list(self, call: _Call) -> Answer:
        resource, operation = call.route.resource, call.route.operation
        if resource.name == "securityperms":
            return Answer(operation.success, self._permissions(call.paging))
        table = self._table(resource, operation)
        fixed = None if call.route.key is None else self._of_patient(call.route.key)
        found = table.select(filters(operation, table, call.given))
        first = call.paging.offset
        return Answer(
            operation.success, self._view(call).page(found[first : first + call.paging.limit], fixed)
        )

    def _create(self, call: _Call) -> Answer:
        resource, operation = call.route.resource, call.route.operation
        self._expect_patient(operation, call.body)
        table = self.store.table(resource)
        key = table.add({**checks.defaults(operation), **call.body})
        headers = {"Location": f"/api/v1{resource.path}/{key}"} if operation.location_header else {}
        return Answer(operation.success, self._shown(call, key), headers)

    def _update(self, call: _Call) -> Answer:
        resource = call.route.resource
        table = self.store.table(resource)
        key = call.route.key
        if key is None:
            key = self._named(table, resource, call.body)
        else:
            self._expect(table, key, resource)
            table.change(key, call.body)
        return Answer(call.route.operation.success, self._shown(call, key))

    def _delete(self, call: _Call) -> Answer:
        table = self.store.table(call.route.resource)
        key = call.route.key or 0
        self._expect(table, key, call.route.resource)
        table.remove(key)
        return Answer(call.route.operation.success)

    def _act(self, call: _Call) -> Answer:
        resource, operation = call.route.resource, call.route.operation
        if resource.name == "queries":
            return self._query(call)
        if operation.method == "DELETE":
            return self._delete(call)
        table = self.store.table(resource)
        if operation.returns.shape == "list":
            return Answer(operation.success, self._view(call).page(table.keys[: call.paging.limit]))
        self._expect_patient(operation, call.body)
        key = self._acted(call, table)
        return Answer(operation.success, self._shown(call, key))

    def _acted(self, call: _Call, table: Table) -> int:
        """Write what an action says and return the key of the row that it was about, or 0."""
        resource, operation = call.route.resource, call.route.operation
        key = call.route.key or call.body.get(resource.primary_key or "", 0)
        if key:
            self._expect(table, key, resource)
        before = table.row(key) if key else {}
        after = actions.change(resource.name, operation.method, operation.action)(before, call.body)
        if operation.method == "POST" and operation.returns.shape == "object":
            return table.add({**before, **checks.defaults(operation), **after})
        if key:
            table.change(key, after)
        return key

    def _query(self, call: _Call) -> Answer:
        operation, command = call.route.operation, call.body["SqlCommand"]
        sql.check(command)
        if operation.path != _SHORT_QUERY:
            return Answer(operation.success)
        body = sql.answer(self.store, command, call.paging.offset, call.paging.limit)
        return Answer(operation.success, body)

    def _permissions(self, paging: Paging) -> bytes:
        held = self._office.permissions
        rows = [
            {"Permission": f"Api{name}", "HasPermission": str(name in held).lower()} for name in PERMISSIONS
        ]
        return msgspec.json.encode(rows[paging.offset : paging.offset + paging.limit])

    def _table(self, resource: Resource, operation: Operation) -> Table:
        return self.store.table(resource, operation.returns.struct)

    def _view(self, call: _Call) -> View:
        resource, operation, formats = call.route.resource, call.route.operation, call.paging.formats
        label = (operation.method, operation.path, formats)
        view = self._views.get(label)
        if view is None:
            while len(self._views) >= _KEPT_VIEWS:
                del self._views[next(iter(self._views))]
            table = self._table(resource, operation)
            view = self._views[label] = View(table, resource, operation, formats, self._mess)
        return view

    def _shown(self, call: _Call, key: int) -> bytes:
        return self._view(call).one(key) if call.route.operation.returns.shape == "object" else b""

    def _named(self, table: Table, resource: Resource, body: Mapping[str, Any]) -> int:
        """Write to the row that the body names, or make it, and return its key."""
        columns = actions.BY.get(resource.name, ())
        wanted = [(name, body[name]) for name in columns if name in body]
        for key in table.keys:
            row = table.row(key)
            if all(row[name] == value for name, value in wanted):
                table.change(key, dict(body))
                return key
        return table.add(dict(body))

    def _of_patient(self, key: int) -> Row:
        patients = catalogue.load()["patients"]
        self._expect(self.store.table(patients), key, patients)
        return {"PatNum": key}

    def _expect_patient(self, operation: Operation, body: Mapping[str, Any]) -> None:
        required = any(field.name == "PatNum" and field.required for field in operation.body)
        if required and HTTPStatus.NOT_FOUND in operation.statuses:
            self._of_patient(body["PatNum"])

    def _expect(self, table: Table, key: int, resource: Resource) -> None:
        if key not in table:
            raise Refusal(404, f"{resource.singular} not found.")
