"""The functions that equations may call: one aligned line each.

`body` says what a function is and `slopes` its derivative by each argument, both in the language
of the equations itself; in a slope `y` stands for the function's own value, which is recorded and
so need not be computed again. At a kink (relu at 0, maximum of equals) the slope is one of the two
one-sided slopes. The few functions without a body are taken from NumPy and `math`.

To add one, add a line; it is tested, printed and differentiated from then on.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """A known function: its arguments, its value, its slopes, and how it is printed."""

    arguments: tuple[str, ...]
    slopes: tuple[str, ...]
    body: str  # in the equations' language; empty for those that NumPy and math provide
    latex: str  # {0}, {1} … are the arguments


def _line(arguments: str, slopes: str, body: str = "", latex: str = "") -> Function:
    names, parts = arguments.split(), tuple(slopes.split(" | "))
    assert len(names) == len(parts), (arguments, slopes)
    return Function(tuple(names), parts, body, latex)


FUNCTIONS: dict[str, Function] = {
    # name                      arguments       slope by each argument                     value
    "sigmoid":             _line("v",           "y * (1 - y)",                             "1 / (1 + exp(-v))", r"\sigma({0})"),
    "tanh":                _line("v",           "1 - y ** 2",                              "", r"\tanh({0})"),
    "relu":                _line("v",           "step(y)",                                 "maximum(v, 0)"),
    "exp":                 _line("v",           "y",                                       "", r"\exp({0})"),
    "log":                 _line("v",           "1 / v",                                   "", r"\log({0})"),
    "log1p":               _line("v",           "1 / (1 + v)",                             "", r"\log(1 + {0})"),
    "expm1":               _line("v",           "1 + y",                                   "", r"(e^{{{0}}} - 1)"),
    "softplus":            _line("v",           "sigmoid(v)",                              "maximum(v, 0) + log1p(exp(-abs(v)))"),
    "softsign":            _line("v",           "(1 - abs(y)) ** 2",                       "v / (1 + abs(v))"),
    "hard_sigmoid":        _line("v",           "step(y) * step(1 - y) / 6",               "clip(v / 6 + 0.5, 0, 1)"),    # Keras 3, PyTorch
    "hard_sigmoid_keras2": _line("v",           "step(y) * step(1 - y) * 0.2",             "clip(0.2 * v + 0.5, 0, 1)"),  # Keras 1 and 2, ONNX
    "clip":                _line("v lo hi",     "step(v - lo) * step(hi - v) | step(lo - v) | step(v - hi)", "minimum(maximum(v, lo), hi)"),
    "maximum":             _line("a b",         "1 - step(b - a) | step(b - a)",           "", r"\max({0}, {1})"),
    "minimum":             _line("a b",         "1 - step(a - b) | step(a - b)",           "", r"\min({0}, {1})"),
    "abs":                 _line("v",           "sign(v)",                                 "", r"\left|{0}\right|"),
    "step":                _line("v",           "0",                                       "", r"[{0} > 0]"),
    "sign":                _line("v",           "0",                                       "", r"\operatorname{{sign}}({0})"),
    "affine":              _line("v alpha beta", "alpha | v | 1",                          "alpha * v + beta"),
    "leaky_relu":          _line("v alpha",     "step(v) + alpha * (1 - step(v)) | minimum(v, 0)", "maximum(v, 0) + alpha * minimum(v, 0)"),
    "elu":                 _line("v alpha",     "step(v) + (1 - step(v)) * alpha * exp(minimum(v, 0)) | expm1(minimum(v, 0))", "maximum(v, 0) + alpha * expm1(minimum(v, 0))"),
    "thresholded_relu":    _line("v alpha",     "step(v - alpha) | 0",                     "v * step(v - alpha)"),
    "scaled_tanh":         _line("v alpha beta", "alpha * beta * (1 - tanh(beta * v) ** 2) | tanh(beta * v) | alpha * v * (1 - tanh(beta * v) ** 2)", "alpha * tanh(beta * v)"),
}  # fmt: skip

# Those without a body: as NumPy source, and as source over plain floats and `math`.
NUMPY = {
    "tanh": "np.tanh({0})",
    "exp": "np.exp({0})",
    "log": "np.log({0})",
    "log1p": "np.log1p({0})",
    "expm1": "np.expm1({0})",
    "maximum": "np.maximum({0}, {1})",
    "minimum": "np.minimum({0}, {1})",
    "abs": "np.abs({0})",
    "step": "np.heaviside({0}, 0.0)",
    "sign": "np.sign({0})",
}
FLOATS = {
    "tanh": "tanh({0})",
    "exp": "exp({0})",
    "log": "log({0})",
    "log1p": "log1p({0})",
    "expm1": "expm1({0})",
    "maximum": "max({0}, {1})",
    "minimum": "min({0}, {1})",
    "abs": "abs({0})",
    "step": "(1.0 if {0} > 0 else 0.0)",
    "sign": "copysign(1.0, {0}) * ({0} != 0)",
}
