"""URLs of receivers: what is accepted, what is equal, and that no query is ever shown."""

from __future__ import annotations

from typing import Any

import pytest

from odapi_async.errors import ConfigurationError
from odapi_async.events.endpoint import Endpoint, address_of

TOKEN = "T0ps3cret"


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://example.com", "https://example.com?table=Patient"),
        ("http://example.com:8080/od/", "http://example.com:8080/od/?table=Patient"),
        (f"https://example.com/od?token={TOKEN}", f"https://example.com/od?token={TOKEN}&table=Patient"),
        ("https://example.com/od?a=1&b=%20&", "https://example.com/od?a=1&b=%20&table=Patient"),
        ("https://example.com/od?", "https://example.com/od?table=Patient"),
        ("https://example.com/od?&", "https://example.com/od?table=Patient"),
        ("http://[::1]:80/x", "http://[::1]:80/x?table=Patient"),
    ],
)
def test_the_office_gets_the_url_with_its_own_query_and_the_table(url: str, sent: str) -> None:
    endpoint = Endpoint(url)
    assert endpoint.url_for("Patient") == sent
    assert address_of(sent).identity == endpoint.identity == address_of(url).identity
    assert address_of(sent).table == "Patient"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "must be absolute"),
        (f"/od?token={TOKEN}", "must be absolute"),
        (f"example.com/od?token={TOKEN}", "must be absolute"),
        (f"ftp://example.com/{TOKEN}", "must be absolute"),
        ("https://", "must be absolute"),
        ("https:///od", "must be absolute"),
        (f"https://[::1/?{TOKEN}", "must be absolute"),
        (f"https://example.com:99999/?{TOKEN}", "must be absolute"),
        (f"https://{TOKEN}:x@example.com/", "has a user name or password"),
        (f"https://example.com/#{TOKEN}", "has a fragment"),
        ("https://example.com/#", "has a fragment"),
        (f"https://example.com/?table=Patient&t={TOKEN}", "has a parameter 'table'"),
        (f"https://example.com/?t={TOKEN}\r\nX: 1", "has a space or a control character"),
        (f" https://example.com/?t={TOKEN}", "has a space or a control character"),
        (None, "must be a text"),
        (b"https://example.com", "must be a text"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_and_not_quoted(url: Any, problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem) as caught:
        Endpoint(url)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("https://Example.com/od", "HTTPS://example.COM:443/od", True),
        ("http://example.com", "http://example.com:80/", True),
        ("https://example.com/od?a=1&b=2", "https://example.com/od?b=2&table=X&a=1", True),
        ("https://example.com/od?a=%41", "https://example.com/od?a=A", True),
        ("https://example.com/od", "http://example.com/od", False),
        ("https://example.com/od", "https://example.com/od/", False),
        ("https://example.com/od", "https://example.com/OD", False),
        ("https://example.com/od", "https://example.com:444/od", False),
        ("https://example.com/od", "https://other.example.com/od", False),
        ("https://example.com/od?t=1", "https://example.com/od?t=2", False),
        ("https://example.com/od?t=1", "https://example.com/od", False),
    ],
)
def test_urls_are_equal_if_they_lead_to_the_same_place(one: str, other: str, *, equal: bool) -> None:
    assert (address_of(one).identity == address_of(other).identity) is equal


def test_no_repr_has_a_query() -> None:
    endpoint = Endpoint(f"https://example.com/od?token={TOKEN}")
    shown = f"{endpoint!r} {endpoint} {vars(endpoint)!r} {address_of(endpoint.url_for('Patient'))!r}"
    assert TOKEN not in shown
    assert endpoint.shown == "https://example.com/od"
    assert endpoint.hide(f"GET /od?token={TOKEN} failed for {TOKEN}") == "GET /od?… failed for …"


@pytest.mark.parametrize(
    "url", ["", "Night guard", "https://[", "\x00", "http://a b/?x", "https://x/" + "y" * 5000]
)
def test_what_an_office_has_is_shown_short_and_printable(url: str) -> None:
    address = address_of(url)
    assert address.shown.isprintable()
    assert len(address.shown) <= 200


@pytest.mark.parametrize("host", ["od.example.com", "od.example.com.:8080", "93.184.216.34", "[2606:2800::]"])
def test_http_to_a_public_host_can_be_read(host: str) -> None:
    assert Endpoint(f"http://{host}/od").is_readable
    assert not Endpoint(f"https://{host}/od").is_readable


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1:8765", "[::1]", "10.0.0.5", "192.168.1.2", "[fd00::1]", "server", "od.LOCAL"],
)
def test_http_within_a_network_of_ones_own_is_no_news(host: str) -> None:
    assert not Endpoint(f"http://{host}/od").is_readable
