"""The views of `lstm-viz step`: a run looked at step by step, forward and back."""
