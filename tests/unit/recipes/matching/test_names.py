"""Names of people: which are the same, which are alike, and which are not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odapi_async.recipes.matching import names

WORDS = st.text(st.characters(categories=("Lu", "Ll"), max_codepoint=0x17F), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Smith", "SMITH"),
        ("Smith", " smith "),
        ("García", "Garcia"),
        ("García", unicodedata.normalize("NFD", "García")),
        ("O'Brien", "OBrien"),
        ("O\u2019Brien", "O'BRIEN"),
        ("O Brien", "O'Brien"),
        ("Smith-Jones", "Smith Jones"),
        ("Van der Berg", "VanDerBerg"),
        ("Müller", "Muller"),
        ("Müller", "Mueller"),
        ("Weiß", "Weiss"),
        ("Sørensen", "Sorensen"),
        ("Łukasz", "Lukasz"),
        ("Smith Jr.", "Smith"),
        ("Smith, III", "Smith"),
        ("St. John", "St John"),
    ],
)
def test_these_last_names_are_the_same(one: str, other: str) -> None:
    assert names.is_same_last_name(one, other)
    assert names.is_same_last_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Smith", "Smyth"),
        ("Smith Jr", "Smith Sr"),
        ("Smith", ""),
        ("-", "."),
        ("Smith-Jones", "Smith"),
        ("Müller", "Moller"),
    ],
)
def test_these_last_names_are_not_the_same(one: str, other: str) -> None:
    assert not names.is_same_last_name(one, other)
    assert not names.is_same_last_name(other, one)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Robert", "Bob", True),
        ("Bob", "Rob", True),
        ("Mary Ann", "Mary", True),
        ("Elizabeth", "Liz", True),
        ("Theresa", "Tess", True),
        ("Chris", "Christina", True),
        ("Robert", "Richard", False),
        ("Anna", "Lena", False),
        ("Bob", "", False),
        ("Ted", "Tim", False),
    ],
)
def test_nicknames_and_second_names(one: str, other: str, expected: bool) -> None:
    assert names.is_short_for(one, other) is expected
    assert names.is_short_for(other, one) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Jonathan", "Jonathon", True),
        ("Jonathan", "Jonathn", True),
        ("Jonathan", "Jonnathan", True),
        ("Jonathan", "Jonatahn", True),
        ("Jonathan", "Jonathan", True),
        ("Jonathan", "Johnaton", False),
        ("Anna", "Anne", True),
        ("Jon", "Ron", False),
        ("Lee", "Leo", False),
        ("Jonathan", "Jon", False),
    ],
)
def test_typing_errors(one: str, other: str, expected: bool) -> None:
    assert names.is_typing_error(one, other) is expected
    assert names.is_typing_error(other, one) is expected


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("García", "Garc"),
        (unicodedata.normalize("NFD", "García"), "Garc"),
        ("O'Brien", "Brien"),
        ("Müller", "ller"),
        ("Smith-Jones", "Smith"),
        ("Ng", "Ng"),
        ("Ø", ""),
        ("李", ""),
    ],
)
def test_the_part_that_is_searched_for_has_no_accents(name: str, part: str) -> None:
    assert names.searched_part(name) == part


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jo Ann", "JoAnn"),
        ("J. P.", "JP"),
        ("An\u200dna", "Anna"),
        ("שׁרה", "שרה"),
        ("مُحَمَّد", "محمد"),
    ],
)
def test_these_first_names_are_the_same(one: str, other: str) -> None:
    assert names.is_same_first_name(one, other)
    assert names.is_same_first_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Carl A", "Carla"),
        ("Mary A", "Mary B"),
        ("राम", "रमा"),  # a vowel is a mark
        ("ただ", "たた"),
        ("กุล", "กล"),
    ],
)
def test_these_first_names_are_not_the_same(one: str, other: str) -> None:
    assert not names.is_same_first_name(one, other)
    assert not names.is_same_first_name(other, one)


@given(WORDS)
def test_a_name_is_the_same_in_every_way_to_write_it(word: str) -> None:
    for other in (word.upper(), word.lower(), f" {word} ", unicodedata.normalize("NFD", word), f"{word}."):
        assert names.is_same_first_name(word, other)


@given(WORDS, WORDS)
def test_likeness_has_no_direction(one: str, other: str) -> None:
    assert names.is_same_first_name(one, other) == names.is_same_first_name(other, one)
    assert names.is_short_for(one, other) == names.is_short_for(other, one)
    assert names.is_typing_error(one, other) == names.is_typing_error(other, one)
    assert names.is_part_of_last_name(one, other) == names.is_part_of_last_name(other, one)
