"""Durations as values of options. Pure."""

from __future__ import annotations

from odapi_async.cli.errors import UsageError
from odapi_async.errors import ConfigurationError
from odapi_async.mirror import duration


def parse_duration(text: str, option: str = "--every") -> int:
    """Return the seconds of a duration such as 30s, 5m, 2h or 1d.

    Args:
        text: the duration.
        option: the option that it is the value of, for the error message.

    Raises:
        UsageError: the text has another form, or the duration is zero.
    """
    try:
        return duration.parse_duration(text, option)
    except ConfigurationError as error:
        raise UsageError(str(error)) from None
