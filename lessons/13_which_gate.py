"""Which gate is needed?"""

# %% [markdown]
# # Which gate is needed?
#
# A GRU has two gates. Alice finds that one too many, and takes out the
# update gate. Betty takes out the reset gate.
#
# Whose network can still learn from what it read 49 steps ago?

# %% [markdown] tags=["notes"]
# Minutes: 20
# Source: K. Cho et al., Learning Phrase Representations using RNN
# Encoder-Decoder, 2014; the question of Alice and Betty is a well-known
# quiz. Gates of the LSTM, one by one: K. Greff et al., LSTM: A Search
# Space Odyssey, 2017.
#
# Plan: 3 min the two rows of beads; 4 min one step of each on the board
# (vote); 4 min what z = 1 does, and in which book (vote); 3 min the bias;
# 4 min the LSTM without one gate (vote); 2 min the program, the sentence.
#
# Ask: along which term does h_prev reach h without a tanh?
# Ask: what is lost when nothing is ever forgotten?
# Goes wrong: "the update gate replaces" and "the update gate keeps" are
# both in print. Ask for the last equation before you argue.
# Goes wrong: a needed gate is taken to be enough. Without a bias Betty's
# network forgets, too.
#
# Probe:
# Q: h = (1 - z) * n + z * h_prev. z = 1: what is h?
# A: h_prev, unchanged.
# Q: z = 0.9, h_prev = 0.5, n = -0.2. What is h?
# A: 0.45 - 0.02 = 0.43.
# Q: The same step without an update gate: what is h?
# A: The candidate, -0.2. Of 0.5 nothing is kept directly.
# Q: Who can hold 0.5 for 20 steps, Alice or Betty?
# A: Betty, with z = 1.
# Q: What does the reset gate decide?
# A: How much of the past the candidate sees. It holds nothing.
# Q: z = 1 keeps the state in one book, and replaces it in another. Who is
# right?
# A: Both, each for its own equation. Read the last line.
# Q: Does Betty's network remember well as it begins, with z near 0.5?
# A: No. 0.5 at each step is 4e-8 or so after 49.
# Q: What does a bias of 3 at the update gate do?
# A: z begins near 0.95, and about a sixth of the gradient is left.
# Q: An LSTM loses its forget gate: c = c_prev + i * g. Does its gradient
# vanish?
# A: No. In the lesson it becomes several times larger.
# Q: What can such a cell not do?
# A: Let go: what was written stays.

# %% the gradient of the last step, from right to left
from lstm_viz import compare, read_cell, run
from lstm_viz.lessons import ask, remember, shipped, show

alice = read_cell(shipped("alice.txt"))
betty = read_cell(shipped("betty.txt"))
flow = compare([alice, betty], "noise:50")
show(flow)

# %% what is left of it at step 1
left = {name: float(part[0]) for name, part in flow.left.items()}
for name, part in left.items():
    print(f"{name}: {part:.1e} after 49 steps")
assert f"{left['alice']:.1e} {left['betty']:.1e}" == "1.6e-29 3.7e-08"

# %% how each makes the new h of the candidate n: their last lines
for cell in (alice, betty):
    line = cell.text.strip().splitlines()[-1].split("#")[0].strip()
    print(f"{cell.name}:  {line}")

# %% tags=["ask"]
import numpy as np

x, start = np.zeros(20), {"h": [0.5]}
drift = {}
for cell in (alice, betty):
    fixed = {"z": 1} if "z" in cell.quantities else {"r": 1}
    weights = cell.start(inputs=1, hidden=1)
    drift[cell.name] = abs(
        run(cell, weights, x, start, hold=fixed)["h"] - 0.5
    )
holds = [drift[name].max() == 0 for name in ("alice", "betty")]
cases = [(True, False), (False, True), (True, True)]
ask(
    "h is 0.5 and is to stay so for 20 steps. Each may open the one gate "
    "that is left. Who can do it?",
    ["Alice", "Betty", "both: one gate is enough"],
    answer=cases.index(tuple(holds)),
    because="With z = 1 Betty's h is still 0.5. Alice's reset gate shows "
    "the candidate all of the past, but h has moved away from 0.5 by "
    f"{drift['alice'][-1].item():.2f} at the end.",
)

# %% [markdown]
# ## One step of each
#
# So Betty's network has kept {left["betty"] / left["alice"]:.0e} times more of the gradient, though
# it is next to nothing. Let h be 0.5 before a step, and n = -0.2.
#
#     Betty, z = 0.9:   h = 0.1 * -0.2 + 0.9 * 0.5 = 0.43
#     Alice:            h = n                      = -0.2
#
# Betty's update gate z keeps 0.9 of the old state as it is. In Alice's
# cell the past has one way only, through the candidate: a matrix and a
# tanh, at every step.

# %% the same step, run
weights = betty.start(inputs=1, hidden=1)
step = run(betty, weights, [1], {"h": [0.5]}, hold={"z": 0.9, "n": -0.2})
print(f"betty, z = 0.9, n = -0.2: h = {step['h'].item():.2f}")
assert abs(step["h"].item() - (0.1 * -0.2 + 0.9 * 0.5)) < 1e-15

# %% [markdown]
# ## Two ways back
#
#     Betty:   dh_prev = dh * z  +  a part through n, and one through z
#     Alice:   dh_prev =            a part through n, and one through r
#
# The first term has no matrix and no slope of tanh in it. It is the way
# along which a gradient comes back far, if z is near 1.

# %% one step, one unit: by h directly, by n (z_n), by the gate z (z_z)
from lstm_viz import backpropagate

weights = betty.start(inputs=1, hidden=1, forget_bias=3)
step = run(betty, weights, [1], {"h": [0.5]})
shares = backpropagate(step).shares("h_prev")
for name, share in shares.items():
    print(f"by {name:4} {share.item():7.3f}")
whole = sum(share.item() for share in shares.values())
print(f"in all  {whole:7.3f}")
assert max(shares, key=lambda name: abs(shares[name].item())) == "h"

# %% tags=["ask"]
from lstm_viz import CELLS

kept = {}
for name, gate in (("gru", "z"), ("mgu", "f")):
    cell = CELLS[name]
    weights = cell.start(inputs=1, hidden=1)
    h = run(cell, weights, [1], start, hold={gate: 1})["h"].item()
    kept[name] = h == 0.5
cases = [(True, True), (False, False), (True, False)]
ask(
    "The built-in gru has z, as in PyTorch; the minimal gated unit, mgu, "
    "has one gate f in the same place. A gate of 1: what happens to h?",
    ["both keep it", "both replace it", "gru keeps it, mgu replaces it"],
    answer=cases.index((kept["gru"], kept["mgu"])),
    because="gru: h = (1 - z) * n + z * h_prev. mgu: h = (1 - f) * h_prev + "
    "f * n. Both ways are in print, also for the GRU. Read the last line.",
)

# %% Betty's gate, opened further at the beginning
biases = (0, 1, 3, 5)
opened = compare(betty, "noise:50", forget_bias=biases)
ends = [float(part[0]) for part in opened.left.values()]
print("bias of z   mean z   left after 49 steps")
for bias, end, name in zip(biases, ends, opened.left, strict=True):
    print(f"{bias:9} {opened[name].trace['z'].mean():8.2f} {end:12.2g}")
assert f"{ends[2]:.3f}" == "0.168"
assert ends == sorted(ends)

# %% [markdown]
# ## Needed is not enough
#
# Without a bias z begins near one half. One half, 49 times, leaves next to
# nothing: {ends[0]:.1e}. With a bias of 3 it is {ends[2]:.3f}.
#
# The gate gives the way. The bias opens it, before training has begun.

# %% tags=["ask"]
(open_,) = compare("nfg", "noise:100", seeds=5).norms.values()
grown = float(np.median(open_[:, 0] / open_[:, -1]))
ask(
    "Now an LSTM without its forget gate: c = c_prev + i * g. What happens "
    "to its gradient over 99 steps?",
    [
        "it vanishes: without the gate nothing protects it",
        "it does not vanish: it even grows",
        "it stays exactly as it is: the factor is 1",
    ],
    answer=[grown < 0.1, grown > 1.5, abs(grown - 1) < 0.01].index(True),
    because=f"It becomes {grown:.1f} times as large (median of five). The "
    "straight factor is 1, and the ways through h add to it.",
)

# %% the LSTM, each gate taken out
import numpy as np

called = {
    "nig": "no input gate",
    "nfg": "no forget gate",
    "nog": "no output gate",
    "np": "all three",
}
each = compare([*called], "noise:100", seeds=5).norms
print(f"{'LSTM with':16} left after 99 steps, median of five seeds")
for name, norms in each.items():
    part = np.median(norms[:, 0] / norms[:, -1])
    print(f"{called[name]:16} {part:10.1e}")
    assert part > 1 if name == "nfg" else part < 1e-8

# %% what it costs: one input at step 1, then nothing, and c still grows
pulse = np.array([1.0] + [0.0] * 99)
keep = run("nfg", "pytorch", pulse, hidden=1)["c"]
usual = run("np", "pytorch", pulse, hidden=1)["c"]
print("step        1      10      50     100")
for name, c in (("no f", keep), ("with f", usual)):
    print(f"{name:7}" + "".join(f"{c[t, 0]:8.3f}" for t in (0, 9, 49, 99)))
assert abs(keep[-1, 0]) > 3 * abs(usual[-1, 0])

# %% the program: both cells; the LSTM without a gate tags=["live"]
# $ lstm-viz gradients --cells alice.txt,betty.txt --length 50
# $ lstm-viz gradients --cells nig,nfg,nog,np

# %% the sentence
remember(
    "Memory needs the straight way from state to state, and a gate on it "
    "has to be open: the other gates decide what is written and shown.",
    holds=holds == [False, True] and ends[0] < 1e-6 < 0.1 < ends[2],
)

# %% [markdown]
# ## To take home
#
# 1. What would a network be with z always 1? What with z always 0?
# 2. Find the smallest cell that can learn two-sequence: train it with
#    `lstm-viz train two-sequence --cell yours.txt`.
# 3. Your framework's GRU: does z keep or replace? Find the line.
#
# Source: K. Cho et al., *Learning Phrase Representations using RNN
# Encoder-Decoder*, 2014; K. Greff et al., *LSTM: A Search Space Odyssey*,
# 2017.
