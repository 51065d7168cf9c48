"""The numbers of `lstm-viz gradients` as JSON, CSV or arrays; docs/json.md says which are where."""

from __future__ import annotations

from collections.abc import Collection
from typing import IO, Any

import numpy as np

import lstm_viz
from lstm_viz import measures
from lstm_viz.commands.export import write_columns
from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows


def as_data(flows: GradientFlows, parts: Collection[str] = (), unit: int = 0) -> dict[str, Any]:
    """All of it as plain dictionaries, lists and numbers; `parts` are those that were asked for."""
    return {
        "version": lstm_viz.__version__,
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
        "half_life": measures.half_life(flow.left),
        "verdict": measures.verdict(flow.left),
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
    found: dict[str, np.ndarray] = {}
    if "ledger" in parts:
        found["ledger"] = measures.ledger_norms(flow.gradients)[flow.state]
    if "routes" in parts:
        sizes = measures.route_sizes(flow.trace, flow.state)
        found |= {f"routes/{route}": norms for route, norms in sizes.norms.items()}
        found["routes/total"] = sizes.total
    if "spectrum" in parts:
        spectrum = measures.spectrum(flow.trace)
        with np.errstate(divide="ignore"):
            found["spectrum/log"] = np.log(spectrum.values) + spectrum.scale[:, None]
        found |= {"spectrum/lags": spectrum.lags, "spectrum/rank": spectrum.rank}
        found["spectrum/lyapunov"] = measures.lyapunov(flow.trace)
        if (bound := measures.bound(flow.trace)) is not None:
            found["spectrum/log_bound"] = bound.over(spectrum.lags)
    if "memory" in parts and flow.state in measures.linear_states(flow.cell):
        found["memory"] = measures.memory_shares(flow.trace, flow.state)[..., unit]
    if "gates" in parts:
        for name, each in measures.gate_statistics(flow.trace).items():
            found |= {f"gates/{name} {k}": getattr(each, k) for k in ("left", "right", "mean")}
            found[f"gates/{name} counts"] = each.counts
            if each.half_life is not None:
                found[f"gates/{name} half-life"] = each.half_life
    return found


def write_csv(file: IO[str], flows: GradientFlows) -> None:
    """A row a step: `step`, and the norms of each flow, `lstm` or `lstm[0]`, `lstm[1]` by seed."""
    columns = {}
    for flow in flows.flows:
        many = len(flow.profiles) > 1
        for k, profile in enumerate(flow.profiles):
            columns[flow.name + (f"[{k}]" if many else "")] = profile.tolist()
    write_columns(file, columns)


def write_npz(
    file: IO[bytes], flows: GradientFlows, parts: Collection[str] = (), unit: int = 0
) -> None:
    """Arrays by name: `lstm/norms` (seeds, T), and `lstm/ledger`, `lstm/routes/…` if asked for."""
    found: dict[str, Any] = {}
    for flow in flows.flows:
        found[f"{flow.name}/norms"] = flow.profiles
        for name, array in arrays_of(flow, parts, unit).items():
            found[f"{flow.name}/{name}"] = array
    np.savez(file, **found)
