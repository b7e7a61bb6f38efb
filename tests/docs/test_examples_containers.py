"""The container files and the commands of docs/examples fit the programs; no container engine is needed."""

from __future__ import annotations

import ast
import re
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest
import uvicorn

import fleet_sync.__main__ as fleet
import recall_list
from practice_api import routes
from tests.docs.pages import ROOT, blocks

EXAMPLES: Final = ROOT / "docs" / "examples"
FOLDERS: Final = [each.parent for each in sorted(EXAMPLES.glob("*/Dockerfile"))]


def steps(folder: Path) -> list[tuple[str, str]]:
    """Return the instructions of a container file with their arguments."""
    text = (folder / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return re.findall(
        r"^ *(FROM|WORKDIR|COPY|RUN|USER|ENV|ARG|EXPOSE|CMD|ENTRYPOINT) +(.+)$", text, re.MULTILINE
    )


def check_uvicorn(words: list[str]) -> None:
    """Check the arguments of uvicorn as uvicorn does, and that the app or the factory is there."""
    given = uvicorn.main.make_context("uvicorn", [*words]).params
    module, _, name = given["app"].partition(":")
    assert (module, given["factory"]) in {
        ("booking_api.app", True),
        ("changes_api.app", True),
        ("practice_api.app", True),
        ("reception.asgi", False),
    }
    assert not given["access_log"]
    assert name in names_of(module)


def names_of(module: str) -> set[str]:
    """Return what a module defines, without an import: that of Django would set this process up."""
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    body = ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body
    assigned = {each.id for node in body for each in ast.walk(node) if isinstance(each, ast.Name)}
    return assigned | {node.name for node in body if isinstance(node, ast.FunctionDef)}


def test_each_example_has_a_container_file() -> None:
    examples = sorted(each.parent for each in EXAMPLES.glob("*/README.md"))
    assert len(examples) >= 6
    assert examples == FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_an_image_is_small_has_no_secrets_and_no_root(folder: Path) -> None:
    found = steps(folder)
    names = [name for name, _ in found]
    assert found[0] == ("FROM", "python:3.13-slim")
    assert ("USER", "10001") in found
    assert names.index("USER") > max(index for index, name in enumerate(names) if name in {"RUN", "COPY"})
    assert not {"ENV", "ARG"} & {*names}
    copied = [source for name, text in found if name == "COPY" for source in text.split()[:-1]]
    kept = (folder / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert kept[0] == "*"
    assert {each[1:] for each in kept if each.startswith("!")} == {*copied}
    assert all((folder / each).exists() for each in copied)


def test_the_commands_of_the_containers_run() -> None:
    commands = {
        (folder.name, name): ast.literal_eval(text)
        for folder in FOLDERS
        for name, text in steps(folder)
        if name in {"CMD", "ENTRYPOINT"}
    }
    assert commands["fleet_sync", "ENTRYPOINT"] == ["python", "-m", "fleet_sync"]
    fleet.parse(commands["fleet_sync", "CMD"])
    assert commands["script", "ENTRYPOINT"] == ["python", "/app/recall_list.py"]
    assert commands["webhooks_aiohttp", "CMD"] == ["python", "-m", "chat_notice.app", "0.0.0.0"]
    servers = {folder: words for (folder, _), words in commands.items() if words[0] == "uvicorn"}
    assert len(servers) >= 3
    for words in servers.values():
        check_uvicorn(words[1:])


def test_the_commands_of_the_pages_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_HARBOUR", "any")
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY_LAKE", "any")
    paths = {route.path for router in (routes.router, routes.practices) for route in router.routes}  # type: ignore[attr-defined]
    checked = 0
    for block in blocks("sh"):
        if not block.page.startswith("docs/examples/"):
            continue
        for line in block.text.splitlines():
            words = [each for each in shlex.split(line, comments=True) if not re.match(r"[A-Z_]+=", each)]
            checked += 1
            match words:
                case ["python", "-m", "fleet_sync", *rest]:
                    fleet.parse(rest)
                case ["python", "-m", name]:
                    assert find_spec(name)
                case ["python", "recall_list.py", *rest]:
                    recall_list.parse(rest)
                case ["uvicorn", *rest]:
                    check_uvicorn(rest)
                case ["curl", *_, url]:
                    path = url.removeprefix("http://127.0.0.1:8000").replace("/harbour/", "/{name}/")
                    assert path in paths
                case ["pip" | "pytest" | "docker" | "export", *_]:
                    pass
                case _:
                    raise AssertionError(f"{block}: {line}")
    assert checked > 20
