"""What is printed and what `--json` says are the same numbers, for every cell and part."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from program import lstm_viz
from test_printed_arithmetic import EQUATION, TOTAL, calculated, half_a_unit

from lstm_viz import CELLS

STEP = re.compile(r"── (?:backward, )?step (\d+) of")
LEFT = re.compile(r"^(.+): after (\d+) steps? (?:the gradient is )?(\S+) (?:of the|times as)")


def both(*words):
    """What is printed, line by line, and what is said in JSON."""
    printed, data = lstm_viz(*words, width=400), lstm_viz(*words, "--json")
    assert printed.exit_code == data.exit_code == 0
    rows = [re.sub("   +", "  ", row.rstrip()) for row in printed.stdout.splitlines()]
    return rows, json.loads(data.stdout)


def same(written, number):
    assert abs(calculated(written) - number) <= 1.001 * half_a_unit(written) + 1e-12 * abs(number)


@pytest.mark.parametrize("cell", CELLS)
def test_every_value_and_gradient_of_a_step_is_that_of_the_json(cell):
    run = "--weights", "random", "--hidden", "2", "--seed", "3", "--input", "sine:5"
    rows, data = both("step", "--cell", cell, *run, "--backward")
    t, back, seen = 0, False, 0
    for row in rows:
        if found := STEP.match(row):
            t, back = int(found[1]) - 1, "backward" in row
        elif row.startswith("── weights"):
            break
        elif not back and (found := EQUATION.match(row)):
            same(found[4], data["values"][found[1]][t][0])
            seen += 1
        elif back and (found := TOTAL.match(row)) and found[1] in data["gradients"]:
            same(found[2], data["values"][found[1]][t][0])
            same(found[3], data["gradients"][found[1]][t][0])
            seen += 1
    assert seen >= 5 * 2 * len(CELLS[cell].quantities)


@pytest.mark.parametrize("loss", ["last", "all", "at:2", "at:1"])
@pytest.mark.parametrize("cell", CELLS)
def test_what_is_said_of_a_gradient_is_in_the_json(cell, loss):
    rows, data = both(
        "gradients", "--cells", cell, "--length", "14", "--hidden", "3", "--loss", loss
    )
    (flow,) = data["flows"]
    (sentence,) = (
        row for row in rows if re.match(r"\S.*: .*(gradient|nothing)", row) and "units" not in row
    )
    assert (re.findall(r": it (\w+)", sentence) or [None]) == [flow["verdict"]]
    if loss != "all" and (found := LEFT.match(sentence)):
        assert int(found[2]) == {"last": 13, "at:2": 1}[loss]
        same(found[3].replace(",", ""), flow["left"][0])


@pytest.mark.parametrize("cell", CELLS)
def test_the_tables_of_gradients_are_those_of_the_json(cell):
    parts = "--routes", "--gates", "--spectrum", "--truncation"
    for part in parts:
        rows, data = both("gradients", "--cells", cell, "--length", "14", "--hidden", "3", part)
        found = data["flows"][0].get(part[2:], {})
        CHECKS[part](rows, found)


def check_routes(rows, found):
    ways = (re.match(r"(\w+) → (\w+)(?: → \w+)? +(\S+)  ", row) for row in rows)
    bars = {f"{way[1]}_prev:{way[2]}": way[3] for way in ways if way}
    assert bars.keys() >= found.keys() - {"total"}
    bars = {path: written for path, written in bars.items() if path in found}
    for path, written in bars.items():
        same(written, float(np.median(found[path])))


def check_gates(rows, found):
    names = {key.partition(" ")[0] for key in found}
    told = [row.split() for row in rows if re.match(r"\S+ +\S+ +\d+ %", row)]
    assert {name for name, *_ in told} == names
    for name, mean, *_ in told:
        same(mean, float(np.mean(found[f"{name} mean"])))


def check_spectrum(rows, found):
    told = [row.split() for row in rows if re.match(r" *\d+  \S+  ", row)]
    assert len(told) == 3
    for lag, largest, *_, rank in told:
        k = found["lags"].index(int(lag))
        same(
            largest,
            float(np.exp(found["log"][k][0] if found["log"][k][0] is not None else -np.inf)),
        )
        assert float(rank) == pytest.approx(found["rank"][k], abs=0.0501)


def check_truncation(rows, found):
    told = [row.split() for row in rows if re.fullmatch(r" *\d+ +\d\S+", row)]
    assert [int(k) for k, _ in told] == found["lengths"]
    for (_, written), error in zip(told, found["errors"], strict=True):
        same(written, error)


CHECKS = {
    "--routes": check_routes, "--gates": check_gates, "--spectrum": check_spectrum,
    "--truncation": check_truncation,
}  # fmt: skip
