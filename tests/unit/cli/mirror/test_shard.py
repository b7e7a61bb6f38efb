"""Shards: every practice belongs to one of them, and to the same one whatever others there are."""

from collections import Counter

import pytest

from odapi_async.cli.errors import UsageError
from odapi_async.cli.mirror.shard import Shard, parse_shard

NAMES = [f"practice-{number}" for number in range(300)]


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_each_practice_is_in_one_shard_and_the_shards_are_of_similar_size(count: int) -> None:
    shards = [Shard(number, count) for number in range(1, count + 1)]
    sizes: Counter[Shard] = Counter()
    for name in NAMES:
        (shard,) = (each for each in shards if each.includes(name))
        sizes[shard] += 1
    assert min(sizes.values()) > 300 / count * 0.7
    assert len(sizes) == count


@pytest.mark.parametrize(
    ("name", "number"),
    [("main-street", 1), ("harbour", 2), ("hill", 3), ("Dr. Ada's", 2), ("\u00dcber", 1)],
)
def test_a_practice_stays_in_its_shard_in_every_version_of_this_package(name: str, number: int) -> None:
    # computed by another program: sha256sum of the name, its first 16 digits modulo 3
    assert [each for each in (1, 2, 3) if Shard(each, 3).includes(name)] == [number]


def test_a_name_that_no_text_can_have_is_in_a_shard_too() -> None:
    assert sum(Shard(number, 3).includes("\udcff") for number in (1, 2, 3)) == 1


@pytest.mark.parametrize(("text", "shard"), [("1/1", Shard(1, 1)), (" 2/3 ", Shard(2, 3))])
def test_a_shard_is_a_number_and_the_number_of_all(text: str, shard: Shard) -> None:
    assert parse_shard(text) == shard
    assert str(shard) == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "x", "2", "0/3", "4/3", "2/0", "0/0", "-1/3", "1/-3", "1/3/5", "1.5/3", "\u0661/3", "1/999999"],
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="1/3, 2/3 or 3/3"):
        parse_shard(text)
