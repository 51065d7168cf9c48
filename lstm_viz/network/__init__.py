"""Layers in sequence, run and gone back through: `Network`, and what it is made of."""

from lstm_viz.network.heads import Flatten, Maximum, Mean, Step
from lstm_viz.network.layers import Activation, Dense, Dropout, Embedding, Last, Masking
from lstm_viz.network.network import Network
from lstm_viz.network.recurrent import Direction, Recurrent

__all__ = [
    "Activation",
    "Dense",
    "Direction",
    "Dropout",
    "Embedding",
    "Flatten",
    "Last",
    "Masking",
    "Maximum",
    "Mean",
    "Network",
    "Recurrent",
    "Step",
]
