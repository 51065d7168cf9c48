"""What can be measured on a run and its gradients: exact, for every cell, computed when asked for.

norms(gradients, "h")             ‖∂L/∂h_t‖ at each step
ledger(gradients)["c"]            ∂L_{t'}/∂c_t, every loss time × every step
jacobians(trace)                  ∂(all states)_t/∂(all states)_{t−1}
all_pairs(trace)                  ‖∂h_t/∂h_k‖ for all pairs of steps
route_sizes(trace, "c")           by which edges the memory acts on the next
memory_shares(trace, "c")         what is left in c_t of what each step wrote
"""

from __future__ import annotations

from lstm_viz.measures.all_pairs import all_pairs
from lstm_viz.measures.gate_statistics import Standing, standing
from lstm_viz.measures.jacobians import blocks, jacobians
from lstm_viz.measures.ledger import ledger, ledger_norms
from lstm_viz.measures.memory_shares import (
    GateStatistics,
    gate_statistics,
    gates,
    half_lives,
    keeping,
    kept_and_written,
    last_shares,
    linear_states,
    memory_shares,
)
from lstm_viz.measures.norms import VERDICTS, half_life, norms, ratio, relative, verdict
from lstm_viz.measures.routes import (
    Route,
    RouteSizes,
    came_from,
    cut,
    find_routes,
    into,
    route_sizes,
    routes,
    split,
)
from lstm_viz.measures.spectrum import (
    Bound,
    Spectrum,
    bound,
    effective_rank,
    lyapunov,
    singular_values,
    spectral_radius,
    spectrum,
)

__all__ = [
    "VERDICTS", "Bound", "GateStatistics", "Route", "RouteSizes", "Spectrum", "Standing",
    "all_pairs", "blocks", "bound", "came_from", "cut", "effective_rank", "find_routes",
    "gate_statistics", "gates", "half_life", "half_lives", "into", "jacobians", "keeping",
    "kept_and_written", "last_shares", "ledger", "ledger_norms", "linear_states", "lyapunov",
    "memory_shares", "norms", "ratio", "relative", "route_sizes", "routes", "singular_values",
    "spectral_radius", "spectrum", "split", "standing", "verdict",
]  # fmt: skip
