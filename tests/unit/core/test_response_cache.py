"""What is kept, for how long and how much of it. What a caller sees of it is in test_max_age."""

from __future__ import annotations

from typing import Final

from odapi_async._core.response_cache import CacheKey, ResponseCache
from odapi_async._core.retry import RetryState
from odapi_async._core.secret import Secret
from odapi_async._core.transport import Response

KEYS: Final = Secret("ODFHIR developer/one")
OTHER: Final = Secret("ODFHIR developer/two")


def key(url: str = "/patients/1", offset: int = 0, keys: Secret[str] = KEYS) -> CacheKey:
    return CacheKey(keys, Secret(url), offset)


def body(text: bytes = b"{}") -> Response:
    return Response(200, {}, text)


def keep(cache: ResponseCache, at: CacheKey, text: bytes = b"{}", *, sent_at: float = 0.0) -> None:
    with cache.reading(at, sent_at) as read:
        read.keep(body(text), sent_at, 60.0)


def kept(cache: ResponseCache, at: CacheKey, *, now: float = 1.0) -> bytes | None:
    hit = cache.find(at, 60.0, now)
    return hit.response.body if hit else None


def test_a_response_is_found_until_it_is_too_old_for_the_caller() -> None:
    cache = ResponseCache()
    keep(cache, key(), sent_at=100.0)
    hit = cache.find(key(), 5.0, 105.0)
    assert hit
    assert hit.age == 5.0
    assert cache.find(key(), 5.0, 105.1) is None
    assert cache.find(key(), None, 100.0) is None


def test_another_url_another_page_and_other_keys_find_nothing() -> None:
    cache = ResponseCache()
    keep(cache, key())
    assert kept(cache, key("/patients/2")) is None
    assert kept(cache, key(offset=100)) is None
    assert kept(cache, key(keys=OTHER)) is None
    assert kept(cache, key()) == b"{}"


def test_responses_never_take_more_bytes_than_allowed_and_the_oldest_give_way() -> None:
    cache = ResponseCache(max_bytes=40_000)
    for number in range(50):
        keep(cache, key(f"/patients/{number}"), b"x" * 1000)
        assert cache.size <= 40_000
    assert 10 < len(cache) < 40
    assert kept(cache, key("/patients/49"))
    assert kept(cache, key("/patients/0")) is None


def test_there_are_never_more_responses_than_allowed() -> None:
    cache = ResponseCache(max_responses=3)
    for number in range(5):
        keep(cache, key(f"/patients/{number}"))
    assert len(cache) == 3
    assert kept(cache, key("/patients/1")) is None
    assert kept(cache, key("/patients/2"))


def test_one_large_response_does_not_replace_everything_else() -> None:
    cache = ResponseCache(max_bytes=40_000)
    keep(cache, key("/small"))
    keep(cache, key("/large"), b"x" * 6000)
    assert kept(cache, key("/small"))
    assert kept(cache, key("/large")) is None


def test_what_nobody_may_use_any_more_is_dropped_when_something_comes() -> None:
    cache = ResponseCache()
    keep(cache, key("/old"), sent_at=0.0)
    keep(cache, key("/new"), sent_at=61.0)
    assert len(cache) == 1


def test_an_older_response_never_replaces_a_younger_one() -> None:
    cache = ResponseCache()
    keep(cache, key(), b"young", sent_at=3.0)
    keep(cache, key(), b"old", sent_at=2.0)
    assert kept(cache, key(), now=4.0) == b"young"


def test_a_younger_response_of_a_caller_who_keeps_nothing_replaces_a_kept_one() -> None:
    cache = ResponseCache()
    keep(cache, key(), b"old", sent_at=2.0)
    with cache.reading(key(), 3.0) as read:
        read.keep(body(b"young"), 3.0, None)
    assert kept(cache, key(), now=4.0) == b"young"
    with cache.reading(key("/other"), 3.0) as read:
        read.keep(body(), 3.0, None)
    assert len(cache) == 1


def test_a_younger_page_drops_older_pages_behind_it_and_none_before_it() -> None:
    cache = ResponseCache()
    for offset in (0, 100, 200):
        keep(cache, key("/list", offset), sent_at=offset / 100)
    keep(cache, key("/another", 200), sent_at=0.0)
    keep(cache, key("/list", 100), b"new", sent_at=10.0)
    assert [kept(cache, key("/list", each), now=11.0) for each in (0, 100, 200)] == [b"{}", b"new", None]
    assert kept(cache, key("/another", 200))


def test_a_write_drops_what_is_kept_of_its_practice_and_nothing_else() -> None:
    cache = ResponseCache()
    keep(cache, key())
    keep(cache, key("/list", 100))
    keep(cache, key(keys=OTHER))
    cache.begin_write(KEYS)
    assert kept(cache, key()) is None
    assert kept(cache, key("/list", 100)) is None
    assert kept(cache, key(keys=OTHER)) == b"{}"


def test_a_read_that_met_a_write_is_not_kept() -> None:
    cache = ResponseCache()
    with cache.reading(key(), 0.0) as before:
        cache.begin_write(KEYS)
        with cache.reading(key(), 1.0) as during:
            pass
        cache.end_write(KEYS, RetryState(), 2.0)
        before.keep(body(), 0.0, 60.0)
        during.keep(body(), 1.0, 60.0)
    assert kept(cache, key(), now=3.0) is None
    keep(cache, key(), sent_at=3.0)
    assert kept(cache, key(), now=4.0) == b"{}"


def test_of_two_writes_the_last_to_end_counts() -> None:
    cache = ResponseCache()
    cache.begin_write(KEYS)
    cache.begin_write(KEYS)
    cache.end_write(KEYS, RetryState(), 1.0)
    keep(cache, key(), sent_at=2.0)
    assert kept(cache, key(), now=3.0) is None


def test_nothing_is_kept_while_a_write_of_unknown_outcome_may_still_be_executed() -> None:
    for state in (RetryState(maybe_executed=True), RetryState(interrupted=True)):
        cache = ResponseCache()
        cache.begin_write(KEYS)
        cache.end_write(KEYS, state, 10.0)
        keep(cache, key(), sent_at=69.0)
        assert kept(cache, key(), now=69.5) is None
        keep(cache, key(), sent_at=70.0)
        assert kept(cache, key(), now=70.5)


def test_a_response_that_cannot_be_read_is_dropped() -> None:
    cache = ResponseCache()
    keep(cache, key(), b"garbage")
    hit = cache.find(key(), 60.0, 1.0)
    assert hit
    cache.discard(hit.response)
    assert len(cache) == 0


def test_nothing_is_left_of_a_practice_that_keeps_nothing() -> None:
    cache = ResponseCache()
    keep(cache, key())
    cache.begin_write(KEYS)
    cache.end_write(KEYS, RetryState(), 1.0)
    assert (len(cache), cache.size, cache._practices) == (0, 0, {})


def test_a_closed_client_keeps_nothing() -> None:
    cache = ResponseCache()
    keep(cache, key())
    cache.close()
    assert (len(cache), cache.size) == (0, 0)
    keep(cache, key())
    assert len(cache) == 0
