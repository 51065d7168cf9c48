"""What does truncating cost?"""

# %% [markdown]
# # What truncating costs
#
# A long sequence is cut into pieces. The network reads on from piece to
# piece, but the gradient goes back to the beginning of its piece only.
#
# That is truncated backpropagation through time, truncated BPTT. It saves
# memory. How wrong does it make the gradient of the weights?

# %% [markdown] tags=["notes"]
# Minutes: 15
# Source: R. Williams & J. Peng, An Efficient Gradient-Based Algorithm for
# On-Line Training of Recurrent Network Trajectories, 1990.
#
# Plan: 2 min the table; 4 min four steps in two pieces, on the board; 3
# min what is carried on and what is cut (vote); 3 min how much
# of a loss's gradient is left 20 steps back in the RNN (vote); 2 min
# where in a piece a loss stands (vote); 1 min the program, the sentence.
#
# Ask: pieces of 100 steps of a sequence of 100: what is the error?
# Ask: you double the pieces and the result does not change. What do you
# conclude about the cell, and what about the task?
# Goes wrong: "truncated at 15, so the network cannot use more than 15
# steps". The state is carried on: the past is in it.
# Goes wrong: truncating is taken for clipping. Clipping keeps all steps
# and the direction.
#
# Probe:
# Q: What is carried on from piece to piece, and what is not?
# A: The states are; the gradient is not.
# Q: Can what was read 50 steps ago change the output, with pieces of 10?
# A: Yes, through the state.
# Q: And can the loss teach a weight to store it, across these 50 steps?
# A: Not directly: no gradient goes back so far.
# Q: Shares of four copies: 7.4, 3.4, 1.3, 0.3, the last first. Pieces of
# 2, loss at the end. What is left?
# A: 7.4 + 3.4 = 10.8 of 12.4.
# Q: Pieces of 10. How many steps back does a loss at step 11 reach?
# A: None but its own step: step 11 begins a piece.
# Q: And a loss at step 20?
# A: To step 11: ten copies.
# Q: Which loses more by pieces of 20, a plain RNN or an LSTM with a large
# forget bias?
# A: The LSTM: its gradient reaches farther.
# Q: Why is the error of a plain RNN small?
# A: Its gradient has vanished before the cut.
# Q: Is the truncated gradient a shorter copy of the whole one?
# A: No, it points in another direction, too.
# Q: What does truncating save?
# A: Memory: only the records of one piece are kept.

# %% the error of the weights' gradient
from lstm_viz import backpropagate, compare, run
from lstm_viz.lessons import ask, remember, show
from lstm_viz.measures import truncated, truncation

lengths = [1, 5, 10, 20, 50]
lstms = compare("lstm", forget_bias=[1, 3, 5], loss="all")
lines = dict(
    zip(("bias 1", "bias 3", "bias 5"), lstms.values(), strict=True)
)
lines = {"RNN": compare("rnn", loss="all")["rnn"]} | lines
errors = {name: truncation(back, lengths) for name, back in lines.items()}

# %% 100 steps, a loss at every step, pieces of k
print("k     " + "".join(f"{name:>9}" for name in errors))
for j, k in enumerate(lengths):
    print(
        f"{k:<6}" + "".join(f"{e.errors[j]:9.0%}" for e in errors.values())
    )
print("\nerror 20 steps a piece")
for name, e in errors.items():
    print(f"{name:7} {'█' * round(40 * e.errors[3])}")
at20 = [e.errors[3] for e in errors.values()]
assert at20 == sorted(at20)

# %% [markdown]
# ## Read it by columns
#
# A network of 16 units reads 100 numbers. The error is the distance of
# the truncated gradient from the right one, as a part of the right one.
#
# A plain RNN loses little: pieces of 10 are {errors["RNN"].errors[2]:.0%} off. An LSTM that
# remembers for long is {errors["bias 5"].errors[2]:.0%} off, and at 50 still {errors["bias 5"].errors[4]:.0%}.

# %% the picture for the LSTM with bias 5
show(compare({"LSTM, forget bias 5": lines["bias 5"]}), "truncation")

# %% four steps, by hand: h = 0.7 * (x + h_prev) reads 1, 2, 3, 4
from lstm_viz.problems import read_problem

unit, w = read_problem("geometric").cell, {"w": [0.7]}
at_end = {"h": [[0], [0], [0], [1]]}  # the loss looks at the last h
whole = backpropagate(run(unit, w, [1, 2, 3, 4]), at_end)
copies = [whole.weights_at(t)["w"].item() for t in range(4)]
told = " + ".join(f"{each:.3f}" for each in copies)
print(f"the whole:    {told} = {sum(copies):.3f}")
for k in (2, 1):
    part = truncated(whole, k)["w"].item()
    off = 1 - part / sum(copies)
    told = " + ".join(f"{each:.3f}" for each in copies[-k:])
    print(f"pieces of {k}: {told:>29} = {part:.3f}, {off:.0%} missing")
    assert abs(part - sum(copies[-k:])) < 1e-12

# %% [markdown]
# ## What is cut
#
# Copy 4 and copy 3 stand in the last piece: their shares are there, and
# they are exact. Copies 1 and 2 are missing.
#
# h is not cut. The second piece begins with h = {whole.trace["h"][1, 0]:.2f}, in which 1 and 2
# are remembered.

# %% tags=["ask"]
other = backpropagate(run(unit, w, [10, 2, 3, 4]), at_end)
pieces = [truncated(each, 2)["w"].item() for each in (whole, other)]
ends = [each.trace["h"][3, 0] for each in (whole, other)]
ask(
    "Pieces of 2. Input 1 becomes 10 instead of 1. Do the last h and the "
    "truncated gradient change?",
    [
        "neither: only the last two steps have an influence",
        "h does, the gradient does not",
        "both change",
    ],
    answer=[
        ends[0] == ends[1] and pieces[0] == pieces[1],
        ends[0] != ends[1] and pieces[0] == pieces[1],
        ends[0] != ends[1] and pieces[0] != pieces[1],
    ].index(True),
    because=f"h goes from {ends[0]:.2f} to {ends[1]:.2f}, the gradient from "
    f"{pieces[0]:.2f} to {pieces[1]:.2f}. The state is carried on, and w "
    "multiplies it. What is cut is the share of the copies before.",
)

# %% the same piece, with the state carried on
first = run(unit, w, [1, 2])
second = run(unit, w, [3, 4], {"h": first["h"][-1]})
alone = run(unit, w, [3, 4])
print(f"h in one run          {whole.trace['h'][3, 0]:.4f}")
print(f"in two, h carried on  {second['h'][1, 0]:.4f}")
print(f"in two, h set to 0    {alone['h'][1, 0]:.4f}")
assert second["h"][1, 0] == whole.trace["h"][3, 0] != alone["h"][1, 0]
gradient = backpropagate(second, {"h": [[0], [1]]}).weights["w"].item()
assert abs(gradient - truncated(whole, 2)["w"].item()) < 1e-12

# %% tags=["ask"]
import numpy as np
from lstm_viz.measures import ledger_norms

far = {name: ledger_norms(back) for name, back in lines.items()}
far = {name: each[lines[name].cell.memory] for name, each in far.items()}
left = {
    name: np.median([each[t, t - 20] / each[t, t] for t in range(20, 100)])
    for name, each in far.items()
}
kept = left["RNN"]
ask(
    f"With pieces of 20 the RNN loses only {at20[0]:.0%}. How much of a loss's "
    "gradient is left 20 steps back in this RNN?",
    ["about a half", "about a twentieth", "less than a thousandth"],
    answer=[kept > 0.3, 0.02 < kept <= 0.3, kept < 1e-3].index(True),
    because=f"It is {kept:.0e}; in the LSTM with bias 5 it is "
    f"{left['bias 5']:.1f}. What has vanished before the cut cannot be lost at it.",
)

# %% how far back does a loss reach?
from math import isfinite

from lstm_viz.measures import ledger_norms, reach

print("         1 % is left after    pieces with an error below 10 %")
for name, back in lines.items():
    n = reach(ledger_norms(back)[back.cell.memory]).steps
    after = f"{n:.0f} steps" if isfinite(n) else "over 99 steps"
    short = errors[name].shortest()
    print(f"{name:8} {after:17}    {short or 'longer than 50'}")

# %% tags=["ask"]
eleven = backpropagate(run(unit, w, np.ones(11)), {"h": np.eye(11)[-1:].T})
adds = [eleven.weights_at(t)["w"].item() for t in range(11)]
part = truncated(eleven, 10)["w"].item()
ask(
    "Pieces of 10 steps: 1 to 10, 11 to 20, and so on. A loss stands at "
    "step 11. How many copies of the weights learn from it?",
    [
        "ten: the pieces have 10 steps",
        "one: that of its own step",
        "eleven: all up to it",
    ],
    answer=[abs(sum(adds[-n:]) - part) < 1e-12 for n in (10, 1, 11)].index(
        True
    ),
    because="Step 11 begins a piece, and nothing goes back beyond. So it is "
    f"{part:.2f}, the share of copy 11, in place of {sum(adds):.2f}, all "
    "shares together.",
)

# %% the same unit reads 1, 1, 1, ...; the loss looks at one step
import numpy as np

print("loss at step   whole   pieces of 10   copies that learn")
for step in (11, 12, 15, 20):
    at_step = np.eye(step)[-1:].T
    back = backpropagate(run(unit, w, np.ones(step)), {"h": at_step})
    adds = [back.weights_at(t)["w"].item() for t in range(step)]
    part = truncated(back, 10)["w"].item()
    n = step - 10  # copies from step 11 on
    print(f"{step:12} {sum(adds):7.2f} {part:14.2f} {n:19}")
    assert abs(sum(adds[-n:]) - part) < 1e-12

# %% shorter, or turned?
print("LSTM, bias 5    length    angle")
flat = np.concatenate([g.ravel() for g in lines["bias 5"].weights.values()])
for k in (5, 20, 50):
    part = truncated(lines["bias 5"], k).values()
    piece = np.concatenate([g.ravel() for g in part])
    size, right = np.linalg.norm(piece), np.linalg.norm(flat)
    angle = np.degrees(np.arccos(piece @ flat / size / right))
    print(f"pieces of {k:2} {size / right:11.0%} {angle:7.0f}°")
    assert angle > 1

# %% the program: Tab shows the other bias tags=["live"]
# $ lstm-viz gradients --cells lstm --forget-bias 1,5 --loss all --truncation

# %% the sentence
remember(
    "Truncating carries the states on and cuts the gradient: the longer a "
    "cell remembers, the more of its gradient is lost.",
    holds=at20 == sorted(at20)
    and second["h"][1, 0] == whole.trace["h"][3, 0]
    and pieces[0] < sum(copies),
)

# %% [markdown]
# ## To take home
#
# 1. h = 0.9 * (x + h_prev) reads 1, 1, 1, 1. How much of the gradient of
#    w is missing with pieces of 2?
# 2. Why is a loss at the end of each piece better served than one at its
#    beginning? What would you change?
# 3. A network was trained in pieces of 20 and still links words 60 apart.
#    How is that possible?
#
# Source: R. Williams & J. Peng, *An Efficient Gradient-Based Algorithm for
# On-Line Training of Recurrent Network Trajectories*, 1990.
