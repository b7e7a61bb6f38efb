"""The options that lead to an office."""

from __future__ import annotations

import inspect
from typing import Annotated

import typer
from typer.testing import CliRunner

from odapi_async.cli.command import Command
from odapi_async.cli.practice_options import Reach, reached, reaching
from odapi_async.limits import Mode, Tier

SEEN: list[tuple[Reach, str, int]] = []


@reaching
def look(
    reach: Reach, what: Annotated[str, typer.Argument()], times: Annotated[int, typer.Option()] = 1
) -> None:
    """Look at something."""
    SEEN.append((reach, what, times))


def ran(*arguments: str, **env: str) -> tuple[Reach, str, int]:
    app = typer.Typer()
    Command("look", "Look.", look, ("odapi look here",)).add_to(app)
    SEEN.clear()
    result = CliRunner().invoke(app, arguments, env=env)
    assert result.exit_code == 0, result.output
    return SEEN[0]


def test_a_command_gets_its_own_options_and_these() -> None:
    assert ran("here", "--times", "3") == (Reach(), "here", 3)
    given = ("--practice", "smile", "--tier", "readall", "--mode", "Local", "--base-url", "https://a/b")
    assert ran("here", *given) == (
        Reach(practice="smile", tier=Tier.READ_ALL, mode=Mode.LOCAL, base_url="https://a/b"),
        "here",
        1,
    )


def test_the_environment_may_say_it_too() -> None:
    found = ran(
        "here",
        OPENDENTAL_PRACTICE="smile",
        OPENDENTAL_TIER="Enterprise",
        OPENDENTAL_MODE="service",
        OPENDENTAL_BASE_URL="https://a/b",
    )
    assert found[0] == Reach(
        practice="smile", tier=Tier.ENTERPRISE, mode=Mode.SERVICE, base_url="https://a/b"
    )


def test_it_says_what_it_is() -> None:
    assert inspect.signature(look).parameters.keys() == {
        *("what", "times", "practice", "tier", "mode", "base_url", "sandbox")
    }
    assert look.__doc__ == "Look at something."
    assert look.__name__ == "look"


def test_the_usual_mode_is_remote_and_in_the_sandbox_local() -> None:
    assert Reach().real_mode is Mode.REMOTE
    assert Reach(sandbox=True).real_mode is Mode.LOCAL
    assert Reach(sandbox=True, mode=Mode.SERVICE).real_mode is Mode.SERVICE


async def test_the_sandbox_needs_no_keys() -> None:
    async with reached(Reach(sandbox=True, practice="whoever", base_url="https://elsewhere")) as practice:
        assert (await practice.patients.get(3)).PatNum == 3
        assert practice._calls.settings.base_url.startswith("http://127.0.0.1:")
