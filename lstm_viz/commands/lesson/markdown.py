"""A lesson as Markdown; its pictures are drawn with characters, so that it is one file."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_viz.commands.lesson.printed import output_of
from lstm_viz.lessons.run import Run
from lstm_viz.lessons.stage import Question, Remembered, Shown
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.terminal.paper import Paper, lines

WIDTH, FENCE = 90, "```"


def markdown(run: Run, say: Language = ENGLISH) -> str:
    """The lesson from its question to what is taken home; the lecturer's notes stay out."""
    lesson = run.lesson
    head = f"*{lesson.number}. {lesson.question}*"
    parts = [part for k in range(len(lesson.pieces)) for part in _piece(run, k, say)]
    return "\n\n".join([head, *parts]) + "\n"


def _piece(run: Run, k: int, say: Language) -> Iterator[str]:
    piece, played = run.lesson.pieces[k], run.at(k)
    if piece.title:
        yield f"### {piece.title}"
    if piece.kind == "live":
        for command in piece.commands:
            yield _fenced(f"$ {command}\n{output_of(command)}", "console")
    elif piece.kind == "text":
        yield played.text
    elif not piece.silent:
        yield _fenced(piece.source, "python")
    if played.printed:
        yield _fenced(played.printed)
    for what in played.told:
        if isinstance(what, Question):
            choices = "\n".join(f"{j}. {each}" for j, each in enumerate(what.choices, 1))
            yield f"**{what.question}**"
            yield choices
            right = f"{what.answer + 1}: {what.because}"
            yield f"<details><summary>{say('answer')}</summary>\n\n{right}\n\n</details>"
        elif isinstance(what, Remembered):
            yield f"> **{what.sentence}**"
        else:
            yield _fenced(_drawn(what, say))


def _drawn(shown: Shown, say: Language) -> str:
    picture = shown.picture()
    if picture is None:
        return say("a Matplotlib figure: o opens it")
    return "\n".join(row.plain.rstrip() for row in lines(picture, Paper(WIDTH, say=say)))


def _fenced(text: str, language: str = "") -> str:
    fence = FENCE + "`" * (FENCE in text)
    return f"{fence}{language}\n{text}\n{fence}"
