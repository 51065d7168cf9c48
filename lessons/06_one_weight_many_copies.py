"""One weight, many copies: what is its gradient?

Long, as one sum is shown four ways: by nudges, by copies, by paths, and as a program has it.
"""

# %% [markdown]
# # One weight, many copies
#
# A unit reads 1, 2, 3. At each step it adds what it has to what it reads,
# and takes 0.7 of that.
#
# It has one weight and uses it three times. Call each use a **copy** of the
# weight. If it rises a little, how much does the last number change?

# %% [markdown] tags=["notes"]
# Minutes: 15
# Source: P. Werbos, Backpropagation Through Time: What It Does and How to
# Do It, 1990.
#
# Plan: 3 min the run by hand, then the first vote; 2 min the table, without
# words; 4 min three names for one weight, and what each copy adds; 3 min
# the table again, row by row, then column by column; 3 min the mistakes,
# the program, the sentence.
#
# Ask: which entry of the table belongs to input 2 and copy 3?
# Ask: a fourth step is added. Which numbers of the table change?
# Goes wrong: the copies are thought to become three weights after the
# update. Write the update: one number minus the rate times one sum.
# Goes wrong: "the last copy is nearest, so it is the gradient". The nudge
# refutes it: 0.01 more on w gives 0.073 more on h, not 0.049.
#
# Probe:
# Q: A weight is used at three steps; its copies add 2, -1 and 4. What is
# its gradient?
# A: Their sum, 5.
# Q: What is the share of one copy?
# A: What comes back to its output, times what it multiplied.
# Q: h = w * (x + h_prev), w = 0.5, the loss is the last h. What comes
# back to h one step before the last?
# A: 0.5: it went through one weight.
# Q: And two steps before the last?
# A: 0.5 * 0.5 = 0.25.
# Q: The gradient of w is 5 and the rate 0.1. How many weights are there
# after the update, and by how much has each changed?
# A: One; it fell by 0.5.
# Q: A backward pass writes dw = ... at each step, instead of dw += ...
# What is left?
# A: The share of the step computed last, which is step 1.
# Q: The loss looks at the last step only, and dh_next is forgotten. Which
# shares are lost?
# A: All but that of the last step.
# Q: Input 1 of three steps: how many copies does its path cross?
# A: Three. So its gradient is w * w * w.
# Q: What is backpropagation through time?
# A: Ordinary backpropagation in the unrolled network, the shares of all
# copies added up.
# Q: w rises by 0.01, and w has the gradient 7.27. What does the output
# do?
# A: It rises by about 0.073.

# %% one weight, three steps
from lstm_viz import backpropagate, run
from lstm_viz.lessons import ask, remember, show
from lstm_viz.problems import read_problem

unit = read_problem("geometric")
w, x = 0.7, [1, 2, 3]
traced = run(unit.cell, {"w": [w]}, x)
last = {
    "h": [[0], [0], [1]]
}  # what is asked for: the gradient of the last h
gradients = backpropagate(traced, last)

# %% [markdown]
# ## The run, by hand
#
#     h at step 1:  0.7 * (1 + 0)    = {traced["h"][0, 0]:.3f}
#     h at step 2:  0.7 * (2 + {traced["h"][0, 0]:.1f})  = {traced["h"][1, 0]:.3f}
#     h at step 3:  0.7 * (3 + {traced["h"][1, 0]:.2f}) = {traced["h"][2, 0]:.3f}
#
# In brackets stands s, the sum that w multiplies: {traced["s"][0, 0]:.2f}, {traced["s"][1, 0]:.2f}, {traced["s"][2, 0]:.2f}.

# %% tags=["ask"]
more = run(unit.cell, {"w": [w + 0.01]}, x)["h"][2, 0]
change = more - traced["h"][2, 0]
copies = [gradients.weights_at(t)["w"].item() for t in range(3)]
guesses = [copies[2] / 100, sum(copies) / 300, sum(copies) / 100]
ask(
    f"Let w rise from {w} to {w + 0.01:.2f}. By how much does the last h "
    "rise?",
    [
        f"by about {guesses[0]:.3f}: 0.01 times s, the sum of step 3",
        f"by about {guesses[1]:.3f}: the mean of what the copies do",
        f"by about {guesses[2]:.3f}: what all three copies do, added up",
    ],
    answer=[abs(change - guess) < 1e-3 for guess in guesses].index(True),
    because=f"h was {traced['h'][2, 0]:.3f} and is now {more:.3f}: "
    f"{change:.3f} more. All copies rise at once, for they are one weight.",
)


# %% one input at a time, the others 0: then all that arrives came from it
def shares(inputs) -> list[float]:
    back = backpropagate(run(unit.cell, {"w": [w]}, inputs), last)
    return [back.weights_at(t)["w"].item() for t in range(len(inputs))]


rows = [shares([1, 0, 0]), shares([0, 2, 0]), shares([0, 0, 3])]

# %% the gradient of w, as a table
print("path from    copy 1   copy 2   copy 3      sum")
for k, row in enumerate(rows):
    cells = [f"{each:9.2f}" if each else " " * 8 + "·" for each in row]
    print(f"input {k + 1}  {''.join(cells)}{sum(row):9.2f}")
columns = [sum(column) for column in zip(*rows, strict=True)]
total = sum(columns)
print("sum      " + "".join(f"{s:9.2f}" for s in columns) + f"{total:9.2f}")
assert abs(total - gradients.weights["w"].item()) < 1e-12
assert [round(each, 2) for each in columns] == [0.49, 1.89, 4.89]
assert [round(sum(row), 2) for row in rows] == [1.47, 2.80, 3.00]


# %% three names for the one weight: change each alone
def last_h(w1, w2, w3):
    return w3 * (3 + w2 * (2 + w1 * 1))


for k in range(3):
    copies = [w, w, w]
    copies[k] += 1e-20j  # a nudge too small to round: the complex step
    slope = last_h(*copies).imag / 1e-20
    print(f"copy {k + 1} alone: {slope:.2f}")
    assert abs(slope - columns[k]) < 1e-12
print(f"all together: {sum(columns):.2f}")

# %% [markdown]
# ## What one copy adds
#
# Copy 3 multiplies {traced["s"][2, 0]:.2f}, and what comes out is the last h. It adds {columns[2]:.2f}.
#
# Copy 2 multiplies {traced["s"][1, 0]:.2f}; what comes out is multiplied by 0.7 once
# more. It adds 0.7 * {traced["s"][1, 0]:.2f} = {columns[1]:.2f}.
#
# Copy 1 multiplies {traced["s"][0, 0]:.2f}, and two weights follow. It adds
# 0.7 * 0.7 * {traced["s"][0, 0]:.2f} = {columns[0]:.2f}.

# %% backward, with the shares added up
dw = dh = 0.0
print("step    dh       s     adds     dw so far")
for t in (2, 1, 0):
    dh = dh + last["h"][t][0]  # what the loss sends, and step t + 1 sent
    s = traced["s"][t, 0]
    dw += dh * s  # this copy's share
    print(f"{t + 1:4} {dh:6.2f} {s:7.2f} {dh * s:8.2f} {dw:10.2f}")
    assert abs(dh - gradients["h"][t, 0]) < 1e-15
    dh = dh * w  # through this copy, to the step before
assert abs(dw - gradients.weights["w"].item()) < 1e-12

# %% [markdown]
# ## In letters
#
#     dw = the sum over all steps t of  dh[t] * s[t]
#     dh[t - 1] = w * dh[t]  + what the loss sends to it
#
# That is **backpropagation through time**. It is ordinary backpropagation
# in the unrolled network. The copies are one weight, so their shares are
# added up.

# %% tags=["ask"]
choices = [sum(rows[0]), w, w**3]
dx = gradients["x"][0, 0]
ask(
    "How much does the last h change for each 1 by which the first input "
    "rises?",
    [
        f"{choices[0]:.2f}: the row of input 1, added up",
        f"{choices[1]:.2f}: it is multiplied by w",
        f"{choices[2]:.3f}: its path crosses three copies of w",
    ],
    answer=[abs(dx - each) < 1e-12 for each in choices].index(True),
    because=f"Backward the run gives {dx:.3f} = 0.7 * 0.7 * 0.7. The input "
    "was multiplied at step 1, step 2 and step 3.",
)

# %% the gradient of the last h by x, by s and by h, at each step
show(gradients)

# %% [markdown]
# ## The table by rows: one path after the other
#
# Input 1 reaches h as 1 w w w. Its slope by w is 3 * w * w = {sum(rows[0]):.2f}: three
# copies, {rows[0][0]:.2f} each.
#
# Input 2 arrives as 2 w w: two copies, {rows[1][1]:.2f} each. Input 3 arrives as
# 3 w: one copy, {rows[2][2]:.2f}.
#
# By rows or by columns, the sum is {gradients.weights["w"].item():.2f}.

# %% tags=["ask"]
equal = shares([1, 1, 1])
order = [equal.index(max(equal)) == 0, max(equal) - min(equal) < 1e-9]
ask(
    "Now the unit reads 1, 1, 1. Which copy adds most?",
    [
        "the first: it acts on everything that follows",
        "all add the same: it is the same weight",
        "the last",
    ],
    answer=[*order, equal.index(max(equal)) == 2].index(True),
    because="They add "
    + ", ".join(f"{each:.2f}" for each in equal)
    + ". An early copy multiplies less, and what comes back to it has been "
    "through w more often.",
)

# %% the program: ← follows the gradient back tags=["live"]
# $ lstm-viz step --problem geometric --backward

# %% two mistakes, and their numbers
forgotten = overwritten = dh_next = 0.0
for t in (2, 1, 0):
    s = traced["s"][t, 0]
    forgotten += last["h"][t][0] * s  # without dh_next
    dh = last["h"][t][0] + dh_next
    overwritten = dh * s  # = where += belongs
    dh_next = w * dh
print(f"right                    {dw:5.2f}")
print(f"dh_next forgotten        {forgotten:5.2f}   copy 3 alone")
print(f"= in place of +=         {overwritten:5.2f}   copy 1 alone")
assert abs(forgotten - columns[2]) < 1e-12
assert abs(overwritten - columns[0]) < 1e-12

# %% tags=["ask"]
rate = 0.01
after = run(unit.cell, {"w": [w - rate * dw]}, x)
count = sum(weight.size for weight in after.weights.values())
learned = w - rate * gradients.weights["w"].item()
ask(
    f"Now w learns: rate {rate}, gradient {dw:.2f}. What does the unit have "
    "afterwards?",
    [
        f"one weight, {w - rate * dw:.3f}",
        "three weights: "
        + ", ".join(f"{w - rate * each:.3f}" for each in columns),
        f"one weight, {w - rate * dw / 3:.3f}: each copy gets a third",
    ],
    answer=[
        count == 1 and abs(learned - (w - rate * dw)) < 1e-12,
        count == 3,
        count == 1 and abs(learned - (w - rate * dw / 3)) < 1e-12,
    ].index(True),
    because=f"There is one number, and it goes down by {rate} * {dw:.2f}. "
    f"The last h falls from {traced['h'][2, 0]:.3f} to "
    f"{after['h'][2, 0]:.3f}.",
)
assert after["h"][2, 0] < traced["h"][2, 0]

# %% a tanh RNN, an LSTM: 24 steps, 8 units, every weight
many = []
for cell in ("rnn", "lstm"):
    trace = run(cell, "pytorch", "sine:24", hidden=8)
    back = backpropagate(trace)
    of_copies = [back.weights_at(t) for t in range(len(trace))]
    for name, whole in back.weights.items():
        added = sum(each[name] for each in of_copies)
        many.append(abs(added - whole).max())
    print(f"{cell:4} {len(back.weights):2} parameters, {len(trace)} copies")
print(f"sum of the shares - gradient: at most {max(many):.0e}")
assert max(many) < 1e-12

# %% the sentence
remember(
    "A weight that is used at many steps has one gradient: the sum of what "
    "its copies add.",
    holds=max(many) < 1e-12
    and abs(sum(columns) - gradients.weights["w"].item()) < 1e-12,
)

# %% [markdown]
# ## To take home
#
# 1. Make the table for w = 2 and the inputs 1, 1, 1. Which copy adds most
#    now?
# 2. A fourth step reads 0. What is the gradient of w then?
# 3. A unit h = σ(w * x + u * h_prev) reads three numbers. Why does the
#    first copy of u add nothing?
#
# Source: P. Werbos, *Backpropagation Through Time: What It Does and How to
# Do It*, 1990.
