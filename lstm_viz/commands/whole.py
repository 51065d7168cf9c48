"""Numbers that are counted: whole, and within bounds that are said as a person says them."""

from __future__ import annotations

from typing import Any

import click
from click.types import IntParamType

from lstm_viz.validation.names import short


class Whole(IntParamType):
    """A whole number from `least` to `most`; help texts say the bounds that a user meets."""

    def __init__(self, least: int, most: int | None = None) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number, or a line that says which bound it is beyond."""
        number: int = super().convert(value, param, ctx)
        if number < self.least:
            self.fail(f"{short(str(number))} is less than {self.least:,}", param, ctx)
        if self.most is not None and number > self.most:
            self.fail(f"{short(str(number))} is more than {self.most:,}", param, ctx)
        return number
