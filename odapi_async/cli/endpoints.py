"""The operations of the API as they are named on a command line. Pure: nothing is sent here."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from odapi_async._core.operation import Operation
from odapi_async._core.requests import PreparedRequest, prepare
from odapi_async._wire import parameters
from odapi_async.cli import values
from odapi_async.cli.errors import WrongInput
from odapi_async.client import Practice
from odapi_async.errors import InvalidRequest
from odapi_async.resources._tree import ResourceTree

_OPEN: Final = "{"


class Endpoint(NamedTuple):
    """One operation under its name in Python.

    Attributes:
        resource: the attribute of a practice, as `procedure_logs`.
        method: the method of that attribute, as `list`.
        operation: what it does.
    """

    resource: str
    method: str
    operation: Operation[Any]

    @property
    def name(self) -> str:
        """What `odapi call` knows it by."""
        return f"{self.resource}.{self.method}"

    @property
    def keys(self) -> list[str]:
        """The names of the keys in its path."""
        return [each[1:-1] for each in _segments(self.operation.path) if each.startswith(_OPEN)]

    @property
    def shape(self) -> type | None:
        """The TypedDict of its filters or its body; no operation has both."""
        return self.operation.body or self.operation.query

    @property
    def names(self) -> list[str]:
        """Everything that it can be given, keys first."""
        return [*self.keys, *(parameters(self.shape) if self.shape else ())]

    def converted(self, texts: Mapping[str, str]) -> dict[str, object]:
        """Convert texts by the types of what it takes."""
        rest = {name: text for name, text in texts.items() if name not in self.keys}
        given = {name: values.key(texts[name]) for name in self.keys if name in texts}
        return given | values.converted(self.shape, rest)

    def check(self, given: Mapping[str, object]) -> PreparedRequest:
        """Hold values against the reference, before anything is opened or sent.

        Raises:
            InvalidRequest: names the parameter and the rule that it breaks.
        """
        for name in self.keys:
            if name not in given:
                raise InvalidRequest(name, f"is required by {self.operation.name}")
        keys: Any = tuple(given[name] for name in self.keys)  # whether they are numbers is checked there
        rest = {name: value for name, value in given.items() if name not in self.keys}
        query, body = ({}, rest) if self.operation.body else (rest, None)
        return prepare(self.operation, keys, query, body, check=True, version=None)

    def call(self, practice: Practice, given: Mapping[str, object]) -> Any:
        """Call the method of the SDK: what it returns are `Rows`, or has to be awaited."""
        return getattr(getattr(practice, self.resource), self.method)(**given)


def resources() -> list[str]:
    """Return the names of all resources."""
    return list(ResourceTree.__annotations__)


def resource(name: str) -> str:
    """Find a resource by its attribute (`procedure_logs`) or its name in paths (`procedurelogs`).

    Raises:
        WrongInput: there is none; the text says which is near.
    """
    by_path = {_bare(each): each for each in resources()}
    found = by_path.get(_bare(name))
    if found is None:
        raise WrongInput(f"there is no resource {name!r}; {_hint(_bare(name), by_path, by_path.values())}")
    return found


@cache
def endpoints(attribute: str) -> tuple[Endpoint, ...]:
    """Return the operations of a resource, by its attribute."""
    module = importlib.import_module(f"odapi_async.resources.{attribute}")
    return tuple(
        Endpoint(attribute, name.lower(), each)
        for name, each in vars(module).items()
        if isinstance(each, Operation)
    )


def endpoint(resource_name: str, method: str) -> Endpoint:
    """Find an operation by its resource and its method.

    Raises:
        WrongInput: there is no such resource or no such method; the text says which is near.
    """
    attribute = resource(resource_name)
    known = {each.method: each for each in endpoints(attribute)}
    found = known.get(method.lower()) or known.get(f"{method.lower()}_")
    if found is None:
        raise WrongInput(f"{attribute} has no method {method!r}; {_hint(method.lower(), known, known)}")
    return found


def named(name: str) -> Endpoint:
    """Find an operation by its name, as `patients.create`.

    Raises:
        WrongInput: it is no such name; the text says which is near.
    """
    resource_name, dot, method = name.partition(".")
    if not dot:
        known = ", ".join(each.name for each in endpoints(resource(name)))
        raise WrongInput(f"say what to do: {known}")
    return endpoint(resource_name, method)


def at_path(path: str) -> tuple[Endpoint, dict[str, str]]:
    """Find the GET operation of a path, as `patients/48`, and the keys in it.

    Raises:
        WrongInput: there is none.
    """
    name, *rest = _segments(path)
    attribute = resource(name)
    reads = [each for each in endpoints(attribute) if each.operation.method == "GET"]
    for each in sorted(reads, key=lambda found: found.operation.path.count(_OPEN)):
        keys = _match(_segments(each.operation.path)[1:], rest)
        if keys is not None:
            return each, keys
    known = [each.operation.path.strip("/") for each in reads]
    raise WrongInput(f"{attribute} has nothing to read at this path; {_hint(_shape(path), known, known)}")


def _match(template: list[str], segments: list[str]) -> dict[str, str] | None:
    """Return the keys that a path has in the places of a template; None if it is of another form."""
    if len(template) != len(segments):
        return None
    pairs = list(zip(template, segments, strict=True))
    fits = all(
        given.isdecimal() if part.startswith(_OPEN) else part.lower() == given.lower()
        for part, given in pairs
    )
    return {part[1:-1]: given for part, given in pairs if part.startswith(_OPEN)} if fits else None


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/")


def _shape(path: str) -> str:
    return "/".join("{Num}" if each.isdecimal() else each for each in _segments(path))


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _hint(name: str, spellings: Iterable[str], known: Collection[str]) -> str:
    by_spelling = dict(zip(spellings, known, strict=True))
    close = difflib.get_close_matches(name, by_spelling, n=1)
    if close:
        return f"did you mean {by_spelling[close[0]]}?"
    few = 20
    return f"there are {', '.join(known)}" if 0 < len(known) <= few else "odapi completes names with Tab"
