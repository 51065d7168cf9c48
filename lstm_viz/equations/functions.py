"""The functions that equations may call: one aligned line each.

`body` says what a function is and `slopes` its derivative by each argument, both in the language
of the equations itself; in a slope `y` stands for the function's own value, which is recorded and
so need not be computed again. At a kink (relu at 0, maximum of equals, clip at a bound) the slope
is one of the two one-sided slopes; that of abs at 0 is the middle of the two, 0. The few functions
without a body are taken from NumPy, and from `math` or PLAIN, each as source. `range` bounds the
value; (0, 1) is a gate's: it rises from shut to open.

To add one, add a line; it is run, tested, printed and differentiated from then on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class Function:
    """A known function: its arguments, its slopes, its value, how it is printed, its bounds."""

    arguments: tuple[str, ...]
    slopes: tuple[str, ...]
    body: str  # in the equations' language; else:
    numpy: str  # NumPy source, where {0}, {1} … are the arguments
    floats: str  # source over plain floats, which may use what `math` and PLAIN have
    latex: str
    range: tuple[float, float]

    def __post_init__(self) -> None:
        if len(self.slopes) != len(self.arguments):
            raise TypeError(f"one slope for each argument: {self.arguments} have {self.slopes}")
        if not self.body and not (self.numpy and self.floats):
            raise TypeError(f"no value: {self} needs a body, or source for NumPy and for floats")

    @property
    def ufunc(self) -> str:
        """The name of the NumPy function that this is, if it is one as it stands."""
        given = ", ".join(f"{{{k}}}" for k in range(len(self.arguments)))
        same = re.fullmatch(rf"np\.(\w+)\({re.escape(given)}\)", self.numpy)
        return same[1] if same else ""


def _line(
    arguments: str,
    slopes: str,
    body: str = "",
    *,
    numpy: str = "",
    floats: str = "",
    latex: str = "",
    range: tuple[float, float] = (-inf, inf),
) -> Function:
    parts = tuple(slopes.split(" | "))
    return Function(tuple(arguments.split()), parts, body, numpy, floats, latex, range)


FUNCTIONS: dict[str, Function] = {
    # name                      arguments       slope by each argument                     value
    "sigmoid":             _line("v",           "y * (1 - y)",                             "1 / (1 + exp(-v))", latex=r"\sigma({0})", range=(0, 1)),
    "tanh":                _line("v",           "1 - y ** 2",                              numpy="np.tanh({0})", floats="tanh({0})", latex=r"\tanh({0})", range=(-1, 1)),
    "relu":                _line("v",           "step(y)",                                 "maximum(v, 0)", range=(0, inf)),
    "exp":                 _line("v",           "y",                                       numpy="np.exp({0})", floats="exp({0})", latex=r"\exp({0})", range=(0, inf)),
    "log":                 _line("v",           "1 / v",                                   numpy="np.log({0})", floats="log({0})", latex=r"\log({0})"),
    "log1p":               _line("v",           "1 / (1 + v)",                             numpy="np.log1p({0})", floats="log1p({0})", latex=r"\log(1 + {0})"),
    "expm1":               _line("v",           "1 + y",                                   numpy="np.expm1({0})", floats="expm1({0})", latex=r"(e^{{{0}}} - 1)", range=(-1, inf)),
    "sin":                 _line("v",           "cos(v)",                                  numpy="np.sin({0})", floats="sin({0})", latex=r"\sin({0})", range=(-1, 1)),
    "cos":                 _line("v",           "-sin(v)",                                 numpy="np.cos({0})", floats="cos({0})", latex=r"\cos({0})", range=(-1, 1)),
    "sqrt":                _line("v",           "0.5 / y",                                 numpy="np.sqrt({0})", floats="sqrt({0})", latex=r"\sqrt{{{0}}}", range=(0, inf)),
    "softplus":            _line("v",           "sigmoid(v)",                              "maximum(v, 0) + log1p(exp(-abs(v)))", range=(0, inf)),
    "softsign":            _line("v",           "(1 - abs(y)) ** 2",                       "v / (1 + abs(v))", range=(-1, 1)),
    "hard_sigmoid":        _line("v",           "step(y) * step(1 - y) / 6",               "clip(v / 6 + 0.5, 0, 1)", range=(0, 1)),    # Keras 3, PyTorch
    "hard_sigmoid_keras2": _line("v",           "step(y) * step(1 - y) * 0.2",             "clip(0.2 * v + 0.5, 0, 1)", range=(0, 1)),  # Keras 1 and 2, ONNX
    "clip":                _line("v lo hi",     "step(v - lo) * step(hi - v) | (1 - step(v - lo)) * step(hi - lo) | 1 - step(hi - v) * step(hi - lo)", "minimum(maximum(v, lo), hi)"),
    "maximum":             _line("a b",         "1 - step(b - a) | step(b - a)",           numpy="np.maximum({0}, {1})", floats="maximum({0}, {1})", latex=r"\max({0}, {1})"),
    "minimum":             _line("a b",         "1 - step(a - b) | step(a - b)",           numpy="np.minimum({0}, {1})", floats="minimum({0}, {1})", latex=r"\min({0}, {1})"),
    "abs":                 _line("v",           "sign(v)",                                 numpy="np.abs({0})", floats="abs({0})", latex=r"\left|{0}\right|", range=(0, inf)),
    "step":                _line("v",           "0",                                       numpy="np.heaviside({0}, 0.0)", floats="step({0})", latex=r"[{0} > 0]", range=(0, 1)),
    "sign":                _line("v",           "0",                                       numpy="np.sign({0})", floats="sign({0})", latex=r"\operatorname{{sign}}({0})", range=(-1, 1)),
    "affine":              _line("v alpha beta", "alpha | v | 1",                          "alpha * v + beta"),
    "leaky_relu":          _line("v alpha",     "step(v) + alpha * (1 - step(v)) | minimum(v, 0)", "maximum(v, 0) + alpha * minimum(v, 0)"),
    "elu":                 _line("v alpha",     "step(v) + (1 - step(v)) * alpha * exp(minimum(v, 0)) | expm1(minimum(v, 0))", "maximum(v, 0) + alpha * expm1(minimum(v, 0))"),
    "thresholded_relu":    _line("v alpha",     "step(v - alpha) | 0",                     "v * step(v - alpha)"),
    "scaled_tanh":         _line("v alpha beta", "alpha * beta * (1 - tanh(beta * v) ** 2) | tanh(beta * v) | alpha * v * (1 - tanh(beta * v) ** 2)", "alpha * tanh(beta * v)"),
}  # fmt: skip


def _maximum(a: float, b: float) -> float:
    return a if a >= b or a != a else b


def _minimum(a: float, b: float) -> float:
    return a if a <= b or a != a else b


def _step(v: float) -> float:
    return 1.0 if v > 0 else 0.0 if v <= 0 else v


def _sign(v: float) -> float:
    return 1.0 if v > 0 else -1.0 if v < 0 else v


# What `math` has not, over plain floats: what is no number stays so, as in NumPy.
PLAIN = {"maximum": _maximum, "minimum": _minimum, "step": _step, "sign": _sign}

# Those without a body: as NumPy source, and as source over plain floats and `math`.
NUMPY = {name: known.numpy for name, known in FUNCTIONS.items() if known.numpy}
FLOATS = {name: known.floats for name, known in FUNCTIONS.items() if known.floats}
