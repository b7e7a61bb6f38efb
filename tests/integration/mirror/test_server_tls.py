"""Fault D3: a server of another name or certificate, or one without TLS, is never handed a password."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any, Final

import pytest

from odapi_async import ConfigurationError
from odapi_async.mirror import Store, StoreError
from tests.support.certificates import CA, CLIENT, SERVER
from tests.support.fake_postgres import FakePostgres, fake_postgres

pytestmark = pytest.mark.unmeasured

PASSWORD: Final = "Pa55w0rd"
RESOLVE: Final = socket.getaddrinfo


@pytest.fixture(autouse=True)
def network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All names lead to this machine, and nobody has files of libpq here."""

    def resolve(_: object, *args: Any, **options: Any) -> Any:
        return RESOLVE("127.0.0.1", *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PGSSLMODE", "PGSSLROOTCERT", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


async def attempt(fake: FakePostgres, options: str = "", host: str = "office.example.com") -> StoreError:
    """Connect to a fake server, which never lets anybody in."""
    url = f"postgresql://keeper:{PASSWORD}@{host}:{fake.port}/practices"
    async with Store(f"{url}?{options}" if options else url) as store:
        with pytest.raises(StoreError) as caught:
            await store.count("main-street", "patients")
    assert PASSWORD not in f"{caught.value!r} {caught.value}"
    return caught.value


@pytest.mark.parametrize("options", ["", "sslmode=require", f"sslrootcert={CA}"])
async def test_d3_a_server_without_tls_gets_no_password(options: str) -> None:
    async with fake_postgres(tls=False) as fake:
        error = await attempt(fake, options)
    assert "offers no TLS" in str(error)
    assert "sslmode=disable" in str(error)
    assert fake.startups == []


@pytest.mark.parametrize(
    ("options", "host"),
    [
        ("", "office.example.com"),
        ("sslmode=verify-full", "office.example.com"),
        (f"sslrootcert={CA}", "otherserver"),
        (f"sslrootcert={SERVER}&sslmode=verify-ca", "office.example.com"),
    ],
    ids=["default", "full", "name", "authority"],
)
async def test_d3_a_certificate_that_proves_nothing_gets_no_password(options: str, host: str) -> None:
    async with fake_postgres(tls=True) as fake:
        error = await attempt(fake, options, host)
    assert "cannot be trusted: " in str(error)
    assert ("'otherserver'" in str(error)) is (host == "otherserver")
    assert error.code == "SSLCertVerificationError"
    assert fake.startups == []


@pytest.mark.parametrize(
    ("options", "host"),
    [
        (f"sslrootcert={CA}", "office.example.com"),
        (f"sslmode=verify-ca&sslrootcert={CA}", "otherserver"),
        ("sslmode=require", "otherserver"),
        ("sslrootcert=system", "office.example.com"),
        ("", "office.example.com"),
    ],
)
async def test_d3_a_server_that_proves_its_name_gets_the_password_through_tls(
    monkeypatch: pytest.MonkeyPatch, options: str, host: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CA))
    async with fake_postgres(tls=True) as fake:
        assert "rejects this user or password" in str(await attempt(fake, options, host))
    assert (fake.passwords, fake.secure) == ([PASSWORD], [True])


async def test_d3_the_file_of_libpq_is_found(tmp_path: Path) -> None:
    (tmp_path / ".postgresql").mkdir()
    (tmp_path / ".postgresql" / "root.crt").write_bytes(CA.read_bytes())
    async with fake_postgres(tls=True) as fake:
        await attempt(fake)
    assert (fake.passwords, fake.secure) == ([PASSWORD], [True])


@pytest.mark.parametrize("options", ["sslrootcert=system", f"sslrootcert={CA}"])
async def test_d3_a_client_certificate_is_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CA))
    key = tmp_path / "client.key"
    key.touch(0o600)
    key.write_bytes(CLIENT.read_bytes())
    async with fake_postgres(tls=True) as fake:
        await attempt(fake, f"{options}&sslcert={CLIENT}&sslkey={key}")
        assert fake.clients == ["client of the tests"]
        key.chmod(0o644)
        with pytest.raises(ConfigurationError, match="chmod 600"):
            await attempt(fake, f"{options}&sslcert={CLIENT}&sslkey={key}")


async def test_d3_settings_arrive_as_libpq_sends_them() -> None:
    async with fake_postgres(tls=False) as fake:
        options = "sslmode=disable&application_name=the+mirror&options=-c%20geqo%3Doff&connect_timeout=30"
        await attempt(fake, options)
    assert fake.startups[0].items() >= {
        ("application_name", "the mirror"),
        ("options", "-c geqo=off"),
        ("user", "keeper"),
        ("database", "practices"),
    }
