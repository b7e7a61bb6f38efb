"""Fuzzing of everything that reads what others have written: `nox -s fuzz`."""
