"""Views compute nothing: each number in each picture is a record's, or what a measure answered.

Everything in lstm_viz.measures is listened to while a view draws. What it answers is known from
then on, and so is what it is asked with: a view can neither make a number nor bend one.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from importlib import import_module

import numpy as np
import pytest

import lstm_viz.measures
import lstm_viz.views
from lstm_viz import CELLS, Cell, Gradients, Trace, backpropagate, run
from lstm_viz.equations.gates import roles
from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.pictures import kinds
from lstm_viz.pictures.kinds import Stack, Value, Words
from lstm_viz.views.gradients import PARTS, chain, sweep
from lstm_viz.views.gradients.look import Look
from lstm_viz.views.step.keys import Stage
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.state import State

T, H = 7, 4  # Σ₄ over the units, spelled out over the two inputs
CELL_NAMES = [*CELLS, "typed"]
TYPED = "k = sigmoid(b_k) * c_prev - V @ h_prev   # kept\nc = k + W @ x\nh = tanh(c) ** 2"
NUMBERS = {  # kind of picture → where its numbers stand; all else is words, places and axes
    kinds.Value: ("value",),
    kinds.Line: ("result",),
    kinds.Share: ("value", "part"),
    kinds.Gradient: ("value", "gradient"),
    kinds.Bar: ("value",),
    kinds.Node: ("value", "opening"),
    kinds.Wire: ("value",),
    kinds.Grid: ("values",),
    kinds.Curve: ("values", "low", "high"),
    kinds.Landscape: ("values",),
}
AXES = {kinds.Curves: ("now", "low", "high", "x"), kinds.Areas: ("now", "low", "high", "x"),
        kinds.Grid: ("low", "high", "chosen", "lit", "tall", "room", "marks"),
        kinds.Curve: ("strength",),
        kinds.Line: ("low", "high"),
        kinds.Value: ("digits",), kinds.Gradient: ("digits",),
        kinds.Bar: ("low", "high"), kinds.Node: ("x", "y", "turn", "room"),
        kinds.Wire: ("bends", "trunk"),
        kinds.Wiring: ("full", "low", "lit"), kinds.Beside: ("widths",), kinds.Table: ("right",),
        kinds.Arithmetic: ("chosen", "room"), kinds.Sweep: ("chosen", "low", "high", "room"),
        kinds.Landscape: ("x", "y", "low", "high"), kinds.Way: ("x", "y"),
        kinds.Bars: ("room",), kinds.Words: ("rows",)}  # fmt: skip


def modules(package):
    """Every file of a package, imported."""
    found = pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    return [import_module(each.name) for each in found]


MEASURES, VIEWS = modules(lstm_viz.measures), modules(lstm_viz.views)


# ---------------------------------------------------------------------------- numbers


@cache
def parts_of(kind):
    """(field, whether it holds numbers) of a kind of picture; none of what is no picture."""
    told = NUMBERS.get(kind, ())
    return [(f.name, f.name in told) for f in fields(kind)] if is_dataclass(kind) else []


def numbers_in(picture):
    """(what it stands in, number) for all that a picture says."""
    if isinstance(picture, tuple | list):
        for each in picture:
            yield from numbers_in(each)
    for name, told in parts_of(type(picture)):
        inside = getattr(picture, name)
        if told:
            for number in np.ravel([] if inside is None else inside).tolist():
                yield f"{type(picture).__name__}.{name}", number
        else:
            yield from numbers_in(inside)


class Known:
    """All numbers, whatever their sign, that are recorded or were answered by a measure."""

    def __init__(self) -> None:
        self.sizes = {0.0}

    def learn(self, what):
        if isinstance(what, Trace):
            self.learn([what[name] for name in what.names])
            self.learn(what.weights)
        elif isinstance(what, Gradients):
            self.learn([what[name] for name in what.names])
            self.learn([what.shares(name) for name in what.names])
            self.learn([what.weights, what.trace])
        elif isinstance(what, float):
            self.sizes.add(abs(what))
        elif isinstance(what, np.ndarray | int | np.generic):
            if np.asarray(what).dtype.kind in "fiu":
                self.sizes.update(np.abs(np.ravel(what)).tolist())
        elif isinstance(what, Mapping):
            self.learn(list(what.values()))
        elif isinstance(what, list | tuple):
            for each in what:
                self.learn(each)
        elif is_dataclass(what):
            names = {field.name for field in fields(what)}
            names |= {n for n, each in vars(type(what)).items() if isinstance(each, property)}
            self.learn([getattr(what, name) for name in names])

    def strange(self, numbers):
        return [(w, n) for w, n in numbers if n == n and abs(n) not in self.sizes]


def sizes_in(given):
    """Of the numbers that a measure is asked with: arrays and floats, wherever they stand."""
    if isinstance(given, float | np.floating):
        return {abs(given)}
    if isinstance(given, np.ndarray):
        return set(np.abs(given).ravel().tolist())
    if isinstance(given, Mapping):
        given = given.values()
    elif not isinstance(given, list | tuple):
        return set()
    return set().union(*map(sizes_in, given))


@pytest.fixture
def known(monkeypatch):
    """Listens to all functions and methods of lstm_viz.measures, and to `evaluate`, in views."""
    known = Known()

    def listening(function):
        def listen(*given, **named):
            if sys._getframe(1).f_globals["__name__"].startswith("lstm_viz.measures"):
                return function(*given, **named)
            strange = sizes_in([*given, *named.values()]) - known.sizes
            assert not [n for n in strange if n == n], (function.__name__, strange)
            answer = function(*given, **named)
            known.learn(answer)
            return answer

        return listen

    own = [each for each in MEASURES for each in vars(each).values()]
    own = [each for each in own if getattr(each, "__module__", "").startswith("lstm_viz.measures")]
    functions = {id(each): listening(each) for each in own if inspect.isfunction(each)}
    functions[id(evaluate)] = listening(evaluate)
    for module in [*VIEWS, lstm_viz.measures]:
        for name, each in list(vars(module).items()):
            if id(each) in functions:
                monkeypatch.setattr(module, name, functions[id(each)])
    for each in {id(each): each for each in own}.values():
        if inspect.isclass(each) and is_dataclass(each):
            for name, method in list(vars(each).items()):
                if inspect.isfunction(method) and not name.startswith("_"):
                    monkeypatch.setattr(each, name, listening(method))
    return known


# ---------------------------------------------------------------------------- what is drawn


def cell_of(name):
    return Cell("typed", TYPED) if name == "typed" else CELLS[name]


def ran(name, *batch):
    cell, rng = cell_of(name), np.random.default_rng(5)
    inputs = H if cell.letters("x") != "I" else 2
    trace = run(cell, cell.start(inputs, H, 2), rng.normal(size=(T, *batch, inputs)))
    return backpropagate(trace, {cell.output: rng.normal(size=trace[cell.output].shape)})


def step_pictures(gradients, was=None):
    """Every line forward and back, on a small and on a large screen, alone and beside another."""
    then = was and LookedAt(was.trace, was)
    here = LookedAt(gradients.trace, gradients, "random", (), ("a loss", 0.0), was=then)
    stage = Stage(here, lambda: here)
    for back in (False, True):
        for line in here.lines(back, 1):
            state = State(3, line, back, 1)
            yield stage.picture(state, 80, 24)
            yield stage.picture(replace(state, terms=True), 80, 40)
            yield stage.picture(state, 120, 40)
    for back in (False, True):
        yield stage.picture(stage.checked(State(3, "", back, 1, beside=True)), 80, 24)


def printed_pictures(gradients):
    from lstm_viz.views.step import printed, printed_back

    yield printed.title(gradients.trace, "random", "noise", 1, ("a loss", 0.0))
    yield from printed.forward(gradients.trace, 1)
    yield from printed_back.backward(gradients, 1)
    yield printed_back.weight_gradients(gradients, 1)


def wiring_pictures(gradients):
    from lstm_viz.views.wiring import frames

    yield from frames.forward(gradients.trace, 1)
    yield from frames.backward(gradients, 1)


def overview_pictures(gradients):
    from lstm_viz.views.overview import overview

    yield from (overview(gradients.trace), overview(gradients))


def cells_pictures(gradients):
    from lstm_viz.views import cells

    yield from cells.listing()
    yield from cells.cell(gradients.cell)


def sweep_pictures(gradients):
    flows = flows_of(gradients)
    yield sweep.title(flows)
    for seeds in (flows, flows_of(gradients, 5)):
        yield from (sweep.picture(seeds, step) for step in (0, 3))
        yield from sweep.frames(seeds, 3)


def chain_pictures(gradients):
    for flows in (flows_of(gradients), flows_of(gradients, 5)):
        yield from (chain.picture(flows, moment) for moment in chain.moments(flows.steps))


def part_pictures(part):
    def pictures(gradients):
        flows = flows_of(gradients)
        yield from part.pictures(flows, Look(80, 1))
        yield part.closely(flows, 0, Look(20, 1))

    return pictures


def flows_of(gradients, seeds=1):
    norms = np.linalg.norm(gradients[gradients.cell.memory], axis=1)
    profiles = norms * np.random.default_rng(1).uniform(0.5, 2, (seeds, T))
    flow = GradientFlow(gradients.cell.name, "", gradients, profiles)
    return GradientFlows((flow, replace(flow, name="again")), (("loss", "a loss"),))


def records_of_flows(gradients):
    for seeds in (1, 5):
        flow = flows_of(gradients, seeds).flows[0]
        yield flow.profiles
        yield from (flow.relative, flow.left, flow.band or (), flow.kept or ())
        yield flow.everywhere.gradients


DRAWN = {
    "step": step_pictures,
    "printed": printed_pictures,
    "wiring": wiring_pictures,
    "overview": overview_pictures,
    "cells": cells_pictures,
    "sweep": sweep_pictures,
    "chain": chain_pictures,
    **{name: part_pictures(part) for name, part in PARTS.items()},
}


def looked_through(known, gradients, view):
    """The numbers of a view that nobody has measured, and how many there are in all."""
    known.learn(gradients)
    for record in records_of_flows(gradients) if view in (*PARTS, "sweep", "chain") else ():
        known.learn(record)
    found = [each for picture in DRAWN[view](gradients) for each in numbers_in(picture)]
    return known.strange(found), len(found)


@pytest.mark.parametrize("view", DRAWN)
@pytest.mark.parametrize("name", CELL_NAMES)
def test_every_number_of_a_view_is_recorded_or_measured(known, name, view):
    strange, count = looked_through(known, ran(name), view)
    assert not strange, (len(strange), count, strange[:5])
    assert count or view == "cells" or (view in PARTS and not cell_keeps(name))


def cell_keeps(name):
    cell = cell_of(name)
    return bool(lstm_viz.measures.linear_states(cell) and roles(cell))


@pytest.mark.parametrize("name", CELL_NAMES)
def test_with_something_held_too(known, name):
    was = ran(name)
    cell, trace, given = was.cell, was.trace, np.ones_like(was.trace[was.cell.output])
    for held in cell.quantities[:: max(3, len(cell.quantities) // 3)]:
        again = run(cell, trace.weights, trace["x"], hold={held: {3: 0.4}})
        gradients = backpropagate(again, {cell.output: given})
        known.learn([was, gradients])
        for pictures in (step_pictures(gradients, was), wiring_pictures(gradients)):
            found = [each for picture in pictures for each in numbers_in(picture)]
            assert found
            assert not known.strange(found), known.strange(found)[:5]


@pytest.mark.parametrize("view", ["overview", "wiring"])
@pytest.mark.parametrize("name", CELL_NAMES)
def test_of_a_batch_too(known, name, view):
    strange, count = looked_through(known, ran(name, 4), view)
    assert not strange, strange[:5]
    assert count


def test_a_number_that_was_bent_is_noticed(known):
    gradients = ran("lstm")
    known.learn(gradients)
    number = float(gradients.trace["c"][2, 1])
    assert not known.strange(numbers_in(Stack((Words((Value(number),)),))))
    assert known.strange(numbers_in(Stack((Words((Value(2 * number),)),))))
    with pytest.raises(AssertionError):
        lstm_viz.measures.held(2 * gradients.trace["c"])


def test_each_field_of_a_picture_is_a_number_or_an_axis():
    """So that a new kind of picture cannot hide its numbers."""
    for kind in vars(kinds).values():
        if not (inspect.isclass(kind) and is_dataclass(kind)):
            continue
        for field in fields(kind):
            holds = any(word in str(field.type) for word in ("float", "int", "ndarray"))
            placed = (*NUMBERS.get(kind, ()), *AXES.get(kind, ()))
            assert not holds or field.name in placed, (kind.__name__, field.name)


# ---------------------------------------------------------------------------- numbers in words

NUMERAL = re.compile(r"(?<![\w.])-?(\d[\d,]*)(?:\.(\d+))?(?:e([+-]\d+))?( %)?")


def words_in(picture):
    """All that is said in a picture, heads too, but for what is a name."""
    if isinstance(picture, str):
        yield picture
    elif isinstance(picture, tuple | list):
        for each in picture:
            yield from words_in(each)
    elif is_dataclass(picture):
        for field in fields(picture):
            if field.name not in ("name", "names", "of"):
                yield from words_in(getattr(picture, field.name))


def unsaid(known, picture):
    """The numerals to which no number that is known is rounded, in four digits at least."""
    sizes = np.array(sorted(known.sizes))
    for text in words_in(picture):
        for found in NUMERAL.finditer(text):
            whole, part, power, percent = found.groups()
            said = abs(float(re.sub("[ ,%]", "", found[0])))
            place = -len(part) if part else max(0, len(whole.replace(",", "")) - 4)
            half = 0.5 * 10.0 ** (place + int(power or 0))
            if np.abs(sizes * (100 if percent else 1) - said).min() > half * (1 + 1e-9):
                yield text, found[0]


def recipe_records():
    """(what a view draws from, the pictures) of each view that says its numbers in words."""
    from lstm_viz.learning.recipes import contest, lines, sine, written
    from lstm_viz.learning.recipes.score import Score
    from lstm_viz.views import recipes as recipes_view
    from lstm_viz.views import sine as sine_view
    from lstm_viz.views import written as written_view

    draw = np.random.default_rng(2).uniform
    scores = [Score(n, *draw(1, 9e6, 6), k) for n in ("LSTM", "MLP") for k in range(3)]
    ranks = contest.Contest(("LSTM", "MLP", "RNN"), tuple(scores), 3).standings()
    returned = sine.Returned("lstm", draw(-1, 1, (9, 6)), False)
    errors = [contest.Standing(n, (1.0,), tuple(draw(size=5)), 0.0) for n in ("1-layer", "2-layer")]
    gates = {"i": lstm_viz.measures.Standing(0.5, 0.25, 0.125)}
    norms = [written.Norms(1, *draw(size=2)), written.Norms(1776, 3.21e-14, draw())]
    found = written.Finding("lstm", 241, *norms, gates, 178, 2.3e-7, *draw(2000, 4000, 6))
    errors_of_days = written.Compared(48, *draw(30, 900, 3))
    seen = lines.Lines("what", {"truth": draw(size=9), "LSTM": draw(size=9)}, 4.0)
    return {
        "sine": ([returned, errors, *range(1, 10)],  # also steps, units and seeds
                 [sine_view.returned(returned), sine_view.table(errors)]),
        "recipes": ([ranks[:2], ranks[3:], 3, list(seen.values.values())],
                    [recipes_view.standings(ranks), recipes_view.page(seen)]),
        "written": ([found, errors_of_days, written.NOTHING, 0.1, 0.9],  # and ends of a gate's
                    [written_view.finding(found), written_view.compared(errors_of_days)]),
    }  # fmt: skip


@pytest.mark.parametrize("view", ["sine", "recipes", "written"])
def test_every_number_that_a_recipe_says_is_that_of_a_record(known, view):
    records, pictures = recipe_records()[view]
    known.learn(records)
    assert not list(unsaid(known, pictures))
    assert not known.strange([each for p in pictures for each in numbers_in(p)])


# Models, training, problems, lessons, films have tests of their own; what is placed is data.
FILMS = "gradients.film", "step.film", "wiring.motion"
APART = (
    *FILMS,
    "model",
    "against",
    "train",
    "watched",
    "watched_curves",
    "problem",
    "landscape",
    "practise",
    "check",
    "detective",
    "wiring.placement",
    "wiring.placed_lstms",
    "wiring.placed_others",
    "lesson.listing",
    "lesson.piece",
    "lesson.text",
)


def test_every_view_is_looked_at(monkeypatch):
    """Each file of views that makes pictures is used by one of those above."""
    used = set()

    def profile(frame, event, _):
        if event == "call":
            used.add(frame.f_globals.get("__name__"))

    sys.setprofile(profile)
    try:
        gradients = ran("lstm")
        for draw in DRAWN.values():
            list(draw(gradients))
        list(wiring_pictures(ran("typed")))  # which nobody has placed by hand
        recipe_records()
    finally:
        sys.setprofile(None)
    files = {each.__name__ for each in VIEWS if not hasattr(each, "__path__")}
    apart = {f"lstm_viz.views.{name}" for name in APART}
    assert files - used <= apart
