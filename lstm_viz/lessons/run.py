"""A lesson run cell by cell, each once: what it printed, asked and showed, its text filled in."""

from __future__ import annotations

import ast
import io
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

from lstm_viz.lessons.read import Lesson, Piece
from lstm_viz.lessons.stage import Question, Remembered, Shown, Told, on
from lstm_viz.validation.errors import InputError


class LessonError(InputError):
    """A cell that does not run, or whose claim does not hold: the script, the line, the reason."""


@dataclass(frozen=True)
class Played:
    """What came of a cell: its text with the run's numbers, what it printed, what it told."""

    text: str = ""
    printed: str = ""
    told: tuple[Told, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """What was asked."""
        return tuple(each for each in self.told if isinstance(each, Question))

    @property
    def pictures(self) -> tuple[Shown, ...]:
        """What was shown."""
        return tuple(each for each in self.told if isinstance(each, Shown))

    @property
    def remembered(self) -> tuple[Remembered, ...]:
        """The sentence to take away."""
        return tuple(each for each in self.told if isinstance(each, Remembered))


class Run:
    """A lesson's run, as far as it has been played; no cell is run twice."""

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        self._names: dict[str, Any] = {"__name__": "__main__", "__file__": str(lesson.path)}
        self._played: list[Played] = []
        self._told: list[Told] = []

    def told(self, what: Told) -> None:
        """What the lesson says, while it runs."""
        self._told.append(what)

    def at(self, k: int) -> Played:
        """What came of the `k`th piece, from 0; the pieces before it are run first.

        Raises `LessonError` where one of them fails.
        """
        while len(self._played) <= k:
            self._played.append(self._play(self.lesson.pieces[len(self._played)]))
        return self._played[k]

    def whole(self) -> list[Played]:
        """What came of every piece."""
        return [self.at(k) for k in range(len(self.lesson.pieces))]

    def reached(self, k: int) -> bool:
        """Whether the `k`th piece has been run."""
        return len(self._played) > k

    def runs_code(self, k: int) -> bool:
        """Whether code is still to be run for what comes of the `k`th piece."""
        return any(p.kind in ("code", "ask") for p in self.lesson.pieces[len(self._played) : k + 1])

    def filled(self, piece: Piece) -> str:
        """A text with its `{fields}` filled from the names as they are now."""
        if piece.kind not in ("text", "notes"):
            return piece.source
        quotes = '"' * 3
        body = piece.source.replace("\\", "\\\\").replace(quotes, '\\"\\"\\"')
        body = body[:-1] + '\\"' if body.endswith('"') else body
        try:
            return str(eval(f"f{quotes}{body}{quotes}", self._names))
        except Exception as error:
            raise self._wrong(piece, error) from error

    def _play(self, piece: Piece) -> Played:
        if piece.kind == "text":
            return Played(text=self.filled(piece))
        printed, self._told = io.StringIO(), []
        with on(self), redirect_stdout(printed):
            try:
                self._execute(piece)
            except Exception as error:
                raise self._wrong(piece, error) from error
        return Played(printed=printed.getvalue().rstrip("\n"), told=tuple(self._told))

    def _execute(self, piece: Piece) -> None:
        """Run a cell; a picture that its last line gives is shown."""
        tree = ast.parse(piece.source)
        ast.increment_lineno(tree, piece.line - 1)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        name = str(self.lesson.path)
        exec(compile(tree, name, "exec"), self._names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), name, "eval"), self._names)
            if hasattr(value, "figure") or hasattr(value, "savefig"):
                self.told(Shown(value))

    def _wrong(self, piece: Piece, error: Exception) -> LessonError:
        line, trace = piece.line, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == str(self.lesson.path):
                line = trace.tb_lineno
            trace = trace.tb_next
        what = " ".join(str(error).split()) or "this does not hold"
        return LessonError(f"{self.lesson.path}, line {line}: {type(error).__name__}: {what}")
