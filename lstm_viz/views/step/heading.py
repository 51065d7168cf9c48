"""The top of the screen of `lstm-viz step`: which step, one sentence, the way through time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from lstm_viz.equations.tree import names_in
from lstm_viz.measures import decided_by, stands
from lstm_viz.pictures.kinds import Expression, Grid, Text, Title, Value
from lstm_viz.views.expressions import about, kind, named
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.memory_ledger import kept_words, percent, within
from lstm_viz.views.step.predicting import asked_words, told_words
from lstm_viz.views.step.products import has_products
from lstm_viz.views.step.state import State
from lstm_viz.views.step.unit_maps import TIGHT, all_units

LARGE = 110, 32  # columns and rows from which a screen is large
ROOMY = 26  # rows from which there is room for more than one quantity through time


def heading(run: LookedAt, state: State, columns: int) -> Title:
    """`lstm   step 2 of 6, forward`, and what was run where there is room."""
    way = run.say("backward") if state.back else run.say("forward")
    words = run.say("step {t} of {n}").format(t=state.t + 1, n=len(run))
    what = words + run.say(", ") + way
    if run.units > 1:
        shown = run.say("unit {unit} of 0 to {last}").format(unit=state.unit, last=run.units - 1)
        what += run.say(", ") + shown
    digits = len(str(len(run))) - len(str(state.t + 1))  # that the last step's number has more
    room = columns - len(run.cell.name) - 9 - wide(what) - digits
    sources = map(run.say.sentence, _in_fewer_words(run.source))
    source = next((each for each in sources if each and wide(each) <= room), "")
    return Title(run.cell.name, f"{what}   ({source})" if source else what)


def _in_fewer_words(source: str) -> tuple[str, ...]:
    """Where the weights are from: with all notes, without, a model's file without its folder."""
    alone = source.partition("; ")[0]
    path, between, layer = alone.partition(", layer ")
    file = path.rpartition("/")[2] if between else path
    return source, alone, file + between + layer, file


def wide(text: str) -> int:
    """How many columns a text takes."""
    return len(text) if text.isascii() else sum(1 + (letter > "\u2e80") for letter in text)


def message(run: LookedAt, state: State) -> Expression:
    """One sentence about the chosen line."""
    cell, name = run.cell, state.name
    titled = run.title(name)
    title = Text(titled or name, kind(cell, name))
    if state.weight or name == "x" or run.is_held(name, state.t, state.unit):
        return given_words(run, state)
    if state.hidden:
        asked = run.say.phrase(about(cell, name, "What will the {name} be?"), name=title)
        return (*asked, *asked_words(run, state))
    if told := told_words(run, state):
        return told
    words = kept_words(run.trace, name, state.t, state.unit, run.say)
    if words:
        return (*words, *why(run, state))
    value = float(run.trace[name][state.t, state.unit])
    meaning = run.say.known(cell.equation[name].meaning)
    number: str | Value = Value(value, kind(cell, name))
    other: Expression = ()
    if kind(cell, name).endswith("gate") and 0 <= value <= 1:
        number = percent(value, run.say)
        other = _otherwise(run, state)
    if meaning:
        sentence = "The {name} ({meaning}) is {value}."
        return (*run.say.phrase(sentence, name=title, meaning=meaning, value=number), *other)
    sentence = "The {name} is {value}." if titled else "{name} is {value}."
    return (*run.say.phrase(sentence, name=title, value=number), *other)


def _otherwise(run: LookedAt, state: State) -> Expression:
    """What the chosen gate would be without what opened, or shut, it."""
    found = decided_by(run.trace, state.name, state.unit, state.t)
    if found is None:
        return ()
    source, value = named(run.cell, found[0]), percent(found[1], run.say)
    return run.say.phrase(" With {source} = 0 it would be {value}.", source=source, value=value)


# Whether it is above what it would be otherwise, and how it stands → what is said of the gate.
MOVED = {
    (True, "open"): " {source} opened {gate}.",
    (True, ""): " {source} raised {gate} above one half.",
    (False, "shut"): " {source} shut {gate}.",
    (False, ""): " {source} lowered {gate} below one half.",
}


def why(run: LookedAt, state: State) -> Expression:
    """What opened or shut the gates of the chosen memory; nothing where nothing alone did."""
    cell, unit = run.cell, state.unit
    said: list[Text | Value] = []
    used = dict.fromkeys(names_in(cell.equation[state.name].tree))
    for gate in (name for name in used if name in run.gates(unit)):
        if not kind(cell, gate).endswith("gate") or run.is_held(gate, state.t, unit):
            continue
        if (found := decided_by(run.trace, gate, unit, state.t)) is not None:
            now, (source, otherwise) = float(run.trace[gate][state.t, unit]), found
            words = MOVED[now > otherwise, stands(now)]
            said += run.say.phrase(words, source=named(cell, source), gate=named(cell, gate))
    return tuple(said)


def given_words(run: LookedAt, state: State) -> Expression:
    """One sentence about a number that is not computed: an input, a weight, or what is held."""
    chosen = run.chosen(state)
    assert chosen is not None
    place = f"[{','.join(map(str, chosen.place))}]" if chosen.place else ""
    of = kind(run.cell, chosen.name)
    name, value = Text(chosen.name + place, of), Value(chosen.value, of)
    was = run.was.chosen(state) if run.was else None
    if was and was.value != chosen.value:
        words = "What if {name} is {value}? It was {was}."
        more = out_of_bounds(run) if of.endswith("gate") and not 0 <= chosen.value <= 1 else ()
        return (*run.say.phrase(words, name=name, value=value, was=Value(was.value)), *more)
    held = not state.weight and run.is_held(chosen.name, state.t, state.row)
    words = "{name} is held at {value}, as it was." if held else "{name} is {value}."
    return run.say.phrase(words, name=name, value=value)


def out_of_bounds(run: LookedAt) -> Expression:
    """What is said of a gate that is held at what it could not be."""
    return run.say.phrase(" By its equation it stays between 0 and 1.")


def through_time(
    run: LookedAt, state: State, hidden: Collection[str], rows: int
) -> tuple[Grid, ...]:
    """The sequence with the present step marked; for several units a heat map below it."""
    tracked = tracked_in(run, state, rows)
    strip = _sequence(run, state, hidden, tracked, rows)
    if run.units == 1 or (state.terms and has_products(run, state)):
        return (strip,)
    return strip, all_units(run, state, hidden, rows)


def tracked_in(run: LookedAt, state: State, rows: int) -> list[str]:
    """What of one unit is shown through time, as much as there is room for."""
    return run.tracked(state.unit)[: 1 if rows < ROOMY else 9] if run.units == 1 else []


def scale_label(run: LookedAt, name: str, digits: int) -> str:
    """What a quantity is called beside columns through time: with the ends of their scale."""
    low, high = run.scale(name)
    return f"{name} {'0…1' if low == 0 else within(high, digits)}"


def was_label(run: LookedAt, name: str) -> str:
    """What a quantity is called in the run as it was, with nothing held."""
    return run.say("{name} was").format(name=name)


def _sequence(
    run: LookedAt, state: State, hidden: Collection[str], tracked: list[str], rows: int
) -> Grid:
    trace, features = run.trace, run.trace["x"].shape[-1]
    most = 1 if rows < TIGHT and state.name != "x" else 3  # what c is made of needs the rows
    inputs = range(features if features <= most and not run.labels else 0)
    names = [Text("x" if features == 1 else f"x[{k}]", "input") for k in inputs]
    found = [trace["x"][:, k] for k in inputs]
    room = max([wide(was_label(run, name)) for name in tracked], default=0)
    if rows >= LARGE[1]:  # where nothing is held columns stand below; a chosen row has a mark
        scaled = (scale_label(run.was or run, name, state.digits) for name in tracked)
        room = max([room, *(len(each) - 2 * (state.name == "x") for each in scaled)])
    for name in tracked:
        names.append(Text(name.ljust(room), kind(run.cell, name)))
        found.append(run.reached(name, state, name in hidden)[:, state.unit])
    foot = run.say("input") if run.labels else run.say("step")
    row = state.row if state.name == "x" and inputs else -1
    told = run.labels or run.steps, foot, row, run.room(state.unit), strip_ends(run, tracked)
    return strip_of(run, state, names, found, *told)


def strip_ends(run: LookedAt, tracked: list[str]) -> tuple[float, float]:
    """The ends of the colours of the sequence, and of what is tracked below it."""
    largest = max(run.largest(name) for name in ("x", *tracked))
    return -largest, largest


def strip_of(
    run: LookedAt,
    state: State,
    names: list[Text],
    found: list[np.ndarray],
    columns: tuple[str, ...],
    foot: str,
    row: int = -1,
    room: tuple[float, ...] = (),
    ends: tuple[float, float] = (-1.0, 1.0),
) -> Grid:
    """Numbers through time, a row a name, the present step marked, and perhaps a row.

    `ends` are those of the colours that stand for numbers where there are too many steps.
    """
    values = np.array(found) if found else np.zeros((0, len(run)))
    looks = Grid((), values, tuple(names), columns, foot, shown="numbers", room=room)
    looks = replace(looks, lit=state.known(len(run), state.hidden))
    return replace(looks, chosen=(row, state.t), low=ends[0], high=ends[1], logarithmic=ends[0] > 0)
