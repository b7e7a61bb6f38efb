"""Which token the watch page has, and when the command refuses to start."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from odapi_async.cli.app import app
from odapi_async.cli.errors import UsageError
from odapi_async.cli.watch.server import Token, choose_token
from odapi_async.errors import ConfigurationError

TOKEN = "made-up-token-of-the-tests"


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The output is a terminal."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)


def test_on_loopback_the_token_is_a_new_one_and_never_in_a_repr() -> None:
    first, second = choose_token("127.0.0.1", None, None), choose_token("localhost", None, "")
    assert first.value != second.value
    assert first.origin == ""
    assert first.value not in repr(first)


def test_the_file_comes_before_the_variable(tmp_path: Path) -> None:
    file = tmp_path / "watch.token"
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    assert choose_token("0.0.0.0", file, "x" * 30) == Token(value=TOKEN, origin=str(file))
    assert choose_token("0.0.0.0", None, TOKEN) == Token(value=TOKEN, origin="ODAPI_WATCH_TOKEN")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "watch.example.com"])
def test_a_host_that_others_reach_needs_a_token_of_the_user(host: str) -> None:
    with pytest.raises(UsageError, match=r"--token-file FILE .*ODAPI_WATCH_TOKEN.*openssl rand -hex 32"):
        choose_token(host, None, None)


def test_a_new_token_is_not_printed_into_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    with pytest.raises(UsageError, match="no token may end up in a log"):
        choose_token("127.0.0.1", None, None)


def test_a_short_token_is_refused_and_not_quoted(tmp_path: Path) -> None:
    file = tmp_path / "watch.token"
    file.write_text("hunter2", encoding="utf-8")
    for arguments in ((file, None), (None, "hunter2")):
        with pytest.raises(ConfigurationError, match="too short") as refused:
            choose_token("127.0.0.1", *arguments)
        assert "hunter2" not in str(refused.value)


def run(*arguments: str, token: str = TOKEN) -> tuple[int, str]:
    ended = CliRunner().invoke(app, ["watch", *arguments], env={"ODAPI_WATCH_TOKEN": token})
    return ended.exit_code, ended.stderr


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    code, text = run("--web", "--token-file", str(tmp_path / "none"))
    assert code == 2
    assert "the token cannot be read: No such file" in text


def test_the_command_says_what_it_needs_and_what_there_is_without_a_browser() -> None:
    assert run() == (2, "odapi: add --web; in a terminal, use: odapi mirror status, or odapi fleet status\n")


def test_an_interval_needs_a_unit() -> None:
    code, text = run("--web", "--every", "5")
    assert code == 2
    assert "--every needs a number and a unit" in text


def test_a_database_that_does_not_exist_is_not_created(tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    code, text = run("--web", "--store", str(file))
    assert code == 1
    assert "does not exist" in text
    assert not file.exists()


def test_a_password_in_the_command_is_refused() -> None:
    code, text = run("--web", "--store", "postgresql://user:hunter2@host/database")
    assert code == 2
    assert "hunter2" not in text
