"""What does it learn, and what happens to its gates and gradients while it does?

A frame is one look at a model in training: how far it is, the loss so far against its baseline, the
norm of the gradient by distance from the loss, how often each gate is shut or open, and a sample
prediction against the truth.
"""

from __future__ import annotations

import numpy as np

from lstm_viz.learning.snapshot import GateReading, Sample, Snapshot, Training
from lstm_viz.learning.tasks.sweeps import Summary, Sweep
from lstm_viz.pictures.kinds import (
    Bar,
    Bars,
    Curve,
    Curves,
    Picture,
    Stack,
    Table,
    Text,
    Title,
    Value,
    Words,
)
from lstm_viz.validation.names import count
from lstm_viz.views.expressions import kind

POINTS = 200  # of a curve that is drawn
LEAST, FILM_LIMITS = 1e-30, (1e-12, 10.0)  # of a gradient's norm that is drawn


def title(training: Training) -> Title:
    """What is trained."""
    facts = tuple((label, (Text(text),)) for label, text in training.facts)
    return Title(training.title, training.what, facts)


def frame(seen: Snapshot) -> Stack:
    """One look, for a terminal that is updated in place."""
    parts: list[Picture] = [Words((Text(progress(seen)),)), loss(seen)]
    if seen.norms:
        parts.append(gradient_flow(seen))
    if seen.gates:
        parts.append(gate_bars(seen.gates))
    if seen.sample:
        parts.append(sample(seen.sample))
    return Stack(tuple(parts))


def film_frame(seen: Snapshot, whole: np.ndarray) -> Stack:
    """One frame of a film of the learning; its loss curve has room for the `whole` one."""
    head = Words((Text(f"update {seen.done:,} of {len(whole):,}"),))
    parts: list[Picture] = [head, loss(seen, whole)]
    if seen.norms:
        parts.append(gradient_flow(seen, FILM_LIMITS))
    if seen.gates:
        parts.append(gate_bars(seen.gates))
    return Stack(tuple(parts))


def progress(seen: Snapshot) -> str:
    """`━━━━────  40 %   800 of 2,000 updates, 83 a second, 0:14 left, clipped 3 times`."""
    bar = ("━" * int(16 * seen.share)).ljust(16, "─")
    minutes, seconds = divmod(int(seen.left + 0.5), 60)
    clipped = f", clipped {count(seen.clipped, 'time')}" if seen.clipped else ""
    rate = f"{seen.rate:,.0f}" if seen.rate >= 10 else f"{seen.rate:.1f}"
    return (
        f"{bar} {100 * seen.share:3.0f} %  {seen.done:,} of {seen.total:,} updates, {rate} per"
        f" second, {minutes}:{seconds:02} left{clipped}"
    )


def loss(seen: Snapshot, whole: np.ndarray | None = None) -> Curves:
    """The loss so far, smoothed, and the baseline as a dashed line; axes for the `whole` one."""
    shown = seen.losses if whole is None else whole
    places = np.unique(np.linspace(0, len(shown) - 1, min(POINTS, len(shown))).astype(int))
    values = np.where(places < len(seen.losses), shown[places], np.nan)
    curves = [Curve(Text("loss", "output"), values, note=f"{seen.losses[-1]:.4g}")]
    ends = [float(shown.min()), float(shown.max())]
    if base := seen.baseline:
        line = np.full(len(places), base.loss)
        curves.append(Curve(Text("baseline"), line, dashed=True, note=base.words))
        ends.append(base.loss)
    return Curves(
        (Text(f"Loss, smoothed: {seen.loss_words}"),),
        places + 1.0,
        tuple(curves),
        "update",
        logarithmic=_decades(shown),
        low=None if whole is None else min(ends),
        high=None if whole is None else max(ends),
    )


def _decades(values: np.ndarray) -> bool:
    """Whether the loss fell so far that only a logarithmic axis shows it."""
    known = values[np.isfinite(values)]
    return bool(len(known) and known.min() > 0 and known.max() > 30 * known.min())


def gradient_flow(
    seen: Snapshot, limits: tuple[float | None, float | None] = (None, None)
) -> Curves:
    """‖∂L/∂h‖ by distance from the last step, a curve a layer."""
    longest = max(len(each) for each in seen.norms.values())
    curves = tuple(
        Curve(
            Text(name, "gradient"),
            np.where(norms > LEAST, norms, np.nan),
            note=f"{norms[-1]:.2g} at the first step",
        )
        for name, norms in seen.norms.items()
    )
    head = (
        Text("‖∂L/∂h‖ by distance from the last step; norm of all gradients: "),
        Value(seen.norm, "gradient"),
    )
    x, (low, high) = np.arange(longest, dtype=float), limits
    return Curves(head, x, curves, "steps back", logarithmic=True, low=low, high=high)


def gate_bars(gates: tuple[GateReading, ...]) -> Bars:
    """How far each gate is open on the mean, and how often it is all but shut or all but open."""
    many = len({gate.layer for gate in gates}) > 1
    bars = tuple(
        Bar(
            Text(f"{g.layer} {g.name}" if many else g.name, kind(g.cell, g.name)),
            g.standing.mean,
            0.0,
            1.0,
            (Text(f"shut {100 * g.standing.shut:.0f} %, open {100 * g.standing.open:.0f} %"),),
        )
        for g in gates
    )
    return Bars((Text("Gates: the mean, and saturation (< 0.1, > 0.9)"),), bars)


def sample(seen: Sample) -> Picture:
    """A prediction against the truth."""
    if seen.truth is None or seen.predicted is None:
        return Words((Text(f"{seen.what}: {seen.words}"),))
    return Curves(
        (Text(seen.what),),
        np.arange(len(seen.truth), dtype=float),
        (
            Curve(Text("truth"), seen.truth, dashed=True),
            Curve(Text("predicted", "output"), seen.predicted),
        ),
        seen.axis,
        now=seen.mark,
        border=seen.border,
        names=seen.stamps,
    )


def sweep_table(sweep: Sweep) -> Table:
    """A row for each kind of run: how many seeds were solved, after how many updates, how fast.

    How many diverged has a column where any did.
    """
    summary = sweep.summary()
    also = ("diverged",) * any(each.diverged for each in summary)
    heads = ("cell", "solved", *also, "updates (median)", "seconds", "right", "loss")
    rows = (tuple((Text(cell),) for cell in _row(each, bool(also))) for each in summary)
    return Table(heads, tuple(rows), tuple(range(1, len(heads))))


def _row(each: Summary, diverged: bool) -> tuple[str, ...]:
    return (
        each.words,
        f"{each.solved}/{each.runs}",
        *(f"{each.diverged}/{each.runs}",) * diverged,
        "never" if each.updates is None else f"{each.updates:,.0f}",
        f"{each.seconds:.1f}",
        f"{100 * each.right:.1f} %" if np.isfinite(each.right) else "-",
        f"{each.loss:.4g}" if np.isfinite(each.loss) else "-",
    )


def who_learned(sweep: Sweep) -> Curves:
    """The smoothed loss of each kind of run, the seed in the middle, on one axis."""
    x = np.linspace(1, max(1, *(result.updates for result in sweep.results)), POINTS)
    curves = [
        Curve(Text(words), middle.at(x), note=f"{middle.curve[-1]:.3g}")
        for words, middle in sweep.middles().items()
    ]
    every, base = np.concatenate([each.values for each in curves]), sweep.results[0].baseline
    curves.append(Curve(Text("baseline"), np.full(POINTS, base), dashed=True, note=f"{base:.3g}"))
    head, decades = (Text("Smoothed loss: median seed of each"),), _decades(every)
    return Curves(head, x, tuple(curves), "update", logarithmic=decades)
