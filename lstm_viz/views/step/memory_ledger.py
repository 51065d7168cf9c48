"""What becomes of a memory at one step: what it was, forgotten, written, is now, and shows.

`kept_words` says it in a sentence, `ledger` in bars.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator

from lstm_viz.equations.gates import split
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS, ZERO
from lstm_viz.measures import MemoryLedger, linear_states, memory_ledger
from lstm_viz.pictures.kinds import Bar, Bars, Expression, Text, Value, Words
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.pictures.numerals import DIGITS, numeral
from lstm_viz.trace.records import Trace
from lstm_viz.views.expressions import about, formula, kind, named, title

# ---------------------------------------------------------------------------- in words


def memory_words(trace: Trace, t: int, unit: int, say: Language = ENGLISH) -> Iterator[Words]:
    """A sentence for each state that keeps something of its past."""
    for state in trace.cell.states:
        if said := kept_words(trace, state, t, unit, say):
            yield Words(said)


def keeps(trace: Trace, state: str, unit: int) -> bool:
    """Whether a state has such a unit, and multiplies its own past."""
    return state in linear_states(trace.cell) and unit < trace[state].shape[-1]


def is_held(trace: Trace, name: str, t: int, unit: int) -> bool:
    """Whether a number is held, not computed."""
    return name in trace.held and not math.isnan(trace.held[name][t, unit])


def kept_words(trace: Trace, state: str, t: int, unit: int, say: Language = ENGLISH) -> Expression:
    """`The cell state keeps 98.2 % of 0.905 and adds 0.012: it is now 0.901.`, or what is true."""
    if is_held(trace, state, t, unit):
        value = Value(float(trace[state][t, unit]), kind(trace.cell, state))
        return say.phrase("{name} is held at {value}.", name=named(trace.cell, state), value=value)
    if not keeps(trace, state, unit):
        return ()
    cell, found = trace.cell, memory_ledger(trace, state, t)
    share, added = float(found.share[unit]), float(found.written[unit])
    before, now = float(found.was[unit]), float(found.now[unit])
    if not all(map(math.isfinite, (share, added, before, now))):
        return ()
    within = 0 <= share <= 1
    if not before:
        words = "was {before}"
    else:
        words = "keeps {share} of {before}" if within else "multiplies {before} by {share}"
    did = say.phrase(
        words,
        before=Value(before),
        share=percent(share, say) if within else Value(share),
    )
    then = say.phrase(
        "adds {added}" if added >= 0 else "subtracts {added}", added=Value(abs(added))
    )
    of = kind(cell, state)
    return say.phrase(
        about(cell, state, "The {state} {did} and {then}: it is now {now}."),
        state=Text(title(cell, state, say) or state, of),
        did=did,
        then=then,
        now=Value(now, of),
    )


def percent(share: float, say: Language = ENGLISH) -> str:
    """`98.2 %`; all or nothing is said only where it is exactly that."""
    if share in (0.0, 1.0):
        return say("{n} %").format(n=f"{100 * share:.0f}")
    if 0 < share < 0.0005:
        return say("under 0.1 %")
    if 0.9995 <= share < 1:
        return say("over 99.9 %")
    return say("{n} %").format(n=f"{100 * share:.1f}")


# ---------------------------------------------------------------------------- in bars


def memory_of(trace: Trace, unit: int) -> str:
    """The state whose ledger is shown: the memory, or the first that has such a unit."""
    states = (each for each in (trace.cell.memory, *trace.cell.states) if each in trace.cell.states)
    return next((state for state in states if unit < trace[state].shape[-1]), "")


_Entry = tuple[str, float, Expression, str, bool]  # word, number, note, kind, hidden


def ledger(
    trace: Trace,
    t: int,
    unit: int,
    largest: Callable[[str], float],
    hidden: Collection[str] = (),
    say: Language = ENGLISH,
    room: tuple[float, ...] = (),
    digits: int = DIGITS,
) -> Bars:
    """Was, forgotten, written, now, shown, each a bar, and how it came to be.

    The bars of the memory go to ± the `largest` of its name, that of the output to ± its own.
    """
    cell, state = trace.cell, memory_of(trace, unit)
    if not state:
        return Bars((), ())
    of, unseen, past = kind(cell, state), state in hidden, state + PREVIOUS
    before = float(trace[past][t, unit])
    ends = {name: (Text(f"  {within(largest(name), digits)}"),) for name in (state, cell.output)}
    rows: list[_Entry] = [("was", before, (named(cell, past), *ends[state]), of, False)]
    if keeps(trace, state, unit):
        found = memory_ledger(trace, state, t)
        gone, added = float(found.changed[unit]), float(found.written[unit])
        word = "forgotten" if gone * before <= 0 else "grown"
        note = () if unseen else _gone_note(found, unit, say)
        rows.append((word, gone, note, "", unseen))
        note = _held(say) if is_held(trace, state, t, unit) else _written(cell, state)
        rows.append(("written", added, note, "", unseen))
    rows.append(("now", float(trace[state][t, unit]), (named(cell, state),), of, unseen))
    out = cell.output
    shown: Expression = ()
    if out != state and unit < trace[out].shape[-1]:
        shown = *_shown(cell), *ends[out]
        note = _held(say) if is_held(trace, out, t, unit) else _shown(cell)
        note = *note, *ends[out]
        rows.append(("output", float(trace[out][t, unit]), note, kind(cell, out), out in hidden))
    names = max(len(say(word)) for word in ("forgotten", "grown"))
    most = say.phrase("{share} of it", share=say("over 99.9 %"))
    written = _written(cell, state) if keeps(trace, state, unit) else ()
    notes = most, written, shown
    return Bars(
        (),
        tuple(
            Bar(Text(say(word).ljust(names), look), value, -end, end, note, hide)
            for word, value, note, look, hide in rows
            for end in (largest(out if word == "output" else state),)
        ),
        room=room,
        notes=notes,
    )


def within(most: float, digits: int) -> str:
    """`±1`, `±2.300`: as far as a bar goes to both sides."""
    return f"±{'1' if most == 1 else numeral(most, digits)}"


def _held(say: Language) -> Expression:
    return say.phrase("held")


def _shown(cell: Recurrence) -> Expression:
    out = cell.output
    return named(cell, out), Text(" = "), *formula(cell, cell.equation[out].tree)


def _gone_note(found: MemoryLedger, unit: int, say: Language) -> Expression:
    """How much of what was there is gone, as the number in front of it says."""
    share = float(found.share[unit])
    if not math.isfinite(share) or found.was[unit] == 0:
        return ()  # there was nothing to forget
    if not 0 <= share <= 1:
        return say.phrase("times {share}", share=Value(share))
    return say.phrase("{share} of it", share=percent(float(found.share_lost[unit]), say))


def _written(cell: Recurrence, state: str) -> Expression:
    """What is added to what a state keeps of its own past, as symbols."""
    _, written = split(cell, state)
    return () if written == ZERO else formula(cell, written)
