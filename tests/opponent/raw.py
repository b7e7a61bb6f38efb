"""Raw HTTP requests, which can break each rule."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from tests.opponent.checks import PREFIX
from tests.opponent.reference import Json
from tests.opponent.server import CUSTOMER_KEY, DEVELOPER_KEY, Opponent

AUTHORIZATION: Final = f"ODFHIR {DEVELOPER_KEY}/{CUSTOMER_KEY}"
JSON_TYPE: Final = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class RawResponse:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Json:
        return cast("Json", json.loads(self.text))

    @property
    def rows(self) -> list[dict[str, Json]]:
        return cast("list[dict[str, Json]]", self.body)

    @property
    def row(self) -> dict[str, Json]:
        return cast("dict[str, Json]", self.body)


async def send(
    server: Opponent,
    method: str,
    target: str,
    body: str | None = None,
    *,
    headers: Mapping[str, str] = JSON_TYPE,
    authorization: str | None = AUTHORIZATION,
    content_length: bool = True,
) -> RawResponse:
    """Send one request on a connection of its own, exactly as it is given."""
    host, _, port = server.base_url.removeprefix("http://").partition("/")[0].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    lines = [f"{method} {PREFIX}{target} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if authorization is not None:
        lines.append(f"Authorization: {authorization}")
    if body is not None and content_length:
        lines.append(f"Content-Length: {len(body.encode())}")
    writer.write("\r\n".join([*lines, "", body or ""]).encode())
    try:
        return parse(await reader.read())
    finally:
        writer.close()
        await writer.wait_closed()


def parse(received: bytes) -> RawResponse:
    head, _, text = received.decode().partition("\r\n\r\n")
    first, *rest = head.split("\r\n")
    headers = dict(line.split(": ", 1) for line in rest)
    return RawResponse(int(first.split()[1]), headers, text)
