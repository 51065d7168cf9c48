"""`.npz`: arrays by name, as one of our networks or by a framework's names."""

from __future__ import annotations

from lstm_viz.files.npz import StoredArray, stored_arrays
from lstm_viz.models import native
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.names import of_names
from lstm_viz.models.tensors import Tensor
from lstm_viz.network.saving import CONFIG
from lstm_viz.validation.errors import InputError


def read_npz(path: str, nonlinearity: str | None = None) -> ModelFile:
    """The model in a file of arrays; which of the conventions it has is seen from the names."""
    tensors = {name: _stored(name, array) for name, array in stored_arrays(path).items()}
    if CONFIG in tensors:
        return native.of_tensors(tensors, path)
    if native.CELL in tensors:
        return native.of_run(tensors, path)
    if native.FLOWS in tensors:
        raise InputError(f"{path}: these are gradients without weights: lstm-viz step saves a run")
    return of_names(tensors, path, nonlinearity)


def _stored(name: str, array: StoredArray) -> Tensor:
    return Tensor(name, array.head.shape, str(array.head.dtype), array.read)
