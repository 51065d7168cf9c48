"""Every printed line of arithmetic, worked out anew from nothing but its own printed text.

A reader with a pocket calculator comes within two per cent of what is printed, or within half a
unit of its last digit.
"""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from lstm_viz import CELLS, Cell, backpropagate, run
from lstm_viz.pictures.kinds import Stack
from lstm_viz.terminal.paper import Paper, lines
from lstm_viz.views.step import printed, printed_back

TYPED = "k = sigmoid(b_k) * c_prev - V @ h_prev   # kept\nc = k + W @ x\nh = tanh(c) ** 2"
EQUATION = re.compile(r"^(\w+) += (.+?)  += (.+?)  += +(\S+)(?:  .*)?$")
SHARE = re.compile(r"^ +← (?:step \d+|\w+) +(\S.*?)  += (.+?)  +(\S+)(?: +(?:≈ )?-?[\d.]+ %)?$")
TOTAL = re.compile(r"^(\w+(?:\[\d+\])?)(?: .*?)?  +(\S+) +(\S+)$")
PART = re.compile(r"^ +← .*?  +(\S+)(?: +((?:≈ )?-?[\d.]+) %)?$")


def safely(function):
    def found(*arguments):
        try:
            return function(*arguments)
        except OverflowError:
            return math.inf

    return found


def clip(v, lo, hi):
    return min(max(v, lo), hi)


FUNCTIONS = {
    "exp": safely(math.exp), "tanh": math.tanh, "sin": math.sin, "cos": math.cos, "abs": abs,
    "log": lambda v: math.log(v) if v > 0 else -math.inf, "sqrt": math.sqrt,
    "sigmoid": lambda v: 1 / (1 + math.exp(-v)) if v > -700 else math.exp(v),
    "softplus": lambda v: max(v, 0.0) + math.log1p(math.exp(-abs(v))),
    "relu": lambda v: max(v, 0.0), "maximum": max, "minimum": min,
    "step": lambda v: float(v > 0), "sign": lambda v: float(np.sign(v)), "clip": clip,
    "log1p": math.log1p, "expm1": safely(math.expm1),
    "hard_sigmoid": lambda v: clip(v / 6 + 0.5, 0, 1),
}  # fmt: skip


def calculated(written):
    """What comes out of the text."""
    written = re.sub("Σ[₀-₉]+", "", written).replace("·", "*").replace("²", "**2")
    return float(eval(written, {"__builtins__": {}}, FUNCTIONS))


def half_a_unit(written):
    digits, _, power = re.sub(r"^-?1[+-]", "", written).partition("e")
    return 0.5 * 10.0 ** (int(power or 0) - len(digits.partition(".")[2]))


def agrees(found, written):
    told = calculated(written)
    return abs(found - told) <= max(0.02 * abs(told), 1.0001 * half_a_unit(written))


def text_of(pictures, digits=4):
    paper = Paper(600, digits)
    rows = (row.plain for each in pictures for row in lines(Stack((each,)), paper))
    return [re.sub("   +", "  ", row.rstrip()) for row in rows]


def gradients_of(name, scale, hidden, seed, shift=0.0):
    cell = Cell("typed", TYPED) if name == "typed" else CELLS[name]
    rng = np.random.default_rng(seed)
    inputs = hidden if cell.letters("x") != "I" else 2
    start = cell.start(inputs, hidden, seed)
    weights = {k: scale * w + shift * rng.normal(size=w.shape) for k, w in start.items()}
    trace = run(cell, weights, rng.normal(size=(4, inputs)) * max(1.0, abs(shift)))
    return backpropagate(trace, {cell.output: rng.normal(size=trace[cell.output].shape)})


WEIGHTS = [(1.0, 1, 0, 0.0), (1.0, 2, 1, 1.0), (30.0, 2, 2, 0.0), (1.0, 5, 3, 3.0), (1e-4, 1, 4, 0)]


def check(found, written, line):
    if "nan" not in line and "inf" not in line:
        assert agrees(found, written), (found, line)


@pytest.mark.parametrize("weights", WEIGHTS, ids=str)
@pytest.mark.parametrize("name", [*CELLS, "typed"])
def test_every_line_forward_comes_out_on_a_calculator(name, weights):
    gradients = gradients_of(name, *weights)
    found = [EQUATION.match(row) for row in text_of(printed.forward(gradients.trace))]
    told = [each for each in found if each]
    assert len(told) == len(gradients.trace.cell.quantities) * len(gradients.trace)
    for each in told:
        if not re.search("nan|inf", each[0]):
            check(calculated(each[3]), each[4], each[0])


@pytest.mark.parametrize("weights", WEIGHTS, ids=str)
@pytest.mark.parametrize("name", [*CELLS, "typed"])
def test_every_line_backward_comes_out_on_a_calculator(name, weights):
    gradients = gradients_of(name, *weights)
    rows = text_of(printed_back.backward(gradients))
    told = [each for row in rows if (each := SHARE.match(row))]
    assert told
    for each in told:
        if not re.search("nan|inf", each[0]):
            check(calculated(each[2]), each[3], each[0])


@pytest.mark.parametrize("weights", WEIGHTS, ids=str)
@pytest.mark.parametrize("name", [*CELLS, "typed"])
def test_the_printed_shares_add_up_and_the_percentages_are_of_the_gradient(name, weights):
    total, shares, count = None, [], 0
    for row in [*text_of(printed_back.backward(gradients_of(name, *weights))), "end"]:
        if found := PART.match(row):
            shares.append((found[1], found[2]))
            continue
        if shares and "nan" not in str((total, shares)) and "inf" not in str((total, shares)):
            assert agrees(sum(calculated(share) for share, _ in shares), total), (total, shares)
            for share, percent in shares:
                if percent and calculated(total):
                    told = float(percent.removeprefix("≈ ")) / 100
                    off = abs(calculated(share) / calculated(total) - told)
                    least = 0.0005 if "." in percent or "≈" in percent else 0.005
                    assert off <= least + 0.03 * abs(told), (total, shares)
                    assert percent != "0" or calculated(share) == 0, (total, shares)
            count += 1
        found, shares = TOTAL.match(row), []
        total = found[3] if found else total
    assert count
