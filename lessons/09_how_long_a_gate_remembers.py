"""How long does a gate remember?

Long, as it has the gate alone and the whole LSTM, each measured over 99 steps.
"""

# %% [markdown]
# # How long a gate remembers
#
# Four LSTMs read the same hundred numbers. They differ in one number: the
# bias of the forget gate. Where nothing else enters, the gate is f = σ(bias):
#
#     bias   0      1      3      5
#     f      0.50   0.73   0.95   0.99
#
# How much of the last step's gradient is left at the first? The pictures
# call less than a millionth gone, and less than a hundredth little.

# %% [markdown] tags=["notes"]
# Minutes: 20
# Source: C. Tallec & Y. Ollivier, Can Recurrent Neural Networks Warp Time?,
# 2018.
#
# Plan: 3 min four curves; 4 min a gate of one half on the board; 4 min
# half-lives, the table (vote on bias 1); 4 min choosing a bias for 40
# steps (vote); 3 min the gate and the other ways (vote); 2
# min the program, the sentence.
#
# Ask: f = 0.99 sounds like "keeps everything". After how many steps is
# half of it gone?
# Ask: which bias would you give a network that reads one number an hour
# and must remember for a week?
# Goes wrong: "an LSTM adds instead of multiplying, so nothing vanishes".
# What is kept is multiplied by f at each step: read the row of bias 0.
# Goes wrong: "a bias of 1 is what one takes, so it is enough". Half is
# gone after 2.2 steps.
#
# Probe:
# Q: f = 0.5 at every step. What is left after 3 steps?
# A: 0.125.
# Q: Forget bias 0, and nothing else enters the gate. What is f?
# A: σ(0) = 0.5.
# Q: Then after how many steps is half of the memory left?
# A: After one.
# Q: Forget bias 1. After how many steps is half left?
# A: After 2.2: f is 0.73.
# Q: How much of the gradient is left after 99 steps in the lesson's LSTM
# with bias 1?
# A: 1.9e-7, next to nothing.
# Q: Does an LSTM avoid a product over time?
# A: No. c is multiplied by f at each step.
# Q: How do you find the f that keeps half for n steps?
# A: The n-th root of one half.
# Q: And the bias from f?
# A: ln(f / (1 - f)), the inverse of σ.
# Q: Which bias fits a memory of about n steps?
# A: About ln n: it leaves a little more than a third after n steps.
# Q: Does a large bias have a price?
# A: Yes. The slope of the gate is small, so it learns slowly to close, and
# old things stay. At bias 5 the slope is 1/38 of that at bias 0.

# %% four forget biases, the same input
import numpy as np
from lstm_viz import Cell, backpropagate, compare, run
from lstm_viz.lessons import ask, remember, show

biases = [0, 1, 3, 5]
flow = compare("lstm", forget_bias=biases)
show(flow)

# %% one number each
left = [each[0] for each in flow.left.values()]
print("forget bias   σ(bias)   left at step 1")
for b, part in zip(biases, left, strict=True):
    print(f"{b:11} {1 / (1 + np.exp(-b)):9.2f} {part:16.2g}")
assert [f"{each:.2g}" for each in left] == [
    "7e-20",
    "1.9e-07",
    "0.02",
    "0.16",
]

# %% [markdown]
# ## A gate of one half
#
# Take a memory into which nothing more is written. Each step multiplies it
# by the forget gate. With bias 0 the gate is σ(0) = 0.5:
#
#     after 1 step     0.5             = 0.5
#     after 2 steps    0.5 * 0.5       = 0.25
#     after 3 steps    0.5 * 0.5 * 0.5 = 0.125
#
# The gradient on its way back is multiplied by the same numbers.

# %% the same as a run: c_prev times the gate
cell = Cell("keeper", "f = sigmoid(b_f)\nc = f * c_prev + x")
pulse = np.zeros((200, 1))
pulse[0] = 1  # written at step 1, then nothing


def keeper(b):
    return run(cell, {"b_f": [b]}, pulse)


# %% what is left after n steps
print("bias      f       1 step    3 steps   10 steps   99 steps")
for b in (0, 1, 2, 3, 5):
    trace = keeper(b)
    c = trace["c"][:, 0]
    told = "".join(f"{c[n]:11.2g}" for n in (1, 3, 10, 99))
    print(f"{b:3} {trace['f'].item(0):8.3f} {told}")
    back = backpropagate(trace)["c"]  # backward: the same numbers
    assert np.allclose(back[::-1], trace["c"], rtol=1e-12)

# %% tags=["ask"]
c1 = keeper(1)["c"][:, 0]
steps = int(np.argmax(c1 < 0.5))  # the first step with less than a half
ask(
    f"Keras starts the forget gate with bias 1: f is {c1[1]:.2f} if nothing "
    "else enters. For how long is more than half of the memory left?",
    ["about 2 steps", "about 20 steps", "over 100 steps"],
    answer=[steps <= 3, 10 < steps < 40, c1[100] > 0.5].index(True),
    because=f"{c1[1]:.2f}, {c1[2]:.2f}, {c1[3]:.2f}: at step {steps} less than "
    f"half. The LSTM with bias 1 brought {left[1]:.1e} of its gradient back "
    "over 99 steps. A bias of 1 is better than 0, and no cure.",
)
gates = [f"{keeper(b)['f'].item(0):.2f}" for b in biases]
assert gates == ["0.50", "0.73", "0.95", "0.99"]  # as at the beginning

# %% how long: the half-life of a gate
from math import log

from lstm_viz.measures import half_life

print("bias      f      half is left after")
for b in (0, 1, 2, 3, 5):
    f = keeper(b)["f"][0, 0]
    n = half_life(np.array([f]))
    bar = "█" * round(n / 3)
    print(f"{b:3} {f:10.4f} {n:8.1f} steps  {bar}")
    assert abs(n - log(0.5) / log(f)) < 1e-9
    c = keeper(b)["c"][:, 0]
    assert c[int(n)] >= 0.5 - 1e-12 > c[int(n) + 1]

# %% [markdown]
# ## In letters
#
# After n steps f to the power of n is left. Half is left when
#
#     f ** n = 1/2,   so   n = ln(1/2) / ln(f)
#
# That is the gate's **half-life**. From bias 0 to 5 it grows from 1 to
# {half_life(keeper(5)["f"][0]):.0f} steps: the nearer f is to 1, the more each hundredth counts.

# %% tags=["ask"]
f40 = 0.5 ** (1 / 40)
b40 = log(f40 / (1 - f40))
tried = [0.5, 1.0, round(b40, 2), 40.0]
kept = [keeper(b)["c"][40, 0] for b in tried]
ask(
    "Half of a memory is to be left after 40 steps. Which forget bias?",
    [f"{b:g}" for b in tried],
    answer=int(np.argmin([abs(each - 0.5) for each in kept])),
    because=f"f must be the 40th root of one half, {f40:.4f}, and the bias "
    f"ln(f / (1 - f)) = {b40:.2f}. With the four biases the "
    "run leaves " + ", ".join(f"{each:.2g}" for each in kept) + ".",
)

# %% a rule of thumb: the bias ln n for n steps
print("  n    bias ln n    left after n steps")
thumb = {}
for n in (2, 5, 10, 50, 100):
    thumb[n] = keeper(log(n))["c"][n, 0]
    print(f"{n:3} {log(n):10.2f} {thumb[n]:18.3f}")
    assert abs(thumb[n] - (n / (n + 1)) ** n) < 1e-12

# %% [markdown]
# ## Chrono
#
# With bias ln n the gate is n / (n + 1), and after n steps a little more
# than a third is left. So the bias is a time: ln 100 = {log(100):.2f} for a hundred
# steps, ln 10 = {log(10):.2f} for ten.
#
# The **chrono** start draws each unit's time at random, up to the longest
# that is expected: some units remember long, some short.

# %% tags=["ask"]
cut = compare("lstm", forget_bias=5, cut="h_prev").left
alone, gate = [*cut.values()][1][0], keeper(5)["c"][99, 0]
ask(
    f"A gate with bias 5 alone keeps {gate:.2f} over 99 steps; the LSTM "
    f"brought back {left[3]:.2f}. Its memory also acts through h on the next "
    "gates. Cut these ways: what comes back by f alone?",
    [
        "next to nothing: the gradient needs them",
        f"{left[3]:.2f} as before: f is the only way",
        f"about {gate:.1f}, what the gate keeps",
    ],
    answer=[
        alone < 0.01,
        abs(alone - left[3]) < 0.01,
        abs(alone - gate) < 0.1,
    ].index(True),
    because=f"{alone:.2f}. In this run the other ways work against f. The "
    "gate sets what comes back directly; the others add or take away.",
)
f0 = next(iter(flow.values())).trace["f"][1:]
most = np.exp(np.log(f0).mean(axis=0)).max()


# %% f alone, and all ways together
def alone_and_all(bias, seed):
    both = compare("lstm", forget_bias=bias, cut="h_prev", seed=seed).left
    whole, by_f = (each[0] for each in both.values())
    return by_f, whole


by_f = {}
print("bias      seed   f alone   all ways")
for b, seed in (0, 0), (1, 0), (3, 0), (5, 0), (5, 1), (5, 2), (5, 3):
    by_f[b, seed], whole = alone_and_all(b, seed)
    print(f"{b:4} {seed:9} {by_f[b, seed]:9.2g} {whole:10.2g}")
    assert b < 5 or 0.4 < by_f[b, seed] < 0.7
    assert seed or whole == left[biases.index(b)]

# %% [markdown]
# ## No product over time?
#
# With bias 0 the gate halves the memory at each step, more or less:
# {by_f[0, 0]:.2g} comes back by f alone, {left[0]:.2g} by all ways. It is a product, as in
# the RNN.
#
# 0.5 to the power of 99 is {0.5**99:.2g}. But x and h enter the gates, too: in the
# unit that keeps most f is {most:.3f} on average (the geometric mean), and {most:.3f}
# to the power of 99 is {most**99:.0e}.
#
# With bias 5 f alone is steady, about one half, whatever the weights. How
# many other ways there are is the next lesson.

# %% [markdown]
# ## What the gate changed
#
# An RNN multiplies by weights and slopes: no number of its own says how
# long it remembers. An LSTM multiplies, too, but by a number that it sets
# itself, at each step, between 0 and 1.
#
# So it *can* hold for long. It does so only if its forget gate is near 1.

# %% the price: an open gate is slow to close
print("bias     f      slope of σ there")
slopes = {}
for b in (0, 1, 3, 5):
    f = keeper(b)["f"][0, 0]
    slopes[b] = f * (1 - f)
    print(f"{b:3} {f:9.4f} {slopes[b]:12.4f}")
assert round(slopes[0] / slopes[5]) == 38

# %% [markdown]
# ## The price
#
# At bias 5 the slope of the gate is 1/{slopes[0] / slopes[5]:.0f} of that at bias 0. The gradient of
# all that enters the gate is multiplied by this slope: the gate learns
# slowly to close, and until then old things stay.

# %% the program: four lines; c shows the curves tags=["live"]
# $ lstm-viz gradients --cells lstm --forget-bias 0,1,3,5
# $ lstm-viz gradients --cells lstm --forget-bias 0,1,3,5 --gates

# %% the sentence
remember(
    "A memory is multiplied by the forget gate at each step: with bias ln n "
    "about a third is left after n steps; to keep more, take more.",
    holds=all(1 / np.e < part <= 0.5 for part in thumb.values())
    and all(keeper(log(n) + 1)["c"][n, 0] > thumb[n] for n in thumb)
    and keeper(1)["c"][100, 0] < 1e-12,
)

# %% [markdown]
# ## To take home
#
# 1. Which bias holds half for 20 steps? And for 200?
# 2. f is 0.9 on odd steps and 1 on even ones. After how many steps is
#    half left?
# 3. A task needs a memory of 100 steps. Why is a bias of 20 no good start?
#
# Source: C. Tallec & Y. Ollivier, *Can Recurrent Neural Networks Warp
# Time?*, 2018.
