"""`.pt` and `.pth`: the state_dict of a PyTorch file, read without PyTorch and without unpickling.

The file is a zip with `data.pkl`, which says how the tensors lie in the storages `data/0`,
`data/1` … . Offsets, sizes and strides are checked against the storages before a number is read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from lstm_viz.files.npz import MOST_AXES
from lstm_viz.files.zips import Zip, broken_is_said, member, part
from lstm_viz.models.pytorch.pickles import Made, Reference, read
from lstm_viz.models.tensors import MOST_TENSORS, Tensor, as_float, width
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import READING

LARGEST_PICKLE = 1 << 25
MOST_PASSED = 64  # bytes of storages for a byte of the file, as many tensors may share one
SAVE = "save its numbers alone: torch.save(model.state_dict(), 'weights.pt')"
STORAGES = {
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
}


def tensors(path: str) -> dict[str, Tensor]:
    """The tensors of the state_dict in a file, by name.

    Raises `InputError` for a broken file, a whole pickled module, TorchScript, or the format of
    before PyTorch 1.6; it says how to save what can be read.
    """
    with broken_is_said(path):
        archive = Zip(path)
        names = archive.namelist()
        root = next((n[: -len("data.pkl")] for n in names if n.endswith("data.pkl")), None)
        if root is None:
            raise InputError(f"{path}: this zip holds no PyTorch weights (there is no data.pkl)")
        if f"{root}constants.pkl" in names or any(n.startswith(f"{root}code/") for n in names):
            raise InputError(f"{path}: this is a TorchScript program, not weights; {SAVE}")
        whole = read(member(archive, f"{root}data.pkl", path, LARGEST_PICKLE), path)
        big = (
            f"{root}byteorder" in names and member(archive, f"{root}byteorder", path, 64) == b"big"
        )
        if big:
            raise InputError(f"{path}: its numbers are big-endian, which is not read")
    found = dict(_tensors(_state_dict(whole, path), path, root, archive))
    if len(found) > MOST_TENSORS:
        raise InputError(f"{path}: {len(found):,} tensors are too many")
    if not found:
        raise InputError(f"{path}: there are no tensors in it; {SAVE}")
    return found


def refuse_old(path: str) -> InputError:
    """What is said of a PyTorch file from before the zip format."""
    return InputError(
        f"{path}: this file has the format of before PyTorch 1.6, or is a plain pickle; load it in"
        f" PyTorch and {SAVE}"
    )


def _state_dict(whole: Any, path: str) -> dict[Any, Any]:
    """The dictionary of tensors: the whole, or what a checkpoint keeps under a name."""
    if isinstance(whole, Made):
        what = whole.maker.replace(" ", ".")
        raise InputError(f"{path}: this is a whole pickled object ({what}), not weights; {SAVE}")
    if not isinstance(whole, dict):
        raise InputError(f"{path}: this holds no state_dict; {SAVE}")
    if any(_is_tensor(value) for value in whole.values()):
        return whole
    usual = ("state_dict", "model_state_dict", "model", "weights", "net", "module", "ema")
    inner = [whole[key] for key in usual if isinstance(whole.get(key), dict)]
    inner += [value for value in whole.values() if isinstance(value, dict)]
    for each in inner:
        if any(_is_tensor(value) for value in each.values()):
            return dict(each)
    held = next((v for v in whole.values() if isinstance(v, Made)), None)
    also = f" but a pickled {held.maker.replace(' ', '.')}" if held else ""
    raise InputError(f"{path}: there are no tensors in it{also}; {SAVE}")


def _is_tensor(value: Any) -> bool:
    return isinstance(value, Made) and "_rebuild_" in value.maker


def _tensors(
    state: dict[Any, Any], path: str, root: str, archive: Zip
) -> Iterator[tuple[str, Tensor]]:
    sizes = {info.filename: info.file_size for info in archive.infolist()}
    passed = 0
    for name, value in state.items():
        if _is_tensor(value) and isinstance(name, str):
            tensor, place = _tensor(name, value, path, root, archive, sizes)
            passed += sizes[place]
            if passed > READING + MOST_PASSED * archive.size:
                raise InputError(f"{path}: its tensors take too much from too few numbers")
            yield name, tensor


def _tensor(
    name: str, value: Made, path: str, root: str, archive: Zip, sizes: dict[str, int]
) -> tuple[Tensor, str]:
    """A tensor, and the file of the zip that its numbers are in."""
    wrong = InputError(f"{path}: {name} is a tensor of a kind that is not read ({value.maker})")
    while value.maker == "torch._utils _rebuild_parameter":
        if not (isinstance(value.arguments, tuple) and isinstance(value.arguments[0], Made)):
            raise wrong
        value = value.arguments[0]
    if value.maker != "torch._utils _rebuild_tensor_v2":
        raise wrong
    try:
        reference, offset, shape, stride = value.arguments[:4]
        kind, storage, key, _, count = reference.key
        dtype = STORAGES[storage.name.removeprefix("torch ")]
        whole = [offset, count, *shape, *stride]
        good = kind == "storage" and isinstance(reference, Reference) and isinstance(key, str)
        good = good and len(shape) == len(stride) <= MOST_AXES
    except (TypeError, ValueError, AttributeError, KeyError):
        raise wrong from None
    if not good or not all(isinstance(n, int) and 0 <= n < 2**62 for n in whole):
        raise InputError(f"{path}: {name} has sizes that cannot be")
    place = f"{root}data/{key}"
    end = offset + sum((n - 1) * s for n, s in zip(shape, stride, strict=True)) + 1
    if 0 not in shape and (end > count or math.prod(shape) > count):
        raise InputError(f"{path}: {name}, {tuple(shape)}, reaches beyond its storage")
    if sizes.get(place, -1) != count * width(dtype):
        raise InputError(
            f"{path}: the storage of {name} should hold {count:,} numbers, but does not"
        )

    def read() -> np.ndarray:
        if 0 in shape:
            return np.zeros(shape)
        wide = width(dtype)
        content = part(archive, place, path, offset * wide, (end - offset) * wide)
        flat = as_float(content, dtype, f"{path}: {name}")
        steps = tuple(s * flat.itemsize for s in stride)
        return np.array(np.lib.stride_tricks.as_strided(flat, shape, steps))

    return Tensor(name, tuple(shape), dtype, read), place


__all__ = ["SAVE", "refuse_old", "tensors"]
