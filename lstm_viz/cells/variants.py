"""Cells as the formats describe them: a cell of the zoo where it is one, else its own equations.

What a model has that the zoo's cell has not (other activations, no biases, a projection, clipping)
becomes text of its own, so that what is shown is what is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from lstm_viz.cells import CELLS
from lstm_viz.cells.cell import Cell

_WORDS = {
    "z_i": "input gate, before the sigmoid",
    "z_f": "forget gate, before the sigmoid",
    "z_g": "candidate, before the tanh",
    "z_o": "output gate, before the sigmoid",
    "i": "input gate: how much of the candidate to write",
    "f": "forget gate: how much of the memory to keep",
    "g": "candidate: what could be written",
    "o": "output gate: how much of the memory to show",
    "c": "cell state: the memory",
    "h": "hidden state: what the rest of the network sees",
}
_GRU_WORDS = {
    "z_r": "reset gate, before the sigmoid",
    "z_z": "update gate, before the sigmoid",
    "r": "reset gate: how much of the past the candidate sees",
    "z": "update gate: how much of the past to keep",
    "z_n": "candidate, before the tanh",
    "n": "candidate: what could replace the past",
    "h": "hidden state: the memory, all of it shown",
}
_RNN_WORDS = {
    "z": "pre-activation: the input and the past, added up",
    "h": "hidden state: what the cell shows and carries",
}
SIGMOID, TANH = "sigmoid({0})", "tanh({0})"


def _text(lines: Sequence[str], words: dict[str, str]) -> str:
    found = []
    for line in lines:
        said = words.get(line.partition(" ")[0], "")
        if said.endswith(("the sigmoid", "the tanh")):
            word = said.rpartition(" ")[2]
            squashed = line.partition(" ")[0].removeprefix("z_")
            if not any(other.startswith(f"{squashed} = {word}(") for other in lines):
                said = said.replace(f"the {word}", "squashing")
        found.append(f"{line}   # {said}" if said else line)
    return "\n".join(found) + "\n"


def _cell(name: str, known: Sequence[str], lines: Sequence[str], words: dict[str, str]) -> Cell:
    """The zoo's cell whose equations these are, or a cell of its own."""
    own = Cell(name, _text(lines, words))
    for each in known:
        if [(e.target, e.tree) for e in CELLS[each].equations] == [
            (e.target, e.tree) for e in own.equations
        ]:
            return CELLS[each]
    return own


def _clipped(sum_: str, clip: float | None) -> str:
    return sum_ if clip is None else f"clip({sum_}, {-clip!r}, {clip!r})"


def _named(name: str, kinds: Sequence[tuple[bool, str]]) -> str:
    return "-".join([name, *(word for on, word in kinds if on)])


@cache
def lstm(
    gate: str = SIGMOID,
    candidate: str = TANH,
    output: str = TANH,
    *,
    bias: bool = True,
    peephole: bool = False,
    projection: bool = False,
    coupled: bool = False,
    clip: float | None = None,
) -> Cell:
    """An LSTM; `gate`, `candidate` and `output` are expressions such as `tanh({0})`."""

    def z(k: str, peep: str = "") -> str:
        parts = [f"W_{k} @ x", f"U_{k} @ h_prev"]
        parts += [f"p_{k} * {peep}"] if peephole and peep else []
        return f"z_{k} = " + _clipped(" + ".join(parts + ([f"b_{k}"] if bias else [])), clip)

    i, f = [z("i", "c_prev"), f"i = {gate.format('z_i')}"], [z("f", "c_prev")]
    f = ["f = 1 - i"] if coupled else [*f, f"f = {gate.format('z_f')}"]
    g = [z("g"), f"g = {candidate.format('z_g')}"]
    o = [z("o", "c"), f"o = {gate.format('z_o')}"]
    c = ["c = f * c_prev + i * g"]
    shown = f"o * {output.format('c')}"
    h = [f"m = {shown}", "h = P_h @ m"] if projection else [f"h = {shown}"]
    gates = [i[0], *f[:-1], g[0]], [i[1], f[-1], g[1]]
    lines = (
        [*gates[0], *gates[1], *c, *o, *h]
        if peephole
        else [*gates[0], o[0], *gates[1], o[1], *c, *h]
    )
    words = _WORDS | {"m": "output, before the projection"}
    if coupled:
        words = words | {"f": "forget gate: keeps what is not written"}
    different = (gate, candidate, output) != (SIGMOID, TANH, TANH)
    name = _named(
        "lstm",
        [
            (peephole, "peephole"),
            (coupled, "coupled"),
            (projection, "projected"),
            (not bias, "no-bias"),
            (clip is not None, "clipped"),
            (different, "own-activations"),
        ],
    )
    return _cell(name, ("lstm", "peephole-lstm"), lines, words)


@cache
def gru(
    gate: str = SIGMOID,
    candidate: str = TANH,
    *,
    bias: bool = True,
    reset_after: bool = True,
    clip: float | None = None,
) -> Cell:
    """A GRU, with the reset gate after the product (PyTorch, Keras' usual) or before it."""
    b = {k: f" + b_{k}" if bias else "" for k in ("r", "z", "n", "hn")}

    def z(k: str) -> str:
        return f"z_{k} = " + _clipped(f"W_{k} @ x + U_{k} @ h_prev{b[k]}", clip)

    after = f"W_n @ x{b['n']} + r * (U_n @ h_prev{b['hn']})"
    before = f"W_n @ x + U_n @ (r * h_prev){b['n']}"
    lines = [
        z("r"),
        z("z"),
        f"r = {gate.format('z_r')}",
        f"z = {gate.format('z_z')}",
        "z_n = " + _clipped(after if reset_after else before, clip),
        f"n = {candidate.format('z_n')}",
        "h = (1 - z) * n + z * h_prev" if reset_after else "h = z * h_prev + (1 - z) * n",
    ]
    name = _named(
        "gru",
        [
            (not reset_after, "reset-before"),
            (not bias, "no-bias"),
            (clip is not None, "clipped"),
            ((gate, candidate) != (SIGMOID, TANH), "own-activations"),
        ],
    )
    return _cell(name, ("gru", "gru-reset-before"), lines, _GRU_WORDS)


@cache
def rnn(activation: str = TANH, *, bias: bool = True, clip: float | None = None) -> Cell:
    """A simple recurrent cell."""
    whole = _clipped("W @ x + U @ h_prev" + (" + b" if bias else ""), clip)
    lines = [f"z = {whole}", f"h = {activation.format('z')}"]
    kinds = [
        (activation == "relu({0})", "relu"),
        (activation not in (TANH, "relu({0})"), "own-activation"),
        (not bias, "no-bias"),
        (clip is not None, "clipped"),
    ]
    return _cell(_named("rnn", kinds), ("rnn", "irnn"), lines, _RNN_WORDS)
