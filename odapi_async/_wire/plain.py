"""Makes plain Python values of rows: dictionaries, for tools that know nothing about structs."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

_KEPT: Final = (bytes, Decimal, date, datetime, time, timedelta)


def plain(value: object) -> Any:
    """Return rows as dictionaries under the API's names.

    Amounts, dates and times keep their types, an enumeration becomes its value, and lists are copied.

    Args:
        value: a struct or a dataclass, a list of them, or plain values, which stay as they are.
    """
    return msgspec.to_builtins(value, builtin_types=_KEPT)
