"""The options that name a practice and the way to it."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from odapi_async.cli.app import app
from odapi_async.cli.command import Command, typed_options
from odapi_async.cli.practice_options import (
    BaseUrlOption,
    ModeOption,
    PracticeOption,
    PracticeOptions,
    SandboxOption,
    TierOption,
    open_practice,
)
from odapi_async.limits import Mode, Tier

SEEN: list[tuple[PracticeOptions, frozenset[str]]] = []


def look(
    ctx: typer.Context,
    practice: PracticeOption = None,
    tier: TierOption = None,
    mode: ModeOption = None,
    base_url: BaseUrlOption = None,
    sandbox: SandboxOption = False,
) -> None:
    """Record the options."""
    SEEN.append((PracticeOptions(practice, tier, mode, base_url, sandbox), typed_options(ctx)))


def parsed(*arguments: str, **env: str) -> tuple[PracticeOptions, frozenset[str]]:
    looking = typer.Typer()
    Command("look", look, ("odapi look",)).add_to(looking, "Look.")
    SEEN.clear()
    result = CliRunner().invoke(looking, arguments, env=env)
    assert result.exit_code == 0, result.output
    return SEEN[0]


def test_the_command_line_sets_the_options() -> None:
    assert parsed() == (PracticeOptions(), frozenset())
    given = ("--practice", "smile", "--tier", "readall", "--mode", "Local", "--base-url", "https://a/b")
    assert parsed(*given, "--sandbox") == (
        PracticeOptions("smile", Tier.READ_ALL, Mode.LOCAL, "https://a/b", sandbox=True),
        frozenset({"practice", "tier", "mode", "base_url", "sandbox"}),
    )


def test_the_environment_sets_the_options_too() -> None:
    found = parsed(
        "--mode",
        "service",
        OPENDENTAL_PRACTICE="smile",
        OPENDENTAL_TIER="Enterprise",
        OPENDENTAL_MODE="local",
        OPENDENTAL_BASE_URL="https://a/b",
    )
    options = PracticeOptions("smile", Tier.ENTERPRISE, Mode.SERVICE, "https://a/b")
    assert found == (options, frozenset({"mode"}))


@pytest.mark.parametrize("command", ["get", "list", "call", "query", "mirror", "check"])
def test_every_command_that_reads_a_practice_has_the_options(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
    names = ("--practice", "--tier", "--mode", "--base-url", "--sandbox")
    assert [name for name in names if name not in shown] == []


def test_the_default_mode_is_remote_and_local_in_the_sandbox() -> None:
    assert PracticeOptions().effective_mode is Mode.REMOTE
    assert PracticeOptions(sandbox=True).effective_mode is Mode.LOCAL
    assert PracticeOptions(sandbox=True, mode=Mode.SERVICE).effective_mode is Mode.SERVICE


async def test_the_sandbox_needs_no_keys() -> None:
    options = PracticeOptions(sandbox=True, practice="another", base_url="https://elsewhere")
    async with open_practice(options) as practice:
        assert (await practice.patients.get(3)).PatNum == 3
        assert practice._calls.settings.base_url.startswith("http://127.0.0.1:")
