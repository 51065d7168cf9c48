"""A run as a picture or a film: what `lstm-viz step --save out.png` and its like write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lstm_viz.commands.exit_codes import warned_plainly
from lstm_viz.commands.output import Output, Screen, form, in_pixels
from lstm_viz.commands.speaking import tell
from lstm_viz.experiments.experiment import Experiment
from lstm_viz.pictures.kinds import Beside, Picture, Rule, Stack
from lstm_viz.pictures.language import Language
from lstm_viz.validation.errors import OptionError
from lstm_viz.views.overview import is_tall, overview
from lstm_viz.views.problem import answered, headline
from lstm_viz.views.wiring import frames as wires
from lstm_viz.views.wiring import motion

LASTS, FASTER = 15.0, 2.5  # seconds of a film, if so many times faster is enough
ANSWERS = 3  # columns of a problem's answers: below each other they do not fit on a slide
PAGE = "This is more than a slide shows, so it is a page: --at STEP shows one step on a slide."
SLIDE = 1920, 1080  # pixels of a step's picture and of a film


def check(output: Output, screen: Screen) -> None:
    """Raise `InputError` where such a file cannot be made: before any work is done."""
    from lstm_viz.figure import can_save

    can_save(str(output.path))
    if screen.at is not None and not screen.at.isdigit():
        raise OptionError(f"--at {screen.at}: a picture shows one step: give its number")
    if screen.at is not None and form(str(output.path)) == "film":
        raise OptionError("--at selects one picture: a film shows all steps")
    pixels(screen)


def save(experiment: Experiment, output: Output, screen: Screen) -> None:
    """Write the wiring of a step (with --at), the run as strips and heat maps, or its film."""
    from lstm_viz.figure import Room, least_height, save_film, save_still

    path, theme, size = str(output.path), screen.theme or "light", pixels(screen)
    words: dict[str, Any] = {"digits": screen.digits, "title": experiment.cell.name}
    with warned_plainly():
        if form(path) == "film":
            frames, told = _film(experiment, output, screen)
            save_film(path, frames, theme, pixels=size or SLIDE, **told, **words)
        else:
            head: list[Picture] = [headline(experiment.problem)] if experiment.problem else []
            first, *others = head + list(_pictures(experiment, output, screen))
            whole = Stack((first, *others)) if others else first
            beside = screen.at is not None and bool(output.backward or experiment.was)
            words["room"] = Room(0.75, 1.7) if beside else Room(0.7) if screen.at else Room()
            two = screen.at is None and experiment.was  # runs: more than a slide holds, at times
            page = two and least_height(whole, SLIDE[0], Room(0.9)) > SLIDE[1]
            save_still(path, whole, theme, pixels=size or (None if page else SLIDE), **words)
            if page and not size:
                tell(PAGE)
    output.say_saved()


def pixels(screen: Screen) -> tuple[int, int] | None:
    """The size of a picture that was asked for; `OptionError` where it is none in pixels."""
    size = in_pixels(screen.size)
    if size and (any(each % 2 for each in size) or min(size) < 200):
        words = "a picture's or a film's is an even number of pixels, from 200 on, as 1920x1080"
        raise OptionError(f"--size {screen.size}: {words}")
    return size


def _pictures(experiment: Experiment, output: Output, screen: Screen) -> Iterator[Picture]:
    """Of a still: a run; of a run in which something is held, the run as it was too."""
    say, was = screen.say, experiment.was
    if not was:
        yield from _of_run(experiment, output, screen, say)
        return
    held = ", ".join(map(str, experiment.holds))
    asked = Rule(say.known("what if {holds}").format(holds=held))
    as_it_was = Rule(say.known("as it was"))
    both = (asked, experiment, was), (as_it_was, was, experiment)
    runs = [Stack((head, *_parts(_of_run(of, output, screen, say, to)))) for head, of, to in both]
    if screen.at is None or not output.backward:
        yield Beside(tuple(runs))
    else:
        yield from runs


def _parts(pictures: Iterator[Picture]) -> Iterator[Picture]:
    """All of them in one stack, so that beside another run like stands by like."""
    for each in pictures:
        if isinstance(each, Stack) and not each.in_step:
            yield from each.parts
        else:
            yield each


def _of_run(
    experiment: Experiment,
    output: Output,
    screen: Screen,
    say: Language,
    other: Experiment | None = None,
) -> Iterator[Picture]:
    """Of all steps: values, then gradients if it is gone back; of a step: these two beside.

    On the scale of the `other`, too, to be compared with it.
    """
    of = experiment.sequence
    _, axis, rows, _ = drawn(of.labels, of.axis, of.rows, of.stamps)
    if screen.at is None:
        told: dict[str, Any] = {"say": say, "features": rows, "whose": experiment.whose}
        others = (other,) if other else ()
        ways = [overview(experiment.trace, None, axis, **told, with_=[o.trace for o in others])]
        if output.backward:
            to = [o.gradients for o in others]
            ways.append(overview(experiment.gradients, None, axis, **told, with_=to))
        yield from (Beside(tuple(ways)),) if output.backward and is_tall(ways[0]) else ways
    else:
        ways = [next(way) for way in _wirings(experiment, output, screen, say, other)]
        yield ways[0] if len(ways) == 1 else Beside(tuple(ways))
    if experiment.problem:
        held = ", ".join(map(str, experiment.holds))
        yield answered(experiment.problem, experiment.answers, say, held, ANSWERS)


def _wirings(
    experiment: Experiment,
    output: Output,
    screen: Screen,
    say: Language,
    other: Experiment | None = None,
) -> Iterator[Iterator[Stack]]:
    """The steps' wirings, and those of the backward pass."""
    of = experiment.sequence
    labels, _, _, stamps = drawn(of.labels, of.axis, of.rows, of.stamps)
    steps = None if screen.at is None else [int(screen.at) - 1]
    yield wires.forward(experiment.trace, screen.unit, steps, labels, say, stamps)
    if output.backward:
        to = (other.gradients,) if other else ()
        yield wires.backward(experiment.gradients, screen.unit, steps, say, to)


def _film(
    experiment: Experiment, output: Output, screen: Screen
) -> tuple[Iterator[Stack], dict[str, Any]]:
    """The wirings in motion, and how many frames they are, of how many seconds each."""
    say, trace = screen.say, experiment.trace
    ways = _wirings(experiment, output, screen, say)
    how = motion.pace(trace, screen.unit, output.backward)
    count, speed = how.count(len(trace)), screen.speed
    if how.parts and speed == Screen.speed:  # where nobody has said how fast
        speed *= min(max(count / how.parts / speed / LASTS, 1.0), FASTER)
    told = {"count": count, "seconds": 1 / speed / (how.parts or 1)}
    frames = motion.film(ways, how)
    if experiment.was:
        held = ", ".join(map(str, experiment.holds))
        asked = Rule(say.known("what if {holds}").format(holds=held))
        frames = (Stack((asked, *each.parts)) for each in frames)
    return frames, told


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
