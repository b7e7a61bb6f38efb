"""The parts of the page, each with the version in which it last changed. Pure."""

from __future__ import annotations

from typing import Final

from odapi_async.watch import render
from odapi_async.watch.data import Cell, Level, View
from odapi_async.watch.markup import Html

MOST: Final = 5_000
"""Practices that the grid shows; if there are more, those that are late or fail come first."""

_GRID: Final = "grid"
_ORDER: Final = ("as-of", "alarm", "summary", "problems", _GRID, "pace", "workers")


class Board:
    """Renders views, and knows what changed since an earlier version: an open page gets only that.

    Attributes:
        version: grows with every view; 0 before the first one.
    """

    def __init__(self) -> None:
        self.version = 0
        self._view: View | None = None
        self._parts: dict[str, tuple[int, Html]] = {}
        self._cells: list[Cell] = []
        self._rendered: list[tuple[int, Html]] = []
        self._names_changed = 0

    def show(self, view: View) -> None:
        """Take a new view."""
        self.version += 1
        self._view = view
        self._put("as-of", render.as_of(view.at))
        self._put("alarm", render.alarm(view.at, failing=False))
        self._put("summary", render.summary(view))
        self._put("problems", render.problems(view.problems))
        self._put("pace", render.pace(view.pace))
        self._put("workers", render.workers(view.workers))
        self._put_cells(shown(view.cells))

    def show_failure(self) -> None:
        """Show that there is no newer view, because the database cannot be read."""
        if self._view is not None:
            self.version += 1
            self._put("alarm", render.alarm(self._view.at, failing=True))

    def parts(self) -> list[Html]:
        """Return all parts, in the order of the page."""
        return [self._grid() if name == _GRID else self._parts[name][1] for name in _ORDER]

    def changes(self, after: int) -> dict[str, Html]:
        """Return the parts that changed after a version, by the ids of their elements."""
        found = {name: html for name, (version, html) in self._parts.items() if version > after}
        if self._names_changed > after:
            return found | {_GRID: self._grid()}
        cells = enumerate(self._rendered)
        return found | {f"c{number}": html for number, (version, html) in cells if version > after}

    def _grid(self) -> Html:
        return render.grid([html for _, html in self._rendered])

    def _put(self, name: str, html: Html) -> None:
        known = self._parts.get(name)
        if known is None or known[1] != html:
            self._parts[name] = (self.version, html)

    def _put_cells(self, cells: list[Cell]) -> None:
        tile = render.is_tiled(len(cells))
        if [each.practice for each in cells] != [each.practice for each in self._cells]:
            self._names_changed = self.version
            self._rendered = [
                (self.version, render.cell(each, number, tile=tile)) for number, each in enumerate(cells)
            ]
        else:
            for number, (before, each) in enumerate(zip(self._cells, cells, strict=True)):
                if before != each:
                    self._rendered[number] = (self.version, render.cell(each, number, tile=tile))
        self._cells = cells


def shown(cells: tuple[Cell, ...]) -> list[Cell]:
    """Return the practices that the grid shows, sorted by name."""
    if len(cells) <= MOST:
        return list(cells)
    unproblematic = (Level.CURRENT, Level.DISABLED)
    worst_first = sorted(cells, key=lambda each: not each.failing and each.level in unproblematic)
    return sorted(worst_first[:MOST])
