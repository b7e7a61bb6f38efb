"""Who may see the watch page: the token, the cookie and the Host header."""

from __future__ import annotations

import pytest

from odapi_async.errors import ConfigurationError
from odapi_async.watch.security import Access, check_token, is_loopback, new_token

TOKEN = "correct-horse-battery-staple"


@pytest.mark.parametrize("token", ["", "short", "x" * 19, f"  {'x' * 19}\n"])
def test_a_short_token_is_refused_with_what_to_do(token: str) -> None:
    with pytest.raises(ConfigurationError, match=r"too short.*openssl rand"):
        check_token(token)


@pytest.mark.parametrize("token", [f"{TOKEN}\n{TOKEN}", f"{TOKEN} x", f"{TOKEN}\0", f"{TOKEN}é"])
def test_a_token_that_no_url_could_carry_as_it_is_is_refused(token: str) -> None:
    with pytest.raises(ConfigurationError, match="in one line") as refused:
        check_token(token)
    assert TOKEN not in str(refused.value)


def test_a_token_loses_the_end_of_its_line() -> None:
    assert check_token(f" {TOKEN}\r\n") == TOKEN


def test_a_new_token_is_good_and_another_one_each_time() -> None:
    assert check_token(new_token()) != check_token(new_token())


def test_only_the_token_is_the_token() -> None:
    access = Access(TOKEN, "127.0.0.1")
    assert access.is_token(TOKEN)
    assert not any(map(access.is_token, ("", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), "é", "\ud800")))


def test_the_cookie_is_not_the_token_and_lives_as_long_as_the_token() -> None:
    first, again, other = (Access(each, "127.0.0.1") for each in (TOKEN, TOKEN, f"{TOKEN}2"))
    assert TOKEN not in first.cookie
    assert again.is_cookie(first.cookie)
    assert not other.is_cookie(first.cookie)
    assert not any(map(first.is_cookie, (None, "", TOKEN, first.cookie_name, "\ud800")))


def test_two_programs_on_one_host_have_different_cookies() -> None:
    # a browser sends the cookies of a host to all its ports
    assert Access(TOKEN, "127.0.0.1").cookie_name != Access(f"{TOKEN}2", "127.0.0.1").cookie_name


HOSTS = ["127.0.0.1:8080", "localhost:80", "LOCALHOST", "[::1]:8080", "127.0.0.1"]
FOREIGN = [
    *(None, "", "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example"),
    *("localhost:8080:80", "localhost:", "user@localhost", "localhost/", " localhost", "localhost\n", "[::1"),
    *("127.1", "2130706433", "0x7f.1", "10.0.0.1", "[fe80::1]", "[::ffff:127.0.0.1]", "l\u043ecalhost"),
]


@pytest.mark.parametrize("host", HOSTS)
def test_the_names_of_this_machine_are_right(host: str) -> None:
    assert Access(TOKEN, "127.0.0.1").is_host(host)


@pytest.mark.parametrize("host", FOREIGN)
def test_a_foreign_name_is_wrong(host: str | None) -> None:
    assert not Access(TOKEN, "127.0.0.1").is_host(host)


def test_the_host_that_was_given_and_further_names_are_right() -> None:
    access = Access(TOKEN, "fd00::7", ["Watch.Example.com"])
    assert access.is_host("[fd00::7]:8080")
    assert access.is_host("watch.example.COM")
    assert not access.is_host("example.com")


def test_on_all_interfaces_any_address_is_right_but_no_foreign_name() -> None:
    for host in ("0.0.0.0", "::"):
        access = Access(TOKEN, host, ["watch.example.com"])
        assert all(map(access.is_host, ("192.0.2.7:8080", "[2001:db8::7]", "localhost", "watch.example.com")))
        assert not access.is_host("evil.example")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *((each, True) for each in ("127.0.0.1", "127.8.8.8", "::1", "localhost", "LocalHost")),
        *((each, False) for each in ("0.0.0.0", "::", "192.0.2.7", "localhost.example", "", "example.com")),
    ],
)
def test_only_loopback_needs_no_token_of_the_user(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
