"""The fair queue follows the rules in its docstring."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odapi_async.scheduler.queue import WEIGHTS, FairQueue, Priority

INTERACTIVE, NORMAL, BULK = Priority


def drain(queue: FairQueue[str]) -> list[str]:
    return [queue.pop() for _ in range(len(queue))]


def test_one_flow_is_first_come_first_served() -> None:
    queue: FairQueue[str] = FairQueue()
    for item in "abcd":
        queue.push(item, NORMAL)
    assert drain(queue) == list("abcd")


def test_flows_take_turns() -> None:
    queue: FairQueue[str] = FairQueue()
    for item in ("a1", "a2", "a3", "b1", "c1", "c2"):
        queue.push(item, NORMAL, flow=item[0])
    assert drain(queue) == ["a1", "b1", "c1", "a2", "c2", "a3"]


def test_an_urgent_item_is_next_whatever_waits() -> None:
    queue: FairQueue[str] = FairQueue()
    for index in range(500):
        queue.push(f"bulk{index}", BULK)
    for _ in range(30):
        queue.push("urgent", INTERACTIVE)
        assert queue.pop() == "urgent"
        queue.pop()


def test_shares_follow_the_weights_while_all_have_work() -> None:
    queue: FairQueue[tuple[Priority, int]] = FairQueue()
    rounds = 10
    for priority in Priority:
        for index in range(WEIGHTS[priority] * rounds):
            queue.push((priority, index), priority)
    served = Counter(queue.pop()[0] for _ in range(sum(WEIGHTS) * rounds // 2))
    assert [served[priority] for priority in Priority] == [weight * rounds // 2 for weight in WEIGHTS]


def test_a_front_item_is_first_of_its_priority() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.push("a", NORMAL, "x")
    queue.push("b", NORMAL, "y")
    queue.push("again", NORMAL, "y", front=True)
    assert drain(queue) == ["again", "a", "b"]


def test_discarding_an_item_twice_removes_it_once() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.push("a", NORMAL)
    queue.push("b", NORMAL)
    queue.discard("a", NORMAL)
    queue.discard("a", NORMAL)
    queue.discard("never there", BULK)
    assert (len(queue), list(queue), drain(queue)) == (1, ["b"], ["b"])
    with pytest.raises(IndexError):
        queue.pop()


pushes = st.lists(st.tuples(st.sampled_from(list(Priority)), st.sampled_from([None, "x", "y"])), max_size=60)


@given(pushes, st.sampled_from(list(Priority)))
def test_the_estimate_is_the_latest_position_of_a_new_item_without_a_flow(
    given_items: list[tuple[Priority, str | None]], priority: Priority
) -> None:
    queue: FairQueue[int] = FairQueue()
    for index, (each, _) in enumerate(given_items):
        queue.push(index, each)
    estimate = queue.ahead(priority)
    queue.push(-1, priority)
    served = [queue.pop() for _ in range(len(queue))]
    assert served.index(-1) <= estimate


@given(pushes, st.data())
def test_nothing_is_lost_and_order_inside_a_flow_is_kept(
    given_items: list[tuple[Priority, str | None]], data: st.DataObject
) -> None:
    queue: FairQueue[int] = FairQueue()
    for index, (priority, flow) in enumerate(given_items):
        queue.push(index, priority, flow)
    gone = data.draw(st.sets(st.sampled_from(range(len(given_items))))) if given_items else set[int]()
    for index in gone:
        queue.discard(index, *given_items[index])
    served = [queue.pop() for _ in range(len(queue))]
    assert sorted(served) == sorted(set(range(len(given_items))) - gone)
    for kind in set(given_items):
        of_kind = [index for index in served if given_items[index] == kind]
        assert of_kind == sorted(of_kind)
