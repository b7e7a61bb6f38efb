"""The options that name a practice and the way to it."""

from __future__ import annotations

import pytest
import typer
from typer.testing import CliRunner

from odapi_async import Local, Remote, Service
from odapi_async.cli.app import app
from odapi_async.cli.command import Command, typed_options
from odapi_async.cli.errors import UsageError
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


def test_several_ways_are_read_from_one_option() -> None:
    options = PracticeOptions("smile", via="service=http://10.0.0.7:30223/api/v1, Local,remote")
    assert options.ways == (Service("http://10.0.0.7:30223/api/v1"), Local(), Remote())
    assert options.by(options.ways[0]) == PracticeOptions(
        "smile", mode=Mode.SERVICE, base_url="http://10.0.0.7:30223/api/v1"
    )
    assert PracticeOptions(via="nonsense", sandbox=True).ways == ()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (PracticeOptions(via="cloud"), "a way has to be service, local or remote"),
        (PracticeOptions(via="remote,"), "a way has to be service, local or remote"),
        (PracticeOptions(via="service=http://dentist.example.com/api/v1"), "sent unencrypted"),
        (PracticeOptions(via="remote,remote"), "two ways with the same URL"),
        (PracticeOptions(via="remote", mode=Mode.LOCAL), "--via excludes --mode and --base-url"),
        (PracticeOptions(via="remote", base_url="https://a/b"), "--via excludes --mode and --base-url"),
    ],
)
def test_wrong_ways_are_explained(options: PracticeOptions, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        _ = options.ways


async def test_a_practice_with_several_ways_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENDENTAL_DEVELOPER_KEY", "developer")
    monkeypatch.setenv("OPENDENTAL_CUSTOMER_KEY", "customer")
    async with open_practice(PracticeOptions(via="local,remote")) as practice:
        assert [each.way for each in practice.ways] == [Local(), Remote()]
