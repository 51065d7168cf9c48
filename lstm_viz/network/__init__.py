"""Layers one behind the other, run and gone back through: `Network`, and what it is made of."""

from lstm_viz.network.layers import Activation, Dense, Dropout, Embedding, Last, Masking
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import Direction, Recurrent

__all__ = [
    "Activation",
    "Dense",
    "Direction",
    "Dropout",
    "Embedding",
    "Last",
    "Masking",
    "Network",
    "Recurrent",
]
