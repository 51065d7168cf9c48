"""What stands in the cells of a table: numbers, however they are written; nothing; or words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from lstm_viz.inputs.sequence import number
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import short

Row = tuple[int, list[str]]  # the line, and its cells
Missing = Literal["ask", "skip", "hold"]  # what is done with a row where a number is missing
NOTHING = ("", "na", "n/a", "nan", "none", "null", "?", "-", "--", "—", ".", "#n/a", "#n/a n/a")
WAYS = "--missing skip leaves such rows out, --missing hold repeats the number before"

CURRENCY = r"(?:US\$|HK\$|[$€£¥￥元]|USD|EUR|CNY|RMB|CHF)"
SPACES = "'’\u00a0\u202f\u2009 "  # that separate thousands
DIGITS = (
    r"\d+(?:[.,]\d*)?|[.,]\d+|\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d{1,3}(?:\.\d{3})+(?:,\d*)?"
    rf"|\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?:[.,]\d*)?"
)
WRITTEN = re.compile(
    rf"(?P<open>\()?(?P<before>{CURRENCY})? ?(?P<sign>[-+−])?(?P<again>{CURRENCY})? ?"
    rf"(?P<digits>{DIGITS}) ?(?P<scale>[KkMBT]|万亿|万|亿)? ?(?P<behind>{CURRENCY}|%)?(?(open)\))"
)
SCALES = {"k": "e3", "m": "e6", "b": "e9", "t": "e12", "万": "e4", "亿": "e8", "万亿": "e12"}
MARKS = ".,"
GROUPED = {mark: re.compile(rf"[1-9]\d{{0,2}}(\{mark}\d{{3}})+") for mark in MARKS}
# Full-width digits, and what stands among them in a number, a date or a time.
NARROW = {0xFF01 + k: 0x21 + k for k in range(94)} | {0x3000: 0x20, 0x2212: 0x2D}
FULL_WIDTH = re.compile(
    r"(?=.*\d)(?=.*[０-９．－＋])[０-９．，－＋％：／　\d.,+%:/ 年月日时分秒万亿元¥￥$-]+"
)
# Signs around a number, in the order of the groups above.
AROUND = ("before", "again", "behind")


def half_width(cell: str) -> str:
    """A number or a date in full-width signs, `１２．５`, as Python reads it; else as it is."""
    return cell.translate(NARROW) if FULL_WIDTH.fullmatch(cell) else cell


def is_number(cell: str) -> bool:
    """Whether Python reads it as one, nan and inf among them."""
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def is_written(cell: str) -> bool:
    """Whether it is a number in some country's way of writing: `$1,234.50`, `3.576,16`, `1.2M`."""
    return is_number(cell) or bool(WRITTEN.fullmatch(cell))


def is_missing(cell: str) -> bool:
    """Whether it stands for a number that is not there."""
    return cell.lower() in NOTHING


def is_zero(cell: str) -> bool:
    """Whether it is a nought, however it is written: `0`, `0.00`, `$0,00`."""
    return "0" in cell and is_written(cell) and not re.search("[1-9]", cell)


# ---------------------------------------------------------------------------- notations


class _Mark(NamedTuple):
    """What a column tells of its decimal mark, and the cell that tells it."""

    mark: str
    line: int
    cell: str


def plain(path: str, names: list[str], body: list[Row], chosen: Iterable[int]) -> str:
    """Write the numbers of these columns as 1234.5, in place; the words say what was decided.

    The decimal mark follows from the cells of a column, or else from those of the others. Raises
    `InputError`, with the line, where nothing tells it, and where a column has two.
    """
    chosen = list(chosen)
    if all(_is_plain(body, k) for k in chosen):
        return ""
    columns = [k for k in chosen if 2 * sum(is_written(c[k]) for _, c in body) > _there(body, k)]
    told = {k: _decimal(path, names[k], body, k) for k in columns}
    known = {each.mark for each in told.values() if each}
    others = known.copy().pop() if len(known) == 1 else "?" if known else ""
    for k, found in told.items():
        _rewrite(path, names[k], body, k, found.mark if found else others)
    return "a comma is the decimal mark" if "," in known else ""


def _is_plain(body: list[Row], k: int) -> bool:
    return all(is_number(cells[k]) or is_missing(cells[k]) for _, cells in body)


def _there(body: list[Row], k: int) -> int:
    return sum(not is_missing(cells[k]) for _, cells in body)


def _decimal(path: str, name: str, body: list[Row], k: int) -> _Mark | None:
    """Which of point and comma ends the whole part in a column, if a cell tells it."""
    found: _Mark | None = None
    for line, cells in body:
        match = WRITTEN.fullmatch(cells[k])
        mark = _told(match["digits"]) if match else ""
        if mark and found and mark != found.mark:
            raise InputError(
                f"{path}, line {line}, column {short(name)}: {short(cells[k])!r} has another"
                f" decimal mark than {short(found.cell)!r} (line {found.line}): write both alike"
            )
        found = found or (_Mark(mark, line, cells[k]) if mark else None)
    return found


def _told(digits: str) -> str:
    """The decimal mark that digits tell; nothing for `1,234`, and for digits alone."""
    marks = [each for each in digits if each in MARKS]
    if not marks:
        return ""
    if len(set(marks)) == 2 or any(space in digits for space in SPACES):
        return marks[-1]
    other = "," if marks[0] == "." else "."
    if GROUPED[marks[0]].fullmatch(digits):
        return other if len(marks) > 1 else ""
    return marks[0]


def _rewrite(path: str, name: str, body: list[Row], k: int, mark: str) -> None:
    around: tuple[str, ...] | None = None
    for line, cells in body:
        match = WRITTEN.fullmatch(cells[k])
        if not match:
            continue
        signs = tuple(sorted(match[each] or "" for each in AROUND))
        if around not in (None, signs) and float(re.sub(r"\D", "", match["digits"])):
            raise InputError(
                f"{path}, line {line}, column {short(name)}: {short(cells[k])!r} has another unit"
                " than the numbers above: write them alike, or choose other columns"
            )
        around = around or signs
        cells[k] = _number_text(match, mark, f"{path}, line {line}, column {short(name)}")


def _number_text(match: re.Match[str], mark: str, where: str) -> str:
    """A number as Python writes it; `InputError` where its comma may be either."""
    digits = match["digits"].translate({ord(space): None for space in SPACES})
    open_ = mark in ("", "?") and "," in digits
    if open_ or (mark == "?" and GROUPED["."].fullmatch(digits)):
        whole = re.sub("[.,]", "", digits)
        raise InputError(
            f"{where}: {short(match[0])!r} may be {whole} or {digits.replace(',', '.')}: write it"
            " with a point, or choose other columns"
        )
    thousands = "." if mark == "," else ","
    digits = digits.replace(thousands, "").replace(",", ".")
    minus = "-" if match["sign"] in ("-", "−") or match["open"] else ""
    return f"{minus}{digits}{SCALES.get((match['scale'] or '').lower(), '')}"


# ---------------------------------------------------------------------------- numbers


def numbers(
    path: str, names: list[str], body: list[Row], chosen: list[int], missing: Missing | None
) -> Iterator[tuple[int, list[float]]]:
    """(row, its numbers) of each row that stays; what is `missing` is skipped, held, or refused."""
    before: list[float] = []
    for k, (line, cells) in enumerate(body):
        row = []
        for place, column in enumerate(chosen):
            cell, where = cells[column], f"{path}, line {line}, column {short(names[column])}"
            if not is_missing(cell) or missing in (None, "ask"):
                row.append(_number(cell, where, missing))
            elif missing == "hold":
                if not before:
                    raise InputError(f"{where}: a number is missing, and there is none before it")
                row.append(before[place])
        if len(row) == len(chosen):
            before = row
            yield k, row


def _number(cell: str, where: str, missing: Missing | None) -> float:
    try:
        return number(cell, where)
    except InputError as error:
        if missing == "ask" and is_missing(cell):
            raise InputError(f"{error}; {WAYS}") from None
        raise


def stamps(body: list[Row], columns: list[int]) -> tuple[str, ...]:
    """The first of these columns that has another text in each row."""
    for k in columns:
        texts = {cells[k] for _, cells in body}
        if len(texts) == len(body) and "" not in texts:
            return tuple(cells[k] for _, cells in body)
    return ()
