"""What people write instead of a filter or an option, and how to write it. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import PurePath
from typing import Final

from odapi_async.cli.days import is_day_word
from odapi_async.cli.endpoints import Endpoint, resource_endpoints
from odapi_async.cli.errors import UsageError
from odapi_async.resources import DateLike, parameters

_FILES: Final = frozenset({".csv", ".json", ".ndjson", ".jsonl", ".txt", ".xls", ".xlsx"})
_SHORT: Final = 4  # a number with more digits may say something about a patient
FILE_ADVICE: Final = "rows go to standard output, with --excel, too: end the command with > FILE"
"""What to write instead of the name of a file."""


def explain_slips(endpoint: Endpoint, words: Sequence[str], options: Sequence[str]) -> None:
    """Refuse words that are no filters, but look like something else.

    Args:
        endpoint: the operation that is called.
        words: the words, which should be `NAME=VALUE`.
        options: the options of the command, such as `--limit`.

    Raises:
        UsageError: says how to write what was meant. It repeats no value but a word for a day or a small
            number.
    """
    if any(word.endswith("=") or word.startswith("=") for word in words):
        return  # spaces around the =, perhaps
    for word in words:
        name, is_pair, value = word.partition("=")
        slip = _pair_slip(endpoint, name, value, options) if is_pair else _word_slip(endpoint, word)
        if slip:
            raise UsageError(slip)


def option_slip(option: str, words: Sequence[str], find: Callable[[str], Endpoint]) -> str:
    """Return how to write a filter or a field that was written as an option; an empty text if it is none.

    Args:
        option: the option that does not exist, such as `--date`.
        words: all words of the command, among them the value of the option.
        find: finds the operation that a word names.
    """
    endpoint = _first_endpoint(words, find)
    if endpoint is None:
        return ""
    known = {_plain(name): name for name in endpoint.names}
    name = known.get(_plain(option))
    if name is None:
        return ""
    value = next((_value_after(words, at) for at, word in enumerate(words) if _is_named(word, option)), "")
    return f"{name} is no option: write {name}={_shown(value) or _example(endpoint, name)}"


def _first_endpoint(words: Sequence[str], find: Callable[[str], Endpoint]) -> Endpoint | None:
    for word in words:
        with suppress(UsageError):
            return find(word)
    return None


def _pair_slip(endpoint: Endpoint, name: str, value: str, options: Sequence[str]) -> str:
    option = f"--{name.lstrip('-').replace('_', '-').lower()}"
    if name in endpoint.names or option not in options:
        return ""
    return f"{name} is an option: write {option} {_shown(value) or 'VALUE'}"


def _word_slip(endpoint: Endpoint, word: str) -> str:
    if PurePath(word).suffix.lower() in _FILES:
        return FILE_ADVICE
    day = _day_filter(endpoint)
    if is_day_word(word) and day is not None:
        return f"a day needs the name of a filter: write {day}={word}"
    if word.isdecimal() and endpoint.operation.method == "GET":
        return _number_slip(endpoint)
    return ""


def _number_slip(endpoint: Endpoint) -> str:
    filter_ = "PatNum=48" if "PatNum" in endpoint.names else "NAME=VALUE"
    has_rows = any(each.method == "get" for each in resource_endpoints(endpoint.resource))
    row = f", and an id belongs to its resource, as in odapi get {endpoint.resource}/48" if has_rows else ""
    return f"a filter has a name, as in {filter_}{row}"


def _day_filter(endpoint: Endpoint) -> str | None:
    """Return the filter for which a day alone is meant: the one for the day itself, if there is one."""
    days = [name for name, each in parameters(endpoint.operation).items() if each.type is DateLike]
    return next((name for name in ("date", *days) if name in days), None)


def _example(endpoint: Endpoint, name: str) -> str:
    found = parameters(endpoint.operation).get(name)
    return "2026-11-23" if found is not None and found.type is DateLike else "VALUE"


def _value_after(words: Sequence[str], at: int) -> str:
    _, is_pair, value = words[at].partition("=")
    return value if is_pair else "".join(words[at + 1 : at + 2])


def _is_named(word: str, option: str) -> bool:
    return word.partition("=")[0] == option


def _shown(value: str) -> str:
    """Return a value that reveals nothing about a patient; an empty text for any other."""
    return value if is_day_word(value) or (value.isdecimal() and len(value) <= _SHORT) else ""


def _plain(name: str) -> str:
    return name.replace("-", "").replace("_", "").lower()
