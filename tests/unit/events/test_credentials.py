"""Keys name practices, and nothing shows them."""

from __future__ import annotations

import pytest

from odapi_async import ConfigurationError
from odapi_async.events.credentials import Credentials, Token
from tests.support.posts import KEY, OTHER_KEY, TOKEN
from tests.support.reporter import chain, frames, leaks, texts

KEYS = {"harbour": KEY, "hill": OTHER_KEY}
SECRETS = (KEY, OTHER_KEY, TOKEN)


def test_a_key_names_its_practice() -> None:
    credentials = Credentials(KEYS)
    assert credentials.practice_of(KEY) == "harbour"
    assert credentials.practice_of(f"  {OTHER_KEY}\t") == "hill"
    assert Credentials({"harbour": f" {KEY} "}).practice_of(KEY) == "harbour"


@pytest.mark.parametrize(
    "given",
    [
        *("", " ", "harbour", KEY[:-1], KEY + "x", KEY.lower(), KEY.upper(), f"{KEY}\0", f"{KEY} {KEY}"),
        *(f"{KEY}, {KEY}", f"{KEY},{KEY}", f"{KEY}, {OTHER_KEY}", f"{KEY},", f", {KEY}"),
        *(f"ODFHIR d3v/{KEY}", f"Bearer {KEY}", f"Basic {KEY}", f"d3v/{KEY}", f'"{KEY}"'),
        *("\udc80", "\N{TOOTH}", KEY.replace("K", "\N{KELVIN SIGN}"), "x" * 100_000),
    ],
)
def test_other_values_name_nobody(given: str) -> None:
    assert Credentials(KEYS).practice_of(given) is None


def test_keys_beyond_ascii() -> None:
    assert Credentials({"harbour": "cl\xe9\udc80"}).practice_of("cl\xe9\udc80") == "harbour"


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ({"harbour": KEY, "hill": f" {KEY} "}, ("harbour", "hill")),
        ({"harbour": KEY, "hill": " "}, ("hill",)),
        ({"harbour": ""}, ("harbour",)),
    ],
)
def test_keys_that_cannot_tell_practices_apart(keys: dict[str, str], names: tuple[str, ...]) -> None:
    with pytest.raises(ConfigurationError) as raised:
        Credentials(keys)
    error = raised.value
    assert all(name in str(error) for name in names)
    assert KEY not in repr(error)
    for each in chain(error):
        for file, variables in frames(each.__traceback__):
            assert "/odapi_async/" not in file or not leaks(variables, deep=True, secrets=SECRETS)


def test_a_token() -> None:
    token = Token(TOKEN)
    assert token.is_same(TOKEN)
    for other in ("", TOKEN[:-1], f"{TOKEN} ", f" {TOKEN}", TOKEN.lower(), "\udc80"):
        assert not token.is_same(other)


def test_nothing_shows_a_key_or_a_token() -> None:
    shown = "\n".join(texts([Credentials(KEYS), Token(TOKEN)], deep=True))
    assert "harbour" in shown
    assert not any(secret in shown for secret in SECRETS)
