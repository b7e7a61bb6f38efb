"""What a test tells an office about events, as JSON."""

from __future__ import annotations

import msgspec


class Command(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The arguments of one call that concerns events.

    Attributes:
        customer_key: the key of the office; None for all offices.
        patient: the id of the patient that somebody selects.
        workstation: the workstation.
        running: whether the program runs there.
    """

    customer_key: str | None = None
    patient: int = 0
    workstation: str = ""
    running: bool = True
