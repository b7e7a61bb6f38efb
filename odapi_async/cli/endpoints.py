"""The API's operations by the names and paths that people type. Pure: nothing is sent here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from odapi_async import InvalidRequest, Practice, Rows, resources
from odapi_async.cli import values
from odapi_async.cli.errors import UsageError
from odapi_async.cli.known_names import find_resource, match_ids, segments
from odapi_async.cli.text_dates import formatted_types, with_text_dates
from odapi_async.errors import suggestion
from odapi_async.resources import Operation, PreparedRequest, parameters, prepare

_OPEN: Final = "{"


class Endpoint(NamedTuple):
    """One operation under its name in Python.

    Attributes:
        resource: the attribute of a practice, such as `procedure_logs`.
        method: the method of that attribute, such as `list`.
        operation: the operation itself.
    """

    resource: str
    method: str
    operation: Operation[Any]

    @property
    def name(self) -> str:
        """Its name for `odapi call`, such as `procedure_logs.list`."""
        return f"{self.resource}.{self.method}"

    @property
    def ids(self) -> list[str]:
        """The names of the ids in its path."""
        return [each[1:-1] for each in segments(self.operation.path) if each.startswith(_OPEN)]

    @property
    def names(self) -> list[str]:
        """The names of its ids, then of its filters or body fields."""
        return [*self.ids, *parameters(self.operation)]

    def convert(self, texts: Mapping[str, str]) -> dict[str, object]:
        """Convert texts to the types of the ids and parameters whose names they have."""
        ids = {name: values.convert_id(texts[name]) for name in self.ids if name in texts}
        rest = {name: text for name, text in texts.items() if name not in ids}
        return ids | values.convert(self.operation, rest)

    def check(self, arguments: Mapping[str, object]) -> PreparedRequest:
        """Check arguments against the reference, before a connection is opened.

        Raises:
            InvalidRequest: names the parameter and the rule that it breaks.
        """
        for name in self.ids:
            if name not in arguments:
                raise InvalidRequest(name, f"is required by {self.operation.name}")
        ids: Any = tuple(arguments[name] for name in self.ids)  # `prepare` checks that they are numbers
        rest = {name: value for name, value in arguments.items() if name not in self.ids}
        query, body = ({}, rest) if self.operation.body else (rest, None)
        try:
            return prepare(self.operation, ids, query, body, check=True, version=None)
        except InvalidRequest as error:
            rule = values.text_rule(self.operation, error.field, arguments.get(error.field))
            if rule is None:
                raise
            raise InvalidRequest(error.field, rule) from None

    def call(self, practice: Practice, arguments: Mapping[str, object]) -> Any:
        """Call the method of the SDK. It returns `Rows` or an awaitable.

        If the arguments choose a format of dates, the rows have the server's text.
        """
        result: Any = getattr(getattr(practice, self.resource), self.method)(**arguments)
        kinds = formatted_types(arguments)
        if not kinds:
            return result
        returns: Any = self.operation.returns
        row_type = with_text_dates(returns, kinds)
        if isinstance(result, Rows):
            return result.into(row_type)
        result.close()  # a coroutine, which would return dates
        prepared = self.check(arguments)
        body = None if prepared.body is None else values.parse_body(prepared.body)
        return practice.request(
            self.operation.method, prepared.path, query=prepared.query, body=body, into=row_type
        )


@cache
def resource_endpoints(resource: str) -> tuple[Endpoint, ...]:
    """Return the operations of a resource, by its attribute."""
    return tuple(Endpoint(resource, *each) for each in resources.operations(resource).items())


def find_endpoint(resource: str, method: str) -> Endpoint:
    """Return the operation of a resource's method.

    Raises:
        UsageError: there is no such resource or no such method; the message suggests a name.
    """
    resource = find_resource(resource)
    known = {each.method: each for each in resource_endpoints(resource)}
    found = known.get(method.lower()) or known.get(f"{method.lower()}_")
    if found is None:
        raise UsageError(f"{resource} has no method {method!r}; {suggestion(method, known)}")
    return found


def find_by_name(name: str) -> Endpoint:
    """Return the operation of a name such as `patients.create`.

    Raises:
        UsageError: there is no such operation; the message suggests a name.
    """
    resource, dot, method = name.partition(".")
    if not dot:
        known = ", ".join(each.name for each in resource_endpoints(find_resource(name)))
        raise UsageError(f"{name!r} names a resource only; choose one of its operations: {known}")
    return find_endpoint(resource, method)


def find_by_path(path: str) -> tuple[Endpoint, dict[str, str]]:
    """Return the GET operation of a path such as `patients/48`, and the ids in it.

    Raises:
        UsageError: there is no such path; the message suggests one.
    """
    name, *rest = segments(path)
    resource = find_resource(name)
    reads = [each for each in resource_endpoints(resource) if each.operation.method == "GET"]
    for each in sorted(reads, key=lambda found: found.operation.path.count(_OPEN)):
        ids = match_ids(segments(each.operation.path)[1:], rest)
        if ids is not None:
            return each, ids
    raise UsageError(f"{resource} cannot be read at this path{_path_advice(path, reads)}")


def _path_advice(path: str, reads: Collection[Endpoint]) -> str:
    """Return how to correct a path, without the parts that are no numbers: one may be a patient's name."""
    name, *rest = segments(path)
    templates = [segments(each.operation.path)[1:] for each in reads]
    for template in templates:
        wrong = _wrong_ids(template, rest)
        if wrong and not _is_misspelled(rest, templates):
            example = "/".join("48" if part.startswith(_OPEN) else part for part in template)
            return f": {' and '.join(wrong)} must be a number, as in {name}/{example}"
    known = [each.operation.path.strip("/") for each in reads]
    if any(len(template) == len(rest) for template in templates):
        return f"; {suggestion(_with_placeholders(path), known)}"
    amount = "many" if len(rest) > max(map(len, templates)) else "few"
    return f": it has too {amount} parts; there are {', '.join(known)}"


def _wrong_ids(template: list[str], segments: list[str]) -> list[str]:
    """Return the ids that are no numbers in a path; none if it differs from the template elsewhere, too."""
    if len(template) != len(segments):
        return []
    pairs = list(zip(template, segments, strict=True))
    if any(part.lower() != segment.lower() for part, segment in pairs if not part.startswith(_OPEN)):
        return []
    return [part[1:-1] for part, segment in pairs if part.startswith(_OPEN) and not segment.isdecimal()]


def _is_misspelled(segments: list[str], templates: list[list[str]]) -> bool:
    """Return whether a word in a path looks like one that there is at its place."""
    return any(
        suggestion(segment, [part]).startswith("did you mean")
        for template in templates
        for part, segment in zip(template, segments, strict=False)
        if not part.startswith(_OPEN) and not segment.isdecimal() and part.lower() != segment.lower()
    )


def _with_placeholders(path: str) -> str:
    return "/".join("{Num}" if each.isdecimal() else each for each in segments(path))
