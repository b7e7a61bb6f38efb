"""Checks of the SDK for each kind of quirk in responses. Each check fails with an assertion."""

import json
import re
from typing import Final

from tests.conformance import catalogue, sdk
from tests.conformance.quirk_cases import Case, Struct, every_struct

_TYPED: Final = re.compile(r"(\w+) is (\w+)")


def check_values(case: Case) -> None:
    """A value in an irregular form is decoded in every named response."""
    replies = [*case.replies()]
    for struct, name in replies:
        _check_value(struct, name, case.quirk.example)
    if not replies:
        _check_open_columns(case)


def _check_value(struct: Struct, name: str, sent: object) -> None:
    value, expected = getattr(struct.read(**{name: sent}), name), struct.means(name, sent)
    assert value == expected, f"{struct.name}.{name}"
    assert type(value) is type(expected), f"{struct.name}.{name}"


def _check_open_columns(case: Case) -> None:
    """The columns of a query are returned as they are sent."""
    row = dict.fromkeys(case.quirk.fields, case.quirk.example)
    assert case.operations
    for documented, operation in case.operations:
        assert documented.returns.struct is None
        reader = sdk.decoder_of(operation)
        assert reader.page(json.dumps([row]).encode()) == [row]


def check_sentinel(case: Case) -> None:
    """A minimum date and a -1 that stands for empty are None; other placeholders may be real values."""
    assert [*case.replies()]
    check_values(case)
    if "null date" in case.quirk.quirk or case.quirk.quirk == "-1 stands for empty":
        for struct, name in case.replies():
            assert getattr(struct.read(**{name: case.quirk.example}), name) is None


def check_cross_resource(case: Case) -> None:
    """A field that is sent in several forms is decoded as the documented type in all its structs."""
    (name,) = case.quirk.fields
    structs = [struct for struct in case.structs if name in struct.fields]
    types = {struct.fields[name].type for struct in structs}
    if "different types" in case.quirk.quirk:
        assert len(types) > 1
    for struct in structs:
        number = struct.fields[name].type in {"int", "float"}
        for sent in ["7", 7] if number else ["Normal"]:
            _check_value(struct, name, sent)


def check_case_pair(case: Case) -> None:
    """Names that differ only in case are two fields, each with its own type."""
    if case.everywhere:
        _check_lower_case_is_text()
        return
    types = dict(_TYPED.findall(case.quirk.quirk))
    sent = {name: 7 if kind == "int" else f"text of {name}" for name, kind in types.items()}
    assert set(sent) == set(case.quirk.fields)
    for struct in case.structs:
        row = struct.read(**sent)
        assert {name: getattr(row, name) for name in sent} == sent


def _check_lower_case_is_text() -> None:
    for struct in every_struct():
        hints = sdk.hints_of(struct.cls)
        for name in hints:
            partner = name[0].upper() + name[1:]
            if partner != name and partner in hints:
                assert hints[name].kind is str, f"{struct.name}.{name}"


def check_case_variant(case: Case) -> None:
    """Each spelling is used where the reference uses it."""
    if case.everywhere:
        _check_spellings(case)
        return
    spaces = [set(sdk.parameters_of(operation)) for _, operation in case.operations]
    spaces += [set(sdk.hints_of(struct.cls)) for struct in case.structs]
    for name in case.quirk.fields:
        having = [space for space in spaces if name in space]
        assert having, name
        assert {each for space in having for each in space if each.lower() == name.lower()} == {name}


def _check_spellings(case: Case) -> None:
    _, _, listed = case.quirk.quirk.partition(": ")
    spelt = {name: places for name, _, places in (part.partition(" in ") for part in listed.split("; "))}
    assert set(spelt) == set(case.quirk.fields)
    for name, places in spelt.items():
        for place in places.removesuffix(" and others").split(", "):
            assert name in _names_at(place), f"{name} in {place}"


def _names_at(place: str) -> set[str]:
    """Return the names of a resource's fields, or of an operation's parameters, in the SDK."""
    owner, _, what = place.partition(" ")
    resource = catalogue.resources()[owner]
    found = sdk.implementation(resource)
    if what == "reply":
        return {name for struct in found.structs.values() for name in sdk.hints_of(struct)}
    return set(sdk.parameters_of(found.operations[resource.operation(what).constant]))


def check_described_name(case: Case) -> None:
    """The SDK uses the name on the wire, not the one in the description."""
    names = re.fullmatch(r"described as (\w+), sent as (\w+)", case.quirk.quirk)
    assert names
    for struct in case.structs:
        assert names[2] in sdk.hints_of(struct.cls)
        assert names[1] not in sdk.hints_of(struct.cls)


def check_absent(case: Case) -> None:
    """A field that an operation omits has the empty value of its type."""
    replies = [*case.replies()]
    assert len(replies) == len(case.quirk.fields)
    for struct, name in replies:
        _check_value(struct, name, None)
        assert getattr(struct.read(), name) == struct.means(name, None)


def check_secret(case: Case) -> None:
    """A secret value is decoded and not shown."""
    replies = [*case.replies()]
    assert replies
    for struct, name in replies:
        row = struct.read(**{name: case.quirk.example})
        assert getattr(row, name) == case.quirk.example
        assert case.quirk.example not in f"{row!r} {row} {row.__rich_repr__()}"
