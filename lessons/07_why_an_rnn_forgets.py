"""Why does an RNN forget?

Long, as five misconceptions are measured in it, each with a question of its own.
"""

# %% [markdown]
# # Why an RNN forgets
#
# Three networks read the same fifty numbers. They differ in one thing: how
# large their recurrent weights are. The measure of that is their *spectral
# radius*. With one unit it is |w|; with many, the random weights are scaled
# to the radius that is asked for.
#
# The loss looks at the last step. How much of its gradient comes back to
# the first? The pictures call less than a millionth gone, and less than a
# hundredth little.

# %% [markdown] tags=["notes"]
# Minutes: 20
# Source: Y. Bengio, P. Simard & P. Frasconi, Learning Long-Term
# Dependencies with Gradient Descent Is Difficult, 1994.
#
# Plan: 3 min the three rows of beads; 4 min one weight to the power of n
# (vote), on the board; 4 min where the slope of tanh comes in (vote on
# radius 1.5); 3 min the state forgets, too (vote); 3 min near and far
# losses (vote); 3 min half-lives, the program, the sentence.
#
# Ask: what would the weight have to be for nothing to be lost?
# Ask: the gradient at step 1 is 1e-18. Is it a fault of the arithmetic?
# Goes wrong: "over 1 it explodes" is said of the spectral radius. It is
# true of a linear unit; let the class read the row of 1.5.
# Goes wrong: vanishing is taken to mean that nothing is learned. Near
# losses still teach; what is lost is the far past.
#
# Probe:
# Q: A linear unit has w = 0.9. What is left of the gradient 2 steps back?
# A: 0.81.
# Q: And for w = 0.99 after 999 steps: about all, about a third, or next
# to nothing?
# A: Next to nothing, 4.4e-5.
# Q: What multiplies the gradient of h = tanh(w * h_prev) at one step?
# A: w times the slope of tanh there, 1 - h * h.
# Q: w = 1.5 and h = 0.9. Does the gradient grow at this step?
# A: No: 1.5 * (1 - 0.81) = 0.285.
# Q: A tanh RNN has the spectral radius 1.5. Must its gradient explode?
# A: No. In the lesson's run it does not: the slopes of tanh are below 1.
# Q: With radius 1 and tanh, does it hold?
# A: No. Every slope of tanh below 1 takes some away.
# Q: The gradient over 50 steps vanishes. Does the state still know where
# it started?
# A: In the network of radius 0.63 hardly: two runs from different starts
# have become almost equal. With radius 1.5 it does.
# Q: There is a loss at every step of the network of radius 0.63. Is the
# gradient at step 1 zero?
# A: No. The near losses reach it; the far ones do not.
# Q: What then does the network not learn?
# A: What links an early step to a late one.
# Q: Half of a gradient is to be left after 20 steps. Which w?
# A: 0.966, the 20th root of one half.

# %% three rows of beads, read from right to left
from lstm_viz import compare
from lstm_viz.lessons import ask, remember, show

flow = compare("rnn", "noise:50", spectral_radius=[0.5, 1, 1.5])
show(flow)

# %% what is left of the gradient
steps_back = (1, 5, 10, 20, 49)
print(f"{'steps back':15}" + "".join(f"{n:>10}" for n in steps_back))
for name, left in flow.left.items():
    shown = "".join(f"{left[-1 - n]:10.2g}" for n in steps_back)
    print(f"{name:15}{shown}")
least, middle, most = (left[0] for left in flow.left.values())
assert least < 1e-17 < 1e-5 < middle < 1e-4 < 0.01 < 0.5 < most < 1

# %% [markdown]
# ## The smallest case
#
# One unit without tanh: h = w * h_prev + x. With w = 0.5 each step passes
# on one half of what comes back:
#
#     1 step back    0.5             = 0.5
#     2 steps back   0.5 * 0.5       = 0.25
#     3 steps back   0.5 * 0.5 * 0.5 = 0.125

# %% w times itself, and itself again: a run of 1,000 steps
import numpy as np
from lstm_viz import Cell, backpropagate, run

linear, pulse = Cell("linear", "h = w * h_prev + x"), np.zeros((1000, 1))


def left_after(n, w) -> float:
    return backpropagate(run(linear, {"w": [w]}, pulse))["h"][-1 - n].item()


# %% what is left after n steps
print("w       1 step     10 steps     50 steps    999 steps")
for w in (0.5, 0.9, 0.99, 1.0, 1.01):
    values = "".join(f"{left_after(n, w):13.3g}" for n in (10, 50, 999))
    print(f"{w:<6} {left_after(1, w):7.3g}{values}")
    assert np.isclose(left_after(999, w), w**999)
grown, faded = left_after(999, 1.01), left_after(999, 0.99)
assert (f"{grown:,.0f}", f"{faded:.1e}") == ("20,752", "4.4e-05")

# %% tags=["ask"]
far = left_after(100, 0.99)
guesses = [0.99, 1 - 0.01 * 100, 0.99**100]
ask(
    "A weight of 0.99 loses one hundredth at each step. What is left after "
    "100 steps?",
    [
        "0.99: it is nearly 1",
        "0: a hundred hundredths are lost",
        f"{guesses[2]:.2f}: a little more than a third",
    ],
    answer=[abs(far - guess) < 1e-9 for guess in guesses].index(True),
    because=f"0.99 times itself, 100 times: {far:.3f}. After 999 steps it "
    f"is {faded:.1e}. For 1.01 it is {grown:,.0f}.",
)

# %% with tanh: the slope comes in
unit = Cell("unit", "h = tanh(w * h_prev + x)")
still = run(unit, {"w": [1.5]}, np.zeros(6), {"h": [0.5]})
slopes = backpropagate(still)
print("step       h    slope of tanh   1.5 * slope")
for t in range(6):
    h, h_prev = still["h"][t, 0], still["h_prev"][t, 0]
    factor = slopes["h_prev"][t, 0] / slopes["h"][t, 0]
    print(f"{t + 1:4} {h:7.3f} {1 - h * h:16.3f} {factor:13.3f}")
    assert abs(factor - 1.5 * (1 - h * h)) < 1e-12
    assert h == np.tanh(1.5 * h_prev)
assert factor < 1

# %% [markdown]
# ## One step back
#
#     dh_prev = dh * slope of tanh * w
#
# dh is the gradient at h. The slope of tanh is 1 - h * h: 1 where h is 0,
# almost 0 where h is near 1 or -1. The weight asks for growth, 1.5 a step.
# The state grows with it, tanh becomes flat, and at step 6 the factor is {factor:.2f}.
#
# With many units w is a matrix. Multiply almost any vector by it again and
# again: in the long run it grows or shrinks by one factor a step. That
# factor is the **spectral radius**.

# %% tags=["ask"]
by_radius = 1.5**49
ask(
    "The recurrent weights have the spectral radius 1.5. Over 49 steps the "
    "gradient of the run at the beginning...",
    [
        f"explodes: 1.5 to the power of 49 is {by_radius:.1e}",
        "stays within a factor of 10 of what it was",
        "vanishes below a millionth",
    ],
    answer=[most > 10, 0.1 <= most <= 10, most < 1e-6].index(True),
    because=f"{most:.2f} of it is left. The slopes of tanh work against the "
    f"weights. With radius 1 nothing makes up for them: {middle:.1e} is left.",
)

# %% other random weights, the same radius of 1.5
ten = compare("rnn", "noise:50", spectral_radius=1.5, seeds=10)
(norms,) = ten.norms.values()
parts = np.sort(norms[:, 0] / norms[:, -1])
print("ten networks:", " ".join(f"{part:.2g}" for part in parts))
assert parts[0] < 0.01
assert parts[-1] > 1

# %% [markdown]
# ## Neither rule nor promise
#
# With radius 1.5 the gradient at step 1 is from {parts[0]:.2g} to {parts[-1]:.2g} times as
# large as at the last step. A radius above 1 lets a gradient explode; it does not make it explode.
#
# Where h stays near 0, a radius below 1 makes it vanish in the end.

# %% does the state forget, too? a fourth network, two starts
one = run("rnn", "pytorch", "noise:50", hidden=16)
radius = abs(np.linalg.eigvals(one.weights["U"])).max()


def from_two_starts(trace):
    """How far apart the states are if h begins at 0, and at 1."""
    two = run("rnn", trace.weights, trace.inputs, {"h": np.ones(16)})
    return np.linalg.norm(trace["h"] - two["h"], axis=1)


apart = from_two_starts(one)

# %% tags=["ask"]
start = np.linalg.norm(np.ones(16))
share = apart[19] / start
strong = from_two_starts(flow["rnn radius 1.5"].trace)
ask(
    f"A fourth network, of radius {radius:.2f}, starts once from h = 0 and "
    "once from h = 1 in all units. It reads the same numbers both times. "
    "After 20 steps, how far apart are the states?",
    [
        "as far as before: only the gradient fades, what was stored stays",
        "about half as far",
        "less than a thousandth as far",
    ],
    answer=[share > 0.9, 0.3 < share < 0.7, share < 1e-3].index(True),
    because=f"They were {start:.0f} apart; it is {apart[0]:.2f} after one "
    f"step, {apart[9]:.3f} after ten, {apart[19]:.0e} after twenty. In this "
    "network what the first state was is gone. With radius 1.5 the two are "
    f"still {strong[19]:.1f} apart.",
)
assert f"{radius:.2f}" == "0.63"
assert radius < 1 < strong[19]

# %% how far apart the two states are
for n in (1, 2, 5, 10, 20):
    bar = "█" * round(20 * apart[n - 1])
    print(f"after {n:2} steps {apart[n - 1]:9.5f}  {bar}")

# %% a loss at every step, in the same network of radius 0.63
from lstm_viz.measures import ledger_norms

every = backpropagate(one, "all")
of_loss = ledger_norms(every)["h"][:, 0]  # how each loss reaches step 1
for n in (0, 1, 5, 10, 20, 49):
    print(
        f"loss at step {n + 1:2}: its gradient at step 1 {of_loss[n]:9.1e}"
    )

# %% tags=["ask"]
whole = np.linalg.norm(every["h"][0])
ask(
    f"The network of radius {radius:.2f}, all fifty losses together: what is "
    "the size of the gradient at step 1?",
    [
        f"next to nothing, as for the last loss: {of_loss[-1]:.0e}",
        f"{whole:.1f}: that of the near losses",
    ],
    answer=[whole < 1e-6, whole > 1].index(True),
    because=f"{whole:.2f}. The loss of step 1 itself gives {of_loss[0]:.2f}, "
    f"that of step 21 gives {of_loss[20]:.0e}. The gradient as a whole has "
    "not vanished; its far part has. What links an early step to a late one "
    "is not learned.",
)

# %% the weight that keeps one half
from lstm_viz.measures import half_life

print("half is left after    w")
for n in (1, 5, 10, 20, 100):
    w = 0.5 ** (1 / n)
    print(f"{n:6} steps        {w:.4f}")
    assert abs(half_life(np.array([w])) - n) < 1e-9
    assert abs(left_after(n, w) - 0.5) < 1e-9

# %% the program: play it, and look at the other views tags=["live"]
# $ lstm-viz gradients --cells rnn --spectral-radius .5,1,1.5 --length 50

# %% the sentence: the backward pass is a product
from lstm_viz.measures import jacobians

product = np.ones(16)  # the gradient at the last step, radius 0.63
for matrix in jacobians(one)[:0:-1]:
    product = product @ matrix
back = backpropagate(one)["h"][0]
rest = abs(product - back).max() / abs(back).max()
remember(
    "On its way back the gradient is multiplied at every step, and a "
    "product of many factors below 1 is soon next to nothing.",
    holds=rest < 1e-9 and left_after(50, 0.5) < 1e-15,
)

# %% [markdown]
# ## To take home
#
# 1. After how many steps is less than a hundredth left, for w = 0.9?
# 2. σ has a slope of at most 0.25. How large must w be for a logistic
#    unit, σ(w * h_prev), not to forget at all?
# 3. Why does a larger learning rate not bring the far past back?
#
# Source: Y. Bengio, P. Simard & P. Frasconi, *Learning Long-Term
# Dependencies with Gradient Descent Is Difficult*, 1994.
