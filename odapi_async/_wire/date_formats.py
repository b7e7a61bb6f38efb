"""Reads texts that .NET wrote with a custom date and time format, such as `MM/dd/yyyy h:mm tt`.

A format is compiled once. `parse` reads many texts in one call: all of them are split, by their separators or
else by one regular expression, and each part is a column, which is written in the default form and decoded in
C. A call for each text would be much slower; `python -m benchmarks.decoding` compares the formats. Names and
separators are those of American English, as Open Dental's servers write them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

from odapi_async._wire.default_form import MICROSECONDS, SIZES, ZONE_HOURS, ZONE_MINUTES, DefaultForm
from odapi_async._wire.fixed_width import FixedWidth
from odapi_async._wire.separated import Part, Separated, separated

Kind = Literal["date", "datetime"]

_LETTERS: Final = "dfFghHKmMstyz"
_LONGEST_FRACTION: Final = 7
_NAME: Final = 3  # from so many letters on, a month or a day is a name
_YEAR: Final = 3  # from so many letters on, a year has its century
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_TWO_DIGITS: Final = {text: f"{n:02}" for n in range(100) for text in (str(n), f"{n:02}")}
_MONTH_OF: Final = _TWO_DIGITS | {
    text: f"{n:02}" for n, name in enumerate(_MONTHS, 1) for text in (name, name[:3])
}
_HOUR_OF: Final = {
    (text, mark): f"{hour % 12 + later:02}"
    for hour in range(1, 13)
    for text in (str(hour), f"{hour:02}")
    for mark, later in (("A", 0), ("P", 12), ("AM", 0), ("PM", 12))
}
_NEEDED: Final[dict[Kind, dict[str, str]]] = {
    "date": {"year": "year (yyyy)", "month": "month (MM)", "day": "day (dd)"},
}
_NEEDED["datetime"] = _NEEDED["date"] | {
    "hour": "hour (HH, or hh with tt)",
    "minute": "minute (mm)",
    "second": "second (ss)",
}


class FormatError(ValueError):
    """A format is not valid, or a text does not have it. The message never quotes such a text."""


class _Token(NamedTuple):
    """A run of one letter of a format, or a character that stands for itself (`letter` is empty)."""

    letter: str
    text: str


class _Piece(NamedTuple):
    """What reads the text of one token.

    Attributes:
        pattern: a regular expression, without groups.
        part: the part of the moment that it tells; empty if it tells none.
        rank: of several pieces for one part, the one with the highest rank is read.
        touches: whether digits before its text may touch digits in it or after it.
        varies: whether it ends with a number that has sometimes more digits and sometimes fewer.
        size: the number of its characters, if it always has as many and tells a part.
        literal: the character that stands for itself.
    """

    pattern: str
    part: str = ""
    rank: int = 0
    touches: bool = False
    varies: bool = False
    size: int = 0
    literal: str = ""


class DateFormat:
    """A compiled format.

    Args:
        text: the format.

    Raises:
        FormatError: it is no custom format of .NET; the message says why, and what to write instead.
    """

    __slots__ = ("_fixed", "_has_zone", "_patterns", "_pieces", "_separated", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._pieces = _pieces(_tokens(text))
        self._has_zone = any(piece.part == "zone" for piece in self._pieces)
        self._fixed = {kind: _fixed_width(self._pieces, kind) for kind in _NEEDED}
        self._separated = {kind: _separated(self._pieces, kind) for kind in _NEEDED}
        self._patterns: dict[Kind, tuple[re.Pattern[str], list[_Piece]]] = {}

    def unreadable(self, kind: Kind) -> str | None:
        """Return why dates or date-times in this format cannot be read back; None if they can.

        A date-time needs everything down to its seconds, so that a row has the same value in every format.
        """
        parts = {piece.part for piece in self._pieces}
        if "half" in parts and "mark" in parts:
            parts.add("hour")
        missing = [words for part, words in _NEEDED[kind].items() if part not in parts]
        if missing:
            return f"cannot be read back into a {kind}: it has no {', no '.join(missing)}"
        if "\n" in self.text:
            return f"cannot be read back into a {kind}: it has a line break"
        if _is_ambiguous(self._pieces):
            return (
                f"cannot be read back into a {kind}: numbers of different lengths touch; write two letters "
                "(such as dd), or a separator"
            )
        return None

    def fits(self, kind: Kind, text: str) -> bool:
        """Return whether a text has the shape of this format; the day in it may still not exist."""
        return self._compiled(kind)[0].fullmatch(text) is not None

    def parse(self, kind: Kind, texts: Sequence[str]) -> list[Any]:
        """Read texts as dates or date-times. With an offset the result is aware; "no date" never is.

        Raises:
            FormatError: a text does not have this format, or is no moment that exists.
        """
        moments = self._moments(kind, texts)
        if kind == "date" or not self._has_zone:
            return moments
        return [datetime.min if each.year == 1 and _is_no_date(each) else each for each in moments]

    def parse_optional(self, kind: Kind, texts: Sequence[str]) -> list[Any]:
        """Read texts as `parse` does, with None for "no date"."""
        moments = self._moments(kind, texts)
        return [None if each.year == 1 and _is_no_date(each) else each for each in moments]

    def _moments(self, kind: Kind, texts: Sequence[str]) -> list[Any]:
        if not texts:
            return []
        try:
            fixed = self._fixed[kind]
            return fixed.parse(texts) if fixed else _read_columns(self._columns(kind, texts))
        except (LookupError, ValueError):
            raise FormatError(f"a text does not have the format {self.text}") from None

    def _columns(self, kind: Kind, texts: Sequence[str]) -> dict[str, Sequence[str]]:
        separated = self._separated[kind]
        pattern, pieces = self._compiled(kind)
        if separated:
            columns = separated.columns(texts)
            for piece in pieces:
                if piece.part in columns:  # an offset with minutes is two parts, in the default form already
                    columns[piece.part] = _in_default_form(piece, columns[piece.part])
            return columns
        lines = "\n".join(texts)
        # one flat list of all groups and what is between the matches: no tuples for the garbage collector
        found = pattern.split(lines)
        step = len(pieces) + 1
        if len(found) != step * len(texts) + 1 or lines.count("\n") >= max(1, len(texts)):
            raise FormatError
        return {
            piece.part: _in_default_form(piece, found[place::step]) for place, piece in enumerate(pieces, 1)
        }

    def _compiled(self, kind: Kind) -> tuple[re.Pattern[str], list[_Piece]]:
        """Return the regular expression of lines, and the pieces of its groups."""
        compiled = self._patterns.get(kind)
        if compiled is None:
            compiled = self._patterns[kind] = _compile(self._pieces, kind)
        return compiled


@lru_cache(maxsize=256)
def compile_format(text: str) -> DateFormat:
    """Return a compiled format. Cached.

    Raises:
        FormatError: it is no custom format of .NET; the message says why, and what to write instead.
    """
    return DateFormat(text)


def _tokens(text: str) -> list[_Token]:
    if not text[1:]:
        raise FormatError(_too_short(text))
    tokens: list[_Token] = []
    position = 0
    while position < len(text):
        letter = text[position]
        end = position + 1
        if letter in "'\"":
            end = _end_of_quote(text, position)
            tokens += [_Token("", each) for each in _unescaped(text[position + 1 : end - 1])]
        elif letter == "\\":
            end = position + 2
            tokens.append(_Token("", _escaped(text, position)))
        elif letter == "%":
            end = position + 2
            tokens.append(_single(text, position))
        elif letter in _LETTERS:
            while letter != "K" and text[end : end + 1] == letter:
                end += 1
            tokens.append(_checked(_Token(letter, text[position:end])))
        else:
            tokens.append(_Token("", _literal(letter)))
        position = end
    return tokens


def _too_short(text: str) -> str:
    if not text:
        return "must not be empty; leave it out for the default format"
    if text in _LETTERS:
        return f"'{text}' alone is a standard format of .NET; write the format out, or %{text} for one letter"
    return f"'{text}' alone is a standard format of .NET or none at all; write the format out, as yyyy-MM-dd"


def _end_of_quote(text: str, start: int) -> int:
    position = start + 1
    while position < len(text):
        if text[position] == text[start]:
            return position + 1
        position += 2 if text[position] == "\\" else 1
    raise FormatError(f"has a quote that does not end; close it with {text[start]}, or write \\{text[start]}")


def _unescaped(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL)


def _escaped(text: str, position: int) -> str:
    if position + 1 == len(text):
        raise FormatError(r"ends with a \ that has nothing to escape; write \\ for the character")
    return text[position + 1]


def _single(text: str, position: int) -> _Token:
    letter = text[position + 1 : position + 2]
    if letter in {"", "%", "'", '"', "\\"}:
        raise FormatError("has a % that no letter follows; write \\% for the character")
    return _Token(letter, letter) if letter in _LETTERS else _Token("", _literal(letter))


def _checked(token: _Token) -> _Token:
    if token.letter in "fF" and len(token.text) > _LONGEST_FRACTION:
        raise FormatError(f"has more than {_LONGEST_FRACTION} {token.letter}, the digits that .NET knows")
    return token


def _literal(character: str) -> str:
    if character.isascii() and character.isalpha():
        raise FormatError(
            f"'{character}' is no letter of a .NET date format; write '{character}' with its quotes for the "
            "character itself"
        )
    return character


def _pieces(tokens: Sequence[_Token]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for token in tokens:
        if token.letter == "F" and pieces and pieces[-1].pattern == r"\.":
            # .NET takes a period away again if no digits follow it
            pieces[-1] = _Piece("")
            pattern = rf"(?:\.\d{{1,{len(token.text)}}})?"
            pieces.append(_Piece(pattern, "fraction", len(token.text), touches=True, varies=True))
        elif token.letter:
            pieces.append(_PIECES[token.letter](token))
        else:
            is_digit = token.text.isdecimal()
            pieces.append(_Piece(re.escape(token.text), touches=is_digit, literal=token.text))
    return pieces


def _number(part: str) -> Callable[[_Token], _Piece]:
    def piece(token: _Token) -> _Piece:
        if len(token.text) == 1:
            return _Piece(r"\d{1,2}", part, touches=True, varies=True)
        return _Piece(r"\d\d", part, touches=True, size=2)

    return piece


def _named(part: str, names: Sequence[str], told: str) -> Callable[[_Token], _Piece]:
    """Return a reader of numbers and, from three letters on, of names, which tell another part or none."""
    number = _number(part)

    def piece(token: _Token) -> _Piece:
        if len(token.text) < _NAME:
            return number(token)
        shown = names if len(token.text) > _NAME else [name[:3] for name in names]
        return _Piece(f"(?:{'|'.join(shown)})", told)

    return piece


def _year(token: _Token) -> _Piece:
    digits = len(token.text)
    if digits < _YEAR:
        return _Piece(r"\d{1,2}" if digits == 1 else r"\d\d", touches=True, varies=digits == 1)
    if digits == _YEAR:
        return _Piece(r"\d{3,4}", "year", touches=True, varies=True)
    return _Piece(rf"\d{{{digits}}}", "year", touches=True, size=digits if digits == _YEAR + 1 else 0)


def _offset(token: _Token) -> _Piece:
    return _OFFSETS[min(len(token.text), 3) - 1]


_OFFSETS: Final = (
    _Piece(r"[+-]\d{1,2}", "zone", 1, varies=True),
    _Piece(r"[+-]\d\d", "zone", 2),
    _Piece(r"[+-]\d\d:[0-5]\d", "zone", 3, size=6),
)
_PIECES: Final[dict[str, Callable[[_Token], _Piece]]] = {
    "d": _named("day", _DAYS, ""),
    "M": _named("month", _MONTHS, "month"),
    "y": _year,
    "h": _number("half"),
    "H": _number("hour"),
    "m": _number("minute"),
    "s": _number("second"),
    "f": lambda token: _Piece(
        rf"\d{{{len(token.text)}}}", "fraction", len(token.text), touches=True, size=len(token.text)
    ),
    "F": lambda token: _Piece(
        rf"\d{{0,{len(token.text)}}}", "fraction", len(token.text), touches=True, varies=True
    ),
    "t": lambda token: _Piece("[AP]" if len(token.text) == 1 else "[AP]M", "mark"),
    "z": _offset,
    "K": lambda _: _Piece(r"(?:Z|[+-]\d\d:[0-5]\d|)", "zone", 2, touches=True),
    "g": lambda _: _Piece(r"(?:A\.D\.|AD)"),
}


def _is_ambiguous(pieces: Iterable[_Piece]) -> bool:
    """Return whether two numbers of variable length touch, so that 111 may be 1 and 11, or 11 and 1."""
    variable = 0
    for piece in pieces:
        if piece.pattern and not piece.touches:
            variable = 0
        variable += piece.varies
        if variable > 1:
            return True
    return False


def _told(pieces: Sequence[_Piece], kind: Kind) -> list[int]:
    """Return the places of the pieces that are read, of which each tells another part."""
    best: dict[str, int] = {}
    for index, piece in enumerate(pieces):
        if piece.part and (piece.part not in best or piece.rank > pieces[best[piece.part]].rank):
            best[piece.part] = index
    wanted = {*_NEEDED[kind], *(() if kind == "date" else ("fraction", "zone"))}
    if "hour" in wanted and "hour" not in best:
        wanted |= {"half", "mark"}
    return sorted(index for part, index in best.items() if part in wanted)


def _compile(pieces: Sequence[_Piece], kind: Kind) -> tuple[re.Pattern[str], list[_Piece]]:
    told = _told(pieces, kind)
    pattern = "".join(
        f"({piece.pattern})" if index in told else piece.pattern for index, piece in enumerate(pieces)
    )
    return re.compile(f"^{pattern}$", re.ASCII | re.MULTILINE), [pieces[index] for index in told]


def _separated(pieces: Sequence[_Piece], kind: Kind) -> Separated | None:
    told = _told(pieces, kind)
    parts: list[Part | str] = []
    for index, piece in enumerate(pieces):
        name = piece.part if index in told else ""
        hours, colon, minutes = piece.pattern.partition(":[")
        if piece.literal:
            parts.append(piece.literal)
        elif colon:  # an offset with minutes, whose separator is that of the time
            names = (ZONE_HOURS, ZONE_MINUTES) if name else ("", "")
            parts += (Part(hours, names[0]), ":", Part(f"[{minutes}", names[1]))
        else:
            parts.append(Part(piece.pattern, name, piece.size))
    return separated(parts)


def _fixed_width(pieces: Sequence[_Piece], kind: Kind) -> FixedWidth | None:
    """Return the places of the parts of a format; None if some part has no fixed place."""
    parts: dict[str, tuple[int, int]] = {}
    literals: dict[int, str] = {}
    place = 0
    for piece in pieces:
        if piece.literal and piece.literal.isascii():
            literals[place] = piece.literal
            place += 1
        elif piece.size and piece.part not in parts:
            parts[piece.part] = place, piece.size
            place += piece.size
        else:
            return None
    needed = _NEEDED[kind].keys()
    allowed = {*needed, "fraction", "zone"} if kind == "datetime" else needed
    return FixedWidth(parts, literals, place) if needed <= parts.keys() <= allowed else None


def _read_columns(columns: dict[str, Sequence[str]]) -> list[Any]:
    """Read moments from their parts: each part is a column of as many texts."""
    if "half" in columns:
        clock = zip(columns.pop("half"), columns.pop("mark"), strict=True)
        columns["hour"] = [*map(_HOUR_OF.__getitem__, clock)]
    form = DefaultForm(columns)
    texts = form.texts(len(columns["year"]))
    for part, column in columns.items():
        form.write(texts, part, column)
    return form.decode(texts)


def _in_default_form(piece: _Piece, texts: Sequence[str]) -> Sequence[str]:
    """Return the texts of one part as the default form has them; only an hour of the half day stays."""
    if piece.size == SIZES.get(piece.part) or piece.part in _HALF_DAY:
        return texts
    known = _DEFAULT_OF.get(piece.part)
    if known is None:
        convert = _CONVERT[piece.part]
        known = {text: convert(text) for text in {*texts}}  # few of them are distinct
    return [*map(known.__getitem__, texts)]


def _zone(text: str) -> str:
    """Return an offset and the quote after it, in the place of the longest one."""
    if text[1:]:
        hours, _, minutes = text[1:].partition(":")
        text = f"{text[0]}{hours:0>2}:{minutes or '00'}"
    return f'{text}"'.ljust(7)


_HALF_DAY: Final = frozenset({"half", "mark"})
_DEFAULT_OF: Final[Mapping[str, Mapping[str, str]]] = {
    "month": _MONTH_OF,
    **dict.fromkeys(("day", "hour", "minute", "second"), _TWO_DIGITS),
}
_CONVERT: Final[Mapping[str, Callable[[str], str]]] = {
    "year": lambda text: f"{int(text):04}",
    "fraction": lambda text: text.removeprefix(".")[:MICROSECONDS].ljust(MICROSECONDS, "0"),
    "zone": _zone,
}
"""By part, the text that it has in the default form, of parts with many texts."""


def _is_no_date(moment: Any) -> bool:
    """Return whether a moment of the year 1 is the API's "no date", whatever its offset is."""
    return moment == date.min if type(moment) is date else moment.replace(tzinfo=None) == datetime.min
