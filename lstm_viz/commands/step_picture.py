"""A run as a picture or a film: what `lstm-viz step --save out.png` and its like write."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_viz.commands.output import Output, Screen, form
from lstm_viz.experiments.experiment import Experiment
from lstm_viz.pictures.kinds import Picture, Stack
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.validation.errors import OptionError
from lstm_viz.views.overview import overview
from lstm_viz.views.wiring import frames as wires


def check(output: Output, screen: Screen) -> None:
    """Raise `InputError` where such a file cannot be made: before any work is done."""
    from lstm_viz.figure import can_save

    can_save(str(output.path))
    if screen.at is not None and not screen.at.isdigit():
        raise OptionError(f"--at {screen.at}: a picture shows a step: give its number")
    if screen.at is not None and form(str(output.path)) == "film":
        raise OptionError("--at is for one picture: a film shows all steps")


def save(experiment: Experiment, output: Output, screen: Screen) -> None:
    """Write the wiring of a step (with --at), the run as strips and heat maps, or its film."""
    from lstm_viz.figure import save_film, save_still

    path, theme, title = str(output.path), screen.theme or "light", experiment.cell.name
    say = _spoken(screen)
    if form(path) == "film":
        count = len(experiment.trace) * (2 if output.backward else 1)
        frames = _film(experiment, output.backward, screen.unit, say)
        seconds = 1 / screen.speed
        save_film(
            path, frames, theme, seconds=seconds, count=count, digits=screen.digits, title=title
        )
    else:
        whole = screen.at is None
        picture = (_overview if whole else _one_step)(experiment, output.backward, screen, say)
        save_still(path, picture, theme, digits=screen.digits, title=title)
    output.say_saved()


def _spoken(screen: Screen) -> Language:
    """The language, if there is a font for it."""
    from lstm_viz.figure.style import chinese_font

    return ENGLISH if screen.lang == "zh" and not chinese_font() else screen.say


def _overview(experiment: Experiment, backward: bool, screen: Screen, say: Language) -> Picture:
    """All steps, values above gradients."""
    labels = experiment.labels
    whole = overview(experiment.trace, None, labels, say=say)
    if not backward:
        return whole
    return Stack((whole, overview(experiment.gradients, None, labels, say=say)))


def _one_step(experiment: Experiment, backward: bool, screen: Screen, say: Language) -> Picture:
    """One step's wiring, values above gradients."""
    steps = [int(str(screen.at)) - 1]
    forward = next(wires.forward(experiment.trace, screen.unit, steps, experiment.labels, say))
    if not backward:
        return forward
    return Stack((forward, next(wires.backward(experiment.gradients, screen.unit, steps, say))))


def _film(experiment: Experiment, backward: bool, unit: int, say: Language) -> Iterator[Picture]:
    """Every step's wiring, then, if asked for, the way back."""
    yield from wires.forward(experiment.trace, unit, None, experiment.labels, say)
    if backward:
        yield from wires.backward(experiment.gradients, unit, None, say)
