"""One step of a run as plain values: what is sent, how it is recognized, and what a row has otherwise."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Generic, TypeVar, cast

import msgspec

from odapi_async._core.comparison import Wanted, compare, wanted_of
from odapi_async._core.operation import Operation
from odapi_async._core.read_back import DELETED
from odapi_async._core.requests import prepare
from odapi_async._core.secret import Secret, without_trace
from odapi_async._wire import decoder_for
from odapi_async._wire.cleaning import row_id_fields
from odapi_async._wire.hints import attributes_of, is_struct
from odapi_async._wire.kept import is_kept
from odapi_async.errors import InvalidRequest, OpenDentalError
from odapi_async.recipes.journal.finding import Finding, Kind, finding_of

T = TypeVar("T")


class Step(Generic[T]):
    """One write of a run. Its repr shows no patient data.

    Args:
        number: its place in the run, from 1 on.
        operation: the write.
        ids: the ids in its path.
        scope: the filters of the list that has the row, if the API does not read the row by its id.
        body: what is sent. It is emptied: error reporters send local variables.

    Attributes:
        resource: the first part of the path.
        finding: how its row is found.
        fields: the wire names of the fields of the row that it writes.

    Raises:
        InvalidRequest: names the parameter and the rule that it breaks.
    """

    def __init__(
        self,
        number: int,
        operation: Operation[T],
        ids: tuple[int, ...],
        scope: Mapping[str, int],
        body: dict[str, object],
    ) -> None:
        sent = Secret({name: body[name] for name in sorted(body)})
        body.clear()
        self.number = number
        self.operation = operation
        if operation.read_only:
            raise InvalidRequest("operation", f"{operation.name} is no write; call it directly")
        if scope and operation.method == "POST":
            raise InvalidRequest("scope", "is for operations that name their row by its id")
        if operation.method == "DELETE" and sent.reveal():
            raise InvalidRequest(next(iter(sent.reveal())), "is not sent with a DELETE")
        if len(ids) != len(operation.id_names):
            raise InvalidRequest("ids", f"{operation.name} has {len(operation.id_names)}, not {len(ids)}")
        self.ids = ids
        self.scope = scope
        self.body = sent
        self.resource = operation.path.split("/")[1]
        self.finding = _usable(finding_of(operation), sent.reveal())
        is_plain = operation.method == "DELETE"
        try:
            prepared = prepare(
                operation, ids, {}, None if is_plain else sent.reveal(), check=True, version=None
            )
        except OpenDentalError as error:
            failure = without_trace(error)
        else:
            self._prepared = prepared
            self._note_wanted()
            return
        raise failure

    def _note_wanted(self) -> None:
        after = self.finding.after.items()
        self._wanted = [
            *wanted_of(self.operation, self._prepared.body),
            *(Wanted(name, name, is_kept, value) for name, value in after),
        ]
        self.fields = frozenset(each.field for each in self._wanted)

    def __repr__(self) -> str:
        return f"<step {self.number}: {self.operation.name}>"

    @property
    def is_ask(self) -> bool:
        """Whether nobody but a person can find out whether it was executed."""
        return self.finding.kind is Kind.ASK or (self.operation.method == "POST" and not self._wanted)

    @property
    def is_identified(self) -> bool:
        """Whether an equal row is the one, also if another program has made it."""
        return self.finding.kind is Kind.IDENTITY

    def digest(self, keyed: Callable[[bytes], str]) -> str:
        """Return what identifies the operation, its ids and its body, and tells nothing about them.

        Args:
            keyed: returns a keyed digest.
        """
        content = [self.operation.method, self._prepared.path, *sorted(self._prepared.query.items())]
        return keyed(repr(content).encode() + b"\n" + (self._prepared.body or b""))

    def differing(self, row: Any, besides: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Return the wire names of the sent fields that a row has otherwise.

        Args:
            row: the row.
            besides: the fields of the row that need not be equal.
        """
        wanted = [each for each in self._wanted if each.field not in besides]
        return tuple(compare(wanted, row, _fields_of(row))[0])

    def has_identity(self, row: Any) -> bool:
        """Return whether a row has the values that identify the one of this step."""
        wanted = {each.name: each for each in self._wanted}
        same = [
            wanted.get(name) or Wanted(name, name, is_kept, default)
            for name, default in self.finding.same.items()
        ]
        return not compare(same, row, _fields_of(row))[0]

    def resembles(self, row: Any) -> bool:
        """Return whether a row may be that of this step, written in a way that nobody knows of.

        A row that has other texts does; one that has another number, date or flag does not. Where money is
        moved, each new row does.
        """
        if self.finding.money:
            return True
        attributes = _attributes(row)
        lost = self.differing(row)
        return all(
            isinstance(getattr(row, attributes[each.field], ""), str)
            for each in self._wanted
            if each.name in lost and each.field in attributes
        )

    def made(self, row_id: int | None) -> T:
        """Return the row as it was sent, for one that cannot be read."""
        returns: Any = self.operation.returns
        if not is_struct(returns):
            return cast("T", None)
        ids = dict.fromkeys(row_id_fields(returns)[:1], row_id or 0)
        sent = Secret({**msgspec.json.decode(self._prepared.body or b"{}", type=dict[str, Any]), **ids})
        return cast("T", decoder_for(returns, {}).row(msgspec.json.encode(sent.reveal())))

    def filters(self) -> dict[str, object]:
        """Return the filters of the list that has the row."""
        sent = self.body.reveal()
        found = {name: sent[field] for name, field in self.finding.by.items() if field in sent}
        return {**found, **self.scope}


def _attributes(row: Any) -> Mapping[str, str]:
    struct = cast("Hashable", type(row))
    return attributes_of(struct)


def _fields_of(row: Any) -> frozenset[str]:
    return frozenset(_attributes(row))


def _usable(finding: Finding, sent: Mapping[str, object]) -> Finding:
    """Return the finding; if a value is missing that identifies the row, only new rows can be it."""
    missing = [name for name, default in finding.same.items() if default is None and not sent.get(name)]
    return finding._replace(kind=Kind.SCOPE) if missing else finding


def id_of(row: Any) -> int | None:
    """Return the id of a row; None if it has none."""
    if not is_struct(type(row)):
        return None
    found = (getattr(row, name, 0) for name in row_id_fields(type(row)))
    return next((each for each in found if isinstance(each, int) and each > 0), None)


def is_deleted(row: Any) -> bool:
    """Return whether a row is marked as deleted, though the API still reads it."""
    name, value = DELETED
    return getattr(row, name, None) == value
