"""Name lookups that take their time: the one part of opening a connection that loopback lets a test delay.

The kernel of the listening side completes a connection before any program sees it, so no server and no proxy
can make `connect` slow. A lookup can be, and to the client it is the same: the connection is not open yet.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest


def delay_lookups(monkeypatch: pytest.MonkeyPatch, wait: Callable[[], object]) -> None:
    """Let every lookup of a name call `wait` first, in the thread in which lookups are made."""
    look_up = socket.getaddrinfo

    def look_up_late(*args: Any, **options: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():
            wait()
        return look_up(*args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_late)


def by_name(url: str) -> str:
    """The same address on loopback, by a name that has to be looked up."""
    return url.replace("127.0.0.1", "localhost")
