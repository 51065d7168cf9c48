"""Forward through time: what the inputs alone decide is computed for all steps of a chunk at once,
what depends on the past step by step, and what nothing carries on afterwards, all at once again."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from lstm_viz.equations.tree import (
    Call,
    Name,
    Negative,
    Number,
    Operation,
    Tree,
    children,
    names_in,
    plus,
    terms,
    times,
    walk,
)
from lstm_viz.kernels.emit import Binder
from lstm_viz.kernels.instructions import Instruction, Operand, Pack, Ref, Static, schedule
from lstm_viz.kernels.layout import arrange
from lstm_viz.kernels.machine import Diagonal
from lstm_viz.kernels.system import EARLY, LATE, STATIC, System, expand
from lstm_viz.kernels.ufuncs import DIRECT, UFUNCS

HALF = Number(0.5)


class ForwardPlan:
    """The instructions of one step, packed and arranged; made once a cell, for all sizes."""

    def __init__(self, system: System, dense: bool = False, lean: bool = False) -> None:
        self.system, self.dense = system, dense
        self.letters: dict[tuple[str, str], str] = {("A", "x"): system.letter["x"], ("A", "1"): "1"}
        for name in (*system.previous, *system.trees):
            if name not in system.states:
                self.letters["A", name] = system.letter[name]
        self.early = [(n, t) for n, t in system.trees.items() if system.time[n] != LATE]
        self.late = [
            (n, t)
            for n, t in system.trees.items()
            if system.time[n] == LATE and n not in system.carried
        ]
        self.instructions: list[Instruction] = []
        self._done: dict[Tree, Ref] = {}
        self.scale = {name: 0.5 for name in system.loop if self._is_for_one_sigmoid(name)}
        self.inverted = self._inverted()  # of these gates the loop keeps the inverse: 1 + exp(-sum)
        self.scale |= {names_in(system.trees[gate])[0]: -1.0 for gate in self.inverted}
        for name in system.loop:
            self._lower_equation(name)
        self.packs, self.orders = arrange(schedule(self.instructions), self.letters)
        self.restored = [
            *self._in_place("reciprocal", self.inverted),
            *(self._in_place("multiply", self._scaled_by(-1.0), -1.0) if not lean else ()),
            *(self._in_place("multiply", self._scaled_by(0.5), 2.0) if not lean else ()),
        ]

    def _scaled_by(self, scale: float) -> set[str]:
        return {name for name, its in self.scale.items() if its == scale}

    def _in_place(self, operation: str, blocks: set[str], *numbers: float) -> list[Pack]:
        """The operation on each of the blocks, neighbours in one call."""
        place = {block: k for k, block in enumerate(self.orders.get("A", ()))}
        runs: list[list[str]] = []
        for block in sorted(blocks, key=place.__getitem__):
            if runs and place[runs[-1][-1]] + 1 == place[block]:
                runs[-1].append(block)
            else:
                runs.append([block])
        return [
            Pack(
                [
                    Instruction(operation, ref, (ref, *numbers), (), self.letters["A", ref.block])
                    for ref in (Ref("A", block) for block in run)
                ],
                [False] * len(run),
            )
            for run in runs
        ]

    def place(self, name: str) -> Ref:
        """Where a name is recorded: a state in the next step's block of what comes in."""
        return Ref("A", name + "_prev", 1) if name in self.system.states else Ref("A", name)

    def _is_for_one_sigmoid(self, name: str) -> bool:
        """Whether a sum is only ever read by one sigmoid: in the loop it may be kept scaled."""
        s = self.system
        whole = s.sum_of(name)
        if (
            not s.sigmoid_by_tanh
            or name in s.states
            or whole is None
            or all(s.time[v] != LATE for _, _, v in whole.products)
        ):
            return False
        readers = [t for n in s.loop for t in walk(s.trees[n]) if t == Name(name)]
        return len(readers) == 1 and any(
            s.trees[n] == Call("sigmoid", (Name(name),)) for n in s.loop
        )

    def _inverted(self) -> set[str]:
        """Late gates that only multiply one thing: it is divided by 1 + exp(-sum), a call less.

        A gate is late where it waits for another (an output gate with a peephole), or is alone;
        the others share their calls as tanh.
        """
        trees = {name: self.system.trees[name] for name in self.system.loop}
        gates = {
            name: tree.arguments[0]
            for name, tree in trees.items()
            if isinstance(tree, Call)
            and tree.function == "sigmoid"
            and name not in self.system.states
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
            scaled = isinstance(inside, Name) and inside.name in self.scale
            if late and scaled and [getattr(each, "operator", "") for each in readers] == ["*"]:
                found.add(gate)
        return found

    # ---------------------------------------------------------------- an equation into instructions

    def _add(self, operation: str, out: Ref, *operands: Operand, letter: str) -> Ref:
        self.instructions.append(Instruction(operation, out, operands, (), letter))
        return out

    def _lower_equation(self, name: str) -> None:
        s, out, tree = self.system, self.place(name), self.system.trees[name]
        letter, whole = s.letter[name], s.sum_of(name)
        if whole is not None and any(s.time[v] == LATE for _, _, v in whole.products):
            self._lower_sum(name, out, letter)
        elif whole is not None:
            self._lower_early_sum(name, out, letter)
        elif isinstance(tree, Call) and tree.function == "sigmoid":
            self._lower_sigmoid(tree.arguments[0], out, letter)
        else:
            self._into(tree, out, letter)

    def _lower_sum(self, name: str, out: Ref, letter: str) -> None:
        s, whole = self.system, self.system.sum_of(name)
        assert whole is not None
        scale = self.scale.get(name, 1.0)
        factors: dict[Operand, Tree] = {}
        for sign, matrix, vector in whole.products:
            place = self.place(vector)
            factor = times(Number(scale * sign), Name(matrix))
            factors[place] = plus(factors[place], factor) if place in factors else factor
        others = []
        for sign, term in whole.rest:
            if all(each in s.parameters for each in names_in(term)):
                one, factor = Ref("A", "1"), times(Number(scale * sign), term)
                factors[one] = plus(factors[one], factor) if one in factors else factor
            elif (peephole := self._peephole(term, letter)) and peephole[0] not in factors:
                factors[peephole[0]] = times(Number(scale * sign), peephole[1])
            else:
                half = abs(scale) == 0.5
                others.append((sign if scale > 0 else -sign, _halved(term, s) if half else term))
        self.instructions.append(
            Instruction("product", out, tuple(factors), tuple(factors.values()), letter)
        )
        self._accumulate(others, out, letter)

    def _lower_early_sum(self, name: str, out: Ref, letter: str) -> None:
        """The early terms are put into the block beforehand, the late ones added step by step."""
        s = self.system
        early: Tree = Number(0.0)
        others = []
        for sign, term in terms(s.trees[name]):
            if s.time_of(term) == LATE:
                others.append((sign, term))
            else:
                early = plus(early, term) if sign > 0 else Operation("-", early, term)
        self.early.append((name, early))
        self._accumulate(others, out, letter)

    def _peephole(self, term: Tree, letter: str) -> tuple[Ref, Any] | None:
        """`p * c_prev` as a diagonal matrix times a vector: for few units it costs no call."""
        s = self.system
        match term:
            case Operation("*", Name(one), Name(other)) if self.dense:
                for weight, vector in ((one, other), (other, one)):
                    if weight in s.parameters and vector in s.previous:
                        alike = s.letter_of(Name(weight)) == s.letter[vector] == letter
                        return (self.place(vector), Diagonal(Name(weight))) if alike else None
        return None

    def _accumulate(self, others: list[tuple[float, Tree]], out: Ref, letter: str) -> None:
        for sign, term in others:
            self._add(
                "add" if sign > 0 else "subtract",
                out,
                out,
                self._lower(term, letter),
                letter=letter,
            )

    def _lower_sigmoid(self, inside: Tree, out: Ref, letter: str) -> None:
        if not self.system.sigmoid_by_tanh:
            self._add("multiply", out, self._lower(inside, letter), -1.0, letter=letter)
            self._add("exp", out, out, letter=letter)
            self._add("add", out, out, 1.0, letter=letter)
            self._add("reciprocal", out, out, letter=letter)
            return
        source: Operand
        if isinstance(inside, Name) and out.block in self.inverted:
            self._add("exp", out, self.place(inside.name), letter=letter)
            self._add("add", out, out, 1.0, letter=letter)
            return
        if isinstance(inside, Name) and inside.name in self.scale:
            source = self.place(inside.name)
        else:
            source = self._add("multiply", out, self._lower(inside, letter), 0.5, letter=letter)
        self._add("tanh", out, source, letter=letter)
        self._add("multiply", out, out, 0.5, letter=letter)
        self._add("add", out, out, 0.5, letter=letter)

    def _into(self, tree: Tree, out: Ref, letter: str) -> None:
        found = self._lower(tree, letter, out)
        if found != out:
            self._add("positive", out, found, letter=letter)

    def _lower(self, tree: Tree, letter: str, out: Ref | None = None) -> Operand:
        s = self.system
        if isinstance(tree, Number):
            return tree.value
        if isinstance(tree, Name):
            return Static(tree) if tree.name in s.parameters else self.place(tree.name)
        if s.time_of(tree) == STATIC:
            return Static(tree)
        if tree in self._done:
            return self._done[tree]
        letter = s.letter_of(tree) or letter
        if s.time_of(tree) == EARLY:
            block = Ref("A", f"_early{len(self.letters)}")
            self.letters["A", block.block] = letter
            self.early.append((block.block, tree))
            self._done[tree] = block
            return block
        target = out or Ref("S", f"_s{len(self.letters)}")
        if out is None:
            self.letters["S", target.block] = letter
        self._lower_into(tree, target, letter)
        self._done[tree] = target
        return target

    def _lower_into(self, tree: Tree, out: Ref, letter: str) -> None:
        match tree:
            case Negative(of):
                self._add("multiply", out, self._lower(of, letter), -1.0, letter=letter)
            case Operation("**", left, Number(2.0)):
                self._add("square", out, self._lower(left, letter), letter=letter)
            case Operation("*", Name(gate), other) if gate in self.inverted:
                by = self.place(gate)
                self._add("divide", out, self._lower(other, letter), by, letter=letter)
            case Operation("*", other, Name(gate)) if gate in self.inverted:
                self._lower_into(Operation("*", Name(gate), other), out, letter)
            case Operation(operator, left, right):
                a, b = self._lower(left, letter), self._lower(right, letter)
                self._add(UFUNCS[operator], out, a, b, letter=letter)
            case Call("step", (inside,)):
                self._add("heaviside", out, self._lower(inside, letter), 0.0, letter=letter)
            case Call(function, arguments) if function in DIRECT:
                self._add(
                    DIRECT[function],
                    out,
                    *(self._lower(a, letter) for a in arguments),
                    letter=letter,
                )
            case Call():
                inner = expand(tree)
                assert inner is not None
                self._into(inner, out, letter)

    # ---------------------------------------------------------------- source

    def source(self, b: Binder, longest: int) -> str:
        """The generated `go(A, t0, t1)` that fills the steps t0 … t1 − 1 of the arena A."""
        before, after = b.chunk(longest), b.chunk(longest)
        for chunk in (before, after):
            chunk.local = _Places(
                chunk,
                self.place,
                set(self.system.trees) | {"x", *self.system.previous},
                self.letters,
            )
        for name, tree in self.early:
            ref = Ref("A", name) if ("A", name) in self.letters else self.place(name)
            before.emit(
                tree, before.view(ref), self.system.letter.get(name) or self.letters["A", name]
            )
        for pack in () if b.batch else self.restored:
            view = after.span_view("A", b.arenas["A"].span([m.out.block for m in pack.members]))
            operands = ", ".join([view, *map(repr, pack.members[0].operands[1:])])
            after.lines.append(f"{pack.members[0].operation}({operands}, out={view})")
        for name, tree in self.late:
            after.emit(tree, after.view(self.place(name)), self.system.letter[name])
        parts = ["".join(f"    {line}\n" for line in chunk.lines) for chunk in (before, after)]
        # many sequences: while the rows are still in the nearest cache
        step = b.step_source([*self.packs, *(self.restored if b.batch else ())], False)
        return f"def go(A, t0, t1):\n{parts[0]}{step}{parts[1]}    return\n"


class _Places(dict[str, str]):
    """Names of trees as views of the recorded arena, made when they are first asked for."""

    def __init__(self, chunk, place, known, letters) -> None:  # type: ignore[no-untyped-def]
        super().__init__()
        self.chunk, self.place, self.known = chunk, place, known
        self.known |= {block for arena, block in letters if arena == "A"}

    def __contains__(self, name: object) -> bool:
        return name in self.known

    def __getitem__(self, name: str) -> str:
        return str(self.chunk.view(self.place(name)))


def _halved(term: Tree, system: System) -> Tree:
    """½ · term, the half put onto a parameter where there is one."""
    match term:
        case Operation("*", left, right):
            if all(each in system.parameters for each in names_in(left)):
                return Operation("*", Operation("*", HALF, left), right)
            if all(each in system.parameters for each in names_in(right)):
                return Operation("*", left, Operation("*", HALF, right))
    return Operation("*", HALF, term)


@lru_cache(maxsize=256)
def forward_plan(system: System, dense: bool = False, lean: bool = False) -> ForwardPlan:
    """The plan of a cell, made once; `dense`: diagonal matrices may go into its products.

    `lean` leaves sums scaled that only one sigmoid reads.
    """
    return ForwardPlan(system, dense, lean)
