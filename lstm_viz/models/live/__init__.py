"""Live modules of PyTorch and Keras as networks, compared with what they give; neither framework
is imported here."""
