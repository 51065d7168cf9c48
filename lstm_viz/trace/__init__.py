"""A run and its gradients, recorded: every quantity at every step, forward and back."""

from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.trace.run import backpropagate, run

__all__ = ["Gradients", "Trace", "backpropagate", "run"]
