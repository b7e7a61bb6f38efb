"""Offices of the sandbox at a fixed time, asked in this process."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import msgspec

from odapi_async.sandbox import PERMISSIONS, Office, SandboxRequest, SandboxResponse
from odapi_async.sandbox.clock import OfficeClock
from odapi_async.sandbox.office_api import OfficeApi
from odapi_async.sandbox.rows import Row
from odapi_async.sandbox.tables import OfficeTables

NOW: Final = dt.datetime(2026, 3, 4, 7, 0)
TODAY: Final = "2026-03-04"


def office(**options: Any) -> Office:
    options.setdefault("customer_key", "office-one")
    return Office(permissions=frozenset(PERMISSIONS), mode="local", **options)


def tables(**options: Any) -> OfficeTables:
    return OfficeTables(office(**options), OfficeClock(NOW))


class Asked:
    """The API of one office, as a caller sees it."""

    def __init__(self, **options: Any) -> None:
        self.api = OfficeApi(office(**options), OfficeClock(NOW))

    def send(self, method: str, path: str, body: object = None, **query: object) -> SandboxResponse:
        sent = {name: str(value) for name, value in query.items()}
        content = b"" if body is None else msgspec.json.encode(body)
        return self.api.respond(SandboxRequest(method=method, path=path, query=sent, body=content))

    def respond(self, method: str, path: str, body: bytes) -> SandboxResponse:
        return self.api.respond(SandboxRequest(method=method, path=path, body=body))

    def query(self, command: str) -> Any:
        response = self.send("PUT", "/queries/ShortQuery", {"SqlCommand": command})
        assert response.status == 200, response.body
        return msgspec.json.decode(response.body)

    def list(self, path: str, **query: object) -> list[Row]:
        response = self.send("GET", path, **query)
        assert response.status == 200, response.body
        return msgspec.json.decode(response.body, type=list[Row])

    def one(self, method: str, path: str, body: object = None, **query: object) -> Row:
        response = self.send(method, path, body, **query)
        assert response.status in {200, 201}, response.body
        return msgspec.json.decode(response.body, type=Row)

    def status(self, method: str, path: str, body: object = None, **query: object) -> int:
        return self.send(method, path, body, **query).status
