"""Sequences that a cell reads: by name, typed, from a table, from arrays, from text."""

from lstm_viz.inputs.sequence import Sequence

__all__ = ["Sequence"]
