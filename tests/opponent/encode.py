"""The wire form of rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from tests.opponent.dotnet import render
from tests.opponent.reference import Field, Json, Row, Value

OFFSET: Final = timedelta(hours=-8)
"""The office's clock against UTC."""

US_DATE: Final = "M/d/yyyy"
US_DATETIME: Final = "M/d/yyyy h:mm:ss tt"


def office_now() -> datetime:
    """Return the wall-clock time of the office."""
    return datetime(2026, 11, 27, 9, 30, 5)


@dataclass(frozen=True)
class Formats:
    dates: str = "yyyy-MM-dd"
    datetimes: str = "yyyy-MM-dd HH:mm:ss"

    def write_date(self, value: date) -> str:
        return render(datetime.combine(value, time()), self.dates, OFFSET)

    def write_datetime(self, value: datetime) -> str:
        return render(value, self.datetimes, OFFSET)


def encode(
    row: Row, fields: Iterable[Field], formats: Formats, number: int, *, read: bool
) -> dict[str, Json]:
    """Write a row; `number` decides on irregular forms, and reads have misspelled names."""
    encoded: dict[str, Json] = {}
    for field in fields:
        name = field.aliases[0] if read and field.aliases else field.name
        value = office_now() if field.name == "serverDateTime" else row.get(field.name)
        form = irregular(field, number)
        encoded[name] = write(value, formats) if form is None else write_as(form, value, field, formats)
    return encoded


def irregular(field: Field, number: int) -> str | None:
    """Choose a form of those that examples show; the regular one, too, if only some rows differ."""
    if not field.wire:
        return None
    always = ("numeric-string", "True/False", "us-date", "us-datetime", "real-bool", "comma-list")
    forms: list[str | None] = list(field.wire)
    if not any(form in always for form in field.wire):
        forms.append(None)
    return forms[number % len(forms)]


def write(value: Value, formats: Formats) -> Json:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return formats.write_datetime(value) if isinstance(value, datetime) else formats.write_date(value)
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, list):
        return [*value]
    if isinstance(value, time):
        return value.isoformat()
    return "-01:00:00" if value is None else value


def write_as(form: str, value: Value, field: Field, formats: Formats) -> Json:
    """Write a value in one of the irregular forms that the reference lists."""
    if form == "empty-string":
        return ""
    if form in ("us-date", "us-datetime", "date"):
        return write_moment(form, value, formats)
    if form == "numeric-string":
        return numeric_text(value, field)
    if form == "comma-list" and isinstance(value, list):
        return ",".join(map(str, value))
    if form == "int" and isinstance(value, str):
        return field.enum.index(value) if field.enum else int(value) if value.isdecimal() else value
    if isinstance(value, int | float):
        forms: dict[str, Json] = {
            "whole-number": int(value),
            "real-bool": bool(value),
            "True/False": str(value),
        }
        return forms[form]
    raise ValueError(f"the reference has a new form: {form} of {field.name}")


def one_line(text: str) -> str:
    """Write line breaks as spaces, as the serializer of the API does."""
    return text.replace("\r\n", " ").replace("\r", " ").replace("\n", " ")


def numeric_text(value: Value, field: Field) -> str:
    if isinstance(value, list):
        return str(value[0])
    return f"{value:.2f}" if field.type == "float" else str(value)


def write_moment(form: str, value: Value, formats: Formats) -> str:
    """Write a moment in the style of the United States, or a datetime without its time."""
    if isinstance(value, datetime):
        if form == "date":
            return formats.write_date(value.date())
        return Formats(datetimes=US_DATETIME).write_datetime(value)
    if isinstance(value, date):
        return Formats(dates=US_DATE).write_date(value)
    raise ValueError(f"the reference has a new form: {form}")
