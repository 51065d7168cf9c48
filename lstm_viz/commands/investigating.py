"""What `lstm-viz detective` does: list, show the evidence, or score an answer."""

from __future__ import annotations

from lstm_viz.cells.cell import Cell
from lstm_viz.commands.inquiry import Office
from lstm_viz.measures.bug_cases import Case, case_of
from lstm_viz.measures.bugs import BUGS, bug_of
from lstm_viz.pictures.kinds import Picture
from lstm_viz.pictures.language import LANGUAGES, Language
from lstm_viz.terminal import open_console, show
from lstm_viz.terminal.asking import can_play
from lstm_viz.terminal.watching import watch
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.names import nearest, short
from lstm_viz.views import detective as view

NONE = "none"


def run_detective(name: str | None, answer: str | None, solution: bool, lang: str) -> None:
    """All cases; or one, its evidence, or its verdict."""
    say = LANGUAGES[lang]
    if answer is None and not solution and can_play():
        first = BUGS.index(bug_of(name)) if name else 0
        watch(Office(first, _read, say), say)
        return
    if name is None:
        if answer is not None or solution:
            raise OptionError("which case? lstm-viz detective 1 --answer c@3")
        _show(view.cases(say), say)
        return
    bug = bug_of(name)
    case = case_of(bug)
    if answer is None and not solution:
        _show(view.evidence(case, BUGS.index(bug) + 1, say), say)
        return
    try:
        given = None if answer is None else _read(answer, case)
    except OptionError as error:
        raise OptionError(f"--answer {error}") from None
    _show(view.verdict(case, given, say), say)


def _read(written: str, case: Case) -> tuple[str, int]:
    return read_answer(written, len(case.inputs), case.bug.own)


def read_answer(answer: str, steps: int, cell: Cell) -> tuple[str, int]:
    """`c@3`, `b_o` or `none` as (name, step from 1 or 0)."""
    if answer == NONE:
        return "", 0
    name, at, step = answer.partition("@")
    if name not in (*cell.names, *cell.parameters):
        hint = nearest(name, [*cell.names, *cell.parameters])
        raise OptionError(f"{short(answer)}: there is no {short(name)!r}: {hint}")
    if name in cell.parameters and not at:
        return name, 0
    if not (step.isascii() and step.isdigit() and len(step) < 7 and 1 <= int(step) <= steps):
        raise OptionError(f"{short(answer)}: write {name}@STEP, steps 1 to {steps}")
    return name, int(step)


def _show(picture: Picture, say: Language) -> None:
    show([picture], open_console(), say=say)
