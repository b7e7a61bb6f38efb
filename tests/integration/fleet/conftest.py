"""A real PostgreSQL for fleets."""

from tests.integration.mirror.conftest import postgres

__all__ = ["postgres"]
