"""A run as a picture or a film: what `lstm-viz step --save out.png` and its like write."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lstm_viz.commands.exit_codes import tell
from lstm_viz.commands.output import Output, Screen, form
from lstm_viz.experiments.experiment import Experiment
from lstm_viz.pictures.kinds import Picture, Rule, Stack
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.validation.errors import OptionError
from lstm_viz.views.overview import overview
from lstm_viz.views.problem import answered, headline
from lstm_viz.views.wiring import frames as wires


def check(output: Output, screen: Screen) -> None:
    """Raise `InputError` where such a file cannot be made: before any work is done."""
    from lstm_viz.figure import can_save

    can_save(str(output.path))
    if screen.at is not None and not screen.at.isdigit():
        raise OptionError(f"--at {screen.at}: a picture shows one step: give its number")
    if screen.at is not None and form(str(output.path)) == "film":
        raise OptionError("--at selects one picture: a film shows all steps")


def save(experiment: Experiment, output: Output, screen: Screen) -> None:
    """Write the wiring of a step (with --at), the run as strips and heat maps, or its film."""
    from lstm_viz.figure import save_film, save_still

    path, theme = str(output.path), screen.theme or "light"
    pictures = _pictures(experiment, output, screen)
    words: dict[str, Any] = {"digits": screen.digits, "title": experiment.cell.name}
    with warned_plainly():
        if form(path) == "film":
            count = len(experiment.trace) * (2 if output.backward else 1)
            save_film(path, pictures, theme, seconds=1 / screen.speed, count=count, **words)
        else:
            head: list[Picture] = [headline(experiment.problem)] if experiment.problem else []
            first, *others = head + list(pictures)
            save_still(path, Stack((first, *others)) if others else first, theme, **words)
    output.say_saved()


@contextmanager
def warned_plainly() -> Iterator[None]:
    """What a library warns of while it draws is told in one line, without a place in its source."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield
    said = [str(each.message) for each in warned]
    if any("font" in each for each in said):
        tell("no installed font has all characters of this picture: missing ones are left out")
    for each in dict.fromkeys(each for each in said if "font" not in each):
        tell(each)


def _pictures(experiment: Experiment, output: Output, screen: Screen) -> Iterator[Picture]:
    """Values, then gradients if it is gone back: all steps at once, or wirings step by step.

    Below the still picture of a run in which something is held stands the run as it was.
    """
    say, of = spoken(screen), experiment.sequence
    _, axis, rows, _ = drawn(of.labels, of.axis, of.rows, of.stamps)
    still = form(str(output.path)) == "still"
    held = ", ".join(map(str, experiment.holds))
    asked = Rule(say.known("what if {holds}").format(holds=held))
    if experiment.was and still:
        yield asked
    if screen.at is None and still:
        yield overview(experiment.trace, None, axis, say=say, features=rows)
        if output.backward:
            yield overview(experiment.gradients, None, axis, say=say, features=rows)
    elif experiment.was and not still:
        frames = _wirings(experiment, output, screen, say)
        yield from (Stack((asked, *each.parts)) for each in frames)
    else:
        yield from _wirings(experiment, output, screen, say)
    if experiment.problem and still:
        yield answered(experiment.problem, experiment.answers, say, held)
    if experiment.was and still:
        yield Rule(say.known("as it was"))
        yield from _pictures(experiment.was, output, screen)


def _wirings(
    experiment: Experiment, output: Output, screen: Screen, say: Language
) -> Iterator[Stack]:
    of = experiment.sequence
    labels, _, _, stamps = drawn(of.labels, of.axis, of.rows, of.stamps)
    steps = None if screen.at is None else [int(screen.at) - 1]
    yield from wires.forward(experiment.trace, screen.unit, steps, labels, say, stamps)
    if output.backward:
        yield from wires.backward(experiment.gradients, screen.unit, steps, say)


def drawn(*groups: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Names of steps or rows, where there is a font for all of a group; else none, which is told.

    Numbers stand then in their place.
    """
    from lstm_viz.figure.fonts import drawable

    missing = [[name for name in names if not drawable(name)] for names in groups]
    if any(missing):
        name = next(each[0] for each in missing if each)
        tell(f"no installed font has the characters of {name}: step numbers are shown instead")
    return [() if lacking else names for names, lacking in zip(groups, missing, strict=True)]


def spoken(screen: Screen) -> Language:
    """The language, if there is a font for it."""
    from lstm_viz.figure.fonts import draws_chinese

    if screen.lang != "zh":
        return screen.say
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        say = screen.say if draws_chinese() else ENGLISH
    for each in warned:
        tell(str(each.message))
    return say
