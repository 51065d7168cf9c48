"""Training: networks that learn, the tasks that they learn, and the recipes of five tutorials.

from lstm_viz import LSTM
from lstm_viz.learning import Model, build, dense, recurrent

network = build([recurrent(LSTM, 20), dense(1)], inputs=1, seed=0)
model = Model(network, loss="mse", optimiser="adam")
history = model.fit(inputs, targets, epochs=10, batch=32)      # (N, T, 1), (N, 1)
print(model.summary()), model.evaluate(inputs, targets), model.predict(inputs)

run(Settings("adding", forget_bias="chrono")).updates           # one run of a task
for result in sweep(grid(Settings("parity"), ["rnn", "lstm"], seeds=5)): …
"""

from lstm_viz.inputs.datasets import load as load_data
from lstm_viz.learning.clipping import Clipping
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.learning.history import EarlyStop, History, Progress
from lstm_viz.learning.model import Model
from lstm_viz.learning.optimisers import optimiser
from lstm_viz.learning.scalers import MinMaxScaler, StandardScaler, split, windows
from lstm_viz.learning.tasks import TASKS, find_task
from lstm_viz.learning.tasks.settings import TaskSettings as Settings
from lstm_viz.learning.tasks.sweeps import Sweep, grid, sweep
from lstm_viz.learning.tasks.training import run
from lstm_viz.network.build import activation, build, dense, dropout, embedding, last, recurrent

__all__ = [
    "TASKS",
    "Clipping",
    "DivergedError",
    "EarlyStop",
    "History",
    "MinMaxScaler",
    "Model",
    "Progress",
    "Settings",
    "StandardScaler",
    "Sweep",
    "activation",
    "build",
    "dense",
    "dropout",
    "embedding",
    "find_task",
    "grid",
    "last",
    "load_data",
    "optimiser",
    "recurrent",
    "run",
    "split",
    "sweep",
    "windows",
]
