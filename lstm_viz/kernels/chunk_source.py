"""Trees as NumPy source that evaluates them over all steps of a chunk at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lstm_viz.equations.tree import Call, Name, Number, Operation, Tree, walk
from lstm_viz.kernels.emit import Binder, steps_source
from lstm_viz.kernels.instructions import Ref
from lstm_viz.kernels.nodes import Adjoint
from lstm_viz.kernels.system import STATIC, expand
from lstm_viz.kernels.ufuncs import call_of, call_source

# Where what a name stands for is recorded; None: nowhere, it is known before the sequence.
Place = Callable[[Name], Ref | None]


class ChunkSource:
    """Source that evaluates trees over the steps t0 … t1 − 1 at once, into views and registers."""

    def __init__(self, binder: Binder, longest: int, place: Place) -> None:
        self.binder, self.longest, self.place = binder, longest, place
        self.lines: list[str] = []
        self._views: dict[str, str] = {}
        self._kept: dict[Name, str] = {}

    @property
    def body(self) -> str:
        """The lines as those of a function."""
        return "".join(f"    {line}\n" for line in self.lines)

    def view(self, ref: Ref) -> str:
        """A local name for the view of a block over the chunk."""
        span = self.binder.arenas[ref.arena].span([ref.block])
        return self.span_view(ref.arena, span, ref.later)

    def span_view(self, arena: str, span: str, later: int = 0) -> str:
        """The same of neighbouring blocks."""
        return self._local(steps_source(arena, span, later))

    def register(self, letter: str, number: int | str) -> str:
        """A scratch array as long as the chunk."""
        b = self.binder
        shape = (self.longest, b.rows(letter), *b.tail)
        whole = b.bind(("register", shape, number), "r", lambda machine: machine.empty(shape))
        return self._local(f"{whole}[:t1 - t0]")

    def _local(self, source: str) -> str:
        if source not in self._views:
            self._views[source] = f"w{len(self._views)}"
            self.lines.append(f"{self._views[source]} = {source}")
        return self._views[source]

    def keep(self, name: Name, tree: Tree, letter: str, place: Ref | None = None) -> None:
        """Evaluate a tree that several others use, into a block or a register of its own."""
        target = self.view(place) if place else self.register(letter, name.name)
        self.emit(tree, target, letter)
        self._kept[name] = target

    def leaf(self, tree: Tree, letter: str) -> str | None:
        """The source of what needs no evaluation."""
        if isinstance(tree, Number):
            return self.binder.number(tree.value)
        if isinstance(tree, Name) and tree in self._kept:
            return self._kept[tree]
        if isinstance(tree, Name) and (ref := self.place(tree)):
            return self.view(ref)
        return self.binder.static([tree], [letter], False) if self._is_static(tree) else None

    def _is_static(self, tree: Tree) -> bool:
        names = [each for each in walk(tree) if isinstance(each, Name)]
        time = self.binder.system.time
        return all(not isinstance(n, Adjoint) and time.get(n.name) == STATIC for n in names)

    def emit(self, tree: Tree, dest: str, letter: str, depth: int = 0) -> None:
        """Lines that put the value of a tree into `dest`, which no part of the tree reads."""
        if (source := self.leaf(tree, letter)) is not None:
            self.lines.append(f"copyto({dest}, {source})")
            return
        match tree:
            case Operation("@", matrix, vector):
                self._matmul(matrix, vector, dest)
            case _ if call := call_of(tree):
                self._apply(*call, dest, letter, depth)
            case Call():
                self.emit(expand(tree), dest, letter, depth)
            case _:
                raise TypeError(f"cannot emit {tree!r}")

    def _apply(self, ufunc: str, parts: Sequence[Tree], dest: str, letter: str, depth: int) -> None:
        sources, used = [], False
        for part in parts:
            source = self.leaf(part, letter)
            if source is None:
                # the first part that needs work may use the destination, the others need registers
                source = self.register(letter, depth) if used else dest
                self.emit(part, source, letter, depth + used)
                used = True
            sources.append(source)
        self.lines.append(call_source(ufunc, sources, dest))

    def _matmul(self, matrix: Tree, vector: Tree, dest: str) -> None:
        source = self.leaf(vector, "")
        assert source is not None, "the vector of a product has a name"
        self.lines.append(self.binder.matmul_line([matrix], source, dest))
