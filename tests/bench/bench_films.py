"""Films beside Matplotlib's own: the same figure, artists updated in place, as GIF and MP4."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz import LSTM, backpropagate, run
from lstm_viz.pictures.kinds import Beside, Curve, Curves, Grid, Picture, Stack, Text
from lstm_viz.validation.errors import InputError

FRAMES, PIXELS, PACE = 60, (1920, 1080), 0.1
Pictures = Callable[[], Iterator[Picture]]
FOLDER = Path(tempfile.mkdtemp(prefix="lstm-viz-bench-"))


def four_panels() -> Iterator[Picture]:
    """Forget gates and memory, gates and gradients of an LSTM, unrolled."""
    x = np.sin(np.arange(FRAMES) / 4)[:, None]
    trace = run(LSTM, LSTM.start(hidden=16, seed=0, forget_bias=1.0), x)
    seed = np.zeros((FRAMES, 16))
    seed[-1] = 1
    gradients = backpropagate(trace, {"h": seed})
    for now in range(FRAMES):
        yield Stack(
            (
                Beside((_map(trace, "f", 0, now), _map(trace, "c", -1, now))),
                Beside((_gates(trace, now), _norms(gradients, now))),
            )
        )


def _until(values: np.ndarray, now: int) -> np.ndarray:
    values = np.array(values)
    values[now + 1 :] = np.nan
    return values


def _map(trace: Any, name: str, low: float, now: int) -> Grid:
    rows = tuple(Text(str(k)) for k in range(16))
    of = {"f": "forget gate", "c": "memory"}[name]
    return Grid((Text(name),), _until(trace[name], now).T, rows, low=low, of=of)


def _gates(trace: Any, now: int) -> Curves:
    kinds = {"i": "input gate", "f": "forget gate", "o": "output gate"}
    curves = [Curve(Text(k, of), _until(trace[k].mean(axis=1), now)) for k, of in kinds.items()]
    x = np.arange(FRAMES)
    return Curves((Text("gates"),), x, tuple(curves), "step", now=now, low=0, high=1)


def _norms(gradients: Any, now: int) -> Curves:
    kinds = {"c": "memory", "h": "output"}
    norms = {k: np.linalg.norm(gradients[k], axis=1)[::-1] for k in kinds}
    curves = [Curve(Text(f"d{k}", of), _until(norms[k], now)[::-1]) for k, of in kinds.items()]
    x, at = np.arange(FRAMES), FRAMES - 1 - now
    ends = {"low": 1e-12, "high": 10.0}
    return Curves((Text("gradients"),), x, tuple(curves), "step", "", True, at, **ends)


def one_step() -> Iterator[Picture]:
    """The beginning of `step`'s film: numbers on their way along the wires of a cell."""
    from lstm_viz.views.wiring import frames, motion

    trace = run(LSTM, LSTM.start(seed=0), [[1.0]] * 2)
    film = motion.film([frames.forward(trace)], motion.pace(trace, 0, False))
    return islice(film, FRAMES)


def ours(path: Path, pictures: Pictures = four_panels) -> None:
    """What `lstm-viz … --save` does."""
    from lstm_viz.figure import save_film

    save_film(path, pictures(), pixels=PIXELS, seconds=PACE)


def theirs(path: Path, pictures: Pictures = four_panels) -> None:
    """FuncAnimation.save on the same figure."""
    import matplotlib
    from matplotlib.animation import FFMpegWriter, FuncAnimation, PillowWriter

    from lstm_viz.figure.layout import Drawing
    from lstm_viz.figure.mp4 import find_ffmpeg
    from lstm_viz.figure.saving import sized

    frames = list(pictures())
    size, dpi = sized(PIXELS)
    drawing = Drawing(frames[0], size=size, dpi=dpi)
    film = FuncAnimation(drawing.figure, lambda k: drawing.put(frames[k]), frames=len(frames))
    writer: Any = PillowWriter(fps=round(1 / PACE))
    if path.suffix == ".mp4":
        matplotlib.rcParams["animation.ffmpeg_path"] = find_ffmpeg()
        writer = FFMpegWriter(fps=round(1 / PACE), codec="libx264")
    film.save(path, writer=writer)


def check(path: Path) -> None:
    """Stop unless at most 1 % of the pixels are off by more than 24 of 255."""
    from PIL import Image

    from lstm_viz.figure.frames import Frames
    from lstm_viz.figure.saving import sized

    off, (size, dpi) = [], sized(PIXELS)
    with Image.open(path) as image:
        assert image.n_frames == FRAMES
        for k, drawn in enumerate(Frames(four_panels(), size=size, dpi=dpi)):
            image.seek(k)
            gap = np.abs(np.asarray(image.convert("RGB")).astype(int) - drawn[..., :3])
            off.append((gap.max(axis=2) > 24).mean())
    print(f"pixels off by more than 24/255: {100 * max(off):.3f} % in the worst frame")
    assert max(off) <= 0.01


def films() -> Iterator[tuple[str, tuple[int, ...], Any, Any, str]]:
    """Time and size of GIFs, as lines of the bench."""
    size = (FRAMES, *PIXELS)
    film = FOLDER / "step.gif"
    both = [partial(ours, film, one_step), partial(theirs, film, one_step)]
    yield "step's film / FuncAnimation", size, *both, ">= 6"
    mine, other = FOLDER / "ours.gif", FOLDER / "theirs.gif"
    yield "gif / FuncAnimation", size, partial(ours, mine), partial(theirs, other), ">= 6"
    check(mine)
    weights = os.path.getsize(mine), os.path.getsize(other)
    yield "gif size / FuncAnimation's", size, *weights, "<= 0.5"


def mp4() -> Iterator[tuple[str, tuple[int, ...], Any, Any, str]]:
    """The same of MP4s."""
    from lstm_viz.figure import can_save

    mine, other = FOLDER / "ours.mp4", FOLDER / "theirs.mp4"
    try:
        can_save(mine)
    except InputError as error:
        print(f"left out: {error}")
        return
    size = (FRAMES, *PIXELS)
    yield "mp4 / FuncAnimation", size, partial(ours, mine), partial(theirs, other), ">= 6"
    weights = os.path.getsize(mine), os.path.getsize(other)
    yield "mp4 size / FuncAnimation's", size, *weights, ""
