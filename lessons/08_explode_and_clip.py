"""When does a gradient explode, and what does clipping do?

Long, as it sets three things apart: exploding, clipping and truncating.
"""

# %% [markdown]
# # The cliff
#
# One unit without input runs for 50 steps. It has two weights, w and b,
# and its last state should have a certain value.
#
# You stand at a place (w, b), and the gradient says which way is down.
# Can one step of that way throw you far off?

# %% [markdown] tags=["notes"]
# Minutes: 15
# Source: R. Pascanu, T. Mikolov & Y. Bengio, On the Difficulty of Training
# Recurrent Neural Networks, 2013.
#
# Plan: 3 min the picture: find the two ways, p and c; 3 min one update at
# the cliff (vote); 3 min 50 factors above 1; 2 min clip 3 and -4 by hand;
# 3 min clipped or truncated, and the learning rate (votes); 1 min the
# program and the sentence.
#
# Ask: where in the picture is the gradient largest, and what lies on both
# sides of that line?
# Ask: what does clipping do to a gradient of 0.001?
# Goes wrong: the line across the picture is taken for the loss. The colour
# is the size of the gradient: the loss is flat on both sides of the line
# and jumps at it.
# Goes wrong: clipping and truncating are mixed up; in Chinese they can
# even be one word. Clipping shortens the sum, truncating leaves steps out.
#
# Probe:
# Q: Clip the gradient (6, 8) to a norm of 1. What is it then?
# A: (0.6, 0.8): its norm was 10.
# Q: And the gradient (0.3, 0.4)?
# A: It stays: its norm is 0.5.
# Q: Does clipping by norm change the direction?
# A: No, all parts are divided by the same number.
# Q: A step has the gradient 35 and the rate 0.1. How long is it?
# A: 3.5.
# Q: The same, clipped to 0.5?
# A: 0.05.
# Q: Each of 50 factors is 1.14. Does the gradient grow or fade?
# A: It grows, about 700 times.
# Q: Can the gradient of a recurrent network only vanish?
# A: No. Where the factors are above 1 it grows.
# Q: After clipping, from how many of 50 steps has a gradient its shares?
# A: From all 50, each made smaller by the same factor.
# Q: Does clipping help against vanishing?
# A: No. A gradient below the threshold stays as it is.
# Q: Does a rate 1,000 times larger help against it?
# A: No. Near and far shares grow alike, and the steps get wild.

# %% two weights, and the gradient at each place
from lstm_viz import backpropagate, compare, over_weights, run
from lstm_viz.lessons import ask, remember, show

cliff = over_weights("cliff")
show(cliff)

# %% the cliff in numbers
land, plain, clipped = cliff.landscape, cliff.plain, cliff.clipped
print(f"median gradient    {land.median:9.3f}")
w, b = land.steepest
print(f"largest gradient   {land.largest:9.0f}", end="")
print(f"   at w = {w:.3f}, b = {b:.3f}")
print(f"largest / median   {land.largest / land.median:9.0f}")
assert land.largest > 10_000 * land.median

# %% [markdown]
# ## Two ways down
#
# Both begin in the same place, with the same rate, 0.1. **p** follows the
# gradient as it is. **c** is clipped: a gradient longer than 0.5 is
# shortened to 0.5.
#
# The loss is {plain.losses[0]:.3f} at the start. In its first {plain.norms.argmax()} updates the
# largest gradient that p meets is {plain.norms[: plain.norms.argmax()].max():.2f}. Then it stands on the cliff.

# %% tags=["ask"]
import numpy as np

k = plain.norms.argmax()
jump = float(((plain.places[k + 1] - plain.places[k]) ** 2).sum() ** 0.5)
across = land.x[-1] - land.x[0]
late = clipped.losses[clipped.updates // 2 :]
usual = float(np.median(late))
ask(
    f"Here the gradient has the size {plain.norms[k]:.1f}, and the rate is "
    "0.1. How far does the next update of p go?",
    [
        "a little farther than the steps before",
        f"{0.1 * 0.5:.2f}, for the rate keeps steps short",
        f"{0.1 * plain.norms[k]:.1f}: more than the whole picture is wide",
    ],
    answer=[jump < 0.05, 0.05 <= jump < 0.1, jump > across].index(True),
    because=f"Rate times gradient: {jump:.2f}, and the picture is "
    f"{across:.0f} wide. The loss, {plain.losses[0]:.3f} at the start, is "
    f"{plain.losses[-1]:.3f} from then on. Clipped descent stays at the "
    f"cliff: in its second half the loss swings between {late.min():.4f} "
    f"and {late.max():.2f}, its median is {usual:.3f}.",
)
assert np.ptp(plain.losses[k + 1 :]) < 5e-4
assert late.min() < usual < plain.losses[0] < plain.losses[-1] < late.max()

# %% why is it so steep? fifty factors
import numpy as np

unit, x = cliff.problem.cell, cliff.problem.inputs


def factors(w, b):
    """By what each step multiplies the gradient: w times the slope of σ."""
    s_prev = run(unit, {"w": [w], "b": [b]}, x, {"s": [0.5]})["s_prev"]
    y = 1 / (1 + np.exp(-s_prev[:, 0]))
    return w * y * (1 - y)


for name, place in (("cliff", land.steepest), ("start", plain.places[0])):
    f = factors(*place)
    told = "  ".join(f"{f[t]:.2f}" for t in (0, 10, 20, 30, 40, 49))
    print(f"{name}   {told}   product {f.prod():9.2g}")

# %% the same from the backward pass
from lstm_viz.measures import jacobians

weights = {"w": [w], "b": [b]}  # on the cliff
by_program = jacobians(run(unit, weights, x, {"s": [0.5]}))[1:, 0, 0]
on_cliff = factors(w, b)
assert np.allclose(by_program, on_cliff[1:])
print(f"factors above 1 on the cliff: {(on_cliff > 1).sum()} of 50")
print(f"1.14 to the power of 50: {1.14**50:.0f}")

# %% [markdown]
# ## A product again
#
# Each step multiplies by w times the slope of σ. The slope is at most
# 0.25, so with w = {land.steepest[0]:.3f} a factor can be {land.steepest[0] / 4:.2f}.
#
# At the start of both ways the unit soon rests where the slope is small:
# the factors fall below 1 and the gradient fades. On the cliff the unit
# lingers where σ is steep, for all 50 steps.

# %% tags=["ask"]
nfg = compare("nfg")
(left,) = (each[0] for each in nfg.left.values())
ask(
    "An LSTM without a forget gate, f = 1, 100 steps, random weights. "
    "What happens to the gradient of its memory on its way to step 1?",
    [
        "it vanishes, as in every recurrent network",
        "it stays exactly 1, for f = 1",
        "it grows",
    ],
    answer=[left < 0.5, abs(left - 1) < 0.01, left > 2].index(True),
    because=f"It is {left:.1f} times as large. Straight back it is "
    "multiplied by 1; the ways through the gates come on top.",
)

# %% clip by hand
g = np.array([3.0, -4.0])
norm = (3**2 + 4**2) ** 0.5
shorter = g / norm
print(f"gradient (3, -4)   norm {norm:.0f}")
print(f"clipped to 1       ({shorter[0]}, {shorter[1]})")
assert np.allclose(np.linalg.norm(shorter), 1)
assert np.isclose(shorter[1] / shorter[0], g[1] / g[0])

# %% [markdown]
# ## Clipping by norm
#
#     if norm > limit:  gradient = gradient * limit / norm
#
# So a step is at most rate times limit long. The clipped way of the
# picture was clipped at {clipped.acted} of {clipped.updates} updates; its longest
# step is {clipped.farthest:.3f}. That of the plain way is {plain.farthest:.2f}.

# %% truncated instead: only the last 10 steps count
from lstm_viz.measures import truncated

back = backpropagate(run(unit, weights, x, {"s": [0.5]}))
short = truncated(back, 10)
whole = np.array([back.weights[name].item() for name in "wb"])
cut = np.array([short[name].item() for name in "wb"])
clip = whole * 0.5 / np.linalg.norm(whole)
print("                 dw          db")
for name, v in (("whole", whole), ("clipped", clip), ("truncated", cut)):
    print(f"{name:9} {v[0]:10.3f} {v[1]:11.3f}")

# %% tags=["ask"]
turned = [
    abs(v[1] / v[0] - whole[1] / whole[0]) > 0.01 for v in (clip, cut)
]
ask(
    "Clipped or truncated: which of the two keeps the direction of the "
    "whole gradient, and why?",
    [
        "clipped: all 50 steps are in it, each made smaller alike",
        "truncated: it has the true size of the last 10 steps",
        "both: they are two words for one thing",
    ],
    answer=[
        turned == [False, True],
        turned == [True, False],
        turned == [False, False],
    ].index(True),
    because=f"db / dw is {clip[1] / clip[0]:.3f} for whole and clipped, "
    f"{cut[1] / cut[0]:.3f} for truncated. Clipping is about length, "
    "truncating about how far back.",
)

# %% can a larger learning rate bring back what has vanished?
rnn = run("rnn", "pytorch", "noise:50", hidden=16)
shares = backpropagate(rnn)
far, near = (np.linalg.norm(shares.weights_at(t)["U"]) for t in (1, 49))
print(f"rate 0.01: U moves by {0.01 * near:.1e} for step 50")
print(f"                  and {0.01 * far:.1e} for step 2")

# %% tags=["ask"]
ratios = [(10 * far) / (10 * near), (0.01 * far) / (0.01 * near)]
ask(
    "With the rate 1,000 times larger, how does the far share stand beside "
    "the near one?",
    [
        "1,000 times better: now the far past is learned",
        f"as before, {ratios[1]:.0e} of it",
        "they are equal",
    ],
    answer=[
        ratios[0] > 10 * ratios[1],
        abs(ratios[0] / ratios[1] - 1) < 1e-9,
        abs(ratios[0] - 1) < 1e-3,
    ].index(True),
    because="Both are multiplied by the same rate. The step is 1,000 times "
    "too long for the near steps before the far one is felt.",
)

# %% the program tags=["live"]
# $ lstm-viz problem cliff --landscape
# $ lstm-viz problem cliff --landscape --clip-norm 5

# %% the sentence
same_way = np.allclose(
    clip / np.linalg.norm(clip), whole / np.linalg.norm(whole)
)
remember(
    "Clipping keeps the direction of a gradient and limits its length; it "
    "stops an explosion, and brings back nothing that has vanished.",
    holds=same_way
    and clipped.farthest <= 0.1 * 0.5 + 1e-12
    and usual < plain.losses[-1],
)

# %% [markdown]
# ## To take home
#
# 1. Clip (2, -3, 6) to a norm of 1.
# 2. What does clipping each part to at most 1 do to (3, -4)? And to the
#    direction?
# 3. With w = 3.9, can the gradient of this unit ever grow? Why not?
#
# Source: R. Pascanu, T. Mikolov & Y. Bengio, *On the Difficulty of Training
# Recurrent Neural Networks*, 2013.
