"""What a model that was trained here keeps beside its weights: a sequence, its loss, its symbols.

found = trained(read_model("m.npz"))       # None for any other file
found.inputs, found.target, found.loss     # (T, I), "1.3", "mse"
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.tensors import broken_is_said
from lstm_viz.validation.errors import InputError

JSON, LARGEST = "training.json", 1 << 24
ACTIVATIONS = {"cross-entropy": "softmax", "binary-cross-entropy": "sigmoid"}


@dataclass(frozen=True, eq=False)
class Trained:
    """A sequence, (T, I), and its target as it would be typed; `what` it was trained on.

    `symbols` are those that the inputs stand for, one by one; `activation` is the one that the
    loss had in it, empty for none.
    """

    what: str
    loss: str
    inputs: np.ndarray
    target: str
    each_step: bool
    labels: tuple[str, ...]
    names: tuple[str, ...]
    symbols: str

    @property
    def activation(self) -> str:
        """What turns the network's scores into probabilities."""
        return ACTIVATIONS.get(self.loss, "")


def trained(model: ModelFile) -> Trained | None:
    """What the file keeps of a training, where it is one of ours and has a sequence."""
    tensor = model.tensors.get(JSON)
    if tensor is None or tensor.size > LARGEST:
        return None
    with broken_is_said(model.path):
        said = json.loads(tensor.read().astype(np.uint8).tobytes())
        notes = said.get("notes") or {}
        if "sample" not in notes:
            return None
        sample = notes["sample"]
        inputs = np.array(sample["inputs"], dtype=float)
        rows = [each if isinstance(each, list) else [each] for each in sample["target"]]
        if inputs.ndim != 2 or not inputs.size or not np.isfinite(inputs).all():
            raise InputError(f"{model.path}: the sequence in it is broken")
        return Trained(
            str(notes["trained"]),
            str(said["loss"]),
            inputs,
            ";".join(",".join(f"{float(v):.12g}" for v in row) for row in rows),
            bool(sample["each_step"]),
            tuple(map(str, sample["labels"])),
            tuple(map(str, sample["names"])),
            str(sample["symbols"]),
        )


def one_hot(text: str, symbols: str, path: str) -> np.ndarray:
    """Each symbol of a text as a row of zeros and a one. Raises `InputError` for an unknown one."""
    if symbols == symbols.lower():
        text = text.lower()
    if unknown := [each for each in text if each not in symbols]:
        raise InputError(f"{path} has learned no {unknown[0]!r}: it knows {symbols!r}")
    if not text:
        raise InputError("--text is empty: give at least one symbol")
    places = np.array([symbols.index(each) for each in text])
    return np.asarray(places[:, None] == np.arange(len(symbols)), dtype=float)
