"""The views of `lstm-viz gradients`: the sweep, and parts that look at a flow closely, a file each.

A file in this folder is a part if it says of itself

    NAME = "ledger"        # its option is --ledger; so it is called in JSON, CSV and arrays
    KEY = "l"              # its key on the screen
    OPTION_HELP = "∂(loss at t)/∂(state at k) for every pair t, k."

    def picture(flow, look): ...    # what is drawn, a Stack
    def table(flow, unit): ...      # its numbers, name → array; "" where there is one alone

The option, its key, the documentation and every way out follow. With `LOSS = "all"` the loss looks
at every step unless one is asked for. Only what is asked for is imported: `--help` needs no NumPy.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows
    from lstm_viz.pictures.kinds import Stack
    from lstm_viz.views.gradients.look import Look


@dataclass(frozen=True)
class Part:
    """What a part says of itself, and the way to its pictures and numbers."""

    file: str
    name: str
    key: str
    help: str
    loss: str | None

    @property
    def _module(self) -> Any:
        return import_module(f"{__name__}.{self.file}")

    def pictures(self, flows: GradientFlows, look: Look) -> Iterator[Stack]:
        """One of each flow, on the same scale."""
        from lstm_viz.pictures.alike import alike

        yield from alike([self._module.picture(each, look) for each in flows.flows])

    def closely(self, flows: GradientFlows, which: int, look: Look) -> Stack:
        """One flow's picture, from the loss that the part is about."""
        flow = flows.flows[which]
        of = flow.everywhere if self.loss == "all" else flow
        picture: Stack = self._module.picture(of, look)
        return picture

    def table(self, flow: GradientFlow, unit: int = 0) -> dict[str, np.ndarray]:
        """Its numbers: `ledger`, or `routes/c_prev:c`, `routes/total` where there are several."""
        found = self._module.table(flow, unit)
        return {f"{self.name}/{name}" if name else self.name: found[name] for name in found}


# Read by its lines: to parse all of these files would take as long as the rest of `--help`.
_SAID = re.compile(r"^(NAME|KEY|OPTION_HELP|LOSS) = (\(.*?^\)|.*?$)", re.M | re.S)


def _part(file: Path) -> Part | None:
    """What a file says of itself, read without importing it; None where it is no part."""
    text = file.read_text(encoding="utf-8")
    said: dict[str, Any] = {name: ast.literal_eval(value) for name, value in _SAID.findall(text)}
    if not {"NAME", "KEY", "OPTION_HELP"} <= said.keys():
        return None
    return Part(file.stem, said["NAME"], said["KEY"], said["OPTION_HELP"], said.get("LOSS"))


PARTS: dict[str, Part] = {
    part.name: part for file in sorted(Path(__file__).parent.glob("*.py")) if (part := _part(file))
}
