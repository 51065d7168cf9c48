"""One flow, looked at closely: its ledger, routes, spectrum, memory and gates.

Each is a picture with its words, of a flow, on a screen of so many columns, for one unit.
"""

from __future__ import annotations

from collections.abc import Callable

from lstm_viz.flows import Flow
from lstm_viz.pictures import Stack
from lstm_viz.views.gradients_ledger import ledger
from lstm_viz.views.gradients_memory import gates, memory
from lstm_viz.views.gradients_routes import routes
from lstm_viz.views.gradients_spectrum import spectrum

PARTS: dict[str, Callable[[Flow, int, int], Stack]] = {
    "ledger": ledger,
    "routes": routes,
    "spectrum": spectrum,
    "memory": memory,
    "gates": gates,
}
