"""What is written down elsewhere says the same: LaTeX, and a NumPy file that runs on its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from made_up import texts

from lstm_viz import CELLS, Cell, backpropagate, run
from lstm_viz.equations.latex import latex
from lstm_viz.equations.numpy_source import numpy_source

UNFRIENDLY = Cell(
    'a "quoted" \\ name',
    '''
    t = tanh(np @ inputs_prev + W_1 @ x + given_b)   # a "title" \\ with: """ in it
    T = t * range_prev + weights_p * zip_prev
    range = T / (2 + t)
    zip = range * np_prev
    np_ = 0.5
    inputs = zip * np_ + W_k @ (b_1 * np_)
    len = recorded @ inputs + 3
    steps = sigmoid(len) ** 2
    dt_ = steps + states_b
    h = dt_ - steps_prev
    '''.replace("np_prev", "T_prev"),
    'a "source" \\n with """ quotes',
)


def the_module(cell: Cell) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(compile(numpy_source(cell), cell.name, "exec"), space)
    return space


def compare(cell: Cell, inputs: int, hidden: int) -> None:
    rng = np.random.default_rng(0)
    shapes = cell.shapes(inputs, hidden)
    weights = {name: rng.normal(0, 0.5, shape) for name, shape in shapes.items()}
    x = rng.normal(size=(5, inputs))
    first = run(cell, weights, x)
    states = {name: rng.normal(0, 0.5, value.shape) for name, value in first.final.items()}
    trace = run(cell, weights, x, states)
    dh = rng.normal(size=trace[cell.output].shape)
    gradients = backpropagate(trace, {cell.output: dh})
    module = the_module(cell)
    recorded = module["forward"](weights, x, states)
    records, totals = module["backward"](weights, recorded, dh)
    assert list(recorded) == list(records) == list(trace.names)
    for name in trace.names:
        np.testing.assert_allclose(recorded[name], trace[name], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(records[name], gradients[name], rtol=1e-12, atol=1e-12)
    for name in weights:
        np.testing.assert_allclose(totals[name], gradients.weights[name], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", CELLS)
def test_the_numpy_file_computes_the_same(name: str) -> None:
    compare(CELLS[name], 2, 3)


def test_names_that_mean_something_to_python_are_safe_in_the_file() -> None:
    compare(UNFRIENDLY, 2, 3)


@settings(
    max_examples=30,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(texts(same_rows=True))
def test_the_numpy_file_of_any_cell_computes_the_same(text: str) -> None:
    with np.errstate(all="ignore"):
        compare(Cell("made-up", text), 2, 2)


def test_the_numpy_file_runs_where_only_numpy_is(tmp_path: Path) -> None:
    file = tmp_path / "cell.py"
    file.write_text(numpy_source(CELLS["slstm"]), encoding="utf-8")
    seen = "import sys, cell; print('lstm_viz' in sys.modules, callable(cell.forward))"
    done = subprocess.run(
        [sys.executable, "-c", seen], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]


def test_the_numpy_file_holds_each_line_and_each_derived_line() -> None:
    source = numpy_source(CELLS["gru"])
    assert "z_n = W_n @ x + b_n + r * (U_n @ h_prev + b_hn)  # candidate" in source
    assert "        # h = (1 - z) * n + z * h_prev\n" in source  # above what it sends back
    assert "dz_r += dr * r * (1 - r)" in source
    assert "dU_n += np.outer(dz_n * r, h_prev)" in source


@pytest.mark.parametrize("name", CELLS)
def test_the_latex_is_balanced_and_has_a_line_for_each_equation(name: str) -> None:
    written = latex(CELLS[name])
    assert written.count("{") == written.count("}")
    assert written.count(r"\left(") == written.count(r"\right)")
    assert written.count("&=") == len(CELLS[name].equations) + 1
    assert written.count(r"&\mathrel{+}=") == len(CELLS[name].backward)
    assert "_prev" not in written
    assert not re.search(r"\bd[a-z]_", written)


def test_the_latex_reads_like_the_papers() -> None:
    written = latex(CELLS["gru"])
    for line in (
        r"z_{n,t} &= W_{n} \, x_{t} + b_{n} + r_{t} \odot \left(U_{n} \, h_{t-1} + b_{hn}\right)",
        r"r_{t} &= \sigma(z_{r,t}) && \text{reset gate}",
        r"\delta h_{t-1} &\mathrel{+}= U_{r}^{\top} \, \delta z_{r,t}",
        r"\delta W_{n} &\mathrel{+}= \delta z_{n,t} \, x_{t}^{\top}",
    ):
        assert line in written


def test_greek_letters_and_accents_are_those_of_latex() -> None:
    cell = Cell("greek", "C̃ = α * C̃_prev + beta_1 * x\nh = tanh(C̃)")
    written = latex(cell)
    assert r"\tilde{C}_{t} &= \alpha \odot \tilde{C}_{t-1} + \beta_{1} \odot x_{t}" in written
    assert "α" not in written


def test_words_with_signs_of_latex_are_escaped() -> None:
    written = latex(Cell("odd", "alpha_1 = x ** 2 / 3e-7  # 5% of $a_b & {c} ~^\\"))
    assert r"\alpha_{1,t} &= \frac{x_{t}^{2}}{3 \cdot 10^{-7}}" in written
    assert r"\text{5\% of \$a\_b \& \{c\} \textasciitilde{}\textasciicircum{}" in written
