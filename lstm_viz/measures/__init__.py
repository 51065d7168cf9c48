"""What can be measured on a run and its gradients: exact, for every cell, computed when asked for.

norms(gradients, "h")             ‖∂L/∂h_t‖ at each step
ledger(gradients)["c"]            ∂L_{t'}/∂c_t, every loss time × every step
jacobians(trace)                  ∂(all states)_t/∂(all states)_{t−1}
all_pairs(trace)                  ‖∂h_t/∂h_k‖ for all pairs of steps
route_sizes(trace, "c")           by which edges the memory acts on the next
decided_by(trace, "f", 0, 4)      what moved a gate across one half
case_of(bug_of("1"))              one of twelve public bugs: where it first goes wrong
memory_shares(trace, "c")         what is left in c_t of what each step wrote
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lstm_viz.measures.all_pairs import all_pairs
from lstm_viz.measures.causes import decided_by, without
from lstm_viz.measures.gate_statistics import (
    GateStatistics,
    Standing,
    gate_statistics,
    standing,
    stands,
)
from lstm_viz.measures.jacobians import blocks, jacobians
from lstm_viz.measures.ledger import Reach, ledger, ledger_norms, reach
from lstm_viz.measures.memory_shares import (
    MemoryLedger,
    first_written,
    goes_on_alone,
    in_spans,
    kept_and_written,
    last_shares,
    linear_states,
    memory_shares,
    most_erased,
    normalised,
    passed_on,
    recent,
)
from lstm_viz.measures.memory_shares import ledger as memory_ledger
from lstm_viz.measures.norms import (
    FAR,
    GONE,
    VERDICTS,
    Chain,
    Holding,
    chain,
    end,
    fade,
    half_life,
    holding,
    is_far,
    mean_ratio,
    norms,
    not_finite_since,
    over_units,
    ratio,
    relative,
    verdict,
    verdict_of,
    verdict_told,
)
from lstm_viz.measures.products import (
    DOUBTFUL,
    Products,
    parts,
    products,
    settled,
    settled_steps,
    settled_weights,
)
from lstm_viz.measures.routes import (
    Route,
    RouteSizes,
    arrives,
    came_from,
    cut,
    find_routes,
    into,
    route_sizes,
    routes,
    split,
)
from lstm_viz.measures.routes import shares as route_shares
from lstm_viz.measures.spectrum import (
    HELD,
    Bound,
    Rate,
    Spectrum,
    bound,
    effective_rank,
    grown,
    held,
    lyapunov,
    rate,
    singular_values,
    spectral_radius,
    spectrum,
)
from lstm_viz.measures.truncation import Truncation, truncated, truncation
from lstm_viz.measures.worked import SPELLED_OUT, Worked, added_up, complement, worked

if TYPE_CHECKING:
    from lstm_viz.measures.bug_cases import Case as BugCase
    from lstm_viz.measures.bug_cases import case_of, complex_step, scored
    from lstm_viz.measures.bugs import BUGS, Bug, bug_of

_BUGS = {
    "BUGS": "bugs.BUGS",
    "Bug": "bugs.Bug",
    "BugCase": "bug_cases.Case",
    "bug_of": "bugs.bug_of",
    "case_of": "bug_cases.case_of",
    "complex_step": "bug_cases.complex_step",
    "scored": "bug_cases.scored",
}

__all__ = [
    "BUGS", "DOUBTFUL", "FAR", "GONE", "HELD", "SPELLED_OUT", "VERDICTS", "Bound", "Bug", "BugCase",
    "Chain",
    "GateStatistics", "Holding", "MemoryLedger", "Products", "Rate", "Reach", "Route", "RouteSizes",
    "Spectrum", "Standing", "Truncation", "Worked", "added_up", "all_pairs", "arrives", "blocks",
    "bound", "bug_of", "came_from", "case_of", "chain", "complement", "complex_step", "cut",
    "decided_by", "effective_rank", "end", "fade", "find_routes", "first_written",
    "gate_statistics", "goes_on_alone", "grown", "half_life", "held", "holding", "in_spans", "into",
    "is_far", "jacobians", "kept_and_written", "last_shares", "ledger", "ledger_norms",
    "linear_states", "lyapunov", "mean_ratio", "memory_ledger", "memory_shares", "most_erased",
    "normalised", "norms", "not_finite_since", "over_units", "parts", "passed_on", "products",
    "rate", "ratio", "reach", "recent", "relative", "route_shares", "route_sizes", "routes",
    "scored", "settled", "settled_steps", "settled_weights", "singular_values", "spectral_radius",
    "spectrum", "split", "standing", "stands", "truncated", "truncation", "verdict", "verdict_of",
    "verdict_told", "without", "worked",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """The bugs are read when they are first asked for: no picture needs them."""
    if name not in _BUGS:
        raise AttributeError(f"module 'lstm_viz.measures' has no attribute {name!r}")
    module, _, own = _BUGS[name].partition(".")
    return getattr(import_module(f"lstm_viz.measures.{module}"), own)
