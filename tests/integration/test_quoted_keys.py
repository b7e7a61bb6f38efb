"""D1: a server or proxy that quotes the request's headers puts no key into any text."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, unquote

import pytest

from odapi_async import Mode, OpenDental, RetryPolicy
from odapi_async._core.responses import without_keys
from odapi_async.errors import APIError, KeyRefused, OpenDentalError
from tests.support.wire import Heard, RawServer, ok

DEVELOPER: Final = "Dvl0per&K3y<"
CUSTOMER: Final = "Cst0merK3y'+="
ONCE: Final = RetryPolicy(max_attempts=1)
HEADER: Final = "authorization"

QUOTES: Final[dict[str, Callable[[str], str]]] = {
    "a JSON text": lambda header: json.dumps(f"Bad header Authorization: {header}"),
    "bare text": lambda header: f"Authorization: {header}",
    "a page": lambda header: f"<html><pre>Authorization: {html.escape(header)}</pre><p>Sorry.</p></html>",
    "percent-encoded": lambda header: f"/login?back={quote(header)}&x=1",
    "percent-encoded, with slashes": lambda header: f"/login?back={quote(header, safe='')}&x=1",
    "an object": lambda header: json.dumps({"headers": {"Authorization": header}}),
    "the customer key alone": lambda header: f"Key {header.rpartition('/')[2]} has not been assigned.",
    "the developer key alone": lambda header: f"unknown: {header.split(' ')[1].partition('/')[0]}",
    "base64": lambda header: f"token {base64.b64encode(header.encode()).decode()}",
    "base64 of the keys": lambda header: base64.b64encode(header.removeprefix("ODFHIR ").encode()).decode(),
    "base64 of a key": lambda header: base64.b64encode(header.rpartition("/")[2].encode()).decode(),
    "all signs percent-encoded": lambda header: "".join(
        each if each.isalnum() else f"%{ord(each):02X}" for each in header.removeprefix("ODFHIR ")
    ),
    "an unknown pair": lambda _: "expected ODFHIR 0therDevK3y/0therCstK3y",
    "upper case": lambda header: f"HEADERS: {header.upper()}",
}
ENCODED: Final = base64.b64encode(f"ODFHIR {DEVELOPER}/{CUSTOMER}".encode()).decode()
SECRETS: Final = ("Dvl0per", "Cst0mer", "0therDevK3y", "0therCstK3y")


def shows(text: str) -> list[str]:
    plain = [text, html.unescape(text), unquote(text)]
    encoded = [base64.b64encode(each.encode()).decode()[:8] for each in (DEVELOPER, CUSTOMER)]
    found = [secret for secret in SECRETS for each in plain if secret.lower() in each.lower()]
    return found + [each for each in encoded if each in text]


@pytest.mark.parametrize(
    "status", ["400 Bad", "401 Unauthorized", "404 Not Found", "409 Conflict", "429 Slow", "502 Bad Gateway"]
)
@pytest.mark.parametrize("quoted", QUOTES.values(), ids=QUOTES)
async def test_d1_no_key_is_in_the_text_or_the_explanation(quoted: Callable[[str], str], status: str) -> None:
    def reply(heard: Heard) -> bytes:
        return ok(quoted(heard.headers[HEADER]).encode(), status=status)

    policy = RetryPolicy(max_attempts=1, max_throttled=0)
    async with RawServer(reply) as server, OpenDental(DEVELOPER, retries=policy) as od:
        practice = od.practice(CUSTOMER, mode=Mode.LOCAL, base_url=server.url, name="harbor")
        with pytest.raises(OpenDentalError) as caught:
            await practice.patients.list()
    error = caught.value
    assert isinstance(error, APIError)
    for text in (str(error), repr(error), error.explanation, repr(vars(error)), repr(error.args)):
        assert shows(text) == []
        assert ENCODED[8:16] not in text


async def test_d1_what_the_server_says_still_decides() -> None:
    """The words of the server are looked at before keys are taken out of them."""
    said = '"The developer key or customer key has not been assigned."'
    answer = ok(said.encode(), status="400 Bad")
    async with RawServer(lambda _: answer) as server, OpenDental("customer", retries=ONCE) as od:
        practice = od.practice("assigned", mode=Mode.LOCAL, base_url=server.url)
        with pytest.raises(KeyRefused):
            await practice.patients.list()


def test_d1_short_keys_do_not_spoil_a_text() -> None:
    assert without_keys("a patient at 12", "ODFHIR a/at") == "a patient at 12"
    assert without_keys("it was a/at!", "ODFHIR a/at") == "it was …!"
