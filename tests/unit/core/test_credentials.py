"""Keys and URLs: invalid ones are refused before they are used, and never shown."""

import traceback

import pytest

from odapi_async import Local, OpenDental, Service
from odapi_async._core.credentials import check_base_url, check_key, lane_name
from odapi_async.errors import ConfigurationError

KEY = "Xyzzy-Secret-Key"
DEVELOPER = "developer" * 10


@pytest.mark.parametrize("key", [KEY, "a", "NFF6i0KrXrxDkZHt", "a-b_c.d~e=f:g"])
def test_a_key_may_be_any_word(key: str) -> None:
    assert check_key("customer_key", key) == key


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("\r\n", "is empty"),
        (f"{KEY} ", "contains a space"),
        (f"{KEY}\r\nX-Other: 1", "a line break"),
        (f"{KEY}\n", "a line break"),
        (f"{KEY}\t", "a character that no key has"),
        (f"{KEY}\x00", "a character that no key has"),
        (f"{KEY}é", "a character that no key has"),
        (f"{KEY}\u200b", "a character that no key has"),
        (f"dev/{KEY}", "contains a slash; pass the two keys separately"),
        (f"ODFHIR dev/{KEY}", "contains a space"),
    ],
)
def test_a_malformed_key_is_refused_and_not_shown(key: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        check_key("customer_key", key)
    assert str(raised.value).startswith("customer_key ")
    assert reason in str(raised.value)
    assert KEY not in "".join(
        (str(raised.value), repr(raised.value), *traceback.format_exception(raised.value))
    )


def test_a_lane_name_identifies_key_and_url_and_reveals_neither() -> None:
    lane = lane_name(KEY, "https://host/api/v1", DEVELOPER)
    assert lane == lane_name(KEY, "https://host/api/v1", DEVELOPER)
    others = {
        lane_name(KEY, "https://other/api/v1", DEVELOPER),
        lane_name(f"{KEY}2", "https://host/api/v1", DEVELOPER),
        lane_name(KEY, "https://host/api/v1", f"{DEVELOPER}2"),  # fault D12: a guessed key proves nothing
    }
    assert len({lane, *others}) == 4
    assert KEY not in lane
    assert "host" not in lane
    assert lane.isalnum()


@pytest.mark.parametrize(
    "spellings",
    [
        [
            "https://api.opendental.com/api/v1",
            "https://api.opendental.com:443/api/v1",
            "HTTPS://API.OpenDental.com/api/v1/",
        ],
        [
            "http://[::1]:30222/api/v1",
            "http://[0:0:0:0:0:0:0:1]:30222/api/v1",
            "http://[::0001]:30222/api/v1//",
        ],
        ["http://OD-SERVER/api/v1", "http://od-server:80/api/v1"],
    ],
)
def test_all_spellings_of_a_url_have_one_lane_and_are_shown_as_they_were_given(spellings: list[str]) -> None:
    od = OpenDental(DEVELOPER)
    practices = [od.practice(KEY, base_url=each) for each in spellings]
    assert len({each.lane for each in practices}) == 1
    assert practices[0].lane != od.practice(KEY, base_url="https://other/api/v1").lane
    for given, practice in zip(spellings, practices, strict=True):
        assert repr(practice).endswith(f" at {given.rstrip('/')}>")
    for given in spellings[1:]:
        with pytest.raises(ConfigurationError, match="two ways with the same URL"):
            od.practice(KEY, via=[Service(spellings[0]), Local(given)])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://api.opendental.com/api/v1", "https://api.opendental.com/api/v1"),
        ("https://api.opendental.com/api/v1/", "https://api.opendental.com/api/v1"),
        ("https://8.8.8.8:8443/", "https://8.8.8.8:8443"),
        ("HTTPS://host/api", "HTTPS://host/api"),
    ],
)
def test_https_is_allowed_to_any_host(given: str, kept: str) -> None:
    assert check_base_url(given) == kept


@pytest.mark.parametrize(
    "host",
    [
        "localhost:30222",
        "127.0.0.1:30222",
        "127.9.9.9",
        "[::1]:30222",
        "10.0.0.5",
        "172.16.0.5",
        "192.168.1.5",
        "169.254.1.5",
        "[fd00::5]",
        "[fe80::5]",
        "[::ffff:192.168.1.5]",
        "server",
        "OD-SERVER",
        "server.local",
        "server.lan",
        "od.internal",
        "server.home.arpa",
        "od.localhost",
    ],
)
def test_plain_http_is_allowed_to_private_hosts(host: str) -> None:
    assert check_base_url(f"http://{host}/api/v1") == f"http://{host}/api/v1"


@pytest.mark.parametrize(
    "host",
    [
        "api.opendental.com",
        "8.8.8.8",
        "[2001:4860:4860::8888]",
        "[::ffff:8.8.8.8]",
        "172.32.0.5",
        "11.0.0.1",
        "example.com.",
        "local.example.com",
        "notlocal.com",
        "134744072",
        "0x08080808",
        "010.8.8.8",
    ],
)
def test_plain_http_is_refused_to_public_hosts(host: str) -> None:
    with pytest.raises(ConfigurationError, match="the keys would be sent unencrypted"):
        check_base_url(f"http://{host}/api/v1")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.opendental.com",
        "/api/v1",
        "ftp://host/api",
        "file:///etc/hosts",
        "https://",
        "https:///api/v1",
        f"https://{KEY}@host/api/v1",
        f"https://user:{KEY}@host/api/v1",
        f"https://:{KEY}@host/api/v1",
        f"https://host/api/v1?key={KEY}",
        f"https://host/api/v1#{KEY}",
        "https://host/api/v1?",
        "https://host/api/v1#",
        "https://host/api/v1\r\n",
        "https://ho st/api/v1",
        "http://office..lan/api/v1",  # fault B3: these came back as errors of other packages
        "http://.lan/api/v1",
        f"http://{'a' * 64}/api/v1",
        "https://evil%2ecom/api/v1",  # fault D5
        "https://host/api v1",
    ],
)
def test_a_url_has_only_scheme_host_and_path(url: str) -> None:
    with pytest.raises(ConfigurationError, match="has to look like https://host/api/v1") as raised:
        check_base_url(url)
    assert KEY not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize(
    "url", ["http://[::1/api", "http://[]@", "https://host:99999/api", f"https://host:{KEY}/api"]
)
def test_an_invalid_url_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a URL") as raised:
        check_base_url(url)
    assert KEY not in "".join(traceback.format_exception(raised.value))
