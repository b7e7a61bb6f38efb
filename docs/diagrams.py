"""Draws the diagrams of docs/, such as call.svg of architecture.md and ways.svg of ways.md.

`python docs/diagrams.py` writes them. They are 440 units wide, so that they can be read on a phone, and have
a background of their own, so that they can be read in dark mode, too.
"""
# ruff: noqa: INP001 - it is in the folder of its pages, which is not a package

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
WIDTH: Final = 440

_STYLE: Final = """\
.card { fill: #ffffff; stroke: #d0d7de }
.box { fill: #eef4fb; stroke: #1b6ca8; stroke-width: 1.5 }
.bad { fill: #fdf1f2; stroke: #d1495b; stroke-width: 1.5 }
.group { fill: none; stroke: #2e933c; stroke-width: 2; stroke-dasharray: 6 4 }
.line { fill: none; stroke: #57606a; stroke-width: 1.5 }
.head { fill: #57606a }
text { fill: #1f2328; font: 13px system-ui, sans-serif }
.name { font-weight: 600 }
.note { fill: #57606a; font-size: 12px }
@media (prefers-color-scheme: dark) {
.card { fill: #161b22; stroke: #30363d }
.box { fill: #10243a; stroke: #58a6ff }
.bad { fill: #341a1e; stroke: #ff7b86 }
.group { stroke: #56d364 }
.line { stroke: #9da7b1 }
.head { fill: #9da7b1 }
text { fill: #e6edf3 }
.note { fill: #9da7b1 }
}"""


def picture(title: str, about: str, height: int, parts: Sequence[str]) -> str:
    """Return a whole SVG file.

    Args:
        title: a short name, for readers that cannot see the picture.
        about: what the picture shows, for them.
        height: its height; the width is always the same.
        parts: its elements.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title about">\n'
        f'<title id="title">{escape(title)}</title>\n<desc id="about">{escape(about)}</desc>\n'
        f"<style>\n{_STYLE}\n</style>\n"
        f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def box(x: int, y: int, width: int, name: str, *notes: str, kind: str = "box") -> str:
    """Draw a box with a name and lines of notes; its height is 26, and 16 more for each note."""
    height = 28 + 16 * len(notes)
    lines = "".join(text(x + 10, y + 35 + 16 * number, note, "note") for number, note in enumerate(notes))
    shape = f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'
    return shape + text(x + 10, y + 19, name, "name") + lines


def text(x: int, y: int, words: str, kind: str = "", anchor: str = "start") -> str:
    """Write a line of text; y is its baseline."""
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


def arrow(*points: tuple[int, int]) -> str:
    """Draw a line through points, with a head at its end."""
    (before_x, before_y), (x, y) = points[-2:]
    dx, dy = (x > before_x) - (x < before_x), (y > before_y) - (y < before_y)
    back_x, back_y = x - 8 * dx, y - 8 * dy
    head = f"{x},{y} {back_x + 4 * dy},{back_y + 4 * dx} {back_x - 4 * dy},{back_y - 4 * dx}"
    path = "M" + "L".join(f"{each_x} {each_y}" for each_x, each_y in [*points[:-1], (back_x, back_y)])
    return f'<path class="line" d="{path}"/><polygon class="head" points="{head}"/>'


def call() -> str:
    """Draw the path of a call."""
    steps = (
        ("1  Check", "parameters against the types"),
        ("2  Wait", "in the lane of this key"),
        ("3  Send", "once; begins an interval"),
        ("4  Judge", "a body, or an error?"),
        ("6  Decode", "bytes to typed rows"),
    )
    fails = (
        "InvalidRequest",
        "WaitTooLong, QueueFull",
        "ConnectFailed",
        "Throttled, NotFound …",
        "DecodeError",
    )
    parts = [text(36, 30, "await practice.patients.get(48)", "name"), arrow((66, 38), (66, 56))]
    tops = (56, 124, 192, 260, 408)
    for (name, note), error, top in zip(steps, fails, tops, strict=True):
        parts += [box(36, top, 214, name, note), text(280, top + 27, error, "note")]
        parts.append(arrow((250, top + 22), (274, top + 22)))
    parts += [arrow((66, top + 44), (66, top + 68)) for top in (*tops[:3], 260)]
    parts += [
        box(
            36,
            328,
            280,
            "5  Retry or raise",
            "safe: again, at the head of the queue",
            "else: raise it, or OutcomeUnknown",
        ),
        arrow((36, 358), (16, 358), (16, 146), (36, 146)),
        arrow((238, 304), (238, 316), (334, 316), (334, 396), (238, 396), (238, 408)),
        text(342, 362, "success", "note"),
        arrow((66, 452), (66, 476)),
        text(36, 494, "Patient(PatNum=48, …)", "name"),
    ]
    about = (
        "A call is checked, waits in its lane, is sent once, and is judged. A failure that is safe to repeat "
        "goes back to the lane; a write that may have been executed raises OutcomeUnknown. A body is decoded."
    )
    return picture("The path of a call", about, 512, parts)


def lane() -> str:
    """Draw a lane."""
    parts = [text(20, 28, "The lane of one customer key", "name")]
    for number, (name, share, waiters) in enumerate(
        (("INTERACTIVE", 16, 1), ("NORMAL", 4, 3), ("BULK", 1, 6))
    ):
        y = 44 + 40 * number
        parts.append(text(20, y + 19, name, "note"))
        parts += [
            f'<rect class="box" x="{212 - 20 * each}" y="{y + 4}" width="16" height="20" rx="3"/>'
            for each in range(waiters)
        ]
        parts += [
            arrow((232, y + 14), (260, y + 14), (260, 98), (282, 98)),
            text(236, y + 9, f"{share}", "note"),
        ]
    parts += [
        box(282, 72, 72, "slot", "one only"),
        arrow((354, 94), (384, 94)),
        text(388, 98, "office", "name"),
        text(20, 182, "The lane chooses at the last moment, 16 : 4 : 1.", "note"),
        text(20, 198, "In each queue, flows take turns.", "note"),
        text(20, 226, "Time", "name"),
        arrow((20, 262), (424, 262)),
    ]
    for x, word in ((30, "send"), (130, "send"), (230, "429"), (388, "send")):
        kind = "bad" if word == "429" else "box"
        parts += [
            f'<rect class="{kind}" x="{x}" y="246" width="12" height="32" rx="3"/>',
            text(x + 6, 296, word, "note", "middle"),
        ]
    parts += [
        text(86, 256, "interval", "note", "middle"),
        text(186, 256, "interval", "note", "middle"),
        text(315, 256, "pause (Retry-After)", "note", "middle"),
        text(20, 322, "The interval runs from the moment of sending. After a 429", "note"),
        text(20, 338, "its request goes back to the head of its queue.", "note"),
    ]
    about = (
        "Three queues, INTERACTIVE, NORMAL and BULK, which are served 16 to 4 to 1, lead to one slot, and "
        "from there to the office. Below, time: requests are one interval apart, and a 429 pauses the lane."
    )
    return picture("A lane", about, 354, parts)


def page() -> str:
    """Draw the path of a page of the mirror."""
    parts = [
        box(20, 20, 400, "Request", "GET /patients, 100 rows, from the cursor on"),
        arrow((60, 64), (60, 84)),
        box(20, 84, 400, "Decode", "typed rows; the page must overlap the one before"),
        arrow((60, 128), (60, 168)),
        '<rect class="group" x="10" y="148" width="420" height="174" rx="8"/>',
        text(420, 164, "one transaction", "note", "end"),
        box(20, 172, 400, "Rows", "insert or update, by practice and id"),
        box(20, 222, 400, "Cursor", "the next page; fails if another process has moved it"),
        box(20, 272, 400, "Counts", "for status and the watch page"),
        arrow((60, 322), (60, 350)),
        box(20, 350, 400, "Next page", "is fetched already while this one is written"),
        text(20, 418, "kill -9 before the commit: this page is requested again.", "note"),
        text(20, 436, "kill -9 after the commit: the next page is requested.", "note"),
    ]
    about = (
        "A page is requested and decoded. Its rows, the cursor and the counts are written in one "
        "transaction, so that a program that is killed neither loses nor skips a page."
    )
    return picture("A page of the mirror", about, 452, parts)


def event() -> str:
    """Draw the path of an event of an office."""
    steps = (
        (86, "Who is it?", "compares the key, before the body is read", "401"),
        (154, "Is it whole?", "JSON, size and time within their limits", "400 …"),
        (222, "Store", "the rows that have not come before", "503"),
    )
    parts = [
        box(20, 16, 400, "Office", "polls its tables, and posts what has changed"),
        arrow((52, 60), (52, 86)),
        text(62, 77, "POST, with the customer key", "note"),
    ]
    for top, name, note, status in steps:
        parts += [box(20, top, 304, name, note), arrow((324, top + 22), (352, top + 22))]
        parts.append(text(358, top + 26, status, "name"))
    parts += [arrow((52, 130), (52, 154)), arrow((52, 198), (52, 222))]
    parts += [
        text(358, 284, "sent again", "note"),
        arrow((52, 266), (52, 330)),
        arrow((186, 266), (186, 296)),
        text(196, 290, "200: on disk", "note"),
        '<rect class="group" x="10" y="308" width="420" height="146" rx="8"/>',
        text(420, 324, "later, in any process", "note", "end"),
        box(20, 330, 304, "Handle", "your code; nobody else gets the event now"),
        arrow((52, 374), (52, 402)),
        text(62, 392, "done", "note"),
        box(20, 402, 180, "Done", "kept for 7 days"),
        arrow((260, 374), (260, 402)),
        text(268, 392, "error", "note"),
        box(220, 402, 200, "Wait", "1 s to 1 h; 10 tries"),
        arrow((380, 402), (380, 352), (324, 352)),
    ]
    about = (
        "An office posts what has changed. The receiver compares the key before it reads the body, checks "
        "the body, stores the rows that have not come before, and only then answers 200; after any other "
        "status the office sends again. A handler takes the event later; after an error it waits and comes "
        "again."
    )
    return picture("The path of an event", about, 468, parts)


def step() -> str:
    """Draw the path of a step of a journal."""
    steps = (
        (16, "Look", "is the row at the office?"),
        (84, "Note", "what will be sent, and the ids that are there"),
        (152, "Send", "once"),
        (220, "Compare and note", "what the office has, and the id"),
    )
    parts = [box(20, top, 304, name, note) for top, name, note in steps]
    parts += [arrow((52, top + 44), (52, top + 68)) for top, _, _ in steps[:3]]
    parts += [
        arrow((324, 38), (352, 38)),
        text(358, 34, "adopted or", "note"),
        text(358, 50, "Conflict", "name"),
        text(62, 212, "answered", "note"),
        arrow((300, 196), (300, 206), (352, 206)),
        text(358, 210, "refused", "note"),
        '<rect class="group" x="10" y="284" width="420" height="150" rx="8"/>',
        text(420, 300, "after a kill or a lost response", "note", "end"),
        box(20, 308, 304, "Look again", "when nothing can be on its way any more"),
        arrow((72, 352), (72, 380)),
        box(20, 380, 120, "One new row", "it is this one"),
        arrow((210, 352), (210, 380)),
        box(152, 380, 120, "None", "send it again"),
        arrow((310, 352), (310, 380)),
        box(284, 380, 136, "Several", "Ask: a person looks", kind="bad"),
    ]
    about = (
        "A step looks whether its row is at the office: an equal one is adopted, another one is a conflict. "
        "Else it notes what it is about to send, sends it once, compares what the office has, and notes the "
        "id. After a kill or a lost response it looks again: one new equal row is its own, none means "
        "that it is sent again, and several are a question."
    )
    return picture("The path of a step", about, 448, parts)


def verify() -> str:
    """Draw how a write is verified."""
    parts = [
        box(20, 16, 400, "Write", "sent once; the office answers with success"),
        arrow((52, 60), (52, 86)),
        box(20, 86, 230, "Compare the answer", "each field that was sent;", "another value: NotKept"),
        arrow((250, 116), (300, 116)),
        box(300, 94, 120, "Row", "all are kept"),
        arrow((52, 146), (52, 180)),
        text(62, 168, "the answer lacks a field", "note"),
        box(20, 180, 230, "Read the row", "one request"),
        arrow((250, 202), (300, 202)),
        box(300, 180, 120, "NotVerified", "it failed", kind="bad"),
        arrow((52, 224), (52, 250)),
        box(20, 250, 230, "Compare the row", "the fields that are left"),
        arrow((250, 272), (300, 272)),
        box(300, 250, 120, "NotKept", "another value", kind="bad"),
        arrow((52, 294), (52, 320)),
        box(20, 320, 230, "Row", "all are kept"),
    ]
    about = (
        "A write is sent once. If the office answers with success, each field that was sent is compared with "
        "the answer. If a field is not in the answer, the row is read. If the read fails, the error is "
        "NotVerified. If a value differs, it is NotKept. Otherwise the call returns its row."
    )
    return picture("How a write is verified", about, 380, parts)


def ways() -> str:
    """Draw how a way is chosen."""
    tops = (118, 190, 262)
    probed = (
        ("Service", "on the office's server", "answers"),
        ("Local", "Open Dental on a workstation", "answers"),
        ("Remote", "the internet; not probed", "taken"),
    )
    parts = [
        text(20, 28, "await practice.patients.list()", "name"),
        arrow((52, 36), (52, 52)),
        box(20, 52, 260, "Is a way kept?", "and not in doubt"),
        arrow((52, 96), (52, 118)),
        text(62, 112, "no: probe, once for all callers", "note"),
        '<path class="line" d="M280 74L410 74"/>',
        text(288, 68, "yes", "note"),
    ]
    for top, (name, note, outcome) in zip(tops, probed, strict=True):
        parts += [
            box(20, top, 260, name, note),
            f'<path class="line" d="M280 {top + 22}L410 {top + 22}"/>',
            text(288, top + 16, outcome, "note"),
        ]
        if top < tops[-1]:
            parts += [
                arrow((52, top + 44), (52, top + 72)),
                text(62, top + 62, "nobody answers, or offline", "note"),
            ]
    parts += [
        arrow((410, 74), (410, 338)),
        box(20, 338, 400, "The call", "all its attempts, all pages of its list: one way"),
        arrow((52, 382), (52, 410)),
        box(
            20,
            410,
            400,
            "It failed: not sent, no response, 5xx",
            "the way is in doubt; the next call looks again",
            kind="bad",
        ),
        text(20, 478, "A refused key raises KeyRefused and goes no further.", "note"),
        text(20, 494, "A better way is probed again now and then, beside a call.", "note"),
    ]
    about = (
        "Before a call: if a way is kept and not in doubt, the call takes it. Otherwise the ways are probed "
        "in their order, service, local and remote, once for all callers, and the first that answers is "
        "kept. The call keeps its way. If it fails, the next call looks again."
    )
    return picture("The choice of a way", about, 510, parts)


def booking() -> str:
    """Draw how an opening is taken."""
    parts = [
        box(20, 16, 290, "Read the day", "schedules, blockouts, appointments"),
        arrow((310, 38), (336, 38)),
        text(342, 34, "Taken", "name"),
        text(342, 50, "no write", "note"),
        arrow((52, 60), (52, 104)),
        text(62, 86, "open", "note"),
        '<rect class="group" x="10" y="92" width="420" height="244" rx="8"/>',
        text(420, 108, "is not cancelled", "note", "end"),
        box(20, 112, 290, "Create", "POST /appointments, once"),
        arrow((310, 134), (336, 134)),
        text(342, 138, "lost: look", "note"),
        arrow((52, 156), (52, 184)),
        box(20, 184, 290, "Read the day again", "until the second of the entry is over"),
        arrow((52, 228), (52, 256)),
        text(62, 246, "it overlaps with an earlier entry", "note"),
        box(20, 256, 290, "Break ours", "theirs is left alone", kind="bad"),
        arrow((310, 278), (336, 278)),
        text(342, 282, "Taken", "name"),
        arrow((310, 206), (406, 206), (406, 366), (310, 366)),
        text(320, 198, "it is alone", "note"),
        box(20, 344, 290, "Appointment(AptNum=120, …)", "nobody contests it any more"),
    ]
    about = (
        "Take reads the day. If the time is open, it creates the appointment once and reads the day again. "
        "If an appointment that was entered earlier overlaps, ours is broken and Taken is raised. Otherwise "
        "the appointment is returned. From the write on, a cancellation waits."
    )
    return picture("How an opening is taken", about, 404, parts)


def max_age() -> str:
    """Draw which responses are cached."""
    parts = [
        text(20, 28, "max_age = 30", "name"),
        text(20, 68, "reads", "note"),
        text(20, 150, "write", "note"),
        text(20, 232, "cache", "note"),
        arrow((72, 262), (428, 262)),
        text(428, 280, "time", "note", "end"),
    ]
    for x, width, name, kind in ((72, 44, "GET", "box"), (132, 58, "again", "card"), (196, 76, "GET", "box")):
        parts.append(box(x, 50, width, name, kind=kind))
    parts += [
        box(222, 132, 80, "PUT", kind="bad"),
        box(336, 50, 44, "GET"),
        *(arrow((x, 78), (x, 212)) for x in (94, 358)),
        arrow((158, 212), (158, 80)),
        '<rect class="group" x="94" y="214" width="128" height="26" rx="4"/>',
        text(104, 232, "30 s at most", "note"),
        '<rect class="group" x="358" y="214" width="66" height="26" rx="4"/>',
        arrow((222, 160), (222, 212)),
        text(230, 190, "drops it", "note"),
        text(230, 232, "nothing", "note"),
        text(204, 44, "not cached", "note"),
    ]
    about = (
        "A GET is sent, and its response is cached. The same read again is answered with it. "
        "A PUT drops it. A GET that was in flight while the PUT ran is not cached. The next GET is sent, and "
        "its response is cached."
    )
    return picture("Which responses are cached", about, 296, parts)


def money() -> str:
    """Draw where the amounts of an estimate come from."""
    questions = (
        (60, "Received, Supplemental?", "InsPayAmt and WriteOff count"),
        (132, "NotReceived?", "InsPayEst and WriteOff of the claim"),
        (204, "One Estimate, worked out?", "InsEstTotal and WriteOffEst"),
    )
    parts = [
        text(20, 28, "for each insurance and procedure", "name"),
        arrow((52, 36), (52, 60)),
    ]
    for top, name, note in questions:
        parts += [
            box(20, top, 270, name, note),
            f'<path class="line" d="M290 {top + 22}L400 {top + 22}"/>',
            text(298, top + 16, "yes", "note"),
            arrow((52, top + 44), (52, top + 72)),
            text(62, top + 62, "no", "note"),
        ]
    parts += [
        text(20, 322, "An override wins over an estimate.", "note"),
        box(20, 276, 270, "missing says why", kind="bad"),
        arrow((400, 82), (400, 346)),
        box(
            20,
            346,
            400,
            "patient",
            "fee less what all insurances pay and write off;",
            "None if one is missing",
        ),
        arrow((340, 304), (340, 346)),
        '<path class="line" d="M290 290L340 290L340 310"/>',
    ]
    about = (
        "For each insurance and procedure: if there are payments, they count. Else, if the claim was sent, "
        "its amounts count. Else, if there is one estimate that the office has worked out, it counts, and an "
        "override wins over it. Else the amount is missing. The patient pays the fee less what insurances "
        "pay and write off; if one amount is missing, the patient's share is not known."
    )
    return picture("Where the amounts of an estimate come from", about, 422, parts)


DRAWINGS: Final = {
    "booking.svg": booking,
    "call.svg": call,
    "event.svg": event,
    "lane.svg": lane,
    "max-age.svg": max_age,
    "mirror-page.svg": page,
    "money.svg": money,
    "step.svg": step,
    "verify.svg": verify,
    "ways.svg": ways,
}
"""The functions that draw, by the file that each fills."""

if __name__ == "__main__":
    for name, draw in DRAWINGS.items():
        (FOLDER / name).write_text(draw(), encoding="utf-8")
