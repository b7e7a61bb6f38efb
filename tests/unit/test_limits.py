"""The API's rules as data, and that nobody gets past the throttle by a way of spelling."""

import pytest

from odapi_async.limits import BASE_URLS, CERTAIN_LIMIT, INTERVALS, PAGE_LIMITS, Mode, Tier, interval


@pytest.mark.parametrize(
    ("tier", "seconds"), [(Tier.READ_ALL, 5.0), (Tier.STANDARD, 1.0), (Tier.ENTERPRISE, 0.5)]
)
def test_the_tier_sets_the_pace_where_the_api_throttles(tier: Tier, seconds: float) -> None:
    assert interval(Mode.REMOTE, tier) == seconds
    assert interval(Mode.LOCAL, tier) == interval(Mode.SERVICE, tier) == 0.0


def test_plain_text_is_paced_as_the_enumeration_is() -> None:
    assert interval("remote", "ReadAll") == 5.0  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert interval("local", "ReadAll") == 0.0  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_every_tier_has_a_pace_and_every_mode_an_address() -> None:
    assert set(INTERVALS) == set(Tier)
    assert set(BASE_URLS) == set(Mode)
    assert BASE_URLS[Mode.REMOTE].startswith("https://")


def test_the_limit_that_every_office_honours_is_the_smallest_at_which_a_page_is_cut() -> None:
    assert min(PAGE_LIMITS) == CERTAIN_LIMIT
