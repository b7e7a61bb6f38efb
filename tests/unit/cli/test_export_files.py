"""The lines of `odapi export` about its files."""

from __future__ import annotations

from odapi_async.cli.export.files import ExportedFile, as_json, as_text
from odapi_async.mirror import LeftOut

EMPTY = LeftOut("patients", "main\x1b", "EstBalance", 2)
FILE = ExportedFile("patients", 12, "files/patients.csv", ["harbour"], [EMPTY])


def test_e4_a_file_with_empty_amounts_says_so() -> None:
    first, second, third = as_text(FILE).splitlines()
    assert first == "patients: 12 rows in files/patients.csv"
    assert second == "patients: rows are missing, because the first copy of harbour is not complete"
    assert third.startswith("patients: 2 values in EstBalance of main")
    assert third.endswith(" are empty, because they are no finite amounts")
    assert third.isprintable()
    assert '"left_out":[{"table":"patients",' in as_json(FILE)


def test_a_complete_file_is_one_line() -> None:
    file = ExportedFile("patients", 12, "files/patients.csv", [])
    assert as_text(file) == "patients: 12 rows in files/patients.csv"
    assert as_json(file) == '{"table":"patients","rows":12,"file":"files/patients.csv","incomplete":[]}'
