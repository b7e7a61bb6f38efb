"""The workflows give each job no more than it needs, and run actions that nobody can exchange."""

import re
from pathlib import Path

import pytest

from tests.release.archives import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
USES = re.compile(r"uses: (?P<action>\S+)(?: # (?P<comment>.+))?")
JOB = re.compile(r"^  (?P<name>\w+):\n", re.MULTILINE)


def jobs(workflow: str) -> dict[str, str]:
    """Return the text of each job of a workflow."""
    text = (ROOT / ".github" / "workflows" / workflow).read_text(encoding="utf-8").partition("\njobs:\n")[2]
    _, *parts = JOB.split(text)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda each: each.name)
def test_actions_are_pinned_to_commits_and_say_which_version_that_is(workflow: Path) -> None:
    found = [match.groups() for match in USES.finditer(workflow.read_text(encoding="utf-8"))]
    assert found
    for action, comment in found:
        if not action.startswith("./"):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)
            assert re.fullmatch(r"v\d+\.\d+\.\d+", comment or "")


def test_only_the_job_that_publishes_may_sign_in_at_the_index() -> None:
    found = jobs("release.yml")
    assert [name for name, text in found.items() if "id-token: write" in text] == ["publish"]
    assert "run:" not in found["publish"]
    assert "environment: pypi" in found["publish"]


def test_what_was_built_and_checked_is_what_is_published() -> None:
    found = jobs("release.yml")
    assert [name for name, text in found.items() if "nox -s build" in text] == ["build"]
    assert "needs: [checks, build]" in found["publish"]
    assert "download-artifact" in found["publish"]
