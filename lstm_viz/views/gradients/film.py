"""`lstm-viz gradients` on the whole screen: the sweep, and each flow looked at closely, by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from lstm_viz.experiments.gradient_flow import GradientFlows
from lstm_viz.pictures.film import Film, Key
from lstm_viz.pictures.kinds import Picture, Stack
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.validation.errors import OptionError
from lstm_viz.views.gradients import PARTS, sweep
from lstm_viz.views.gradients.look import Look

FRAMES = 60  # of the sweep


@dataclass(frozen=True)
class At:
    """What is on the screen: the sweep at a step, or a part of one flow."""

    step: int
    part: str = ""
    flow: int = 0
    whole: bool = False  # as it begins, before the sweep was played


Change = Callable[[At], At]


@dataclass(frozen=True)
class GradientFilm:
    """The flows as a film; `asked` are the parts that were asked for, `unit` is for the memory."""

    flows: GradientFlows
    asked: tuple[str, ...] = ()
    unit: int = 0
    say: Language = ENGLISH
    _drawn: dict[tuple[str, int, int], Stack] = field(default_factory=dict)

    def first(self) -> At:
        """All of the sweep, or the first part that was asked for."""
        named = [k for k, flow in enumerate(self.flows.flows) if flow.cell.name == "lstm"]
        return At(0, self.asked[0] if self.asked else "", named[0] if named else 0, True)

    def read(self, at: str) -> At:
        """What a token stands for: `36` the sweep at a step, `routes.2` a part of a line."""
        part, _, number = at.partition(".")
        if part in PARTS:
            if int(number or 1) > len(self.flows.flows):
                raise OptionError(f"--at {at}: there are {len(self.flows.flows)} lines")
            return At(0, part, int(number or 1) - 1)
        if int(part) > self.flows.steps:
            raise OptionError(f"--at {at}: the sequence has {self.flows.steps} steps")
        return At(int(part) - 1)

    def stills(self, look: At, width: int) -> Iterator[Picture]:
        """To be printed: the parts that were asked for, of every flow; or what is looked at."""
        yield sweep.title(self.flows, self.say)
        if self.asked:
            for part in self.asked:
                yield from PARTS[part].pictures(self.flows, Look(width, self.unit, self.say))
        elif look.part:
            yield PARTS[look.part].closely(self.flows, look.flow, Look(width, self.unit, self.say))
        else:
            yield sweep.picture(self.flows, look.step, width, say=self.say)

    def frames(self, width: int) -> tuple[Iterable[Stack], int]:
        """The sweep, or the one part that was asked for, if it moves; and how many frames."""
        if not self.asked:
            count = len(sweep.backward_steps(self.flows.steps, FRAMES))
            return sweep.frames(self.flows, width, FRAMES, self.say), count
        moving = PARTS[self.asked[0]]
        if len(self.asked) > 1 or not moving.moves:
            return (), 0
        frames = list(moving.frames(self.flows, Look(width, self.unit, self.say)))
        return frames, len(frames)

    # ---------------------------------------------------------------- on the screen

    def film(self) -> Film:
        """As it is played."""
        title = "lstm-viz gradients, key by key"
        return Film(self.picture, token, self.onward, self._keys(), title=title)

    def picture(self, look: At, columns: int, rows: int) -> Picture:
        """The sweep, or a part: drawn once for a width."""
        if not look.part:
            return sweep.picture(self.flows, look.step, columns, say=self.say)
        key = look.part, look.flow, columns
        if key not in self._drawn:
            part, how = PARTS[look.part], Look(columns, self.unit, self.say)
            self._drawn[key] = part.closely(self.flows, look.flow, how)
        return self._drawn[key]

    def onward(self, look: At) -> At | None:
        """One frame further back; from the whole picture, to the beginning of the sweep."""
        if look.whole:
            return At(self.flows.steps - 1, "", look.flow)
        if look.part or not look.step:
            return None
        steps = sweep.backward_steps(self.flows.steps, FRAMES)
        return replace(look, step=next((t for t in steps if t < look.step), 0))

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
        return lambda look: At(step, "", look.flow)

    def _by(self, change: int) -> Change:
        return lambda look: self._to(look.step + change)(look)

    def _part(self, part: str) -> Change:
        return lambda look: replace(look, part="" if look.part == part else part)

    def _next_flow(self, look: At) -> At:
        return replace(look, flow=(look.flow + 1) % len(self.flows.flows))


def _foot(words: str) -> str:
    """A sentence of the help, as it stands behind a colon."""
    return words[0].lower() + words[1:].rstrip(".")


def token(look: At) -> str:
    """What stands in the corner; `GradientFilm.read` reads it back."""
    return f"{look.part}.{look.flow + 1}" if look.part else str(look.step + 1)
