"""Keys by name from what a terminal sends: b"\\x1b[C" is "right"."""

from __future__ import annotations

import re

NAMES = {
    b"A": "up",
    b"B": "down",
    b"C": "right",
    b"D": "left",
    b"H": "home",
    b"F": "end",
    b"1~": "home",
    b"7~": "home",
    b"3~": "delete",
    b"4~": "end",
    b"8~": "end",
    b"5~": "page up",
    b"6~": "page down",
}
SINGLE = {
    " ": "space",
    "\r": "enter",
    "\n": "enter",
    "\t": "tab",
    "\x7f": "backspace",
    "\b": "backspace",
}
_SEQUENCE = re.compile(rb"\x1b(?:\[([0-9;?<]*)([ -/]*[@-~])|O(.))", re.DOTALL)
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;?<]*[ -/]*|O)?")


def decode(sent: bytes, more: bool = False) -> tuple[list[str], bytes]:
    """The names of the keys, and what may be the beginning of another (where `more` may come)."""
    keys: list[str] = []
    while sent:
        if match := _SEQUENCE.match(sent):
            numbers, last, other = match.groups()
            final = other or (numbers.split(b";")[0] + last if last == b"~" else last)
            keys.append(NAMES.get(final, ""))
            sent = sent[match.end() :]
        elif more and _UNFINISHED.fullmatch(sent):
            return [key for key in keys if key], sent
        elif sent[0] == 0x1B:
            keys.append("escape")
            sent = sent[1:]
        else:
            letter = sent.decode("utf-8", "ignore")[:1]
            keys.append(SINGLE.get(letter, letter if letter.isprintable() else ""))
            sent = sent[max(len(letter.encode()), 1) :]
    return [key for key in keys if key], b""
