"""What are units, steps and layers?"""

# %% [markdown]
# # Units, steps, layers
#
# A library writes LSTM(8). Eight of what?
#
# Let a layer of 8 units read 24 numbers. The next picture has all that it
# remembers on the way.

# %% [markdown] tags=["notes"]
# Minutes: 10
# Source: S. Hochreiter & J. Schmidhuber, Long Short-Term Memory, 1997.
#
# Plan: 2 min the picture (vote on a column of it); 3 min two units and
# three steps, number by number (vote on twice as many steps); 3 min
# counting weights on the board; 2 min a second layer, the sentence.
#
# Ask: in the picture, point at one unit. Point at one step.
# Ask: which of the two can you choose, and which comes with the data?
# Goes wrong: units are taken for steps, because drawings of an unrolled
# network have a box for each step. Say: one box, drawn 24 times.
# Goes wrong: PyTorch counts 40 where this lesson counts 32. It has two
# biases for each sum; only what they add up to counts.
#
# Probe:
# Q: LSTM(8) reads 24 steps. How many numbers does it remember at a step?
# A: 8, one in each unit's c. (And it passes on 8 outputs h.)
# Q: The sequence gets twice as long. How many more weights?
# A: None.
# Q: A layer of 8 units reads 24 steps. What is the shape of all its h?
# A: 24 by 8: a row for each step, a column for each unit.
# Q: How many numbers does one sum of a unit need, with I inputs and H
# units in its layer?
# A: I for the input, H for h_prev, and a bias: I + H + 1.
# Q: How many parameters has an LSTM of 2 units with 1 input?
# A: 4 sums, 2 units, 1 + 2 + 1 numbers each: 32.
# Q: Does doubling the units double the weights?
# A: It is more than that: U has H * H numbers in each of four matrices.
# Q: What does the second layer read?
# A: The h of all units of the first layer, at the same step.
# Q: May the second layer have another number of units?
# A: Yes. Only its number of inputs is given, by the units below.
# Q: Which number comes with the data: units, steps or layers?
# A: Steps (and the number of inputs). Units and layers are chosen.
# Q: Do two units of a layer know of each other?
# A: Yes, a step later: each sum reads the h_prev of all units.

# %% eight units, twenty-four steps
from lstm_viz import run
from lstm_viz.lessons import ask, remember, show

eight = run("lstm", "pytorch", "sine:24", hidden=8)  # random weights
show(eight, ["x", "c"])

# %% [markdown]
# ## Rows and columns
#
# x is what it reads. Below, c is its memory (lesson 2):
#
# * A row is a **unit**: one memory, as time goes on.
# * A column is a **step**: all memories at one time.
#
# The layer has {eight["c"].shape[1]} units because somebody chose so. It took {eight["c"].shape[0]} steps
# because {len(eight["x"])} numbers came in.

# %% tags=["ask"]
choices = [eight["c"].shape[0], eight["c"].shape[1], eight["c"].size]
ask(
    "How many numbers does this layer have in its memory c at one step?",
    [str(each) for each in choices],
    answer=choices.index(eight.final["c"].size),
    because=f"One in each unit: {eight.final['c'].size}. The picture shows "
    f"{choices[2]}: the same {choices[1]} at each of {choices[0]} steps.",
)

# %% the smallest: two units, three steps
two = run("lstm", "pytorch", [1, 0, 1], hidden=2)
print("           c: unit 0   unit 1      h: unit 0   unit 1")
for t in range(len(two)):
    (c0, c1), (h0, h1) = two["c"][t], two["h"][t]
    print(f"step {t + 1} {c0:14.3f} {c1:8.3f} {h0:14.3f} {h1:8.3f}")
print("c, all of it:", two["c"].shape, " h:", two["h"].shape)
assert two["c"].shape == two["h"].shape == (3, 2)

# %% tags=["ask"]
twice = run("lstm", "pytorch", "sine:48", hidden=8)
have = sum(w.size for w in eight.weights.values())
need = sum(w.size for w in twice.weights.values())
choices = [2 * have, have, have + 24]
ask(
    f"These {eight['c'].shape[1]} units have {have} weights and biases, for "
    f"{len(eight)} steps. How many do they need for {len(twice)} steps?",
    [
        f"{choices[0]}: twice as many",
        f"{choices[1]}",
        f"{choices[2]}: one for each new step",
    ],
    answer=choices.index(need),
    because=f"It is {need} for both: each step uses the same "
    "weights again.",
)


# %% count them: two units, one input; for f, g and o it is the same again
def numbers(trace) -> int:
    return sum(w.size for w in trace.weights.values())


for name in ("W_i", "U_i", "b_i"):
    shape = two.weights[name].shape
    print(f"{name}  {shape!s:7}  {two.weights[name].size} numbers")
one_sum = 1 + 2 + 1  # a unit's sum: the input, h_prev of both units, a bias
unit = 4 * one_sum
print(f"a sum {one_sum}, a unit 4 * {one_sum} = {unit}", end=", ")
print(f"two units 2 * {unit} = {2 * unit}")
assert numbers(two) == 2 * unit == 32
assert numbers(two) + 4 * 2 == 40  # PyTorch, with its second biases

# %% [markdown]
# ## In letters
#
#     4 * H * (I + H + 1)       I inputs, H units
#
# Four sums, for i, f, g and o. Each unit's sum reads I inputs, the h_prev
# of all H units, and has one bias. The number of steps is not in it.
#
# So units of a layer know of each other, one step later.

# %% tags=["ask"]
sixteen = run("lstm", "pytorch", "sine:24", hidden=16)
choices = [have, 2 * have, numbers(sixteen)]
ask(
    f"8 units with one input have {have} weights and biases. How many have "
    "16 units?",
    [f"{choices[0]}", f"{choices[1]}: twice as many", f"{choices[2]}"],
    answer=choices.index(4 * 16 * (1 + 16 + 1)),
    because=f"4 * 16 * (1 + 16 + 1) = {numbers(sixteen)}: each of 16 units "
    "reads the h_prev of all 16.",
)

# %% a second layer
below = eight
above = run("lstm", "pytorch", below["h"], hidden=4)
print("        steps  inputs  units   weights and biases")
for name, layer in (("below", below), ("above", above)):
    (steps, inputs), units = layer["x"].shape, layer["h"].shape[1]
    print(f"{name} {steps:7} {inputs:7} {units:6} {numbers(layer):20}")
    assert numbers(layer) == 4 * units * (inputs + units + 1)
assert (above["x"] == below["h"]).all()

# %% [markdown]
# ## Layers
#
# The second layer reads the h of the first, at the same step: its inputs
# are the units below. It has its own weights, its own memory, and its own
# number of units. The steps are the same {len(above)}.
#
# So the first layer must hand over every step. Keras hands over only the
# last one, if it is not told return_sequences=True.

# %% the program: u shows the next unit tags=["live"]
# $ lstm-viz step --hidden 8 --input sine:24

# %% the sentence
steps = [run("lstm", "pytorch", f"sine:{T}", hidden=8) for T in (1, 24, 99)]
remember(
    "Units are how many numbers are remembered, steps how often the same "
    "weights are used.",
    holds={numbers(each) for each in steps} == {have}
    and [each["c"].shape for each in steps] == [(1, 8), (24, 8), (99, 8)],
)

# %% [markdown]
# ## To take home
#
# 1. An RNN, h = tanh(W x + U h_prev + b), has 3 inputs, 4 units, and 2
#    outputs y = V h + b_y. How many parameters has it?
# 2. And one of 100 inputs, 50 units and 10 outputs without any biases?
# 3. LSTM(50) and LSTM(100), one on the other, read one price a day, for 60
#    days. Count both layers. Which number did you not need?
#
# Source: S. Hochreiter & J. Schmidhuber, *Long Short-Term Memory*, 1997.
