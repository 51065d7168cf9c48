"""From what was asked for to a run: the cell or the model, its input, its loss."""
