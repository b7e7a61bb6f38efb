"""Ways to an office, for `OpenDental.practice(via=[...])`: a service, a workstation, or the internet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, cast

from odapi_async._core.credentials import check_base_url, normalized
from odapi_async._core.options import check_count
from odapi_async.errors import ConfigurationError
from odapi_async.limits import BASE_URLS, Mode


@dataclass(frozen=True)
class Way:
    """A way to an office: a `Service`, a `Local` or a `Remote`.

    Args:
        base_url: the URL of the API; by default the usual one of the mode.
        concurrency: requests that may be in flight at once.

    Raises:
        ConfigurationError: the URL cannot be used, or would expose the keys; or `concurrency` is no number.

    Attributes:
        mode: the mode of the requests that go this way.
        base_url: the URL of the API.
        concurrency: requests that may be in flight at once this way.
    """

    mode: ClassVar[Mode]

    base_url: str = ""
    concurrency: int = 4

    @staticmethod
    def parse(text: str) -> Way:
        """Return the way that a text names: a mode, or a mode, "=" and a URL, such as "service=http://...".

        Raises:
            ConfigurationError: there is no such mode, or the URL cannot be used.
        """
        mode, _, url = text.strip().partition("=")
        for kind in (Service, Local, Remote):
            if kind.mode == mode.strip().casefold():
                return kind(url.strip())
        raise ConfigurationError(
            "a way has to be service, local or remote, or one of them with a URL, "
            "such as service=http://office-server:30223/api/v1"
        )

    def __post_init__(self) -> None:
        """Check the values, and take the usual URL if none is given."""
        if type(self) is Way:
            raise ConfigurationError("a way has to be a Service, a Local or a Remote")
        check_count("concurrency", self.concurrency)
        object.__setattr__(self, "base_url", check_base_url(self.base_url or BASE_URLS[self.mode]))

    def __str__(self) -> str:
        """Return mode and URL, as errors show them."""
        return f"{self.mode} at {self.base_url}"


@dataclass(frozen=True)
class Service(Way):
    """Through the API Service on the office's server (22.2).

    Attributes:
        base_url: its URL, such as "http://office-server:30223/api/v1"; by default the one on this machine.
        concurrency: requests that may be in flight at once.
    """

    mode: ClassVar[Mode] = Mode.SERVICE


@dataclass(frozen=True)
class Local(Way):
    """Through the Open Dental program on a workstation (22.1).

    Attributes:
        base_url: its URL; by default the one on this machine, "http://localhost:30222/api/v1".
        concurrency: requests that may be in flight at once.
    """

    mode: ClassVar[Mode] = Mode.LOCAL


@dataclass(frozen=True)
class Remote(Way):
    """Through the internet and the office's eConnector. The only way with a throttle.

    Attributes:
        base_url: its URL; by default "https://api.opendental.com/api/v1".
    """

    mode: ClassVar[Mode] = Mode.REMOTE

    concurrency: int = field(default=1, init=False)


@dataclass(frozen=True)
class WayStatus:
    """What is known of one way to an office.

    Attributes:
        way: the way.
        lane: the name of its lane, as in `OpenDental.scheduler.snapshot()`.
        is_chosen: whether the next call goes this way, as far as is known now.
        chosen_for: seconds since it was chosen; None if it is not, if there is no other, or if this is read
            outside of the event loop.
        error: the class of the error because of which it was not taken when it was last asked; None if it
            was not asked, or answered.
        key_refused: whether the key was refused there, so that no request goes this way until
            `Practice.reset_ways`.
        version: the version of Open Dental that was read there; None if it was not read.
    """

    way: Way
    lane: str
    is_chosen: bool
    chosen_for: float | None = None
    error: str | None = None
    key_refused: bool = False
    version: str | None = None


def check_ways(ways: object) -> tuple[Way, ...]:
    """Return ways as a tuple.

    Raises:
        ConfigurationError: there is none, one is no way, or two have the same URL.
    """
    example = 'such as [Service("http://office-server:30223/api/v1"), Remote()]'
    if isinstance(ways, str) or not isinstance(ways, Sequence) or not ways:
        raise ConfigurationError(f"via has to be a list of ways, {example}")
    found = [each for each in cast("Sequence[object]", ways) if isinstance(each, Way)]
    if len(found) < len(cast("Sequence[object]", ways)):
        raise ConfigurationError(f"via has something that is no way; it has to be a list, {example}")
    if len({normalized(each.base_url) for each in found}) < len(found):
        raise ConfigurationError("via has two ways with the same URL; leave one of them out")
    return tuple(found)
