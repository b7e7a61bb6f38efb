"""HTML as text that is escaped unless it says that it is HTML already. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from html import escape
from urllib.parse import quote

from odapi_async.mirror.texts import in_utc


class Html(str):
    """A text that is HTML already, so that it is not escaped again."""

    __slots__ = ()


def to_html(value: str | dt.datetime) -> Html:
    """Return a value as HTML: a text escaped, a time as an element that the script turns to local time."""
    if isinstance(value, Html):
        return value
    return time(value) if isinstance(value, dt.datetime) else Html(escape(value))


def join(parts: Iterable[str | dt.datetime], between: str = "") -> Html:
    """Return parts as one HTML text; those that are no HTML are escaped."""
    return Html(to_html(between).join(map(to_html, parts)))


def element(tag: str, *content: str | dt.datetime, **attributes: str | bool) -> Html:
    """Return an element.

    Args:
        tag: its name.
        *content: its content; texts are escaped.
        **attributes: its attributes; `_` stands for `-`, and one at the end is left out (`class_`). True is
            an attribute without a value, False none.
    """
    written = "".join(_attribute(name, value) for name, value in attributes.items() if value is not False)
    return Html(f"<{tag}{written}>{join(content)}</{tag}>")


def time(at: dt.datetime, *, seconds: bool = False) -> Html:
    """Return a time in UTC; the script shows it in the zone of the browser.

    Args:
        at: the time.
        seconds: whether its seconds are shown.
    """
    utc = in_utc(at)
    iso = utc.replace(tzinfo=None).isoformat(timespec="seconds")
    text = f"{utc:%Y-%m-%d %H:%M:%S}" if seconds else f"{utc:%Y-%m-%d %H:%M}"
    return Html(f'<time datetime="{iso}Z"{" data-seconds" if seconds else ""}>{text} UTC</time>')


def practice_url(practice: str) -> str:
    """Return the relative URL of the page with the details of a practice."""
    return f"?practice={quote(practice, safe='', errors='surrogatepass')}"


def _attribute(name: str, value: str | bool) -> str:  # noqa: FBT001 - a value, not a switch
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if isinstance(value, bool) else f' {written}="{escape(value)}"'
