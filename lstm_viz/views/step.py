"""What does each equation compute at each step?

A frame a step, first to last: every equation of one unit as symbols, with its numbers put in, and
its result; below it, in words, what the memory keeps and what is added to it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lstm_viz.cell import PREVIOUS, Cell
from lstm_viz.equations import Name, Tree, factors, terms
from lstm_viz.expressions import SPELLED_OUT, Values, kind, named, numbers, sum_sign, symbols
from lstm_viz.kernels.plain import evaluate
from lstm_viz.pictures import Arithmetic, Expression, Line, Rule, Stack, Text, Title, Value, Words
from lstm_viz.trace import Gradients, Trace

SHOWN_FEATURES = 6  # of x, beside the number of the step


def title(
    trace: Trace, weights: str, inputs: str, unit: int, loss: tuple[str, float] | None = None
) -> Title:
    """What is run: the cell and its size, where weights and inputs are from, and the loss."""
    units = max(trace[name].shape[-1] for name in trace.cell.quantities)
    sizes = (
        _count(units, "unit"),
        _count(trace["x"].shape[-1], "input"),
        _count(len(trace), "step"),
    )
    facts: list[tuple[str, Expression]] = [
        ("weights", (Text(weights),)),
        ("input", (Text(inputs),)),
    ]
    if units > 1:
        facts.append(("shown", (Text(f"unit {unit} of 0 to {units - 1}"),)))
    if (longest := max(trace["x"].shape[-1], units)) > SPELLED_OUT:
        facts.append(
            (
                f"{sum_sign(longest)}(…)",
                (Text(f"a sum of {longest} products, and what it comes to"),),
            )
        )
    if loss:
        facts.append(("loss", (Text(f"{loss[0]} = "), Value(loss[1], "gradient"))))
        output = trace.cell.output
        facts.append((f"d{output}", (Text(f"∂loss/∂{output}, and so for every name"),)))
    if warning := _not_finite(trace):
        facts.append(("beware", (Text(warning),)))
    return Title(trace.cell.name, ", ".join(sizes), tuple(facts))


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def _not_finite(trace: Trace) -> str:
    """The first quantity that is not a finite number, and since when; empty if all are."""
    bad = {
        name: np.nonzero(~np.isfinite(trace[name]).all(axis=1))[0] for name in trace.cell.quantities
    }
    first = {name: int(steps[0]) for name, steps in bad.items() if len(steps)}
    if not first:
        return ""
    name = min(first, key=lambda each: first[each])
    return f"{name} is not a finite number from step {first[name] + 1} on"


def forward(
    trace: Trace, unit: int = 0, at: tuple[int, ...] = (), labels: tuple[str, ...] = ()
) -> Iterator[Stack]:
    """A frame a step (of `at`, counted from 0, or of all)."""
    cell = trace.cell
    names = [name for name in cell.quantities if unit < trace[name].shape[-1]]
    written = {name: symbols(cell, cell.equation[name].tree) for name in names}
    for t in at or range(len(trace)):
        values = values_at(trace, t)
        lines = tuple(_line(cell, values, name, unit, written[name]) for name in names)
        head = Rule(f"step {t + 1} of {len(trace)}", input_words(trace, t, labels))
        yield Stack((head, Arithmetic(lines), *_memory_words(cell, values, unit)))


def _line(cell: Cell, values: Values, name: str, unit: int, written: Expression) -> Line:
    put_in = numbers(cell, cell.equation[name].tree, values, unit)
    return Line(named(cell, name), cell.title(name), written, put_in, float(values[name][unit]))


def values_at(trace: Trace, t: int, gradients: Gradients | None = None) -> dict[str, np.ndarray]:
    """Everything known at one step, by the names of equations: c, W_i, and dc for a gradient."""
    known = {**trace.weights, **{name: trace[name][t] for name in trace.names}}
    if gradients is not None:
        known |= {"d" + name: gradients[name][t] for name in gradients.names}
    return known


def input_words(trace: Trace, t: int, labels: tuple[str, ...] = ()) -> Expression:
    """`x = 1.000`, the character of the step, or how many features there are."""
    x = trace["x"][t]
    if labels:
        return Text("x", "input"), Text(f" = {labels[t]}")
    if len(x) > SHOWN_FEATURES:
        return Text("x", "input"), Text(f": {len(x)} features")
    return (
        Text("x", "input"),
        Text(" ="),
        *(p for v in x for p in (Text(" "), Value(float(v), "input"))),
    )


# ---------------------------------------------------------------------------- the memory, in words


def kept(cell: Cell, state: str, values: Values, unit: int) -> tuple[float, float] | None:
    """What a state's own past is multiplied by in its equation, and what is added to that.

    In c = f * c_prev + i * g that is (f, i g), in h = (1 - f) * h_prev + f * n (1 - f, f n).
    None for an equation that does not multiply its own past.
    """
    past, shares, added = Name(state + PREVIOUS), [], 0.0
    for sign, term in terms(cell.equation[state].tree):
        parts = factors(term)
        if parts.count(past) == 1:
            parts.remove(past)
            shares.append(sign * float(np.prod([_row(part, values, unit) for part in parts])))
        else:
            added += sign * _row(term, values, unit)
    return (sum(shares), added) if shares else None


def _row(tree: Tree, values: Values, unit: int) -> float:
    value = np.atleast_1d(evaluate(tree, values))
    return float(value[min(unit, len(value) - 1)])


def _memory_words(cell: Cell, values: Values, unit: int) -> Iterator[Words]:
    for state in cell.states:
        if unit >= len(values[state]) or (found := kept(cell, state, values, unit)) is None:
            continue
        before, now = float(values[state + PREVIOUS][unit]), float(values[state][unit])
        if np.isfinite([*found, before, now]).all():
            yield Words((Text("The "), state_word(cell, state), *_kept_words(*found, before, now)))


def _kept_words(share: float, added: float, before: float, now: float) -> Expression:
    """` keeps 98.2 % of 0.905 and adds 0.012: it is now 0.901.`, or what is true instead."""
    if 0 <= share <= 1:
        does: Expression = (Text(f" keeps {percent(share)} of "), Value(before))
    else:
        does = (Text(" multiplies "), Value(before), Text(" by "), Value(share))
    sign = "adds" if added >= 0 else "takes away"
    return (
        *does,
        Text(f" and {sign} "),
        Value(abs(added)),
        Text(": it is now "),
        Value(now),
        Text("."),
    )


def percent(share: float) -> str:
    """`98.2 %`; all or nothing is said only where it is exactly that."""
    if share in (0.0, 1.0):
        return f"{100 * share:.0f} %"
    if 0 < share < 0.0005:
        return "under 0.1 %"
    return "over 99.9 %" if 0.9995 <= share < 1 else f"{100 * share:.1f} %"


def state_word(cell: Cell, state: str) -> Text:
    """A state's title, or its name where it has none, in the colour of its kind."""
    return Text(cell.title(state) or state, kind(cell, state))
