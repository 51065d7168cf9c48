"""`lstm-viz gradients` on the whole screen: the sweep, and each flow looked at closely, by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lstm_viz.experiments.gradient_flow import GradientFlows
from lstm_viz.pictures.film import Film, Key
from lstm_viz.pictures.kinds import Picture, Stack
from lstm_viz.validation.errors import OptionError
from lstm_viz.views.gradients import PARTS, Look, sweep

FRAMES = 60  # of the sweep


@dataclass(frozen=True)
class State:
    """What is on the screen: the sweep at a step, or a part of one flow."""

    step: int
    part: str = ""
    flow: int = 0
    whole: bool = False  # as it begins, before the sweep was played


Change = Callable[[State], State]


@dataclass(frozen=True)
class GradientFilm:
    """The flows as a film; `asked` are the parts that were asked for, `unit` is for the memory."""

    flows: GradientFlows
    asked: tuple[str, ...] = ()
    unit: int = 0
    _drawn: dict[tuple[str, int, int], Stack] = field(default_factory=dict)

    def first(self) -> State:
        """All of the sweep, or the first part that was asked for."""
        named = [k for k, flow in enumerate(self.flows.flows) if flow.cell.name == "lstm"]
        return State(0, self.asked[0] if self.asked else "", named[0] if named else 0, True)

    def read(self, at: str) -> State:
        """What a token stands for: `36` the sweep at a step, `routes.2` a part of a line."""
        part, _, number = at.partition(".")
        if part in PARTS:
            if int(number or 1) > len(self.flows.flows):
                raise OptionError(f"--at {at}: there are {len(self.flows.flows)} lines")
            return State(0, part, int(number or 1) - 1)
        if int(part) > self.flows.steps:
            raise OptionError(f"--at {at}: the sequence has {self.flows.steps} steps")
        return State(int(part) - 1)

    def stills(self, state: State, width: int) -> Iterator[Picture]:
        """To be printed: the parts that were asked for, of every flow; or what is looked at."""
        yield sweep.title(self.flows)
        look = Look(width, self.unit)
        if self.asked:
            for part in self.asked:
                yield from PARTS[part].pictures(self.flows, look)
        elif state.part:
            yield PARTS[state.part].closely(self.flows, state.flow, look)
        else:
            yield sweep.picture(self.flows, state.step, width)

    @property
    def moves(self) -> bool:
        """Whether what was asked for is a film: the sweep, or one part that moves."""
        return not self.asked or (len(self.asked) == 1 and PARTS[self.asked[0]].moves)

    def frames(self, width: int) -> list[Stack]:
        """All of the sweep, or of the part that moves."""
        if self.asked:
            return list(PARTS[self.asked[0]].frames(self.flows, Look(width, self.unit)))
        return list(sweep.frames(self.flows, width, FRAMES))

    # ---------------------------------------------------------------- on the screen

    def film(self) -> Film:
        """As it is played."""
        title = "lstm-viz gradients, key by key"
        return Film(self.picture, token, self.onward, self._keys(), title=title)

    def picture(self, state: State, columns: int, rows: int) -> Picture:
        """The sweep, or a part: drawn once for a width, from the loss that it is about."""
        if not state.part:
            return sweep.picture(self.flows, state.step, columns)
        key = state.part, state.flow, columns
        if key not in self._drawn:
            look = Look(columns, self.unit)
            self._drawn[key] = PARTS[state.part].closely(self.flows, state.flow, look)
        return self._drawn[key]

    def onward(self, state: State) -> State | None:
        """One frame further back; from the whole picture, to the beginning of the sweep."""
        if state.whole:
            return State(self.flows.steps - 1, "", state.flow)
        if state.part or not state.step:
            return None
        steps = sweep.backward_steps(self.flows.steps, FRAMES)
        return replace(state, step=next((t for t in steps if t < state.step), 0))

    def _keys(self) -> tuple[Key, ...]:
        to, by, part, last = self._to, self._by, self._part, self.flows.steps - 1
        return (
            Key(("left",), "←", "one step further back", by(-1)),
            Key(("right",), "→", "one step towards the loss", by(1)),
            Key(("home",), "Home", "at the first step: the whole picture", to(0)),
            Key(("end",), "End", "at the last step, where the sweep begins", to(last), "restart"),
            Key(("tab",), "Tab", "the next cell, in what follows", self._next_flow),
            *(
                Key((each.key,), each.key, f"{each.name}: {_foot(each.help)}", part(each.name))
                for each in PARTS.values()
            ),
        )

    def _to(self, step: int) -> Change:
        step = min(max(step, 0), self.flows.steps - 1)
        return lambda state: State(step, "", state.flow)

    def _by(self, change: int) -> Change:
        return lambda state: self._to(state.step + change)(state)

    def _part(self, part: str) -> Change:
        return lambda state: replace(state, part="" if state.part == part else part)

    def _next_flow(self, state: State) -> State:
        return replace(state, flow=(state.flow + 1) % len(self.flows.flows))


def token(state: State) -> str:
    """What stands in the corner; `GradientFilm.read` reads it back."""
    return f"{state.part}.{state.flow + 1}" if state.part else str(state.step + 1)


def _foot(words: str) -> str:
    """A sentence of the help, as it stands behind a colon."""
    return words[0].lower() + words[1:].rstrip(".")
