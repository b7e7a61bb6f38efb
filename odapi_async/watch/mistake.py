"""What a log may tell of an error that nobody has foreseen."""

from __future__ import annotations


def described(error: BaseException) -> str:
    """Return the type of an error, and the module and the line that raised it; a message may quote a row."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f" in {trace.tb_frame.f_globals.get('__name__')}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{place}"
