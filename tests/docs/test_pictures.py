"""The pictures of the README: they are what their scripts write, and they need nothing from elsewhere."""

from __future__ import annotations

import re
import runpy
import tomllib
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.docs.pages import ROOT, generated, pages
from tests.docs.test_commands import check_options

SCRIPT: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "terminal_picture.py"))
PICTURES = ("docs/badges.svg", "docs/terminal.svg")


def words(picture: str) -> list[str]:
    """Return the texts of a picture."""
    tree = ET.fromstring((ROOT / picture).read_text(encoding="utf-8"))
    return [each.text or "" for each in tree.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_shown_and_loads_nothing(picture: str) -> None:
    text = (ROOT / picture).read_text(encoding="utf-8")
    assert words(picture)
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert re.search(r"!\[[^\]]{20,}\]\(" + picture, pages()["README.md"])


def test_the_badges_are_up_to_date() -> None:
    assert (ROOT / "docs/badges.svg").read_text("utf-8") == generated("badges.py"), (
        "run python docs/badges.py"
    )


def test_the_badges_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    _, versions, _, types, _, license_ = words("docs/badges.svg")
    assert project["project"]["requires-python"] == f">={versions.split()[0]}"
    assert license_ in (ROOT / "LICENSE").read_text(encoding="utf-8")
    strict = project["tool"]["mypy"]["strict"], project["tool"]["pyright"]["typeCheckingMode"]
    assert (types, strict) == ("mypy and pyright, strict", (True, "strict"))


@pytest.mark.parametrize(("command", "_"), SCRIPT["COMMANDS"])
def test_the_terminal_shows_commands_that_exist(command: str, _: object) -> None:
    assert command in words("docs/terminal.svg")
    check_options(command.split())
