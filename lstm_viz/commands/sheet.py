"""`lstm-viz sheet` and `lstm-viz grade`: a lesson on paper, with numbers of each student's own."""

from __future__ import annotations

from typing import Any

import click

from lstm_viz.commands.whole import Whole

SALT_HELP = "A word of the course's own, kept secret: other salt, other numbers."
ENDINGS = (".pdf", ".md", ".html", ".txt")


@click.command()
@click.argument("lesson", type=Whole(1, 99))
@click.option("--student", metavar="ID", help="The student's name or number.")
@click.option(
    "--roster", metavar="FILE.csv", help="A sheet for each student of a class; see grade."
)
@click.option("--salt", default="", metavar="WORD", help=SALT_HELP)
@click.option(
    "--save",
    metavar="FILE|FOLDER",
    help="A file, .pdf, .md, .html, or .txt for the form alone; with --roster a folder of sheets"
    " and forms.",
)
@click.option(
    "--as",
    "kind",
    type=click.Choice([ending[1:] for ending in ENDINGS[:3]]),
    default="pdf",
    help="With --roster: what the sheets are.  [default: pdf]",
)
@click.option("--key", metavar="FILE.csv", help="Write all answers, for whoever grades by hand.")
def sheet(**asked: Any) -> None:
    """Print a lesson's exercises, with numbers of each student's own.

    \b
      lstm-viz sheet 7 --student 2024123
      lstm-viz sheet 7 --student 2024123 --save sheet.pdf
      lstm-viz sheet 7 --roster names.csv --salt autumn --save sheets/ --key key.csv
    """
    from lstm_viz.commands.sheets import run_sheet

    run_sheet(**asked)


@click.command()
@click.argument("answers", metavar="FOLDER")
@click.option(
    "--roster",
    required=True,
    metavar="FILE.csv",
    help="Students: the column student or id, else the first one.",
)
@click.option("--salt", default="", metavar="WORD", help="The salt of the sheets.")
@click.option("--json", is_flag=True, help="Print points and mistakes as JSON.")
@click.option(
    "--save", multiple=True, metavar="FILE", help="Save points and mistakes (.csv, .json)."
)
def grade(answers: str, roster: str, salt: str, json: bool, save: tuple[str, ...]) -> None:
    """Grade the filled-in forms of a class, and name the mistakes.

    FOLDER holds a form ID.txt for each student. Nothing of a student's is run. A form that cannot
    be read is named on standard error, in one line, and has no points.

    \b
      lstm-viz grade answers/ --roster names.csv --salt autumn
      lstm-viz grade answers/ --roster names.csv --salt autumn --save points.csv
    """
    from lstm_viz.commands.grading import run_grade

    run_grade(answers, roster, salt, json, save)
