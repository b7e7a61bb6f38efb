"""What a follower says of its readings."""

from __future__ import annotations

import logging

import pytest

from odapi_async.events.reading import Cause, Reading, guarded

READING = Reading("harbor", ("appointments",), Cause.START)


def test_a_hook_hears_of_a_reading() -> None:
    heard: list[Reading] = []
    guarded(heard.append)(READING)
    assert heard == [READING]


def test_what_a_hook_raises_is_logged_by_its_type(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Reading) -> None:
        raise ValueError("Jane Smith")

    with caplog.at_level(logging.WARNING):
        guarded(fail)(READING)
    assert caplog.messages == ["on_reading raised ValueError"]
