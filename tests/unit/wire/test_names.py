"""G9: a field whose name differs in case only is read, where the struct has no twin of that name."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from odapi_async._wire import decoder, decoder_for
from odapi_async._wire.decoder import Decoder
from odapi_async.resources.definitions import Definition
from odapi_async.resources.documents import DocumentListItem
from odapi_async.resources.patients import Patient


class Thing(msgspec.Struct, frozen=True):
    isHidden: bool = False
    Note: str = ""


class Twins(msgspec.Struct, frozen=True):
    docCategory: str = ""
    DocCategory: int = 0


def read(body: bytes, row_type: Any = Thing) -> Any:
    found = Decoder(row_type)
    return found.page(body) if body.lstrip()[:1] == b"[" else found.row(body)


@pytest.mark.parametrize("name", ["isHidden", "IsHidden", "ISHIDDEN", "ishidden"])
@pytest.mark.parametrize("space", ["", " "])
def test_g9_a_name_in_another_case_is_read(name: str, space: str) -> None:
    row = f'{{"{name}"{space}:{space}"true", "Note": "x"}}'.encode()
    assert read(row) == Thing(isHidden=True, Note="x")
    assert read(b" [" + row + b", " + row + b"]") == [Thing(isHidden=True, Note="x")] * 2


def test_g9_names_of_the_resources_are_read() -> None:
    assert decoder(Definition).page(b'[{"DefNum": 1, "IsHidden": "true"}]')[0].isHidden is True
    formatted = decoder_for(Patient, {"DateFormatString": "M/d/yyyy"})
    assert formatted.page(b'[{"patNum": 5, "lName": "Smith", "Birthdate": "3/7/1980"}]')[0].PatNum == 5
    documents = decoder(DocumentListItem).row(b'{"DocNum": 1, "docCategory": "X-rays", "DocCategory": 5}')
    assert (documents.docCategory, documents.DocCategory) == ("X-rays", 5)


def test_g9_twins_are_two_fields() -> None:
    assert read(b'{"docCategory": "a"}', Twins) == Twins("a", 0)
    assert read(b'{"DocCategory": 5}', Twins) == Twins("", 5)
    assert read(b'{"doccategory": 5}', Twins) == Twins()  # it may be either


@pytest.mark.parametrize(
    "row", [b'{"isHidden": true, "IsHidden": false}', b'{"IsHidden": false, "isHidden": true}']
)
def test_g9_the_exact_name_wins(row: bytes) -> None:
    assert read(row) == Thing(isHidden=True)


def test_g9_texts_stay_as_they_are() -> None:
    text = 'a } brace, "IsHidden": false, and "Note": "y"'
    row = msgspec.json.encode({"Note": text, "IsHidden": True})
    assert read(b"[" + row + b"]") == [Thing(isHidden=True, Note=text)]
    assert read(row) == Thing(isHidden=True, Note=text)


def test_g9_names_of_no_field_are_learned_and_ignored() -> None:
    found = Decoder(Thing)
    for number in range(1000):
        assert found.page(f'[{{"New{number}": 1, "isHidden": true}}]'.encode()) == [Thing(isHidden=True)]
    assert found.page(b'[{"New1": 1, "IsHidden": true}]') == [Thing(isHidden=True)]
    many = msgspec.json.encode([{f"New{number}": 1 for number in range(5000)}])
    assert found.page(many) == [Thing()]


@pytest.mark.parametrize("name", ["a\\b", 'a"b', "a\0b"])
def test_names_that_no_field_can_have_are_ignored(name: str) -> None:
    row = msgspec.json.encode({name: 1, "New": 2, "isHidden": True})
    found = Decoder(Thing)
    assert [found.row(row), found.row(row)] == [Thing(isHidden=True)] * 2
    assert found.page(b'[{"New": 1, "IsHidden": true}]') == [Thing(isHidden=True)]


@pytest.mark.parametrize("body", [b"[]", b"[ ]", b"[{}]", b"[{}, {}]"])
def test_g9_rows_without_names_are_read(body: bytes) -> None:
    assert read(body) == [Thing()] * body.count(b"{")
