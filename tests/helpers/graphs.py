"""Small ONNX graphs around an LSTM of two inputs and three units, written by hand."""

from itertools import count

import numpy as np

RNG = np.random.default_rng(2)
W, R, B = (RNG.normal(size=shape) for shape in ((1, 12, 2), (1, 12, 3), (1, 24)))
X = RNG.normal(size=(5, 1, 2))
CONSTANTS = {"W": W, "R": R, "B": B, "zero": np.array([0]), "one": np.array([1])}
LSTM = ("LSTM", "x W R B", "Y h c")


def writer(folder, onnx):
    """Writes a graph of nodes (kind, inputs, outputs, attributes) and constants; gives its path."""
    make, array, numbers = onnx.helper, onnx.numpy_helper.from_array, count()

    def tensor(value, name=""):
        value = np.asarray(value)
        return array(value.astype(np.float32) if value.dtype.kind == "f" else value, name)

    def node(kind, inputs, outputs, **more):
        names = [name if name != "-" else "" for name in inputs.split()]
        domain = more.pop("domain", "")
        more = {"hidden_size": 3} | more if kind.endswith("LSTM") else more
        name = outputs.split()[0]
        return make.make_node(kind, names, outputs.split(), name, domain=domain, **more)

    def made(nodes, inputs=(), outputs=(), **constants):
        nodes = [node(*each[:3], **dict(*each[3:])) for each in nodes]
        infos = [make.make_tensor_value_info(n, t, s) for n, t, s in inputs]
        tensors = [tensor(value, name) for name, value in constants.items()]
        names = outputs or [nodes[-1].output[0]]
        end = [make.make_empty_tensor_value_info(name) for name in names]
        return make.make_graph(nodes, "g", infos, end, tensors)

    def write(*nodes, inputs=(), outputs=(), opset=17, **constants):
        x = ("x", onnx.TensorProto.FLOAT, ["T", "B", 2])
        own = made(nodes, [x, *inputs], outputs, **CONSTANTS | constants)
        versions = [make.make_opsetid("", opset), make.make_opsetid("com.microsoft", 1)]
        file = folder / f"{next(numbers)}.onnx"
        onnx.save(make.make_model(own, opset_imports=versions, ir_version=8), file)
        return file

    write.graph = made
    return write
