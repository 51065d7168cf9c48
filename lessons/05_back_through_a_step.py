"""How does a loss get back through one step?

Long, as the classic backward pass stands in it whole, beside the derived one.
"""

# %% [markdown]
# # Back through one step
#
# One unit has read two steps. Its outputs are wrong: there is a loss. How
# much of that is due to each gate, to the memory, to each weight?
#
# A **gradient** says it: how much the loss changes for each 1 by which a
# number rises. dc stands for the gradient of the loss by c.

# %% [markdown] tags=["notes"]
# Minutes: 20
# Source: A. Gomez, Backpropagating an LSTM: A Numerical Example, 2016.
#
# Plan: 3 min the wiring, with its arrows turned round; 3 min what a
# gradient is: nudge and look (vote); 6 min h, then c, then a gate, on the
# board (vote on the slope); 4 min two shares that meet (vote); 4 min the
# loop, its mistakes, the program, the sentence.
#
# Ask: along which arrows does the loss reach the forget gate?
# Ask: why is the gradient of f zero at step 1, whatever the loss?
# Goes wrong: dc is set by the step, and what came back from the step
# after is lost. Write both shares on the board, then the plus.
# Goes wrong: the slope of σ is taken at o instead of z_o. Ask for the
# slope of the open gate's curve: near 0 or near 0.2?
#
# Probe:
# Q: dh = -0.478. h rises by 0.01. What does the loss do?
# A: It falls by about 0.00478.
# Q: h = o * tanh(c). What is do, with dh given?
# A: dh * tanh(c): the gradient times the other factor.
# Q: o = σ(z_o) and o = 0.85. What is the slope of σ there?
# A: o * (1 - o) = 0.1275. σ is not taken again.
# Q: g = tanh(z_g) and g = 0.85. What is the slope of tanh there?
# A: 1 - 0.85 * 0.85 = 0.2775.
# Q: c = f * c_prev + i * g. What is dc_prev, with dc given?
# A: dc * f: the forget gate lets that share through.
# Q: c_prev = 0. What is df, and why?
# A: 0. f multiplies c_prev, so it made no difference.
# Q: dc has a share through h of 0.0084 and one from the step after of
# -0.0619. What is dc?
# A: Their sum, -0.0535.
# Q: h_prev goes into four sums. How many shares has dh_prev?
# A: Four, one from each.
# Q: Where does the gradient of a weight come from, with several steps?
# A: From every step that used it; the shares are added.
# Q: What does "=" instead of "+=" do to it?
# A: Only the share of the step computed last is left.

# %% a published example
from lstm_viz import backpropagate, run
from lstm_viz.lessons import ask, remember, show

gomez = run("lstm", "gomez", [[1, 2], [0.5, 3]])
target = [[0.5], [1.25]]
gradients = backpropagate(gomez, {"h": gomez["h"] - target})
loss = 0.5 * ((gomez["h"] - target) ** 2).sum()
print(f"loss = {loss:.4f}, half the squared distance from the target")

# %% the second step, backward
show(gradients, t=1)

# %% [markdown]
# ## The arrows are turned round
#
# The loss comes in at h: dh = h - target = {gomez["h"][1, 0]:.3f} - 1.25 = {gradients["h"][1, 0]:.3f}.
# It goes back along the wires to c and o, from c to f, i, g and c_prev,
# and from the sums to x and h_prev.
#
# At a function it is multiplied by the slope, at a × by the other
# factor. A + passes it on as it is.


# %% what is a gradient? nudge a number, and look at the loss
def loss_if(name, t, change) -> float:
    held = {name: {t: gomez[name][t, 0] + change}}
    h = run("lstm", gomez.weights, gomez["x"], hold=held)["h"]
    return 0.5 * ((h - target) ** 2).sum()


def nudged(name, t, step=1e-5) -> float:
    change = loss_if(name, t, step) - loss_if(name, t, -step)
    return change / (2 * step)


# %% six nudges
print("at step 2    nudged  gradient")
for name in ("h", "c", "o", "f", "i", "g"):
    print(f"{name:9} {nudged(name, 1):9.5f} {gradients[name][1, 0]:9.5f}")
    assert abs(nudged(name, 1) - gradients[name][1, 0]) < 1e-9

# %% tags=["ask"]
dh = gradients["h"][1, 0]
changes = [loss_if("h", 1, 0.01) - loss, loss_if("h", 1, -0.01) - loss]
ask(
    f"dh is {dh:.3f} at step 2. If h were 0.01 larger, what would the loss "
    "do?",
    [
        f"fall, by about {0.01 * abs(dh):.4f}",
        f"rise, by about {0.01 * abs(dh):.4f}",
        f"become {loss + dh:.3f}",
    ],
    answer=[changes[0] < 0 < changes[1], changes[0] > 0].index(True),
    because=f"It would be {loss + changes[0]:.4f} instead of {loss:.4f}: "
    f"{changes[0]:.4f}. A negative gradient asks for a larger number.",
)
assert abs(changes[0] - 0.01 * dh) < 1e-4

# %% the last equation first: h = o * tanh(c)
from math import isclose, tanh

i, f, g, o, c, c_prev = (gomez[n][1, 0] for n in (*"ifgoc", "c_prev"))

dh = gradients["h"][1, 0]
do = dh * tanh(c)
slope = 1 - tanh(c) ** 2
dc = dh * o * slope
print(f"do = dh * tanh(c)            = {dh:.3f} * {tanh(c):.3f} = {do:.5f}")
print(f"dc = dh * o * (1 - tanh(c)²) = {dh:.3f} * {o:.3f} *", end=" ")
print(f"{slope:.3f} = {dc:.5f}")
assert isclose(do, gradients["o"][1, 0])
assert isclose(dc, gradients["c"][1, 0])

# %% then c = f * c_prev + i * g: each times the other factor
df, dc_prev, di, dg = dc * c_prev, dc * f, dc * g, dc * i
print(f"df      = dc * c_prev = {dc:.5f} * {c_prev:.3f} = {df:.5f}")
print(f"dc_prev = dc * f      = {dc:.5f} * {f:.3f} = {dc_prev:.5f}")
print(f"di      = dc * g      = {dc:.5f} * {g:.3f} = {di:.5f}")
print(f"dg      = dc * i      = {dc:.5f} * {i:.3f} = {dg:.5f}")
for name, by_hand in (("f", df), ("c_prev", dc_prev), ("i", di), ("g", dg)):
    assert isclose(by_hand, gradients[name][1, 0])

# %% tags=["ask"]
from cmath import exp

z_o = gomez["z_o"][1, 0]
slope = (1 / (1 + exp(-z_o - 1e-20j))).imag / 1e-20  # complex step: exact
again = 1 / (1 + exp(-o).real)
choices = [again * (1 - again), o * (1 - o), 1.0]
ask(
    f"The next edge is o = σ(z_o), and σ has the slope σ(z) (1 - σ(z)). "
    f"z_o is {z_o:.3f}, o is {o:.3f}. What is the slope here?",
    [
        f"{choices[0]:.3f}, which is σ({o:.3f}) (1 - σ({o:.3f}))",
        f"{choices[1]:.3f}, which is {o:.3f} (1 - {o:.3f})",
        "1: o is a gate already",
    ],
    answer=[isclose(slope, choice) for choice in choices].index(True),
    because=f"σ at z_o is o itself, so the slope is o (1 - o). Measured at "
    f"z_o: {slope:.3f}. Do not take σ again.",
)

# %% from the gates to their sums
dz = {
    "i": di * i * (1 - i),
    "f": df * f * (1 - f),
    "g": dg * (1 - g**2),
    "o": do * o * (1 - o),
}
for k, value in dz.items():
    print(f"dz_{k} = {value:9.5f}")
    assert isclose(value, gradients[f"z_{k}"][1, 0])
assert {k: round(value, 5) for k, value in dz.items()} == {
    **{"i": -0.00112, "f": -0.00631},
    **{"g": -0.01938, "o": -0.05538},
}  # as Gomez prints them

# %% h_prev went into four sums: four shares come back
shares = {k: dz[k] * gomez.weights[f"U_{k}"].item() for k in "ifgo"}
for k, share in shares.items():
    print(f"through z_{k}   U_{k} * dz_{k} = {share:9.5f}")
dh_prev = sum(shares.values())
print(f"dh_prev, their sum    = {dh_prev:9.5f}")
assert isclose(dh_prev, gradients["h_prev"][1, 0])
assert round(dh_prev, 5) == -0.01828  # as Gomez prints it

# %% [markdown]
# ## Now step 1
#
# c of step 1 was used twice: in its own step, by h = o * tanh(c), and in
# step 2, by c = f * c_prev + i * g.
#
# Its own step computes dh * o * (1 - tanh(c)²) for it, as before. Step 2
# sends back what we called dc_prev: dc * f = {dc_prev:.5f}.

# %% tags=["ask"]
shares = {k: v[0, 0] for k, v in gradients.shares("c").items()}
choices = [shares["h"], shares["c_prev"], sum(shares.values())]
ask(
    f"c at step 1: its own step computes {shares['h']:.4f}, through h. "
    f"Step 2 sends back {shares['c_prev']:.4f}. What is dc?",
    [
        f"{choices[0]:.4f}: what the step itself computes",
        f"{choices[1]:.4f}: what the step after sends back",
        f"{choices[2]:.4f}: the sum",
    ],
    answer=[abs(nudged("c", 0) - each) < 1e-9 for each in choices].index(
        True
    ),
    because=f"Nudge c at step 1, and the loss changes by {nudged('c', 0):.4f} "
    "for each 1. So dc += ..., not dc = ...",
)
assert isclose(shares["c_prev"], dc_prev)

# %% all steps, by hand: the classic backward pass, its first half
import numpy as np

W, U = ({k: gomez.weights[f"{n}_{k}"] for k in "ifgo"} for n in "WU")


def gates_back(dh, dc, t):
    i, f, g, o, c, c_prev = (gomez[n][t] for n in (*"ifgoc", "c_prev"))
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)  # += what step t + 1 sent
    dz = {
        "i": dc * g * i * (1 - i),
        "f": dc * c_prev * f * (1 - f),
        "g": dc * i * (1 - g**2),
        "o": dh * np.tanh(c) * o * (1 - o),
    }
    return dz, dc * f


# %% and its second half: from the last step to the first
dW, dU, db = (dict.fromkeys("ifgo", 0.0) for _ in range(3))
dh_next, dc_next = np.zeros(1), np.zeros(1)
for t in reversed(range(len(gomez))):
    dh = gomez["h"][t] - target[t] + dh_next  # the loss, and step t + 1
    dz, dc_next = gates_back(dh, dc_next, t)
    dh_next = sum(U[k].T @ dz[k] for k in "ifgo")
    for k in "ifgo":
        dW[k] += np.outer(dz[k], gomez["x"][t])
        dU[k] += np.outer(dz[k], gomez["h_prev"][t])
        db[k] += dz[k]  # each step adds its share
    assert np.allclose(dh_next, gradients["h_prev"][t], rtol=1e-13)
    assert np.allclose(dc_next, gradients["c_prev"][t], rtol=1e-13)
print("db:", {k: round(float(db[k].item()), 4) for k in "ifgo"})

# %% the program derives the same lines
from lstm_viz import LSTM

for name, by_hand in (("W", dW), ("U", dU), ("b", db)):
    for k in "ifgo":
        derived = gradients.weights[f"{name}_{k}"]
        assert np.allclose(by_hand[k], derived, rtol=1e-13, atol=0)
print("\n".join(str(edge) for edge in LSTM.backward[:10]))

# %% what two mistakes would give
right, only = db["f"].item(), gradients.weights_at(0)["b_f"].item()
print(f"db_f, right                  {right:9.5f}")
print(f"db_f, with = for +=          {only:9.5f}   step 1 alone")
right, lost = gradients["c"][0, 0], gradients.shares("c")["h"][0, 0]
print(f"dc at step 1, right          {right:9.5f}")
print(f"dc at step 1, dc_next lost   {lost:9.5f}   the wrong sign")
assert only == 0
assert lost > 0 > right

# %% the program: ← goes to step 1, where c has two shares tags=["live"]
# $ lstm-viz step --weights gomez --backward

# %% the sentence
rests = [
    sum(gradients.shares(name).values()) - gradients[name]
    for name in gradients.names
]
remember(
    "Each arrow that leaves a number brings back one share of its gradient, "
    "and the gradient is the sum of the shares.",
    holds=all(abs(rest).max() < 1e-15 for rest in rests),
)

# %% [markdown]
# ## To take home
#
# 1. Take dh = 1 and the step of lesson 2. Compute do, dc, df and dc_prev.
# 2. Why is df zero at step 1? When does a forget gate learn nothing?
# 3. With f = 0.98 and f = 0.03: what share of dc goes back to the memory
#    of the step before?
#
# Source: A. Gomez, *Backpropagating an LSTM: A Numerical Example*, 2016.
