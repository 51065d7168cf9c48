"""Arrays by name: PyTorch's and Equinox' names, Flax', Haiku's, TensorFlow 1's, Keras', those of
textbooks, or a cell's own parameters (`W_i`, `U_i`, …).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from lstm_viz.models.arrays import flax, haiku, parameters, tensorflow, textbook
from lstm_viz.models.arrays.layer import grouped
from lstm_viz.models.keras.guess import guess
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.parts import Part
from lstm_viz.models.pytorch.effective import effective
from lstm_viz.models.pytorch.layers import NAME, Definitions, layers
from lstm_viz.models.tensors import Tensor

KERAS = re.compile(r"^(?:(.*)[./])?(kernel|recurrent_kernel|bias)(?::0)?$")
SHORT = re.compile(r"^(?:(.*?)_)?([wb])_(ih|hh)$")  # enc_w_ih
LOOKS = re.compile(
    r"lstm|gru|rnn|recurrent|hidden_to_hidden|(?:^|[._])[wu]_?(?:hh|x[hi])|\bh[ifgorzn][./]kernel"
)
PYTORCHS = "arrays by PyTorch's names"
CONVENTIONS = {
    "Flax'": flax.parts,
    "Haiku's": haiku.parts,
    "TensorFlow 1's": tensorflow.parts,
    "a textbook's": textbook.parts,
}
SORTED = ("Flax'", "Haiku's")  # their layers come in the order of the alphabet
Tensors = Mapping[str, Tensor]


def of_names(
    tensors: Tensors,
    path: str,
    nonlinearity: str | None = None,
    defined: Definitions | None = None,
) -> ModelFile:
    """The model that named arrays are; `defined` is what a pickled module says of them."""
    if any(map(SHORT.match, tensors)):
        tensors = {_long(n): replace(tensor, name=_long(n)) for n, tensor in tensors.items()}
    if any(map(NAME.match, effective(tensors)[0])):
        found = layers(tensors, path, nonlinearity, defined)
        return ModelFile(
            path,
            PYTORCHS,
            found.parts,
            found.tensors,
            framework="torch",
            notes=found.notes,
            states=found.states,
        )
    for name, read in CONVENTIONS.items():
        if parts := read(tensors):
            ordered = name not in SORTED
            return ModelFile(path, f"arrays by {name} names", parts, tensors, ordered=ordered)
    if any("recurrent_kernel" in name for name in tensors):
        model = ModelFile(path, "arrays by Keras' names", _keras(tensors, path), tensors)
        model.notes = ["assumed: the gates in kernel and recurrent_kernel are in Keras' order"]
        return model
    own = parameters.parts(tensors)
    rest = parameters.without_run(own, tensors)
    model = ModelFile(path, "arrays by a cell's parameters", own, rest)
    model.why = "" if model.parts else _why(tensors)
    return model


def _why(tensors: Tensors) -> str:
    """What to write, where a recurrent layer seems to be there under names that are not known."""
    found = [f"{name} {t.shape}" for name, t in tensors.items() if LOOKS.search(name.lower())]
    if not found:
        return ""
    held = ", ".join(found[:3]) + ", …" * (len(found) > 3)
    return (
        f"it may hold a recurrent layer, but its names are not known ({held}): save the arrays"
        " with numpy.savez under PyTorch's names (weight_ih, weight_hh, bias_ih, bias_hh) or a"
        " cell's (W_i, U_i, b_i: lstm-viz cells lstm)"
    )


def _long(name: str) -> str:
    """`enc_w_ih` → `enc.weight_ih`, and beside such names `fc_w` → `fc.weight`."""
    if match := SHORT.match(name):
        prefix, kind, which = match.groups()
        word = {"w": "weight", "b": "bias"}[kind]
        return f"{prefix}.{word}_{which}" if prefix else f"{word}_{which}"
    stem, _, last = name.rpartition("_")
    if last == "emb":
        return f"{name}.weight"
    word = {"w": "weight", "b": "bias"}.get(last, "")
    return f"{stem}.{word}" if word else name


def _keras(tensors: Tensors, path: str) -> list[Part]:
    order = ("kernel", "recurrent_kernel", "bias")
    groups = grouped(KERAS, tensors, "layer")
    return guess({k: [g[w] for w in order if w in g] for k, g in groups.items()}, path, "3")
