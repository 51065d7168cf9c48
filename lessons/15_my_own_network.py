"""What does my own network do?"""

# %% [markdown]
# # My own network
#
# net.pt comes from PyTorch: an LSTM of 8 units, trained. It reads 30
# numbers and says whether the first one was above 0.
#
# Its maker asked PyTorch for the gradient of the LSTM's output:
#
#     out, _ = lstm(x)
#     out.retain_grad()          # keep its gradient
#     loss(fc(out[:, -1])).backward()
#     out.grad                   # 0 at every step but the last
#
# And yet the network has learned to remember step 1. How?

# %% [markdown] tags=["notes"]
# Minutes: 20
# Source: PyTorch, documentation of nn.LSTM and of Tensor.retain_grad; the
# file was made by lessons/net_in_pytorch.py.
#
# Plan: 3 min the row of zeros (vote); 4 min the true row beside it; 3 min
# the sum of two shares, on the board; 4 min how long the gates keep (vote);
# 3 min cut the memory (vote); 3 min the program, best with a file of the
# class, and the sentence.
#
# Ask: which arrows leave the output of step 7?
# Ask: which of these numbers could you have got out of PyTorch, and how?
# Goes wrong: zeros are reported as a vanishing gradient. Ask what the loss
# uses of the LSTM's output.
# Goes wrong: somebody's own file does not load. `lstm-viz model FILE` says
# what is in it, and what is missing.
#
# Probe:
# Q: out.grad is 0 at steps 1 to 29. Has the gradient vanished?
# A: No. Only the last output is used by the loss directly.
# Q: What does out.grad hold?
# A: The loss's own share of each step, without what comes back from the
# step after.
# Q: The loss's share is 0, the share by the step after is 0.5. What is dh?
# A: 0.5, the sum.
# Q: Why does PyTorch not show the other share?
# A: nn.LSTM computes all steps in one call; what passes from step to step
# stays inside.
# Q: How would one see it in PyTorch?
# A: Step by step, with nn.LSTMCell, keeping each h.
# Q: There is a loss at every step. Is out.grad then the true gradient?
# A: No, the share from the step after is still missing.
# Q: A unit's f is 0.98 at every step. After how many steps is half left?
# A: About 34: ln 0.5 / ln 0.98.
# Q: Does a half-life of 34 steps say what the gradient does?
# A: Not alone. It is the straight way only.
# Q: The way along the memory is cut. What is left at step 1?
# A: Next to nothing: by it the first number was learned.
# Q: nn.LSTM has two biases per gate. How many act?
# A: One, their sum.

# %% the file, read without PyTorch
import numpy as np
from lstm_viz import compare, cut, load_model
from lstm_viz.lessons import ask, remember, shipped, show
from lstm_viz.measures import half_life, norms

net = load_model(shipped("net.pt"))
many = np.random.default_rng(1).normal(size=(30, 1000, 1))
says = net.run(many).outputs[:, 0] > 0
right = (says == (many[0, :, 0] > 0)).mean()
print(f"of 1000 new sequences it is right on {right:.0%}")
assert right > 0.9

# %% one sequence, forward and back
x = np.random.default_rng(0).normal(size=(30, 1))
x[0] = 0.2
record = net.run(x)
back = net.backpropagate(record, [1.0])  # the gradient of the output
lstm = back.traces["lstm"]
print(f"first number {x[0, 0]:.1f}, output {record.outputs.item():.2f}")
assert record.outputs.item() > 0
own = np.linalg.norm(lstm.shares("h")["loss"], axis=1)  # as out.grad
steps = (1, 2, 10, 20, 28, 29, 30)
print("\nstep              " + "".join(f"{t:8}" for t in steps))
print("PyTorch, out.grad " + "".join(f"{own[t - 1]:8.2g}" for t in steps))
assert (own[:-1] == 0).all()

# %% tags=["ask"]
dh = norms(lstm, "h")
rest = lstm.shares("h")["h_prev"]
whole = np.allclose(lstm["h"], rest + lstm.shares("h")["loss"])
vanished = bool((dh[:-1] == 0).all())
ask(
    "out.grad is 0 at 29 of 30 steps. What does that mean?",
    [
        "the gradient has vanished",
        "out.grad holds only what the loss takes from each step directly",
        "the file is broken: nothing was trained",
    ],
    answer=[vanished, whole and not vanished, right < 0.6].index(True),
    because="The loss reads the last output alone. What goes back from step "
    "to step stays inside nn.LSTM, which computes all steps in one call.",
)

# %% the true gradient beside it
dh = norms(lstm, "h")
print("step              " + "".join(f"{t:8}" for t in steps))
for words, row in (("PyTorch, out.grad", own), ("the true gradient", dh)):
    print(f"{words} " + "".join(f"{row[t - 1]:8.2g}" for t in steps))
assert (dh > 0).all()

# %% [markdown]
# ## Two shares
#
# h of step 29 goes two ways: to the loss, if the loss looks there, and into
# step 30. So its gradient has two shares:
#
#     directly, from the loss     {own[28]:.2f}
#     back from step 30           {np.linalg.norm(rest[28]):.2f}
#     the sum                     {dh[28]:.2f}
#
# out.grad is the first line only. (The numbers are lengths, over 8 units.)

# %% the gradient of c, the memory, along the whole sequence
show(compare({"net.pt": lstm}))

# %% [markdown]
# ## A half-life
#
# A unit keeps the share f at each step. Half is left after n steps:
#
#     f * f * ... * f = 0.5,   so   n = ln 0.5 / ln f
#
# For f = 0.98 that is ln 0.5 / ln 0.98 = {np.log(0.5) / np.log(0.98):.0f} steps.

# %% tags=["ask"]
f = record.traces["lstm"]["f"]
lives = half_life(f, axis=0)
typical = float(np.median(lives))
ask(
    "Its task is 30 steps long. How long is the half-life of a unit, in the "
    "median?",
    ["about 1 step", "about 8 steps, one a unit", "longer than 20 steps"],
    answer=[typical < 2, 6 < typical < 10, typical > 20].index(True),
    because=f"{typical:.0f} steps. Training began with a forget bias of 3, "
    "f = 0.95, and went on from there.",
)

# %% how long its gates keep, unit by unit (by the mean of ln f)
f = record.traces["lstm"]["f"]
lives = half_life(f, axis=0)
print("unit       " + "".join(f"{k:7}" for k in range(1, 9)))
print("mean f     " + "".join(f"{v:7.3f}" for v in f.mean(axis=0)))
print("half-life  " + "".join(f"{v:7.0f}" for v in lives))
assert np.allclose(lives, np.log(0.5) / np.log(f).mean(axis=0))

# %% tags=["ask"]
without = norms(cut(lstm, "c_prev"), "c")
dc = norms(lstm, "c")
left, left_cut = dc[0] / dc[-1], without[0] / without[-1]
ask(
    "Now cut the way along the memory, from c to c of the step before, and "
    "leave all others. What becomes of the gradient of c at step 1?",
    [
        "about the same: it comes back through h as well",
        "less than a hundredth of it is left",
        "it grows",
    ],
    answer=[
        0.5 < left_cut / left <= 1,
        left_cut / left < 0.01,
        left_cut > left,
    ].index(True),
    because=f"At step 1 it was {left:.2g} times what it is at step 30. Cut, "
    f"it is {left_cut:.1e}. The first number is remembered by c.",
)

# %% what if the first number had been -0.2?
flipped = x.copy()
flipped[0] = -0.2
other = net.run(flipped)
apart = np.abs(record.traces["lstm"]["c"] - other.traces["lstm"]["c"])
print("step   largest difference in c")
for t in (1, 2, 10, 20, 30):
    print(f"{t:4} {apart[t - 1].max():12.2f}")
print(f"output {record.outputs.item():.2f} and {other.outputs.item():.2f}")
assert record.outputs.item() > 0 > other.outputs.item()

# %% the program, on the file; then on yours tags=["live"]
# $ lstm-viz model net.pt
# $ lstm-viz gradients --model net.pt --input noise:30
# $ lstm-viz step --model net.pt --input noise:30

# %% [markdown]
# ## Your own file
#
# `lstm-viz model FILE` lists what is in it: PyTorch, Keras, ONNX. Nothing
# in the file is executed. What a file of weights does not say is assumed,
# and said:
#
# {net.notes[0]}
#
# PyTorch's LSTM has two biases per gate. They are only added: the sum acts.

# %% the sentence
remember(
    "A fused layer shows the loss's own share of each step; the true "
    "gradient adds what comes back from the step after.",
    holds=whole and bool((own[:-1] == 0).all()) and not vanished,
)

# %% [markdown]
# ## To take home
#
# 1. What is the half-life of each unit in a network of your own?
# 2. Use nn.LSTMCell in a loop, keep every h, and find the true row.
# 3. Which bias would you have given your network for its length?
#
# Source: PyTorch, documentation of nn.LSTM and Tensor.retain_grad.
