"""From the outputs of a watched module back to its inputs: the calls that lead there, as parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.models.live.calls import RECTIFIERS, Call
from lstm_viz.models.live.links import Link, apart, applied, find, same
from lstm_viz.models.live.modules import kind, parts_of
from lstm_viz.models.live.seen import WAYS_OUT, Seen
from lstm_viz.models.parts import Part, activation, last_step, other
from lstm_viz.network.heads import Flatten, Maximum, Mean, Step
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.validation.errors import InputError

Array = np.ndarray
TAKEN: dict[str, Callable[[], Part]] = {
    "last": last_step,
    "first": lambda: other("first", "the first step", lambda: Step(0, "first")),
    "mean": lambda: other("mean", "the mean over the steps", lambda: Mean("mean")),
    "max": lambda: other("max", "the maximum over the steps", lambda: Maximum("max")),
    "flatten": lambda: other("flatten", "all steps, concatenated", lambda: Flatten("flatten")),
}


@dataclass(frozen=True)
class Place:
    """A call on the way from the inputs to the outputs, a run each, and what is taken of it."""

    calls: list[Call]
    link: Link

    @property
    def name(self) -> str:
        """The module's."""
        return self.calls[0].name


def places(seen: Seen) -> list[Place]:
    """From the outputs back to what was given, call by call; `InputError` where it breaks off."""
    targets, end = seen.outputs, len(seen.calls)
    found: list[Place] = []
    while not _given(seen, targets):
        place, end = _source(seen, targets, end, found)
        found.insert(0, place)
        targets = [call.x for call in place.calls]
    if not any(place.calls[0].recurrent for place in found):
        raise InputError(f"{seen.title}: its output does not come from a recurrent layer")
    _refuse_unseen(seen, found)
    return found


def _refuse_unseen(seen: Seen, found: list[Place]) -> None:
    """Refuse where forward() calls a rectifier that changes nothing in any run."""
    called = seen.runs[0].rectifiers
    if len(called) > sum(place.link.function in RECTIFIERS for place in found):
        raise InputError(
            f"{seen.title}: forward() calls {', '.join(sorted(set(called)))}, and its position"
            f" cannot be seen on the example: give a larger batch, or other numbers; {WAYS_OUT}"
        )


def _given(seen: Seen, targets: list[Array]) -> bool:
    """Whether these are what was given to the module."""
    return any(
        all(same(t, run.given[k], True, True) for t, run in zip(targets, seen.runs, strict=True))
        for k in range(len(seen.runs[0].given))
    )


def _source(seen: Seen, targets: list[Array], end: int, behind: list[Place]) -> tuple[Place, int]:
    for k in reversed(range(end)):
        calls = seen.calls[k]
        if calls[0].counts and (link := find(targets, calls, seen.batched, not behind)):
            return Place(calls, link), k
    what = f"what enters {behind[0].name}" if behind else "its output"
    if not any(target.any() for target in targets):
        raise InputError(f"{seen.title}: {what} is 0 everywhere: give another example")
    near = seen.calls[end - 1][0] if end else None
    after = f" (after {near.name}, {type(near.module).__name__})" if near else ""
    raise InputError(
        f"{seen.title}: {what} is neither the example nor what a module gave, its last step, final"
        f" states, mean, maximum, or a usual activation of these{after}: {WAYS_OUT}"
    )


def parts(found: list[Place]) -> tuple[list[Part], list[int]]:
    """The parts of all places, and how many there are up to each place's own end."""
    made: list[Part] = []
    ends: list[int] = []
    for place in found:
        made += _readable(place)
        ends.append(len(made))
        link = place.link
        if link.taken in ("states", "sum"):
            made[-1] = _handing_on(made[-1], link)
        elif link.taken != "each":
            made.append(TAKEN[link.taken]())
        if link.function != "linear":
            made.append(activation(link.function, link.function))
    return made, ends


def _readable(place: Place) -> list[Part]:
    own = parts_of(place.name, place.calls[0].module)
    wrong = next((part.what for part in own if not part.readable), "")
    if not _over_last_axis(place.calls[0]):
        wrong = "it goes over another axis than the features: not read"
    if wrong:
        raise InputError(f"{place.name}: {wrong}: {WAYS_OUT}")
    return own


def _over_last_axis(call: Call) -> bool:
    if kind(call.module) not in ("Softmax", "LogSoftmax"):
        return True
    axis = call.module.dim
    axis = (0 if call.x.ndim in (0, 1, 3) else 1) if axis is None else axis
    return bool(axis % call.x.ndim == call.x.ndim - 1)


def _handing_on(part: Part, link: Link) -> Part:
    """The same layer, handing on these final states, or the sum of both directions."""
    merge = "sum" if link.taken == "sum" else "concat"

    def build() -> Recurrent:
        whole = part.build()
        assert isinstance(whole, Recurrent)
        return Recurrent(whole.directions, merge=merge, name=whole.name, states=link.states)

    return replace(part, build=build)


def inputs(found: list[Place], run: int) -> Array:
    """What entered the first call, with time first, as the first recurrent one has it."""
    first = next(k for k, place in enumerate(found) if place.calls[run].recurrent)
    wanted = found[first].calls[run].x
    for place in reversed(found[:first]):
        call = place.calls[run]
        y = applied(place.link.function, call.y)
        wanted = next(turn for turn in _turns(wanted) if _brings(turn, y, wanted))(call.x)
    return wanted


def _turns(wanted: Array) -> list[Callable[[Array], Array]]:
    """What brings (T, B, …), (B, T, …) or (T · B, …) to (T, B, …)."""
    if wanted.ndim < 2:
        return [lambda a: a]
    T, B = wanted.shape[:2]
    return [
        lambda a: a,
        lambda a: a.swapaxes(0, 1),
        lambda a: a.reshape(T, B, *a.shape[1:]),
        lambda a: a.reshape(B, T, *a.shape[1:]).swapaxes(0, 1),
    ]


def _brings(turn: Callable[[Array], Array], array: Array, wanted: Array) -> bool:
    try:
        turned = turn(array)
    except ValueError:
        return False
    return turned.shape[:2] == wanted.shape[:2] and apart(wanted, turned) < 1e-6
