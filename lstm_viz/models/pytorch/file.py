"""`.pt` and `.pth`, read without PyTorch and without unpickling.

The file is a zip with `data.pkl`, which says how the tensors lie in the storages `data/0`,
`data/1` … ; or, from before PyTorch 1.6, pickles with the storages after them. Offsets, sizes and
strides are checked against the storages before a number is read.
"""

from __future__ import annotations

from typing import Any

from lstm_viz.files.zips import Zip, broken_is_said, member
from lstm_viz.models.pytorch.contents import Contents, contents
from lstm_viz.models.pytorch.legacy import read_stream
from lstm_viz.models.pytorch.pickles import read
from lstm_viz.models.pytorch.quantised import of_outputs, unpacked
from lstm_viz.models.pytorch.storages import Storages, Zipped
from lstm_viz.models.pytorch.values import tensor
from lstm_viz.models.tensors import MOST_TENSORS, Tensor
from lstm_viz.validation.errors import InputError

LARGEST_PICKLE = 1 << 25
SAVE = "torch.save(torch.load(file, weights_only=True), 'weights.pt') saves what can be read"
OF_A_PROGRAM = (
    "torch.save(torch.jit.load(file).state_dict(), 'weights.pt') saves what can be read, unless the"
    " program was frozen, which makes its weights constants: save it before that"
)
OF_INTEGERS = (
    "its layers are quantised: save the state_dict of the model, or from before quantising"
)


def read_file(path: str) -> tuple[dict[str, Tensor], Contents]:
    """The tensors in a file by name, and what else its pickle says.

    Raises `InputError` for a broken file, or one without tensors; it says how to save what can be
    read.
    """
    with broken_is_said(path):
        with open(path, "rb") as file:
            zipped = file.read(2) == b"PK"
        whole, storages = _zipped(path) if zipped else read_stream(path)
        held = contents(whole, path)
    kept = {n: v for n, v in held.tensors.items() if n not in of_outputs(held.packed)}
    found = {name: tensor(name, value, storages, path) for name, value in kept.items()}
    found |= unpacked(held.packed, storages, path)
    if len(found) > MOST_TENSORS:
        raise InputError(f"{path}: {len(found):,} tensors are too many")
    if not found:
        raise InputError(f"{path}: {_nothing(held)}")
    return found, held


def _nothing(held: Contents) -> str:
    """What is said of a file without tensors, and the way out."""
    others = [*held.others, *(made.maker.replace(" ", ".") for made in held.modules.values())]
    also = f" but a pickled {others[0]}" if others else ""
    program = any(name.startswith("__torch__") for name in others)
    quantised = any(".quantized." in name for name in others)
    way_out = OF_INTEGERS if quantised else OF_A_PROGRAM if program else SAVE
    return f"there are no tensors in it{also}; {way_out}"


def _zipped(path: str) -> tuple[Any, Storages]:
    archive = Zip(path)
    names = archive.namelist()
    root = next((n[: -len("data.pkl")] for n in names if n.endswith("data.pkl")), None)
    if root is None:
        raise InputError(f"{path}: this zip holds no PyTorch weights (no data.pkl)")
    order = f"{root}byteorder"
    if order in names and member(archive, order, path, 64) == b"big":
        raise InputError(f"{path}: its numbers are big-endian, which is not supported")
    whole = read(member(archive, f"{root}data.pkl", path, LARGEST_PICKLE), path)
    return whole, Zipped(archive, root, path)
