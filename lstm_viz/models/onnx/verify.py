"""ONNX Runtime's outputs beside ours, node by node."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_viz.models.comparison import BATCH, STEPS, Comparison, framework, largest
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.onnx.graph import name_of
from lstm_viz.models.onnx.nodes import is_recurrent
from lstm_viz.network.network import Network, Record
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.validation.errors import InputError


def of_onnx(model: ModelFile, network: Network) -> Comparison:
    """Each recurrent node's steps, and the graph's own output."""
    onnx = framework("onnx", "install 'lstm-viz[onnx]'")
    runtime = framework("onnxruntime", "install onnxruntime")
    proto = onnx.load(model.path)
    nodes = _watched(onnx, proto)
    session = runtime.InferenceSession(proto.SerializeToString())
    given = session.get_inputs()[0]
    x = _random(given, network)
    names = [o.name for o in session.get_outputs()]
    try:
        results = dict(zip(names, session.run(None, {given.name: x}), strict=True))
    except Exception as error:  # whatever ONNX Runtime raises
        said = " ".join(str(error).split())[:120]
        raise InputError(f"{model.path}: ONNX Runtime itself does not run it ({said})") from None
    found = Comparison(f"ONNX Runtime {runtime.__version__}")
    found.differences = _nearest(network, x, nodes, results, names[0])
    found.notes.append("ONNX Runtime computes no gradients to compare with")
    return found


def _watched(onnx: Any, proto: Any) -> dict[str, str]:
    """Layer → the output with its steps, which is made an output of the graph."""
    known, found = {o.name for o in proto.graph.output}, {}
    for node in proto.graph.node:
        if is_recurrent(node) and node.output[0]:
            found[name_of(node)] = node.output[0]
            if node.output[0] not in known:
                proto.graph.output.append(onnx.ValueInfoProto(name=node.output[0]))
    return found


def _random(given: Any, network: Network) -> np.ndarray:
    """An input of the sizes that the graph asks for; those that it leaves open are ours."""
    open_ = iter((STEPS, BATCH, 1))
    shape = [n if isinstance(n, int) and n > 0 else next(open_, 1) for n in given.shape]
    rng = np.random.default_rng(0)
    if "int" in given.type:
        words = len(network.layers[0].weights.get("E", np.ones(2)))
        return rng.integers(0, words, shape).astype(given.type.split("(")[1].rstrip(")"))
    return rng.standard_normal(shape).astype(np.float32)


def _nearest(
    network: Network, x: np.ndarray, nodes: dict[str, str], results: Any, first: str
) -> list[tuple[str, float]]:
    """The graph does not say whether time or the batch is its first axis: what agrees is right."""
    found = []
    for turned in (x, x.swapaxes(0, 1)):
        record = network.run(turned)
        rows = list(_differences(network, record, nodes, results, first))
        if rows:
            found.append(rows)
    if not found:
        raise InputError("none of the graph's outputs has the shape of one here")
    return min(found, key=lambda rows: max(worst for _, worst in rows))


def _differences(
    network: Network, record: Record, nodes: dict[str, str], results: Any, first: str
) -> Any:
    for layer in network.layers:
        if isinstance(layer, Recurrent) and layer.sequences and layer.name in nodes:
            y = results[nodes[layer.name]]  # (T, D, B, H)
            both = y.swapaxes(1, 2).reshape(y.shape[0], y.shape[2], -1)
            if record.layers[layer.name].outputs.shape == both.shape:
                ours = record.layers[layer.name].outputs
                yield layer.name, largest(ours, both)
    whole = results[first]
    turned = [whole, whole.swapaxes(0, 1)] if whole.ndim == 3 else [whole]
    same = [each for each in turned if each.shape == np.shape(record.outputs)]
    if same:
        yield "the whole", min(largest(record.outputs, each) for each in same)
