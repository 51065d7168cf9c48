"""The views of `lstm-viz gradients`: the sweep, and parts that look at a flow closely, a file each.

A file in this folder is a part if it says of itself

    NAME = "ledger"        # its option is --ledger; so it is called in JSON, CSV and arrays
    KEY = "l"              # its key on the screen
    OPTION_HELP = "Every step's loss by every step before, apart."

    def picture(flow, look): ...    # what is drawn, a Stack
    def table(flow, unit): ...      # its numbers, name → array; "" where there is one alone

The option, its key, the documentation and every way out follow. With `LOSS = "all"` the loss looks
at every step unless one is asked for, with `TOGETHER = True` the picture is of all flows, and
`frames(flows, look)` is its film. Only what is asked for is imported: `--help` needs no NumPy.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lstm_viz.pictures.language import ENGLISH, Language

if TYPE_CHECKING:
    import numpy as np

    from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows
    from lstm_viz.pictures.kinds import Stack


@dataclass(frozen=True)
class Look:
    """How a part is looked at: on how many columns, for which unit, in which language."""

    width: int = 80
    unit: int = 0
    say: Language = ENGLISH


@dataclass(frozen=True)
class Part:
    """What a part says of itself, and the way to its pictures and numbers."""

    file: str
    name: str
    key: str
    help: str
    loss: str | None
    together: bool
    moves: bool

    @property
    def _module(self) -> Any:
        return import_module(f"{__name__}.{self.file}")

    def pictures(self, flows: GradientFlows, look: Look) -> Iterator[Stack]:
        """One of each flow, or one of all together."""
        for each in (flows,) if self.together else flows.flows:
            yield self._module.picture(each, look)

    def closely(self, flows: GradientFlows, which: int, look: Look) -> Stack:
        """One flow's picture (or that of all together), from the loss that the part is about."""
        flow = flows.flows[which]
        of: Any = flows if self.together else flow.everywhere if self.loss == "all" else flow
        picture: Stack = self._module.picture(of, look)
        return picture

    def frames(self, flows: GradientFlows, look: Look) -> Iterator[Stack]:
        """Its film, where it `moves`."""
        frames: Iterator[Stack] = self._module.frames(flows, look)
        return frames

    def table(self, flow: GradientFlow, unit: int = 0) -> dict[str, np.ndarray]:
        """Its numbers: `ledger`, or `routes/c_prev:c`, `routes/total` where there are several."""
        found = self._module.table(flow, unit)
        return {f"{self.name}/{name}" if name else self.name: found[name] for name in found}


def _part(file: Path) -> Part | None:
    """What a file says of itself, read without importing it; None where it is no part."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    said: dict[str, Any] = {
        target.id: each.value.value
        for each in body
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    if not {"NAME", "KEY", "OPTION_HELP"} <= said.keys():
        return None
    moves = any(isinstance(each, ast.FunctionDef) and each.name == "frames" for each in body)
    about = said["NAME"], said["KEY"], said["OPTION_HELP"]
    return Part(file.stem, *about, said.get("LOSS"), said.get("TOGETHER", False), moves)


PARTS: dict[str, Part] = {
    part.name: part for file in sorted(Path(__file__).parent.glob("*.py")) if (part := _part(file))
}
