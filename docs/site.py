"""Prepares the documentation site in build/docs, and checks what was built: `nox -s docs` runs both.

python docs/site.py prepare    the pages, the README as the first one, the API reference
python docs/site.py check      links, anchors, and that no page fetches anything from elsewhere; llms.txt
"""
# ruff: noqa: INP001 - it is in the folder of its pages, which is not a package

from __future__ import annotations

import ast
import re
import shutil
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

ROOT: Final = Path(__file__).parents[1]
DOCS: Final = ROOT / "docs"
STAGED: Final = ROOT / "build" / "docs"
SITE: Final = ROOT / "build" / "site"

TOP: Final = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security-policy.md",
    "CHANGELOG.md": "changelog.md",
}
"""The pages outside of docs/, and their names on the site."""

REFERENCE: Final = {
    "client": ("client", "facts", "ways"),
    "rows": ("_paging.rows", "_paging.drift", "resources.base"),
    "errors": ("errors",),
    "limits": ("limits", "_core.retry"),
    "telemetry": ("telemetry", "otel"),
    "transport": ("_core.transport",),
    "scheduler": ("scheduler", "scheduler.redis"),
    "recipes": ("recipes.changes", "recipes.definitions", "recipes.office_time"),
    "mirror": ("mirror",),
    "events": ("events",),
    "fleet": ("fleet",),
    "sandbox": ("sandbox",),
    "testing": ("testing", "testing.clock", "testing.plugin", "testing.transport"),
}
"""The pages of the reference, and the modules on each, below `odapi_async`."""

_LINK: Final = re.compile(r"(?<=\]\()([^)\s]+)(?=\))")
_EXTERNAL: Final = re.compile(r"(https?:)?//", re.IGNORECASE)
_STYLE_URL: Final = re.compile(r"(?:url\(|@import)\s*[\"']?([^\"')\s;]+)")
_LOADS: Final = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "object": "data",
}
_FETCHED_LATER: Final = {"mermaid", "glightbox", "pyodide"}
"""Classes for which the theme's script fetches a library from elsewhere."""


def prepare() -> None:
    """Write everything that the site is built from into build/docs."""
    shutil.rmtree(STAGED, ignore_errors=True)
    shutil.copytree(
        DOCS,
        STAGED,
        ignore=shutil.ignore_patterns(
            "*_table.py", "watch_picture.py", "__pycache__", "diagrams.py", "site.py"
        ),
    )
    for page in STAGED.rglob("*.md"):
        up = "../" * (len(page.relative_to(STAGED).parts) - 1)
        text = page.read_text(encoding="utf-8")
        for source, name in TOP.items():  # these pages are beside the others on the site, and above them here
            text = text.replace(f"](../{up}{source}", f"]({up}{name}")
        page.write_text(text, encoding="utf-8")
    for source, name in TOP.items():
        text = (ROOT / source).read_text(encoding="utf-8")
        (STAGED / name).write_text(_LINK.sub(lambda link: _moved(link[1]), text), encoding="utf-8")
    for name, text in _reference().items():
        page = STAGED / "reference" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")


def _moved(target: str) -> str:
    """Return the place on the site to which a link of a page outside of docs/ leads."""
    file, mark, anchor = target.partition("#")
    if file.rstrip("/") == "docs/decisions":
        return "architecture.md#which-decisions-are-behind-it"
    return TOP.get(file, file.removeprefix("docs/")) + mark + anchor


def _reference() -> dict[str, str]:
    folder = ROOT / "odapi_async" / "resources"
    files = sorted(file for file in folder.glob("[a-z]*.py") if file.stem != "base")
    listed = "".join(f"- [`practice.{each.stem}`](resources/{each.stem}.md)\n" for each in files)
    title = "# Which fields does each resource have?\n\nThe methods, filters, bodies and rows of"
    return (
        {
            f"{name}.md": f"# {name.capitalize()}\n" + "".join(map(_module, each))
            for name, each in REFERENCE.items()
        }
        | {f"resources/{each.stem}.md": _resource(each) for each in files}
        | {"resources.md": f"{title} {len(files)} resources:\n\n{listed}"}
    )


def _module(name: str) -> str:
    return f"\n::: odapi_async.{name}\n"


def _resource(file: Path) -> str:
    """Return the page of a resource as tables: mkdocstrings would take half a minute for all of them."""
    module = ast.parse(file.read_text(encoding="utf-8"))
    classes = {each.name: each for each in module.body if isinstance(each, ast.ClassDef)}
    public = [each for each in classes.values() if not each.name.startswith("_")]
    public.sort(key=lambda each: not _methods(each))
    about = (ast.get_docstring(module) or "").partition(": ")[2]
    return f"# practice.{file.stem}\n\n{about[:1].upper()}{about[1:]}\n" + "".join(
        _class(each, classes) for each in public
    )


def _class(node: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> str:
    methods = "".join(
        f"### {each.name}\n\n```python\n{_signature(each)}\n```\n\n{ast.get_docstring(each)}\n\n"
        for each in _methods(node)
    )
    rows = [f"| `{name}` | `{kind}` | {about} |\n" for name, (kind, about) in _fields(node, classes).items()]
    table = "| field | type | |\n|---|---|---|\n" if rows else ""
    return f"\n## {node.name}\n\n{ast.get_docstring(node) or ''}\n\n{table}{''.join(rows)}\n{methods}"


def _methods(node: ast.ClassDef) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    functions = [each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [each for each in functions if not each.name.startswith("_")]


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    prefix = "async " if isinstance(node, ast.AsyncFunctionDef) else ""
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{prefix}def {node.name}({ast.unparse(node.args).removeprefix('self').lstrip(', ')}){returns}"


def _fields(node: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> dict[str, tuple[str, str]]:
    """Return the types and descriptions of the fields, with those of private bases in the same module."""
    bases = [classes[each.id] for each in node.bases if isinstance(each, ast.Name) and each.id in classes]
    found = {name: field for base in bases for name, field in _fields(base, classes).items()}
    for each, below in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            text = below.value if isinstance(below, ast.Expr) else None
            about = str(text.value) if isinstance(text, ast.Constant) else ""
            found[each.target.id] = (
                ast.unparse(each.annotation),
                " ".join(about.split()).replace("|", "\\|"),
            )
    return found


class _Page(HTMLParser):
    """What a built page links to, what it fetches, and its anchors."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.anchors: set[str] = set()
        self.title = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.anchors |= {found[name] for name in ("id", "name") if name in found}
        if tag == "a" and "href" in found:
            self.links.add(found["href"])
        if tag == "link" and "canonical" not in found.get("rel", ""):
            self.loads.add(found.get("href", ""))
        if tag in _LOADS and _LOADS[tag] in found:
            self.loads.add(found[_LOADS[tag]])
        self.loads |= {f"https://{each}" for each in _FETCHED_LATER & {*found.get("class", "").split()}}
        self.loads |= set(_STYLE_URL.findall(found.get("style", "")))

    def handle_data(self, data: str) -> None:
        if self.lasttag == "style":
            self.loads |= set(_STYLE_URL.findall(data))


def problems(site: Path) -> Iterator[str]:
    """Yield what is wrong with a built site: one line for each broken link and each file from elsewhere."""
    pages = {file: _Page(file.read_text(encoding="utf-8")) for file in sorted(site.rglob("*.html"))}
    for file, page in pages.items():
        name = file.relative_to(site)
        for target in sorted(page.loads):
            if _EXTERNAL.match(target):
                yield f"{name} fetches {target}"
            elif not target.startswith("data:") and not _place(site, file, target).is_file():
                yield f"{name} needs {target}, which is not there"
        for target in sorted(page.links):
            if not _EXTERNAL.match(target) and not target.startswith("mailto:"):
                yield from _broken(site, file, target, pages)
    for file in sorted(site.rglob("*.css")):
        for target in _STYLE_URL.findall(file.read_text(encoding="utf-8")):
            if _EXTERNAL.match(target):
                yield f"{file.relative_to(site)} fetches {target}"


def _broken(site: Path, file: Path, target: str, pages: Mapping[Path, _Page]) -> Iterator[str]:
    there = _place(site, file, target)
    anchor = unquote(target.partition("#")[2])
    if not there.is_file():
        yield f"{file.relative_to(site)} links to {target}, which is not there"
    elif anchor and there in pages and anchor not in pages[there].anchors:
        yield f"{file.relative_to(site)} links to {target}, which has no such heading"


def _place(site: Path, file: Path, target: str) -> Path:
    path = unquote(target.partition("#")[0].partition("?")[0])
    there = site / path.lstrip("/") if path.startswith("/") else (file.parent / path).resolve()
    return file if not path else there / "index.html" if there.is_dir() else there


def navigation() -> list[tuple[str, list[str]]]:
    """Return the sections of the navigation with their pages, as zensical.toml has them."""
    with (ROOT / "zensical.toml").open("rb") as file:
        entries: list[Any] = tomllib.load(file)["project"]["nav"]
    return [(title, [*_pages(below)]) for entry in entries for title, below in entry.items()]


def _pages(below: Any) -> Iterator[str]:
    match below:
        case str():
            yield below
        case dict():
            yield from _pages([*below.values()])
        case _:
            for each in below:
                yield from _pages(each)


def llms(site: Path) -> None:
    """Write llms.txt, llms-full.txt, and each page of the navigation as Markdown beside its HTML."""
    about = "Async Python SDK for the Open Dental REST API, with a scheduler that keeps its throttle."
    lines = [f"# odapi-async\n\n> {about}\n"]
    full: list[str] = []
    for title, names in navigation():
        lines.append(f"\n## {title}\n\n")
        for name in names:
            text = (STAGED / name).read_text(encoding="utf-8")
            if ":::" in text:  # mkdocstrings writes these
                continue
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_text(text, encoding="utf-8")
            lines.append(f"- [{text.partition(chr(10))[0].lstrip('# ')}]({name}): {_first(text)}\n")
            full.append(text)
    (site / "llms.txt").write_text("".join(lines), encoding="utf-8")
    (site / "llms-full.txt").write_text("\n\n".join(full), encoding="utf-8")


def _first(text: str) -> str:
    """Return the first sentence of a page."""
    paragraph = " ".join(text.split("\n\n")[1].split()) if "\n\n" in text else ""
    return re.split(r"(?<=[.:]) ", re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", paragraph))[0]


def check() -> int:
    """Write llms.txt, print the problems of the built site, and return how many there are."""
    gone = [name for _, names in navigation() for name in names if not (STAGED / name).is_file()]
    found = [*(f"zensical.toml names {name}, which is not there" for name in gone), *problems(SITE)]
    if not gone:
        llms(SITE)
    pages = len([*SITE.rglob("*.html")])
    _say([*found, f"{pages} pages, {len(found)} broken links or files from elsewhere"])
    return len(found)


def _say(lines: Iterable[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare"]:
            prepare()
        case ["check"]:
            sys.exit(bool(check()))
        case _:
            sys.exit(__doc__)
