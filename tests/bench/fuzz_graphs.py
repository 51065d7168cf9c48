"""ONNX graphs to be broken: small ones of every kind, and their nodes and edges mixed up."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))

from graphs import LSTM, R, W, writer

END, LAST = np.array([2**62]), np.array(-1)
EIGHT = {"w": np.ones((1, 2, 12), np.int8), "r": np.ones((1, 3, 12), np.int8)}
SCALES = {"sw": np.ones(1), "sr": np.ones(1), "zw": np.zeros(1, np.int8), "d": np.ones((3, 2))}


def graphs(folder: Path, onnx: Any) -> None:
    """Write one of each kind."""
    graph = writer(folder, onnx)
    steps = (LSTM, ("Squeeze", "Y one", "s"))
    for kind in ("ReduceMean", "ReduceMax"):
        graph(*steps, (kind, "s", "y", {"axes": [0]}))
    graph(*steps, ("Gather", "s last", "g"), ("Gemm", "g d", "y"), last=LAST, **SCALES)
    graph(*steps, ("Slice", "s last end zero one", "y"), last=LAST[None], end=END)
    graph(*steps, ("Transpose", "s", "t", {"perm": [1, 0, 2]}), ("Flatten", "t", "y"))
    graph(*steps, ("Reshape", "s to", "r"), ("MatMul", "r d", "m"), ("Relu", "m", "y"),
          to=np.array([-1, 3]), **SCALES)  # fmt: skip
    graph(LSTM, ("Concat", "h c", "f", {"axis": 0}), ("Transpose", "f", "t", {"perm": [1, 0, 2]}),
          ("Reshape", "t to", "y"), to=np.array([0, -1]))  # fmt: skip
    graph(("Unsqueeze", "w zero", "V"), ("Concat", "r q", "U", {"axis": 1}), ("Cast", "U", "u"),
          ("LSTM", "x V u B", "Y"), w=W[0], r=R[:, :5], q=R[:, 5:])  # fmt: skip
    branch = graph.graph([("LSTM", "x W R B", "Z")])
    graph(("If", "when", "Y", {"then_branch": branch, "else_branch": branch}), when=np.array(True))
    graph(("Loop", "one -", "Y", {"body": branch}))
    lstm = ("DynamicQuantizeLSTM", "x w r B - - - - sw zw sr zw", "Y")
    graph((*lstm, {"domain": "com.microsoft"}), ("Squeeze", "Y one", "s"),
          ("DynamicQuantizeLinear", "s", "q a z"), ("MatMulInteger", "q r2 z", "p"),
          ("Cast", "p", "f", {"to": 1}), ("Mul", "a sw", "b"), ("Mul", "f b", "y"),
          r2=np.ones((3, 2), np.int8), **EIGHT, **SCALES)  # fmt: skip
    graph(LSTM, ("Squeeze", "Y one", "s"), ("LSTM", "s V R B - h c", "Z"), V=R.copy())
    graph(("Shape", "x", "n"), ("ConstantOfShape", "n", "h0"), ("LSTM", "x W R B - h0", "Y"))
    graph(("Sigmoid", "x", "a"), ("Mul", "x a", "b"), ("LSTM", "b W R B", "Y"))
    for path in folder.glob("[0-9]*.onnx"):
        path.rename(path.with_name(f"graph{path.name}"))


def rewired(content: bytes, rng: random.Random, onnx: Any) -> bytes:
    """Edges, kinds, numbers and shapes of a graph mixed up, so that it is still a message."""
    model = onnx.ModelProto.FromString(content)
    nodes = list(model.graph.node)
    names = [n for node in nodes for n in (*node.input, *node.output) if n] or [""]
    kinds = [node.op_type for node in nodes]
    for _ in range(rng.choice([1, 1, 2, 4])):
        node = rng.choice(nodes)
        change = rng.randrange(6)
        if change == 0 and node.input:
            node.input[rng.randrange(len(node.input))] = rng.choice([*names, ""])
        elif change == 1 and node.output:
            node.output[rng.randrange(len(node.output))] = rng.choice([*names, ""])
        elif change == 2:
            node.op_type = rng.choice([*kinds, "Concat", "Expand", "Reshape", "Slice", "Mul"])
        elif change == 3 and node.attribute:
            attribute = rng.choice(node.attribute)
            attribute.i = rng.choice([-(2**63), -1, 0, 1, 7, 2**31, 2**63 - 1])
            attribute.ints[:] = [rng.choice([-2, -1, 0, 1, 2, 2**40]) for _ in attribute.ints]
        elif change == 4 and model.graph.initializer:
            tensor = rng.choice(model.graph.initializer)
            tensor.dims[:] = [rng.choice([0, 1, 2, 3, 12, 2**33]) for _ in tensor.dims]
        else:
            model.graph.node.remove(node) if len(model.graph.node) > 1 else None
            nodes = list(model.graph.node)
    return bytes(model.SerializeToString())
