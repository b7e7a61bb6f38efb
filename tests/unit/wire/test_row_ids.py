"""Faults A1 and B1: rows without ids, and values that no database holds, are errors however they are read."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from odapi_async._wire import decoder, decoder_for
from odapi_async.errors import DecodeError
from odapi_async.resources.account_modules import AccountAging
from odapi_async.resources.appt_fields import ApptField
from odapi_async.resources.documents import DocumentListItem
from odapi_async.resources.patients import Patient
from odapi_async.resources.security_perms import SecurityPerm

NO_ROWS = [b'{"Message":"An error has occurred."}', b"{}", b'{"data":[{"PatNum":5,"LName":"Smith"}]}']
WEST = timezone(timedelta(hours=-8))


@pytest.mark.parametrize("body", NO_ROWS)
@pytest.mark.parametrize("row_type", [Patient, ApptField, AccountAging, SecurityPerm, DocumentListItem])
def test_a1_an_object_of_something_else_is_neither_a_list_nor_a_row(row_type: Any, body: bytes) -> None:
    if row_type is AccountAging and b"data" in body:
        body = b'{"data":{"Bal_0_30":5.0}}'
    for read in (decoder(row_type).page, decoder(row_type).row):
        with pytest.raises(DecodeError) as raised:
            read(body)
        assert raised.value.raw == body


@pytest.mark.parametrize("row_id", [b"0", b'"0"', b'""', b"null"])
def test_a1_a_row_with_an_id_of_0_is_an_error_that_names_the_row(row_id: bytes) -> None:
    bad = b'{"PatNum":' + row_id + b',"LName":"Smith"}'
    with pytest.raises(DecodeError) as raised:
        decoder(Patient).page(b'[{"PatNum":4,"LName":"Jones"},' + bad + b"]")
    assert (raised.value.row, raised.value.field, raised.value.raw) == (1, "PatNum", bad)
    with pytest.raises(DecodeError):
        decoder(Patient).row(bad)


def test_a1_a_row_without_an_id_is_an_error_in_any_format() -> None:
    reader = decoder_for(Patient, {"DateFormatString": "dd/MM/yyyy"})
    for body in (b'[{"PatNum":4},{"LName":"Smith"}]', b'{"Message":"An error has occurred."}'):
        with pytest.raises(DecodeError):
            reader.page(body)


def test_a1_a_mount_among_documents_has_the_id_of_the_mount() -> None:
    rows = decoder(DocumentListItem).page(b'[{"DocNum":0,"MountNum":7},{"DocNum":3,"MountNum":0}]')
    assert [(each.DocNum, each.MountNum) for each in rows] == [(0, 7), (3, 0)]
    with pytest.raises(DecodeError):
        decoder(DocumentListItem).page(b'[{"DocNum":0,"MountNum":0}]')


def test_a1_an_old_office_omits_an_id_that_came_later() -> None:
    assert decoder(ApptField).page(b'{"FieldName":"Ins Verified"}') == [ApptField(FieldName="Ins Verified")]


@pytest.mark.parametrize("number", [2**63, 99999999999999999999, -(2**63) - 1])
@pytest.mark.parametrize("field", ["PatNum", "Guarantor"])
def test_b1_a_number_beyond_64_bits_is_an_error_that_names_the_field(field: str, number: int) -> None:
    row = json.dumps({"PatNum": 4, field: number}).encode()
    for read, body in ((decoder(Patient).row, row), (decoder(Patient).page, b"[" + row + b"]")):
        with pytest.raises(DecodeError) as raised:
            read(body)
        assert raised.value.field == field


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63)])
def test_b1_a_number_of_64_bits_is_read(number: int) -> None:
    assert decoder(Patient).row(b'{"PatNum":4,"Guarantor":%d}' % number).Guarantor == number


@pytest.mark.parametrize("irregular", [b"", b',"Zip":97301'])
@pytest.mark.parametrize("zone", [b"Z", b"+05:00", b"-08:00"])
def test_b1_a_zone_that_nobody_asked_for_is_removed(zone: bytes, irregular: bytes) -> None:
    body = b'{"PatNum":4,"DateTStamp":"2026-01-02T03:04:05' + zone + b'"' + irregular + b"}"
    for row in (decoder(Patient).row(body), *decoder(Patient).page(b"[" + body + b"]")):
        assert row.DateTStamp == datetime(2026, 1, 2, 3, 4, 5)


@pytest.mark.parametrize("irregular", [b"", b',"Zip":97301'])
def test_b1_a_zone_that_a_format_asked_for_is_kept(irregular: bytes) -> None:
    reader = decoder_for(Patient, {"DateTimeFormatString": "yyyy-MM-dd HH:mm:ss zzz"})
    body = b'{"PatNum":4,"DateTStamp":"2026-01-02 03:04:05 -08:00"' + irregular + b"}"
    for row in (reader.row(body), *reader.page(b"[" + body + b"]")):
        assert row.DateTStamp == datetime(2026, 1, 2, 3, 4, 5, tzinfo=WEST)
