"""Faults E2 and E3: a byte order mark is ignored, and one damaged text makes no page unreadable."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odapi_async import DecodeError, NotFound
from odapi_async._wire import decoder, decoder_for, mending
from odapi_async._wire.decoder import Decoder
from odapi_async._wire.mending import mend
from odapi_async.resources.patients import Patient
from tests.support.wire import ok
from tests.unit.core.test_calls import served

BEFORE = b'{"PatNum":1,"LName":"O\'Brien \\u2019 \\ud83d\\ude00 \\"x\\" \\\\ud83d","Zip":"97301"}'
AFTER = b'{"PatNum":3,"LName":"M\xc3\xbcller","Zip":97301}'
SOUND = [Patient(PatNum=1, LName='O\'Brien \u2019 \U0001f600 "x" \\ud83d', Zip="97301")]
END = [Patient(PatNum=3, LName="Müller", Zip="97301")]

DAMAGED: list[tuple[bytes, str, int]] = [
    (rb"a\ud83d", "a\ufffd", 1),
    (rb"\uDE00b", "\ufffdb", 1),
    (rb"\ud83dA", "\ufffdA", 1),
    (rb"\ud83d\ud83d\ude00", "\ufffd\U0001f600", 1),
    (rb"\ud83d\\ude00\"\ud83d", '\ufffd\\ude00"\ufffd', 2),
    (b"don\x92t", "don\ufffdt", 1),
    (b"caf\xe9 \xc3\xa9", "caf\ufffd \xe9", 1),
    (b"\xed\xa0\xbd", "\ufffd\ufffd\ufffd", 3),
    (b"a\tb\r\nc", "a\tb\r\nc", 3),
    (b"\x1a", "\x1a", 1),
    (b"\x00", "\x00", 1),
    (b'\\"\x1f\\n', '"\x1f\n', 1),
    (b"\\\\\x92\t\\ud83d\\\\", "\\\ufffd\t\ufffd\\", 3),
]


def row_of(text: bytes) -> bytes:
    return b'{"PatNum":2,"LName":"' + text + b'"}'


@pytest.mark.parametrize(("text", "meaning", "_"), DAMAGED)
def test_e3_a_damaged_text_leaves_the_other_rows_as_they_are(text: bytes, meaning: str, _: int) -> None:
    expected = Patient(PatNum=2, LName=meaning)
    body = b"[\r\n\t" + BEFORE + b",\r\n\t" + row_of(text) + b",\n" + AFTER + b"]"
    assert decoder(Patient).page(body) == [*SOUND, expected, *END]
    assert decoder(Patient).row(row_of(text)) == expected


@pytest.mark.parametrize(("text", "meaning", "_"), DAMAGED[:6:5])
def test_e3_a_damaged_text_is_read_with_other_types_and_formats(text: bytes, meaning: str, _: int) -> None:
    formatted = decoder_for(Patient, {"DateFormatString": "dd/MM/yyyy"})
    named = row_of(text).replace(b"LName", b"lName")  # in another case than the field
    for read in (decoder(Patient), formatted):
        assert [each.LName for each in read.page(b"[" + named + b"," + row_of(text) + b"]")] == [meaning] * 2
        assert read.row(named).LName == meaning
    untyped: Any = dict[str, Any]
    assert decoder(untyped).page(b"[" + row_of(text) + b"]") == [{"PatNum": 2, "LName": meaning}]


def test_e3_replaced_characters_are_counted_and_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "odapi_async")
    read = Decoder(Patient)
    for text, _, count in DAMAGED:
        assert read.row(row_of(text)).PatNum == 2
        assert caplog.messages[-1].startswith(f"{count} damaged character")
        assert "Patient" in caplog.messages[-1]
    assert [each.levelname for each in caplog.records] == ["WARNING", *["DEBUG"] * (len(DAMAGED) - 1)]


@pytest.mark.parametrize(
    "body", [b'[{"LName":"\t', b'[{"LName":"\\', b'["\x1a"', b"[\x1a]", b"\xff", b"", b'["\t\\x"]']
)
def test_e3_what_is_no_json_stays_an_error_with_its_bytes(body: bytes) -> None:
    with pytest.raises(DecodeError) as raised:
        decoder(Patient).page(body)
    assert raised.value.raw == body


def test_e3_an_error_in_another_field_of_a_damaged_row_names_that_field() -> None:
    with pytest.raises(DecodeError) as raised:
        decoder(Patient).page(b'[{"PatNum":1,"LName":"\x92"},{"PatNum":"five","LName":"\t"}]')
    assert (raised.value.row, raised.value.field) == (1, "PatNum")


@pytest.mark.parametrize("damage", [b"\t", rb"\ud83d", b"\x92"])
@pytest.mark.parametrize("in_one_text", [True, False])
def test_e3_a_body_that_is_damage_alone_is_refused(
    damage: bytes, in_one_text: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "_MAX_CHARACTERS", 1000)
    for count in (1000, 1001):
        texts = (b"" if in_one_text else b'","').join([damage] * count)
        assert (mend(b'["' + texts + b'"]') is None) == (count > 1000)


def test_e3_a_large_page_is_repaired_in_time_that_grows_with_its_size() -> None:
    rows = b",".join([BEFORE] * 20_000)
    began = time.process_time()
    mended = mend(b"[" + rows + b"," + row_of(b"\x92") + b"]")
    assert mended
    assert mended.characters == 1
    assert time.process_time() - began < 2, "a repair of 64 MiB takes seconds, so one of 2 MiB a tenth of one"


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=[]), max_size=8), max_size=4), st.booleans())
def test_e3_any_text_of_any_characters_is_read(texts: list[str], ascii_only: bool) -> None:
    body = json.dumps([{"PatNum": 1, "LName": each} for each in texts], ensure_ascii=ascii_only)
    found = decoder(Patient).page(body.encode(errors="surrogatepass"))
    for row, text in zip(found, texts, strict=True):
        whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if ascii_only else text
        assert row.LName.replace("\ufffd", "") == "".join(
            each for each in whole if not "\ud800" <= each <= "\udfff" and each != "\ufffd"
        )


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_e3_any_bytes_in_a_text_are_read_or_refused(noise: bytes) -> None:
    body = b'[{"PatNum":1,"LName":"' + noise + b'"},' + BEFORE + b"]"
    try:
        rows = decoder(Patient).page(body)
    except DecodeError:
        return
    assert rows[-1:] == SOUND


MARK = b"\xef\xbb\xbf"


def test_e2_a_byte_order_mark_is_ignored(caplog: pytest.LogCaptureFixture) -> None:
    assert decoder(Patient).row(MARK + BEFORE) == SOUND[0]
    assert decoder(Patient).page(MARK + b"[" + BEFORE + b"," + AFTER + b"]") == [*SOUND, *END]
    assert decoder(Patient).page(MARK + b"[]") == []
    assert not caplog.messages, "nothing was replaced"


def test_e2_a_mark_inside_a_text_stays() -> None:
    assert decoder(Patient).row(row_of(MARK + b"a")).LName == "\ufeffa"
    assert msgspec.json.decode(b'"' + MARK + b'"') == "\ufeff"


async def test_e2_a_mark_before_any_response_is_ignored() -> None:
    bodies = [b"[" + BEFORE + b"]", BEFORE, b'"Sent"', b"[]"]
    async with served(lambda _: ok(MARK + bodies.pop(0))) as (practice, _):
        assert await practice.patients.list() == SOUND
        assert await practice.patients.get(1) == SOUND[0]
        await practice.appointments.update_note(5, Note="x")
        assert await practice.request("GET", "/x") == []


async def test_e2_a_mark_before_the_words_of_an_error_is_ignored() -> None:
    async with served(lambda _: ok(MARK + b'"No such patient"', status="404 Not Found")) as (practice, _):
        with pytest.raises(NotFound, match="No such patient"):
            await practice.patients.get(1)
