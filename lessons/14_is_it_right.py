"""Is this backward pass right?

Long, as it has two students' trainings, the check, and twelve bugs.
"""

# %% [markdown]
# # Is this backward pass right?
#
# Two students write an LSTM and its backward pass. They train on the same
# four numbers, from the same weights, at the same rate.
#
# B's loss falls faster. Whose gradient is right?

# %% [markdown] tags=["notes"]
# Minutes: 30
# Source: public programs and their bug reports, retold; the check: J. Lyness
# & C. Moler, Numerical Differentiation of Analytic Functions, 1967.
#
# Plan: 4 min the two losses (vote); 5 min the check on the board, then on
# both; 3 min a longer task; 9 min the class as detectives, on the program
# and in the list (vote); 4 min the bug that hides (vote); 4 min the check
# that is wrong (vote); 1 min the sentence.
#
# Ask: what would you do before you look for the bug?
# Ask: which bug could you find by looking at shapes only?
# Goes wrong: a check is done with one unit, zero biases, or at the start of
# training. Then several bugs do not show.
# Goes wrong: a printed formula is trusted, in a course or in a book. Check
# it like everything else.
#
# Probe:
# Q: B's loss is lower than A's. What does it say about B's gradient?
# A: Nothing.
# Q: L = w * w at w = 3, e = 0.1. What is the central difference?
# A: (9.61 - 8.41) / 0.2 = 6.
# Q: dc = ... in place of dc += ...: what is lost?
# A: What the next step sent back along the memory.
# Q: f = σ(z_f) = 0.7. What is the slope of σ, and what is it wrongly
# taken to be?
# A: 0.7 * 0.3 = 0.21; wrongly σ(0.7) * (1 - σ(0.7)).
# Q: dc_prev = dc, without f. When is that right?
# A: Only where f = 1.
# Q: U @ dz in place of U.T @ dz has the right shape. When does no check
# see it?
# A: Where U is symmetric, as with one unit.
# Q: tanh is missing on the output, forward and backward. What does the
# check say?
# A: It agrees: the gradient is right, for another cell.
# Q: A seed inside the helper makes all gates begin with the same weights.
# Does a gradient check find it?
# A: No. Look at the weights.
# Q: A gradient is right, and the check disagrees. What may have happened?
# A: The check is wrong, as when its numbers were overwritten.
# Q: Which numbers should a check use?
# A: Several units and steps, random weights, unequal biases, all nonzero.

# %% a toy task: the first of 100 units is to follow four targets
import numpy as np
from lstm_viz import LSTM, backpropagate, run
from lstm_viz.lessons import ask, remember, show

rng = np.random.default_rng(0)
target = np.array([-0.5, 0.2, 0.1, -0.5])
x = rng.random((4, 50))
print(f"{len(x)} steps of {x.shape[1]} inputs; targets:", *target)


# %% a student's program: 16 updates, and the loss before each and at the end
def losses(cell, seed, updates=17) -> list[float]:
    rng = np.random.default_rng(seed)
    sizes = LSTM.shapes(inputs=50, hidden=100).items()
    weights = {name: rng.uniform(-0.1, 0.1, shape) for name, shape in sizes}
    x, found = rng.random((4, 50)), []
    for _ in range(updates):
        trace = run(cell, weights, x)
        off = np.zeros_like(trace["h"])
        off[:, 0] = trace["h"][:, 0] - target
        found.append((off**2).sum())
        slopes = backpropagate(trace, {"h": 2 * off}).weights
        weights = {k: v - 0.1 * slopes[k] for k, v in weights.items()}
    return found


# %% tags=["ask"]
from lstm_viz.measures import BUGS, case_of

of_a = losses(LSTM, 0)[-1]
of_b = losses(LSTM.without([("c", "c_prev")]), 0)[-1]
wrong = [
    max(each.true for each in case_of(bug).check) > 1e-6
    for bug in (BUGS[11], BUGS[0])  # A's gradient, B's
]
ask(
    f"After 16 updates A's loss is {of_a:.4f} and B's {of_b:.4f}, "
    f"{of_a / of_b:.1f} times lower. Whose gradient is right?",
    [
        "B's: its loss falls faster",
        "both: they differ by rounding",
        "A's: something is wrong in B's",
    ],
    answer=[[True, False], [False, False], [False, True]].index(wrong),
    because="B leaves out what comes back along the memory: dc = ... in place "
    "of dc += ... A wrong direction can lead downhill, too.",
)

# %% their losses: B gets no gradient along the memory
other = LSTM.without([("c", "c_prev")])  # B's backward pass
a, b = losses(LSTM, 0), losses(other, 0)
print("update     A         B")
for k in (0, 4, 8, 12, 16):
    bars = "".join(f"  {'█' * round(30 * each[k]):19}" for each in (a, b))
    print(f"{k:6} {a[k]:7.4f}   {b[k]:7.4f} {bars}")
assert a[-1] > 2 * b[-1]

# %% luck, or a rule? five other weights
print("seed     A         B      lower")
lower = []
for seed in range(1, 6):
    of_a, of_b = losses(LSTM, seed)[-1], losses(other, seed)[-1]
    lower.append(of_b < of_a)
    winner = "B" if of_b < of_a else "A"
    print(f"{seed:4} {of_a:8.4f}  {of_b:8.4f}     {winner}")
print(f"B's loss is lower in {sum(lower)} of 5")
assert sum(lower) >= 3

# %% [markdown]
# ## What judges a gradient
#
# Not the loss. A gradient says how the loss changes when one weight
# changes. So change one weight a little, both ways, and look:
#
#     L = w * w at w = 3, by hand    2 * w = 6
#     e = 0.1     (3.1² - 2.9²) / 0.2 = (9.61 - 8.41) / 0.2 = 6
#
# That is the check: (L(w + e) - L(w - e)) / (2 * e), for each weight. The
# cases below take a complex step, which is the same without rounding; the
# end of this lesson shows both.

# %% the check, on both, with the same numbers: the largest relative errors
from lstm_viz.measures import BUGS, case_of

a_case, b_case = case_of(BUGS[11]), case_of(BUGS[0])
print("off by: the difference over the larger of the two numbers; at most")
print("200%, where they are as large and have unlike signs")
print("         A is off by   B is off by")
for of_a, of_b in zip(a_case.check, b_case.check, strict=True):
    print(f"d{of_a.weight:6} {of_a.true:12.0e} {of_b.true:13.0%}")
    assert of_a.true < 1e-6 < of_b.true

# %% where B first goes wrong, on its way back
name, t = b_case.first
print(f"d{name} at step {t} of {len(b_case.inputs)}")
(missing,) = set(LSTM.backward) - set(other.backward)
print(f"what does not come back there: {missing}")
assert (name, t) == ("c", 3)

# %% a longer task: two letters in 20 steps, and in which order they came
from lstm_viz.learning import find_task

task = find_task("temporal-order")
fresh, answers = task.some(np.random.default_rng(5), steps=20, batch=500)
letters = "".join("abcdXYBE"[s] for s in fresh[..., 0].argmax(axis=1))
print(letters, "  answer:", ("XX", "XY", "YX", "YY")[answers[0]])

# %% a network for each
from lstm_viz.learning import Clipping, Model, build, dense, recurrent


def learned(cell) -> float:
    layers = [recurrent(cell, 16), dense(task.outputs)]
    network = build(layers, task.inputs, start="chrono:20", seed=0)
    model = Model(network, task.loss, rate=5e-3, clip=Clipping(norm=1))
    for update in range(140):
        model.update(*task.fresh(0, update, steps=20, batch=32))
    return task.right(model.outputs_of(fresh), fresh, answers)


# %% what B never learns
right = [learned(LSTM), learned(other)]
print(f"A: {right[0]:.0%} right   B: {right[1]:.0%} right   chance: 25 %")
assert right[1] < 0.3 < 0.95 < right[0]

# %% the gradient of both on 50 steps
from lstm_viz import compare

weights = LSTM.start(inputs=1, hidden=16, forget_bias=3)
noise = np.random.default_rng(0).normal(size=50)
runs = {"A": LSTM, "B": other}
flows = {k: backpropagate(run(c, weights, noise)) for k, c in runs.items()}
show(compare(flows))

# %% [markdown]
# ## The detective's cases
#
# Eleven more cases; {sum(bool(bug.source) for bug in BUGS[1:])} of them are from public programs. Of each you see
# the loss, what the check says, and how far every gradient is from that of
# a right program. Which quantity is the first to go wrong, and at which
# step? Going back begins at step 4: read the last table from there.

# %% the program: case 6 (type, Enter; Esc leaves); its solution tags=["live"]
# $ lstm-viz detective 6
# $ lstm-viz detective 6 --solution

# %% tags=["ask"]
choices = (
    "U in place of its transpose",
    "no tanh on the output",
    "the slope taken of the activated value",
)
tried = [
    case_of(bug) for name in choices for bug in BUGS if bug.name == name
]
missed = [all(each.passes for each in case.check) for case in tried]
off = max(each.seen for each in tried[1].check)
ask(
    "Which of these does a gradient check NOT see?",
    choices,
    answer=missed.index(True),
    because="A check sees whether a gradient belongs to what the program "
    "computes, not whether that is an LSTM. h = o * c is another cell, and its "
    f"gradient is right, to {off:.0e}. Compare the forward pass first.",
)
assert sum(missed) == 1

# %% all gradients that are wrong (a peephole: a gate that reads c, too)
cases = {bug.name: case_of(bug) for bug in BUGS}
print("off by: the difference over the larger of the two numbers")
print(f"{'what the program does':50} off by  first at")
for name, case in cases.items():
    if case.bug.kind == "backward":
        quantity, t = case.first
        place = f"d{quantity}, step {t}" if t else f"d{quantity}"
        off = max(each.true for each in case.check)
        print(f"{name:50} {off:6.0%}  {place}")
        assert not all(each.passes for each in case.check)

# %% mistakes that no gradient check sees
for name, case in cases.items():
    if case.bug.kind in ("forward", "weights"):
        off = max(each.seen for each in case.check)
        quantity, t = case.first
        place = f"{quantity} is wrong at step {t}"
        print(f"{name:34} off by {off:.0e}; {place}")
        assert all(each.passes for each in case.check)


# %% the slope of a value that is a gate already
def sigma(v) -> float:
    return 1 / (1 + np.exp(-v))


z_f = 0.85
f = sigma(z_f)
print(f"z_f = {z_f}, f = {f:.3f}")
print(f"slope at z_f:  f * (1 - f)              = {f * (1 - f):.3f}")
again = sigma(f) * (1 - sigma(f))
print(f"taken again:   σ(f) * (1 - σ(f))        = {again:.3f}")
e = 1e-5
nudge = (sigma(z_f + e) - sigma(z_f - e)) / (2 * e)
print(f"the check:                                {nudge:.3f}")
assert abs(nudge - f * (1 - f)) < 1e-9

# %% tags=["ask"]
from lstm_viz.measures import BugCase

case = cases["U in place of its transpose"]
x, dh, three = case.inputs, case.seeds, case.weights
one = {k: v[:1, :1] if k[0] == "U" else v[:1] for k, v in three.items()}
alike = {k: v + v.T if k[0] == "U" else v for k, v in three.items()}
bare = {k: v * (k[0] != "b") for k, v in three.items()}
tried = [(one, dh[..., :1]), (three, dh), (bare, dh), (alike, dh)]
silent = [
    all(each.passes for each in BugCase(case.bug, w, x, seeds).check)
    for w, seeds in tried
]
ask(
    "U @ dz stands where U.T @ dz should. With which numbers does the check "
    "find nothing?",
    ["one unit", "three units", "three units, all biases 0"],
    answer=silent.index(True),
    because="One number is its own transpose. So is a symmetric matrix. A "
    "check needs several units, and weights with nothing special.",
)
assert silent == [True, False, False, True]

# %% tags=["ask"]
case = cases["a right gradient and a wrong check"]
seen, true = (
    max(getattr(c, k) for c in case.check) for k in ("seen", "true")
)
ask(
    f"The last case: the check says that a gradient is off by {seen:.0%}. "
    "What is wrong?",
    ["the gradient", "the forward pass", "the check"],
    answer=[
        true > 1e-6,
        case.first[0] in LSTM.quantities,
        seen > 1e-6 > true,
    ].index(True),
    because=f"The gradient is right, to {true:.0e}. Going back, the loop "
    "added to the array dout in place, and the check used it afterwards: "
    "it asked about another loss. One such check stands in public.",
)

# %% a better judge: a complex step, which may be as small as you like
from cmath import exp

print("e          central difference is off by   complex step is off by")
for e in (1e-1, 1e-3, 1e-5, 1e-9):
    sides = [(1 / (1 + exp(-z_f - s * e))).real for s in (1, -1)]
    central = abs((sides[0] - sides[1]) / (2 * e) - f * (1 - f))
    step = abs((1 / (1 + exp(-z_f - 1j * e))).imag / e - f * (1 - f))
    print(f"{e:<10.0e} {central:18.1e} {step:28.1e}")
assert step < 1e-15 < central

# %% the sentence
remember(
    "A falling loss proves no gradient: differences of the loss do, weight "
    "by weight, with nothing special in the numbers.",
    holds=a[-1] > b[-1] and wrong[1] and right[1] < 0.3 < right[0],
)

# %% [markdown]
# ## To take home
#
# 1. Write the backward pass of one step, and the check. Leave out one line:
#    which gradient goes wrong first?
# 2. dz_f is used for db_i. With which weights would nobody notice?
# 3. Find the printed formulas of a course, and check them.
#
# Source: public programs and their bug reports; J. Lyness & C. Moler,
# *Numerical Differentiation of Analytic Functions*, 1967.
