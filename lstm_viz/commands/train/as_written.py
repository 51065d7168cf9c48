"""`lstm-viz train csi300 --as-written`: its printed course, what its cost hides, and who wins."""

from __future__ import annotations

from dataclasses import asdict, replace

import click

from lstm_viz.commands.speaking import tell
from lstm_viz.commands.train.drawn import save
from lstm_viz.commands.train.options import TrainOptions
from lstm_viz.commands.train.recipes import begun, fitting
from lstm_viz.commands.train.report import end_if_nothing, say, watch, write_json
from lstm_viz.commands.train.resuming import check_left
from lstm_viz.learning.divergence import DivergedError
from lstm_viz.learning.recipes.recipe import Recipe
from lstm_viz.learning.recipes.training import RecipeTraining
from lstm_viz.learning.recipes.written import AS_WRITTEN, NAME, WrittenTraining
from lstm_viz.learning.resume import carrying_on
from lstm_viz.pictures.kinds import Rule, Text, Words
from lstm_viz.validation.errors import OptionError
from lstm_viz.views import train as view
from lstm_viz.views import written as found

USELESS = ("batch", "dropout", "split", "patience", "loss", "seeds")


def train_written(recipe: Recipe, asked: TrainOptions) -> None:
    """The tutorial's graph, then the recipe that is mended, on the same days."""
    for name in asked.given:
        if name in USELESS:
            raise OptionError(f"--{name}: the graph of {recipe.name} as written has no use for it")
    asked, output = fitting(recipe, asked), asked.output
    settings, table, model = begun(recipe, asked, AS_WRITTEN, NAME)
    if len(settings.hidden) > 1:
        raise OptionError(f"--layers: the graph of {recipe.name} as written has one layer")
    with carrying_on(asked.resume):
        training = WrittenTraining(settings, table, model)
    check_left(training, asked, "--updates")
    if not output.json_:
        click.echo(training.model.summary(len(training.targets[0])))
    report = watch(training, output)
    end_if_nothing(report)
    if not report.done:
        return
    picture = view.sample(training.sample())
    save(report, picture)
    finding = training.finding()
    if output.json_:
        gates = {name: asdict(each) for name, each in finding.gates.items()}
        told = vars(finding) | {"first": vars(finding.first), "last": vars(finding.last)}
        write_json({"recipe": NAME, **told, "gates": gates})
    else:
        say(picture, Rule("what the cost does not show"), *found.finding(finding))
    if not report.interrupted:
        _mend(recipe, training, asked)


def _mend(recipe: Recipe, written: WrittenTraining, asked: TrainOptions) -> None:
    """The recipe on the same days, and both on the last of them."""
    settings = replace(recipe.settings, epochs=1000, rows=0, seed=written.settings.seed)
    mended = RecipeTraining(recipe, settings, written.table)
    try:
        for _ in mended:
            pass
    except (DivergedError, KeyboardInterrupt) as error:
        tell(f"mended: {error or 'stopped'}")
        return
    score = mended.score()
    compared = written.compared(score, mended.tested)
    if asked.output.json_:
        write_json({"recipe": NAME, **asdict(compared)})
        return
    say(Rule("mended"), Words((Text(mended.what),)), *found.compared(compared))
