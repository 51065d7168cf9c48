"""A bug is in this program: what does its loss look like, what does a check see, where is it?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lstm_viz.measures.bug_cases import Case, scored
from lstm_viz.measures.bugs import BUGS
from lstm_viz.pictures.kinds import (
    Beside,
    Expression,
    Picture,
    Rule,
    Stack,
    Table,
    Text,
    Title,
    Words,
)
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.validation.numbers import brief

TYPED = "Type NAME@STEP, or none where nothing is, and press Enter."
GIVEN = "Answer with --answer NAME@STEP, or --answer none where nothing is."
Exhibit = tuple[str, Table]
ONCE_MORE = "Answer once more, or be told with --solution."
ONCE_MORE_TYPED = "Answer once more, or press Tab twice to be told."
LOOKS = (0, 10, 20, 50, 99)  # updates at which losses are shown
LARGE = 118, 36  # columns and rows from which a screen has all exhibits at once
QUANTITIES = 6  # of a table of gradients, the last ones that are computed forward


def cases(say: Language = ENGLISH) -> Stack:
    """All cases by number: what they are is to be found out."""
    seen = sum(bool(bug.source) for bug in BUGS)
    line = "{n} programs with a bug; of {k} a public report is known"
    words = say.phrase(line, n=str(len(BUGS)), k=str(seen))
    rows = tuple(((Text(f"{k}"),), (Text(bug.cell),)) for k, bug in enumerate(BUGS, 1))
    table = Table((say("case"), say("cell")), rows)
    hint = say.phrase("lstm-viz detective 1 shows the first.")
    return Stack((Title(say("detective"), _plain(words)), Words(()), table, Words(()), Words(hint)))


def typed(
    written: str, error: str, asked: bool, points: tuple[int, int], say: Language = ENGLISH
) -> Stack:
    """The answer as it is typed, what is wrong with it, and the points so far."""
    line = "Your answer: {written}_   {n} of {all} points so far"
    n, most = map(str, points)
    parts = [Words(say.phrase(line, written=written, n=n, all=most), "strong")]
    if error:
        parts.append(Words((Text(error),), "warning"))
    if asked:
        parts.append(Words((Text(say("Press Tab again to be told the solution.")),), "warning"))
    return Stack(tuple(parts))


def desk(
    case: Case, number: int, at: int | None, answer: Picture, verdict: Picture | None, say: Language
) -> Stack:
    """A case at a keyboard: what is typed, what came of it, an exhibit or all, the question."""
    known = exhibits(case, say)
    title = Title(_plain(say.phrase("case {n}", n=str(number))), case.bug.cell)
    parts = [
        Stack((Rule(f"{k}/{len(known)} {name}"), table)) for k, (name, table) in enumerate(known, 1)
    ]
    half = len(parts) // 2
    both = Beside((Stack(tuple(parts[:half])), Stack(tuple(parts[half:]))))
    said = (verdict,) if verdict else ()
    shown = both if at is None else parts[at]
    return Stack((title, answer, *said, shown, *_question(case, say, typing=True)))


def has_room_for_all(columns: int, rows: int) -> bool:
    """Whether all exhibits have room at once, two beside two."""
    return columns >= LARGE[0] and rows >= LARGE[1]


def exhibits(case: Case, say: Language = ENGLISH) -> list[Exhibit]:
    """Loss, check, and values and gradients step by step beside exact ones: a title each."""
    beside = say("largest difference from a right program")
    values, back = _steps(case, say)
    return [
        (say("loss, by update"), _losses(case, say)),
        (say("what its gradient check sees"), _check(case, say)),
        (f"{say('values')}{say(': ')}{beside}", values),
        (f"{say('gradients')}{say(': ')}{beside}", back),
    ]


def evidence(case: Case, number: int, say: Language = ENGLISH) -> Stack:
    """All exhibits, one below the other."""
    name = _plain(say.phrase("case {n}", n=str(number)))
    parts: list[Picture] = [Title(name, case.bug.cell)]
    for title, table in exhibits(case, say):
        parts += [Rule(title), table]
    return Stack((*parts, *_question(case, say)))


def _question(case: Case, say: Language, typing: bool = False) -> tuple[Picture, ...]:
    return (
        Words(()),
        Words((Text(say("Which quantity is wrong first, and at which step?")),), "strong"),
        Words(say.phrase(TYPED if typing else GIVEN)),
        Words(_names(case, say), "quiet"),
    )


def _names(case: Case, say: Language) -> Expression:
    """What an answer may name."""
    cell = case.bug.own
    quantities = [*cell.quantities, *(f"{state}_prev" for state in cell.states)]
    line = "Quantities: {names}. A weight alone, without a step: {weights}."
    return say.phrase(line, names=" ".join(quantities), weights=" ".join(cell.parameters))


def verdict(
    case: Case, answer: tuple[str, int] | None, say: Language = ENGLISH, typing: bool = False
) -> Stack:
    """The score of an answer; the bug, and where it was seen, when it was found or is asked for."""
    parts: list[Picture] = []
    if answer is not None:
        quantity, step = scored(case, *answer)
        points = say.phrase("{n} of 2 points", n=str(quantity + step))
        marks = (("quantity", quantity), ("step", step))
        rows = tuple(
            ((Text(say(name)),), (Text(say("right") if good else say("wrong")),))
            for name, good in marks
        )
        parts += [Rule(_plain(points)), Table(("", ""), rows)]
        if not (quantity and step):
            words = say.phrase(ONCE_MORE_TYPED if typing else ONCE_MORE)
            return Stack((*parts, Words(()), Words(words)))
    name, t = case.first
    parts += [Rule(case.bug.name)]
    if t:
        words = say.phrase("First wrong: {name} at step {step}.", name=name, step=str(t))
    elif name:
        words = say.phrase("First wrong: the gradient of {name}.", name=name)
    else:
        words = say.phrase("No value and no gradient is wrong.")
    parts += [Words(words, "strong"), Words((Text(case.bug.why),))]
    seen = say.phrase("Seen at {source}", source=case.bug.source)
    unknown = (Text(say("No public report of just this was found.")),)
    parts.append(Words(seen if case.bug.source else unknown, "quiet"))
    return Stack(tuple(parts))


def _plain(expression: Expression) -> str:
    return "".join(piece.text for piece in expression if isinstance(piece, Text))


def _losses(case: Case, say: Language) -> Table:
    right, wrong = case.losses()
    rows = []
    for name, losses in ((say("a right program"), right), (say("this program"), wrong)):
        rows.append(((Text(name),), *((Text(brief(losses[k], 4)),) for k in LOOKS)))
    return Table(("", *(f"{k}" for k in LOOKS)), tuple(rows), tuple(range(1, len(LOOKS) + 1)))


def _check(case: Case, say: Language) -> Table:
    rows = tuple(
        (
            (Text(f"d{each.weight}"),),
            (Text(f"{each.seen:.1e}"),),
            (Text(say("passes") if each.passes else say("fails")),),
        )
        for each in case.check
    )
    return Table((say("gradient"), say("relative error"), ""), rows, (1,))


def _steps(case: Case, say: Language) -> Iterator[Table]:
    """Of values and gradients: how far from those of a right program, at each step."""
    cell, steps = case.bug.own, len(case.inputs)
    heads = ("", *(f"{say('step')} {t + 1}" for t in range(steps)))
    columns = tuple(range(1, steps + 1))
    values = [(n, case.trace[n], case.right.trace[n]) for n in cell.quantities[-QUANTITIES:]]
    yield Table(heads, tuple(_row(*each) for each in values), columns)
    names = [*cell.quantities[-QUANTITIES:], *(f"{s}_prev" for s in cell.states)]
    back = [(f"d{n}", case.gradients[n], case.exact[n]) for n in names]
    yield Table(heads, tuple(_row(*each) for each in back), columns)


def _row(name: str, one: np.ndarray, other: np.ndarray) -> tuple[Expression, ...]:
    apart = np.abs(one - other).max(axis=(1, 2))
    return (Text(name),), *((Text(f"{v:.1e}" if v > 1e-9 else "0"),) for v in apart)
