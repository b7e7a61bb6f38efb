"""The check of the bill of materials finds what is missing."""

from typing import Any

from odapi_async import __version__
from tests.release.sbom import problems


def bill(version: str | None = __version__, url: str = "https://x.example") -> dict[str, Any]:
    component: dict[str, Any] = {"name": "aiohttp", "version": "3.14", "externalReferences": [{"url": url}]}
    about = {"name": "odapi-async"} | ({"version": version} if version else {})
    return {"bomFormat": "CycloneDX", "metadata": {"component": about}, "components": [component]}


def test_a_bill_with_the_version_and_the_dependencies_is_right() -> None:
    assert problems(bill(), ["aiohttp>=3.14"]) == []


def test_a_missing_dependency_a_missing_version_and_a_path_are_named() -> None:
    assert problems(bill(), ["aiohttp>=3", "msgspec>=0.20"]) == ["it lacks msgspec"]
    assert problems(bill(None), []) == [f"version is None instead of {__version__!r}"]
    assert problems(bill(url="file:///a/b.whl"), []) == ["it has the path of a file"]
