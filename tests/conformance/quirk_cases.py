"""The operations and structs that a quirk of the reference is about, in the catalogue and in the SDK."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from odapi_async._core.aiohttp_transport import AiohttpTransport
from odapi_async._core.attempt import ClientContext
from odapi_async._core.calls import Calls
from odapi_async._core.lookup import KnownFacts
from odapi_async._core.operation import Operation as SdkOperation
from odapi_async._core.options import PracticeSettings, RequestOptions
from odapi_async._core.requests import PreparedRequest
from odapi_async._core.retry import RetryPolicy, RetryState
from odapi_async._core.secret import Secret
from odapi_async._core.transport import Response
from odapi_async._wire.cleaning import id_fields
from odapi_async._wire.decoder import decoder
from odapi_async.scheduler import Pace, Scheduler
from tests.conformance import catalogue, deviations, sdk
from tests.conformance.catalogue import Field, Operation, Quirk, Resource
from tests.conformance.expectation import meaning

_EVENTS: Final = "Events"


@dataclass(frozen=True)
class Struct:
    """A documented struct and its class in the SDK."""

    resource: Resource
    name: str
    fields: Mapping[str, Field]
    cls: type[Any]

    def read(self, **row: Any) -> Any:
        """Decode a row that is sent together with one in which all fields but the id are missing."""
        row_id = dict.fromkeys(id_fields(self.cls)[:1], 1)
        return decoder(self.cls).page(json.dumps([row_id | row, row_id]).encode())[0]

    def means(self, name: str, sent: Any) -> object:
        """Return the meaning of a field's value."""
        return meaning(deviations.type_of(self.name, self.fields[name]), sent)


@dataclass(frozen=True)
class Case:
    """A quirk with its operations and the structs of their responses."""

    quirk: Quirk

    @cached_property
    def everywhere(self) -> bool:
        return self.quirk.resource == "*"

    @cached_property
    def resource(self) -> Resource:
        # an event contains a row of patients and is decoded as one
        name = "Patients" if self.quirk.resource == _EVENTS else self.quirk.resource
        return catalogue.resources()[name]

    @cached_property
    def operations(self) -> list[tuple[Operation, SdkOperation[Any]]]:
        names = self.quirk.operations
        if self.quirk.resource == _EVENTS or names[0].startswith("struct "):
            return []
        found = sdk.implementation(self.resource)
        documented = map(self.resource.operation, names)
        return [(each, found.operations[each.constant]) for each in documented]

    @cached_property
    def structs(self) -> list[Struct]:
        if self.everywhere:
            return list(every_struct())
        return [struct for struct in structs_of(self.resource) if struct.name in self._struct_names]

    @property
    def _struct_names(self) -> set[str | None]:
        if self.quirk.resource == _EVENTS:
            return {"Patient"}
        named = [each.removeprefix("struct ") for each in self.quirk.operations if each.startswith("struct ")]
        return {*named, *(documented.returns.struct for documented, _ in self.operations)}

    def replies(self) -> Iterator[tuple[Struct, str]]:
        """Yield the fields of responses that the quirk is about."""
        for struct in self.structs:
            yield from ((struct, name) for name in self.quirk.fields if name in struct.fields)

    def requests(self) -> Iterator[tuple[Operation, SdkOperation[Any], Field]]:
        """Yield the parameters that the quirk is about."""
        for documented, operation in self.operations:
            known = documented.parameters
            yield from ((documented, operation, known[name]) for name in self.quirk.fields if name in known)


def structs_of(resource: Resource) -> Iterator[Struct]:
    """Yield the structs of a resource that are rows."""
    found = sdk.implementation(resource)
    for name, fields in resource.rows.items():
        yield Struct(resource, name, {field.name: field for field in fields}, found.structs[name])


def every_struct() -> Iterator[Struct]:
    """Yield the structs of all resources."""
    for resource in catalogue.RESOURCES:
        yield from structs_of(resource)


class Answered(Calls):
    """Calls that send nothing: the server's response is given."""

    __slots__ = ("_answer",)

    def __init__(self, answer: bytes) -> None:
        settings = PracticeSettings(
            base_url="http://localhost/api/v1",
            lane="lane",
            pace=Pace(0.0),
            authorization=Secret("ODFHIR a/b"),
        )
        core = ClientContext(Scheduler(), AiohttpTransport(connect_timeout=1.0), KnownFacts(), RetryPolicy())
        super().__init__(core, settings, RequestOptions())
        self._answer = answer

    async def execute(
        self,
        prepared: PreparedRequest,
        paging: Mapping[str, str] | None = None,
        state: RetryState | None = None,
    ) -> Response:
        return Response(200, {}, self._answer)
