"""The URL of a receiver gets its token from a file or the environment, never from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from odapi_async.cli.errors import UsageError
from odapi_async.cli.events.endpoint_option import VARIABLE, find_token, with_token
from odapi_async.errors import ConfigurationError

TOKEN = "made-up&token=of+the%tests"


def test_a_token_is_added_to_the_url() -> None:
    assert with_token("https://x.example/od", "abc&d=+%") == "https://x.example/od?token=abc%26d%3D%2B%25"
    assert with_token("https://x.example/od?a=1", "abc") == "https://x.example/od?a=1&token=abc"
    assert with_token("https://x.example/od?a=1", None) == "https://x.example/od?a=1"


@pytest.mark.parametrize("query", ["token=s3cret", "a=1&token=s3cret", "token=", "t%6Fken=s3cret"])
def test_a_token_that_was_typed_is_refused_and_not_shown(query: str) -> None:
    with pytest.raises(UsageError, match="other users of this machine can see") as refused:
        with_token(f"https://x.example/od?{query}", None)
    assert "s3cret" not in str(refused.value)


def test_the_file_comes_before_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_token(None) is None
    monkeypatch.setenv(VARIABLE, TOKEN)
    assert find_token(None) == TOKEN
    file = tmp_path / "events.token"
    file.write_text("another-token-of-the-tests\n")
    assert find_token(file) == "another-token-of-the-tests"


def test_a_short_token_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, "short")
    with pytest.raises(ConfigurationError, match="too short"):
        find_token(None)
    with pytest.raises(UsageError, match="cannot be read"):
        find_token(tmp_path / "missing")
