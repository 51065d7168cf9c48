"""What the parts of `gradients` say, taken apart again and worked out anew from the raw arrays:
the paths, the losses kept apart, the gates."""

from __future__ import annotations

import re

import numpy as np
import pytest
from flows import TYPED, flow_of, said
from measured import gradients_of, sample_of, trace_of, true_jacobian

from lstm_viz import CELLS, Cell, backpropagate, run
from lstm_viz import measures as m
from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.kernels.evaluate import evaluate
from lstm_viz.pictures.kinds import Areas
from lstm_viz.views.gradients import gates, ledger, routes
from lstm_viz.views.gradients.look import Look

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def part_of(text):
    return float(text.removesuffix(" %")) / 100


# ---------------------------------------------------------------------------- paths


@pytest.mark.parametrize("name", CELLS)
def test_the_bars_of_the_paths_are_true_of_the_derivative_by_complex_steps(name):
    sample = sample_of(name)
    trace = trace_of(sample)
    flow = GradientFlow(name, "", gradients_of(trace, "last"), np.ones((1, len(trace))))
    bars, words, *rest = routes.picture(flow, Look()).parts
    *paths, whole = bars.bars
    maps = [true_jacobian(sample, flow.state, t, flow.state, t - 1) for t in range(1, len(trace))]
    sizes = [np.linalg.norm(each, 2) for each in maps]
    assert whole.value == pytest.approx(np.median(sizes), rel=1e-9)
    if len(paths) == 1:
        assert said(words.text) == "This is the only path."
        assert paths[0].value == pytest.approx(whole.value)
    else:
        alone, total = re.findall(r"(?:sum to|sum is) (\S+?)[,:]", said(words.text))
        assert float(alone) == pytest.approx(sum(path.value for path in paths), rel=6e-4)
        assert float(total) == pytest.approx(whole.value, rel=6e-4)
        assert sum(path.value for path in paths) >= whole.value * (1 - 1e-9)
    for areas in rest:
        if isinstance(areas, Areas):
            np.testing.assert_allclose(sum(curve.values for curve in areas.parts), 1)


@pytest.mark.parametrize("name", [*CELLS, *TYPED])
def test_a_path_that_is_cut_has_no_bar_and_the_rest_is_what_it_was(name):
    known = Cell(name, TYPED[name]) if name in TYPED else CELLS[name]
    for way in {route.target for route in m.routes(known)}:
        whole, without = flow_of(name, steps=8), flow_of(name, steps=8, cut=way)
        there, left = (routes.picture(each, Look()).parts[0] for each in (whole, without))
        bars = {bar.name.text: bar.value for bar in getattr(there, "bars", ())}
        kept = {bar.name.text: bar.value for bar in getattr(left, "bars", ())}
        assert not [bar for bar in kept if bar.startswith(f"{way}:")]
        for bar in kept.keys() - {"all together"}:
            state = bar.partition(":")[0].removesuffix("_prev")
            if state == known.memory:  # what comes through another state, may also be cut before
                assert kept[bar] == pytest.approx(bars[bar])


@pytest.mark.parametrize("name", CELLS)
def test_the_direct_path_is_said_to_be_times_what_the_state_is_multiplied_by(name):
    flow = flow_of(name, steps=5, hidden=1)
    told = 0
    for bar in routes.picture(flow, Look()).parts[0].bars:
        if found := re.fullmatch(r"direct, times (.*)", said(bar.note)):
            values = {n: flow.trace[n][1:].ravel() for n in flow.cell.quantities}
            values |= {k: w.ravel() for k, w in flow.trace.weights.items()}
            factor = np.broadcast_to(eval(found[1], {}, values), 4)
            assert bar.value == pytest.approx(np.median(np.abs(factor)), rel=1e-9)
            told += 1
    assert told == (flow.state in m.linear_states(flow.cell))


# ---------------------------------------------------------------------------- losses, apart


def lag_of(norms):
    """Step by step from the loss back: when is less than a hundredth of it left?"""
    under = [lag for lag, size in enumerate(norms[::-1]) if size < 0.01 * norms[-1]]
    return min(under, default=np.inf)


@pytest.mark.parametrize("case", [{}, {"steps": 1}, {"hidden": 1}, {"scale": 1e8}, {"shift": 3.0}])
@pytest.mark.parametrize("name", [*CELLS, *TYPED])
def test_how_far_a_loss_reaches_is_what_each_loss_alone_says(name, case):
    flow = flow_of(name, **({"steps": 12} | case), every=True)
    *_, words = routes_or_words(ledger.picture(flow, Look()))
    alone = []
    for t in range(len(flow.trace)):
        slope = np.zeros_like(flow.trace[flow.cell.output])
        slope[t] = 1.0
        ended = run(flow.cell, flow.trace.weights, flow.trace["x"][: t + 1])
        one = backpropagate(ended, {flow.cell.output: slope[: t + 1]})
        alone.append(np.hypot.reduce(one[flow.state], axis=1))
    finite = [norms for norms in alone if norms[-1] > 0 and np.isfinite(norms).all()]
    lags = sorted(map(lag_of, finite))
    if not lags:
        some = any(norms[-1] != 0 for norms in alone)
        assert (words == "no gradient reaches this state") == (not some)
        assert ("no loss has a gradient that is finite" in words) == some
        return
    more = re.search(r"(\d+) more have a gradient that is not finite", words)
    assert int(more[1] if more else 0) == sum(norms[-1] != 0 for norms in alone) - len(finite)
    numbers = [int(n) for n in re.findall(r"(?<![\d.])\d+(?! %)", words.partition(".  ")[0])]
    if found := re.match(r"After (\d+) steps less than 1 % of", words):
        assert int(found[1]) == lags[len(lags) // 2]
        assert len(lags) == 1 or f"(median of {len(lags)})" in words
    elif len(lags) == 1:
        assert words.startswith("More than 1 % of this loss's gradient reaches the first step.")
        assert lags == [np.inf]
    else:
        whole, *count = [n for n in numbers if n not in (1,) or len(lags) == 1][:2]
        assert whole == lags.count(np.inf)
        assert lags[len(lags) // 2] == np.inf
        assert (count or [whole])[0] == len(lags) or words.startswith("For each of the")


def routes_or_words(stack):
    return [said(part.text) if hasattr(part, "text") else part for part in stack.parts]


# ---------------------------------------------------------------------------- gates


@pytest.mark.parametrize("case", [{}, {"steps": 1}, {"hidden": 1}, {"scale": 1e8}, {"shift": 5.0}])
@pytest.mark.parametrize("name", CELLS)
def test_the_table_of_gates_is_what_their_values_say(name, case):
    flow = flow_of(name, **case)
    stack = gates.picture(flow, Look())
    if len(stack.parts) == 1:
        assert said(stack.parts[0].text) == f"{name} has no gates."
        return
    _, table, _, often, *above = stack.parts
    assert bool(above) == any((flow.trace[said(row[0])] > 1).any() for row in table.rows)
    for k, row in enumerate(table.rows):
        gate, mean, low, high, *lives = map(said, row)
        values = flow.trace[gate]
        if not np.isfinite(values).all():
            continue
        told = float(re.sub(r"^1-", "-", mean)) + mean.startswith("1-")
        assert told == pytest.approx(values.mean(), rel=6e-4)
        assert part_of(low) == pytest.approx((values < 0.1).mean(), abs=0.00501)
        assert part_of(high) == pytest.approx((values > 0.9).mean(), abs=0.00501)
        assert np.nansum(often.values[k]) == pytest.approx(1)
        if len(lives) == 2 and lives[0]:
            check_lives(flow, lives[0])


def test_a_gate_with_values_above_1_is_said_to_have_them():
    cell = Cell("exponential", "i = exp(W_i @ x)\nc = c_prev + i * tanh(W_g @ x)\nh = tanh(c)")
    for size, told in (
        (1.0, ["i also takes values above 1: the last column counts them."]),
        (-1.0, []),
    ):
        trace = run(cell, {"W_i": [[1.0]], "W_g": [[1.0]]}, np.full((3, 1), size))
        flow = GradientFlow("e", "", backpropagate(trace, {"h": np.ones((3, 1))}), np.ones((1, 3)))
        assert [said(words.text) for words in gates.picture(flow, Look()).parts[4:]] == told


def check_lives(flow, written):
    """Unit by unit, from what the state becomes where its past was 0, and where it was 1."""
    trace, past, tree = flow.trace, flow.state + "_prev", flow.cell.equation[flow.state].tree
    names, kept = {*flow.cell.quantities, "x", *(s + "_prev" for s in flow.cell.states)}, []
    for t in range(len(trace)):
        values = {**trace.weights, **{name: trace[name][t] for name in names}}
        ones, zeros = (
            values | {past: make(values[past])} for make in (np.ones_like, np.zeros_like)
        )
        kept.append(evaluate(tree, ones) - evaluate(tree, zeros))
    rate = np.log(np.abs(kept)).mean(axis=0)
    lives = sorted(np.log(0.5) / r if r < 0 else np.inf for r in rate)
    middle, *ends = re.fullmatch(r"(.+?)(?: \((.+) to (.+) by unit\))?", written).groups()
    for text, life in zip([middle, *ends], [None, lives[0], lives[-1]], strict=True):
        if text is None:
            continue
        options = lives if life is None else [life]
        assert any(is_life(text, each) for each in options), (written, lives)


def is_life(text, life):
    if text == "< 1":
        return life < 1
    if text == "∞":
        return life > 1e14
    return float(text.replace(",", "")) == pytest.approx(life, rel=6e-3)
