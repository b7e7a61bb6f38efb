"""The settings, all from variables of the environment whose names begin with PRACTICE_API_."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from odapi_async import Mode, Tier


class PracticeSettings(BaseModel):
    """One practice.

    Attributes:
        customer_key: its customer key.
        tier: what the developer's permissions allow there; None looks it up with one more request.
        mode: the way to the office.
        base_url: the URL of the API, if it is not the usual one of the mode.
        time_zone: the zone of the office, such as "America/Los_Angeles": it decides which day is today. None
            takes the zone of this machine.
    """

    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid", frozen=True)

    customer_key: SecretStr
    tier: Tier | None = None
    mode: Mode = Mode.REMOTE
    base_url: str | None = None
    time_zone: ZoneInfo | None = None


class User(BaseModel):
    """A caller of this backend, such as your frontend at one reception desk.

    Attributes:
        token: what it sends as `Authorization: Bearer TOKEN`.
        practices: the names of the practices that it may use.
    """

    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid", frozen=True)

    token: SecretStr = Field(min_length=1)  # a request without a token has an empty one
    practices: frozenset[str]


class Settings(BaseSettings):
    """The settings of the process. `practices` and `users` are JSON objects, by name.

    Attributes:
        developer_key: your developer key, from OPENDENTAL_DEVELOPER_KEY.
        practices: the practices.
        users: the callers.
        max_wait: seconds that a request may wait for its slot at the office.
        deadline: seconds that a whole call may take.
        settle: seconds to wait before a lost write is looked for.
    """

    # a wrong value may be a key, so no error quotes it
    model_config = SettingsConfigDict(
        env_prefix="PRACTICE_API_",
        hide_input_in_errors=True,
        extra="forbid",
        frozen=True,
        populate_by_name=True,
    )

    developer_key: SecretStr | None = Field(default=None, validation_alias="OPENDENTAL_DEVELOPER_KEY")
    practices: dict[str, PracticeSettings] = {}
    users: dict[str, User] = {}
    max_wait: float = 8.0
    deadline: float = 25.0
    settle: float = 5.0
