"""Files of PyTorch: a state_dict in `.pt` or `.pth`."""
