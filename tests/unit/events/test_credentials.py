"""Which practice a key belongs to."""

from __future__ import annotations

import hmac

import pytest

from odapi_async import ConfigurationError
from odapi_async.events import credentials
from odapi_async.events.credentials import SHORTEST_TOKEN, Credentials, Token
from odapi_async.watch import security
from tests.support.posts import KEY, KEYS, OTHER_KEY, TOKEN


def test_a_key_tells_its_practice() -> None:
    known = Credentials(KEYS)
    assert known.practice_of(KEY) == "harbour"
    assert known.practice_of(f" {OTHER_KEY}\t") == "quay"


@pytest.mark.parametrize(
    "sent",
    [
        "",
        " ",
        KEY[:-1],
        f"{KEY}x",
        KEY.lower(),
        f"{KEY}, {KEY}",
        f"ODFHIR {KEY}",
        f"ODFHIR developer/{KEY}",
        f"Bearer {KEY}",
        f"Basic {KEY}",
        f"{KEY}\0",
        "é",
        "\ud800",
        "x" * 100_000,
    ],
)
def test_any_other_text_is_the_key_of_nobody(sent: str) -> None:
    assert Credentials(KEYS).practice_of(sent) is None


def test_two_practices_with_one_key_are_refused_by_their_names() -> None:
    with pytest.raises(ConfigurationError, match="harbour and quay have the same customer key") as refused:
        Credentials({"harbour": KEY, "quay": f"{KEY} "})
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("key", ["", "  \n"])
def test_an_empty_key_is_refused(key: str) -> None:
    with pytest.raises(ConfigurationError, match="the customer key of quay is empty"):
        Credentials({"harbour": KEY, "quay": key})


def test_all_keys_are_compared_in_constant_time_whichever_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[int, int]] = []
    compare = hmac.compare_digest

    def note(one: bytes, two: bytes) -> bool:
        compared.append((len(one), len(two)))
        return compare(one, two)

    monkeypatch.setattr(credentials, "compare_digest", note)
    known = Credentials(KEYS)
    for sent in (KEY, OTHER_KEY, "x", "", "y" * 1000):
        compared.clear()
        known.practice_of(sent)
        assert compared == [(32, 32)] * len(KEYS)
    compared.clear()
    assert not Token(TOKEN).is_it("short")
    assert compared == [(32, 32)]


def test_only_the_token_is_the_token() -> None:
    token = Token(TOKEN)
    assert token.is_it(TOKEN)
    assert not any(map(token.is_it, ("", TOKEN[:-1], f"{TOKEN} ", TOKEN.upper(), "\ud800")))


def test_nothing_of_a_key_or_a_token_is_kept() -> None:
    known = Credentials(KEYS)
    kept = f"{known!r} {vars(known)!r} {vars(Token(TOKEN))!r} {vars(Credentials(KEYS))!r}"
    assert not any(secret in kept for secret in (KEY, OTHER_KEY, TOKEN))
    assert not vars(known)["_digests"].keys() & vars(Credentials(KEYS))["_digests"].keys(), (
        "a digest that leaks is worth nothing elsewhere"
    )


def test_a_token_has_one_shortest_length_in_commands_and_in_code() -> None:
    short = "x" * (SHORTEST_TOKEN - 1)
    for check in (Token, security.check_token):
        with pytest.raises(ConfigurationError, match="too short") as caught:
            check(short)
        assert short not in str(caught.value)
        check(f"{short}x")
