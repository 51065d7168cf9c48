"""What `lstm-viz problem NAME --landscape` does once its options are read."""

from __future__ import annotations

from typing import Any

from lstm_viz.commands.export import write_json
from lstm_viz.commands.output import ENDINGS, Output, in_pixels
from lstm_viz.pictures.language import Language
from lstm_viz.problems import Descent, Problem, descent, landscape, read_problem
from lstm_viz.terminal import show
from lstm_viz.version import __version__
from lstm_viz.views import landscape as view

FINE = 401, 401  # places of a saved picture
RATE, CLIP, UPDATES = 0.1, 0.5, 100


def run_landscape(
    name: str,
    ways: list[Output],
    theme: str | None,
    size: str | None,
    rate: float | None,
    clip: float | None,
    updates: int | None,
    say: Language,
) -> None:
    """Print it, or save it as each of these; plain descent and clipped descent are drawn on it."""
    for output in ways:
        output.check()
    problem = read_problem(name)
    found = landscape(problem, FINE)
    descents = [
        descent(problem, rate or RATE, each, UPDATES if updates is None else updates)
        for each in (None, clip or CLIP)
    ]
    picture = view.picture(problem, found, descents, say)
    for output in ways:
        mode = ENDINGS[output.ending].form if output.ending else "text"
        if mode == "data":
            with output.file() as file:
                write_json(file, as_data(problem, descents))
        elif mode == "still":
            from lstm_viz.figure import save_still

            look: dict[str, Any] = {"title": problem.title, "pixels": in_pixels(size)}
            save_still(str(output.path), picture, theme or "light", **look)
            output.say_saved()
        else:
            with output.console() as console:
                show([picture], console, say=say)


def as_data(problem: Problem, descents: list[Descent]) -> dict[str, Any]:
    """The numbers, over a grid that is coarser than that of a picture."""
    found = landscape(problem)
    told = [
        {
            "clip": each.clip,
            "places": each.places,
            "losses": each.losses,
            "norms": each.norms,
            "clipped": each.acted,
        }
        for each in descents
    ]
    grid = {name: getattr(found, name) for name in ("x", "y", "losses", "norms")}
    head = {"version": __version__, "problem": problem.name, "weights": list(found.names)}
    return head | grid | {"descents": iter(told)}
