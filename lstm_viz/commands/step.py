"""What `lstm-viz step` does once its options are read: choose, run, show or save."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from lstm_viz.commands.output import Output, Screen
from lstm_viz.commands.shared_options import gather, outputs, standard_input
from lstm_viz.experiments import choose
from lstm_viz.experiments.experiment import Experiment
from lstm_viz.experiments.options import StepOptions, asked_for
from lstm_viz.pictures.kinds import Picture
from lstm_viz.terminal import show
from lstm_viz.validation.errors import OptionError
from lstm_viz.validation.names import which_units
from lstm_viz.views.step import printed as view
from lstm_viz.views.step import printed_back as view_back


def run_step(**given: Any) -> None:
    """`lstm-viz step`: run a cell and play it, or print its arithmetic, or all of it as data."""
    if given["model"] is not None:  # a cell is then what the model's weights are put into
        given |= {"into": given["cell"], "cell": None}
    options = gather(StepOptions, {**given, "stdin": standard_input()})
    screen, back = gather(Screen, given), bool(asked_for(options.loss))
    ways = [replace(each, backward=each.backward or back) for each in outputs(given)]
    for output in ways:
        _check_output(output, given)
        if screen.quiz and output.mode(screen.framed) != "play":
            raise OptionError("--quiz needs a keyboard: run it in a terminal, and save nothing")
        if output.mode(screen.framed) in ("still", "film"):
            from lstm_viz.commands import step_picture

            step_picture.check(output, screen)
    with np.errstate(all="ignore"):  # what is not finite is shown, and said
        experiment = choose(options)
        _check_screen(experiment, screen)
        for output in ways:
            write(experiment, output, screen)


def write(experiment: Experiment, output: Output, screen: Screen) -> None:
    """Let a run leave the program as it was asked for."""
    MODES[output.mode(screen.framed)](experiment, output, screen)


def _check_output(output: Output, given: Mapping[str, Any]) -> None:
    output.check()
    if output.ending in ("npz", "json", "csv"):
        for option in ("at", "unit", "digits"):
            if given[option] is not None:
                raise OptionError(
                    f"--{option} is for printed output: {output.ways[0]} holds every step, unit"
                    " and digit"
                )
    if output.ending == "cast" and given["at"] is not None:
        raise OptionError(f"--at selects one view: {output.ways[0]} records all of them")


def _check_screen(experiment: Experiment, screen: Screen) -> None:
    trace, at = experiment.trace, screen.at
    if at is not None and at.isdigit() and int(at) > len(trace):
        raise OptionError(f"--at {at}: the sequence has {len(trace)} steps")
    units = max(trace[name].shape[-1] for name in trace.cell.quantities)
    if screen.unit >= units:
        raise OptionError(f"--unit {screen.unit}: {which_units(units)}")


# ---------------------------------------------------------------------------- the ways out


def _text(experiment: Experiment, output: Output, screen: Screen) -> None:
    with output.console() as console:
        show(_pictures(experiment, output.backward, screen), console, screen.digits, screen.say)


def _pictures(experiment: Experiment, backward: bool, screen: Screen) -> Iterator[Picture]:
    """The title, the steps, and, where it is gone back, the backward pass."""
    trace, loss, unit, say = experiment.trace, experiment.loss, screen.unit, screen.say
    labels, stamps = experiment.labels, experiment.sequence.stamps
    what = experiment.sequence.what
    steps = () if screen.at is None else (int(screen.at) - 1,)
    said = (loss.words, loss.value) if backward else None
    label = "problem" if experiment.problem else "weights"
    yield view.title(trace, experiment.source, what, unit, said, say, label)
    was = experiment.was.trace if experiment.was else None
    yield from view.forward(trace, unit, steps, labels, say, was, screen.digits, stamps)
    if backward:
        then = experiment.was.gradients if experiment.was else None
        gradients = experiment.gradients
        yield from view_back.backward(
            gradients, unit, steps, labels, say, then, screen.digits, stamps
        )
        yield view_back.weight_gradients(experiment.gradients, unit, say)
    if experiment.problem:
        from lstm_viz.views.problem import answered

        holds = ", ".join(map(str, experiment.holds))
        yield answered(experiment.problem, experiment.answers, say, holds)


def _data(experiment: Experiment, output: Output, screen: Screen) -> None:
    from lstm_viz.commands import export

    gradients = experiment.gradients if output.backward else None
    with output.file() as file:
        if output.ending == "npz":
            export.write_npz(file, experiment.trace, gradients)
        elif output.ending == "csv":
            export.write_csv(file, experiment.trace, gradients)
        else:
            loss = experiment.loss.value
            data = export.as_data(experiment.trace, gradients, loss)
            if experiment.problem:
                data |= export.problem_data(experiment.problem, experiment.answers)
            export.write_json(file, data)


def _picture(experiment: Experiment, output: Output, screen: Screen) -> None:
    from lstm_viz.commands import step_picture

    step_picture.save(experiment, output, screen)


def _screens(experiment: Experiment, output: Output, screen: Screen) -> None:
    from lstm_viz.commands import step_frames

    way = step_frames.save_frames if output.path else step_frames.print_frames
    way(experiment, output, screen)


def _play(experiment: Experiment, output: Output, screen: Screen) -> None:
    from lstm_viz.commands import step_frames

    step_frames.play_run(experiment, screen, output.backward)


# What `Output.mode` gives → what is done. Only what is done is imported: printing begins sooner.
MODES: dict[str, Callable[[Experiment, Output, Screen], None]] = {
    "text": _text,
    "data": _data,
    "still": _picture,
    "film": _picture,
    "screen": _screens,
    "recording": _screens,
    "play": _play,
}
