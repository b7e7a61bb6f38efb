"""Values of the enumerated fields of Etranss."""

from enum import StrEnum


class Etype(StrEnum):
    """Seen in examples; the reference does not list all values."""

    ERA_835 = "ERA_835"
