"""docs/troubleshooting.md quotes real messages, and docs/errors.md has every error of the package."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any, Final

import pytest

import odapi_async.errors
import odapi_async.mirror.errors
from odapi_async.errors import APIError, OpenDentalError
from odapi_async.recipes.journal import errors as journal_errors
from odapi_async.recipes.openings import errors as openings_errors
from tests.docs.pages import Block, blocks, pages
from tests.docs.produced import PRODUCERS, Produce, message
from tests.docs.running import recipe

PAGE: Final = "docs/troubleshooting.md"
TABLE: Final = "docs/errors.md"
QUOTED: Final = [block for block in blocks("text") if block.page == PAGE]
LINES: Final = [line for block in QUOTED for line in block.text.splitlines()]


@pytest.fixture(autouse=True)
def without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENDENTAL_DEVELOPER_KEY", raising=False)


def _is(quoted: str, produced: str) -> bool:
    """Return whether a line of the page quotes a message; `…` is any text."""
    return re.fullmatch(".+".join(map(re.escape, quoted.split("…"))), produced) is not None


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("produce", PRODUCERS, ids=lambda each: each.__name__.strip("_"))
def test_the_page_quotes_the_message(produce: Produce) -> None:
    produced = message(produce)
    assert [line for line in LINES if _is(line, produced)], produced


def test_no_other_message_is_on_the_page() -> None:
    assert len(LINES) == len(PRODUCERS)
    assert all(line == line.strip() for line in LINES)


@pytest.mark.parametrize("block", QUOTED, ids=str)
def test_each_section_begins_with_its_message(block: Block) -> None:
    before = pages()[PAGE].splitlines()[: block.line - 1]
    assert before[-2].startswith("## ")
    assert before[-2].endswith("?")


def _table(page: str, heading: str) -> dict[str, list[str]]:
    section = pages()[page].partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return {cells[0].strip(" `"): [each.strip() for each in cells[1:]] for cells in lines}


def _classes(module: ModuleType) -> dict[str, type[OpenDentalError]]:
    names: dict[str, Any] = vars(module)
    return {
        name: each
        for name, each in names.items()
        if isinstance(each, type) and issubclass(each, OpenDentalError) and each.__module__ == module.__name__
    }


ERRORS: Final = _classes(odapi_async.errors)


def test_the_table_has_every_error_of_the_package() -> None:
    assert set(_table(TABLE, "Which errors are there?")) == set(ERRORS)


def test_the_table_has_every_error_of_the_helpers() -> None:
    helpers = {**_classes(journal_errors), **_classes(openings_errors)}
    assert set(_table(TABLE, "Which errors do the helpers raise?")) == set(helpers)


def test_the_table_has_every_error_of_the_mirror() -> None:
    assert set(_table(TABLE, "Which errors does the mirror raise?")) == set(
        _classes(odapi_async.mirror.errors)
    )


def test_the_table_says_which_errors_of_the_api_may_be_repeated() -> None:
    for name, (_, repeat, _, _) in _table(TABLE, "Which errors are there?").items():
        kind = ERRORS[name]
        if issubclass(kind, APIError) and kind is not APIError:
            assert (repeat == "later") == kind.retry_can_help, name


def test_the_function_of_the_page_returns_the_statuses_of_the_table(office_server: object) -> None:
    status_of = recipe(TABLE, "status_of")
    found = {name: str(status_of(kind.__new__(kind))) for name, kind in ERRORS.items()}
    assert found == {name: cells[3] for name, cells in _table(TABLE, "Which errors are there?").items()}
