"""A PyTorch module's own definitions as parts, in sequence; what they do not say is asked.

`forward` is not read: in which order modules are called, and what of a recurrent layer is read.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from lstm_viz.models.live.modules import RECURRENT as RECURRENT_KINDS
from lstm_viz.models.live.modules import kind, leaves, own_forward, parts_of
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.parts import DENSE, RECURRENT, Part, last_step
from lstm_viz.validation.errors import InputError

ORDER = (
    "assumed: the layers run in the order in which the module defines them, and the head reads"
    " the last step. forward() is not read (from_torch(module, example=x) runs it and"
    " compares)"
)
WAYS_OUT = "example=x runs the module and sees; or choose with layer= and head="


def of_definitions(module: Any, layer: str | None = None, head: str | None = None) -> ModelFile:
    """What a module defines, in sequence; what it does not say is asked for."""
    parts: list[Part] = []
    for name, each in leaves(module):
        found = parts_of(name, each)
        if layer is None or layer in {name, *(part.name for part in found)}:
            _refuse_own(name, each, found)
        parts += found
    model = _file(module, parts)
    if layer is None and model.recurrent:
        _as_chain(model, head)
        model.notes += _loose(module)
    return model


def of_seen(module: Any, layer: str) -> ModelFile:
    """The same, where what is chosen of it will be compared with what was seen."""
    parts: list[Part] = []
    for name, each in leaves(module):
        found = parts_of(name, each)
        if name == layer and not found[0].readable:
            raise InputError(f"{name}: {found[0].what}")
        parts += found
    return _file(module, parts)


def _refuse_own(name: str, module: Any, found: list[Part]) -> None:
    """Refuse a recurrent layer that is not the plain one of its kind."""
    if kind(module) not in RECURRENT_KINDS:
        return
    what = "" if found[0].readable else found[0].what
    if own_forward(module):
        what = f"{type(module).__name__} has its own forward(), which is not read"
    if what:
        raise InputError(f"{name or type(module).__name__}: {what}: {WAYS_OUT}")


def _file(module: Any, parts: list[Part]) -> ModelFile:
    tensors = {tensor.name: tensor for part in parts for tensor in part.tensors}
    name = type(module).__name__
    model = ModelFile(name, "a live PyTorch module", parts, tensors, framework="torch")
    model.unsaid = "forward() is not read"
    model.branched = True  # a chosen layer runs alone
    return model


def _loose(module: Any) -> list[str]:
    """Parameters that belong to no module that is read: learnt initial states, attention."""
    known = tuple(name for name, _ in leaves(module))
    loose = [
        name
        for name, _ in module.named_parameters()
        if not any(not leaf or name.startswith(f"{leaf}.") for leaf in known)
    ]
    said = f"{', '.join(loose)}: what forward() does with it is not read ({WAYS_OUT})"
    return [said] if loose else []


def _as_chain(model: ModelFile, head: str | None) -> None:
    """All parts in sequence, where that is plain; else `InputError`."""
    if len(model.groups) > 1:
        raise InputError(
            f"{model.path} defines {' and '.join(model.groups)}: how forward() connects them is not"
            f" read: {WAYS_OUT}"
        )
    end = max(k for k, part in enumerate(model.parts) if part.role == RECURRENT)
    before, behind = model.parts[: end + 1], model.parts[end + 1 :]
    model.known = True
    if head is not None:
        model.parts = _before_the_head(before, head.split(","), len(model.recurrent)) + behind
        return
    either = any(p.role == DENSE and p.inputs == before[-1].outputs for p in before)
    if either or not _fits(before) or not _fits([before[-1], *behind]):
        names = ", ".join(part.name for part in model.parts)
        raise InputError(
            f"{model.path} defines {names}: by their widths this is not the order, or not the only"
            f" one, in which forward() calls them: {WAYS_OUT}"
        )
    if behind and len(before[-1].cells) > 1:
        first = behind[0].name
        raise InputError(
            f"{model.path}: {before[-1].name} is bidirectional, and whether {first} reads its"
            f" last step or its final states is unknown: head='last,{first}',"
            f" head='states,{first}', or example=x, which runs the module and sees"
        )
    if len(model.parts) > 1:
        model.parts = [*before, *([last_step()] if behind else []), *behind]
        model.notes.append(ORDER)


def _before_the_head(before: list[Part], head: list[str], depth: int) -> list[Part]:
    """The parts with those moved after the stack that the head names, or that do not fit."""
    words = {word.strip() for word in head}
    front = [part for part in before[:-depth] if part.name not in words]
    if not _fits([*front, *before[-depth:]]):
        front = []
    moved = [part for part in before[:-depth] if part not in front]
    return [*front, *before[-depth:], *moved]


def _fits(parts: list[Part]) -> bool:
    widths = [part for part in parts if part.outputs is not None]
    return all(other.inputs in (None, one.outputs) for one, other in pairwise(widths))
