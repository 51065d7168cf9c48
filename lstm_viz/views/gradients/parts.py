"""One flow, looked at closely: its ledger, routes, spectrum, memory and gates.

Each is a picture with its words, of a flow, on a screen of so many columns, for one unit.
"""

from __future__ import annotations

from collections.abc import Callable

from lstm_viz.experiments.gradient_flow import GradientFlow
from lstm_viz.pictures.kinds import Stack
from lstm_viz.views.gradients.ledger import ledger
from lstm_viz.views.gradients.memory import gates, memory
from lstm_viz.views.gradients.routes import routes
from lstm_viz.views.gradients.spectrum import spectrum

PARTS: dict[str, Callable[[GradientFlow, int, int], Stack]] = {
    "ledger": ledger,
    "routes": routes,
    "spectrum": spectrum,
    "memory": memory,
    "gates": gates,
}
