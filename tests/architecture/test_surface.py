"""The public surface is the one in surface.txt, and everything public has a docstring."""

import difflib

import griffe
import pytest

import odapi_async
from tests.architecture import surface


@pytest.fixture(scope="module")
def package() -> griffe.Module:
    return surface.load()


def test_the_surface_is_the_one_on_file(package: griffe.Module) -> None:
    on_file = surface.FILE.read_text(encoding="utf-8").splitlines()
    changed = difflib.unified_diff(on_file, surface.render(package), "surface.txt", "the code", "", "", 0, "")
    difference = "\n".join(changed)
    assert not difference, (
        f"the public surface is another one than in {surface.FILE.name}:\n{difference}\n"
        f"If that is meant, run `{surface.UPDATE}`, and name what changed for users in the commit message."
    )


def test_every_module_without_underscore_is_on_the_surface(package: griffe.Module) -> None:
    known = {name.partition(".")[0] for name in surface.MODULES} | surface.NOT_PYTHON
    assert {name for name in package.modules if not name.startswith("_")} <= known


def test_everything_public_has_a_docstring(package: griffe.Module) -> None:
    assert surface.undocumented(package) == []


def test_every_name_that_the_package_lists_can_be_imported() -> None:
    assert list(odapi_async.__all__) == sorted(
        odapi_async.__all__, key=lambda name: (not name.isupper(), name)
    )
    assert [name for name in odapi_async.__all__ if not hasattr(odapi_async, name)] == []


def test_the_package_offers_every_error(package: griffe.Module) -> None:
    classes = [name for name in package.modules["errors"].classes if not name.startswith("_")]
    assert set(classes) <= set(odapi_async.__all__)
