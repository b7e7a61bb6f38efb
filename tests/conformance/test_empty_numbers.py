"""A new row of the sandbox has -1 where the API says with it that there is no number."""

from odapi_async.sandbox import Office, Sandbox
from tests.conformance import catalogue
from tests.support.checks import all_checks

KEY = "harbour"


def test_a_new_row_has_no_number_where_none_was_entered() -> None:
    sandbox = Sandbox([Office(customer_key=KEY)])
    found = [each for each in catalogue.quirks() if each.quirk == "-1 stands for empty"]
    assert len(found) >= 6
    with all_checks() as checks:
        for quirk in found:
            name = quirk.resource.lower()
            row_id = sandbox.add_row(KEY, name, {})
            (row,) = (each for each in sandbox.rows(KEY, name) if row_id in each.values())
            for field in quirk.fields:
                with checks.named(f"{name}.{field}"):
                    assert row[field] == -1
