"""What a lesson says to whoever looks at it: questions, pictures, the sentence to remember.

As a plain script a question prints its answer, and a picture is silent. Whoever plays a lesson sets
a stage, and is told instead.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Question:
    """A question to the class, its choices, which of them the run says is right, and why."""

    question: str
    choices: tuple[str, ...]
    answer: int
    because: str

    def __str__(self) -> str:
        choices = (f"  {k}  {choice}" for k, choice in enumerate(self.choices, 1))
        return "\n".join([self.question, *choices, f"→ {self.answer + 1}: {self.because}"])


@dataclass(frozen=True)
class Shown:
    """Something that draws itself, and what of it was asked for."""

    thing: Any
    asked: tuple[Any, ...] = ()
    named: dict[str, Any] = field(default_factory=dict)

    def picture(self) -> Any:
        """It as a picture; None for a figure that is not one of ours."""
        if hasattr(self.thing, "_picture_"):
            asked = {k: v for k, v in self.named.items() if k not in ("theme", "ax")}
            return self.thing._picture_(*self.asked, **asked)
        return getattr(self.thing, "picture", None)

    def figure(self) -> Any:
        """It as a Matplotlib figure."""
        own = getattr(self.thing, "figure", None)
        return own(*self.asked, **self.named) if callable(own) else own or self.thing


@dataclass(frozen=True)
class Remembered:
    """The one sentence to take away; it held."""

    sentence: str


Told = Question | Shown | Remembered


class Stage(Protocol):
    """Whoever plays a lesson."""

    def told(self, what: Told) -> None:
        """What the lesson says."""


_stages: list[Stage] = []


@contextmanager
def on(stage: Stage) -> Iterator[None]:
    """What is asked, shown and remembered inside goes to this stage."""
    _stages.append(stage)
    try:
        yield
    finally:
        _stages.pop()


def ask(question: str, choices: Sequence[str], answer: int, because: str) -> None:
    """Ask the class, before the run answers.

    `answer` is the right choice from 0, computed from the run, and `because` says why it is right.
    As a script: prints the question, the choices, and the answer. Raises `ValueError` where there
    are fewer than two choices or the answer is none of them.
    """
    answer = int(answer)
    if len(choices) < 2 or not 0 <= answer < len(choices):
        raise ValueError(f"{question!r}: answer {answer} is none of the {len(choices)} choices")
    if _stages:
        _stages[-1].told(Question(question, tuple(choices), answer, because))
        return
    print(Question(question, tuple(choices), answer, because))


def show(thing: Any, *asked: Any, **named: Any) -> None:
    """Show a trace, gradients or a comparison; the rest is passed on to its `figure`.

    As a script it is silent; in a notebook the figure is displayed.
    """
    if _stages:
        _stages[-1].told(Shown(thing, asked, named))
    elif (shell := sys.modules.get("IPython")) and shell.get_ipython() is not None:
        from importlib import import_module

        import_module("IPython.display").display(Shown(thing, asked, named).figure())


def remember(sentence: str, holds: bool) -> None:
    """The one true sentence of a lesson; `holds` is computed from the run.

    As a script: prints it. Raises `AssertionError` where it does not hold.
    """
    if not holds:
        raise AssertionError(f"this does not hold in this run: {sentence}")
    if _stages:
        _stages[-1].told(Remembered(sentence))
    else:
        print(sentence)
