"""Routes: by which edges does a state reach back to the step before, and what if one is cut?

A route is an edge into a carried state. The LSTM's memory has four: straight, times f (`c` uses
`c_prev`), and through `h_prev` into the input gate, the forget gate and the candidate (`z_i`,
`z_f`, `z_g` use `h_prev`); its hidden state has a fifth, through the output gate.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from lstm_viz import kernels
from lstm_viz.equations.gates import split as kept_tree
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.tree import PREVIOUS, names_in
from lstm_viz.measures.jacobians import Adjoint, identity, known, one_sequence, sweep
from lstm_viz.measures.memory_shares import linear_states
from lstm_viz.measures.norms import scaled
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import nearest

CHUNK = 32 * 1024 * 1024  # bytes of one route's matrices at a time


@dataclass(frozen=True, order=True)
class Route:
    """The edge by which `source` uses `target`, a carried state: `z_f` uses `h_prev`."""

    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.target}:{self.source}"

    @property
    def state(self) -> str:
        """The state that it leads back to."""
        return self.target.removesuffix(PREVIOUS)

    @property
    def straight(self) -> bool:
        """Whether a state uses its own past by it, with nothing between."""
        return self.source == self.state


def routes(cell: Recurrence) -> tuple[Route, ...]:
    """All routes of a cell, the straight ones first, the rest in the order of the equations."""
    carried = {state + PREVIOUS for state in cell.states}
    order = {name: k for k, name in enumerate(cell.quantities)}
    found = [Route(edge.source, edge.target) for edge in cell.backward if edge.target in carried]
    return tuple(sorted(found, key=lambda r: (not r.straight, order[r.source], r.target)))


def find_routes(cell: Recurrence, asked: str) -> tuple[Route, ...]:
    """The routes that a word means: `h_prev:z_f` one, `z_f` all into it, `h_prev` all by it.

    Raises `InputError` where the cell has none, with what there is: also for a gate, which is no
    path but scales one, and has others into it.
    """
    known_routes = routes(cell)
    for way in (str, lambda r: r.source, lambda r: r.target):
        if found := tuple(route for route in known_routes if way(route) == asked):
            return found
    names = [str(route) for route in known_routes]
    about = [str(r) for r in known_routes if asked in (into(cell, r), *_scaling(cell, r))]
    if about:
        raise InputError(f"{asked} is not a path of {cell.name}: name {' or '.join(about)}")
    raise InputError(f"{cell.name} has no path {asked!r}: {nearest(asked, names)}")


def _scaling(cell: Recurrence, route: Route) -> set[str]:
    """What the past of a state is multiplied by on a straight route."""
    state = route.state
    linear = route.straight and state in linear_states(cell)
    return set(names_in(kept_tree(cell, state)[0])) if linear else set()


def into(cell: Recurrence, route: Route) -> str:
    """What a route goes into: the gate or candidate after a pre-activation, or the state."""
    users = [edge.source for edge in cell.backward if edge.target == route.source]
    return users[0] if route.source not in cell.states and len(users) == 1 else route.source


def arrives(cell: Recurrence, route: Route, at: str) -> str:
    """The state that a route leads to within the step: `at`, or else the first that it reaches.

    `c` for `z_f`, `h` for `z_o`; "" where it reaches none.
    """
    reached = [route.source]
    for name in reached:
        users = (edge.source for edge in cell.backward if edge.target == name)
        reached += [each for each in users if each not in reached]
    states = [name for name in reached if name in cell.states]
    return at if at in states else next(iter(states), "")


# ---------------------------------------------------------------------------- the Jacobian, split


def split(
    trace: Trace, of: str, by: str = "", steps: slice = slice(None)
) -> dict[Route, np.ndarray]:
    """∂of_t/∂by_{t−1} route by route: (T − 1, rows of `of`, rows of `by`) each, for t = 1 … T − 1.

    `of` and `by` (the same, unless given) are recorded quantities; `by` moves all that step t − 1
    computes from it, so the LSTM's memory also acts through the hidden state. The sum over the
    routes is the whole. Routes that carry nothing are left out. `steps` chooses among the T − 1.
    """
    one_sequence(trace, "a route")
    by, cell = by or of, trace.cell
    for name in (of, by):
        trace[name]
    first, last, _ = steps.indices(len(trace) - 1)
    now, before = known(trace, slice(first + 1, last + 1)), known(trace, slice(first, last))
    landed = sweep(cell, now, {of: identity(now, of)})[1]
    start = {state: {state: identity(before, state)} for state in cell.states}
    inside = {s: sweep(cell, before, start[s], land=False)[0].get(by) for s in cell.states}
    found = {}
    for route in routes(cell):
        reached, key = inside[route.state], (route.source, route.target)
        if key in landed and reached is not None:
            found[route] = landed[key].before(reached).jacobian()
    return found


@dataclass(frozen=True)
class RouteSizes:
    """How much each route carries from `by` at t − 1 to `of` at t, for t = 1 … T − 1.

    `norms` are spectral norms (T − 1,), `total` that of the sum; `units` the effect of each unit on
    itself (the diagonals, (T − 1, rows)), which add up to `unit_total`.
    """

    of: str
    by: str
    norms: dict[Route, np.ndarray]
    total: np.ndarray
    units: dict[Route, np.ndarray]
    unit_total: np.ndarray

    @property
    def typical(self) -> dict[Route, float]:
        """Each route's norm at the median step."""
        return {route: float(np.median(norm)) for route, norm in self.norms.items()}

    @property
    def typical_total(self) -> float:
        """The norm of the sum at the median step."""
        return float(np.median(self.total))

    @property
    def alone(self) -> float:
        """What the typical norms come to if no route works against another."""
        return sum(self.typical.values())


def route_sizes(trace: Trace, of: str, by: str = "") -> RouteSizes:
    """The sizes of all routes over the run, a stretch of steps at a time.

    The norm of the sum is at most the sum of the norms: routes can work against each other.
    """
    by = by or of
    rows, columns = trace[of].shape[-1], trace[by].shape[-1]
    each, count = max(1, CHUNK // (8 * rows * columns)), len(trace) - 1
    parts = []
    for first in range(0, count, each):
        pieces = split(trace, of, by, slice(first, min(count, first + each)))
        parts.append({route: _sizes(array) for route, array in pieces.items()})
        if pieces:
            parts[-1][None] = _sizes(sum(pieces.values(), np.zeros(())))  # type: ignore[index]
    keys = list(parts[0]) if parts else []
    norms = {key: np.concatenate([part[key][0] for part in parts]) for key in keys}
    units = {key: np.concatenate([part[key][1] for part in parts]) for key in keys}
    nothing = np.zeros(count), np.zeros((count, min(rows, columns)))
    total, unit_total = norms.pop(None, nothing[0]), units.pop(None, nothing[1])  # type: ignore[call-overload]
    return RouteSizes(of, by, norms, total, units, unit_total)


def _sizes(matrices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spectral norms, from the largest eigenvalue of M Mᵀ (faster than all singular values)."""
    largest = np.abs(matrices).max(axis=(1, 2))
    finite = np.isfinite(largest)
    scale = np.where(finite & (largest > 0), largest, 1.0)
    scaled = np.where(finite[:, None, None], matrices / scale[:, None, None], 0.0)
    squares = np.linalg.eigvalsh(scaled @ np.swapaxes(scaled, 1, 2))[:, -1]
    norms = np.sqrt(np.maximum(squares, 0.0)) * scale
    return np.where(finite, norms, np.inf), np.diagonal(matrices, axis1=1, axis2=2)


# ---------------------------------------------------------------------------- the gradient, split


def came_from(gradients: Gradients, name: str) -> dict[Route | str, np.ndarray]:
    """∂L/∂name_t by where it came from: each shaped as gradients[name], together its sum.

    A route says that step t + 1 sent it back by that edge; `"loss"` is what the loss of step t
    itself gave.
    """
    trace, cell = gradients.trace, gradients.cell
    one_sequence(trace, "where a gradient came from")
    total, steps = gradients[name], len(trace)
    values = known(trace)
    found: dict[Route | str, np.ndarray] = {}
    seeds = {q: Adjoint(g.reshape(steps, -1, 1)) for q, g in gradients._given.items()}
    if (own := sweep(cell, values, seeds, land=False)[0].get(name)) is not None:
        found["loss"] = own.array[..., 0]
    shares = {state: gradients.shares(state + PREVIOUS) for state in cell.states}
    for route in routes(cell):
        if route.source not in shares[route.state]:
            continue
        later = np.zeros((steps, trace[route.state].shape[-1], 1))
        later[:-1, :, 0] = shares[route.state][route.source][1:]
        reached = sweep(cell, values, {route.state: Adjoint(later)}, land=False)[0].get(name)
        if reached is not None:
            found[route] = reached.array[..., 0]
    return found or {"loss": np.zeros_like(total)}


def shares(gradients: Gradients, name: str) -> dict[Route | str, np.ndarray]:
    """What each route gives to ∂L/∂name_t, as a fraction of its square, (T,) each.

    part · whole / ‖whole‖²: they add up to 1 at each step, and to 0 where there is no gradient.
    Below zero stands a route that works against the rest.
    """
    whole, size = scaled(gradients[name])
    square = (whole**2).sum(axis=-1)
    over = np.where(square > 0, square, 1.0)
    parts = came_from(gradients, name)
    return {k: ((part / size[:, None]) * whole).sum(axis=-1) / over for k, part in parts.items()}


def cut(gradients: Gradients, without: str | Collection[Route | str]) -> Gradients:
    """The run's gradients with some routes cut: nothing goes back by these edges, at any step.

    A route may be named as `find_routes` reads it: "c_prev", "h_prev:z_f". The forward pass is as
    it was; the answer is a wrong gradient on purpose, to see what a route is worth. The cell of
    the answer and of its trace lacks the edges in `backward`, so that all measures are of it.
    """
    trace = gradients.trace
    asked = [without] if isinstance(without, str) else without
    each = [find_routes(gradients.cell, a) if isinstance(a, str) else (a,) for a in asked]
    cell = gradients.cell.without([(r.source, r.target) for found in each for r in found])
    stored, weights = kernels.edge_by_edge(cell, trace.recorded, gradients._given)
    ran = Trace(cell, trace.weights, trace.recorded, trace.batched, trace.counts)
    return Gradients(ran, gradients._given, stored, weights)
