"""Compares names of people as offices write them. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "\u2019": "",
        "'": "",
    }
)
"""Letters that Unicode does not take apart; an apostrophe joins: O'Brien is one word."""
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})  # codespell:ignore ue
_ASCII: Final = re.compile(r"[A-Za-z]+")
_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv"})
_MIN_PART: Final = 3
_ACCENTS: Final = frozenset({1, *range(10, 36), *range(200, 241)})
"""The combining classes of marks that may be left out: accents, and the points of Hebrew and Arabic."""
_MIN_TYPO: Final = 4
"""Letters of a name in which one wrong letter is taken for a typing error; shorter names differ by one."""

_NICKNAMES: Final = """
abigail abby gail; alexander alex al sandy; alexandra alex sandra sandy lexi; alfred al fred; allison ally
allie; amanda mandy; andrew andy drew; angela angie; anthony tony; barbara barb barbie; benjamin ben
benny; bernard bernie; bradley brad; calvin cal; cameron cam; catherine cathy kate katie cat; charles
charlie chuck chas; charlotte charlie lottie; christina chris tina christy; christine chris tina christy;
christopher chris kit; cynthia cindy; daniel dan danny; david dave davey; deborah deb debbie; donald don
donny; dorothy dot dottie; douglas doug; edward ed eddie ted; eleanor ellie nell nora; elizabeth liz
beth betty eliza lizzie betsy libby; emily em; eugene gene; frances fran frankie; francis frank; franklin
frank; frederick fred freddy; gabriel gabe; gabrielle gabby; geoffrey geoff jeff; gerald gerry jerry;
gregory greg; harold hal harry; henry hank harry; isabella bella izzy; jacob jake; jacqueline jackie;
james jim jimmy jamie; jeffrey jeff; jennifer jen jenny; jeremy jerry; jessica jess jessie; john jack
johnny jon; jonathan jon johnny; joseph joe joey; joshua josh; judith judy; katherine kathy kate katie
kat; kathleen kathy kate katie; kathryn kathy kate katie; kenneth ken kenny; kimberly kim; lawrence larry;
leonard len lenny leo; lillian lily; louis lou; louise lou; margaret maggie meg peggy; matthew matt;
melissa missy mel; michael mike mick mickey; michelle shelly; mitchell mitch; nancy nan; natalie nat;
nathan nate; nathaniel nate nathan; nicholas nick nicky; nicole nicky; pamela pam; patricia pat patty
trish tricia; patrick pat paddy; peter pete; philip phil; phillip phil; randall randy; raymond ray;
rebecca becky becca; richard rich rick ricky dick; robert rob bob bobby robbie bert; roberta bobbie;
ronald ron ronnie; russell russ; samantha sam; samuel sam sammy; sandra sandy; sarah sally; sharon shari;
stephanie steph; stephen steve; steven steve; stuart stu; susan sue susie suzy; suzanne sue suzy; tamara
tammy; teresa terry tess; theodore ted teddy theo; theresa terry tess; thomas tom tommy; timothy tim;
valerie val; veronica ronnie; victor vic; victoria vicky tori; vincent vince vinny; virginia ginny; walter
walt wally; william bill billy will willy liam; zachary zach
"""
"""A name, and its short forms."""


def _by_short_name() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _NICKNAMES.split(";"):
        name, *short = group.split()
        for each in short:
            found.setdefault(each, set()).add(name)
    return {short: frozenset(names) for short, names in found.items()}


_FULL_NAMES: Final = _by_short_name()


def is_same_last_name(one: str, other: str) -> bool:
    """Return whether two last names are the same, but for case, accents, blanks, hyphens and one suffix."""
    first, first_suffix = _without_suffix(one)
    second, second_suffix = _without_suffix(other)
    if first_suffix and second_suffix and first_suffix != second_suffix:
        return False  # such as a father and a son
    return not _forms(" ".join(first)).isdisjoint(_forms(" ".join(second)))


def is_part_of_last_name(one: str, other: str) -> bool:
    """Return whether two last names have a long word in common, such as Smith-Jones and Jones."""
    return bool({each for each in _words(one) if len(each) >= _MIN_PART} & {*_words(other)})


def is_same_first_name(one: str, other: str) -> bool:
    """Return whether two first names are the same, but for case, accents, blanks and hyphens.

    An initial is a word of its own: Paul A. is not Paula.
    """
    if _initials(one) != _initials(other):
        return False
    return bool(one) and not _forms(one).isdisjoint(_forms(other))


def is_short_for(one: str, other: str) -> bool:
    """Return whether two first names may be of one person: a nickname, or with and without a second name."""
    first, second = _words(one)[:1], _words(other)[:1]
    if not first or not second:
        return False
    return first == second or bool(_full_names(first[0]) & _full_names(second[0]))


def has_other_second_name(one: str, other: str) -> bool:
    """Return whether both first names have a second one, and neither is short for the other: Ann and Beth."""
    first, second = _words(one)[1:2], _words(other)[1:2]
    if not first or not second:
        return False
    return not (first[0].startswith(second[0]) or second[0].startswith(first[0]))


def is_typing_error(one: str, other: str) -> bool:
    """Return whether two names differ by one letter: wrong, missing, too much, or swapped with the next."""
    first, second = ("".join(_words(each)) for each in (one, other))
    if min(len(first), len(second)) < _MIN_TYPO or abs(len(first) - len(second)) > 1:
        return False
    start = _common_start(first, second)
    first, second = first[start:], second[start:]
    swapped = first[:2] == second[1::-1] and first[2:] == second[2:]
    return swapped or first[1:] == second[1:] or first[1:] == second or first == second[1:]


def searched_part(name: str) -> str:
    """Return the longest part of a name that is written alike with and without accents and apostrophes.

    The API searches for a part of a name, so a search for it finds García and Garcia, O'Brien and OBrien.
    Empty if there is none of two letters.
    """
    longest = max(_ASCII.findall(unicodedata.normalize("NFC", name)), key=len, default="")
    return longest if len(longest) > 1 else ""


def has_letters(name: str) -> bool:
    """Return whether there is a name at all."""
    return bool(_words(name))


def _forms(name: str) -> set[str]:
    """Return a name in the ways in which it may be written: Müller is Muller, and Mueller."""
    lower = unicodedata.normalize("NFC", name).casefold()
    return {"".join(_words(name)), "".join(_words(lower.translate(_UMLAUTS)))} - {""}


def _words(name: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    words = "".join(map(_plain, letters)).split()
    return [each for each in words if any(map(str.isalnum, each))]


def _plain(letter: str) -> str:
    """Return a letter as it is compared; a blank for what is none, and nothing for what may be left out.

    In many scripts a mark is a vowel, or makes another letter of one: it stays.
    """
    if letter.isalnum():
        return letter
    if unicodedata.category(letter) in {"Mn", "Mc"}:
        return "" if unicodedata.combining(letter) in _ACCENTS else letter
    return "" if unicodedata.category(letter) == "Cf" else " "  # Cf is invisible


def _initials(name: str) -> list[str]:
    """Return the single letters behind the first word, if that is a whole name."""
    first, *others = _words(name) or [""]
    return [each for each in others if len(each) == 1 < len(first)]


def _without_suffix(name: str) -> tuple[list[str], str]:
    """Return the words of a name, and the suffix behind it, such as jr."""
    words = re.split(r"[\s,.]+", unicodedata.normalize("NFC", name).strip(" ,."))
    if len(words) > 1 and words[-1].casefold() in _SUFFIXES:
        return words[:-1], words[-1].casefold()
    return words, ""


def _full_names(name: str) -> frozenset[str]:
    return _FULL_NAMES.get(name, frozenset()) | {name}


def _common_start(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (first, second) in pairs if first != second), min(len(one), len(other)))
