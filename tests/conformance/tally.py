"""What was found to agree with the reference, for the line at the end of the run."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from tests.conformance import catalogue


def _parameters() -> int:
    return sum(len(each.operation.parameters) for each in catalogue.operations())


def _fields() -> int:
    return sum(len(fields) for each in catalogue.RESOURCES for fields in each.structs.values())


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
    """Counts by kind the things that were compared and agree."""

    def __init__(self) -> None:
        self._good: defaultdict[str, set[Hashable]] = defaultdict(set)

    def judge(self, kind: str, thing: Hashable, differences: Sequence[str]) -> Sequence[str]:
        """Count a thing if it has no differences; return them."""
        if kind not in _TOTALS:
            raise KeyError(kind)
        if not differences:
            self._good[kind].add(thing)
        return differences

    def line(self) -> str:
        """Say how many of all there are agree."""
        counts = [f"{len(self._good[kind])} of {total()} {kind}" for kind, total in _TOTALS.items()]
        return f"conformance: {', '.join(counts)}"
