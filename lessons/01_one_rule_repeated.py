"""What can one rule, repeated, compute?"""

# %% [markdown]
# # One rule, repeated
#
# Three small units and an output add two binary numbers as you do on
# paper: column by column, from the right. They have one rule, and use it
# again at every column.
#
# What else can one rule compute, if it is repeated?

# %% [markdown] tags=["notes"]
# Minutes: 15
# Source: H. Siegelmann & E. Sontag, On the Computational Power of Neural
# Nets, 1995; the adder is from Toronto CSC321, 2018, homework 5.
#
# Plan: 3 min the adder's picture, and reading it; 3 min the weights are
# the same at every step (vote); 4 min the smallest rule, x + h, on the
# board; 3 min one column by hand (vote), the program; 2 min the eight
# cases, and the sentence.
#
# Ask: where in the picture do you see a carry?
# Ask: what would you have to change for three numbers instead of two?
# Goes wrong: the picture is read from left to right as one number. Turn
# it round together: the last digit is the first step.
# Goes wrong: units are taken for columns. There are three units and seven
# columns; cover all columns but one with your hand.
#
# Probe:
# Q: The adder adds 7 columns with 22 weights and biases. How many does it
# need for 70 columns?
# A: The same 22.
# Q: A network reads 12 steps. How many sets of weights does it have?
# A: One, used twelve times.
# Q: How many units has the adder for 7 columns, and for 100?
# A: Three. Units are not steps.
# Q: h = x + h_prev reads 4, -1, 2. What is h at each step?
# A: 4, 3, 5.
# Q: What is h_prev at the first step?
# A: 0, if nothing else is given.
# Q: Two sequences lead to the same state. Can the rule tell them apart
# later on?
# A: No. The state is all that it knows of the past.
# Q: What of its past does the adder use at the next column?
# A: One of its three units, the carry.
# Q: A column has the digits 1 and 0, and the carry is 1. Which units are
# on, and what is the digit?
# A: Units 0 and 1; the digit is 0.
# Q: Which numbers change from step to step, and which do not?
# A: x, h and y change; U, W, V and the biases do not.
# Q: Why do eight cases prove that the adder is right for any length?
# A: A column is two digits and a carry; each case gives the right digit
# and the right carry to the next column.

# %% 100111 + 110010
from lstm_viz import run
from lstm_viz.lessons import ask, remember, show
from lstm_viz.problems import read_problem

adder = read_problem("toronto-adder")
added = run(adder.cell, adder.weights, adder.inputs)
show(added)


# %% read from right to left
def number(digits) -> int:
    return sum(2**k for k, digit in enumerate(digits) if digit)


first, second = (number(row) for row in added["x"].T)
total = number(added["y"][:, 0])
print(f"  {first:07b}   x, row 0        {first:3}")
print(f"+ {second:07b}   x, row 1        {second:3}")
print(f"= {total:07b}   y, the output   {total:3}")
assert (first, second, total) == (0b100111, 0b110010, first + second)

# %% tags=["ask"]
one = run(adder.cell, adder.weights, adder.inputs[:1])
used = [sum(w.size for w in r.weights.values()) for r in (one, added)]
ask(
    f"At the first column the adder uses {used[0]} weights and biases. How "
    f"many more does it use at the other {len(added) - 1} columns?",
    [
        f"{used[0] * (len(added) - 1)}: each column has its own",
        "3: new ones for the carry",
        "none",
    ],
    answer=[used[0] * len(added), used[0] + 3, used[0]].index(used[1]),
    because=f"A run of {len(one)} column has {used[0]} numbers, one of "
    f"{len(added)} columns has {used[1]}: the same ones, used again.",
)

# %% the same weights, a hundred columns
import numpy as np

digits = np.random.default_rng(0).integers(0, 2, (100, 2))
digits[-1] = 0  # room for the last carry
far = run(adder.cell, adder.weights, digits)
first, second = (number(row) for row in digits.T)
print(f"  {first:31}\n+ {second:31}\n= {number(far['y'][:, 0]):31}")
assert number(far["y"][:, 0]) == first + second
assert sum(w.size for w in far.weights.values()) == 22  # as before

# %% [markdown]
# ## The smallest rule
#
# How does it work? Take a smaller rule first: add up what comes in.
# It begins with 0 and reads 2, -0.5, 1:
#
#      2 + 0     =  2
#     -0.5 + 2   =  1.5
#      1 + 1.5   =  2.5

# %% the same in letters
from lstm_viz import Cell

summed = run(Cell("sum", "h = x + h_prev"), {}, [2, -0.5, 1])
for t in range(len(summed)):
    x, h_prev, h = (summed[n].item(t) for n in ("x", "h_prev", "h"))
    print(f"step {t + 1}: h = {x:4} + {h_prev:3} = {h:3}")
assert summed["h"][:, 0].tolist() == [2, 1.5, 2.5]

# %% [markdown]
# ## A state
#
# h is the **state**. h_prev is the state of the step before; at the first
# step it is 0. The equation has one copy; it is used three times.
#
# A rule that uses its own last state is called **recurrent**. The state is all
# that it knows of the past.

# %% tags=["ask"]
other = run(summed.cell, {}, [1, 1, 0.5, 3]).final["h"].item()
goes_on = run(summed.cell, {}, [2, -0.5, 1, 3]).final["h"].item()
assert other == goes_on == summed.final["h"].item() + 3
ask(
    "One sum has read 2, -0.5, 1; another has read 1, 1, 0.5. Now both "
    "read 3. What do they give?",
    [
        f"both {goes_on}",
        "two different numbers, as they have read different things",
    ],
    answer=[other == goes_on, other != goes_on].index(True),
    because=f"Both states were {summed.final['h'].item()}, and the state "
    f"is all that is left of the past: {goes_on} and {other}.",
)

# %% tags=["ask"]
read = (adder.weights["W"] != 0).any(axis=0)  # which units of h_prev
ask(
    "Three units are on or off. How many of them does the adder look at "
    "in the next column?",
    ["none", "one: the carry", "two", "all three"],
    answer=read.sum(),
    because="Only unit 1 is read; the first one is unit 0. It is on if the "
    "column adds up to 2 or more.",
)
assert read.tolist() == [False, True, False]
assert adder.weights["b_h"].tolist() == [-0.5, -1.5, -2.5]
assert adder.weights["V"].tolist() == [[1, -1, 1]]

# %% column by column
x, h, y = (added[name].astype(int) for name in "xhy")
carries = added["h_prev"][:, 1].astype(int)  # unit 1, a column before
print("column         sum   at least 1 2 3   digit")
rows = zip(x, carries, h, y, strict=True)
for (a, b), carry, (i, j, k), (digit,) in rows:
    column = a + b + carry
    print(f"{a} + {b} + carry {carry} = {column} {i:12} {j} {k}", end="")
    print(f"   {i} - {j} + {k} = {digit}")
    assert [i, j, k] == [column >= n for n in (1, 2, 3)]
    assert i - j + k == digit == column % 2

# %% [markdown]
# ## The rule in letters
#
#     h = step(U @ x + W @ h_prev + b_h)
#     y = step(V @ h + b_y)
#
# The function step(v) is 1 where v is above 0, else 0; only its name is
# that of a step in time. U adds the two digits. W multiplies h_prev; only
# its column for unit 1 is not 0, and adds the carry.
#
# h is the "comparison" of the picture. The biases -0.5, -1.5, -2.5 ask: at
# least 1, 2, 3? V = 1 -1 1 makes the digit of the sum.

# %% the program tags=["live"]
# $ lstm-viz step --problem toronto-adder
# $ lstm-viz step --problem toronto-sum

# %% another rule, as short: which total is larger?
compare = read_problem("toronto-compare")
compared = run(compare.cell, compare.weights, compare.inputs)
for equation in compare.cell.equations:
    print(equation.source)
print("W =", *compare.weights["W"][0], "  v =", *compare.weights["v"])
print("inputs      first total - second   first is larger?")
for (a, b), h, y in zip(*(compared[n] for n in "xhy"), strict=True):
    print(f"{a:4} {b:4} {h.item():16.1f} {y.item():20.2f}")
assert ((compared["y"] > 0.5) == (compared["h"] > 0)).all()
assert np.allclose(compared["h"][:, 0], [4, 0.5, -0.7])

# %% [markdown]
# ## What we have seen
#
# The weights are the program, the state is its memory. One rule adds.
# Another rule compares. Lessons 5 and 6 show what a network needs to learn
# such weights. That they exist does not mean that training finds them:
# lesson 12.
#
# Is the adder right for every length? A column is two digits and a carry:
# eight cases. If each gives the right digit and the right carry, the next
# column begins right, too. So it is enough to try these eight.

# %% all there is to try: eight cases
right = []
for case in range(8):
    a, b, carry = (case >> k & 1 for k in range(3))
    column = run(adder.cell, adder.weights, [[a, b]], {"h": [0, carry, 0]})
    digit, on = column["y"][0, 0], column["h"][0, 1]
    right.append(2 * on + digit == a + b + carry)
    print(f"{a} + {b} + {carry}: the carry is {on:g}, the digit {digit:g}")

# %% the sentence
remember(
    f"One rule with the same {used[0]} numbers at every step adds binary "
    "numbers of any length.",
    holds=len(right) == 8 and all(right),
)

# %% [markdown]
# ## To take home
#
# 1. Two threshold units can say whether the number of ones so far is odd.
#    Which weights? Try all inputs of eight digits.
# 2. y = x - 2 (x before) + 3 (x before that): what must the state hold?
# 3. Why can no such rule add from left to right, digit by digit?
#
# Source: H. Siegelmann & E. Sontag, *On the Computational Power of Neural
# Nets*, 1995. The adder: Toronto CSC321, 2018, homework 5.
