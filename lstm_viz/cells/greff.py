"""The eight variants of "LSTM: A Search Space Odyssey".

Each is the vanilla LSTM there, which has peepholes, with one thing taken out or added. The paper's
own names: its block input z is g here, its cell state c and its block output y are c and h.
"""

SOURCE = "Greff, Srivastava, Koutník, Steunebrink & Schmidhuber, LSTM: A Search Space Odyssey, 2017"

_Z_I = "z_i = W_i @ x + U_i @ h_prev + p_i * c_prev + b_i   # input gate pre-activation"
_Z_F = "z_f = W_f @ x + U_f @ h_prev + p_f * c_prev + b_f   # forget gate pre-activation"
_Z_G = "z_g = W_g @ x + U_g @ h_prev + b_g                  # candidate pre-activation"
_Z_O = "z_o = W_o @ x + U_o @ h_prev + p_o * c + b_o        # output gate pre-activation"
_I = "i = sigmoid(z_i)          # input gate: how much of the candidate to write"
_F = "f = sigmoid(z_f)          # forget gate: how much of the memory to keep"
_G = "g = tanh(z_g)             # candidate: what could be written"
_O = "o = sigmoid(z_o)          # output gate: how much of the memory to output"
_C = "c = f * c_prev + i * g    # cell state: the memory"
_H = "h = o * tanh(c)           # hidden state: the output"
_C_NIG = "c = f * c_prev + g        # cell state: the memory"
_C_NFG = "c = c_prev + i * g        # cell state: the memory"
_H_NOG = "h = tanh(c)               # hidden state: the memory, through tanh"
_F_CIFG = "f = 1 - i                 # forget gate: keeps what is not overwritten"
_LINEAR_G = "g = z_g                   # candidate: what could be written, without an activation"
_LINEAR_H = "h = o * c                 # hidden state: the output, without an activation"
_NO_PEEPHOLES = [
    line.replace(" + p_i * c_prev", "").replace(" + p_f * c_prev", "").replace(" + p_o * c", "")
    for line in (_Z_I, _Z_F, _Z_O)
]


def _text(*lines: str) -> str:
    return "\n".join(lines) + "\n"


_ALL_GATES = [
    line.replace(f" + b_{k}", f" + R_i{k} @ i_prev + R_f{k} @ f_prev + R_o{k} @ o_prev + b_{k}")
    for k, line in (("i", _Z_I), ("f", _Z_F), ("o", _Z_O))
]

TEXTS = {
    "nig": (
        f"{SOURCE}: no input gate",
        _text(_Z_F, _Z_G, _F, _G, _C_NIG, _Z_O, _O, _H),
    ),
    "nfg": (
        f"{SOURCE}: no forget gate",
        _text(_Z_I, _Z_G, _I, _G, _C_NFG, _Z_O, _O, _H),
    ),
    "nog": (
        f"{SOURCE}: no output gate",
        _text(_Z_I, _Z_F, _Z_G, _I, _F, _G, _C, _H_NOG),
    ),
    "niaf": (
        f"{SOURCE}: no input activation function",
        _text(_Z_I, _Z_F, _Z_G, _I, _F, _LINEAR_G, _C, _Z_O, _O, _H),
    ),
    "noaf": (
        f"{SOURCE}: no output activation function",
        _text(_Z_I, _Z_F, _Z_G, _I, _F, _G, _C, _Z_O, _O, _LINEAR_H),
    ),
    "cifg": (
        f"{SOURCE}: coupled input and forget gate",
        _text(_Z_I, _Z_G, _I, _F_CIFG, _G, _C, _Z_O, _O, _H),
    ),
    "np": (
        f"{SOURCE}: no peepholes",
        _text(*_NO_PEEPHOLES[:2], _Z_G, _I, _F, _G, _C, _NO_PEEPHOLES[2], _O, _H),
    ),
    "fgr": (
        f"{SOURCE}: full gate recurrence",
        _text(*_ALL_GATES[:2], _Z_G, _I, _F, _G, _C, _ALL_GATES[2], _O, _H),
    ),
}  # fmt: skip
