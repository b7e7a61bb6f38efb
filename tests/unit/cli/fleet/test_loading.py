"""A fleet knows one way to each office."""

from __future__ import annotations

import pytest

from odapi_async.cli.errors import UsageError
from odapi_async.cli.fleet.loading import wanted_practices
from odapi_async.mirror.config import Config, PracticeConfig


def test_a_fleet_refuses_several_ways() -> None:
    config = Config(practices={"bay": PracticeConfig(via=("local", "remote"))})
    with pytest.raises(UsageError, match="bay: a fleet knows no via; set mode and base_url instead"):
        wanted_practices(config, 900.0)
