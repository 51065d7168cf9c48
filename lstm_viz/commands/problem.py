"""`lstm-viz problem`: the bank, or one problem, its answers, and its landscape."""

from __future__ import annotations

from typing import Any

import click

from lstm_viz.commands.shared_options import (
    above_zero,
    ends_as,
    language_option,
    outputs,
    size_option,
    theme_option,
)
from lstm_viz.commands.whole import Whole
from lstm_viz.validation.errors import OptionError

MOST_UPDATES = 100_000
# As click calls them.
OF_LANDSCAPE = ("rate", "clip_norm", "updates", "json", "save", "size", "theme")


@click.command()
@click.argument("name", required=False)
@click.option("--answers", is_flag=True, help="Run the problem and answer what it asks.")
@click.option("--text", is_flag=True, help="Print its file, to edit and use with --problem.")
@click.option(
    "--landscape",
    is_flag=True,
    help="Draw the size of the gradient over two weights, with gradient descent, plain and"
    " clipped. [over] in the file names the weights and their ranges.",
)
@click.option(
    "--rate",
    type=float,
    callback=above_zero,
    metavar="R",
    help="With --landscape: the learning rate of both descents.  [default: 0.1]",
)
@click.option(
    "--clip-norm",
    type=float,
    callback=above_zero,
    metavar="C",
    help="With --landscape: the norm at which the second descent is clipped.  [default: 0.5]",
)
@click.option(
    "--updates",
    type=Whole(1, MOST_UPDATES),
    metavar="N",
    help="With --landscape: updates of each descent.  [default: 100]",
)
@click.option("--json", is_flag=True, help="With --landscape: print the numbers as JSON.")
@click.option(
    "--save",
    multiple=True,
    callback=ends_as("problem"),
    metavar="FILE",
    help="With --landscape: save the picture (.png, .svg, .pdf, .txt) or the numbers (.json).",
)
@size_option("picture", "as high as it needs")
@theme_option
@language_option
def problem(name: str | None, answers: bool, text: bool, landscape: bool, **given: Any) -> None:
    """List published problems, or show one with its answers.

    NAME is a problem of the list, or a TOML file of your own (docs/problems.md).

    \b
      lstm-viz problem gomez
      lstm-viz problem gomez --answers
      lstm-viz problem gomez --text > mine.toml      then: lstm-viz step --problem mine.toml
      lstm-viz problem cliff --landscape
    """
    asked = {"--answers": answers, "--text": text, "--landscape": landscape}
    chosen = [option for option, on in asked.items() if on]
    if name is None and chosen:
        usual = "cliff" if landscape else "gomez"
        raise OptionError(f"{chosen[0]} needs a name: lstm-viz problem {usual} {chosen[0]}")
    if landscape and len(chosen) > 1:
        raise OptionError(f"{chosen[0]} and --landscape: give only one of them")
    for option in OF_LANDSCAPE:
        if given[option] and not landscape:
            raise OptionError(f"--{option.replace('_', '-')} is for --landscape: add that")
    if name is not None and landscape:
        _landscape(name, given)
    elif name is not None and text:
        from lstm_viz.problems import read_problem

        click.echo(read_problem(name).text.rstrip("\n"))
    else:
        _show(name, answers, given["lang"])


def _landscape(name: str, given: dict[str, Any]) -> None:
    from lstm_viz.commands.landscape import run_landscape
    from lstm_viz.pictures.language import LANGUAGES

    ways = outputs(given)
    for output in ways:
        output.check()
        for option in ("theme", "size"):
            if given[option] and not str(output.path).lower().endswith((".png", ".svg", ".pdf")):
                raise OptionError(f"--{option} is for saved pictures: use it with --save FILE.png")
    how = given["rate"], given["clip_norm"], given["updates"]
    run_landscape(name, ways, given["theme"], given["size"], *how, LANGUAGES[given["lang"]])


def _show(name: str | None, answers: bool, lang: str) -> None:
    from lstm_viz.experiments import choose
    from lstm_viz.experiments.options import StepOptions
    from lstm_viz.pictures.language import LANGUAGES
    from lstm_viz.problems import BANK, read_problem
    from lstm_viz.terminal import open_console, show
    from lstm_viz.views import problem as view

    say, console = LANGUAGES[lang], open_console()
    if name is None:
        show(view.bank(map(read_problem, BANK), say), console, say=say)
        return
    show(view.statement(read_problem(name), say), console, say=say)
    if answers:
        run = choose(StepOptions(problem=name))
        assert run.problem is not None
        show([view.answered(run.problem, run.answers, say)], console, say=say)
