"""The databases of inboxes, once of each kind."""

from tests.integration.mirror.conftest import lite, postgres, url

__all__ = ["lite", "postgres", "url"]
