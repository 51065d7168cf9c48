"""Backward through time.

Going back is linear: each edge is adjoint × slope, and a slope holds recorded values only. So the
slopes along every elementwise path between the quantities at the core (states, vectors and rows of
recurrent products) are contracted to one coefficient each, all steps of a chunk at once, before the
loop. Inside the loop stands only what lies on the recurrent cycle; every other gradient follows
after it, all steps at once again.
"""

from __future__ import annotations

from functools import lru_cache

from lstm_viz.equations.tree import (
    ONE,
    PREVIOUS,
    ZERO,
    Name,
    Negative,
    Number,
    Operation,
    Transposed,
    Tree,
    plus,
    times,
)
from lstm_viz.kernels.instructions import Instruction, Letters, Operand, Ref, schedule
from lstm_viz.kernels.layout import arrange
from lstm_viz.kernels.options import PlanOptions
from lstm_viz.kernels.system import System, generated


def later(state: str) -> Ref:
    """What comes in from the step after, by a state."""
    return Ref("D", state + PREVIOUS, 1)


class BackwardPlan:
    """What going back does, for a set of quantities by which the loss is given at any step."""

    def __init__(self, system: System, given: frozenset[str], options: PlanOptions) -> None:
        self.system, self.given, self.options = system, given, options
        s = system
        self.inner = (*s.loop, *(n for n in s.states if n not in s.loop))
        self.outer = [name for name in reversed(s.trees) if name not in s.carried]
        self.active = self._active()
        self.outside = tuple(
            n for n in (*s.loop, *s.previous) if n in given or self._outer_terms(n)
        )
        loop = set(s.loop)
        late = loop | set(s.previous)
        self.rows = tuple(
            n for n in s.loop if (w := s.sum_of(n)) and any(v in late for _, _, v in w.products)
        )
        vectors = {v for n in self.rows for _, _, v in s.sum_of(n).products if v in loop}  # type: ignore[union-attr]
        self.sources = [
            n for n in reversed(s.loop) if n in vectors or n in s.states or n in self.outside
        ]
        self.letters: Letters = {}
        self.instructions: list[Instruction] = []
        self.adjoint: dict[str, Ref] = {}
        self.temporaries: list[tuple[Name, Tree, str]] = []  # name, tree, letter
        self.coefficients: list[tuple[str, Tree, str]] = []  # block, tree, letter
        self._parts: dict[str, list[Ref]] = {}
        for name in s.previous:
            self._block(name, s.letter[name])
        for name in self.sources:
            self._source(name)
        for name in self.rows:
            self._total(name)
        for name in s.previous:
            self._incoming(name)
            self._total(name)
        if options.batched and self._x_goes_with_a_state():
            self._incoming("x")
            self.adjoint["x"] = Ref("D", "x")
        self._place_the_rest()
        self.packs, self.orders = arrange(schedule(self.instructions), self.letters)

    # ---------------------------------------------------------------- before the loop

    def _active(self) -> set[str]:
        found: set[str] = set()
        for name in self.outer:
            if name in self.given or any(user in found for user in self._users(name)):
                found.add(name)
        return found

    def _users(self, name: str) -> list[str]:
        s = self.system
        return [u for u, _ in s.users.get(name, [])] + [u for u, _, _ in s.products.get(name, [])]

    def is_idle(self, name: str) -> bool:
        """Whether a name before the loop has no gradient: the loss does not depend on it."""
        return name in self.outer and name not in self.active

    def _outer_terms(self, name: str) -> bool:
        return any(
            user in self.active for user in self._users(name) if user not in self.system.carried
        )

    # ---------------------------------------------------------------- the loop

    def _block(self, block: str, letter: str, arena: str = "D") -> Ref:
        self.letters[arena, block] = letter
        return Ref(arena, block)

    def _incoming(self, vector: str) -> None:
        """What matrix products of a vector send back to it."""
        s = self.system
        products = [(u, sign, m) for u, sign, m in s.products.get(vector, []) if u in self.rows]
        if not products:
            return
        factors: dict[Operand, Tree] = {}
        for user, sign, matrix in products:
            place = self._total(user)
            factor: Tree = Transposed(Name(matrix))
            factor = factor if sign > 0 else Negative(factor)
            factors[place] = Operation("+", factors[place], factor) if place in factors else factor
        letter = s.letter[vector]
        free = not self._parts.get(vector) and vector not in self.outside and vector not in s.states
        out = self._block(vector, letter) if free else self._block(vector, letter, "S")
        self.instructions.append(
            Instruction("product", out, tuple(factors), tuple(factors.values()), letter)
        )
        self._parts.setdefault(vector, []).append(out)

    def _total(self, name: str) -> Ref:
        """The adjoint of a quantity out of its parts, summed where there are several."""
        if name in self.adjoint:
            return self.adjoint[name]
        s, parts = self.system, self._parts.get(name, [])
        letter, own = s.letter[name], Ref("D", name)
        previous = name in s.previous
        if name in self.outside:
            self._block(name, letter)
            for part in parts:
                self._add("add", own, own, part, letter=letter)
        elif len(parts) == 1 and (not previous or parts[0] == own):
            self.adjoint[name] = parts[0]
            return parts[0]
        elif parts:
            self._block(name, letter)
            first, *others = sorted(parts, key=lambda ref: ref != own)
            if not others:
                self._add("positive", own, first, letter=letter)
            for k, part in enumerate(others):
                self._add("add", own, own if k else first, part, letter=letter)
        else:
            self._block(name, letter)
            self.coefficients.append((name, ZERO, letter))
        self.adjoint[name] = own
        return own

    def _add(self, operation: str, out: Ref, *operands: Operand, letter: str) -> None:
        self.instructions.append(Instruction(operation, out, operands, (), letter))

    def _source(self, name: str) -> None:
        s = self.system
        if name in s.states:
            self._parts.setdefault(name, []).append(later(name))
        self._incoming(name)
        total = self._total(name)
        for sink, tree in self._contracted(name).items():
            parts = self._parts.setdefault(sink, [])
            if tree == ONE:
                parts.append(total)
                continue
            free = sink not in self.outside and Ref("D", sink) not in parts
            letter = s.letter[sink]
            block = self._block(sink if free else f"{name} to {sink}", letter)
            self.coefficients.append((block.block, tree, letter))
            self._add("multiply", block, block, total, letter=letter)
            parts.append(block)

    def _contracted(self, source: str) -> dict[str, Tree]:
        """Sink → the coefficient of all elementwise paths to it that meet no other source."""
        s = self.system
        found: dict[str, Tree] = {source: ONE}
        sinks: dict[str, Tree] = {}
        inner = set(s.loop) | set(s.previous)
        for name in (*reversed(s.loop), *s.previous):
            if name not in found:
                continue
            tree = found[name]
            if name != source and (name in self.sources or name in s.previous or name in self.rows):
                sinks[name] = tree
            if name in s.previous or (name != source and name in self.sources):
                continue
            onward = {n: slope for n, slope in s.slopes(name).items() if n in inner}
            if len(onward) + (name in sinks) > 1 and not isinstance(tree, Name | Number):
                temporary = Name(generated(len(self.temporaries), "kept"))
                self.temporaries.append((temporary, tree, s.letter[name]))
                tree = temporary
                if name in sinks:
                    sinks[name] = tree
            for each, slope in onward.items():
                found[each] = plus(found.get(each, ZERO), times(tree, slope))
        return sinks

    # ---------------------------------------------------------------- after the loop

    def _place_the_rest(self) -> None:
        """A block for each other gradient that is asked for, or that a product needs."""
        s = self.system
        self.after: list[str] = []
        for name in reversed(s.trees):
            if name in self.adjoint:
                continue
            shown = name in s.cell.names and not self.options.lean
            if shown or s.sum_of(name) or s.products.get(name) or name in self.given:
                self.adjoint[name] = self._block(name, s.letter[name])
                if name in s.carried:
                    self.after.append(name)
        self.before = [n for n in self.outer if n in self.adjoint]
        if "x" not in self.adjoint:
            self.adjoint["x"] = self._block("x", s.letter["x"])
            self.after.append("x")

    def _x_goes_with_a_state(self) -> bool:
        """Whether ∂x is made of just the rows that some state's past is made of: one product then.

        It pays for many sequences; for one, a product over all steps is faster.
        """
        s = self.system

        def users(name: str) -> set[str]:
            return {user for user, _, _ in s.products.get(name, [])}

        alone = users("x") and users("x") <= set(self.rows) and not s.users.get("x")
        return bool(alone) and any(users(name) == users("x") for name in s.previous)

    def place(self, name: str) -> Ref:
        """Where the adjoint of a name stands; a state's may be what comes in from the next step."""
        return self.adjoint.get(name, later(name))


@lru_cache(maxsize=512)
def backward_plan(system: System, given: frozenset[str], options: PlanOptions) -> BackwardPlan:
    """The plan for a cell and for what the loss is given by, made once."""
    return BackwardPlan(system, given, options)
