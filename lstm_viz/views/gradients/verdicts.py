"""What the pictures of the gradients come to, in sentences that are true of these runs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np

from lstm_viz import measures
from lstm_viz.experiments.gradient_flow import GradientFlow, GradientFlows
from lstm_viz.pictures.kinds import Expression, Text, Value, Words
from lstm_viz.pictures.language import Language
from lstm_viz.pictures.numerals import times
from lstm_viz.views.gradients.half_lives import keeps
from lstm_viz.views.gradients.lines import labels

SMALLEST = float(np.finfo(float).tiny)  # below it a number has lost digits
LITTLE = 1e-2  # of a gradient that arrives
TOLD = 3  # lines that a sentence names
STAYS = "The only loss is at the first step, so no gradient goes back."
NOTHING = "its only loss is at the first step, so no gradient goes back"

# What it comes to → what is said of the lines of which this is true, first and after others.
OUTCOMES = (
    (("vanishes",), "{back} the gradient is gone in {lines}.", ""),
    (
        ("little",),
        "{back} little of the gradient arrives in {lines}.",
        "Little of it arrives in {lines}.",
    ),
    (("fades", "holds"), "{back} the gradient arrives in {lines}.", "It arrives in {lines}."),
    (
        ("grows", "explodes"),
        "{back} the gradient has grown in {lines}.",
        "It has grown in {lines}.",
    ),
    (
        ("early",),
        "{back} it is too early to tell in {lines}.",
        "It is too early to tell in {lines}.",
    ),
    (
        ("not finite",),
        "{back} the gradient is not finite in {lines}.",
        "It is not finite in {lines}.",
    ),
    (("none",), "No gradient arrives in {lines}.", "None arrives in {lines}."),
)
NUMBERED = "little", "fades", "holds", "early"  # with what is left; what has grown as so many times


def conclusion(flows: GradientFlows, say: Language) -> tuple[Expression, ...]:
    """What became of the gradient, a line for those where it is gone, where it arrives, where it
    grows; and whose gradient that is, where the loss looks at every step."""
    found: list[Expression] = []
    for verdicts, first, after in OUTCOMES:
        lines = _lines(flows, verdicts, say)
        if lines:
            said = say.phrase(after if found else first, lines=lines, back=_back(flows, say))
            found.append(said)
    if not found:
        found.append(say.phrase(STAYS))
    if flows.flows[0].alone is not None:
        found.append(
            say.phrase(
                "This holds for the loss at the last step; the plot shows all losses together."
            )
        )
    return tuple(found)


def cautions(flows: GradientFlows, say: Language) -> Iterator[Words]:
    """Which runs are not finite, and from which step on."""
    for label, flow in zip(labels(flows), flows.flows, strict=True):
        if flow.not_finite is not None:
            name, t = flow.not_finite
            words = "In {line} {name} is not a finite number from step {t} on."
            yield Words(say.phrase(words, line=label, name=name, t=str(t + 1)), "warning")


def _fate(flow: GradientFlow) -> str:
    """What became of a gradient: the verdict, or how little is left; empty where none goes back.

    What fades over a few steps has neither arrived nor gone: it is as early as where more is left.
    """
    end = measures.end(flow.arrived)
    if end is None:
        return "none"
    if not end.lag:
        return ""
    if not math.isfinite(end.part):
        return "not finite"
    verdict = measures.verdict_told(flow.arrived) or "early"
    if verdict != "fades":
        return verdict
    if end.part < LITTLE:
        return "little"
    return verdict if end.lag >= measures.FAR else "early"


def _lines(flows: GradientFlows, verdicts: tuple[str, ...], say: Language) -> Expression:
    """`rnn and in lstm, f ≈ 0.50`; what has arrived with its number, `lstm, f ≈ 0.99 (0.164)`.

    Of many it is said how many they are: each is named where it is drawn.
    """
    named = zip(labels(flows), flows.flows, strict=True)
    there = [each for each in named if _fate(each[1]) in verdicts]
    if len(there) > TOLD:
        return say.phrase("{n} of {all} lines", n=str(len(there)), all=str(len(flows.flows)))
    parts: list[Text | Value] = []
    for k, (label, flow) in enumerate(there):
        if k:
            parts.append(Text(say(" and in ") if k == len(there) - 1 else say(", in ")))
        parts.append(Text(label))
        part = float(flow.arrived[0])
        if "grows" in verdicts:
            parts += [Text(" ("), Text(f"{times(part)}×", "gradient"), Text(")")]
        elif verdicts[0] in NUMBERED:
            parts += [Text(" ("), Value(part, "gradient"), Text(")")]
    return tuple(parts)


def _back(flows: GradientFlows, say: Language) -> Expression:
    """`After 99 steps`, or `At step 1` where the lines begin at several; of how many runs."""
    ends = {end.lag for flow in flows.flows if (end := measures.end(flow.arrived))}
    runs = len(flows.flows[0].profiles)
    if len(ends) == 1:
        words = "After {steps}" if runs == 1 else "In the median of {runs} runs, after {steps},"
    else:
        words = "At step 1" if runs == 1 else "In the median of {runs} runs, at step 1,"
    return say.phrase(words, steps=say.count(max(ends, default=0), "step"), runs=str(runs))


def reached(flows: GradientFlows, step: int, say: Language) -> Expression:
    """What is left when the sweep has come back to a step, a line for all flows."""
    parts: list[Text | Value] = []
    for label, flow in zip(labels(flows), flows.flows, strict=True):
        parts += [Text(say("; "))] if parts else []
        left = float(flow.left[step])
        finite = math.isfinite(left)
        parts += [
            Text(f"{label}: "),
            Value(left, "gradient") if finite else Text(say("not finite")),
        ]
    if step > flows.start:
        return say.phrase("Step {t}: the loss is at an earlier step.", t=str(step + 1))
    if step == flows.start:
        return say.phrase("Step {t}: the gradient starts here, at the loss.", t=str(step + 1))
    words = (
        "Step {t}, {lag} before the loss. Gradient relative to that at the loss: {parts}."
        if flows.flows[0].alone is None
        else "Step {t}, {lag} before the loss. Relative to the gradient at the last step: {parts}."
    )
    at = {"t": str(step + 1), "lag": say.count(flows.start - step, "step")}
    return say.phrase(words, parts=tuple(parts), **at)


# ---------------------------------------------------------------------------- a line each


def words(flows: GradientFlows, say: Language) -> Iterator[Expression]:
    """A sentence a flow."""
    for label, flow in zip(labels(flows), flows.flows, strict=True):
        yield say.phrase(
            "{name}: {outcome}{verdict}{keeps}",
            name=label,
            outcome=outcome(flow, say),
            verdict=_verdict(flow, say),
            keeps=keeps(flow, say),
        )


def outcome(flow: GradientFlow, say: Language) -> Expression:
    """`after 99 steps 4.00e-12 of the gradient is left`, or what is true instead."""
    end = measures.end(flow.arrived)
    if end is None:
        return say.phrase("no gradient reaches it")
    if not end.lag:
        return say.phrase(NOTHING)
    if end.gone is not None:
        return say.phrase("after {steps} nothing remains", steps=say.count(end.gone, "step"))
    part = end.part
    if not math.isfinite(end.part):
        words = "after {steps} the gradient is not finite"
    elif end.part < SMALLEST:
        words, part = "after {steps} less than {part} of the gradient remains", SMALLEST
    elif end.part > 1:
        words = "after {steps} the gradient is {part} times as large"
    else:
        words = "after {steps} {part} of the gradient remains"
    said = Text(times(part), "gradient") if part > 1 else Value(part, "gradient")
    return say.phrase(words, steps=say.count(end.lag, "step"), part=said)


def _verdict(flow: GradientFlow, say: Language) -> Expression:
    """What the gradient does; where not all runs do so, the median's, and how many do what."""
    verdict = measures.verdict_told(flow.arrived)
    if verdict is None:
        return ()
    each = Counter(measures.verdict(profile) for profile in flow.judged)
    runs = len(flow.judged)
    if runs == 1:
        words = ": it {verdict}"
    elif each[verdict] == runs:
        words = f": it {{verdict}} (in {'both' if runs == 2 else 'all {runs}'} runs)"
    else:
        words = ": in the median it {verdict} (of {runs} runs: {counts})"
    counts = say(", ").join(f"{say(word)} {count}" for word, count in each.most_common())
    return say.phrase(words, verdict=say(verdict), runs=str(runs), counts=counts)
