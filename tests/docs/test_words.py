"""The pages use the project's words: each is in the glossary, and no retired one is left."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.docs.pages import pages

GLOSSARY: Final = "docs/glossary.md"

RETIRED: Final = {
    r"\.using\(": "with_options",
    r"\bManner\b": "RequestOptions",
    r"\bReply\b|\brepl(y|ies)\b": "response",
    r"\berror_of\b": "error_from_response",
    r"\bTries\b": "RetryState",
    r"(?<!\w)(attempts|throttled|base|longest)=": "max_attempts, max_throttled, base_delay, max_delay",
    r"\badds? up\b": "not idempotent",
    r"\bonly reads\b": "read-only",
    r"\bpresentable\b": "redact",
    r"\bTrail\b|\bway_back\b": "DriftDetector, rewind",
    r"\.moved\b": "drifted",
    r"`Place`|\bPlace\(|\.place\b": "Checkpoint, checkpoint",
    r"\bmirror_places\b": "mirror_state",
    r"\bWrongInput\b": "UsageError",
    r"\b[Rr]iders?\b": "followers",
    r"\.joined\b|\bJOINED\b": "coalesced",
    r"\bHouse\b": "GlobalLimit",
    r"\bwhen_away\b": "on_unavailable",
    r"\bReadElsewhere\b": "ConcurrentMirror",
    r"\bStoreIsNewer\b": "SchemaTooNew",
    r"\bTooExact\b": "PrecisionError",
    r"\bTableReading\b": "TableReader",
    r"\bLEFT_OUT\b": "EXCLUDED",
    r"\bunder way\b": "in flight",
    r"\banew\b": "again",
    r"\bspelt\b": "spelled",
    r"\bstands? in\b": "is in",
}
"""Patterns of words that the project does not use any more, and what it uses instead."""


def glossary() -> list[str]:
    """Return the words that the glossary explains, in its order."""
    return re.findall(r"^- \*\*(.+?)\*\*: \S.* \[.+\]\(.+\)$", pages()[GLOSSARY], re.MULTILINE)


def test_each_line_of_the_glossary_explains_one_word() -> None:
    lines = [line for line in pages()[GLOSSARY].splitlines() if line.startswith("- ")]
    assert len(glossary()) == len(lines)


def test_the_glossary_is_in_alphabetical_order() -> None:
    assert glossary() == sorted(set(glossary()), key=str.lower)


def test_the_glossary_has_every_term_of_the_architecture() -> None:
    terms = set(re.findall(r"(?<!\*)\*([a-z][a-z -]+)\*(?!\*)", pages()["docs/architecture.md"]))
    known = {*glossary(), *(f"{word}s" for word in glossary())}
    assert terms
    assert terms - known == set()


@pytest.mark.parametrize("page", pages())
def test_no_page_has_a_retired_word(page: str) -> None:
    lines = pages()[page].splitlines()
    found = [
        f"{page}:{number}: {match[0]!r} is now {word}"
        for number, line in enumerate(lines, 1)
        for pattern, word in RETIRED.items()
        for match in re.finditer(pattern, line)
    ]
    assert found == []
