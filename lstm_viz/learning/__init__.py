"""Training: networks that learn, the tasks that they learn, and the recipes of five tutorials.

from lstm_viz import LSTM
from lstm_viz.learning import Model, build, dense, recurrent

network = build([recurrent(LSTM, 20), dense(1)], inputs=1, seed=0)
model = Model(network, loss="mse", optimiser="adam")
history = model.fit(inputs, targets, epochs=10, batch=32)      # (N, T, 1), (N, 1)
print(model.summary()), model.evaluate(inputs, targets), model.predict(inputs)
"""

from lstm_viz.learning.clipping import Clipping
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.learning.history import EarlyStop, History, Progress
from lstm_viz.learning.model import Model
from lstm_viz.learning.optimisers import optimiser
from lstm_viz.learning.scalers import MinMaxScaler, StandardScaler, split, windows
from lstm_viz.network.build import activation, build, dense, dropout, embedding, last, recurrent

__all__ = [
    "Clipping",
    "DivergedError",
    "EarlyStop",
    "History",
    "MinMaxScaler",
    "Model",
    "Progress",
    "StandardScaler",
    "activation",
    "build",
    "dense",
    "dropout",
    "embedding",
    "last",
    "optimiser",
    "recurrent",
    "split",
    "windows",
]
