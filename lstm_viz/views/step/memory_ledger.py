"""What becomes of a memory at one step: what it was, forgotten, written, is now, and shows.

`kept_words` says it in a sentence, `ledger` in bars.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

import numpy as np

from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS, Name, Tree, factors, terms
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.pictures.kinds import Bar, Bars, Expression, Text, Value, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.views.expressions import Values, kind, named, symbols


def kept(cell: Recurrence, state: str, values: Values, unit: int) -> tuple[float, float] | None:
    """What a state's own past is multiplied by in its equation, and what is added to that.

    In c = f * c_prev + i * g that is (f, i g), in h = (1 - f) * h_prev + f * n (1 - f, f n).
    None for an equation that does not multiply its own past.
    """
    past, shares, added = Name(state + PREVIOUS), [], 0.0
    for sign, term in terms(cell.equation[state].tree):
        parts = factors(term)
        if parts.count(past) == 1:
            parts.remove(past)
            shares.append(sign * float(math.prod([_row(part, values, unit) for part in parts])))
        else:
            added += sign * _row(term, values, unit)
    return (sum(shares), added) if shares else None


def _row(tree: Tree, values: Values, unit: int) -> float:
    value = values[tree.name] if isinstance(tree, Name) else np.atleast_1d(evaluate(tree, values))
    return float(value[min(unit, len(value) - 1)])


# ---------------------------------------------------------------------------- in words


def memory_words(
    cell: Recurrence, values: Values, unit: int, say: Language = ENGLISH
) -> Iterator[Words]:
    """A sentence for each state that keeps something of its past."""
    for state in cell.states:
        if (said := kept_words(cell, state, values, unit, say)) is not None:
            yield Words(said)


def kept_words(
    cell: Recurrence, state: str, values: Values, unit: int, say: Language = ENGLISH
) -> Expression | None:
    """`The cell state keeps 98.2 % of 0.905 and adds 0.012: it is now 0.901.`, or what is true."""
    if unit >= len(values[state]) or (found := kept(cell, state, values, unit)) is None:
        return None
    before, now = float(values[state + PREVIOUS][unit]), float(values[state][unit])
    (share, added), of = found, kind(cell, state)
    if not all(map(math.isfinite, (share, added, before, now))):
        return None
    if 0 <= share <= 1:
        did = say.phrase(
            "keeps {share} of {before}", share=percent(share, say), before=Value(before)
        )
    else:
        did = say.phrase("multiplies {before} by {share}", before=Value(before), share=Value(share))
    then = say.phrase(
        "adds {added}" if added >= 0 else "takes away {added}", added=Value(abs(added))
    )
    return say.phrase(
        "The {state} {did} and {then}: it is now {now}.",
        state=Text(say.title(cell, state) or state, of),
        did=did,
        then=then,
        now=Value(now, of),
    )


def percent(share: float, say: Language = ENGLISH) -> str:
    """`98.2 %`; all or nothing is said only where it is exactly that."""
    if share in (0.0, 1.0):
        return f"{100 * share:.0f} %"
    if 0 < share < 0.0005:
        return say("under 0.1 %")
    return say("over 99.9 %") if 0.9995 <= share < 1 else f"{100 * share:.1f} %"


# ---------------------------------------------------------------------------- in bars


def memory_of(cell: Recurrence, values: Values, unit: int) -> str:
    """The state whose ledger is shown: the first that keeps some of its past, else the output."""
    for state in cell.states:
        if unit < len(values[state]) and kept(cell, state, values, unit) is not None:
            return state
    return next((s for s in cell.states if unit < len(values[s])), "")


_Entry = tuple[str, float, Expression, str, bool]  # word, number, note, kind, hidden


def ledger(
    cell: Recurrence,
    values: Values,
    unit: int,
    largest: float,
    hidden: Collection[str] = (),
    say: Language = ENGLISH,
) -> Bars:
    """Was, forgotten, written, now, shown, each a bar within ±`largest`, and how it came to be."""
    state = memory_of(cell, values, unit)
    if not state:
        return Bars((), ())
    of, before = kind(cell, state), float(values[state + PREVIOUS][unit])
    found = kept(cell, state, values, unit)
    rows: list[_Entry] = [("was", before, (named(cell, state + PREVIOUS),), of, False)]
    unknown = state in hidden
    if found is not None:
        share, added = found
        gone = (share - 1) * before
        word = "forgotten" if gone * before <= 0 else "grown"
        rows.append((word, gone, _gone_note(share, say), of, unknown))
        rows.append(("written", added, _written(cell, state), of, unknown))
    rows.append(("now", float(values[state][unit]), (named(cell, state),), of, unknown))
    out = cell.output
    if out != state and unit < len(values[out]):
        note = (named(cell, out), Text(" = "), *symbols(cell, cell.equation[out].tree))
        rows.append(("shown", float(values[out][unit]), note, kind(cell, out), out in hidden))
    return Bars(
        (),
        tuple(
            Bar(Text(say(word), look), value, -largest, largest, note, unseen)
            for word, value, note, look, unseen in rows
        ),
    )


def _gone_note(share: float, say: Language) -> Expression:
    if not np.isfinite(share):
        return ()
    if not 0 <= share <= 1:
        return say.phrase("times {share}", share=Value(share))
    return say.phrase("{share} of it is kept", share=percent(share, say))


def _written(cell: Recurrence, state: str) -> Expression:
    """The terms of a state's equation that do not hold its own past, as symbols."""
    found: list[Text | Value] = []
    for sign, term in terms(cell.equation[state].tree):
        if factors(term).count(Name(state + PREVIOUS)) != 1:
            lead = " - " if sign < 0 else " + " if found else ""
            found += [*([Text(lead.lstrip() if not found else lead)] if lead else [])]
            found += symbols(cell, term)
    return tuple(found)
