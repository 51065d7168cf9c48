"""What is wrong with what was given, said in one line."""


class InputError(ValueError):
    """Data, weights or a file that cannot be used: what, where, and the way out."""


class OptionError(InputError):
    """An option's value that does not go with the others, or that names nothing."""
