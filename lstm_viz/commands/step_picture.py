"""A run as a picture or a film: what `lstm-viz step --save out.png` and its like write."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_viz.commands.output import Shown
from lstm_viz.pictures.kinds import Picture, Stack
from lstm_viz.pictures.language import ENGLISH, Language
from lstm_viz.trace.records import Gradients, Trace
from lstm_viz.validation.errors import OptionError
from lstm_viz.views import overview
from lstm_viz.views.wiring import frames as wires


def can_save(path: str, shown: Shown) -> None:
    """Raise `InputError` where such a file cannot be made: before any work is done."""
    from lstm_viz import figure

    figure.can_save(path)
    if shown.at is not None and not shown.at.isdigit():
        raise OptionError(f"--at {shown.at}: a picture shows a step: give its number")
    if shown.at is not None and path.lower().endswith(figure.FILMS):
        raise OptionError("--at is for one picture: a film shows all steps")


def save(
    path: str, trace: Trace, gradients: Gradients | None, labels: tuple[str, ...], shown: Shown
) -> None:
    """Write the wiring of a step (with --at), the run as strips and heat maps, or its film."""
    from lstm_viz import figure

    say = _spoken(shown)
    if path.lower().endswith(figure.FILMS):
        count = len(trace) * (1 if gradients is None else 2)
        frames = film(trace, gradients, shown.unit, labels, say)
        figure.save_film(
            path,
            frames,
            shown.theme,
            seconds=1 / shown.speed,
            count=count,
            digits=shown.digits,
            title=trace.cell.name,
        )
    else:
        picture = still(trace, gradients, labels, shown, say)
        title = trace.cell.name
        figure.save_still(path, picture, shown.theme, digits=shown.digits, title=title)


def _spoken(shown: Shown) -> Language:
    """The language, if there is a font for it."""
    from lstm_viz.figure.fonts import draws_chinese

    return ENGLISH if shown.lang == "zh" and not draws_chinese() else shown.say


def still(
    trace: Trace,
    gradients: Gradients | None,
    labels: tuple[str, ...],
    shown: Shown,
    say: Language,
) -> Picture:
    """One step's wiring, values above gradients; or all steps."""
    if shown.at is None:
        whole = overview.overview(trace, None, labels, say=say)
        if gradients is None:
            return whole
        return Stack((whole, overview.overview(gradients, None, labels, say=say)))
    steps = [int(shown.at) - 1]
    forward = next(wires.forward(trace, shown.unit, steps, labels, say))
    if gradients is None:
        return forward
    return Stack((forward, next(wires.backward(gradients, shown.unit, steps, say))))


def film(
    trace: Trace,
    gradients: Gradients | None,
    unit: int,
    labels: tuple[str, ...],
    say: Language,
) -> Iterator[Picture]:
    """Every step's wiring, then, where there are gradients, the way back."""
    yield from wires.forward(trace, unit, None, labels, say)
    if gradients is not None:
        yield from wires.backward(gradients, unit, None, say)
