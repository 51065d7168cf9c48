"""Which parts of a file run in sequence.

Keras, ONNX and our own files say it. A file of weights does not: plain is only the order of one
stack's layers. All else is asked for, or taken where there is only one way, and said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

from lstm_viz.models.parts import (
    DENSE,
    EMBEDDING,
    OTHER,
    RECURRENT,
    Part,
    embedding,
    last_step,
    refuse_widths,
)
from lstm_viz.validation.errors import InputError, OptionError

MOST = 6  # names in one sentence


@dataclass(frozen=True)
class Chain:
    """Parts that run in sequence, what was taken for granted, and what was left out.

    `shown` are the recurrent parts that were asked for by name, `left_out` the names of what may
    follow the last part and is not among them.
    """

    parts: list[Part]
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    shown: tuple[Part, ...] = ()

    @property
    def words(self) -> list[str]:
        """The parts by name, and what goes on between them."""
        return [word for part in self.parts for word in (part.name, part.hands_on) if word]


def readable(parts: list[Part], named: list[Part]) -> Chain:
    """All parts around the named one, or the first recurrent one, that are read without a gap."""
    place = parts.index(named[0]) if named else next(_places(parts))
    wrong = [k for k, p in enumerate(parts) if not p.readable]
    first = max((k for k in wrong if k < place), default=-1) + 1
    end = min((k for k in wrong if k > place), default=len(parts))
    notes = []
    if first:
        notes.append(f"{parts[first - 1].name} is not read: the inputs are what comes out of it")
    if end < len(parts):
        more = " and what follows are" if end + 1 < len(parts) else " is"
        notes.append(f"{parts[end].name} is not read: it{more} left out")
    left_out = tuple(p.name for p in parts[end:])
    return Chain(parts[first:end], tuple(notes), left_out, tuple(named))


def _places(parts: list[Part]) -> Iterator[int]:
    return (k for k, p in enumerate(parts) if p.role == RECURRENT)


@dataclass(frozen=True)
class Weights:
    """The parts of a file of weights; `ordered` as they were defined, else by name.

    `unsaid` says why what stands after what is not known.
    """

    path: str
    parts: list[Part]
    ordered: bool
    ignored: list[str]
    unsaid: str

    @property
    def groups(self) -> list[str]:
        """The recurrent layers and stacks."""
        return list(dict.fromkeys(p.group or p.name for p in self.parts if p.role == RECURRENT))

    def in_order(self, named: list[Part]) -> Chain:
        """What `--layer` lists, in sequence."""
        if named[-1].role != RECURRENT:
            raise OptionError(
                f"--layer ends with a recurrent layer: --head says that {named[-1].name} follows"
            )
        named = [_table(named[0], named[1]), *named[1:]]
        refuse_widths("--layer", [p for p in named if p.outputs is not None])
        recurrent = tuple(p for p in named if p.role == RECURRENT)
        left_out = tuple(name for name in self._others(named) if name != named[0].name)
        return Chain(named, (), left_out, recurrent)

    def around(self, named: list[Part], head: str | None) -> Chain:
        """The stack of the named layer, or the only one, with the embedding that is its own."""
        if not named and len(self.groups) > 1:
            raise self._which_layers()
        recurrent = [p for p in self.parts if p.role == RECURRENT]
        group = (named or recurrent)[0].group or (named or recurrent)[0].name
        stack = [p for p in recurrent if (p.group or p.name) == group]
        before, notes = self._before(stack[0], group, bool(named))
        chosen = [*before, *stack]
        if head is not None:
            notes += self._in_front_unsaid(stack[0], group, [*chosen, *self._called(head)])
            return Chain(chosen, tuple(notes), (), tuple(named))
        following, more = self._following(chosen)
        left_out = () if following else self._others(chosen)
        return Chain([*chosen, *following], (*notes, *more), left_out, tuple(named))

    def _which_layers(self) -> InputError:
        names, listed = self.groups, ", ".join(self.groups[:MOST])
        more = ", …" if len(names) > MOST else ""
        return InputError(
            f"{self.path}: which of its recurrent layers ({listed}{more}) comes after which is"
            f" unknown ({self.unsaid}): --layer {names[0]} runs one alone{self._two_that_fit()}"
        )

    def _two_that_fit(self) -> str:
        """The first two stacks of which one takes as many features as the other gives."""
        stacks = [
            [p for p in self.parts if p.role == RECURRENT and (p.group or p.name) == group]
            for group in self.groups
        ]
        for one, other in permutations(stacks, 2):
            if one[-1].outputs == other[0].inputs:
                names = ",".join(stack[0].group or stack[0].name for stack in (one, other))
                return f", --layer {names} runs them in this order"
        return ""

    # ------------------------------------------------------------------------ in front

    def _before(self, first: Part, group: str, asked: bool) -> tuple[list[Part], list[str]]:
        """The embedding that stands before a stack."""
        fitting = [p for p in self.parts if p.role == EMBEDDING and p.outputs == first.inputs]
        own = fitting
        if len(self.groups) > 1 or len(fitting) > 1:
            own = [p for p in fitting if self._kin(p) == [group]]
        if len(own) == 1:
            why = f"assumed to come before {first.name} ({self.unsaid})"
            return own, [f"{own[0].name}: {why}"]
        if not fitting:
            return [], []
        names = ", ".join(p.name for p in fitting)
        said = (
            f"which embedding ({names}) comes before {group} is unknown ({self.unsaid}): say it"
            f" with --layer {fitting[0].name},{group}"
        )
        if not asked:
            raise InputError(f"{self.path}: {said}; --layer {group} runs without one")
        return [], [f"{said}; none is used"]

    def _called(self, head: str) -> list[Part]:
        words = [word.strip() for word in head.split(",")]
        return [part for part in self.parts if part.name in words]

    def _in_front_unsaid(self, first: Part, group: str, used: list[Part]) -> list[str]:
        """What is neither run nor named, and has the width of what enters the stack."""
        roles = (DENSE, OTHER)
        fitting = [p for p in self.parts if p.role in roles and p not in used and _fits(p, first)]
        if not fitting:
            return []
        names = ", ".join(p.name for p in fitting[:MOST]) + ", …" * (len(fitting) > MOST)
        read = next((p.name for p in fitting if p.readable), None)
        way = f": --layer {read},{group} runs {read} there" if read else ""
        return [f"{names} may come before {group} ({self.unsaid}), and does not run{way}"]

    def _kin(self, part: Part) -> list[str]:
        """The stacks that a layer belongs to by name: `enc` for `enc_emb`, `a.rnn` for `a.emb`."""
        parent = part.name.rpartition(".")[0]
        return [
            group
            for group in self.groups
            if part.name.startswith(group) or (parent and group.startswith(f"{parent}."))
        ]

    # ------------------------------------------------------------------------ after

    def _others(self, chosen: list[Part]) -> tuple[str, ...]:
        """What may follow: layers that are not among the chosen, and tensors of no layer."""
        left = [p.name for p in self.parts if p not in chosen and p.role != EMBEDDING]
        return (*left, *self.ignored)

    def _following(self, chosen: list[Part]) -> tuple[list[Part], list[str]]:
        """The dense layer that must follow, if there is no other way; and what is to be said."""
        last, others = chosen[-1], self._others(chosen)
        modules = [p for p in self.parts if p.role in (DENSE, OTHER)]
        fitting = [p for p in modules if p.role == DENSE and p.inputs == last.outputs]
        if not others:
            return [], []
        alone = [p for p in fitting if others == (p.name,)]
        if not alone or not self._surely_after(alone[0], chosen):
            return [], [self._left_out(chosen, modules, others)]
        name = fitting[0].name
        if len(last.cells) > 1:
            raise InputError(
                f"{self.path}: {last.name} is bidirectional, and which of its outputs {name}"
                f" reads is unknown ({self.unsaid}): --head states,{name} takes the final state"
                " of each"
                f" direction, as cat(h_n[-2], h_n[-1]); --head last,{name} the output at the last"
                f" step, as output[:, -1]; --head each,{name} every step"
            )
        note = (
            f"{name}: assumed to read the last step, no activation ({self.unsaid}; set it with"
            " --head)"
        )
        return [last_step(), fitting[0]], [note]

    def _surely_after(self, dense: Part, chosen: list[Part]) -> bool:
        """Whether a dense layer, and no convolution, cannot as well stand in front."""
        later = self.parts.index(dense) > self.parts.index(chosen[-1])
        follows = (self.ordered and later) or dense.outputs != chosen[0].inputs
        return follows and all(len(shape) <= 2 for _, shape in dense.shapes)

    def _left_out(self, chosen: list[Part], modules: list[Part], others: tuple[str, ...]) -> str:
        last = chosen[-1]
        names = ", ".join(others[:MOST]) + (", …" if len(others) > MOST else "")
        ways = [
            f"--head last,{p.name} names what follows"
            for p in modules
            if p.readable and p.inputs == last.outputs
        ][:1] or ["--head says what follows" for p in modules if p.readable][:1]
        ways += [
            f"--layer {p.name},{last.group or last.name} what comes before"
            for p in modules
            if p.readable and p.outputs == chosen[0].inputs and p.role != EMBEDDING
        ][:1]
        said = f"how {last.name} and {names} are connected is unknown ({self.unsaid})"
        only = " → ".join(part.name for part in chosen)
        return f"{said}: only {only} runs" + (f"; {', '.join(ways)}" if ways else "")


def _table(part: Part, after: Part) -> Part:
    """A matrix without a bias that can stand in front only as a table of words."""
    shapes = [tensor.shape for tensor in part.tensors]
    turned = part.outputs != after.inputs == part.inputs
    if part.role == DENSE and turned and shapes == [(part.outputs, part.inputs)]:
        return embedding(part.name, part.tensors[0])
    return part


def _fits(part: Part, after: Part) -> bool:
    """Whether it may give what a layer takes: by its width, or by the shape of what is not read."""
    if part.readable:
        return part.outputs is not None and part.outputs == after.inputs
    return any(shape[:1] == (after.inputs,) for _, shape in part.shapes)
