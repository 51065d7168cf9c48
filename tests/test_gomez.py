"""A. Gomez, Backpropagating an LSTM: a numerical example (2016), to the digits he prints."""

import numpy as np
import pytest

from lstm_viz import LSTM, Gradients, Trace, backpropagate, run
from lstm_viz.weights.presets import PRESETS

FORWARD = {
    "g": (0.81775, 0.84980), "i": (0.96083, 0.98118), "f": (0.85195, 0.87030),
    "o": (0.81757, 0.84993), "c": (0.78573, 1.51763), "h": (0.53631, 0.77198),
}  # fmt: skip
BACKWARD = {
    "c": (-0.05348, -0.07111), "z_g": (-0.01702, -0.01938), "z_i": (-0.00165, -0.00112),
    "z_o": (0.00176, -0.05538),
}  # fmt: skip
BIASES = {"b_g": -0.0364, "b_i": -0.0028, "b_f": -0.0063, "b_o": -0.0536}


def run_gomez() -> tuple[Trace, Gradients]:
    preset = PRESETS["gomez"]
    trace = run(LSTM, preset.weights(), preset.inputs)
    return trace, backpropagate(trace, {"h": trace["h"] - np.array(preset.targets)})


def test_the_forward_pass_is_as_printed() -> None:
    trace, _ = run_gomez()
    for name, values in FORWARD.items():
        np.testing.assert_allclose(trace[name].ravel(), values, atol=5.1e-6)


def test_the_backward_pass_is_as_printed() -> None:
    _, gradients = run_gomez()
    for name, values in BACKWARD.items():
        np.testing.assert_allclose(gradients[name].ravel(), values, atol=5.1e-6)
    assert gradients["h"][1, 0] == pytest.approx(-0.47802, abs=5.1e-6)
    assert gradients["z_f"][1, 0] == pytest.approx(-0.00631, abs=5.1e-6)
    assert gradients["h_prev"][1, 0] == pytest.approx(-0.01828, abs=5.1e-6)
    for name, value in BIASES.items():
        assert gradients.weights[name].item() == pytest.approx(value, abs=5.1e-5)
