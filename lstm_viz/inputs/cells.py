"""What stands in the cells of a table: numbers, however they are written; nothing; or words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from lstm_viz.inputs.sequence import number
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import short

Row = tuple[int, list[str]]  # the line, and its cells
Missing = Literal["ask", "skip", "hold"]  # what is done with a row where a number is missing
NOTHING = ("", "na", "n/a", "nan", "none", "null", "?")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
DECIMAL_COMMA = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+")
DATE = re.compile(r"\d+([-/.:T年月 ]\d+)+.*")
WAYS = "--missing skip leaves such rows out, --missing hold repeats the number before"


def is_number(cell: str) -> bool:
    """Whether Python reads it as one, nan and inf among them."""
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def is_missing(cell: str) -> bool:
    """Whether it stands for a number that is not there."""
    return cell.lower() in NOTHING


def without_commas(path: str, names: list[str], body: list[Row], chosen: Iterable[int]) -> None:
    """Write `1,234.5` as 1234.5 in these columns, in place.

    Raises `InputError`, with the line, where a comma may separate thousands or decimals.
    """
    for k in chosen:
        commas = [(line, cells[k]) for line, cells in body if "," in cells[k]]
        if not commas or not all(_has_comma(cell) for _, cell in commas):
            continue
        points = [cell for _, cells in body if (cell := cells[k]) and "." in cell]
        grouped = all(GROUPED.fullmatch(cell) for _, cell in commas)
        plain = any(is_number(cell) for cell in points) or any(c.count(",") > 1 for _, c in commas)
        if not grouped or not (plain or any("." in cell for _, cell in commas)):
            line, cell = commas[0]
            may = f"may be {cell.replace(',', '')} or {cell.replace(',', '.')}: "
            raise InputError(
                f"{path}, line {line}, column {short(names[k])}: {short(cell)!r}"
                f" {may if grouped else 'has a decimal comma: '}write it with a point, or choose"
                " other columns"
            )
        for _, cells in body:
            cells[k] = cells[k].replace(",", "")


def _has_comma(cell: str) -> bool:
    return bool(GROUPED.fullmatch(cell) or DECIMAL_COMMA.fullmatch(cell))


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


def stamps(body: list[Row], columns: list[int]) -> list[str]:
    """What columns of text say of each row: its date and time, else the first column that has
    something different for each."""
    columns = [k for k in columns if all(cells[k] for _, cells in body)]
    dates = [k for k in columns if all(DATE.fullmatch(cells[k]) for _, cells in body)]
    unlike = [k for k in columns if len({cells[k] for _, cells in body}) == len(body)]
    said = dates or unlike[:1]
    return [" ".join(cells[k] for k in said) for _, cells in body] if said else []
