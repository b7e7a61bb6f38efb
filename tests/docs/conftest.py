"""The office that the pages talk to: a real sandbox in the place of the API's own addresses."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest
from yarl import URL

from odapi_async import Mode, Tier, limits
from odapi_async.sandbox import Office, Sandbox
from odapi_async.sandbox.office import PERMISSIONS
from tests.docs.background import Background
from tests.support import certificates

KEYS: Final = ("customer-key", "key-of-office-1", "key-of-office-2", "key-of-office-3")
ROWS: Final = {"patients": 250, "appointments": 240, "procedurelogs": 230, "recalls": 120, "commlogs": 110}
QUICK: Final = 0.01
HERE: Final = "127.0.0.1"


@pytest.fixture
def office_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Generator[Sandbox]:
    """Serve the offices of the pages.

    The pages show what a reader writes for production: the API's addresses, its pace, and the key in the
    environment. None of these is an option that a reader should pass, so the tables that they come from are
    changed for the time of a test, and the names of servers on an office's network lead here, too. The files
    that a page writes go to a folder of the test.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    shutil.copy(certificates.CA, "company-ca.pem")
    permissions = frozenset(PERMISSIONS) - {"Enterprise"}
    offices = [Office(customer_key=key, permissions=permissions, interval=0.0, rows=ROWS) for key in KEYS]
    box = Sandbox(offices)
    with Background() as background:
        background.run(box.start())
        try:
            for mode in Mode:  # each has a URL of its own: several ways with one URL would be refused
                url = URL(box.url) if mode is Mode.REMOTE else URL(box.url).with_host(f"{mode}.localhost")
                monkeypatch.setitem(limits.BASE_URLS, mode, str(url))
            for tier in Tier:
                monkeypatch.setitem(limits.INTERVALS, tier, QUICK)
            monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", box.developer_key)
            _lead_all_names_to(URL(box.url).port or 0, monkeypatch)
            yield box
        finally:
            background.run(box.close())


def _lead_all_names_to(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = socket.getaddrinfo

    def look_up_here(host: str, asked_port: int, *args: Any, **options: Any) -> Any:
        here = asked_port if host == HERE else port
        return look_up(HERE, here, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)
