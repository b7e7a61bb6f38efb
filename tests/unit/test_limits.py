"""The API's limits as data. No spelling of a tier or a mode evades the throttle."""

import pytest

from odapi_async.limits import BASE_URLS, CERTAIN_LIMIT, INTERVALS, PAGE_LIMITS, Mode, Tier, interval


@pytest.mark.parametrize(
    ("tier", "seconds"), [(Tier.READ_ALL, 5.0), (Tier.STANDARD, 1.0), (Tier.ENTERPRISE, 0.5)]
)
def test_the_tier_sets_the_interval_in_remote_mode(tier: Tier, seconds: float) -> None:
    assert interval(Mode.REMOTE, tier) == seconds
    assert interval(Mode.LOCAL, tier) == interval(Mode.SERVICE, tier) == 0.0


def test_text_has_the_same_interval_as_the_enumeration() -> None:
    assert interval("remote", "ReadAll") == 5.0  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert interval("local", "ReadAll") == 0.0  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_every_tier_has_an_interval_and_every_mode_a_url() -> None:
    assert set(INTERVALS) == set(Tier)
    assert set(BASE_URLS) == set(Mode)
    assert BASE_URLS[Mode.REMOTE].startswith("https://")


def test_the_certain_limit_is_the_smallest_page_limit() -> None:
    assert min(PAGE_LIMITS) == CERTAIN_LIMIT
