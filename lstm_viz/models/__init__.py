"""Weights of real models into networks: one file a format.

    network = load_model("net.pt")                  # or .safetensors, .npz, .keras, .h5, .onnx
    record = network.run(series)                    # (T, I), or (T, B, I)
    network.backpropagate(record, doutputs).traces["lstm"]["h"]     # the true ∂L/∂h at each step

`read_model` gives the parts that were found, before they become a network.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.files.reading import size_of
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.tensors import broken_is_said
from lstm_viz.network.network import Network
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.names import printable, short

ENDINGS = (".pt", ".pth", ".safetensors", ".npz", ".keras", ".h5", ".hdf5", ".onnx")
NONLINEARITIES = ("tanh", "relu")
LONGEST_NAME = 1000
ELSEWHERE = {  # what is not read, and what to save instead
    ".pb": "a graph of TensorFlow, which is not read. A Keras SavedModel can be loaded with"
    " tf_keras.models.load_model(FOLDER) and saved as model.h5; convert others to ONNX (python"
    " -m tf2onnx.convert --saved-model FOLDER --output model.onnx)",
    ".tflite": "a model of TensorFlow Lite, which is not read; give the original model (.keras,"
    " .h5)",
    ".msgpack": "a file of Flax, which is not read; save its arrays by name: params ="
    " flax.serialization.msgpack_restore(bytes),"
    " numpy.savez('net.npz', **flax.traverse_util.flatten_dict(params, sep='.'))",
}


def load_model(
    path: str | Path,
    layer: str | None = None,
    *,
    head: str | None = None,
    nonlinearity: str | None = None,
    dtype: Any = np.float64,
) -> Network:
    """The network of a file of PyTorch, Keras or ONNX, or of arrays by name.

    `layer` chooses one recurrent layer or stack by its name. `head` says what follows it (see
    `ModelFile.network`). `nonlinearity` is for files that do not hold it: tanh or relu of PyTorch's
    plain RNN, and of Keras' weights alone, with that of the gates after a comma
    (`tanh,hard_sigmoid`). `network.notes` says what was taken for granted. Nothing in the file is
    executed.

    Raises `InputError` for a file that is broken, of another kind, or without a recurrent layer.
    """
    return read_model(path, nonlinearity).network(layer, head, dtype)


def read_model(path: str | Path, nonlinearity: str | None = None) -> ModelFile:
    """What is in a file: its layers and its tensors, and which of these are not read."""
    with broken_is_said(str(path)):
        model = _read(str(path), nonlinearity)
        model.size = (model.size or 0) + size_of(path)
        return _shown_safely(model)


def _shown_safely(model: ModelFile) -> ModelFile:
    """What a terminal would obey is not a name, and is not printed either."""
    for name in (*model.tensors, *(part.name for part in model.parts)):
        if not name.isprintable() or len(name) > LONGEST_NAME:
            raise InputError(f"{model.path}: {name!r} is not a name of a tensor or a layer")
    model.format, model.notes = printable(model.format), list(map(printable, model.notes))
    model.parts = [
        replace(part, what=printable(part.what), notes=tuple(map(printable, part.notes)))
        for part in model.parts
    ]
    return model


def _read(path: str, nonlinearity: str | None) -> ModelFile:
    kind = _kind(path, _beginning(path))
    if kind == "onnx":
        from lstm_viz.models.onnx.file import read_onnx

        return read_onnx(path)
    if kind in ("keras", "h5"):
        from lstm_viz.models.keras import file as keras

        return (keras.read_keras if kind == "keras" else keras.read_h5)(path, nonlinearity)
    if nonlinearity not in (None, *NONLINEARITIES):
        raise OptionError(f"{nonlinearity!r} is not a nonlinearity of an RNN: use tanh or relu")
    if kind == "npz":
        from lstm_viz.models.npz import read_npz

        return read_npz(path, nonlinearity)
    return _named(path, kind, nonlinearity)


def _named(path: str, kind: str, nonlinearity: str | None) -> ModelFile:
    from lstm_viz.models import safetensors
    from lstm_viz.models.names import of_names
    from lstm_viz.models.pytorch.model import read_pytorch

    if kind == "pt":
        return read_pytorch(path, nonlinearity)
    model = of_names(safetensors.tensors(path), path, nonlinearity)
    model.format, model.ordered = f"safetensors, {model.format}", False
    return model


def _beginning(path: str) -> bytes:
    if os.path.isdir(path):
        saved = os.path.exists(os.path.join(path, "saved_model.pb"))
        what = f"a folder; a model is one file ({', '.join(ENDINGS)})"
        raise InputError(f"{path}: this is {ELSEWHERE['.pb'] if saved else what}")
    size_of(path)
    try:
        with open(path, "rb") as file:
            return file.read(64)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None


def _kind(path: str, start: bytes) -> str:
    """The format, from the first bytes, and from the ending where these do not say."""
    ending = Path(path).suffix.lower()
    if not start:
        raise InputError(f"{path}: this file is empty")
    if ending in ELSEWHERE:
        raise InputError(f"{path}: this is {ELSEWHERE[ending]}")
    if start.startswith(b"PK"):
        return _kind_of_zip(path)
    if start.startswith(b"\x89HDF\r\n\x1a\n"):
        return "h5"
    if ending == ".onnx":
        return "onnx"
    if ending == ".safetensors" or start[8:9] == b"{":
        return "safetensors"
    if start[:1] == b"\x80":
        return "pt"
    if ending in ENDINGS:
        raise InputError(f"{path}: this is not a {ending} file, although its name says so")
    raise InputError(f"{path}: this is not a model file that can be read ({', '.join(ENDINGS)})")


def _kind_of_zip(path: str) -> str:
    from lstm_viz.files.zips import opened

    with opened(path) as archive:
        names = archive.namelist()
    if any(name.rpartition("/")[2] == "data.pkl" for name in names):
        return "pt"
    if "config.json" in names and "model.weights.h5" in names:
        return "keras"
    if any(name.endswith(".npy") for name in names):
        return "npz"
    held = ", ".join(map(short, names[:3])) or "nothing"
    raise InputError(f"{path}: this zip file is not a model that can be read; it holds {held}")


def from_torch(
    module: Any,
    layer: str | None = None,
    *,
    example: Any = None,
    head: str | None = None,
    dtype: Any = np.float64,
) -> Network:
    """The network of a live PyTorch module: its recurrent layers, and what stands around them.

    With `example`, what the module takes (a tensor, an array, or a tuple of several), it is run
    once: order, head and initial states are those seen, and the outputs are compared. Without, the
    layers are taken in the order in which the module defines them, and what that does not say is
    asked for. `layer` takes one recurrent layer or stack alone, `head` says what follows it.
    `network.notes` says what was taken for granted.

    Raises `InputError` where the network would compute something else than the module.
    """
    from lstm_viz.models.live.torch import network_of

    return network_of(module, layer, example, head, dtype)


def from_keras(
    layer: Any, name: str | None = None, *, example: Any = None, dtype: Any = np.float64
) -> Network:
    """The network of a live Keras model or layer; `name` chooses one recurrent layer alone.

    The outputs are compared with the model's own, on `example` (batch first, as it takes it) or on
    random numbers. Raises `InputError` where they differ, with the layer.
    """
    from lstm_viz.models.live.keras import network_of

    return network_of(layer, name, example, dtype)


__all__ = ["ENDINGS", "ModelFile", "from_keras", "from_torch", "load_model", "read_model"]
