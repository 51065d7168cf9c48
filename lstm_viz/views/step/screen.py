"""The screen of `lstm-viz step` on the way forward: one step, one chosen equation.

From the top: the step, one sentence, the sequence with the present step marked, every equation
with its number, the chosen one with its arithmetic, and the memory as a ledger. A large screen has
the wiring and the history of the gates too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import accumulate

from lstm_viz.measures import worked
from lstm_viz.pictures.kinds import (
    Arithmetic,
    Bars,
    Beside,
    Expression,
    Grid,
    Line,
    Picture,
    Stack,
    Sweep,
    Text,
    Wiring,
    Words,
)
from lstm_viz.pictures.numerals import power_of_ten, read
from lstm_viz.views.expressions import kind, named, numbers, partial
from lstm_viz.views.step.heading import (
    LARGE,
    ROOMY,
    heading,
    message,
    scale_label,
    through_time,
)
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.memory_ledger import ledger
from lstm_viz.views.step.products import has_products, product_bars
from lstm_viz.views.step.room import sentence_rows, was_strip
from lstm_viz.views.step.state import State
from lstm_viz.views.step.unit_maps import TIGHT
from lstm_viz.views.wiring.by_hand import by_hand
from lstm_viz.views.wiring.graph import graph_of

WIDEST = 190  # columns from which a wiring of many nodes stands beside the equations
MANY = 20  # nodes
WIRED = 23  # rows that are left to a wiring
TALLEST = 2  # rows of a small column
BLANK = Words(())


def forward(run: LookedAt, state: State, columns: int, rows: int) -> Picture:
    """The picture of a state on a screen of so many columns and rows."""
    hidden = unseen(run, state)
    below = [_ledger(run, state, hidden)]
    if state.terms:
        products = product_bars(run, state, columns)
        below = products if has_products(run, state) else [*below, *products]
    # Of one unit the blank row is above, where the run as it was has it.
    tight = rows < (ROOMY if run.units == 1 else TIGHT)
    left = [equations(run, state, hidden), *(() if tight else (BLANK,)), *below]
    strips, was = through_time(run, state, hidden, rows), was_strip(run, state, hidden, rows)
    return laid_out(run, state, (columns, rows), message, strips, left, tuple(was))


def laid_out(
    run: LookedAt,
    state: State,
    size: tuple[int, int],
    message: Callable[[LookedAt, State], Expression],
    strips: tuple[Picture, ...],
    left: list[Picture],
    was: tuple[Picture, ...] = (),
) -> Stack:
    """What both ways have in common; on a large screen the wiring, and the gates through time.

    The wiring stands on the right; or, where it is large or not placed by hand, below, as wide as
    it gets; a large one is left out where it has too few rows. What `was` without what is held
    stands below the history, and else more of the history, so that holding moves nothing.
    """
    columns, rows = size
    hidden = unseen(run, state)
    said = message(run, state)
    said_rows = sentence_rows(run, state, message, columns)
    head = heading(run, state, columns), Words(said, "strong", rows=said_rows)
    gap = (BLANK,) if rows >= ROOMY else ()
    free = rows - sum(map(_height, (*head, *strips, *was, *gap)))
    spare = free - sum(map(_height, left))
    if columns < LARGE[0] or rows < LARGE[1]:
        past = history(run, state, hidden, spare, was)
        return Stack((*head, Stack((*strips, *past), in_step=True), *gap, *left))
    picture = without(run.wiring(state.t, state.unit, state.back), hidden)
    graph = graph_of(run.cell)
    large = len(graph.parts) > MANY
    wide = min(57 + (columns - 120) // 2 if columns > 120 else 57, 90)
    if large and columns >= WIDEST and free > WIRED:
        wide, large = LARGE[0], False
    if large and spare <= WIRED:
        past = history(run, state, hidden, spare, was)
        return Stack((*head, Stack((*strips, *past), in_step=True), *gap, *left))
    if large or not by_hand((link.start, link.end) for link in graph.links):
        return Stack((*head, Stack((*strips, *was), in_step=True), *gap, *left, BLANK, picture))
    past = history(run, state, hidden, min(spare, free - WIRED), was)
    time = Stack((*strips, *past), in_step=True)
    return Stack(
        (*head, time, *gap, Beside((Stack(tuple(left)), picture), (columns - wide - 3, wide)))
    )


def _height(picture: Picture) -> int:
    """About how many rows a part takes."""
    match picture:
        case Words():
            return picture.rows
        case Grid():
            head = bool(picture.columns or picture.column_title)
            return len(picture.rows) + head + bool(picture.title)
        case Arithmetic():
            return len(picture.lines) + 2
        case Sweep():
            return len(picture.gradients) + 2 + 2 * max(len(g.shares) for g in picture.gradients)
        case Bars():
            return len(picture.bars)
        case Beside():
            return max(map(_height, picture.parts))
    return 1


def unseen(run: LookedAt, state: State) -> frozenset[str]:
    """What is still to be predicted: the chosen line, and all that is computed after it."""
    if not state.hidden:
        return frozenset()
    lines = run.lines(True, state.unit) if state.back else run.computed(state.unit)
    if state.line not in lines:
        return frozenset()
    return frozenset(each.partition("[")[0] for each in lines[lines.index(state.line) :])


# ---------------------------------------------------------------------------- the equations


def equations(run: LookedAt, state: State, hidden: Collection[str]) -> Arithmetic:
    """Every equation of the unit with its result; the chosen one with its numbers."""
    names = run.computed(state.unit)
    lines = tuple(_line(run, state, name, name in hidden) for name in names)
    chosen = names.index(state.line) if state.line in names else len(names)
    return Arithmetic(lines, chosen, run.room(state.unit))


def _line(run: LookedAt, state: State, name: str, hide: bool) -> Line:
    """One equation: the chosen one with its numbers; what is held is not computed by it."""
    t, unit, values = state.t, state.unit, run.values(state.t)
    written: Expression = run.written[name]
    put_in: Expression = ()
    result = float(values[name][unit])
    held = run.is_held(name, t, unit)
    if name == state.line:
        tree = run.cell.equation[name].tree
        found = worked(tree, values, unit, result, read)
        put_in = numbers(run.cell, tree, values, unit, found.digits)
        result = result if held else found.result
    room = (written, put_in) if held else ((), ())
    if held:
        written, put_in = run.say.phrase("held"), ()
    title = run.title_or_before(name, t, unit, state.digits)
    changed = run.before(name, t, unit) is not None
    head = named(run.cell, name), title, written, put_in, result
    return Line(*head, *run.scale(name), hide, changed, room)


def _ledger(run: LookedAt, state: State, hidden: Collection[str]) -> Picture:
    told = hidden, run.say, run.room(state.unit), state.digits
    return ledger(run.trace, state.t, state.unit, run.largest, *told)


# ---------------------------------------------------------------------------- more on a large one


def history(
    run: LookedAt, state: State, hidden: Collection[str], free: int, was: tuple[Picture, ...] = ()
) -> Iterator[Picture]:
    """The gates and the memory through time as small columns, as tall as there is room for.

    In the backward pass the logarithms of the gradients' sizes. Then what `was` without what is
    held; where nothing is, and history is shown, as much more of it as has room in its rows.
    """
    names = [*run.gates(state.unit), *run.tracked(state.unit)]
    grids = [past(run, state, name, name in hidden) for name in names]
    free -= state.back
    heights = [1 + (grid.low < 0) for grid in grids]
    count = sum(below <= free for below in accumulate(heights))
    tall = min(free // max(sum(heights[:count]), 1), TALLEST) if count else 1
    if count and state.back:
        low, high = map(power_of_ten, run.decades)
        words = "gradients through time, log of size, {low} to {high}"
        yield Words(run.say.phrase(words, low=low, high=high), "quiet")
    kept = sum(map(_height, was))
    more = (
        0
        if run.was or not count
        else sum(below * tall <= kept for below in accumulate(heights[count:]))
    )
    yield from (replace(grid, tall=tall) for grid in grids[: count + more])
    blank = kept - tall * sum(heights[count : count + more])
    yield from was if run.was else [Words((), rows=blank)] * (blank > 0)


def past(run: LookedAt, state: State, name: str, hide: bool) -> Grid:
    """One quantity through time; its label says from where to where its columns go."""
    back, unit = state.back, state.unit
    of = "gradient" if back else kind(run.cell, name)
    low, high = run.decades if back else run.scale(name)
    values = run.reached(name, state, hide)[:, unit][None]
    row = Text(partial(name) if back else scale_label(run, name, state.digits), of)
    at = -1, state.t
    grid = Grid((), values, (row,), (), "", low, high, "", back, at, shown="heights")
    return replace(grid, room=run.room(unit, back), lit=state.known(len(run), hide))


def without(picture: Wiring, hidden: Collection[str]) -> Wiring:
    """The wiring without the numbers that are still to be predicted, and without those of steps on
    the way that are the same."""
    if not hidden:
        return picture
    names = {node.key: node.key.partition(".")[0].rstrip("'") for node in picture.nodes}
    secret = {node.value for node in picture.nodes if names[node.key] in hidden}
    nodes = tuple(
        replace(node, value=None, opening=None)
        if names[node.key] in hidden or (not node.label.text and node.value in secret)
        else node
        for node in picture.nodes
    )
    return replace(picture, nodes=nodes)
