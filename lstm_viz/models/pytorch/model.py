"""A file of PyTorch as a model: a state_dict, several of them, TorchScript, or a whole module."""

from __future__ import annotations

from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.names import PYTORCHS, of_names
from lstm_viz.models.pytorch.contents import Contents
from lstm_viz.models.pytorch.file import read_file
from lstm_viz.models.pytorch.modules import definitions
from lstm_viz.models.pytorch.quantised import NOTE
from lstm_viz.models.pytorch.values import is_array
from lstm_viz.models.tensors import Tensors
from lstm_viz.validation.errors import InputError


def read_pytorch(path: str, nonlinearity: str | None = None) -> ModelFile:
    """The model in a file of PyTorch; nothing in it is executed.

    Raises `InputError` as `read_file`, and for arrays whose order of gates their names do not say.
    """
    tensors, held = read_file(path)
    _refuse_other_orders(tensors, path)
    defined = definitions(held.modules, tensors)
    model = of_names(tensors, path, nonlinearity, defined)
    by = "" if model.format == PYTORCHS else f", {model.format}"
    model.format = _format(held) + by
    if held.modules:
        model.unsaid = "what forward() does is not read"
    if held.packed:
        model.notes.append(NOTE)
    return model


def _format(held: Contents) -> str:
    if any(made.maker.startswith("__torch__") for made in held.modules.values()):
        return "TorchScript, read as data"
    if held.modules:
        return "PyTorch module, read as data"
    arrays = any(map(is_array, held.tensors.values()))
    return "pickle of NumPy arrays, read as data" if arrays else "PyTorch state_dict"


def _refuse_other_orders(tensors: Tensors, path: str) -> None:
    """A kernel in a file of PyTorch is no layer of PyTorch's, nor one of Keras'."""
    found = next((name for name in tensors if name.rpartition(".")[2] == "recurrent_kernel"), None)
    if found:
        raise InputError(
            f"{path}: {found} is of another library, and the file does not say the order of its"
            " gates (Keras: i f c o, Haste: i g f o): split it into W_i, W_f, W_g, W_o, each"
            " (units,"
            " inputs), U_i … and b_i …, and save these by name (numpy.savez)"
        )
