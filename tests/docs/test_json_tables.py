"""The tables of fields on the pages name the fields of the JSON that the commands print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

import msgspec
import pytest

from odapi_async.cli.mirror.heartbeat import Beat
from odapi_async.cli.mirror.json_lines import RoundLine, TableLine
from odapi_async.cli.mirror.status_json import StatusLine, StatusPractice, StatusTable
from tests.docs.pages import pages


def tables(text: str) -> Iterator[list[str]]:
    """Yield the names in the first columns of each table, in their order."""
    for is_table, lines in groupby(text.splitlines(), lambda line: line.startswith("|")):
        if is_table:
            yield [name for line in lines for name in re.findall(r"`(.+?)`", line.split("|")[1])]


@pytest.mark.parametrize(
    ("page", "struct"),
    [
        ("docs/mirror.md", TableLine),
        ("docs/mirror.md", RoundLine),
        ("docs/mirror.md", StatusLine),
        ("docs/mirror.md", StatusPractice),
        ("docs/mirror.md", StatusTable),
        ("docs/running-the-mirror.md", Beat),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_the_fields_of_a_line_are_in_a_table(page: str, struct: type[msgspec.Struct]) -> None:
    tag = struct.__struct_config__.tag_field
    fields = [*filter(None, (tag,)), *struct.__struct_encode_fields__]
    assert fields in [*tables(pages()[page])]
