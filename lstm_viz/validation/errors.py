"""What is wrong with what was given, said in one line."""


class InputError(ValueError):
    """Data, weights or a file that cannot be used: what, where, and the way out."""
