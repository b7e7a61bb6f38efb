"""The documentation site: each page has a place in its navigation, and its check finds what is wrong."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any, Final

from tests.docs.pages import ROOT, pages

SITE: Final[dict[str, Any]] = runpy.run_path(str(ROOT / "docs" / "site.py"))


def _named() -> list[str]:
    return [name for _, names in SITE["navigation"]() for name in names]


def test_each_page_has_one_place_in_the_navigation_of_zensical_toml() -> None:
    named = [name for name in _named() if not name.startswith("reference/")]
    assert sorted(set(named)) == sorted(named)
    below_docs = {name.removeprefix("docs/") for name in pages() if name.startswith("docs/")}
    assert below_docs - set(named) == set(), "enter the page into nav of zensical.toml"
    assert set(SITE["TOP"].values()) <= set(named)


def test_the_reference_has_each_module_that_is_not_a_resource() -> None:
    shown = {f"reference/{name}.md" for name in SITE["REFERENCE"]} | {"reference/resources.md"}
    assert {name for name in _named() if name.startswith("reference/")} == shown
    for modules in SITE["REFERENCE"].values():
        for name in modules:
            file = ROOT / "odapi_async" / name.replace(".", "/")
            assert file.with_suffix(".py").is_file() or (file / "__init__.py").is_file()


def test_the_page_of_a_resource_has_its_methods_and_the_fields_of_its_bodies() -> None:
    text = SITE["_resource"](ROOT / "odapi_async" / "resources" / "recalls.py")
    assert "async def create(**body: Unpack[NewRecall]) -> Recall" in text
    body = text.partition("## NewRecall")[2].partition("\n## ")[0]
    assert "| `DateDue` | `DateLike` |" in body, "the fields of a private base"


def test_a_built_page_must_not_fetch_anything_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        '<link rel="stylesheet" href="//fonts.example/a.css"><script src="https://cdn.example/a.js"></script>'
        '<style>@import "https://fonts.example/b.css";</style><pre class="mermaid">graph</pre>'
        '<a href="https://elsewhere.example">a link may lead there</a><img src="data:image/png;base64,xx">'
    )
    (tmp_path / "a.css").write_text("body{background:url(https://cdn.example/a.png)} i{color:red}")
    assert [*SITE["problems"](tmp_path)] == [
        "index.html fetches //fonts.example/a.css",
        "index.html fetches https://cdn.example/a.js",
        "index.html fetches https://fonts.example/b.css",
        "index.html fetches https://mermaid",
        "a.css fetches https://cdn.example/a.png",
    ]


def test_links_to_pages_headings_and_pictures_must_lead_somewhere(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "page.html").write_text(
        '<h2 id="über">Here</h2><a href="../index.html#there">back</a>'
    )
    (tmp_path / "index.html").write_text(
        '<h2 id="there">There</h2><a href="#there">1</a><a href="more/page.html#%C3%BCber">2</a>'
        '<a href="more/page.html#gone">3</a><a href="gone.html">4</a><img src="gone.png">'
    )
    assert [*SITE["problems"](tmp_path)] == [
        "index.html needs gone.png, which is not there",
        "index.html links to gone.html, which is not there",
        "index.html links to more/page.html#gone, which has no such heading",
    ]
