"""Checks of single values against the types of the reference, and their conversion for rows."""

import re
from datetime import date, datetime, time

from tests.opponent.reference import Json, Parameter, Value, quirks
from tests.opponent.refusal import Refusal

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DATETIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)
TIME = re.compile(r"\d{2}:\d{2}:\d{2}", re.ASCII)
INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?", re.ASCII)
INTEGERS = re.compile(r"-?\d+(,-?\d+)*", re.ASCII)
BOOLS = {"true": True, "false": False}


def invalid(parameter: Parameter, form: str | None = None) -> Refusal:
    name = parameter.name
    return Refusal(400, f"{name} format must be {form}." if form else f"{name} is invalid")


def shows_other_type(resource: str, operation: str, field: str) -> bool:
    """Tell whether an example of the reference sends this field as text or as a plain date."""
    return any(
        quirk.kind == "request-type"
        and quirk.resource == resource
        and quirk.operation is not None
        and operation in quirk.operation.split("; ")
        and quirk.field is not None
        and field in quirk.field.split(", ")
        for quirk in quirks()
    )


def read_text(parameter: Parameter, text: str, *, plain_date: bool = False) -> Value:
    """Read a value that travels as text: all of a query, and dates, bools and members in a body."""
    match parameter.type:
        case "bool":
            if text not in BOOLS:
                raise invalid(parameter)
            return BOOLS[text]
        case "date" | "datetime" | "time":
            return read_moment(parameter, text, plain_date=plain_date)
        case "int" | "float":
            form = INTEGER if parameter.type == "int" else NUMBER
            if not form.fullmatch(text):
                raise invalid(parameter)
            return int(text) if parameter.type == "int" else float(text)
        case "list[int]":
            bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
            if not INTEGERS.fullmatch(bare):
                raise invalid(parameter)
            return [int(number) for number in bare.split(",")]
        case "str":
            if parameter.enum and not parameter.enum_open and text not in parameter.enum:
                raise invalid(parameter)
            return text
        case other:
            raise ValueError(f"the reference has a new type: {other}")


def read_moment(parameter: Parameter, text: str, *, plain_date: bool) -> date | time:
    if not text and "empty string" in parameter.remark:
        return date.min
    plain_date = plain_date or "plain date" in parameter.remark
    try:
        if parameter.type == "date":
            if DATE.fullmatch(text):
                return date.fromisoformat(text)
            raise invalid(parameter, "yyyy-MM-dd")
        if parameter.type == "time":
            if TIME.fullmatch(text):
                return time.fromisoformat(text)
            raise invalid(parameter, "HH:mm:ss")
        if DATETIME.fullmatch(text) or (plain_date and DATE.fullmatch(text)):
            return datetime.fromisoformat(text)
    except ValueError:  # the 31st of February
        raise invalid(parameter) from None
    raise invalid(parameter, "yyyy-MM-dd HH:mm:ss")


def read_json(parameter: Parameter, value: Json, *, other_type: bool) -> Value:
    """Read a value of a body; `other_type` if examples of the reference send it in another type, too."""
    if parameter.type.startswith("list["):
        return read_list(parameter, value)
    numeric = parameter.type in ("int", "float")
    if isinstance(value, str) and (other_type or not numeric):
        return read_text(parameter, value, plain_date=other_type)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if parameter.type == "float" or (parameter.type == "int" and isinstance(value, int)):
            return value
        if other_type and parameter.type == "str":
            return str(value)
    raise invalid(parameter)


def read_list(parameter: Parameter, value: Json) -> Value:
    """Read a list of ids; the objects of other lists are checked against their struct."""
    if not isinstance(value, list):
        raise invalid(parameter)
    return [read_item(parameter, item) for item in value] if parameter.type == "list[int]" else None


def read_item(parameter: Parameter, item: Json) -> int:
    if isinstance(item, int) and not isinstance(item, bool):
        return item
    raise invalid(parameter)
