"""ONNX Runtime beside ours: each recurrent node, and all that follows what enters the network."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_viz.models.comparison import Comparison, framework
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.onnx.branches import flattened
from lstm_viz.models.onnx.chain import Chain, ended
from lstm_viz.models.onnx.eight_bits import EIGHT_BITS
from lstm_viz.models.onnx.feed import fed, laid_out, started
from lstm_viz.models.onnx.file import graph_of
from lstm_viz.models.onnx.starts import is_computed
from lstm_viz.models.onnx.value import Source, Value
from lstm_viz.network.network import Network, Record
from lstm_viz.network.recurrent import Recurrent

MORE = 512  # steps, where 20 are not enough for what stands before
Arrays = dict[str, np.ndarray]
ROUNDED = (
    "ONNX Runtime also rounds the inputs of an 8-bit layer: differences within 5 % count as equal."
)


def of_onnx(model: ModelFile, network: Network) -> Comparison:
    """Run the graph on random numbers, and the network on what enters it in there."""
    onnx = framework("onnx", "install onnx")
    runtime = framework("onnxruntime", "install onnxruntime")
    proto = onnx.load(model.path)
    chain = Chain(graph_of(proto, model.path))
    found = Comparison(f"ONNX Runtime {runtime.__version__}")
    root, axes = _beginning(chain, network)
    end = _end(chain, network)
    sources = [s for s in chain.sources if s.node.name in {layer.name for layer in network}]
    watched = {root, end, *(s.node.node.output[0] for s in sources), *_starts(chain, sources)}
    try:
        given = fed(proto, chain, network, root, axes)
        there = _run(onnx, runtime, proto, watched, given)
    except Exception:  # whatever it raises: what stands before may need more steps
        if root in chain.graph.inputs:
            raise
        given = fed(proto, chain, network, root, axes, MORE)
        there = _run(onnx, runtime, proto, watched, given)
    states = {key: each for s in sources for key, each in started(chain, s, there).items()}
    record = network.run(laid_out(there[root], axes), states=dict(network.states) | states)
    _compare_nodes(found, chain, sources, record, there)
    if end:
        value = chain.values[end]
        found.add("the whole", record.outputs, laid_out(there[end], value.axes, record.inputs))
    _say(found, chain, network, root, end, bool(states))
    return found


def _beginning(chain: Chain, network: Network) -> tuple[str, tuple[str, ...]]:
    """The tensor that enters the network's first layer, and its axes."""
    first = network.layers[0].name
    for source in chain.sources:
        if source.node.name == first and source.entering.link is not None:
            batch_first = bool(source.node.get("layout", 0))
            return source.node.node.input[0], ("B", "T", "F") if batch_first else ("T", "B", "F")
    last = next(s for s in chain.sources if s.node.name in {layer.name for layer in network})
    return last.entering.root, last.entering.entrance


def _end(chain: Chain, network: Network) -> str:
    """The tensor that the network's last layer gives; nothing where none is that of all layers."""
    wanted, last = [layer.name for layer in network.layers], network.layers[-1]
    states = (last.sequences, last.states) if isinstance(last, Recurrent) else None
    for name in (*chain.graph.outputs, *reversed(chain.values)):
        value = chain.values.get(name)
        closed = ended(value) if value is not None and value.recurrent else None
        if value is None or closed is None or closed.link is None:
            continue
        if closed.link.part.name == wanted[-1] and states in (None, _hands_on(value)):
            links = list(closed.link.all())[: len(wanted)][::-1]
            if [link.part.name for link in links] == wanted:
                return name
    return ""


def _hands_on(value: Value) -> tuple[bool, tuple[tuple[int, str], ...]]:
    """Whether all steps, else which final states, as a recurrent layer has it."""
    states = tuple((each.direction, each.quantity) for each in value.finals)
    ways = value.source.node.directions if value.source else 0
    return not states, () if states == tuple((k, "h") for k in range(ways)) else states


def _starts(chain: Chain, sources: list[Source]) -> list[str]:
    names = [name for s in sources for name in s.node.node.input[5:7] if name]
    return [name for name in names if is_computed(chain.graph, name)]


def _run(onnx: Any, runtime: Any, proto: Any, watched: set[str], given: Arrays) -> Arrays:
    """What ONNX Runtime gives for these tensors, of the branches that are taken here."""
    watched = watched - {""} - set(given)
    nodes, protos, _ = flattened(proto.graph)
    own = onnx.ModelProto()
    own.CopyFrom(proto)
    del own.graph.node[:], own.graph.initializer[:]
    own.graph.node.extend(nodes)
    own.graph.initializer.extend(protos)
    known = {each.name for each in own.graph.output}
    for name in sorted(watched - known):
        own.graph.output.append(onnx.ValueInfoProto(name=name))
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    session = runtime.InferenceSession(own.SerializeToString(), options)
    names = sorted(watched)
    return given | dict(zip(names, session.run(names, given), strict=True))


def _compare_nodes(
    found: Comparison, chain: Chain, sources: list[Source], record: Record, there: Arrays
) -> None:
    for source in sources:
        name, layer = source.node.node.output[0], record.network[source.node.name]
        if name and isinstance(layer, Recurrent):
            done = record.layers[layer.name]
            pairs = zip(done.traces.values(), done.kept[0], strict=True)
            here = np.concatenate([s.scatter(t[t.cell.output]) for t, s in pairs], axis=-1)
            found.add(layer.name, here, laid_out(there[name], chain.values[name].axes, here))


def _say(found: Comparison, chain: Chain, network: Network, root: str, end: str, own: bool) -> None:
    if any(EIGHT_BITS in note for note in network.notes):
        found.tolerance = 0.05
        found.not_compared.append(ROUNDED)
    if root not in chain.graph.inputs:
        found.not_compared.append(
            f"What comes before {root} is not read and not compared: ONNX Runtime's own numbers"
            " are its input."
        )
    if own:
        found.not_compared.append(
            "The initial states that the graph computes are taken from ONNX Runtime."
        )
    if not end:
        found.not_compared.append(
            "The whole is not compared: no tensor of the graph is the output of these layers."
        )
    elif end not in chain.graph.outputs:
        found.not_compared.append("What follows the last layer here is not compared.")
    found.notes.append("ONNX Runtime computes no gradients, so none are compared")
