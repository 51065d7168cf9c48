"""Normalisation under PyTorch's names: weight, bias, running_mean, running_var."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lstm_viz.models.parts import Part, other
from lstm_viz.models.tensors import Tensor
from lstm_viz.network.layers import Layer
from lstm_viz.network.normalisation import LayerNorm, Scale

EPSILON = 1e-5  # PyTorch's own, where none is said
TAKEN = "assumed: epsilon is 1e-5 (the file does not say)"
OURS = {"weight": "gamma", "bias": "beta", "running_mean": "mean", "running_var": "variance"}


def batch_norm(name: str, held: Mapping[str, Tensor], epsilon: float | None) -> Part | None:
    """The averages that it kept are constants; None where it kept none, and takes the batch's."""
    own = _own(held)
    if not {"mean", "variance"} <= own.keys():
        return None

    def build() -> Layer:
        read = {key: tensor.numbers() for key, tensor in own.items()}
        return Scale.of_batch(read, EPSILON if epsilon is None else epsilon, name)

    return _said(other(name, "batch normalisation", build, own.values()), epsilon)


def layer_norm(name: str, held: Mapping[str, Tensor], epsilon: float | None) -> Part:
    """Over the features of each step."""
    own = _own(held)

    def build() -> Layer:
        read = {key: tensor.numbers() for key, tensor in own.items()}
        return LayerNorm(read, EPSILON if epsilon is None else epsilon, name)

    return _said(other(name, "LayerNorm", build, own.values()), epsilon)


def _said(part: Part, epsilon: float | None) -> Part:
    """With how many features it has, and whether its epsilon was taken for granted."""
    width = next((tensor.size for tensor in part.tensors), None)
    notes = (TAKEN,) if epsilon is None else ()
    return replace(part, inputs=width, outputs=width, notes=notes)


def _own(held: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """By our names; how many batches there were is not read."""
    last = {name.rpartition(".")[2]: tensor for name, tensor in held.items()}
    return {OURS[key]: tensor for key, tensor in last.items() if key in OURS}
