"""Facts about a practice: its version of Open Dental, and what the developer may do there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, Literal

import msgspec

from odapi_async._core.operation import Operation, is_newer, operation_of
from odapi_async.errors import NeedsPermission, NeedsVersion, OpenDentalError
from odapi_async.limits import Tier


class Auto(Enum):
    """The type of `AUTO`."""

    AUTO = "auto"

    def __repr__(self) -> str:
        return "AUTO"


AUTO: Final[Literal[Auto.AUTO]] = Auto.AUTO
"""As the version of a practice: look it up there, once, before the first request that it may decide."""


class Facts(msgspec.Struct, frozen=True):
    """The facts of one practice, as far as the office tells them.

    Attributes:
        version: the version of Open Dental that the office runs, such as "25.4.48.0"; None if unknown.
        permissions: what the developer may do at the practice, such as "ReadAll" and "Comm"; None if unknown.
        tier: the tier that follows from the permissions; None if they are unknown.
        unknown: the error for each of "version" and "permissions" that could not be read.
    """

    version: str | None = None
    permissions: frozenset[str] | None = None
    tier: Tier | None = None
    unknown: Mapping[str, OpenDentalError] = MappingProxyType({})

    def why_not(
        self, operation: Operation[Any] | Callable[..., Any]
    ) -> NeedsVersion | NeedsPermission | None:
        """Return why an operation cannot work at the practice; None if no fact speaks against it.

        Args:
            operation: its method, of a practice or of the class, such as `practice.claims.create` or
                `Claims.create`; or its data, such as `odapi_async.resources.claims.CREATE`.

        Raises:
            TypeError: it is neither. A method must not be called here: pass it without parentheses.
        """
        operation = _operation(operation)
        if self.version and is_newer(operation.since, self.version):
            return NeedsVersion(operation.name, operation.since or "", self.version)
        needed = operation.permission
        if needed and self.permissions is not None and needed not in self.permissions:
            return NeedsPermission(operation.name, needed)
        return None


def _operation(given: Operation[Any] | Callable[..., Any]) -> Operation[Any]:
    if isinstance(given, Operation):
        return given  # pyright: ignore[reportUnknownVariableType]
    found = operation_of(given)
    if found is None:
        raise TypeError(
            "why_not takes a method of a resource, such as practice.claims.create without parentheses, or an "
            f"Operation, such as odapi_async.resources.claims.CREATE; not a {type(given).__name__}"
        )
    return found
