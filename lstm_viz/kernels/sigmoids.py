"""How a step's sigmoids share calls: σ(v) = ½ + ½ tanh(v/2), one tanh for all gates."""

from __future__ import annotations

from lstm_viz.equations.tree import Call, Name, children, names_in, walk
from lstm_viz.kernels.system import LATE, System


def scales(system: System) -> tuple[dict[str, float], set[str]]:
    """By what each sum is scaled as long as the loop runs, and the gates kept as inverses.

    A sum that one sigmoid reads is kept halved, v/2; where the gate is kept as its inverse,
    1 + exp(-v), it is kept negative.
    """
    scale = {name: 0.5 for name in system.loop if _is_for_one_sigmoid(system, name)}
    inverted = _inverted(system, scale)
    return scale | {names_in(system.trees[gate])[0]: -1.0 for gate in inverted}, inverted


def _is_for_one_sigmoid(s: System, name: str) -> bool:
    whole = s.sum_of(name)
    if not s.sigmoid_by_tanh or name in s.states or whole is None:
        return False
    if all(s.time[v] != LATE for _, _, v in whole.products):
        return False
    readers = [t for n in s.loop for t in walk(s.trees[n]) if t == Name(name)]
    return len(readers) == 1 and any(s.trees[n] == Call("sigmoid", (Name(name),)) for n in s.loop)


def _inverted(s: System, scale: dict[str, float]) -> set[str]:
    """Late gates that only multiply one thing: it is divided by 1 + exp(-sum), a call less.

    A gate is late where it waits for another (an output gate with a peephole), or is alone; the
    others share their calls as tanh.
    """
    trees = {name: s.trees[name] for name in s.loop}
    gates = {
        name: tree.arguments[0]
        for name, tree in trees.items()
        if isinstance(tree, Call) and tree.function == "sigmoid" and name not in s.states
    }
    before: dict[str, set[str]] = {}
    for name, tree in trees.items():
        used = set(names_in(tree)) & trees.keys()
        before[name] = used.union(*(before[each] for each in used))
    every = [each for tree in trees.values() for each in walk(tree)]
    found = set()
    for gate, inside in gates.items():
        readers = [each for each in every if Name(gate) in children(each)]
        late = before[gate] & gates.keys() or len(gates) == 1
        scaled = isinstance(inside, Name) and inside.name in scale
        if late and scaled and [getattr(each, "operator", "") for each in readers] == ["*"]:
            found.add(gate)
    return found
