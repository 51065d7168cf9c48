"""Is somebody's own cell right, and if it is not, where does it first differ, and why?"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_viz.exercises.check_report import EXACT, Found, Report, Slope
from lstm_viz.exercises.numbers import told
from lstm_viz.measures.edits import Edit
from lstm_viz.measures.mistaken import SECONDS
from lstm_viz.pictures.kinds import Expression, Picture, Rule, Stack, Table, Text, Title, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.validation.numbers import brief

MOST_NAMED = 3


def checked(report: Report, say: Language = ENGLISH) -> Stack:
    """Forward, backward, and the author's own check, one below the other."""
    facts: list[tuple[str, Expression]] = [(say("beside"), (Text(report.cell.name),))]
    if report.executed:
        words = say.phrase("run in a process of its own, for at most {n} seconds", n="20")
        facts.append((say("file"), words))
    parts: list[Picture] = [Title(report.path, "", tuple(facts))]
    parts += _layout(report, say)
    if report.forward is not None:
        parts += [Rule(say("forward")), *_judged(report.forward, say)]
    if report.backward is not None:
        parts += [Rule(say("backward")), *_judged(report.backward, say)]
    parts += _slopes(report, say)
    parts += _numeric(report, say)
    if report.zeros:
        words = say.phrase("Not given, and taken for 0: {names}.", names=", ".join(report.zeros))
        parts += [Words(()), Words(words, "quiet")]
    if report.left:
        words = say.phrase("Not compared: {names}.", names=", ".join(report.left[:12]))
        parts += [Words(()), Words(words, "quiet")]
    return Stack(tuple(parts))


def _layout(report: Report, say: Language) -> Iterator[Picture]:
    """In which order the blocks of weights are read."""
    if not report.in_blocks:
        return
    if not report.layouts:
        yield Words(
            say.phrase(
                "No order of the blocks gives these numbers: they are read in the usual one."
            ),
            "warning",
        )
        return
    orders = "; ".join(" ".join(order) for order in report.layouts[:MOST_NAMED])
    if len(report.layouts) > 1:
        words = say.phrase(
            "These orders of the blocks give the same numbers: {orders}.", orders=orders
        )
    else:
        words = say.phrase("The blocks are in the order {orders}.", orders=orders)
    yield Words(words)


def _judged(judged: Found, say: Language) -> Iterator[Picture]:
    size = f"{judged.largest:.1e}"
    if judged.right:
        yield Words(say.phrase("Right. The largest difference is {size}.", size=size), "strong")
        return
    first = judged.first
    if first is not None:
        name = f"d{first.name}" if first.backward else first.name
        place = str(first.unit) if first.column is None else f"{first.unit}, {first.column}"
        where = {"name": f"{name}[{place}]", "value": brief(first.given, 6)}
        if first.step:
            line = "First different: {name} at step {step}, where {value} was given."
            words = say.phrase(line, step=str(first.step), **where)
        else:
            words = say.phrase("First different: {name}, where {value} was given.", **where)
        yield Words(words, "strong")
    yield Words(say.phrase("The largest difference is {size}.", size=size))
    yield from _others(judged, say)
    if judged.found:
        listed = _listed(judged.found, say)
        line = "These are the numbers of a cell with this mistake: {mistake}."
        if judged.some:
            line = (
                "No single mistake that is known here gives all these numbers."
                " This explains some of them: {mistake}."
            )
        yield Words(say.phrase(line, mistake=listed), "strong")
    elif judged.turned:
        line = "Transposed, {names} would be right."
        yield Words(say.phrase(line, names=", ".join(judged.turned)), "strong")
    elif judged.zeros:
        line = "All numbers of {names} are 0."
        yield Words(say.phrase(line, names=", ".join(judged.zeros)), "strong")
    elif judged.cells:
        return
    elif judged.ended:
        line = "The search for the mistake was ended after {n} seconds: give fewer steps."
        yield Words(say.phrase(line, n=f"{SECONDS:g}"), "warning")
    else:
        yield Words((Text(say("No single mistake that is known here gives these numbers.")),))
    if judged.blocks:
        line = "All blocks of {names} are wrong: look at the line that they share."
        yield Words(say.phrase(line, names=", ".join(judged.blocks)), "strong")


def _others(judged: Found, say: Language) -> Iterator[Picture]:
    """The cells whose numbers these are, as they stand or with a mistake."""
    if not judged.cells:
        return
    names = ", ".join(judged.cells)
    if judged.theirs:
        line = "These are the numbers of {name} with this mistake: {mistake}."
        yield Words(say.phrase(line, name=names, mistake=_listed(judged.theirs, say)), "strong")
    else:
        line = "These are just the numbers of another cell: {name}."
        yield Words(say.phrase(line, name=names), "strong")
    line = "Check against it with --cell {name}."
    yield Words(say.phrase(line, name=judged.cells[0]))


def _listed(edits: tuple[Edit, ...], say: Language) -> Text:
    names = list(dict.fromkeys(map(told, edits)))[:MOST_NAMED]
    return Text(say("; or ").join(map(say.mistake, names)))


def _slopes(report: Report, say: Language) -> Iterator[Picture]:
    """The gradients beside the slopes of the author's own forward pass."""
    if not report.slopes:
        return
    by = "a complex step" if report.by == "complex" else "differences"
    yield Rule(say(f"gradients beside {by} of this forward pass"))
    yield _table(report.slopes, say)
    if report.tolerance > EXACT:
        line = "This program rounds as float32 does: a relative error of up to {size} is right."
        yield Words(say.phrase(line, size=f"{report.slopes[0].within:g}"), "quiet")
    right = all(each.right for each in report.slopes)
    if not right:
        yield Words((Text(say("The gradient is not that of this forward pass.")),), "strong")
    elif report.forward is not None and not report.forward.right:
        line = "The gradient is right for this forward pass: only the forward pass differs."
        yield Words((Text(say(line)),), "strong")
    for changed in report.changed:
        function, _, name = changed.partition(": ")
        line = "{function} overwrites its argument {name}: a check that uses it later is misled."
        yield Words(say.phrase(line, function=function, name=name), "warning")


def _numeric(report: Report, say: Language) -> Iterator[Picture]:
    """The author's own check beside the same differences."""
    if not report.numeric:
        return
    yield Rule(say("the file's own check"))
    yield _table(report.numeric, say)
    if all(each.right for each in report.numeric):
        yield Words((Text(say("The check is right.")),), "strong")
    elif report.slopes and all(each.right for each in report.slopes):
        line = "The gradient is right: it is the check that is wrong."
        yield Words((Text(say(line)),), "strong")
    else:
        yield Words((Text(say("The check is wrong.")),), "strong")


def _table(slopes: tuple[Slope, ...], say: Language) -> Table:
    rows: list[tuple[Expression, ...]] = [
        (
            (Text(each.name),),
            (Text(f"{each.error:.1e}"),),
            (Text(say("right") if each.right else say("wrong")),),
        )
        for each in slopes
    ]
    return Table((say("gradient"), say("relative error"), ""), tuple(rows), (1,))
