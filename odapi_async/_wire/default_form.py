"""The default form of dates and date-times, which is decoded in C.

Texts in another form are moved into this one, a whole column of them at once: reading one text after the
other in Python is much slower.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec

MICROSECONDS: Final = 6
"""The digits of a fraction that a date-time keeps."""

_PLACES: Final = {"year": 1, "month": 6, "day": 9, "hour": 12, "minute": 15, "second": 18, "fraction": 21}
ZONE_HOURS: Final = "zone hours"
ZONE_MINUTES: Final = "zone minutes"
"""The two parts of a zone that is never missing, as `+05:30`."""

_ZONES: Final = {"zone": len('+00:00"'), ZONE_HOURS: len("+00"), ZONE_MINUTES: len("00")}
SIZES: Final = {**dict.fromkeys(_PLACES, 2), "year": 4, "fraction": MICROSECONDS, **_ZONES}
"""The number of characters of each part; a zone has the quote after it, because it may be missing."""

_DATE: Final = b'"0000-00-00",'
_DATETIME: Final = b'"0000-00-00T00:00:00'
_DATES: Final = msgspec.json.Decoder(list[date])
_DATETIMES: Final = msgspec.json.Decoder(list[datetime])


class DefaultForm:
    """The default form for some parts of a moment.

    Args:
        parts: the parts: those of a date, or of a date-time with or without a fraction and a zone.
        digits: the digits of the fraction.

    Attributes:
        places: the place of each part in a text.
        width: the length of a text, with what is around it in a list.
    """

    __slots__ = ("_decoder", "_text", "places", "width")

    def __init__(self, parts: Collection[str], digits: int = MICROSECONDS) -> None:
        self._decoder: msgspec.json.Decoder[Any] = _DATETIMES if "hour" in parts else _DATES
        self._text = _DATE
        places = dict(_PLACES)
        if "hour" in parts:
            self._text = _DATETIME + (b"." + b"0" * digits if "fraction" in parts else b"")
            places["zone"] = places[ZONE_HOURS] = len(self._text)
            places[ZONE_MINUTES] = places["zone"] + len("+00:")
            self._text += b'",' if _ZONES.keys().isdisjoint(parts) else b'+00:00",'
        self.places = places
        self.width = len(self._text)

    def texts(self, count: int) -> bytearray:
        """Return so many texts, whose parts are to be written."""
        return bytearray(self._text * count)

    def write(self, texts: bytearray, part: str, column: Sequence[str]) -> None:
        """Write one part into all texts.

        Raises:
            ValueError: a text does not have the length of the part in this form.
        """
        place, size = self.places[part], SIZES[part]
        source, step = "\n".join(column).encode("ascii"), size + 1
        if len(source) + 1 != step * len(column) or source[size::step] != b"\n" * (len(column) - 1):
            raise ValueError("length")
        for index in range(size):
            texts[place + index :: self.width] = source[index::step]

    def decode(self, texts: bytearray) -> list[Any]:
        """Read the texts.

        Raises:
            ValueError: a text is no moment that exists.
        """
        try:
            moments: list[Any] = self._decoder.decode(b"[" + texts[:-1] + b"]")
        except msgspec.MsgspecError:  # its message may quote a value
            raise ValueError("format") from None
        return moments
