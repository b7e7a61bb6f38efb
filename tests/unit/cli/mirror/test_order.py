"""Which options of `odapi mirror` go together."""

from pathlib import Path

import pytest

from odapi_async.cli.errors import WrongInput
from odapi_async.cli.mirror.order import Order, check, only
from odapi_async.cli.practice_options import Reach

FILE = Path("practices.toml")


@pytest.mark.parametrize(
    "order",
    [
        Order(reach=Reach()),
        Order(reach=Reach(practice="a"), typed={"practice", "tier", "mode", "base_url", "sweep", "store"}),
        Order(reach=Reach(), every=300.0, typed={"follow", "every"}),
        Order(reach=Reach(practice="a"), config=FILE, typed={"practice", "config", "sweep_days", "tables"}),
        Order(reach=Reach(sandbox=True), typed={"sandbox", "store", "tables", "as_json", "quiet"}),
    ],
)
def test_they_do(order: Order) -> None:
    check(order)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Order(reach=Reach(), typed={"every"}), "--every goes with --follow"),
        (Order(reach=Reach(), config=FILE, typed={"tier"}), "--tier has no place here: with --config"),
        (
            Order(reach=Reach(), config=FILE, typed={"base_url"}),
            "--base-url has no place here: with --config",
        ),
        (Order(reach=Reach(sandbox=True), typed={"practice"}), "--practice has no place here: --sandbox"),
        (Order(reach=Reach(sandbox=True), every=1.0, typed={"follow"}), "--follow has no place here"),
        (Order(reach=Reach(sandbox=True), typed={"sweep_days"}), "--sweep-days has no place here"),
    ],
)
def test_they_do_not(order: Order, said: str) -> None:
    with pytest.raises(WrongInput) as caught:
        check(order)
    assert said in str(caught.value)


def test_the_environment_does_not_choose_among_the_practices_of_a_file() -> None:
    reach = Reach(practice="harbour")
    assert only(Order(reach=reach, config=FILE)) is None
    assert only(Order(reach=reach, config=FILE, typed={"practice"})) == "harbour"


def test_a_url_is_not_in_the_repr() -> None:
    assert "s3cret" not in repr(Order(reach=Reach(), store="postgresql://me:s3cret@server/practices"))
