"""PyTorch's activation modules by the names of those here, with their arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

PLAIN = ("ReLU", "ReLU6", "Tanh", "Sigmoid", "SELU", "SiLU", "Mish", "Softsign")  # but in capitals


def _named(stem: str, *arguments: str) -> Callable[[Any], str]:
    return lambda module: ":".join([stem, *(repr(float(getattr(module, a))) for a in arguments)])


def _over_features(stem: str) -> Callable[[Any], str | None]:
    """Softmax over what comes last of (batch, features); over another axis it is another thing."""
    return lambda module: stem if module.dim in (None, 1, -1) else None


def _softplus(module: Any) -> str | None:
    near = module.beta * module.threshold >= 20  # PyTorch's is v itself from there on
    return _named("softplus", "beta")(module) if near else None


TEXTS: dict[str, Callable[[Any], str | None]] = {
    **{name: _named(name.lower()) for name in PLAIN},
    "Hardsigmoid": _named("hard_sigmoid"),
    "Hardswish": _named("hard_silu"),
    "LogSigmoid": _named("log_sigmoid"),
    "Tanhshrink": _named("tanh_shrink"),
    "LeakyReLU": _named("leaky_relu", "negative_slope"),
    "ELU": _named("elu", "alpha"),
    "CELU": _named("celu", "alpha"),
    "Hardtanh": _named("hard_tanh", "min_val", "max_val"),
    "Hardshrink": _named("hard_shrink", "lambd"),
    "Softshrink": _named("soft_shrink", "lambd"),
    "Threshold": _named("threshold", "threshold", "value"),
    "RReLU": lambda module: f"leaky_relu:{(module.lower + module.upper) / 2!r}",
    "GELU": lambda module: "gelu" if module.approximate == "none" else "gelu_tanh",
    "Softmax": _over_features("softmax"),
    "LogSoftmax": _over_features("log_softmax"),
    "Softplus": _softplus,
}
