"""What does an LSTM unit compute in one step, and how does a loss get back through it?"""

# %% [markdown]
# # One step of an LSTM, by hand
#
# The smallest numbers: one input, one unit, one step, plain floats.

# %% the way forward
from math import exp, isclose, tanh

from lstm_viz import LSTM, backpropagate, run


def sigmoid(v: float) -> float:
    return 1 / (1 + exp(-v))


x, h_prev, c_prev = 1.0, 0.2, 0.5
W = {"i": 0.9, "f": 0.7, "g": 0.4, "o": 0.6}
U = {"i": 0.8, "f": 0.1, "g": 0.2, "o": 0.3}
b = {"i": 0.6, "f": 1.0, "g": 0.1, "o": -0.2}

z = {gate: W[gate] * x + U[gate] * h_prev + b[gate] for gate in "ifgo"}
i, f, g, o = sigmoid(z["i"]), sigmoid(z["f"]), tanh(z["g"]), sigmoid(z["o"])
c = f * c_prev + i * g
h = o * tanh(c)
print(f"keep {f:.3f} of {c_prev}, write {i:.3f} of {g:.3f}: c = {c:.3f}, and show h = {h:.3f}")

# %% the way back, from dh = ∂L/∂h = 1, last equation first
dh = 1.0
do = dh * tanh(c)
dc = dh * o * (1 - tanh(c) ** 2)
df, dc_prev = dc * c_prev, dc * f
di, dg = dc * g, dc * i
dz = {"i": di * i * (1 - i), "f": df * f * (1 - f), "g": dg * (1 - g**2), "o": do * o * (1 - o)}
dx = sum(W[gate] * dz[gate] for gate in "ifgo")
dh_prev = sum(U[gate] * dz[gate] for gate in "ifgo")
print(f"of dc = {dc:.3f} the forget gate lets dc_prev = {dc_prev:.3f} through")

# %% the same from the cell
weights = {}
for gate in "ifgo":
    weights |= {f"W_{gate}": [[W[gate]]], f"U_{gate}": [[U[gate]]], f"b_{gate}": [b[gate]]}
trace = run(LSTM, weights, [[x]], states={"h": [h_prev], "c": [c_prev]})
gradients = backpropagate(trace, {"h": [[dh]]})

by_hand = {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}
back_by_hand = {
    "i": di,
    "f": df,
    "g": dg,
    "o": do,
    "c": dc,
    "c_prev": dc_prev,
    "h_prev": dh_prev,
    "x": dx,
}
back_by_hand |= {f"z_{gate}": dz[gate] for gate in "ifgo"}
for name, value in by_hand.items():
    assert isclose(trace[name].item(), value, rel_tol=1e-14), name
for name, value in back_by_hand.items():
    assert isclose(gradients[name].item(), value, rel_tol=1e-13), name

# %% [markdown]
# What we learned: the memory's gradient goes back through one product, dc_prev = dc · f. Everything
# else is a gate's own small chain, and the derived equations of the cell are these very lines.
print("every number agrees with the cell")
