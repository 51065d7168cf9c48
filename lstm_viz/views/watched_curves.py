"""The curves of a training that is watched: the loss, the gradient, a prediction and the truth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lstm_viz.learning.snapshot import Sample, Training
from lstm_viz.learning.watched import Example, Look, Looks
from lstm_viz.pictures.kinds import (
    Bar,
    Bars,
    Curve,
    Curves,
    Expression,
    Picture,
    Stack,
    Text,
    Words,
)
from lstm_viz.pictures.scales import round_number
from lstm_viz.validation.names import count

POINTS = 240  # of a loss curve
SHORT = 20  # letters, for which there is room beside it
FAINTEST = 1e-8  # of a gradient that is drawn, as a part of the largest


@dataclass(frozen=True, eq=False)
class Watched:
    """A training and what was seen of it so far; its loss axis is for `whole` updates.

    `losses` are those of every update since `begun`, as they are and smoothed.
    """

    training: Training
    looks: Looks
    losses: np.ndarray
    smoothed: np.ndarray
    whole: int
    begun: int = 0

    @property
    def example(self) -> Example:
        """The sequence."""
        return self.looks.example


def loss(seen: Watched, look: Look, all_seen: tuple[Watched, ...]) -> Curves:
    """The loss of each batch and its running mean, as far as it has come; axes for all of them."""
    done = max(look.update - seen.begun, 0)
    whole = max(each.whole for each in all_seen)
    places = np.unique(np.linspace(0, max(whole - 1, 1), POINTS).astype(int))
    there = places[places < min(done, len(seen.losses))]
    curves = [
        Curve(Text("batch"), _upto(seen.losses, there, places), of="output", strength=0.1),
        Curve(Text("running mean"), _upto(seen.smoothed, there, places), of="output"),
    ]
    if base := seen.training.baseline:
        line = np.full(len(places), base.loss)
        note = base.words if len(base.words) <= SHORT else ""
        curves.append(Curve(Text("baseline"), line, dashed=True, note=note))
    low, high = _ends(all_seen)
    head = (Text(f"Loss: {seen.training.model.loss.what}"),)
    x = places + 1.0 + seen.begun
    return Curves(head, x, tuple(curves), "update", logarithmic=True, low=low, high=high)


def _ends(all_seen: tuple[Watched, ...]) -> tuple[float, float]:
    """The powers of ten around all losses so far, and the baseline."""
    bases = [each.training.baseline.loss for each in all_seen if each.training.baseline]
    known = np.concatenate([*(each.losses for each in all_seen), bases])
    known = known[np.isfinite(known) & (known > 0)]
    if not len(known):
        return 0.1, 1.0
    low = 10.0 ** math.floor(math.log10(float(known.min())))
    high = 10.0 ** math.ceil(math.log10(float(known.max())))
    return low, max(high, 10 * low)


def _upto(values: np.ndarray, there: np.ndarray, places: np.ndarray) -> np.ndarray:
    found = np.full(len(places), np.nan)
    found[: len(there)] = values[there]
    return found


def gradient(seen: Watched, look: Look) -> Curves:
    """‖∂L/∂h‖ of the sequence by the distance from its last step."""
    most = max(float(each.norms.max()) for each in seen.looks.all)
    high = 10.0 ** math.ceil(math.log10(most)) if 0 < most < math.inf else 1.0
    low = high * FAINTEST
    norms = look.norms[::-1].astype(float)
    output = seen.looks.cell.output
    name = f"‖∂L/∂{output}‖"
    curve = Curve(Text(name, "gradient"), np.where(norms > 0, np.maximum(norms, low), np.nan))
    head: Expression = (Text(f"{name} by distance from the last step"),)
    x = np.arange(len(norms), dtype=float)
    return Curves(head, x, (curve,), "steps back", logarithmic=True, low=low, high=high)


# ---------------------------------------------------------------------------- the prediction


def prediction(
    seen: Sample, at: int, update: int, others: Sequence[object] = (), still: bool = False
) -> Picture:
    """A prediction beside the truth, as it was after update `at`; one axis for it and `others`.

    When it was is said where that is another update; on a screen that stands `still`, always, in a
    row of its own, so that nothing moves as it comes up to date.
    """
    when = f"after {count(at, 'update')}"
    old = f", {when}" * (at != update)
    if seen.truth is None or seen.predicted is None:
        return Words((Text(f"{seen.what}{old}: {seen.words}"),), rows=3)
    old *= not still
    if seen.names:
        answers = _answers(seen, old)
        return Stack((answers, Words((Text(when),), "quiet"))) if still else answers
    low, high = _axis(seen.truth, [seen.predicted, *map(_predicted, others)])
    return Curves(
        (Text(f"{seen.what}{old}"),),
        seen.places,
        (
            Curve(Text("truth"), seen.truth, dashed=True),
            Curve(Text("predicted", "output"), seen.predicted),
        ),
        seen.axis,
        now=seen.mark,
        low=low,
        high=high,
        y_title=when if still else "",
        border=seen.border,
        names=seen.stamps,
    )


def _axis(truth: np.ndarray, predicted: list[np.ndarray]) -> tuple[float, float]:
    """Ends that seldom move: those of the truth with a margin, and of all that was predicted.

    A probability's are 0 and 1.
    """
    low, high = float(truth.min()), float(truth.max())
    if low == high:
        low, high = min(low, 0.0), max(high, 1.0)
    else:
        margin = (high - low) / 4
        low = max(low - margin, min(low, 0.0))  # no axis below 0 for what is above it
        high += margin
    known = np.concatenate(predicted)
    known = known[np.isfinite(known)]
    return min(low, float(known.min(initial=low))), max(high, float(known.max(initial=high)))


def _predicted(sample: object) -> np.ndarray:
    found = sample.predicted if isinstance(sample, Sample) else None
    return np.empty(0) if found is None else found


def _answers(seen: Sample, old: str) -> Bars:
    """One answer of several, or a single number and what it should be."""
    assert seen.truth is not None
    assert seen.predicted is not None
    if len(seen.names) > 1:
        bars = [
            Bar(Text(name, "output"), float(p), 0.0, 1.0, (Text("← right" if t else ""),))
            for name, t, p in zip(seen.names, seen.truth, seen.predicted, strict=True)
        ]
    else:
        high = max(1.0, round_number(float(abs(seen.truth[0]))))
        pairs = (("truth", "", seen.truth), ("predicted", "output", seen.predicted))
        bars = [Bar(Text(n, of), float(v[0]), -high / 4, high) for n, of, v in pairs]
    return Bars((Text(f"{seen.what}{old}"),), tuple(bars))
