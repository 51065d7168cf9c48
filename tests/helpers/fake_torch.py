"""Modules that look like PyTorch's as far as they are read, on NumPy: for machines without it."""

import numpy as np

from lstm_viz import LSTM, run

ROWS = ("i", "f", "g", "o")  # of PyTorch's LSTM; g is the candidate


class Tensor:
    """An array in a tensor's clothes."""

    dtype = "fake.float64"

    def __init__(self, array):
        self.array = np.asarray(array)
        self.shape = self.array.shape

    def detach(self):
        return self

    cpu = double = long = detach

    def numpy(self):
        return self.array

    def is_floating_point(self):
        return self.array.dtype.kind == "f"

    def new_tensor(self, array):
        return Tensor(array)


class Hook:
    """One that can be taken off again."""

    def __init__(self, hooks, hook):
        self.hooks, self.hook = hooks, hook
        hooks.append(hook)

    def remove(self):
        self.hooks.remove(self.hook)


class Module:
    """Weights and children by name, hooks, and a mode."""

    def __init__(self, **own):
        self.names, self.hooks, self.training = list(own), [], True
        vars(self).update(own)

    def _of(self, kind):
        found = ((name, getattr(self, name)) for name in self.names)
        return [(name, each) for name, each in found if isinstance(each, kind)]

    def named_children(self):
        return self._of(Module)

    named_modules = named_children

    def modules(self):
        return [self, *(each for _, child in self._of(Module) for each in child.modules())]

    def state_dict(self):
        return dict(self._of(Tensor))

    def named_parameters(self):
        inner = [(f"{n}.{k}", p) for n, m in self._of(Module) for k, p in m.named_parameters()]
        return [*self._of(Tensor), *inner]

    def parameters(self):
        return [each for _, each in self.named_parameters()]

    def double(self):
        return self

    def eval(self):
        for each in self.modules():
            each.training = False

    def register_forward_hook(self, hook, with_kwargs):
        assert with_kwargs
        return Hook(self.hooks, hook)

    def __call__(self, *args):
        y = self.forward(*args)
        for hook in self.hooks:
            hook(self, args, {}, y)
        return y


class Net(Module):
    """Children, and a forward of one's own: `forward(net, x)`."""

    def __init__(self, forward, **own):
        super().__init__(**own)
        self.way = forward

    def forward(self, x):
        return self.way(self, x)


class _Linear(Module):
    def forward(self, x):
        return Tensor(x.array @ self.weight.array.T + self.bias.array)


class _LSTM(Module):
    def forward(self, x, states=None):
        """(T, B, I), and (h, c), each (1, B, H) → (T, B, H), (h, c)."""
        W, U, b = (
            self.state_dict()[f"{n}_l0"].array for n in ("weight_ih", "weight_hh", "bias_ih")
        )
        b = b + self.bias_hh_l0.array
        rows = dict(zip(ROWS, range(4), strict=True)) | {"c": 2}
        H = U.shape[1]
        weights = {}
        for name in LSTM.shapes(W.shape[1], H):
            k = rows[name.partition("_")[2][0]] * H
            weights[name] = {"W": W, "U": U, "b": b}[name[0]][k : k + H]
        begun = {} if states is None else {k: s.array[0] for k, s in zip("hc", states, strict=True)}
        trace = run(LSTM, weights, x.array, begun)
        h, c = trace["h"], trace["c"]
        return Tensor(h), (Tensor(h[-1:]), Tensor(c[-1:]))


for each, name in ((_Linear, "Linear"), (_LSTM, "LSTM")):
    each.__name__, each.__module__ = name, "torch.nn.fake"


def linear(rows, columns, seed=0):
    rng = np.random.default_rng(seed)
    return _Linear(
        weight=Tensor(rng.normal(size=(rows, columns))), bias=Tensor(rng.normal(size=rows))
    )


def lstm(inputs, hidden, seed=0):
    rng = np.random.default_rng(seed)
    shapes = {"weight_ih": inputs, "weight_hh": hidden}
    matrices = {f"{n}_l0": Tensor(rng.normal(size=(4 * hidden, k))) for n, k in shapes.items()}
    biases = {f"bias_{n}_l0": Tensor(rng.normal(size=4 * hidden)) for n in ("ih", "hh")}
    return _LSTM(**matrices, **biases)
