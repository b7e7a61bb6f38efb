"""The notes of a release are its section of the changelog."""

from tests.release.notes import notes

CHANGES = """# Changes

## 0.2.0 - 2027-01-02

### New

- More.

## 0.1.0 - 2026-12-01

First.
"""


def test_the_notes_are_the_section_of_the_version_without_its_heading() -> None:
    assert notes(CHANGES, "0.2.0") == "### New\n\n- More.\n"
    assert notes(CHANGES, "0.1.0") == "First.\n"


def test_a_version_without_a_section_or_without_a_date_has_no_notes() -> None:
    assert notes(CHANGES, "0.3.0") is None
    assert notes(CHANGES, "0.1") is None
    assert notes("## 0.1.0\n\nFirst.\n", "0.1.0") is None
