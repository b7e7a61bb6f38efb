"""What the package offers, all of it on first use."""

from __future__ import annotations

import pytest

from odapi_async import testing


def test_every_name_that_it_offers_can_be_imported() -> None:
    assert testing.__all__ == [
        "SandboxTransport",
        "VirtualTimeLoop",
        "demo",
        "run_in_virtual_time",
        "virtual_time",
    ]
    for name in testing.__all__:
        assert getattr(testing, name).__name__ == name
        assert getattr(testing, name).__doc__
        assert name in dir(testing)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="SandboxTransports"):
        _ = testing.SandboxTransports  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
