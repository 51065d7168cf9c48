"""What is trained, how did it end, and who learned?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lstm_viz.learning.snapshot import Sample, Training
from lstm_viz.learning.tasks.sweeps import Summary, Sweep
from lstm_viz.learning.tasks.training import Result
from lstm_viz.pictures.kinds import Curve, Curves, Expression, Picture, Table, Text, Title, Words
from lstm_viz.validation.numbers import brief, lasted

POINTS = 200  # of a curve that is drawn
ROWS = 20  # of a table that is drawn while runs are under way: what a small terminal has
WAITING, NONE = "waiting", "-"


def title(training: Training) -> Title:
    """What is trained."""
    facts = tuple((label, (Text(text),)) for label, text in training.facts)
    return Title(training.title, training.what, facts)


def _decades(values: np.ndarray) -> bool:
    """Whether the loss fell so far that only a logarithmic axis shows it."""
    known = values[np.isfinite(values)]
    return bool(len(known) and known.min() > 0 and known.max() > 30 * known.min())


def sample(seen: Sample) -> Picture:
    """A prediction against the truth."""
    if seen.truth is None or seen.predicted is None:
        return Words((Text(f"{seen.what}: {seen.words}"),))
    return Curves(
        (Text(seen.what),),
        seen.places,
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

    A column stands there only where it has something to say: how many diverged where any did, the
    range where several seeds were solved, the right answers where the task counts any.
    """
    found = sweep.summary()
    several = any(each.runs > 1 for each in found)
    columns = {
        "cell": [each.words for each in found],
        "solved": [f"{each.solved}/{each.runs}" for each in found],
        "diverged": [f"{each.diverged}/{each.runs}" for each in found if _any_diverged(found)],
        "updates (median)" if several else "updates": [_updates(each) for each in found],
        "fewest to most": [_span(each) for each in found if several],
        "seconds": [lasted(each.seconds) for each in found],
        "right": [_percent(each.right) for each in found],
        "loss": [_known(each.loss) for each in found],
    }
    said = {head: cells for head, cells in columns.items() if set(cells) - {NONE}}
    rows = list(zip(*said.values(), strict=True))
    return Table(tuple(said), _cells(rows), tuple(range(1, len(said))))


def _any_diverged(found: Sequence[Summary]) -> bool:
    return any(each.diverged for each in found)


def _updates(each: Summary) -> str:
    return "never" if each.updates is None else f"{each.updates:,.0f}"


def _span(each: Summary) -> str:
    return NONE if each.span is None else f"{each.span[0]:,} to {each.span[1]:,}"


@dataclass(frozen=True)
class Underway:
    """One of several runs: what it is, its state, how many updates, the smoothed loss."""

    name: str
    seed: int
    state: str = WAITING
    updates: float = 0
    loss: float = 0.0


def running(runs: Sequence[Underway]) -> Table:
    """A row for each run; of many, the last that have begun."""
    begun = sum(each.state != WAITING for each in runs)
    first = min(max(begun - ROWS + 1, 0), max(len(runs) - ROWS, 0))
    rows = [
        (
            run.name,
            str(run.seed),
            run.state,
            f"{run.updates:,.0f}" if run.updates else "",
            brief(run.loss, 4) if run.updates else "",
        )
        for run in runs[first : first + ROWS]
    ]
    return Table(("run", "seed", "", "updates", "loss, smoothed"), _cells(rows), (1, 3, 4))


def ended(results: Sequence[Result]) -> Table:
    """A row for each run: how it ended, when, and how good it is on fresh sequences."""
    judged = any(np.isfinite(each.right) for each in results)
    rows = [
        (
            each.settings.words(),
            str(each.settings.seed),
            each.verdict,
            f"{each.updates:,}",
            lasted(each.seconds),
            _known(each.loss),
            *(_percent(each.right),) * judged,
        )
        for each in results
    ]
    heads = ("run", "seed", "", "updates", "seconds", "loss", *("right",) * judged)
    return Table(heads, _cells(rows), (1, *range(3, len(heads))))


def _cells(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[Expression, ...], ...]:
    return tuple(tuple((Text(cell),) for cell in row) for row in rows)


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %" if np.isfinite(value) else NONE


def _known(value: float) -> str:
    return brief(value, 4) if np.isfinite(value) else NONE


def who_learned(sweep: Sweep) -> Curves:
    """The smoothed loss of each kind of run, the seed in the middle, on one axis."""
    middles = sweep.middles()
    whole = np.linspace(1, max(1, *(result.updates for result in sweep.results)), POINTS)
    ends = [float(middle.updates) for middle in middles.values()]  # where a curve has its note
    x = np.union1d(whole, ends)
    curves = [
        Curve(Text(words), middle.at(x), note=brief(middle.curve[-1], 4))
        for words, middle in middles.items()
    ]
    every, base = np.concatenate([each.values for each in curves]), sweep.results[0].baseline
    curves.append(Curve(Text("baseline"), np.full(len(x), base), dashed=True, note=brief(base, 4)))
    head, decades = (Text("Smoothed loss: median seed of each"),), _decades(every)
    return Curves(head, x, tuple(curves), "update", logarithmic=decades)
