"""What does an LSTM compute in one step?"""

# %% [markdown]
# # One step of an LSTM
#
# One unit, one input, one step: twelve weights and biases.
# Three numbers come in: the input x, and from the step before the output
# h_prev and the memory c_prev. Two go out: h and c.
#
# What happens on the way?

# %% [markdown] tags=["notes"]
# Minutes: 15
# Source: S. Hochreiter & J. Schmidhuber, Long Short-Term Memory, 1997;
# the forget gate: F. Gers, J. Schmidhuber & F. Cummins, Learning to
# Forget, 2000.
#
# Plan: 3 min the wiring, with a finger along each wire; 3 min the four
# sums; 2 min gates and candidate; 4 min memory and output (two votes);
# 3 min the program, the equations, the sentence.
#
# Ask: where in the wiring does c_prev enter, and what can change it?
# Ask: which of the six equations look at x, and which do not?
# Goes wrong: i is said to decide what is preserved. Let the class cover
# the term i * g with a hand: what is kept does not change.
# Goes wrong: h is taken for the memory. Shut the output gate (press 0 on
# the line o): h is 0, and c is what it was.
#
# Probe:
# Q: Which three numbers does a unit get at a step?
# A: x, h_prev and c_prev.
# Q: Which gate decides how much of c_prev is preserved?
# A: The forget gate alone. Its value is the share that is kept.
# Q: What does the input gate multiply?
# A: The candidate g. It never touches c_prev.
# Q: Which is the memory, h or c?
# A: c. h is what is shown of it.
# Q: The output gate is 0. What are h and c?
# A: h is 0; c is not changed.
# Q: Between which numbers does a gate lie, and between which the
# candidate?
# A: A gate between 0 and 1, the candidate between -1 and 1.
# Q: f = 0.5, c_prev = 0.8, i = 1, g = 0.2. What is c?
# A: 0.6: of 0.8 half is kept, and 0.2 is written.
# Q: How many sums has a unit with one input, and how many weights and
# biases?
# A: Four sums, twelve numbers.
# Q: Can c be above 1? Can h?
# A: c can, as it is a sum. h cannot: a gate times a tanh.
# Q: Which numbers go on to the next step?
# A: c as memory, and h as h_prev into the four sums.

# %% the numbers
from lstm_viz import run
from lstm_viz.lessons import ask, remember, show

x, h_prev, c_prev = 1.0, 0.2, 0.5
W = {"i": 0.9, "f": 0.7, "g": 0.4, "o": 0.6}
U = {"i": 0.8, "f": 0.1, "g": 0.2, "o": 0.3}
b = {"i": 0.6, "f": 1.0, "g": 0.1, "o": -0.2}

weights = {f"W_{k}": [[W[k]]] for k in "ifgo"}
weights |= {f"U_{k}": [[U[k]]] for k in "ifgo"}
weights |= {f"b_{k}": [b[k]] for k in "ifgo"}
states = {"h": [h_prev], "c": [c_prev]}
step = run("lstm", weights, [x], states)

# %% the wiring
show(step, t=0)

# %% [markdown]
# ## From bottom to top
#
# x and h_prev go into four sums (Σ). Each has its own weights.
# Three of them become **gates** by σ: f, i and o.
# One becomes the **candidate** g by tanh: what could be written.
#
# The line at the top is the memory. It is multiplied once, by f, and i * g
# is added to it. Its tanh, times o, is the output h.

# %% four sums
z = {}
for k in "ifgo":
    z[k] = W[k] * x + U[k] * h_prev + b[k]
    terms = f"{W[k]} * {x} + {U[k]} * {h_prev} + {b[k]:4}"
    print(f"z_{k} = {terms} = {z[k]:.2f}")
    assert abs(z[k] - step[f"z_{k}"].item()) < 1e-15

# %% three gates and a candidate
from math import exp, isclose, tanh


def sigmoid(v: float) -> float:
    return 1 / (1 + exp(-v))


i, f, g, o = sigmoid(z["i"]), sigmoid(z["f"]), tanh(z["g"]), sigmoid(z["o"])
print(f"i = σ({z['i']:.2f})    = {i:.3f}   how much to write")
print(f"f = σ({z['f']:.2f})    = {f:.3f}   how much to keep")
print(f"g = tanh({z['g']:.2f}) = {g:.3f}   what to write")
print(f"o = σ({z['o']:.2f})    = {o:.3f}   how much to show")

# %% [markdown]
# ## A gate is a share
#
# σ gives a number between 0 and 1: 0 is shut, 1 is open. A gate is the
# share of something that passes.
#
# tanh gives a number between -1 and 1: a value, with a sign.


# %% tags=["ask"]
def kept(**hold):  # of c_prev, where a gate is held
    run_ = run("lstm", weights, [x], states, hold=hold)
    return (run_["c"] - run_["i"] * run_["g"]).item()


decides = [gate for gate in "if" if kept(**{gate: 0}) != kept(**{gate: 1})]
ask(
    f"c_prev is {c_prev}. Which gate decides how much of it is preserved?",
    ["the input gate i", "the forget gate f", "both together"],
    answer=[["i"], ["f"], ["i", "f"]].index(decides),
    because=f"With i held at 0 or at 1 the same {kept(i=0):.3f} of it is "
    f"left. With f held at 0 nothing is left, at 1 all {kept(f=1):g}.",
)
assert (kept(f=0), kept(f=1)) == (0, c_prev)

# %% the memory
c = f * c_prev + i * g
print(f"kept     f * c_prev = {f:.3f} * {c_prev:.3f} = {f * c_prev:.3f}")
print(f"written  i * g      = {i:.3f} * {g:.3f} = {i * g:.3f}")
print(f"now      c                          = {c:.3f}")
assert isclose(c, step["c"].item(), rel_tol=1e-14)
assert isclose(f, step["f"].item(), rel_tol=1e-14)

# %% tags=["ask"]
shut = run("lstm", weights, [x], states, hold={"o": 0})
after = shut["c"].item()
choices = [0.0, c, f * c_prev]
ask(
    f"The memory is now {c:.3f}. Shut the output gate: o = 0. What is the "
    "memory then?",
    [
        "0: nothing comes out, so nothing is left",
        f"still {c:.3f}",
        f"{f * c_prev:.3f}: what was kept; nothing is written",
    ],
    answer=[isclose(after, each) for each in choices].index(True),
    because=f"Only h is {shut['h'].item():g}. c is {after:.3f}, and goes "
    "on to the next step. c is the memory; h is what is shown of it.",
)

# %% the output
h = o * tanh(c)
print(f"h = o * tanh(c) = {o:.3f} * tanh({c:.3f})")
print(f"                = {o:.3f} * {tanh(c):.3f} = {h:.3f}")
assert isclose(h, step["h"].item(), rel_tol=1e-14)

# %% [markdown]
# ## All of it in letters
#
#     i = σ(W_i x + U_i h_prev + b_i)       f, o: likewise
#     g = tanh(W_g x + U_g h_prev + b_g)
#     c = f * c_prev + i * g
#     h = o * tanh(c)
#
# That is an LSTM. With several units each has its own gates and its own
# memory, and each sum sees the h_prev of all units.

# %% the program tags=["live"]
# $ lstm-viz step
# $ lstm-viz step --weights gomez

# %% how large can they be?
gomez = run("lstm", "gomez")  # weights that come with the program
largest = {name: abs(gomez[name]).max() for name in "ch"}
print(f"largest c {largest['c']:.3f}, largest h {largest['h']:.3f}")
assert largest["c"] > 1 > largest["h"]

# %% [markdown]
# ## Two numbers go on
#
# c goes on as the memory, and h as h_prev into the next four sums.
#
# c is a sum, so it may grow: here to {largest["c"]:.3f}. h is a share of a
# tanh, so it stays between -1 and 1: at most {largest["h"]:.3f} here.

# %% the sentence
remember(
    "The memory is c: f alone decides what of it is kept, i what is "
    "written, and o only what is shown.",
    holds=decides == ["f"] and after == step["c"].item(),
)

# %% [markdown]
# ## To take home
#
# 1. Write the step with x = 0, h_prev = 0 and c_prev = 0.5. What is kept?
# 2. Which gates must be open, which shut, so that c = g?
# 3. Without the tanh in h = o * tanh(c): what could become of h after
#    many steps?
#
# Source: S. Hochreiter & J. Schmidhuber, *Long Short-Term Memory*, 1997;
# the forget gate: F. Gers, J. Schmidhuber & F. Cummins, *Learning to
# Forget*, 2000.
