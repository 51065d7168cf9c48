"""What does it learn, and what happens to its gates and gradients while it does?

A frame is one look at a model in training: how far it is, the loss so far against its baseline, the
norm of the gradient by distance from the loss, how often each gate is shut or open, and a sample
prediction against the truth.
"""

from __future__ import annotations

import numpy as np

from lstm_viz.learning.snapshot import Gate, Sample, Seen
from lstm_viz.learning.tasks.training import Result
from lstm_viz.pictures.kinds import (
    Bar,
    Bars,
    Curve,
    Curves,
    Expression,
    Picture,
    Stack,
    Table,
    Text,
    Title,
    Value,
    Words,
)

POINTS = 200  # of a curve that is drawn
GATE_KINDS = {"i": "gate 1", "f": "gate 2", "o": "gate 3", "r": "gate 1", "z": "gate 2"}


def title(seen: Seen) -> Title:
    """What is trained."""
    return Title(seen.title, seen.what, tuple((label, (Text(t),)) for label, t in seen.facts))


def frame(seen: Seen) -> Stack:
    """One look, for a terminal that is updated in place."""
    parts: list[Picture] = [Words((Text(progress(seen)),)), loss(seen)]
    if seen.norms:
        parts.append(gradient_flow(seen))
    if seen.gates:
        parts.append(gate_bars(seen.gates))
    if seen.sample:
        parts.append(sample(seen.sample))
    return Stack(tuple(parts))


def film_frame(seen: Seen, whole: np.ndarray) -> Stack:
    """One frame of a film of the learning; its loss curve has room for the `whole` one."""
    head = Words((Text(f"update {seen.done:,} of {len(whole):,}"),))
    flow = gradient_flow(seen, fixed=True)
    return Stack((head, loss(seen, whole), flow, gate_bars(seen.gates)))


def progress(seen: Seen) -> str:
    """`━━━━────  40 %   800 of 2,000 updates, 83 a second, 0:14 left, clipped 3 times`."""
    share = seen.done / max(seen.total, 1)
    filled = int(16 * share)
    bar = "━" * filled + "─" * (16 - filled)
    minutes, seconds = divmod(int(seen.left + 0.5), 60)
    clipped = f", clipped {seen.clipped:,} times" if seen.clipped else ""
    rate = f"{seen.rate:,.0f}" if seen.rate >= 10 else f"{seen.rate:.1f}"
    return (
        f"{bar} {100 * share:3.0f} %  {seen.done:,} of {seen.total:,} updates, {rate} a second,"
        f" {minutes}:{seconds:02} left{clipped}"
    )


def loss(seen: Seen, whole: np.ndarray | None = None) -> Curves:
    """The loss so far, smoothed, and the baseline as a dashed line; axes for the `whole` one."""
    shown = seen.losses if whole is None else whole
    places = np.unique(np.linspace(0, len(shown) - 1, min(POINTS, len(shown))).astype(int))
    values = np.where(places < len(seen.losses), shown[places], np.nan)
    curves = [Curve(Text("loss", "output"), values, note=f"{seen.losses[-1]:.4g}")]
    ends = [float(shown.min()), float(shown.max())]
    if seen.baseline is not None:
        line = np.full(len(places), seen.baseline)
        curves.append(Curve(Text("baseline"), line, dashed=True, note=seen.baseline_words))
        ends = [min(ends[0], seen.baseline), max(ends[1], seen.baseline)]
    return Curves(
        (Text(f"Loss: {seen.loss_words}"),),
        places + 1.0,
        tuple(curves),
        "update",
        logarithmic=_decades(shown),
        low=None if whole is None else ends[0],
        high=None if whole is None else ends[1],
    )


def _decades(values: np.ndarray) -> bool:
    """Whether the loss fell so far that only a logarithmic axis shows it."""
    known = values[np.isfinite(values)]
    return bool(len(known) and known.min() > 0 and known.max() > 30 * known.min())


def gradient_flow(seen: Seen, fixed: bool = False) -> Curves:
    """‖∂L/∂h‖ by distance from the last step, a curve a layer."""
    longest = max(len(each) for each in seen.norms.values())
    x = np.arange(longest, dtype=float)
    curves = tuple(
        Curve(Text(name, "gradient"), np.where(norms > 1e-30, norms, np.nan), note=_last(norms))
        for name, norms in seen.norms.items()
    )
    head: Expression = (
        Text("‖∂L/∂h‖ by distance from the last step; all gradients together: "),
        Value(seen.norm, "gradient"),
    )
    limits = {"low": 1e-12, "high": 10.0} if fixed else {}
    return Curves(head, x, curves, "steps back", logarithmic=True, **limits)  # type: ignore[arg-type]


def _last(norms: np.ndarray) -> str:
    return f"{norms[-1]:.2g} at the first step"


def gate_bars(gates: tuple[Gate, ...]) -> Bars:
    """How far each gate is open on the mean, and how often it is all but shut or all but open."""
    many = len({gate.layer for gate in gates}) > 1
    bars = tuple(
        Bar(
            Text(f"{gate.layer} {gate.name}" if many else gate.name, GATE_KINDS.get(gate.name, "")),
            gate.mean,
            0.0,
            1.0,
            (Text(f"shut {100 * gate.shut:.0f} %, open {100 * gate.open:.0f} %"),),
        )
        for gate in gates
    )
    return Bars((Text("Gates: the mean, and how often under 0.1 or over 0.9"),), bars)


def sample(seen: Sample) -> Picture:
    """A prediction against the truth."""
    if seen.truth is None or seen.predicted is None:
        return Words((Text(f"{seen.what}: {seen.words}"),))
    x = np.arange(len(seen.truth), dtype=float) if seen.x is None else seen.x
    return Curves(
        (Text(seen.what),),
        x,
        (
            Curve(Text("truth"), seen.truth, dashed=True),
            Curve(Text("predicted", "output"), seen.predicted),
        ),
        now=seen.mark,
    )


def sweep_table(results: list[Result]) -> Table:
    """A row for each kind of run: how many seeds were solved, after how many updates, how fast."""
    rows = []
    for words, group in grouped(results).items():
        solved = [r for r in group if r.solved]
        updates = f"{np.median([r.updates for r in solved]):,.0f}" if solved else "never"
        seconds = f"{np.median([r.seconds for r in group]):.1f}"
        right = [r.right for r in group]
        score = f"{100 * np.median(right):.1f} %" if np.isfinite(right).all() else "-"
        lost = f"{np.median([r.loss for r in group]):.4g}"
        cells = (words, f"{len(solved)}/{len(group)}", updates, seconds, score, lost)
        rows.append(tuple((Text(cell),) for cell in cells))
    heads = ("cell", "solved", "updates (median)", "seconds", "right", "loss")
    return Table(heads, tuple(rows), (1, 2, 3, 4, 5))


def grouped(results: list[Result]) -> dict[str, list[Result]]:
    """Results by what was run, in the order in which they came."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.settings.words(), []).append(result)
    return found


def who_learned(results: list[Result]) -> Curves:
    """The smoothed loss of each kind of run, the seed in the middle, on one axis."""
    most = max(result.updates for result in results)
    x, curves = np.linspace(1, most, POINTS), []
    for words, group in grouped(results).items():
        middle = sorted(group, key=lambda r: (r.updates, r.loss))[len(group) // 2]
        places = np.linspace(1, middle.updates, len(middle.curve))
        values = np.interp(x, places, middle.curve, right=np.nan)
        curves.append(Curve(Text(words), values, note=f"{middle.curve[-1]:.3g}"))
    base = results[0].baseline
    curves.append(Curve(Text("baseline"), np.full(POINTS, base), dashed=True, note=f"{base:.3g}"))
    return Curves((Text("Loss, smoothed: the middle seed of each"),), x, tuple(curves), "update")
