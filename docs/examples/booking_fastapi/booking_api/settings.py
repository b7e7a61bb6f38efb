"""The settings, from variables of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from odapi_async import Mode


@dataclass(frozen=True)
class Settings:
    """The settings of the process.

    Attributes:
        customer_key: the key of the practice, from BOOKING_CUSTOMER_KEY.
        token: what your website sends as `Authorization: Bearer TOKEN`, from BOOKING_TOKEN. The links of
            patients are signed with it, too.
        operatories: which operatories may be booked, from BOOKING_OPERATORIES, as in "1,2".
        providers: which providers may be booked, from BOOKING_PROVIDERS.
        developer_key: your developer key, from OPENDENTAL_DEVELOPER_KEY.
        mode: the way to the office, from BOOKING_MODE.
        base_url: the URL of the API, if it is not the usual one of the mode, from BOOKING_BASE_URL.
        minutes: how long a visit is.
        every: minutes between two starts.
        settle: seconds to wait before a booking whose response was lost is looked for.
    """

    customer_key: str = field(repr=False)
    token: str = field(repr=False)
    operatories: frozenset[int]
    providers: frozenset[int]
    developer_key: str | None = field(default=None, repr=False)
    mode: Mode = Mode.REMOTE
    base_url: str | None = None
    minutes: int = 30
    every: int = 15
    settle: float = 5.0

    def __post_init__(self) -> None:
        if not self.token:  # a request without a token has an empty one
            raise ValueError("the token must not be empty: set BOOKING_TOKEN")


def from_environment(values: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of the environment."""
    return Settings(
        customer_key=values["BOOKING_CUSTOMER_KEY"],
        token=values["BOOKING_TOKEN"],
        operatories=_numbers(values["BOOKING_OPERATORIES"]),
        providers=_numbers(values["BOOKING_PROVIDERS"]),
        mode=Mode(values.get("BOOKING_MODE", Mode.REMOTE)),
        base_url=values.get("BOOKING_BASE_URL"),
    )


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(each) for each in text.split(","))
