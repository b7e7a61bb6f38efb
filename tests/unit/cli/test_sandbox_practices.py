"""Practices as the command line names them."""

from __future__ import annotations

import pytest

from odapi_async.cli.sandbox_practices import ONE_OF_EACH, PracticeSpec, choose, make_office, parse
from odapi_async.limits import Mode, Tier, interval


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("acme", PracticeSpec("acme", Tier.STANDARD, Mode.REMOTE)),
        ("acme:readall", PracticeSpec("acme", Tier.READ_ALL, Mode.REMOTE)),
        ("acme:ReadAll:Local", PracticeSpec("acme", Tier.READ_ALL, Mode.LOCAL)),
        ("a.b-c_1:enterprise:service", PracticeSpec("a.b-c_1", Tier.ENTERPRISE, Mode.SERVICE)),
    ],
)
def test_a_practice_is_key_tier_and_mode(text: str, spec: PracticeSpec) -> None:
    assert parse(text) == spec


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not KEY:TIER:MODE"),
        (":readall", "not KEY:TIER:MODE"),
        ("a/b", "not KEY:TIER:MODE"),
        ("acme:readall:local:more", "not KEY:TIER:MODE"),
        ("acme:gold", "'gold' is not a tier; use one of readall, standard, enterprise"),
        ("acme:readall:cloud", "'cloud' is not a mode; use one of remote, local, service"),
    ],
)
def test_a_text_of_another_form_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(text)


def test_by_default_there_is_one_practice_of_each_kind() -> None:
    assert choose([], 0) == [*ONE_OF_EACH]
    assert {(spec.tier, spec.mode) for spec in ONE_OF_EACH} >= {(tier, Mode.REMOTE) for tier in Tier}


def test_named_and_numbered_practices_add_up() -> None:
    assert choose(["acme:readall"], 2) == [
        PracticeSpec("acme", Tier.READ_ALL),
        PracticeSpec("practice-1"),
        PracticeSpec("practice-2"),
    ]


def test_two_practices_cannot_share_a_key() -> None:
    with pytest.raises(ValueError, match="practice-1 is used twice"):
        choose(["practice-1"], 1)


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("tier", Tier)
def test_the_sandbox_paces_a_practice_as_the_client_does(tier: Tier, mode: Mode) -> None:
    office = make_office(PracticeSpec("acme", tier, mode), {"patients": 3}, seed=7, messy=0.5)
    assert office.pace == interval(mode, tier)
    assert (office.rows, office.seed, office.messy) == ({"patients": 3}, 7, 0.5)
