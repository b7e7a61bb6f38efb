"""The rows of an office, made from structs and examples, with ids that lead to rows that are there."""

from datetime import datetime, time, timedelta
from functools import cache
from typing import Final

from tests.opponent.reference import Field, Resource, Row, Value, example_rows, quirks, resources

FEW: Final = 12
FIRST_DAY: Final = datetime(2024, 1, 8, 8, 15, 30)
NO_DATE: Final = datetime(1, 1, 1)

Table = dict[int, Row]


@cache
def owners() -> dict[str, str]:
    """Return for each primary key the resource with its rows."""
    return {resource.primary_key: resource.resource for resource in resources() if resource.primary_key}


@cache
def tables() -> dict[str, str]:
    """Return for each table of the database the resource with its rows."""
    return {resource.db_table: resource.resource for resource in resources() if resource.db_table}


@cache
def sentinels(resource: str) -> frozenset[str]:
    """Return the fields of a resource that the reference shows without a value: minimum dates and -1."""
    found = [
        quirk.field or "" for quirk in quirks() if quirk.resource == resource and quirk.kind == "sentinel"
    ]
    return frozenset(name for names in found for name in names.split(", "))


@cache
def texts(resource: str) -> dict[str, list[str]]:
    """Return the texts that examples show, by field."""
    found: dict[str, list[str]] = {}
    for row in example_rows(resource):
        for name, value in row.items():
            if isinstance(value, str) and value not in found.setdefault(name, []):
                found[name].append(value)
    return found


@cache
def foreign_keys(resource: str) -> dict[str, str]:
    """Return the resource that each foreign key of a resource leads to."""
    (described,) = (one for one in resources() if one.resource == resource)
    found = {name: owners()[name] for name in described.fields if name in owners()}
    for operation in described.operations:
        for parameter in operation.query + operation.body:
            table = (parameter.fk or "").partition(".")[0]
            if table in tables():
                found[parameter.name] = tables()[table]
    return found


class Office:
    """The database of one office.

    Args:
        counts: Number of rows of single resources; the others have few.
    """

    def __init__(self, **counts: int) -> None:
        self.counts = tuple(counts.items())
        self.tables: dict[str, Table] = {}

    def table(self, resource: Resource) -> Table:
        name = resource.resource
        if name not in self.tables:
            numbers = range(1, dict(self.counts).get(name, FEW) + 1)
            self.tables[name] = {number: dict(first_row(name, number, self.counts)) for number in numbers}
        return self.tables[name]

    def add(self, resource: Resource, given: Row) -> Row:
        table = self.table(resource)
        number = max(table, default=0) + 1
        table[number] = {**first_row(resource.resource, number, self.counts), **stored(resource, given)}
        return table[number]


@cache
def first_row(resource: str, number: int, counts: tuple[tuple[str, int], ...]) -> Row:
    """Return a row as it is before the first write; every office with the same counts has it."""
    (described,) = (one for one in resources() if one.resource == resource)
    owners_of = foreign_keys(resource)
    row: Row = {}
    for name, field in described.fields.items():
        if name == described.primary_key:
            row[name] = number if field.type == "int" else f"key{number}"
        elif name in owners_of and field.type == "int":
            row[name] = (number * 5) % dict(counts).get(owners_of[name], FEW) + 1
        elif number % 3 == 0 and name in sentinels(resource):
            row[name] = nothing(field)
        else:
            row[name] = plain(resource, field, number)
    return row


def nothing(field: Field) -> Value:
    match field.type:
        case "date":
            return NO_DATE.date()
        case "datetime":
            return NO_DATE
        case "int" | "float":
            return -1
        case _:
            return None


def plain(resource: str, field: Field, number: int) -> Value:
    """Return a value of a field's type that differs from row to row."""
    moment = FIRST_DAY + timedelta(days=number, minutes=number * 7)
    members = field.enum or texts(resource).get(field.name) or [f"{field.name} {number}"]
    by_type: dict[str, Value] = {
        "int": number % 7,
        "float": number * 10 + (number % 4) / 4,
        "bool": number % 2 == 0,
        "date": moment.date(),
        "datetime": moment,
        "time": time(8 + number % 9, 10, 5),
        "list[int]": [number % 5 + 1, (number + 1) % 5 + 1],
        "str": members[number % len(members)],
    }
    return by_type[field.type]


def stored(resource: Resource, given: Row) -> Row:
    """Return the values of a body that a row keeps."""
    fields = resource.fields
    return {
        name: on_a_day(value) if isinstance(value, time) and fields[name].type == "datetime" else value
        for name, value in given.items()
        if name in fields and value is not None
    }


def on_a_day(value: time) -> datetime:
    """Return a time of day as the date and time that it is read back as."""
    return datetime.combine(FIRST_DAY.date(), value)
