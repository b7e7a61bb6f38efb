"""Made-up practices from memory, to try this backend without keys."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pydantic import SecretStr

from odapi_async import Tier, Transport
from odapi_async.sandbox import PERMISSIONS, Office, Sandbox
from odapi_async.testing import SandboxTransport
from practice_api.settings import PracticeSettings, Settings, User

TOKEN = "sandbox-token"  # noqa: S105 - it opens made-up data only
_ZONE = ZoneInfo("Etc/GMT+8")  # of the sandbox: eight hours behind UTC
_NAMES = ("harbour", "main-street")
_ROWS = {"patients": 250, "appointments": 120}


def sandbox_settings() -> tuple[Settings, Transport]:
    """Return the settings of two made-up practices, and the transport that leads to them."""
    permissions = frozenset(PERMISSIONS) - {"Enterprise"}
    sandbox = Sandbox(
        [Office(customer_key=f"key-of-{name}", permissions=permissions, rows=_ROWS) for name in _NAMES]
    )
    return settings_for(sandbox), SandboxTransport(sandbox)


def settings_for(sandbox: Sandbox) -> Settings:
    """Return settings for the offices of a sandbox, whose keys are key-of-NAME, and one user."""
    practices = {
        key.removeprefix("key-of-"): PracticeSettings(
            customer_key=SecretStr(key), tier=Tier.STANDARD, time_zone=_ZONE
        )
        for key in sandbox.keys
    }
    return Settings(
        developer_key=SecretStr(sandbox.developer_key),
        practices=practices,
        users={"demo": User(token=SecretStr(TOKEN), practices=frozenset(practices))},
    )
