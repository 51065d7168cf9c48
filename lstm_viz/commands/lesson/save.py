"""A lesson as a file: its ending says as what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from lstm_viz.commands.lesson.printed import printed
from lstm_viz.commands.speaking import tell
from lstm_viz.files.atomic import check_writable, replacing
from lstm_viz.lessons.read import Lesson
from lstm_viz.lessons.run import Run
from lstm_viz.pictures.kinds import Picture, Title
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.terminal import open_console, show
from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import printable
from lstm_viz.views.lesson import piece as view
from lstm_viz.views.lesson.text import code_of

ENDINGS = ("ipynb", "html", "md", "pdf", "txt")
WIDTH = 100  # columns of a lesson as text


def save_lesson(lesson: Lesson, path: str, say: Language = ENGLISH) -> None:
    """Run a lesson and write it; `InputError` for an ending that is not known, before it runs."""
    ending = path.lower().rpartition(".")[2]
    if ending not in ENDINGS:
        known = ", ".join(f".{each}" for each in ENDINGS)
        raise InputError(f"{path}: it does not end in one of {known}")
    check_writable(path)
    run = Run(lesson)
    run.whole()
    if ending == "pdf":
        from lstm_viz.figure.handout import save_pages

        save_pages(path, handout(run, say), f"{lesson.number}  {lesson.question}")
    else:
        with replacing(path) as file:
            if ending == "txt":
                console = open_console(file, width=WIDTH, color_system=None)
                show(printed(run, say), console, say=say)
            else:
                file.write(_written(run, ending, say))
    tell(f"saved {printable(path)}")


def _written(run: Run, ending: str, say: Language) -> str:
    if ending == "ipynb":
        from lstm_viz.commands.lesson.notebook import notebook

        return json.dumps(notebook(run), indent=1, ensure_ascii=False) + "\n"
    if ending == "html":
        from lstm_viz.commands.lesson.html import page

        return page(run, say)
    from lstm_viz.commands.lesson.markdown import markdown

    return markdown(run, say)


def handout(run: Run, say: Language) -> Iterator[Picture | str]:
    """What is printed on paper: pictures and text; code, and what it printed, as plain text."""
    lesson = run.lesson
    yield Title(f"{lesson.number}", lesson.question)
    for k, piece in enumerate(lesson.pieces):
        played = run.at(k)
        yield from (part for part in view.head(piece) if part != view.GAP)
        if piece.kind == "live":
            yield "\n".join(f"$ {command}" for command in piece.commands)
        elif piece.kind == "code" and not piece.silent:
            yield piece.source
        if played.printed:
            yield played.printed
        for part in view.came(replace(played, printed=""), say):
            if part != view.GAP:
                yield code_of(part) or part
