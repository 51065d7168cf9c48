"""Where the weights of a cell come from: presets worth telling, and how training begins."""
