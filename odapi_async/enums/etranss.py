"""Values of the enumerated fields of Etranss."""

from enum import StrEnum


class Etype(StrEnum):
    """Not complete: rows may hold other values."""

    ERA_835 = "ERA_835"
