"""Does it beat "tomorrow = today"?

Long, as the tutorial is judged twice: with scaled prices, and with raw ones as written.
"""

# %% [markdown]
# # Tomorrow = today
#
# An LSTM reads the last seven closing prices of a share and predicts the
# next one. The tutorials end with a plot: prediction and truth lie on top
# of each other.
#
# Is that skill? What would somebody get who says: tomorrow = today?

# %% [markdown] tags=["notes"]
# Minutes: 20
# Source: five public tutorials on prices with LSTMs, run again; the rows
# are IBM's, 2011 to 2013. On the simple rival: R. Hyndman & G.
# Athanasopoulos, Forecasting: Principles and Practice, 2021.
#
# Plan: 4 min the table of twelve days (vote: is it good?); 3 min the root
# mean squared error on the board; 4 min what the prediction resembles
# (vote); 3 min five seeds; 4 min raw prices (vote); 2 min the program, as
# the tutorial wrote it, and the sentence.
#
# Ask: which error would you expect from one who knows nothing?
# Ask: what in the data could an LSTM use that yesterday's price does not
# say?
# Goes wrong: "LSTMs cannot predict prices" is concluded. What was measured
# is this model on these rows. Say who won, and where.
# Goes wrong: a scaler fitted on all rows. Ask what it knows of the future.
#
# Probe:
# Q: What does persistence predict?
# A: Today's price for tomorrow.
# Q: Predictions 101 and 104, truth 100 and 102. What is the RMSE?
# A: The root of (1 + 4) / 2, 1.58.
# Q: The model's RMSE is 2.4 dollars, persistence has 2.2. Who won?
# A: Persistence.
# Q: The two curves lie on top of each other. What does that prove?
# A: Nothing: yesterday's price drawn a day late looks the same.
# Q: How would you see that a prediction repeats yesterday?
# A: Compare it with yesterday's price: there its error is smaller.
# Q: On which rows is the scaler fitted?
# A: On the training rows only.
# Q: Raw prices of about 200 go into the gates. What happens?
# A: They saturate: they are near 0 or 1 at almost every step.
# Q: What is the gradient of a gate near 0 or 1?
# A: Next to nothing: its slope is f * (1 - f).
# Q: The loss falls all the same. What learns, after the first updates?
# A: The dense layer after the LSTM alone.
# Q: The model wins with one seed of five. What do you report?
# A: 1 of 5.

# %% 500 closing prices, the first 400 to train on
import numpy as np
from lstm_viz.learning import StandardScaler, load_data, split, windows

close = load_data("ibm").columns["close"][-500:, None]
train, test = split(close, 0.8)
scaler = StandardScaler.fit(train)
x, y = windows(scaler(train), 7)
x_test, y_test = windows(scaler(close[len(train) - 7 :]), 7)
assert len(y_test) == len(test)

# %% an LSTM that reads seven of them
from lstm_viz import LSTM
from lstm_viz.learning import Model, build, dense, recurrent
from lstm_viz.lessons import ask, remember


def predicted(seed) -> np.ndarray:
    network = build([recurrent(LSTM, 32), dense(1)], inputs=1, seed=seed)
    model = Model(network, "mse", rate=1e-2)
    model.fit(x, y, epochs=20, batch=32)
    return scaler.inverse(model.predict(x_test)).ravel()


# %% twelve of the test days, in dollars
def rmse(one, other) -> float:
    return float(np.sqrt(((one - other) ** 2).mean()))


model, truth = predicted(seed=0), test.ravel()
yesterday = close[len(train) - 1 : -1].ravel()
print("day    truth     LSTM   off by")
for t in range(40, 52):
    off = model[t] - truth[t]
    print(f"{t + 1:3} {truth[t]:8.2f} {model[t]:8.2f} {off:8.2f}")
ours = rmse(model, truth)
miss = ours / truth.mean()
print(f"root mean square error over {len(truth)} days: {ours:.2f} dollars,")
print(f"which is {miss:.1%} of the mean price")
assert miss < 0.015

# %% tags=["ask"]
naive = rmse(yesterday, truth)
ask(
    f"Its root mean square error is {ours:.2f} dollars, {miss:.1%} of the "
    "mean price. Is that good?",
    [
        f"yes: {1 - miss:.1%} right",
        "it beats one who says tomorrow = today",
        "one who says tomorrow = today does better",
    ],
    answer=[False, ours < naive, naive < ours].index(True),
    because=f"Tomorrow = today has {naive:.2f} dollars. Prices move little "
    "from day to day; a small error alone says nothing.",
)

# %% [markdown]
# ## The error, by hand
#
# The root mean square error, RMSE, is the root of the mean of the
# squares. Three days, off by 1, -2 and 2 dollars:
#
#     (1 + 4 + 4) / 3 = 3,   root of 3 = 1.73 dollars
#
# The rival is called **persistence**: what is, stays. It has no weights
# and was trained on nothing. Over these {len(truth)} days:
#
#     LSTM          {ours:.2f} dollars
#     persistence   {naive:.2f} dollars

# %% tags=["ask"]
nearer = rmse(model, yesterday)
ask(
    "The LSTM's prediction for a day: which number is it nearest to, over "
    "all test days?",
    [
        "the price of that day, which it predicts",
        "the price of the day before",
    ],
    answer=[ours < nearer, nearer < ours].index(True),
    because=f"It is {nearer:.2f} dollars from the day before, and "
    f"{ours:.2f} from the day that it predicts. It has learned to say "
    "nearly what it has just read.",
)


# %% the same twelve days: the plot's secret is a shift of one day
ours, nearer = rmse(model, truth), rmse(model, yesterday)
print("day   day before     LSTM    truth")
for t in range(40, 52):
    print(f"{t + 1:3} {yesterday[t]:12.2f} {model[t]:8.2f} {truth[t]:8.2f}")
print(f"LSTM to the day before {nearer:.2f}, to the truth {ours:.2f}")
assert nearer < 0.6 * ours

# %% one seed says little: five
naive = rmse(yesterday, truth)
errors = [ours, *(rmse(predicted(seed), truth) for seed in range(1, 5))]
print("RMSE of five seeds:", "  ".join(f"{each:.2f}" for each in errors))
wins = sum(each < naive for each in errors)
print(f"persistence: {naive:.2f}. The LSTM wins with {wins} of 5 seeds")
assert wins == 0

# %% tags=["ask"]
from lstm_viz import run

raw = close[:60]
trace = run("lstm", "pytorch", raw, hidden=32)
gates = np.concatenate([trace[gate] for gate in "ifo"])
share = float(((gates > 0.1) & (gates < 0.9)).mean())
ask(
    f"Raw prices of about {raw.mean():.0f} go into an LSTM as it begins. How "
    "many of its gates are between 0.1 and 0.9?",
    ["almost none", "about half", "almost all, as with scaled prices"],
    answer=[share < 0.1, 0.3 < share < 0.7, share > 0.9].index(True),
    because=f"{share:.0%}. A weight of 0.1 times {raw.mean():.0f} is "
    f"{0.1 * raw.mean():.0f}, and σ of that is 1.000: the gate is shut or "
    "open, whatever the price does.",
)

# %% the slope of a gate is f * (1 - f)
from lstm_viz import run

print("prices   gates between 0.1 and 0.9   mean slope")
slopes = {}
for name, prices in ("raw", close[:60]), ("scaled", scaler(close[:60])):
    trace = run("lstm", "pytorch", prices, hidden=32)
    gates = np.concatenate([trace[gate] for gate in "ifo"])
    part = ((gates > 0.1) & (gates < 0.9)).mean()
    slopes[name] = (gates * (1 - gates)).mean()
    print(f"{name:8} {part:25.0%} {slopes[name]:12.3f}")
    assert part < 0.1 if name == "raw" else part > 0.9
assert slopes["raw"] < 0.1 * slopes["scaled"]

# %% the tutorial's own way: raw prices, one sequence, rate 0.1
year, after = close[:242], close[1:243]
layers = [recurrent(LSTM, 32, sequences=True), dense(1)]
tutorial = Model(build(layers, inputs=1, seed=0), "mse", rate=0.1)


def gradients() -> dict[str, np.ndarray]:
    record = tutorial.network.run(year)
    off = record.outputs - after
    back = tutorial.network.backpropagate(record, 2 * off / len(off))
    return back.weights


# %% the loss falls
seen = {}
print("update        loss")
for update in range(61):
    if update in (0, 1, 2, 20, 40, 60):
        seen[update] = gradients()
    loss, _ = tutorial.update(year[:, None], after[:, None])
    if update in seen:
        print(f"{update:6} {loss:11.0f}")

# %% tags=["ask"]
of_lstm, of_dense = (
    {
        at: sum((v**2).sum() for name, v in found.items() if kind in name)
        ** 0.5
        for at, found in seen.items()
    }
    for kind in ("lstm", "dense")
)
late = 20, 40, 60
blind = all(of_lstm[at] < 1e-6 * of_dense[at] for at in late)
ask(
    "The loss still falls from update 20 to update 60. What is it that learns "
    "there?",
    ["the LSTM", "only the dense layer after it", "both"],
    answer=[max(of_dense.values()) == 0, blind, not blind].index(True),
    because=f"At update 20 the LSTM's gradient is {of_lstm[20]:.0e}, the dense "
    f"layer's {of_dense[20]:.0f}. In the first updates the LSTM moved, too: "
    f"its gradient was {of_lstm[0]:.0f} at update 0. Now nearly all gates are "
    "open or shut, and h is the same for every price.",
)
assert of_lstm[0] > 1


# %% the lengths of the two gradients
def length(slopes, layer) -> float:
    parts = [g for name, g in slopes.items() if name.startswith(layer)]
    return sum((part**2).sum() for part in parts) ** 0.5


print("update        LSTM   dense layer")
for update, slopes in seen.items():
    of_lstm, of_dense = (length(slopes, k) for k in ("lstm", "dense"))
    print(f"{update:6} {of_lstm:11.1e} {of_dense:13.1e}")

# %% one h for all days
trace = tutorial.network.run(year).traces["lstm"]
h, gates = trace["h"], np.concatenate([trace[gate] for gate in "ifo"])
between = ((gates > 0.1) & (gates < 0.9)).mean()
print(f"gates between 0.1 and 0.9: {between:.1%}")
change = np.ptp(h[100:], axis=0).max()
print(f"largest change of h from day 101 to day {len(h)}: {change:.0e}")
assert change < 1e-6
assert between < 0.05

# %% the program: a tutorial as written, and one with its rival tags=["live"]
# $ lstm-viz train csi300 --as-written --epochs 100
# $ lstm-viz train bitcoin --epochs 2

# %% the sentence
remember(
    "A forecast is as good as its margin over tomorrow = today; on these "
    "prices the LSTM has none, and says nearly what it read last.",
    holds=naive < ours and nearer < ours and wins == 0,
)

# %% [markdown]
# ## To take home
#
# 1. Take a series of your own. What does persistence get?
# 2. Which series would an LSTM win on? Try
#    `lstm-viz train damped-sine`, and say why.
# 3. A tutorial reports 98 % accuracy on prices. What do you ask first?
#
# Source: five public tutorials, run again; R. Hyndman & G. Athanasopoulos,
# *Forecasting: Principles and Practice*, 2021.
