"""Practices as the command line names them."""

from __future__ import annotations

import pytest

from odapi_async.cli.sandbox_practices import ONE_OF_EACH, Spec, choose, make_office, parse
from odapi_async.limits import Mode, Tier, interval


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("acme", Spec("acme", Tier.STANDARD, Mode.REMOTE)),
        ("acme:readall", Spec("acme", Tier.READ_ALL, Mode.REMOTE)),
        ("acme:ReadAll:Local", Spec("acme", Tier.READ_ALL, Mode.LOCAL)),
        ("a.b-c_1:enterprise:service", Spec("a.b-c_1", Tier.ENTERPRISE, Mode.SERVICE)),
    ],
)
def test_a_practice_is_key_tier_and_mode(text: str, spec: Spec) -> None:
    assert parse(text) == spec


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not key:tier:mode"),
        (":readall", "not key:tier:mode"),
        ("a/b", "not key:tier:mode"),
        ("acme:readall:local:more", "not key:tier:mode"),
        ("acme:gold", "'gold' is no tier; there are readall, standard, enterprise"),
        ("acme:readall:cloud", "'cloud' is no mode; there are remote, local, service"),
    ],
)
def test_what_cannot_be_read_is_explained(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(text)


def test_without_a_wish_there_is_one_practice_of_each_kind() -> None:
    assert choose([], 0) == [*ONE_OF_EACH]
    assert {(spec.tier, spec.mode) for spec in ONE_OF_EACH} >= {(tier, Mode.REMOTE) for tier in Tier}


def test_named_and_numbered_practices_add_up() -> None:
    assert choose(["acme:readall"], 2) == [
        Spec("acme", Tier.READ_ALL),
        Spec("practice-1"),
        Spec("practice-2"),
    ]


def test_two_practices_cannot_share_a_key() -> None:
    with pytest.raises(ValueError, match="practice-1 is there twice"):
        choose(["practice-1"], 1)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("tier", Tier)
def test_the_sandbox_paces_a_practice_as_the_client_does(tier: Tier, mode: Mode) -> None:
    office = make_office(Spec("acme", tier, mode), {"patients": 3}, seed=7, messy=0.5)
    assert office.pace == interval(mode, tier)
    assert (office.rows, office.seed, office.messy) == ({"patients": 3}, 7, 0.5)
