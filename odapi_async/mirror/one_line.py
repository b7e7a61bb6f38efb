"""Text of others in a form that is safe to print: names, places of keys and messages."""

from __future__ import annotations


def on_one_line(text: str) -> str:
    """Return a text as it is if all of it is printable, and else with escapes."""
    return text if text.isprintable() else ascii(text)
