"""How to fix what fails: the advice for each class of error. Pure.

The database keeps an error as text, which begins with the name of its class. So the advice is found by that
name, for the command line and for the watch page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from odapi_async.errors import (
    BadRequest,
    ConfigurationError,
    ConnectFailed,
    DecodeError,
    Gone,
    KeyRefused,
    MissingPermission,
    NeedsVersion,
    NoSuchResource,
    NotFound,
    OfficeOffline,
    OpenDentalError,
    Throttled,
    Unauthorized,
)
from odapi_async.mirror.errors import ConcurrentMirror, KeyChanged, PracticeRenamed

OFFLINE: Final = frozenset({OfficeOffline.__name__, ConnectFailed.__name__})
"""The kinds of errors that say that the whole practice cannot be reached."""

_WORDS: Final = {OfficeOffline.__name__: "offline", ConnectFailed.__name__: "not reachable"}

_RUN_AGAIN: Final = "run it again: it continues from here"
_BY_CLASS: Final[Mapping[type[OpenDentalError], str]] = {
    OfficeOffline: "run it again when the eConnector runs: it continues from here",
    Unauthorized: "check both keys and this permission in the developer portal, then run it again",
    KeyRefused: "correct the key of this practice, or enable it in the developer portal, then run it again",
    MissingPermission: "enable this permission in the developer portal, then run it again",
    Throttled: "stop the other program, or share the pace with it through Redis, then run it again",
    NeedsVersion: "remove this table for this practice, or update Open Dental there",
    BadRequest: "Open Dental there may be too old for this list: remove the table for this practice",
    NotFound: "Open Dental there may be too old for this list: remove the table for this practice",
    NoSuchResource: "Open Dental there is too old for this list: remove the table for this practice",
    Gone: "remove this table",
    ConfigurationError: "correct the setting that it names, then run it again",
    DecodeError: "update odapi-async; if that does not help, report it with the version of Open Dental",
    ConcurrentMirror: "wait until the other mirror ends, and run one at a time",
    KeyChanged: "if it is the same office: --accept-new-keys --practice NAME, once; if not: correct the "
    "key, or give the practice another name",
    PracticeRenamed: "use the old name; or remove the old one: odapi mirror forget OLD-NAME; or keep both: "
    "--accept-new-keys --practice NAME, once",
    ConnectFailed: f"check that this machine can reach the address, then {_RUN_AGAIN}",
}
_ADVICE: Final = {
    **{each.__name__: advised for each, advised in _BY_CLASS.items()},
    "BucketUnavailable": "start Redis or correct ODAPI_REDIS, then run it again",  # it needs an extra
}
_FOLLOWING: Final = {
    OfficeOffline.__name__: "it is read again when the eConnector runs",
    ConnectFailed.__name__: "check that this machine can reach the address; the next round tries it again",
}
_THEN_AGAIN: Final = ", then run it again"
_NEXT_ROUND: Final = "the next round tries it again"


def kind_of(error: str) -> str:
    """Return the class of an error, with which its text begins."""
    return error.partition(":")[0]


def in_words(kind: str) -> str:
    """Return the words for a class of errors: `offline`, or its name."""
    return _WORDS.get(kind) or kind


def advice(error: str, *, follow: bool = False) -> str:
    """Return how to fix an error.

    Args:
        error: the error, whose text begins with its class.
        follow: whether the mirror itself tries it again, in the next round.
    """
    kind = kind_of(error)
    if not follow:
        return _ADVICE.get(kind, _RUN_AGAIN)
    if kind in _FOLLOWING:
        return _FOLLOWING[kind]
    return _ADVICE.get(kind, _NEXT_ROUND).removesuffix(_THEN_AGAIN)
