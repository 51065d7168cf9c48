"""What is said of a gradient is taken apart again, and worked out anew from the raw arrays.

Over what tries to make it false: every cell, extreme inputs and weights, one step, one unit, a loss
at an early step or at each, gradients that are 0 or not finite, routes that are cut.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
from flows import TYPED, flow_of, said
from program import lstm_viz

from lstm_viz import CELLS, LSTM, Cell, backpropagate, run
from lstm_viz import measures as m
from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows
from lstm_viz.inputs.sequence import written
from lstm_viz.pictures.alt_text import plain
from lstm_viz.pictures.kinds import Words
from lstm_viz.pictures.language import ENGLISH
from lstm_viz.views.gradients import gates, spectrum, sweep, verdicts
from lstm_viz.views.gradients.film import GradientFilm
from lstm_viz.views.gradients.lines import labels
from lstm_viz.views.gradients.look import Look
from lstm_viz.views.step.heading import why
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.state import State

# NumPy's own norm of numbers that are too large; ours says nothing.
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning:numpy")

WORDS = {"vanishes": (0, 1e-6), "fades": (1e-6, 0.5), "holds": (0.5, 2), "grows": (2, 100)}


CASES = [
    {}, {"steps": 1}, {"hidden": 1}, {"at": 1}, {"at": 2}, {"at": 15}, {"every": True},
    {"scale": 1e8}, {"scale": 0.0}, {"shift": 5.0}, {"shift": -5.0}, {"steps": 2, "hidden": 1},
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("name", [*CELLS, *TYPED])
def test_what_is_left_of_a_gradient_is_what_the_arrays_say(name, case):
    flow = flow_of(name, **case)
    flows = GradientFlows((flow,), (("loss", "a loss"),))
    (sentence,) = map(said, verdicts.words(flows, ENGLISH))
    one = flow.gradients
    size = np.linalg.norm(one[one.cell.memory], axis=1)
    if case.get("every"):
        size = flow.alone[0]
    there = np.flatnonzero(size)
    assert "nan" not in sentence, sentence
    if not len(there):
        assert "no gradient reaches it" in sentence
        assert ": it " not in sentence
    elif not there[-1]:
        assert "no gradient goes back" in sentence
        assert ": it " not in sentence
    else:
        left = size[0] / size[there[-1]]
        if found := re.search(r"after (\d+) steps? nothing remains", sentence):
            lag = int(found[1])
            assert size[there[-1] - lag] == 0 < size[there[-1] - lag + 1]
        elif not np.isfinite(left):
            assert "not finite" in sentence
        else:
            found = re.search(r"after (\d+) steps? (.*)", sentence)
            assert int(found[1]) == there[-1]
            number = re.search(r"(?:is |^)(\S+) (?:times as|of the gradient)", found[2])
            assert (
                float(number[1].replace(",", "")) == pytest.approx(left, rel=6e-4)
                or "less than" in sentence
            )
        if word := re.search(r": it (\w+)", sentence):
            low, high = WORDS.get(word[1], (100, np.inf))
            assert low <= left < high or not np.isfinite(left), sentence
        elif not np.isnan(left):  # over a few steps it is not said to hold
            assert there[-1] < 10
            assert 0.5 <= left < 2
    check_half_lives(flow, sentence)


def check_half_lives(flow, sentence):
    """By unit, from the products over time: when is half of it gone?"""
    found = re.search(r"half-life of the memory \(.*\): (.*?)(?: in the median|\.$)", sentence)
    if not found:
        return
    _, kept = flow.kept
    with np.errstate(divide="ignore"):
        rates = np.log(np.abs(kept)).mean(axis=0)
    lives = sorted(np.log(0.5) / r if r < 0 else np.inf for r in rates)
    middle = lives[len(lives) // 2], lives[(len(lives) - 1) // 2]
    if "less than one" in found[1]:
        assert min(middle) < 1
    elif number := re.search(r"(\S+) steps?$", found[1]):
        assert any(
            float(number[1].replace(",", "")) == pytest.approx(life, rel=6e-3) for life in middle
        )
    else:
        assert np.inf in middle, sentence


FATES = {
    "the gradient is gone in": lambda left, lag: left < 1e-6,
    "ittle of the gradient arrives": lambda left, lag: 1e-6 <= left < 0.01,
    "the gradient arrives in": lambda left, lag: (
        (lag >= 10 and left >= 0.01) or 0.5 <= left ** (10 / lag) < 2
    ),
    "as grown in": lambda left, lag: left >= 2,
    "too early to tell in": lambda left, lag: 0.01 <= left < 2 and lag < 10,
    "not finite in": lambda left, lag: not np.isfinite(left),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_headline_is_true_of_each_line_that_it_names(case):
    """A sentence each; a line stands in one of them, with the number that is its own."""
    for name in (*CELLS, *TYPED):
        flow = flow_of(name, **case)
        size = flow.judged[0]
        there = np.flatnonzero(size)
        sentences = map(said, verdicts.conclusion(GradientFlows((flow,), ()), ENGLISH))
        text = next(sentences)
        assert "nan" not in text
        if not len(there):
            assert text == f"No gradient arrives in {labels(GradientFlows((flow,), ()))[0]}."
        elif not there[-1]:
            assert text == verdicts.STAYS
        else:
            left = size[0] / size[there[-1]]
            holds = next(true for words, true in FATES.items() if words in text)
            assert holds(left, there[-1]), (text, left)
            if number := re.search(r"\((\S+?)×?\)\.$", text):
                assert float(number[1].replace(",", "")) == pytest.approx(left, rel=6e-4)


def test_what_has_grown_has_commas_and_what_is_not_finite_no_number():
    flow = flow_of("keeps")
    for left, words in ((12528.0, "has grown in keeps (12,530×)."), (np.nan, "is not finite in")):
        profile = np.ones((1, 30))
        profile[0, 0] = left
        of = GradientFlows((GradientFlow("keeps", "", flow.gradients, profile),), ())
        assert words in said(verdicts.conclusion(of, ENGLISH)[0])


def test_a_run_that_is_not_finite_is_said_in_every_picture_of_its_gradients():
    flows = GradientFlows((flow_of("lstm"), flow_of("explodes")), ())
    (words,) = (said(each.text) for each in verdicts.cautions(flows, ENGLISH))
    first = np.flatnonzero(~np.isfinite(flows.flows[1].trace["h"]).all(axis=1))[0] + 1
    assert words == f"In explodes h is not a finite number from step {first} on."
    for film in (GradientFilm(flows), GradientFilm(flows, ("spectrum",))):
        parts = [
            p for each in film.stills(film.first(), 80) for p in getattr(each, "parts", [each])
        ]
        assert words in [said(each.text) for each in parts if isinstance(each, Words)]
    film = sweep.picture(flows, 3, final=False).parts
    assert words in [said(each.text) for each in film if isinstance(each, Words)]


@pytest.mark.parametrize("at", [None, 1, 15])
@pytest.mark.parametrize("name", [*CELLS, "grows", "flips"])
def test_on_the_way_back_it_is_counted_from_the_loss(name, at):
    flow = flow_of(name, at=at)
    flows = GradientFlows((flow,), ())
    size = flow.profiles[0]
    start = (30 if at is None else at) - 1
    for step in (29, 20, 14, 7, 0):
        sentence = said(verdicts.reached(flows, step, ENGLISH))
        if step > start:
            assert "the loss is at an earlier step" in sentence
        elif step == start:
            assert sentence == f"Step {step + 1}: the gradient starts here, at the loss."
        else:
            lag, part = re.search(r"(\d+) steps? before the loss\..*: (\S+)\.$", sentence).groups()
            last = np.flatnonzero(size)[-1]
            assert int(lag) == last - step
            assert float(part) == pytest.approx(size[step] / size[last], rel=6e-4)


@pytest.mark.parametrize("name", [*CELLS, *TYPED])
@pytest.mark.parametrize("cut", ["", "h_prev"])
def test_what_is_said_of_small_changes_is_what_the_product_of_the_jacobians_says(name, cut):
    known = Cell(name, TYPED[name]) if name in TYPED else CELLS[name]
    if cut and not any(route.target == cut for route in m.routes(known)):
        return
    trace = flow_of(name, steps=12, cut=cut).trace
    product = np.eye(m.jacobians(trace).shape[-1])
    with np.errstate(all="ignore"):
        for step in m.jacobians(trace):
            product = step @ product
    sentence = said(spectrum._rate_words(m.rate(trace), ENGLISH))
    largest = np.linalg.norm(product, 2) if np.isfinite(product).all() else np.nan
    if found := re.search(r"multiplied by (\S+) a step", sentence):
        times = float(found[1])
        assert np.isnan(largest) or times**12 == pytest.approx(largest, rel=0.01)
        assert ("doubles" in sentence) == (times > 1) or times == 1
    elif "wiped out" in sentence:
        assert largest == 0
    else:
        assert "keeps its size" in sentence
        assert largest == pytest.approx(1)
    assert "finite-time" in sentence or "exponent" not in sentence


@pytest.mark.parametrize("name", [*CELLS, *TYPED])
def test_the_table_of_growth_has_the_singular_values_of_the_products(name):
    """Also those that no float can hold; what is not finite is called so, never nan or inf."""
    for scale in (1.0, 1e8):
        flow = flow_of(name, steps=60, scale=scale)
        with np.errstate(all="ignore"):
            rows, maps = spectrum.picture(flow, Look()).parts[1].rows, m.jacobians(flow.trace)
        assert [plain(row[0]) for row in rows] == ["1", "5", "10", "50"]
        for row in rows:
            size = largest_singular_value(maps[-int(plain(row[0])) :])
            written = plain(row[1])
            if np.isnan(size):
                assert written == plain(row[-1]) == "not finite"
                continue
            digits, _, exponent = written.partition("e")
            with np.errstate(divide="ignore"):
                assert np.log10(float(digits)) + int(exponent or 0) == pytest.approx(size, abs=3e-4)


def largest_singular_value(maps):
    """log₁₀ of that of the product of all maps, the last one first."""
    product, power = np.eye(maps.shape[-1]), 0.0
    with np.errstate(all="ignore"):
        for step in maps[::-1]:
            product = product @ step
            largest = np.abs(product).max() or 1.0
            product, power = product / largest, power + np.log10(largest)
        if not np.isfinite(product).all():
            return np.nan
        return np.log10(np.linalg.norm(product, 2)) + power


def test_the_verdict_of_several_runs_is_that_of_the_median():
    """Of the median part that is left; also where some runs' gradients begin later than others'."""
    flow = flow_of("lstm")
    one, other = np.full(30, 1.0), np.full(30, 1.0)
    one[-3:], one[0], other[0] = 0.0, 1.276, 1.0
    two = GradientFlow("lstm", "", flow.gradients, np.array([one, other]))
    (sentence,) = map(said, verdicts.words(GradientFlows((two,), ()), ENGLISH))
    assert "1.138 times as large: it holds (in both runs)" in sentence


def test_a_common_factor_of_memory_and_normaliser_is_no_half_life():
    assert m.normalised(CELLS["slstm"]) == {"c", "n"}
    assert not any(m.normalised(cell) for name, cell in CELLS.items() if name != "slstm")
    statistics = m.gate_statistics(flow_of("slstm").trace)
    assert all(each.half_life is None for each in statistics.values())
    assert m.gate_statistics(flow_of("lstm").trace)["f"].half_life is not None


def keeping(*kept):
    """What is said of a memory of which its units keep so much at each of 4 steps."""
    flow = flow_of("lstm", steps=4, hidden=len(kept))
    flow.__dict__["kept"] = ("f", np.tile(np.array(kept, dtype=float), (4, 1)))
    (sentence,) = map(said, verdicts.words(GradientFlows((flow,), ()), ENGLISH))
    return sentence.partition("; ")[2]


def test_what_is_said_of_the_memory_is_true_of_every_unit():
    assert keeping(1, 1) == "all of the memory is kept at each step."
    assert keeping(1.1, 1.1) == keeping(1.1, 1) == "in no unit does the memory decay."
    some = keeping(0, 1, 1)
    assert some.endswith("infinite in the median unit, less than one step in the fastest unit.")
    assert keeping(0.1, 0.2).endswith(": less than one step in every unit.")
    assert keeping(-0.5, -0.5).endswith(": 1 step in the median unit and in the slowest.")
    assert keeping(0.99995).endswith(": 13,900 steps.")


def test_a_line_is_called_by_what_its_units_keep_on_average():
    """Not by a product over the units, which one unit that keeps nothing makes 0."""
    flow = flow_of("lstm", steps=4, hidden=2)
    flow.__dict__["kept"] = ("f", np.tile([0.0, 1.0], (4, 1)))
    assert labels(GradientFlows((flow,), ())) == ["lstm, f ≈ 0.50"]


def test_a_gradient_that_halves_at_a_step_is_not_said_to_hold():
    near, far = (flow_of("flips", steps=steps, at=at) for steps, at in ((30, 2), (30, 25)))
    near, far = (
        next(map(said, verdicts.words(GradientFlows((f,), ()), ENGLISH))) for f in (near, far)
    )
    assert "after 1 step 0.5000 of the gradient remains; " in near
    assert ": it vanishes" in far


def test_at_a_step_before_what_explodes_no_number_is_made_up():
    flow = flow_of("explodes")
    assert said(verdicts.reached(GradientFlows((flow,), ()), 0, ENGLISH)).endswith("not finite.")


def test_a_column_of_half_lives_is_there_only_for_a_gate_that_has_one():
    for name, there in (("lstm", True), ("slstm", False), ("lstm-1997", False)):
        table = gates.picture(flow_of(name), Look()).parts[1]
        assert ("half-life in steps" in table.heads) is there, name
        assert {len(row) for row in table.rows} == {len(table.heads)}


def test_a_gate_is_said_to_open_or_shut_only_beyond_nine_tenths_or_under_one():
    rng, seen = np.random.default_rng(3), set()
    for _ in range(40):
        given = {name: 3 * rng.normal(size=shape) for name, shape in LSTM.shapes(1, 1).items()}
        trace = run(LSTM, given, rng.normal(size=(6, 1)))
        looked = LookedAt(trace, backpropagate(trace, {}))
        for t in range(6):
            told = plain(why(looked, State(t, "c")))
            for source, word, gate in re.findall(r"(\w+) (opened|shut|raised|lowered) (\w)", told):
                w, u, b = (float(given[f"{letter}_{gate}"].item()) for letter in "WUb")
                x, past = trace["x"][t, 0], trace["h_prev"][t, 0]
                z = {"x": u * past + b, "h_prev": w * x + b}[source]
                now, otherwise = 1 / (1 + np.exp(-w * x - u * past - b)), 1 / (1 + np.exp(-z))
                true = {
                    "opened": otherwise < 0.5 and now > 0.9, "shut": otherwise > 0.5 and now < 0.1,
                    "raised": otherwise < 0.5 < now <= 0.9,
                    "lowered": otherwise > 0.5 > now >= 0.1,
                }  # fmt: skip
                assert true[word], (told, now, otherwise)
                seen.add(word)
    assert seen == {"opened", "shut", "raised", "lowered"}


def test_typed_numbers_are_repeated_in_the_notation_of_the_screens():
    assert written(np.array([[1e8], [1e-5], [-2e120], [0.5], [100]])) == "1e8,1e-5,-2e120,0.5,100"


def test_the_article_stands_before_a_title_and_not_before_a_mere_name(tmp_path):
    path = tmp_path / "typed.txt"
    path.write_text("k = sigmoid(b_k)\nc = k * c_prev + W @ x\nh = tanh(c)\n")
    typed = lstm_viz("step", "--cell", str(path), "--backward").stdout
    assert re.search(r"^c keeps ", typed, re.M)
    assert re.search(r"^c's gradient is ", typed, re.M)
    at = ("5.c", "5.c.p", "5.h", "b5.c", "b5.h", "b5.c.p", "b5.k")
    shown = [
        lstm_viz("step", "--cell", str(path), "--at", each, "--size", "80x24").stdout for each in at
    ]
    assert not [text for text in shown if re.search(r"\b[Tt]he [ckh]\b", text)]
    assert "The cell state keeps" in lstm_viz("step").stdout


def test_a_sentence_has_one_article_though_a_title_begins_with_one(tmp_path):
    path = tmp_path / "typed.txt"
    path.write_text(
        "k = sigmoid(b_k)  # a gate\nc = k * c_prev + W @ x  # the memory\nh = tanh(c)  # An output"
    )
    where = ("1.c", "1.k", "1.h", "b1.h", "b1.c", "b1.k", "b1.c.p", "1.h.p")
    step = ("step", "--cell", str(path))
    said = [lstm_viz(*step, "--at", each, "--size", "80x24").stdout for each in where]
    said += [lstm_viz(*step, "--backward").stdout]
    assert not [each for each in said if re.search(r"\b(the|a) (the|an?)\b", each, re.I)]
    assert "The memory was" in said[0]
