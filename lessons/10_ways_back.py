"""By how many ways does memory come back?"""

# %% [markdown]
# # The ways back
#
# "The gradient of the memory is multiplied by f." So it is said. But c also
# makes h, and h goes into the next step's gates.
#
# By how many ways does a memory act on the next one, and how much does
# each carry?

# %% [markdown] tags=["notes"]
# Minutes: 15
# Source: K. Greff et al., LSTM: A Search Space Odyssey, 2017, which prints
# the whole backward pass.
#
# Plan: 3 min find the ways in the equations (vote); 3 min the same four in
# the picture; 4 min one step on the board, number by number; 3 min how
# wrong is f alone, and when is it right (votes); 2 min the program, the
# sentence.
#
# Ask: which weights must be zero for f alone to be right?
# Ask: the sum is above 1 though f is below 1. How can that be?
# Goes wrong: the way through the output gate is counted, too. It leads
# into the next h, not into the next c.
# The program's picture shows it: a loss at h comes back that way as well.
# Goes wrong: "the rest is small" is taken from a start with small weights.
# Point at the step where the way through the candidate carries half of f.
#
# Probe:
# Q: By how many ways does c act on the c of the next step in an LSTM?
# A: Four: straight, and through h into i, f and g.
# Q: Why not through the output gate?
# A: It makes the next h; it does not enter the next c.
# Q: What does the straight way carry?
# A: f.
# Q: Each other way begins with the same two factors. Which?
# A: The output gate o and the slope of tanh: from c to h.
# Q: What comes next on the way through the candidate?
# A: U_g, the slope of tanh at g, and i.
# Q: All U are zero. How many ways are left?
# A: One, f.
# Q: f = 0.8, the other three carry 0.1, -0.2 and 0.3. What is the slope of
# c by c_prev?
# A: 1.0, their sum.
# Q: Can it be above 1 with f below 1?
# A: Yes, if the other ways add enough.
# Q: Can another way make it smaller than f?
# A: Yes, a way can be negative.
# Q: The output gate is shut, o = 0. What is the slope of the next c by
# c?
# A: f alone: nothing of c goes to h.

# %% one unit, six steps
from lstm_viz import backpropagate, compare, run
from lstm_viz.lessons import ask, remember, show

W = {"i": 1, "f": 0, "g": 1, "o": 0}
U = {"i": 1, "f": 1, "g": 1, "o": 0}
b = {"i": 0, "f": 1, "g": 0, "o": 2}
weights = {f"W_{k}": [[W[k]]] for k in "ifgo"}
weights |= {f"U_{k}": [[U[k]]] for k in "ifgo"}
weights |= {f"b_{k}": [b[k]] for k in "ifgo"}
trace = run("lstm", weights, [0.5, -1, 0.5, 0.2, -0.4, 1])
gradients = backpropagate(trace)

# %% tags=["ask"]
from lstm_viz.measures import split

ways = {str(r): part[:, 0, 0] for r, part in split(trace, "c").items()}
numbers = [1, len(ways), len(ways) + 1]
ask(
    "c = f * c_prev + i * g, h = o * tanh(c), and i, f, g, o read h_prev. "
    "By how many ways does c_prev act on c?",
    [
        "one: it stands in the equation once",
        "four: straight, and through h into i, f, g",
        "five: through o, too",
    ],
    answer=numbers.index(sum(part.any() for part in ways.values())),
    because="c_prev made h_prev, and h_prev enters i, f and g. It enters o "
    "as well, but o makes h and not c.",
)

# %% a row and a band for each way; of one unit a norm is the size
show(compare({"one unit": gradients}), "routes")

# %% the slope of c by the c before, way by way
from lstm_viz.measures import split

names = "straight", "through i", "through f", "through g"
parts = (each[:, 0, 0] for each in split(trace, "c").values())
ways = dict(zip(names, parts, strict=True))
together = sum(ways.values())
print("step          2      3      4      5      6")
for name, row in (*ways.items(), ("the sum", together)):
    print(f"{name:9}" + "".join(f"{each:7.3f}" for each in row))

# %% the largest sum, number by number: from c to h
from math import isclose, tanh

t = int(together.argmax()) + 1  # from step t to step t + 1
o, c = trace["o"].item(t - 1), trace["c"].item(t - 1)
slope = 1 - tanh(c) ** 2
to_h = o * slope
print(f"step {t}: c = {c:.3f}, h = o * tanh(c)")
print(f"o * slope of tanh = {o:.3f} * {slope:.3f} = {to_h:.3f}")

# %% and from this h to the next c: times the slope at the gate
i, f, g = (trace[k].item(t) for k in "ifg")  # of the next step
print(f"straight                        {f:.3f}")
for name, at_gate, factor in (
    ("through i", i * (1 - i), g),
    ("through f", f * (1 - f), c),
    ("through g", 1 - g * g, i),
):  # U is 1 on each of these ways
    part = to_h * at_gate * factor
    print(
        f"{name}   {to_h:.3f} * {at_gate:.3f} * {factor:.3f} = {part:.3f}"
    )
    assert isclose(part, ways[name][t - 1])
print(f"the sum                         {together[t - 1]:.3f}")
assert isclose(f, ways["straight"][t - 1])

# %% [markdown]
# ## In letters
#
#     slope of c by c_prev  =  f
#         + o' s' U_i i (1 - i) g
#         + o' s' U_f f (1 - f) c_prev
#         + o' s' U_g (1 - g * g) i
#
# o' is the output gate of the step before, s' the slope of tanh there.
# All three ways through h begin with these two.


# %% is that all? nudge c, and h with it, and look at the next c
def next_c(nudge: float) -> float:
    start = {"c": [c + nudge], "h": [o * tanh(c + nudge)]}
    return run("lstm", weights, trace["x"][t : t + 1], start)["c"].item()


measured = (next_c(1e-5) - next_c(-1e-5)) / 2e-5
print(f"nudged: {measured:.6f}   by the four ways: {together[t - 1]:.6f}")
assert abs(measured - together[t - 1]) < 1e-8

# %% tags=["ask"]
from lstm_viz import cut

straight = cut(gradients, "h_prev")
short = f / measured  # of one step
right, alone = gradients["c"][0, 0], straight["c"][0, 0]
guesses = [short, alone / right, 1.0]
ask(
    f"At step {t + 1} f alone is {f:.3f}, {short:.0%} of the right factor. Go "
    f"back all {len(trace) - 1} steps. How much of the right gradient has f "
    "alone?",
    [
        f"{guesses[0]:.0%} again",
        f"{guesses[1]:.0%}",
        f"{guesses[2]:.0%}: too much and too little cancel",
    ],
    answer=[abs(alone - share * right) < 1e-12 for share in guesses].index(
        True
    ),
    because=f"It has {alone:.3f} in place of {right:.3f}. Each step has its "
    "own share of the right factor, and the shares multiply.",
)

# %% cut all ways but the straight one, and go back
from lstm_viz import cut

straight = cut(gradients, "h_prev")
print("gradient at step      1       2       3       4       5       6")
for name, back in (("all ways", gradients), ("f alone", straight)):
    numbers = "".join(f"{value:8.4f}" for value in back["c"][:, 0])
    print(f"{name:12}    {numbers}")
f_only = trace["f"][1:, 0].prod() * straight["c"][-1, 0]
assert abs(straight["c"][0, 0] - f_only) < 1e-15
wrong = straight["c"][0, 0] / gradients["c"][0, 0]
print(f"after five steps f alone has {wrong:.0%} of the right gradient")

# %% tags=["ask"]
begin = {"c": [1], "h": [0]}
none = {k: w * (k[0] != "U") for k, w in trace.weights.items()}
alone = run("lstm", none, trace["x"], begin)
shut = run("lstm", weights, trace["x"], begin, hold={"o": 0})
less = run("lstm", weights, trace["x"], begin, hold={"i": 0})
right = []
for each in (alone, shut, less):
    parts = {str(r): p[:, 0, 0] for r, p in split(each, "c").items()}
    rest = sum(parts.values()) - each["f"][1:, 0]
    right.append(abs(rest).max() < 1e-12)
ask(
    "When is f alone the right factor at every step?",
    [
        "when all U are 0, or when the output gate is shut",
        "when the input gate is shut",
        "in every LSTM: the rest is a rounding error",
    ],
    answer=[
        right == [True, True, False],
        right[2] and not right[0],
        all(right),
    ].index(True),
    because="Then nothing of c comes back through h. With the input gate "
    "shut the way through the forget gate is still open.",
)

# %% sixteen units, small random weights: how large is each way?
from lstm_viz.measures import route_sizes

usual = route_sizes(run("lstm", "pytorch", "noise:100", hidden=16), "c")
for name, size in zip(names, usual.typical.values(), strict=True):
    print(f"{name:9} {size:.3f}  {'█' * round(40 * size)}")
print(f"the sum   {usual.typical_total:.3f}")
assert usual.typical_total < sum(usual.typical.values())

# %% [markdown]
# ## With many units
#
# Each way is a matrix then, and its size is a norm. Norms do not add up:
# the norm of a sum is at most the sum of the norms.
#
# Here U_o was 0. Where it is not, the program draws a fifth band: through o
# into the next h, and only from there into a later c. From c to the very
# next c it carries 0.

# %% the program: r shows the ways, and leaves them tags=["live"]
# $ lstm-viz gradients --cells lstm --hidden 4 --length 30 --routes
# $ lstm-viz gradients --cells lstm --forget-bias 5 --cut h_prev

# %% the sentence
remember(
    "An LSTM's memory comes back by four ways: straight, times f, and "
    "through h into the input gate, the forget gate and the candidate.",
    holds=len(ways) == 4 and abs(measured - together[t - 1]) < 1e-8,
)

# %% [markdown]
# ## To take home
#
# 1. f = 0.9, o' = 0.5, s' = 1, i = 0.5, g = 0, c_prev = 0, all U are 2.
#    What does each way carry?
# 2. A GRU: h = (1 - z) * h_prev + z * g. By how many ways does h_prev act
#    on h?
# 3. Which way is negative if U_f is negative and c_prev positive? What
#    does it do to a large memory?
#
# Source: K. Greff et al., *LSTM: A Search Space Odyssey*, 2017.
