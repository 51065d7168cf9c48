"""Pictures below each other, cut into pages of so many rows."""

from __future__ import annotations

from collections.abc import Iterable

from lstm_viz.pictures.kinds import Picture
from lstm_viz.terminal.paper import Paper, least, lines, stretches
from lstm_viz.terminal.rows import Row

LEAST = 4  # rows on a page that goes on


def pages(pictures: Iterable[Picture], paper: Paper) -> list[list[Row]]:
    """Pages of at most the paper's height; what can stretch fills the rest of a page.

    A picture begins a new page where less than half a page is left and it needs more; a longer one
    goes over several, cut at an empty row where there is one.
    """
    found: list[list[Row]] = [[]]
    for picture in pictures:
        left = paper.height - len(found[-1])
        if stretches(picture):
            if found[-1] and left < least(picture) + 2:
                found.append([])
                left = paper.height
            rows = list(lines(picture, paper.sized(paper.width, left)))
        else:
            rows = list(lines(picture, paper.sized(paper.width, 0)))
        if left < len(rows) <= paper.height and left < paper.height / 2:
            found.append([])
        _put(rows, found, paper)
    return [_from_the_top(page) for page in found if _filled(page)] or [[]]


def _from_the_top(page: list[Row]) -> list[Row]:
    while not page[0].plain.strip():
        page = page[1:]
    return page


def _put(rows: list[Row], found: list[list[Row]], paper: Paper) -> None:
    """Rows at the end of the last page, and on new ones; none of these begins with empty rows."""
    while rows:
        left = paper.height - len(found[-1])
        cut = len(rows) if len(rows) <= left else _cut(rows, left)
        found[-1] += [row.stripped() for row in rows[:cut]]
        rows = rows[cut:]
        if rows:
            while rows and not rows[0].plain.strip():
                rows = rows[1:]
            found.append([])


def _cut(rows: list[Row], most: int) -> int:
    """Where to cut: below the last empty row in the lower half of the page, if there is one.

    Else so that more than a row or two are left for the next page.
    """
    empty = (k for k in range(most, most // 2, -1) if not rows[k - 1].plain.strip())
    return next(empty, max(min(most, len(rows) - LEAST), 1))


def _filled(page: list[Row]) -> bool:
    return any(row.plain.strip() for row in page)
