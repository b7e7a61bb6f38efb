"""Repairs the texts of a response that are no valid JSON, such as a note with a byte of another encoding.

Offices hold texts that were pasted or imported decades ago, and one of them must not make its whole page
unreadable. A byte that is not UTF-8 and half of a surrogate pair become U+FFFD, and a raw control character
becomes its escape. Everything else stays as it is, so what is not JSON for another reason stays so.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from typing import Final, NamedTuple

_MAX_CHARACTERS: Final = 100_000
"""The characters that are repaired in one body. It bounds the time and the memory: more are no rows."""

_UNKNOWN: Final = "\ufffd"
_ESCAPED: Final = len(r"\uffff")
_CONTROLS: Final = tuple((bytes([code]), b"\\u%04x" % code) for code in range(0x20))
_PAIR: Final = rb"u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPE: Final = rb"\\(?:[^u\x00-\x1f]|u(?![dD][89a-fA-F])|" + _PAIR + rb")"
_SOUND: Final = rb'[^"\\\x00-\x1f]*+(?:' + _ESCAPE + rb'[^"\\\x00-\x1f]*+)*+'
# possessive, so that a body of many megabytes is read once, without a way back
_TO_DAMAGE: Final = re.compile(rb'[^"]*+(?:"' + _SOUND + rb'"[^"]*+)*+"' + _SOUND)
_REST_OF_TEXT: Final = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_TO_HALF_PAIR: Final = re.compile(
    rb"[^\\]*+(?:" + _ESCAPE + rb"[^\\]*+)*+(?=\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


class Mended(NamedTuple):
    """A repaired body.

    Attributes:
        body: the body.
        characters: how many characters were replaced; 0 if only a byte order mark was removed.
    """

    body: bytes
    characters: int


def mend(body: bytes) -> Mended | None:
    """Repair a body; None if there is nothing to repair, or too much."""
    whole = body.removeprefix(BOM_UTF8)
    text, replaced = _in_utf8(whole)
    mended, escaped = _with_sound_texts(text)
    characters = replaced + escaped
    if characters > _MAX_CHARACTERS or (not characters and len(whole) == len(body)):
        return None
    return Mended(mended, characters)


def _in_utf8(body: bytes) -> tuple[bytes, int]:
    try:
        body.decode()
    except UnicodeDecodeError:
        text = body.decode(errors="replace")
        return text.encode(), text.count(_UNKNOWN) - body.count(_UNKNOWN.encode())
    return body, 0


def _with_sound_texts(body: bytes) -> tuple[bytes, int]:
    """Return a body whose texts have no raw control characters and no half pairs, and how many they had."""
    parts: list[bytes] = []
    position = count = 0
    while count <= _MAX_CHARACTERS and (sound := _TO_DAMAGE.match(body, position)):
        rest = _REST_OF_TEXT.match(body, sound.end())
        position = rest.end() if rest else len(body)
        text, damaged = _sound(body[sound.end() : position])
        parts += (sound[0], text, body[position : position + 1])
        position += 1
        count += damaged
    return b"".join([*parts, body[position:]]), count


def _sound(text: bytes) -> tuple[bytes, int]:
    count = 0
    for control, escape in _CONTROLS:
        if found := text.count(control):
            count += found
            text = text.replace(control, escape) if count <= _MAX_CHARACTERS else text
    parts: list[bytes] = []
    position = 0
    while count <= _MAX_CHARACTERS and (sound := _TO_HALF_PAIR.match(text, position)):
        parts += (sound[0], b"\\ufffd")
        position = sound.end() + _ESCAPED
        count += 1
    return b"".join([*parts, text[position:]]), count
