"""What does an LSTM unit compute in one step, and how does a loss get back through it?"""

# %% [markdown]
# # One step of an LSTM, by hand
#
# The smallest numbers: one input, one unit, one step. Every number that the unit computes fits on
# one line of arithmetic.

# %% [markdown] tags=["notes"]
# Minutes: 15
# Source: Gers, Schmidhuber & Cummins, Learning to Forget: Continual Prediction with LSTM, 2000
#
# The numbers first, then the program, then the way back by hand.
#
# Ask: Which gate decides how much of the old memory is kept?
# Ask: Which of the four numbers can be negative?
# Goes wrong: The forget gate is read as "how much is forgotten". It is the part that is kept.
#
# Probe:
# Q: What does the forget gate multiply?
# A: The memory of the step before.
# Q: What does the input gate multiply?
# A: The candidate.
# Q: What does the output gate multiply?
# A: The memory, squeezed by tanh.
# Q: Between which numbers does a gate lie?
# A: Between 0 and 1.
# Q: Between which numbers does the candidate lie?
# A: Between -1 and 1.
# Q: What is added up to the new memory?
# A: What is kept of the old one, and what is written.
# Q: Is h the memory?
# A: No. It is what is shown of it.
# Q: What is dc_prev, with dc given?
# A: dc times the forget gate.
# Q: Why does the gradient of f need c_prev?
# A: Because f multiplies c_prev.
# Q: How many parameters does a unit with one input have?
# A: Twelve: three for each of three gates and the candidate.

# %% the step, as plain Python
from math import exp, isclose, tanh

from lstm_viz import LSTM, backpropagate, run
from lstm_viz.lessons import ask, remember, show


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
print(f"f = {f:.3f}   i = {i:.3f}   g = {g:.3f}   o = {o:.3f}")

# %% [markdown]
# ## What it means
#
# * It keeps {f:.3f} of its memory {c_prev}.
# * It writes {i:.3f} of the candidate {g:.3f}.
# * The new memory is c = {c:.3f}, and h = {h:.3f} is shown.

# %% tags=["ask"]
ask(
    "The memory's gradient is dc. How much of it reaches the memory before?",
    ["all of it", f"the part f = {f:.3f}", f"the part i = {i:.3f}"],
    answer=[1.0, f, i].index(f),
    because=f"c = f · c_prev + …, so dc_prev = dc · f, which is dc · {f:.3f}",
)

# %% the way back by hand, last equation first
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

there = {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}
back = {"i": di, "f": df, "g": dg, "o": do, "c": dc, "c_prev": dc_prev, "h_prev": dh_prev, "x": dx}
back |= {f"z_{gate}": dz[gate] for gate in "ifgo"}
for name, value in there.items():
    assert isclose(trace[name].item(), value, rel_tol=1e-14), name
for name, value in back.items():
    assert isclose(gradients[name].item(), value, rel_tol=1e-13), name
print("every number agrees with the cell")

# %% the wiring, with its numbers
show(trace, t=0)

# %% tags=["live"]
# $ lstm-viz step --weights gomez --backward

# %% the sentence to remember
remember(
    "The memory's gradient goes back through one product: dc_prev = dc · f.",
    holds=isclose(gradients["c_prev"].item(), gradients["c"].item() * trace["f"].item()),
)

# %% [markdown]
# ## To take home
#
# 1. With which f does all of dc come back?
# 2. With c_prev = 0, which of the gradients are 0?
# 3. Which gradient does dc_prev leave out that the step before needs as well?
#
# Gers, Schmidhuber & Cummins, Learning to Forget: Continual Prediction with LSTM, 2000
