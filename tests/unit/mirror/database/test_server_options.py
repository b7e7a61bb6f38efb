"""Fault D3: the options of a PostgreSQL URL mean what they mean to libpq, or are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from odapi_async import ConfigurationError
from odapi_async.mirror import Store
from odapi_async.mirror.database.server_options import server_options
from odapi_async.mirror.database.tls import is_local
from tests.support.certificates import CA, SERVER


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HOST", "SSLMODE", "SSLROOTCERT", "OPTIONS", "APPNAME", "CONNECT_TIMEOUT"):
        monkeypatch.delenv(f"PG{name}", raising=False)


def arguments(options: str = "", host: str = "office.example.com") -> dict[str, object]:
    return server_options(sa.make_url(f"postgresql://keeper@{host}/practices?{options}"))[1]


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("LOCALHOST:5433", True),
        ("127.0.0.1", True),
        ("127.8.0.1:5433", True),
        ("::1", True),
        ("[::1]", True),
        ("/run/postgresql", True),
        ("office.example.com", False),
        ("10.0.0.7", False),
        ("localhost.example.com", False),
        ("127.1", False),
        ("::ffff:10.0.0.7", False),
        ("0.0.0.0", False),
    ],
)
def test_loopback_and_sockets_are_local(host: str, local: bool) -> None:
    assert is_local([host]) is local
    assert not is_local([host, "office.example.com"])


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgresql://keeper@localhost/practices", "prefer"),
        ("postgresql://keeper@/practices?host=/run/postgresql", "prefer"),
        ("postgresql://keeper@/practices", "prefer"),
        ("postgresql://keeper@office.example.com/practices?sslmode=disable", "disable"),
        ("postgresql://keeper@office.example.com/practices?ssl=true", "require"),
        ("postgresql://keeper@office.example.com/practices?ssl=prefer", "prefer"),
        (f"postgresql://keeper@office.example.com/practices?sslrootcert={CA}", "verify-full"),
        (f"postgresql://keeper@/practices?host=localhost,other&sslrootcert={CA}", "verify-full"),
        (f"postgresql://keeper@/practices?host=a:1&host=b:2&sslrootcert={CA}", "verify-full"),
    ],
)
def test_certificates_are_checked_by_default_off_loopback(url: str, mode: str) -> None:
    assert server_options(sa.make_url(url))[1]["ssl"] == mode


def test_the_variables_of_libpq_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "office.example.com")
    monkeypatch.setenv("PGSSLROOTCERT", str(CA))
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "7")
    url = sa.make_url("postgresql://keeper@/practices?connect_timeout=0")
    found = server_options(url)[1]
    assert (found["ssl"], found["timeout"]) == ("verify-full", None)
    monkeypatch.setenv("PGSSLMODE", "require")
    assert arguments()["ssl"] == "require"
    assert arguments()["timeout"] == 7.0


def test_a_statement_cache_of_0_turns_off_that_of_the_driver_too() -> None:
    assert arguments("sslmode=disable&prepared_statement_cache_size=0")["statement_cache_size"] == 0
    assert "statement_cache_size" not in arguments("sslmode=disable")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("sslmode=verify", "sslmode in store has to be one of disable, allow, prefer, require, verify-ca"),
        ("sslmode=require&sslmode=disable", "the option sslmode twice"),
        ("host=a&sslmode=verify-ca", "needs sslrootcert=FILE"),
        ("sslmode=require&sslrootcert=system", "sslrootcert=system in store needs sslmode=verify-full"),
        ("sslrootcert=/nowhere/ca.crt", "sslrootcert in store .* readable PEM file .FileNotFoundError"),
        (f"sslrootcert={__file__}", "sslrootcert in store .* readable PEM file .SSLError"),
        (f"sslcert={CA}", "sslcert in store .* readable PEM file"),
        (f"sslcert={SERVER}&sslkey=/nowhere/key", "sslkey in store .* readable PEM file"),
        ("channel_binding=require", "leave it out, and use sslmode=verify-full"),
        ("channel_binding=maybe", "has to be one of disable, prefer, require"),
        ("connect_timeout=soon", "connect_timeout in store has to be a number of seconds"),
        ("target_session_attrs=best", "target_session_attrs in store has to be one of any"),
        ("prepared_statement_cache_size=few", "has to be a number"),
        ("sslmode=disable&host=a&host=b", "has to look like"),
        ("gssencmode=require", "store has no option gssencmode; there are host, port, sslmode"),
    ],
)
def test_an_option_that_cannot_work_is_refused(options: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        Store(f"postgresql://keeper@/practices?{options}")


def test_a_channel_that_need_not_be_bound_is_accepted() -> None:
    assert arguments("channel_binding=prefer&sslmode=require")["ssl"] == "require"
