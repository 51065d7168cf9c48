"""`lstm-viz gradients` on the whole screen: the sweep, and each flow looked at closely, by keys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lstm_viz.experiments.gradient_flow import Flows
from lstm_viz.pictures.film import Film, Key
from lstm_viz.pictures.kinds import Picture, Stack
from lstm_viz.validation.errors import OptionError
from lstm_viz.views.gradients import PARTS, Look
from lstm_viz.views.gradients import sweep as view

FRAMES = 60  # of the sweep


@dataclass(frozen=True)
class Shown:
    """What is on the screen: the sweep at a step, or a part of one flow."""

    step: int
    part: str = ""
    flow: int = 0
    whole: bool = False  # as it begins, before the sweep was played


def first_shown(flows: Flows, parts: list[str]) -> Shown:
    """All of the sweep, or the first part that was asked for."""
    named = [k for k, flow in enumerate(flows.flows) if flow.cell.name == "lstm"]
    return Shown(0, parts[0] if parts else "", named[0] if named else 0, True)


def make_film(flows: Flows, unit: int) -> Film:
    last, steps = flows.steps - 1, view.backward_steps(flows.steps, FRAMES)
    pictures: dict[tuple[str, int, int], Stack] = {}

    def picture(state: Shown, columns: int, rows: int) -> Picture:
        if not state.part:
            return view.picture(flows, state.step, columns)
        key = state.part, state.flow, columns
        if key not in pictures:
            look_at = Look(columns, unit)
            pictures[key] = PARTS[state.part].closely(flows, state.flow, look_at)
        return pictures[key]

    def onward(state: Shown) -> Shown | None:
        """One frame further back; from the whole picture, to the beginning of the sweep."""
        if state.whole:
            return Shown(last, "", state.flow)
        if state.part or not state.step:
            return None
        return replace(state, step=next((t for t in steps if t < state.step), 0))

    def to(step: int) -> Any:
        return lambda state: Shown(step, "", state.flow)

    def by(change: int) -> Any:
        return lambda state: Shown(min(max(state.step + change, 0), last), "", state.flow)

    def look(part: str) -> Any:
        return lambda state: replace(state, part="" if state.part == part else part)

    def turn(change: int) -> Any:
        return lambda state: replace(state, flow=(state.flow + change) % len(flows.flows))

    keys = (
        Key(("left",), "←", "one step further back", by(-1)),
        Key(("right",), "→", "one step towards the loss", by(1)),
        Key(("home",), "Home", "at the first step: the whole picture", to(0)),
        Key(("end",), "End", "at the last step, where the sweep begins", to(last), "restart"),
        Key(("tab",), "Tab", "the next cell, in what follows", turn(1)),
        *(
            Key((part.key,), part.key, f"{part.name}: {_foot(part.help)}", look(part.name))
            for part in PARTS.values()
        ),
    )
    return Film(picture, token, onward, keys, title="lstm-viz gradients, key by key")


def _foot(words: str) -> str:
    """A sentence of the help, as it stands behind a colon."""
    return words[0].lower() + words[1:].rstrip(".")


def token(state: Shown) -> str:
    return f"{state.part}.{state.flow + 1}" if state.part else str(state.step + 1)


def found(flows: Flows, at: str) -> Shown:
    """What a token stands for: `36` the sweep at a step, `routes.2` a part of the second line."""
    part, _, number = at.partition(".")
    if part in PARTS:
        if int(number or 1) > len(flows.flows):
            raise OptionError(f"--at {at}: there are {len(flows.flows)} lines")
        return Shown(0, part, int(number or 1) - 1)
    if int(part) > flows.steps:
        raise OptionError(f"--at {at}: the sequence has {flows.steps} steps")
    return Shown(int(part) - 1)
