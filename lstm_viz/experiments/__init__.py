"""From what was asked for to a run: the cell or the model, its input, its loss.

choose(options)           one run: an Experiment
compare(options)          several cells and seeds, a model's layers, a problem: GradientFlows

A model's readers are loaded only where there is a model: most runs begin sooner without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_viz.experiments.holds import read_holds
from lstm_viz.experiments.options import GradientOptions, ModelOptions, StepOptions, asked_for
from lstm_viz.validation.errors import OptionError

if TYPE_CHECKING:
    from lstm_viz.experiments.experiment import Experiment
    from lstm_viz.experiments.gradient_flow import GradientFlows, Watch


def choose(options: StepOptions) -> Experiment:
    """Run what was asked for, or what shows most where it was left open; then with what is held."""
    experiment = _free(options)
    return experiment.held(read_holds(options.hold, experiment.cell))


def _free(options: StepOptions) -> Experiment:
    if options.problem is not None:
        from lstm_viz.experiments.problem import run_problem

        return run_problem(options)
    if not _is_model(options.model):
        from lstm_viz.experiments.one_cell import one_cell

        return one_cell(options)
    for option in asked_for(options.cell):
        if option == "--cell":
            raise OptionError("--cell and --model: give only one of them")
        raise OptionError(f"{option} is for a cell: the weights of --model are not changed")
    from lstm_viz.experiments.model import run_model

    return run_model(options)


def compare(options: GradientOptions, watch: Watch = lambda runs, count: runs) -> GradientFlows:
    """Run all that was asked for, and back; `watch` is handed the runs to be made, and how many."""
    if options.problem is not None:
        from lstm_viz.experiments.problem import problem_flows

        return problem_flows(options)
    if not _is_model(options.model):
        from lstm_viz.experiments.compare_cells import compare_cells

        return compare_cells(options, watch)
    from lstm_viz.experiments.compare_layers import compare_layers

    return compare_layers(options)


def _is_model(options: ModelOptions) -> bool:
    """Whether it is a model that is run; `OptionError` for options that only a model has."""
    if options.model is None:
        for option in asked_for(options):
            raise OptionError(f"{option} needs --model FILE")
    return options.model is not None
