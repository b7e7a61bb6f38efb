"""An operation as a value: its flags, its path with ids, and its version."""

import pytest

from odapi_async._core.operation import Method, Operation, is_newer
from odapi_async.errors import InvalidRequest


def operation(
    method: Method = "GET", path: str = "/x", *, read_only: bool = False, idempotent: bool = True
) -> Operation[object]:
    return Operation(method, path, object, since="21.1", read_only=read_only, idempotent=idempotent)


@pytest.mark.parametrize(
    ("one", "repeatable", "writes"),
    [
        (operation("GET"), True, False),
        (operation("PUT"), True, True),
        (operation("DELETE"), True, True),
        (operation("POST"), False, True),
        (operation("PUT", idempotent=False), False, True),
        (operation("PUT", read_only=True), True, False),
    ],
)
def test_idempotent_and_read_only_follow_from_the_method(
    one: Operation[object], repeatable: bool, writes: bool
) -> None:
    assert (one.idempotent, not one.read_only) == (repeatable, writes)


def test_its_name_is_method_and_path() -> None:
    assert operation("PUT", "/patients/{PatNum}").name == "PUT /patients/{PatNum}"


def test_ids_fill_the_path_in_order() -> None:
    one = operation("GET", "/a/{ANum}/b/{BNum}")
    assert one.format_path((4, 5)) == "/a/4/b/5"
    assert operation().format_path(()) == "/x"


@pytest.mark.parametrize(
    ("key", "what"),
    [
        (0, "zero or less"),
        (-5, "zero or less"),
        (True, "bool"),
        ("Xyzzy", "str"),
        (5.0, "float"),
        (None, "NoneType"),
    ],
)
def test_an_id_is_a_positive_whole_number(key: int, what: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        operation("GET", "/patients/{PatNum}").format_path((key,))
    assert str(raised.value) == f"PatNum: must be a positive whole number, not {what}"


@pytest.mark.parametrize("ids", [(), (4, 5)])
def test_there_are_as_many_ids_as_the_path_needs(ids: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="argument 2 is"):
        operation("GET", "/patients/{PatNum}").format_path(ids)


@pytest.mark.parametrize(
    ("since", "version", "newer"),
    [
        ("24.4.13", "24.4.12", True),
        ("24.4.13", "24.4.13", False),
        ("24.4.13", "24.4", False),
        ("24.4", "24.3.99", True),
        ("24.10", "24.9", True),
        ("21.1", "24.4", False),
        ("25.1", "24.4.13", True),
        ("25.4-26.1 (exact build unknown)", "25.3", True),
        ("25.4-26.1 (exact build unknown)", "25.4", False),
        ("25.4.x", "25.3.1", True),
        ("unknown", "21.1", False),
        ("", "21.1", False),
        (None, "21.1", False),
    ],
)
def test_versions_are_compared_number_by_number(since: str | None, version: str, newer: bool) -> None:
    assert is_newer(since, version) is newer
