"""`.onnx`: recurrent nodes and the chain of nodes around them, read with the package `onnx`.

Initializers have meaning by their place among a node's inputs, not by their names. Weights beside
the model are read from its own folder only.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.files.reading import size_of
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.onnx.branches import flattened
from lstm_viz.models.onnx.chain import Chain
from lstm_viz.models.onnx.found import found
from lstm_viz.models.onnx.graph import OnnxGraph
from lstm_viz.models.onnx.reasons import why_none
from lstm_viz.models.onnx.wire import has_more_fields
from lstm_viz.models.tensors import MOST_TENSORS, Tensor, as_float, width
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.limits import refuse_too_large
from lstm_viz.validation.names import printable

TYPES = {1: "float32", 10: "float16", 11: "float64", 16: "bfloat16", 6: "int32", 7: "int64"}
TYPES |= {9: "bool", 2: "uint8", 3: "int8"}
FIELDS = {1: "float_data", 11: "double_data", 7: "int64_data"}  # else int32_data
LARGEST, MOST_FIELDS = 1 << 31, 1_000_000


def onnx_module() -> Any:
    """The package onnx, or an `InputError` that says how to get it."""
    try:
        import onnx
    except ImportError:
        raise InputError("ONNX files need the package onnx: pip install onnx") from None
    return onnx


def read_onnx(path: str) -> ModelFile:
    """The recurrent nodes of a graph, and what stands before and after them in a chain."""
    model = model_of(path)
    chain = Chain(graph_of(model, path))
    parts, chained, notes = found(chain)
    used = {name for part in parts for name, _ in part.shapes}
    return ModelFile(
        path,
        "ONNX",
        parts,
        chain.graph.listed(used),
        framework="onnx",
        known=chained,
        branched=not chained,
        notes=[*chain.graph.notes, *notes],
        states=chain.states,
        size=sum(_needed(proto) for proto in model.graph.initializer if proto.data_location == 1),
        why="" if parts else printable(why_none(chain.graph, model)),
    )


def graph_of(model: Any, path: str) -> OnnxGraph:
    """The graph, each If with a recurrent layer in it replaced by one of its branches."""
    nodes, protos, notes = flattened(model.graph)
    tensors = _tensors(nodes, protos, path)
    inputs = {value.name: _sizes(value) for value in model.graph.input}
    outputs = [value.name for value in model.graph.output]
    versions = [each.version for each in model.opset_import if each.domain in ("", "ai.onnx")]
    opset = max(versions, default=13)
    return OnnxGraph(path, nodes, tensors, inputs, outputs, opset, notes)


def _sizes(value: Any) -> tuple[int | None, ...]:
    dims = value.type.tensor_type.shape.dim
    return tuple(int(dim.dim_value) if dim.dim_value > 0 else None for dim in dims)


def model_of(path: str) -> Any:
    """The message that a file holds."""
    onnx = onnx_module()
    size = size_of(path)
    if size > LARGEST:
        raise InputError(f"{path}: an ONNX file is never larger than 2 GB")
    refuse_too_large(4.0 * size, path, "a smaller model")
    content = Path(path).read_bytes()
    if has_more_fields(content, onnx.ModelProto.DESCRIPTOR, MOST_FIELDS):
        raise InputError(
            f"{path}: this is not an ONNX file, or it is broken, or it has too many parts"
        )
    try:
        model = onnx.ModelProto.FromString(content)
    except Exception:  # DecodeError, whose module has moved between versions of protobuf
        raise InputError(f"{path}: this is not an ONNX file, or it is broken") from None
    if not model.HasField("graph") or not model.graph.node:
        raise InputError(f"{path}: this is not an ONNX file, or it has no graph")
    return model


def _tensors(nodes: list[Any], held: list[Any], path: str) -> dict[str, Tensor]:
    protos = [(t.name, t) for t in held]
    for node in nodes:
        if node.op_type == "Constant" and len(node.output) == 1:
            protos += [(node.output[0], a.t) for a in node.attribute if a.name == "value"]
    if len(protos) > MOST_TENSORS:
        raise InputError(f"{path}: {len(protos):,} tensors are too many")
    return {name: _tensor(name, proto, path) for name, proto in protos}


def _tensor(name: str, proto: Any, path: str) -> Tensor:
    shape = tuple(int(n) for n in proto.dims)
    dtype = TYPES.get(proto.data_type, f"type {proto.data_type}")
    if any(not 0 <= n < 2**40 for n in shape):
        raise InputError(f"{path}: {name} has the shape {shape}, which cannot be")
    return Tensor(name, shape, dtype, lambda: _read(name, proto, shape, dtype, path))


def _needed(proto: Any) -> int:
    return math.prod(map(int, proto.dims)) * width(TYPES.get(proto.data_type, "bool"))


def _read(name: str, proto: Any, shape: tuple[int, ...], dtype: str, path: str) -> np.ndarray:
    if dtype not in TYPES.values():
        raise InputError(f"{path}: {name} holds numbers of {dtype}, which is not read")
    count = math.prod(shape)
    needed = count * width(dtype)
    if proto.data_location == 1:
        content = _beside(name, proto, path, needed)
    elif proto.HasField("raw_data"):
        content = proto.raw_data
    else:
        held = np.array(getattr(proto, FIELDS.get(proto.data_type, "int32_data")))
        if held.size != count:
            raise InputError(f"{path}: {name} should hold {count:,} numbers, not {held.size:,}")
        if dtype not in ("float16", "bfloat16"):
            return held.reshape(shape)
        content = held.astype("<u2").tobytes()  # two bytes each, in a field of four
    if len(content) != needed:
        raise InputError(f"{path}: {name} should have {needed:,} bytes, not {len(content):,}")
    return as_float(content, dtype, f"{path}: {name}").reshape(shape)


def _beside(name: str, proto: Any, path: str, needed: int) -> bytes:
    """Numbers in a file beside the model: of its folder or one below it, and nowhere else."""
    said = {entry.key: entry.value for entry in proto.external_data}
    place = said.get("location", "")
    folder = Path(path).resolve().parent
    wrong = InputError(
        f"{path}: the numbers of {name} lie in {place!r}, outside the model's folder"
    )
    if not place or "\0" in place or Path(place).is_absolute() or ".." in Path(place).parts:
        raise wrong
    file = (folder / place).resolve()
    if not file.is_relative_to(folder):
        raise wrong
    offset, length = (_whole(said.get(key, ""), usual) for key, usual in
                      (("offset", 0), ("length", needed)))  # fmt: skip
    try:
        if not file.is_file() or offset + length > file.stat().st_size or length != needed:
            raise InputError(f"{path}: the numbers of {name} are not in {place!r} as it says")
        with file.open("rb") as opened:
            opened.seek(offset)
            return bytes(opened.read(length))
    except OSError as error:
        raise InputError(f"{path}: {place}: {error.strerror or error}") from None


def _whole(written: str, usual: int) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else usual
