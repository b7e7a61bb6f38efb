"""The wheel has all files of the package that are no Python: those of the watch page, and the catalogue."""

from __future__ import annotations

import pytest

from tests.architecture import sources
from tests.architecture.surface import ROOT

wheel = pytest.importorskip(
    "hatchling.builders.wheel", reason="hatchling, which builds the wheel, is missing"
)


def test_the_wheel_has_the_files_that_are_no_python() -> None:
    builder = wheel.WheelBuilder(str(ROOT))
    packed = {str(each.distribution_path) for each in builder.recurse_included_files()}
    files = (each for each in sources.ROOT.rglob("*") if each.is_file() and "__pycache__" not in each.parts)
    names = {each.relative_to(ROOT).as_posix() for each in files if each.suffix != ".py"}
    assert {f"odapi_async/watch/static/watch.{kind}" for kind in ("css", "js", "svg")} <= names
    assert names - packed == set()
