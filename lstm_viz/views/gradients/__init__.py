"""The views of `lstm-viz gradients`, one file a view."""
