"""The page and its parts as HTML. Pure: all texts of the database are escaped by `markup`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Final

from odapi_async.mirror.texts import counted
from odapi_async.watch import svg
from odapi_async.watch.data import (
    LATE,
    VERY_LATE,
    Cell,
    Details,
    Level,
    PaceLine,
    Problem,
    TableLine,
    View,
    WorkerLine,
)
from odapi_async.watch.markup import Html, element, join, practice_url, time, to_html

LETTERS: Final = {
    Level.CURRENT: "",
    Level.LATE: "L",
    Level.VERY_LATE: "V",
    Level.FIRST_COPY: "1",
    Level.DISABLED: "-",
}
"""What a cell shows beside its color."""

FAILING: Final = "!"
_MEANINGS: Final = {
    Level.CURRENT: f"up to {LATE:g} intervals old",
    Level.LATE: f"up to {VERY_LATE:g} intervals old",
    Level.VERY_LATE: "older than that",
    Level.FIRST_COPY: "the first copy is not complete",
    Level.DISABLED: "not read",
}
_TILES: Final = 60  # practices that are shown with their names
_MOST_NAMES: Final = 5
_MOST_WORKERS: Final = 50
_HEAD: Final = Html(
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
    '<link rel="icon" href="static/watch.svg"><link rel="stylesheet" href="static/watch.css">'
)


def page(parts: Sequence[Html], version: str, opened: Html) -> Html:
    """Return the whole page.

    Args:
        parts: as_of, alarm, summary, problems, grid, pace and workers, in this order.
        version: the version of the parts, from which the script asks for changes.
        opened: the details of a practice, or nothing.
    """
    as_of, alarm, summary, problems, grid, pace, workers = parts
    return join(
        (
            _HEAD,
            Html('<script src="static/watch.js" defer></script>'),
            # a browser without scripts loads the page again
            Html('<noscript><meta http-equiv="refresh" content="30"></noscript>'),
            Html("<title>odapi watch</title></head>"),
            Html(f'<body data-version="{version}"><header><h1>odapi watch</h1>'),
            *(as_of, Html("</header><main>"), element("p", id="connection", role="status"), alarm, summary),
            *(opened, problems),
            Html('<section aria-labelledby="practices"><h2 id="practices">Practices</h2>'),
            *(Html('<a class="skip" href="#pace">Skip the practices</a>'), grid, legend()),
            *(Html("</section>"), pace, workers, Html("</main></body></html>")),
        )
    )


def notice(title: str, text: str, *, forward: bool = False) -> Html:
    """Return a page with one sentence.

    Args:
        title: its heading.
        text: its text.
        forward: whether the browser goes on to the page by itself.
    """
    refresh = Html('<meta http-equiv="refresh" content="0;url=./">' if forward else "")
    link = element("p", Html('<a href="./">Continue</a>')) if forward else Html("")
    body = element("main", element("h1", title), element("p", text), link)
    return join((_HEAD, refresh, element("title", title), Html("</head>"), element("body", body)))


def as_of(at: dt.datetime) -> Html:
    """Return the line with the time for which the page is true."""
    return element("p", "as of ", time(at, seconds=True), id="as-of")


def alarm(at: dt.datetime, *, failing: bool) -> Html:
    """Return the line that says that the database cannot be read, which is hidden if it can."""
    text = join(("The database cannot be read. This is the state of ", at)) if failing else ""
    return element("p", text, id="alarm", role="alert", hidden=not failing)


def summary(view: View) -> Html:
    """Return the line with the counts."""
    counts = Counter(each.level for each in view.cells)
    parts = [f"{counts[level]:,} {level}" for level in Level if counts[level]]
    failing = sum(bool(each.failing) for each in view.cells)
    if failing:
        parts.append(f"{failing:,} failing")
    if view.reading is not None:
        parts.append(f"{view.reading:,} read now")
    total = f"{view.title}: {counted(len(view.cells), 'practice')}"
    text = f"{total}, {', '.join(parts)}" if parts else f"{total} yet"
    return element("p", text, id="summary", data_title=f"{failing:,} failing" if failing else view.title)


def problems(found: Sequence[Problem]) -> Html:
    """Return what needs a person."""
    heading = element("h2", "What needs a person")
    if not found:
        return element("section", heading, element("p", "Nothing."), id="problems")
    items = element("ul", *(element("li", *_problem(each)) for each in found))
    return element("section", heading, items, id="problems")


def cell(found: Cell, number: int, *, tile: bool) -> Html:
    """Return one practice of the grid.

    Args:
        found: the practice.
        number: its position.
        tile: whether its name is shown; otherwise it is the title of a square.
    """
    classes = found.level.replace(" ", "-") + (" failing" if found.failing else "")
    mark = element("b", f"{LETTERS[found.level]}{FAILING if found.failing else ''}", aria_hidden="true")
    label = label_of(found)
    content = (mark, element("span", found.practice)) if tile else (mark,)
    name = {"aria_label": label} if tile else {}
    href = practice_url(found.practice)
    return element("a", *content, class_=classes, id=f"c{number}", href=href, title=label, **name)


def label_of(found: Cell) -> str:
    """Return a practice of the grid in words."""
    age = f", {found.age}" if found.age else ""
    failing = f", {found.failing}" if found.failing else ""
    return f"{found.practice}: {found.level}{age} (interval {found.target}){failing}"


def grid(cells: Sequence[Html]) -> Html:
    """Return the grid of practices."""
    if not cells:
        return element("div", element("p", "No practice yet."), id="grid")
    return element("div", *cells, id="grid", class_="tiles" if is_tiled(len(cells)) else "squares")


def is_tiled(practices: int) -> bool:
    """Return whether the grid shows the names of its practices."""
    return practices <= _TILES


def legend() -> Html:
    """Return the meaning of the colors and letters."""
    items = [
        element("li", _sample(level.replace(" ", "-"), LETTERS[level]), f"{level}: {meaning}")
        for level, meaning in _MEANINGS.items()
    ]
    items.append(element("li", _sample("current failing", FAILING), "failing, whatever its color"))
    return element("ul", *items, class_="legend", aria_label="Legend")


def pace(line: PaceLine) -> Html:
    """Return the requests of the last hour."""
    top = svg.scale_of(max((*line.requests, *line.allowed), default=0.0))
    limit = ("; dashed: the limit",) if line.allowed else ()
    ends = element("p", "an hour ago", element("span", line.end), class_="axis")
    return element(
        "section",
        element("h2", "Requests per minute"),
        element("p", f"{svg.in_words(line)}. Top of the picture: {top:,.0f}", *limit),
        svg.picture(line),
        ends,
        id="pace",
        tabindex="-1",
    )


def workers(found: Sequence[WorkerLine] | None) -> Html:
    """Return the workers of a fleet; nothing for a single mirror."""
    if found is None:
        return element("section", id="workers", hidden=True)
    heading = element("h2", "Workers")
    if not found:
        return element("section", heading, element("p", "None in the last day."), id="workers")
    silent_first = sorted(found, key=lambda each: not each.silent)
    items = [element("li", *_worker(each)) for each in silent_first[:_MOST_WORKERS]]
    return element("section", heading, element("ul", *items), *_more(len(found), _MOST_WORKERS), id="workers")


def details(found: Details) -> Html:
    """Return the details of a practice."""
    facts = [join((element("dt", each.name), element("dd", each.value))) for each in found.facts]
    content = [
        element("h2", found.practice, tabindex="-1"),
        Html('<a class="close" href="./">Close</a>'),
        element("dl", *facts),
    ]
    if found.tables:
        head = element("tr", *(element("th", each, scope="col") for each in ("table", "current at", "error")))
        body = element("tbody", *map(_table_row, found.tables))
        content.append(element("div", element("table", element("thead", head), body), class_="wide"))
    return element("section", *content, id="details")


def no_details(practice: str | None = None) -> Html:
    """Return the empty place for details; with a name, that there is no such practice."""
    if practice is None:
        return element("section", id="details", hidden=True)
    close = Html('<a class="close" href="./">Close</a>')
    heading = element("h2", "There is no such practice", tabindex="-1")
    return element("section", heading, close, element("p", practice), id="details")


def _problem(found: Problem) -> tuple[str, ...]:
    parts: list[str] = [element("strong", found.words)]
    if found.since is not None:
        parts += [" since ", time(found.since)]
    if found.practices:
        names = join((_link(each) for each in found.practices[:_MOST_NAMES]), ", ")
        parts += [", ", counted(len(found.practices), "practice"), ": ", names]
        parts += _more(len(found.practices), _MOST_NAMES)
    return (*parts, element("p", found.advice))


def _link(practice: str) -> Html:
    return element("a", practice, href=practice_url(practice))


def _more(total: int, most: int) -> list[str]:
    return [f" + {total - most:,} more"] if total > most else []


def _worker(found: WorkerLine) -> tuple[str, ...]:
    busy = f": {found.slices:,} of {counted(found.concurrency, 'practice')}, odapi-async {found.version}, "
    if not found.silent:
        return (found.name, busy, "working")
    return (found.name, busy, element("strong", f"silent for {found.silent}"), "; others take over")


def _table_row(found: TableLine) -> Html:
    read = time(found.read_at) if found.read_at else to_html("not complete")
    since = join((" (since ", found.failing_since, ")")) if found.failing_since else Html("")
    return element("tr", element("td", found.table), element("td", read), element("td", found.error, since))


def _sample(classes: str, letter: str) -> Html:
    return element("span", element("b", letter), class_=f"sample {classes}", aria_hidden="true")
