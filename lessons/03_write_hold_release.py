"""How does an LSTM write, hold and release?"""

# %% [markdown]
# # Write, hold, release
#
# A unit is to remember a 1, for as long as nothing else comes, and to let
# it go when a -1 comes. It reads 0 1 0 0 -1 0.
#
# Which gates must be open, and when?

# %% [markdown] tags=["notes"]
# Minutes: 15
# Source: F. Gers, J. Schmidhuber & F. Cummins, Learning to Forget:
# Continual Prediction with LSTM, 2000.
#
# Plan: 3 min the picture, line by line; 4 min the ledger on the board,
# and what f means (vote); 3 min who let go (vote); 3 min how weights open
# and shut gates; 2 min the program: press p to predict, then the sentence.
#
# Ask: at which step is the input gate open, and what is written there?
# Ask: what would this unit do with a second 1?
# Goes wrong: "the forget gate opens to forget". Say "keep gate" for the
# rest of the hour: at step 3 f = 0.990 keeps 99 %.
# Goes wrong: the input gate is thought to protect the memory by being
# open. Point at the ledger: it decides the column "written" only.
#
# Probe:
# Q: f = 0.98. How much of the memory is lost in this step?
# A: 2 %. f is the share that is kept.
# Q: Which gates are open and which shut while a memory is held?
# A: The forget gate is open, the input gate is shut.
# Q: How is a memory let go?
# A: The forget gate shuts.
# Q: How is a memory replaced by the candidate?
# A: Forget gate shut, input gate open.
# Q: i = 0 at a step. How much of c_prev is preserved?
# A: The share f; i does not matter for it.
# Q: The output gate is shut for ten steps. What happens to the memory?
# A: Nothing through this gate: it is only not shown.
# Q: Why is this unit's forget gate at 0.98 when x and h are 0?
# A: Its bias is 4, and σ(4) is 0.98.
# Q: What shuts the forget gate at step 5?
# A: The input: its weight is 8, and x is -1.
# Q: f = 0.5 at each step and nothing is written. How much of 1 is left
# after 3 steps?
# A: 0.5 * 0.5 * 0.5 = 0.125.
# Q: At step 5 the forget gate is held at 1. What is c then?
# A: About as before, as all of it is kept.

# %% six steps of one unit
from lstm_viz import run
from lstm_viz.lessons import ask, remember, show
from lstm_viz.measures import memory_ledger

x = [0, 1, 0, 0, -1, 0]
latch = run("lstm", "latch", x)
show(latch, ["x", "i", "g", "f", "c"])

# %% [markdown]
# ## Read it column by column
#
# * Step 2: i is open. Something is **written** into c.
# * Steps 3 and 4: f is open, i is nearly shut. c is **held**.
# * Step 5: f shuts. c is **released**.
#
# c is the memory. h is what the unit shows of it, through the output gate.
# g is the candidate, what could be written: a tanh, between -1 and 1.
#
# Written is i * g: {latch["i"][1, 0]:.4f} * {latch["g"][1, 0]:.4f} = {latch["c"][1, 0]:.4f} at step 2. At steps 3 and 4 a
# little is written though x is 0: g still sees h_prev.

# %% the memory as a ledger
print("step   x        was  *       f  =    kept  + written  =     now")
for t in range(len(latch)):
    m = memory_ledger(latch, "c", t)
    row = [m.was, m.share, m.share * m.was, m.written, m.now]
    print(f"{t + 1:4} {x[t]:3}", *(f"{each.item():z10.5f}" for each in row))
    kept, written, now = (each.round(5) for each in row[2:])
    assert abs(kept + written - now) < 1e-9  # as it is printed
    assert (m.share, m.now) == (latch["f"][t], latch["c"][t])

# %% tags=["ask"]
hold = memory_ledger(latch, "c", 2)
f, was, lost = hold.share.item(), hold.was.item(), -hold.changed.item()
shares = [f, 1 - f, 0]
ask(
    f"At step 3 the forget gate is open: f = {f:.5f}. How much of the "
    "memory is lost in this step?",
    [f"{share:.1%} of it" for share in shares],
    answer=[abs(lost / was - share) < 1e-12 for share in shares].index(
        True
    ),
    because=f"{was:.5f} was there, {lost:.5f} of it is lost. f is the share "
    "that is kept: an open forget gate keeps, a shut one forgets.",
)
assert f"{f:.3f}" == "0.990"

# %% [markdown]
# ## The forget gate keeps
#
#     c = f * c_prev + i * g
#
# The gate's name says what happens when it is shut. Its number says how
# much is kept: f = 1 keeps all, f = 0 forgets all. i only decides what is
# written.
#
# At step 3 the unit keeps {f * was:.5f} of {was:.5f}, and writes {hold.written.item():.5f}.

# %% tags=["ask"]
assert latch["c"][4] < 0.1 < latch["c"][3]
before = {gate: latch[gate][3, 0] for gate in "ifo"}  # as at step 4
held = [run("lstm", "latch", x, hold={g: {4: before[g]}}) for g in "ifo"]
c5 = [each["c"][4, 0] for each in held]
ask(
    f"At step 5 the memory falls from {latch['c'][3, 0]:.3f} to "
    f"{latch['c'][4, 0]:.3f}. Which gate did that?",
    [
        "the input gate: -1 was written over it",
        "the forget gate",
        "the output gate: it let it out",
    ],
    answer=[each > 0.5 for each in c5].index(True),
    because="Hold a gate at step 5 as it was at step 4. With the input gate "
    f"held c becomes {c5[0]:.3f}, with the output gate {c5[2]:.3f}, with the "
    f"forget gate {c5[1]:.3f}: now it stays.",
)
assert [each > 0.5 for each in c5] == [False, True, False]

# %% what if: one number is held, all that follows is new
m = memory_ledger(latch, "c", 2)  # step 3 has the index 2
left = {"f": m.written, "i": m.now - m.written, "o": m.now}
for gate in "fio":
    what_if = run("lstm", "latch", x, hold={gate: {2: 0}})  # 0 at step 3
    c, h = what_if["c"][2, 0], what_if["h"][2, 0]
    print(f"{gate} = 0 at step 3:   c = {c:.3f}   h = {h:.3f}")
    assert abs(c - left[gate].item()) < 1e-15
c, h = latch["c"][2, 0], latch["h"][2, 0]
print(f"as it was:        c = {c:.3f}   h = {h:.3f}")

# %% what opens a gate, and what shuts it
from math import exp

W, U, b = (latch.weights[n].item() for n in ("W_f", "U_f", "b_f"))
for t in (2, 4):
    h_prev = latch["h_prev"][t, 0]
    z = W * x[t] + U * h_prev + b
    f = 1 / (1 + exp(-z))
    terms = f"{W:g} * {x[t]:2} + {U:g} * {h_prev:.3f} + {b:g}"
    print(f"step {t + 1}: z_f = {terms} = {z:6.3f}   f = {f:.3f}")
    assert abs(f - latch["f"][t, 0]) < 1e-15

# %% [markdown]
# ## Bias and weight
#
# The bias says what a gate does when nothing comes. The forget gate's
# is {b:g}: σ({b:g}) = {latch["f"][0, 0]:.3f}, open. The input gate's is
# {latch.weights["b_i"].item():g}: {latch["i"][0, 0]:.3f}, shut.
#
# The weight says what changes that: {W:g} times -1 shuts the forget gate at
# step 5. Nothing counts the steps: what comes in decides.

# %% the program: p hides a number, for you to predict tags=["live"]
# $ lstm-viz step --weights latch
# $ lstm-viz step --hold f=1@5

# %% tags=["ask"]
gates = [(1, 0, 0), (0, 0, 0), (0, 1, 0), (1, 1, 1)]
ends = []
for i, f, o in gates:
    hold_all = {"i": i, "f": f, "o": o}
    start = {"c": [0.8], "h": [0]}
    r = run("lstm", "latch", [1, -1, 1], start, hold=hold_all)
    ends.append((r["c"] == 0.8).all() and (r["h"] == 0).all())
ask(
    "The memory is 0.8. Three inputs come: 1, -1, 1. It must stay 0.8, and "
    "the unit must show nothing. How do you set input, forget and output "
    "gate?",
    [f"i = {i}   f = {f}   o = {o}" for i, f, o in gates],
    answer=ends.index(True),
    because="i = 0 writes nothing, f = 1 keeps all, o = 0 shows nothing. "
    "The run confirms it, and refutes the others.",
)
assert sum(ends) == 1

# %% nearly the same, step by step, by biases of ±50 tags=["live"]
# $ lstm-viz step --problem hold-gates

# %% f of one half: a 1 comes, then nothing
half = run("lstm", "forgetful", [1, 0, 0, 0])
print("step   f       written      c")
for t in range(len(half)):
    m = memory_ledger(half, "c", t)
    print(f"{t + 1:4} {half['f'][t, 0]:5.2f}", end="")
    print(f"{m.written.item():12.3f} {m.now.item():9.3f}")
left = half["c"][3, 0] / half["c"][0, 0]
print(f"after 3 more steps {left:.3f} of it is left: 0.5 * 0.5 * 0.5")
assert abs(left - 0.5 * 0.5 * 0.5) < 1e-15

# %% the sentence
steps = [tuple(latch[gate][t, 0] > 0.5 for gate in "if") for t in range(6)]
write, holding, release = (True, True), (False, True), (False, False)
remember(
    "i opens to write, f stays open to hold, f shuts to release.",
    holds=steps[1:5] == [write, holding, holding, release],
)

# %% [markdown]
# ## To take home
#
# 1. Find gates for each step, 0 or 1, that store a 7, hold it for two
#    steps, and show it at step 4 only.
# 2. How do you replace a memory by the candidate in one step?
# 3. f = 0.9 at every step: after how many steps is less than half left?
#
# Source: F. Gers, J. Schmidhuber & F. Cummins, *Learning to Forget:
# Continual Prediction with LSTM*, 2000.
