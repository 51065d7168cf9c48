"""The backward pass as NumPy source: coefficients, the loop over steps, and all other gradients."""

from __future__ import annotations

from lstm_viz.equations.tree import ZERO, Name, Negative, Operation, Transposed, Tree, plus, times
from lstm_viz.kernels.backward import BackwardPlan, later
from lstm_viz.kernels.chunk_source import ChunkSource
from lstm_viz.kernels.emit import Binder
from lstm_viz.kernels.instructions import Ref
from lstm_viz.kernels.nodes import Adjoint

Product = tuple[str, float, str]  # of a vector: the quantity that it feeds, the sign, the matrix


def backward_source(plan: BackwardPlan, b: Binder, longest: int) -> str:
    """The generated `go(A, D, t0, t1, totals)`; gradients of vectors are added to totals."""
    before, after = _Gradients(plan, b, longest), _Gradients(plan, b, longest)
    for name in plan.before:
        before.add(name, name in plan.given)
    for name in plan.outside:
        before.add(name, True, only_outer=True)
    before.coefficients()
    for name in plan.after:
        after.add(name, name in plan.given)
    for name, shape in plan.system.parameters.items():
        if len(shape) == 1 and name not in plan.system.biases:
            after.add_vector(name)
    step = b.step_source(plan.packs, backwards=True)
    return f"def go(A, D, t0, t1, totals):\n{before.body}{step}{after.body}    return\n"


class _Gradients(ChunkSource):
    """Source that makes gradients over all steps of a chunk."""

    def __init__(self, plan: BackwardPlan, binder: Binder, longest: int) -> None:
        super().__init__(binder, longest, self._where)
        self.plan = plan

    def _where(self, name: Name) -> Ref | None:
        if isinstance(name, Adjoint):
            return later(name.name) if name.later else self.plan.adjoint[name.name]
        return self.plan.system.recorded(name)

    def coefficients(self) -> None:
        """What the loop multiplies adjoints by; some that several use are made once before."""
        plan = self.plan
        # a temporary that is a coefficient itself is made in that one's place
        kept: set[Tree] = {name for name, _, _ in plan.temporaries}
        place = {tree: Ref("D", block) for block, tree, _ in reversed(plan.coefficients)}
        for name, tree, letter in plan.temporaries:
            self.keep(name, tree, letter, place.get(name))
        for block, tree, letter in plan.coefficients:
            if place[tree].block != block or tree not in kept:
                self.emit(tree, self.view(Ref("D", block)), letter)

    def add(self, name: str, filled: bool, only_outer: bool = False) -> None:
        """The gradient of a name, put into its block or (`filled`) added to what is there."""
        plan, s = self.plan, self.plan.system
        inside = s.carried if only_outer else frozenset[str]()
        tree = self._elementwise(name, inside)
        if name in s.states and not only_outer:
            tree = plus(tree, Adjoint(name, later=True))
        products = [
            product
            for product in s.products.get(name, [])
            if product[0] not in inside and not plan.is_idle(product[0])
        ]
        if tree != ZERO or not (products or filled):
            target = self._target(name, "sum", filled)
            self.emit(tree, target, s.letter[name])
            self._put(name, target)
            filled = True
        for run in self.binder.arenas["D"].runs(products, lambda p: plan.adjoint[p[0]]):
            target = self._target(name, "product", filled)
            self._product(run, target)
            self._put(name, target)
            filled = True

    def _elementwise(self, name: str, but: frozenset[str] = frozenset()) -> Tree:
        """∂name out of the adjoints of what uses it outside of products."""
        found: Tree = ZERO
        for user, slope in self.plan.system.users.get(name, []):
            if user not in but:
                found = plus(found, times(self._adjoint_of(user), slope))
        return found

    def _adjoint_of(self, name: str) -> Tree:
        if name not in self.plan.adjoint:
            return self._elementwise(name)
        return ZERO if self.plan.is_idle(name) else Adjoint(name)

    def _target(self, name: str, what: str, filled: bool) -> str:
        own = self.view(Ref("D", name))
        return self.register(self.plan.system.letter[name], what) if filled else own

    def _put(self, name: str, target: str) -> None:
        if (own := self.view(Ref("D", name))) != target:
            self.lines.append(f"add({own}, {target}, {own})")

    def _product(self, run: list[Product], dest: str) -> None:
        blocks = [self.plan.adjoint[user] for user, _, _ in run]
        span = self.binder.arenas["D"].span([ref.block for ref in blocks])
        source = self.span_view("D", span, blocks[0].later)
        turned = [(sign, Transposed(Name(matrix))) for _, sign, matrix in run]
        trees = [tree if sign > 0 else Negative(tree) for sign, tree in turned]
        self.lines.append(self.binder.matmul_line(trees, source, dest))

    def add_vector(self, name: str) -> None:
        """The gradient of a vector parameter: summed over the chunk's steps (and the batch)."""
        tree = self._elementwise(name)
        if tree == ZERO:
            return
        letter = self.plan.system.letter_of(Name(name))
        match tree:
            case Operation("*", Name() as left, Name() as right) if self._varies(left, right):
                a, b = self.leaf(left, letter), self.leaf(right, letter)
                sums = "trb,trb->r" if self.binder.batch else "tr,tr->r"
                self.lines.append(f"totals[{name!r}] += einsum({sums!r}, {a}, {b})")
                return
        source = self.leaf(tree, letter) if isinstance(tree, Name) else None
        if source is None:
            source = self.register(letter, "vector")
            self.emit(tree, source, letter)
        axis = "(0, 2)" if self.binder.batch else "0"
        self.lines.append(f"totals[{name!r}] += {source}.sum(axis={axis})")

    def _varies(self, *names: Name) -> bool:
        """Whether each has a value of its own at each step."""
        return all(self.place(name) for name in names)
