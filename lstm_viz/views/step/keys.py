"""`lstm-viz step` on the whole screen: what a state shows, and what each key makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from lstm_viz.experiments.holds import Hold, Holds, freed, held_at, nudged
from lstm_viz.pictures.kinds import Picture
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import count, which_units
from lstm_viz.views.step import predicting
from lstm_viz.views.step.looked_at import LookedAt
from lstm_viz.views.step.screen import forward, unseen
from lstm_viz.views.step.screen_back import backward
from lstm_viz.views.step.state import MORE_DIGITS, State
from lstm_viz.views.step.two_cells import beside

Change = Callable[[State], State]
Names = tuple[str, ...]
Control = tuple[Names, str, str, Change] | tuple[Names, str, str, Change, str, str]


class Stage:
    """A run, perhaps another to stand beside it, and the way from state to state.

    `held` gives the run with something held; `other` the other, with the inputs that are held.
    """

    def __init__(
        self,
        run: LookedAt,
        other: Callable[..., LookedAt],
        held: Callable[[Holds], LookedAt] | None = None,
    ) -> None:
        self.run, self._held, self._other = run, held, lru_cache(8)(other)
        self.of = lru_cache(8)(lambda holds: held(holds) if held and holds else run)

    def picture(self, state: State, columns: int, rows: int) -> Picture:
        """What a state looks like on a screen of so many columns and rows."""
        run = self.of(state.holds)
        if state.beside:
            inputs = tuple(each for each in state.holds if each.name == "x")
            other = self._other(inputs) if inputs else self._other()
            return beside(run, other, state, unseen(run, state), columns, rows)
        draw = backward if state.back else forward
        return draw(run, state, columns, rows)

    def checked(self, state: State) -> State:
        """The state with a line chosen; `InputError` where there is no such step, line or unit."""
        if not 0 <= state.t < len(self.run):
            raise InputError(f"--at {state.t + 1}: the sequence has {len(self.run)} steps")
        if state.unit >= self.run.units:
            raise InputError(f"--at: {which_units(self.run.units)}, not {state.unit}")
        lines = self.run.lines(state.back, state.unit)
        if state.line and state.line not in lines:
            raise InputError(f"--at: {state.line!r} is none of {', '.join(lines)}")
        state = replace(state, line=state.line or self._first(state))
        if state.weight > (most := len(self.run.weights_of(state))):
            raise InputError(f"--at: {state.line} has {count(most, 'weight')}, not {state.weight}")
        return replace(state, hidden=state.hidden and not self.of(state.holds).is_given(state))

    def _first(self, state: State) -> str:
        """What is chosen at first: the memory, or else the output."""
        tracked = self.run.tracked(state.unit)
        lines = self.run.lines(state.back, state.unit)
        return next((name for name in tracked if name in lines), lines[0])

    # ---------------------------------------------------------------- from state to state

    def controls(self) -> tuple[Control, ...]:
        """Keys by name and as written, what they do; for the foot a word, and its keys."""
        controls = self._controls()
        return *controls, *self._typing(controls)

    def _controls(self) -> tuple[Control, ...]:
        return (
            (("left",), "← →", "previous step, next step", self._by_step(-1)),
            (("right", "enter"), "", "", self._by_step(1), "step", "← →"),
            (("home",), "Home End", "the first step, the last step", self._to_step(0)),
            (("end",), "", "", self._to_step(-1)),
            (("up",), "↑ ↓", "the line above, the line below", self._by_line(-1)),
            (("down",), "", "", self._by_line(1), "line", "↑ ↓"),
            (("b",), "b", "switch between forward and backward", self._turn, "back", "b"),
            (("u",), "u", "the next unit", self._next_unit),
            (("d",), "d", "more digits, then fewer again", self._next_digits),
            (("t",), "t", "list all terms of a sum", self._terms),
            (("x",), "x", "the same step in another cell", self._beside),
            (
                ("p",),
                "p",
                "predict: hide the next number; type yours and press Enter",
                self._predict,
            ),
            *(self._what_if() if self._held else ()),
        )

    def _typing(self, controls: tuple[Control, ...]) -> tuple[Control, ...]:
        """The same, but that what is typed while a number is hidden is a prediction."""
        known = {name: control[3] for control in controls for name in control[0]}
        keys = (*predicting.KEYS, "backspace", "enter")
        return tuple(((key,), "", "", self._typed(key, known.get(key))) for key in keys)

    def _typed(self, key: str, otherwise: Change | None) -> Change:
        def change(state: State) -> State:
            if state.hidden and key != "enter":
                return predicting.typed(state, key)
            if state.hidden:
                return predicting.revealed(self.of(state.holds), state)
            if key == "enter" and state.quiz and state.predict:
                return self._next_question(state)
            if key != "enter" and predicting.just_told(state):
                return state  # typed too late: it holds nothing
            return otherwise(state) if otherwise else state

        return change

    def quizzed(self, state: State, count: int) -> State:
        """The first question of a quiz of so many: the first equation of the first step."""
        first = self._computed(state)[0]
        return self._asked(replace(state, line=first, predict=True, quiz=count))

    def _computed(self, state: State) -> list[str]:
        lines = self.run.lines(state.back, state.unit)
        return [line for line in lines if line.partition("[")[0] != "x"]

    def _next_question(self, state: State) -> State:
        """The line below, or the first of the next step."""
        down = self._by_line(1)(state)
        if down.line != state.line:
            return down
        t = (state.t + (-1 if state.back else 1)) % len(self.run)
        return self._asked(replace(state, t=t, line=self._computed(state)[0], weight=0))

    def _what_if(self) -> tuple[Control, ...]:
        return (
            (
                ("+", "="),
                "+ -",
                "what if: the chosen number up, down",
                self._nudged(True),
                "try",
                "+ -",
            ),
            (("-", "_"), "", "", self._nudged(False)),
            (("0",), "0 1", "what if: the chosen number is 0, is 1", self._put(0.0)),
            (("1",), "", "", self._put(1.0)),
            (("backspace", "delete"), "Backspace", "undo all changes", self._freed),
            (("w",), "w", "the next weight of the line, for + - 0 1", self._next_weight),
        )

    def onward(self, state: State) -> State | None:
        """The next state while it plays: a step on, or in the backward pass a step back."""
        t = state.t + (-1 if state.back else 1)
        inside = 0 <= t < len(self.run)
        return replace(state, t=t, hidden=False) if inside else None

    def restart(self, state: State) -> State:
        """Where playing begins: the first step, or the last in the backward pass."""
        return replace(state, t=len(self.run) - 1 if state.back else 0, hidden=False)

    def played(self, state: State, both: bool) -> Iterator[State]:
        """The whole run: every step, and, if asked for, all of them in the backward pass."""
        for t in range(len(self.run)):
            yield replace(state, t=t)
        for t in reversed(range(len(self.run))) if both else ():
            yield self.checked(replace(state, t=t, back=True))

    def _by_step(self, by: int) -> Change:
        def change(state: State) -> State:
            if state.hidden:
                return replace(state, hidden=False)
            t = min(max(state.t + by, 0), len(self.run) - 1)
            return self._asked(replace(state, t=t), t != state.t)

        return change

    def _to_step(self, place: int) -> Change:
        t = range(len(self.run))[place]
        return lambda state: self._asked(replace(state, t=t))

    def _by_line(self, by: int) -> Change:
        def change(state: State) -> State:
            if state.hidden:
                return replace(state, hidden=False)
            lines = self.run.lines(state.back, state.unit)
            k = min(max(lines.index(state.line) + by, 0), len(lines) - 1)
            return self._asked(replace(state, line=lines[k], weight=0), lines[k] != state.line)

        return change

    def _asked(self, state: State, moved: bool = True) -> State:
        """Predicting, the number is hidden; what is given, not computed, is not asked."""
        hidden = state.predict and moved and not self.of(state.holds).is_given(state)
        return replace(state, hidden=hidden, guess="" if moved else state.guess)

    def _turn(self, state: State) -> State:
        turned = replace(state, back=not state.back, weight=0)
        name = state.line.partition("[")[0].removesuffix("_prev")
        lines = self.run.lines(turned.back, state.unit)
        known = next((each for each in (state.line, name) if each in lines), "")
        return self.checked(replace(turned, line=known))

    def _next_unit(self, state: State) -> State:
        unit = (state.unit + 1) % self.run.units
        known = state.line in self.run.lines(state.back, unit)
        line = state.line if known else ""
        return self.checked(replace(state, unit=unit, line=line, weight=0))

    def _next_digits(self, state: State) -> State:
        more = [each for each in MORE_DIGITS if each > state.digits]
        return replace(state, digits=more[0] if more else MORE_DIGITS[0])

    def _terms(self, state: State) -> State:
        return replace(state, terms=not state.terms)

    def _beside(self, state: State) -> State:
        return replace(state, beside=not state.beside)

    def _predict(self, state: State) -> State:
        weight = state.weight if state.predict else 0
        return self._asked(replace(state, predict=not state.predict, weight=weight))

    # ---------------------------------------------------------------- what if

    def _changing(self, to: Callable[[Hold], Hold]) -> Change:
        def change(state: State) -> State:
            chosen = self.of(state.holds).chosen(state)
            if state.hidden or chosen is None:
                return replace(state, hidden=False)
            return replace(state, holds=held_at(state.holds, to(chosen)))

        return change

    def _nudged(self, up: bool) -> Change:
        return self._changing(lambda chosen: nudged(self.run.cell, chosen, up))

    def _put(self, value: float) -> Change:
        return self._changing(lambda chosen: replace(chosen, value=value))

    def _freed(self, state: State) -> State:
        chosen = self.of(state.holds).chosen(state)
        return replace(state, holds=freed(state.holds, chosen))

    def _next_weight(self, state: State) -> State:
        count = len(self.run.weights_of(state))
        return replace(state, weight=(state.weight + 1) % (count + 1))
