"""Words for made-up rows. No combination of them refers to a real person."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final

LAST: Final = ("Abbott", "Baker", "Castillo", "Dawson", "Ellison", "Fontaine", "Grainger", "Hollis", "Ibarra",
        "Jansen", "Keller", "Lombard", "Moreau", "Nyland", "O'Brien", "Pruitt", "Quimby", "Rosales",
        "Stratton", "Tanaka", "Ullman", "Vasquez", "Whitlock", "Yates", "Zimmer", "Núñez")  # fmt: skip
FIRST: Final = ("Ada", "Ben", "Clara", "Dario", "Elise", "Felix", "Greta", "Hugo", "Iris", "Jonas", "Kara",
         "Leo", "Mara", "Nils", "Olga", "Paul", "Quinn", "Rosa", "Sven", "Tessa", "Uma", "Zoë")  # fmt: skip
_WOMEN: Final = frozenset(
    {"Ada", "Clara", "Elise", "Greta", "Iris", "Kara", "Mara", "Olga", "Rosa", "Tessa", "Uma", "Zoë"}
)
_EITHER: Final = frozenset({"Quinn"})
NICKNAMES: Final = {"Clara": "Clary", "Elise": "Ellie", "Tessa": "Tess", "Jonas": "Joe", "Rosa": "Rosie"}
"""What some people with these first names would like to be called."""
STREETS: Final = ("Alder St", "Birch Ave", "Cedar Ln", "Dogwood Ct", "Elm St", "Fir Way")
CITIES: Final = ("Brookmere", "Eastvale", "Fernhill", "Lakeport", "Northam", "Westbury")
STATES: Final = ("OR", "WA", "CA", "ID", "NV")
NOTES: Final = (
    "Called, will call back.",
    "Prefers mornings.",
    'Asked for "Dr. Ada".',
    "Bring the insurance card.",
    "",
)
PHRASES: Final = (
    "Periodic exam",
    "Prophylaxis",
    "Composite",
    "Crown",
    "Root canal",
    "Consultation",
    "Night guard",
)

_EMPTY: Final = frozenset({"SSN", "Password", "RawBase64", "MiddleI", "Address2", "Suffix", "SignatureText"})


def text(name: str, chance: random.Random) -> str:
    """Return a likely text for a text field that is called `name`."""
    return _maker(name)(chance)


@cache
def _maker(name: str) -> Callable[[random.Random], str]:
    if name in _EMPTY:
        return lambda _: ""
    low = name.lower()
    for parts, make in _KINDS:
        if any(part in low for part in parts):
            return make
    return lambda chance: chance.choice(PHRASES)


def gender(first: str) -> str:
    """Return the usual gender of a first name; an empty text if it has none."""
    if first in _EITHER:
        return ""
    return "Female" if first in _WOMEN else "Male"


def email_of(first: str, number: int) -> str:
    """Return an address with a first name, in ASCII."""
    plain = unicodedata.normalize("NFKD", first.lower()).encode("ascii", "ignore").decode()
    return f"{plain}{number}@example.com"


def _phone(chance: random.Random) -> str:
    return f"(555)555-{chance.randrange(10_000):04}"


def _email(chance: random.Random) -> str:
    return email_of(chance.choice(FIRST), chance.randrange(1000))


_KINDS: Final[tuple[tuple[tuple[str, ...], Callable[[random.Random], str]], ...]] = (
    (("lname",), lambda c: c.choice(LAST)),
    (("fname", "preferred"), lambda c: c.choice(FIRST)),
    (("subscriberid", "patid", "chartnumber", "medicaidid"), lambda c: f"{c.randrange(10**7):07}"),
    (("zip",), lambda c: f"{c.randrange(501, 99_950):05}"),
    (("phone", "fax"), _phone),
    (("email",), _email),
    (("address",), lambda c: f"{c.randrange(1, 9999)} {c.choice(STREETS)}"),
    (("city",), lambda c: c.choice(CITIES)),
    (("state",), lambda c: c.choice(STATES)),
    (("color",), lambda c: f"{c.randrange(256)},{c.randrange(256)},{c.randrange(256)}"),
    (("pattern",), lambda c: "/" + "X" * c.randrange(2, 11) + "/"),
    (("proccode",), lambda c: f"D{c.randrange(100, 9999):04}"),
    (("abbr",), lambda c: c.choice(LAST)[:3].upper()),
    (("patient", "patname", "subscriber"), lambda c: f"{c.choice(LAST)}, {c.choice(FIRST)}"),
    (("toothnum", "toothrange"), lambda c: str(c.randrange(1, 33))),
    (("note", "memo", "instructions"), lambda c: c.choice(NOTES)),
)  # fmt: skip
