"""The equations of the loop into instructions on blocks."""

from __future__ import annotations

from typing import Any

from lstm_viz.equations.tree import (
    Call,
    Name,
    Number,
    Operation,
    Tree,
    names_in,
    plus,
    terms,
    times,
)
from lstm_viz.kernels.instructions import Instruction, Letters, Operand, Ref, Static
from lstm_viz.kernels.nodes import Diagonal
from lstm_viz.kernels.options import PlanOptions
from lstm_viz.kernels.sigmoids import scales
from lstm_viz.kernels.system import EARLY, LATE, STATIC, System, expand, generated
from lstm_viz.kernels.ufuncs import call_of

HALF = Number(0.5)


class Lowering:
    """Instructions of one step; what of them is early; and the letters of the blocks they need."""

    def __init__(self, system: System, options: PlanOptions, letters: Letters) -> None:
        self.system, self.options, self.letters = system, options, letters
        self.instructions: list[Instruction] = []
        self.early: list[tuple[Ref, Tree, str]] = []  # what the inputs decide: where, what, letter
        self.scale, self.inverted = scales(system)
        self._done: dict[Tree, Operand] = {}
        for name in system.loop:
            self._equation(name)

    def _add(self, operation: str, out: Ref, *operands: Operand, letter: str) -> Ref:
        self.instructions.append(Instruction(operation, out, operands, (), letter))
        return out

    def _equation(self, name: str) -> None:
        s, out, tree = self.system, self.system.place(name), self.system.trees[name]
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
            place = s.place(vector)
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
        self.early.append((out, early, letter))
        self._accumulate(others, out, letter)

    def _peephole(self, term: Tree, letter: str) -> tuple[Ref, Any] | None:
        """`p * c_prev` as a diagonal matrix times a vector: for few units it costs no call."""
        s = self.system
        match term:
            case Operation("*", Name(one), Name(other)) if self.options.dense:
                for weight, vector in ((one, other), (other, one)):
                    if weight in s.parameters and vector in s.previous:
                        alike = s.letter_of(Name(weight)) == s.letter[vector] == letter
                        return (s.place(vector), Diagonal(Name(weight))) if alike else None
        return None

    def _accumulate(self, others: list[tuple[float, Tree]], out: Ref, letter: str) -> None:
        for sign, term in others:
            operation = "add" if sign > 0 else "subtract"
            self._add(operation, out, out, self._lower(term, letter), letter=letter)

    def _lower_sigmoid(self, inside: Tree, out: Ref, letter: str) -> None:
        if not self.system.sigmoid_by_tanh:
            self._add("multiply", out, self._lower(inside, letter), -1.0, letter=letter)
            self._add("exp", out, out, letter=letter)
            self._add("add", out, out, 1.0, letter=letter)
            self._add("reciprocal", out, out, letter=letter)
            return
        if isinstance(inside, Name) and out.block in self.inverted:
            self._add("exp", out, self.system.place(inside.name), letter=letter)
            self._add("add", out, out, 1.0, letter=letter)
            return
        of = self._lower(inside, letter)
        halved = isinstance(inside, Name) and inside.name in self.scale
        half = of if halved else self._add("multiply", out, of, 0.5, letter=letter)
        self._add("tanh", out, half, letter=letter)
        self._add("multiply", out, out, 0.5, letter=letter)
        negative = (of, -2.0 if halved else -1.0)
        self.instructions.append(Instruction("add", out, (out, 0.5), (), letter, negative))

    def _into(self, tree: Tree, out: Ref, letter: str) -> None:
        found = self._lower(tree, letter, out)
        if found != out:
            self._add("positive", out, found, letter=letter)

    def _lower(self, tree: Tree, letter: str, out: Ref | None = None) -> Operand:
        s = self.system
        if isinstance(tree, Number):
            return tree.value
        if isinstance(tree, Name):
            return Static(tree) if tree.name in s.parameters else s.place(tree.name)
        if s.time_of(tree) == STATIC:
            return Static(tree)
        if tree in self._done:
            return self._done[tree]
        letter = s.letter_of(tree) or letter
        if s.time_of(tree) == EARLY:
            block = Ref("A", generated(len(self.letters), "early"))
            self.letters["A", block.block] = letter
            self.early.append((block, tree, letter))
            self._done[tree] = block
            return block
        target = out or Ref("S", generated(len(self.letters), "scratch"))
        if out is None:
            self.letters["S", target.block] = letter
        self._lower_into(tree, target, letter)
        self._done[tree] = target
        return target

    def _lower_into(self, tree: Tree, out: Ref, letter: str) -> None:
        match tree:
            case Operation("*", Name(gate), other) if gate in self.inverted:
                by = self.system.place(gate)
                self._add("divide", out, self._lower(other, letter), by, letter=letter)
            case Operation("*", other, Name(gate)) if gate in self.inverted:
                self._lower_into(Operation("*", Name(gate), other), out, letter)
            case _ if call := call_of(tree):
                operands = [self._lower(each, letter) for each in call[1]]
                self._add(call[0], out, *operands, letter=letter)
            case Call():
                self._into(expand(tree), out, letter)


def _halved(term: Tree, system: System) -> Tree:
    """½ · term, the half put onto a parameter where there is one."""
    match term:
        case Operation("*", left, right):
            if all(each in system.parameters for each in names_in(left)):
                return Operation("*", Operation("*", HALF, left), right)
            if all(each in system.parameters for each in names_in(right)):
                return Operation("*", left, Operation("*", HALF, right))
    return Operation("*", HALF, term)
