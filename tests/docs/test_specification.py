"""docs/specification.md names tests for each rule of the API, and they pass."""

from __future__ import annotations

import asyncio
import sys

import pytest

from tests.docs.pages import ROOT
from tests.docs.specification import RULES, named_tests


def test_each_rule_names_tests() -> None:
    found = named_tests()
    assert sorted(found) == list(range(1, RULES + 1))
    assert all(found.values())


@pytest.mark.unmeasured
async def test_the_tests_that_the_page_names_pass(request: pytest.FixtureRequest) -> None:
    # a test of this run passes or fails by itself
    running: set[str] = set()
    for item in request.session.items:
        running |= {item.nodeid, item.nodeid.partition("[")[0], item.nodeid.partition("::")[0]}
    names = sorted({name for tests in named_tests().values() for name in tests} - running)
    if not names:
        return
    # without options of the run that this test belongs to
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *names]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, output.decode()
