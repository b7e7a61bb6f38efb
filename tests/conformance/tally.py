"""What was found to agree with the reference, for the line at the end of the run."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final

from tests.conformance import catalogue


def _parameters() -> int:
    return sum(len(each.operation.parameters) for each in catalogue.operations())


def _fields() -> int:
    return sum(len(fields) for each in catalogue.RESOURCES for fields in each.structs.values())


_PREFIX: Final = "conformance: "

_TOTALS: dict[str, Callable[[], int]] = {
    "operations": lambda: sum(1 for _ in catalogue.operations()),
    "parameters": _parameters,
    "fields": _fields,
    "enum values": lambda: sum(len(each.values) for each in catalogue.enumerations().values()),
    "examples": lambda: sum(map(len, catalogue.examples().values())),
    "quirks": lambda: len(catalogue.quirks()),
    "calls": lambda: sum(1 for _ in catalogue.operations()),
}


class Tally:
    """Notes in a test's report the things that were compared and agree.

    Args:
        properties: the test's `user_properties`, which reach the process that leads a parallel run.
    """

    def __init__(self, properties: list[tuple[str, object]]) -> None:
        self._properties = properties

    def judge(self, kind: str, thing: Hashable, differences: Sequence[str]) -> Sequence[str]:
        """Count a thing if it has no differences; return them."""
        if kind not in _TOTALS:
            raise KeyError(kind)
        if not differences:
            self._properties.append((_PREFIX + kind, str(thing)))
        return differences


class Count:
    """Counts by kind what the reports of all tests have noted, in whichever process they ran."""

    def __init__(self) -> None:
        self._good: defaultdict[str, set[object]] = defaultdict(set)

    def add(self, properties: Iterable[tuple[str, object]]) -> None:
        """Count what one report has noted."""
        for name, thing in properties:
            if name.startswith(_PREFIX):
                self._good[name.removeprefix(_PREFIX)].add(thing)

    def is_complete(self) -> bool:
        """Whether everything in the reference was compared and agrees."""
        return all(len(self._good[kind]) == total() for kind, total in _TOTALS.items())

    def line(self) -> str:
        """Say how many of all there are agree."""
        counts = [f"{len(self._good[kind])} of {total()} {kind}" for kind, total in _TOTALS.items()]
        return f"conformance: {', '.join(counts)}"
