"""From a training into its cell: the sequence that was looked at, as `lstm-viz step` plays it."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace

from lstm_viz.commands.output import Screen
from lstm_viz.commands.speaking import chosen, said
from lstm_viz.commands.step_frames import play_run
from lstm_viz.experiments import choose
from lstm_viz.experiments.options import ModelOptions, StepOptions
from lstm_viz.learning.snapshot import Training
from lstm_viz.learning.watched import Look, Looks
from lstm_viz.validation.names import count


def step_into(training: Training, looks: Looks, seen: Look) -> None:
    """Play the example through the network with the weights of a look, until q."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.npz")
        with looks.as_of(seen):
            training.save(path)
        experiment = choose(StepOptions(model=ModelOptions(path)))
    learned = f"{training.title}, {training.label}, after {count(seen.update, 'update')}"
    play_run(replace(experiment, weights_from=said(learned)), Screen(lang=chosen()), back=False)
