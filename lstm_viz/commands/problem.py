"""`lstm-viz problem`: the bank, or one problem, and its answers."""

from __future__ import annotations

import click

from lstm_viz.commands.shared_options import language_option
from lstm_viz.validation.errors import OptionError


@click.command()
@click.argument("name", required=False)
@click.option("--answers", is_flag=True, help="Run it, and answer what is asked.")
@click.option("--text", is_flag=True, help="Its file, to edit and give back with --problem.")
@language_option
def problem(name: str | None, answers: bool, text: bool, lang: str) -> None:
    """Published problems with their numbers; or one, of the bank or of a file, and its answers.

    \b
      lstm-viz problem gomez
      lstm-viz problem gomez --answers
      lstm-viz problem gomez --text > mine.toml      then: lstm-viz step --problem mine.toml
    """
    if name is None and (answers or text):
        option = "--answers" if answers else "--text"
        raise OptionError(f"{option} needs a name: lstm-viz problem gomez {option}")
    if name is not None and text:
        from lstm_viz.problems import read_problem

        click.echo(read_problem(name).text.rstrip("\n"))
    else:
        _show(name, answers, lang)


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
