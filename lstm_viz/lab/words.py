"""What is said of an option is said of an argument, where it is Python that asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from lstm_viz.validation.errors import InputError, OptionError

ARGUMENTS = {"input": "inputs"}  # those that are not called as their options


@contextmanager
def in_python() -> Iterator[None]:
    """`--forget-bias: …` becomes `forget_bias: …`, whatever kind of wrong input it is."""
    try:
        yield
    except InputError as error:
        if type(error) not in (InputError, OptionError):
            raise
        raise InputError(re.sub(r"--([a-z][a-z-]*)", _argument, str(error))) from None


def _argument(option: re.Match[str]) -> str:
    return ARGUMENTS.get(option[1], option[1].replace("-", "_"))
