"""Frames as files: text, SVG, HTML, and a recording that asciinema plays. None asks for a network.

write_frames(file, "svg", frames, width=80)        # of (what it says, rows), below each other
file.writelines(frames_page(frames, 80, 2, 500))   # one at a time, by the keys
write_recording(file, frames, size, speed=2)       # version 2 of the asciicast format
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html import escape
from typing import IO

from lstm_viz.files.page import page
from lstm_viz.terminal.painter import ENTER, Painter
from lstm_viz.terminal.rows import TRUECOLOUR, Row, columns

Frame = tuple[str, list[Row]]  # what it says in words, and its rows

WIDE, HIGH, MARGIN, BASELINE = 8.43, 17, 14, 13  # of a character, in pixels
LIGHT = {"ground": "#ffffff", "ink": "#1c1c1c", "quiet": "#6e6e6e"}
DARK = {"ground": "#15181d", "ink": "#ececec", "quiet": "#9a9a9a"}
FONTS = "ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,'WenQuanYi Zen Hei Mono',monospace"
ENDINGS = ("txt", "svg", "html")


def write_frames(file: IO[str], ending: str, frames: Iterable[Frame], width: int) -> None:
    """All frames below each other, as text or as one picture."""
    if ending == "txt":
        for k, (_, rows) in enumerate(frames):
            file.write("\n" * (k > 0) + "".join(f"{row.plain.rstrip()}\n" for row in rows))
    else:
        file.write(svg(list(frames), width))


def frames_page(
    frames: Iterable[Frame], width: int, first: int, pause: int, lang: str = "en"
) -> Iterator[str]:
    """A page of one frame at a time, the `first` one at first; its title is what that one says."""
    found = list(frames)
    told = ((said, svg([(said, rows)], width)) for said, rows in found)
    return page(told, found[first][0], lang=lang, first=first, pause=pause)


def write_recording(
    file: IO[str], frames: Iterable[Frame], size: tuple[int, int], speed: float, title: str
) -> None:
    """So many frames a second, each as what a terminal is sent."""
    painter = Painter(*size, TRUECOLOUR)
    head = {"version": 2, "width": size[0], "height": size[1], "title": title}
    file.write(json.dumps(head, ensure_ascii=False) + "\n")
    k = 0
    for k, (_, rows) in enumerate(frames, 1):
        sent = (ENTER if k == 1 else "") + painter.paint(rows)
        file.write(json.dumps([round((k - 1) / speed, 3), "o", sent], ensure_ascii=False) + "\n")
    file.write(json.dumps([round(k / speed, 3), "o", ""]) + "\n")  # the last one stays as long


# ---------------------------------------------------------------------------- SVG


def svg(frames: list[Frame], width: int) -> str:
    """Frames below each other on a background that is light or dark as its viewer is."""
    wide = round(width * WIDE + 2 * MARGIN)
    heights = [len(rows) * HIGH + 2 * MARGIN for _, rows in frames]
    high = sum(heights) + MARGIN * (len(frames) - 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}"'
        f' viewBox="0 0 {wide} {high}" role="img">',
        f"<title>{escape(' '.join(said for said, _ in frames[:3]))}</title>",
        f"<style>{_css()}</style>",
    ]
    top = 0
    for (_, rows), tall in zip(frames, heights, strict=True):
        parts.append(f'<g transform="translate(0,{top})">')
        parts.append(f'<rect class="g" width="{wide}" height="{tall}" rx="6"/>')
        parts += [mark for k, row in enumerate(rows) for mark in _marks(row, MARGIN + k * HIGH)]
        parts.append("</g>")
        top += tall + MARGIN
    return "\n".join([*parts, "</svg>\n"])


def _css() -> str:
    rule = ".g,.r{{fill:{ground}}}.t,.i{{fill:{ink}}}.q{{fill:{quiet}}}"
    return (
        f"text{{font:14px {FONTS};white-space:pre}}.b{{font-weight:bold}}{rule.format(**LIGHT)}"
        f"@media(prefers-color-scheme:dark){{{rule.format(**DARK)}}}"
    )


def _marks(row: Row, top: float) -> Iterator[str]:
    """The runs of a row: a rectangle where the background is another, and the text upon it."""
    place = 0
    for text, style in Row.of(row.runs).runs:
        left, size = MARGIN + place * WIDE, columns(text) * WIDE
        place += columns(text)
        ink, ground, classes = _look(style)
        if ground:
            yield f'<rect x="{left:.2f}" y="{top}" width="{size:.2f}" height="{HIGH}" {ground}/>'
        if text.strip():
            at = f'x="{left:.2f}" y="{top + BASELINE}" textLength="{size:.2f}"'
            yield (
                f'<text {at} lengthAdjust="spacingAndGlyphs" xml:space="preserve"'
                f' class="{classes}"{ink}>{escape(text)}</text>'
            )


def _look(style: str) -> tuple[str, str, str]:
    """Ink and background as attributes, and classes."""
    words = style.split()
    reverse, behind = "reverse" in words, words[words.index("on") + 1] if "on" in words else ""
    colours = [word for word in words if word[0] == "#"]
    colour = next((each for each in colours if each != behind or colours.count(each) > 1), "")
    classes = ["b"] if "bold" in words else []
    if reverse:
        ground = f'fill="{colour}"' if colour else 'class="i"'
        return "", ground, " ".join([*classes, "r"])
    ground = f'fill="{behind}"' if behind else ""
    classes.append("q" if "dim" in words else "t")
    return (f' style="fill:{colour}"' if colour else ""), ground, " ".join(classes)
