"""An activation of an ONNX layer without its alpha: what is taken is said where runtimes differ."""

import numpy as np
import pytest
from graphs import writer

from lstm_viz import load_model


@pytest.mark.parametrize(
    ("activations", "said"),
    [
        ({"activations": ["Sigmoid", "Affine", "Tanh"]}, ["Affine"]),
        ({"activations": ["LeakyRelu", "Tanh", "ThresholdedRelu"]}, ["ThresholdedRelu"]),
        (
            {"activations": ["LeakyRelu", "Tanh", "ThresholdedRelu"], "activation_alpha": [0.1]},
            ["ThresholdedRelu"],
        ),
        ({"activations": ["Sigmoid", "ThresholdedRelu", "Tanh"], "activation_alpha": [0.5]}, []),
        ({"activations": ["HardSigmoid", "Elu", "LeakyRelu"]}, []),
        ({}, []),
    ],
)
def test_an_alpha_that_the_standard_and_onnx_runtime_take_differently(
    tmp_path, onnx, activations, said
):
    path = writer(tmp_path, onnx)(("LSTM", "x W R B", "Y h c", activations), outputs=["Y"])
    notes = load_model(path).notes
    assert [note.split()[1] for note in notes if "ONNX Runtime takes 0" in note] == said
    assert np.isfinite(load_model(path).run(np.ones((4, 1, 2))).outputs).all()
