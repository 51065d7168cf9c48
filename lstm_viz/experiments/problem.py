"""A problem as a run: its own cell, weights, input, states and loss, and what is asked of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.experiment import Experiment
from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows, last_alone, long_enough
from lstm_viz.experiments.holds import read_holds
from lstm_viz.experiments.losses import cell_loss
from lstm_viz.experiments.options import (
    USUAL,
    CellOptions,
    GradientOptions,
    LossOptions,
    StepOptions,
    asked_for,
)
from lstm_viz.inputs.sequence import Sequence
from lstm_viz.problems import Problem, read_problem
from lstm_viz.trace.records import Gradients
from lstm_viz.trace.run import backpropagate, run
from lstm_viz.validation.errors import InputError, OptionError


def run_problem(options: StepOptions) -> Experiment:
    """The problem that was asked for; `OptionError` for an option that it answers itself."""
    _check(options)
    problem = read_problem(str(options.problem))
    options = replace(options, loss=_loss(problem))
    trace = run(problem.cell, problem.weights, problem.inputs, problem.states)
    output = problem.cell.output
    loss = cell_loss(options.loss, output, trace[output])
    sequence = Sequence(problem.inputs, problem.input_words)
    source = (problem.source,) if problem.source else ()
    return Experiment(options, trace, loss, sequence, problem.title, source, problem=problem)


def _check(options: StepOptions) -> None:
    given = (options.cell, replace(options.input, stdin=None), options.loss, options.model)
    for part in given:
        for option in asked_for(part):
            raise OptionError(
                f"{option} and --problem: give only one of them; --hold changes a problem's numbers"
            )


def _loss(problem: Problem) -> LossOptions:
    if problem.target is None:
        return LossOptions(None, problem.loss_at)
    rows = (",".join(map(repr, row)) for row in problem.target.tolist())
    return LossOptions(";".join(rows), problem.loss_at)


# ---------------------------------------------------------------------------- its gradients


def problem_flows(options: GradientOptions) -> GradientFlows:
    """The gradient flow of a problem; beside it the same with what is held, or with routes cut."""
    _check_flows(options)
    asked = StepOptions(CellOptions(), options.input, options.loss, options.model)
    whole = run_problem(replace(asked, problem=options.problem))
    if not whole.cell.states:
        raise OptionError(f"{whole.cell.name} has no state: no gradient flows from step to step")
    long_enough(len(whole.trace))
    flows = [_flow(whole)]
    if options.cut:
        try:
            flows.append(_flow(whole, options.cut))
        except InputError as error:
            raise OptionError(f"--cut: {error}") from None
    if options.hold:
        flows.append(_flow(whole.held(read_holds(options.hold, whole.cell))))
    return GradientFlows(tuple(flows), _facts(whole))


def _check_flows(options: GradientOptions) -> None:
    given = asked_for(replace(options.cells[0], cell=CellOptions.cell)) if options.cells else []
    cells = tuple(each.cell for each in options.cells) != tuple(each.cell for each in USUAL)
    given += ["--cells"] if cells else ["--seeds"] if options.seeds > 1 else []
    given += ["--loss"] if options.loss.loss_at else []
    for option in given:
        name = "--trained" if option == "--weights" else option
        raise OptionError(
            f"{name} and --problem: give only one of them; --hold and --cut change it"
        )


def _flow(whole: Experiment, cut: tuple[str, ...] = ()) -> GradientFlow:
    """Of one run: its norms, and those of the last step's loss alone where there are others."""
    output, slope = whole.cell.output, whole.loss.gradient
    found = [whole.gradients]
    if slope[:-1].any():
        found.append(backpropagate(whole.trace, {output: last_alone(slope)}))
    found = [measures.cut(each, cut) for each in found] if cut else found
    words = [f"cut {' '.join(cut)}"] if cut else []
    words += [f"hold {' '.join(map(str, whole.holds))}"] if whole.holds else []
    name = " ".join((whole.cell.name, *words))
    return GradientFlow(name, ", ".join(words), found[0], *map(_norms, found))


def _norms(gradients: Gradients) -> np.ndarray:
    return measures.norms(gradients, gradients.cell.memory)[None]


def _facts(whole: Experiment) -> tuple[tuple[str, str], ...]:
    problem = whole.problem
    assert problem is not None
    facts = ("problem", problem.title), ("source", problem.source), ("input", problem.input_words)
    found = (*facts, ("loss", whole.loss.words), ("answers", "; ".join(map(str, whole.answers))))
    return tuple(fact for fact in found if fact[1])
