"""The numbers of `lstm-viz gradients` as JSON, CSV or arrays; docs/json.md says which are where."""

from __future__ import annotations

from collections.abc import Collection
from typing import IO, Any

import numpy as np

from lstm_viz import measures
from lstm_viz.commands.export import finite, tell_not_finite, write_columns
from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows
from lstm_viz.files.npz import write_arrays
from lstm_viz.models.native import FLOWS
from lstm_viz.network.saving import as_bytes, described_cell
from lstm_viz.version import __version__
from lstm_viz.views.gradients import PARTS


def as_data(flows: GradientFlows, parts: Collection[str] = (), unit: int = 0) -> dict[str, Any]:
    """All of it as plain dictionaries, lists and numbers; `parts` are those that were asked for."""
    return {
        "version": __version__,
        "steps": flows.steps,
        **dict(flows.facts),
        "flows": (_flow(flow, parts, unit) for flow in flows.flows),
    }


def _flow(flow: GradientFlow, parts: Collection[str], unit: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": flow.name,
        "cell": flow.cell.name,
        "setting": flow.setting,
        "state": flow.state,
        "norms": flow.profiles.tolist(),
        "left": flow.left.tolist(),
        "half_life": finite(float(measures.half_life(measures.fade(flow.arrived)))),
        "verdict": measures.verdict_told(flow.arrived),
    }
    for name, array in arrays_of(flow, parts, unit).items():
        head, _, tail = name.partition("/")
        entry = array.tolist()
        if tail:
            found.setdefault(head, {})[tail] = entry
        else:
            found[head] = entry
    return found


def arrays_of(flow: GradientFlow, parts: Collection[str], unit: int = 0) -> dict[str, np.ndarray]:
    """What was asked for beyond the norms, `part` or `part/name` → array."""
    return {key: array for part in parts for key, array in PARTS[part].table(flow, unit).items()}


def write_csv(
    file: IO[str], flows: GradientFlows, parts: Collection[str] = (), unit: int = 0
) -> None:
    """A row a step: `step`, and the norms of each flow, `lstm` or `lstm[0]`, `lstm[1]` by seed.

    With parts a row an entry of theirs: `row`, and `lstm/routes/total` or, where an entry holds
    several numbers, `lstm/ledger[0]`, `lstm/ledger[1]`; where an array has ended, nothing.
    """
    columns: dict[str, list[float]] = {}
    for flow in flows.flows:
        if not parts:
            many = len(flow.profiles) > 1
            columns |= _columns(flow.name, flow.profiles.T if many else flow.profiles[0])
        for name, array in arrays_of(flow, parts, unit).items():
            columns |= _columns(f"{flow.name}/{name}", array)
    write_columns(file, columns, "row" if parts else "step")


def _columns(name: str, array: np.ndarray) -> dict[str, list[float]]:
    """A column for an array of numbers; one for each place of an array of rows."""
    if array.ndim == 1:
        return {name: array.tolist()}
    return {f"{name}[{k}]": column.tolist() for k, column in enumerate(array.T)}


def write_npz(
    file: IO[bytes], flows: GradientFlows, parts: Collection[str] = (), unit: int = 0
) -> None:
    """Arrays by name: `lstm/norms` (seeds, T), and `lstm/ledger`, `lstm/routes/…` if asked for.

    The names and texts of the cells go along, as JSON.
    """
    cells = {flow.name: described_cell(flow.cell) for flow in flows.flows}
    found: dict[str, Any] = {FLOWS: as_bytes(cells)}
    for flow in flows.flows:
        found[f"{flow.name}/norms"] = flow.profiles
        for name, array in arrays_of(flow, parts, unit).items():
            found[f"{flow.name}/{name}"] = array
    write_arrays(file, found)
    tell_not_finite(found.values())
