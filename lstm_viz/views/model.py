"""What is in a model's file, and does it compute here what its framework computes?

`listing` yields one frame: the layers with their cells, shapes and parameters, what is not read,
and what was taken for granted. `comparison` yields one frame: the largest difference layer by
layer, and three gradients of one loss.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lstm_viz.models.comparison import Comparison, Norms
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.parts import Part
from lstm_viz.network.network import Network
from lstm_viz.pictures.kinds import Expression, Picture, Rule, Stack, Table, Text, Title, Words

MOST = 40  # rows of a table


def listing(model: ModelFile, network: Network | None) -> Iterator[Stack]:
    """The parts of a file; `network` is what they make, where that is plain."""
    count = sum(part.count for part in model.parts)
    facts: list[tuple[str, Expression]] = [("format", _said(model.format))]
    pieces: list[Picture] = [Title(model.path, f"{count:,} parameters read", tuple(facts))]
    if model.parts:
        rows = tuple(_row(part) for part in model.parts[:MOST])
        pieces.append(Table(("layer", "numbers", "cell", "what it is"), rows, right=(1,)))
    if len(model.parts) > MOST:
        pieces.append(Words(_said(f"… and {len(model.parts) - MOST} more"), "quiet"))
    pieces += _ignored(model)
    if network is not None:
        pieces.append(Rule("runs as"))
        pieces.append(Words(_said(" → ".join(layer.name for layer in network.layers))))
        pieces += [Words(_said(note), "quiet") for note in network.notes]
    elif model.recurrent:
        names = ", ".join(model.groups)
        pieces.append(Words(_said(f"choose a recurrent layer with --layer: {names}"), "strong"))
    yield Stack(tuple(pieces))


def _said(words: str) -> Expression:
    return (Text(words),)


def _row(part: Part) -> tuple[Expression, ...]:
    cells = ", ".join(dict.fromkeys(cell.name for cell in part.cells))
    shapes = ", ".join("×".join(map(str, shape)) for _, shape in part.shapes)
    what = part.what + (f": {shapes}" if shapes else "")
    return _said(part.name), _said(f"{part.count:,}"), _said(cells), _said(what)


def _ignored(model: ModelFile) -> Iterator[Picture]:
    ignored = model.ignored
    if not ignored:
        return
    yield Rule("not read")
    for name in ignored[:10]:
        yield Words(_said(f"{name} {tuple(model.tensors[name].shape)}"), "quiet")
    if len(ignored) > 10:
        yield Words(_said(f"… and {len(ignored) - 10} more tensors"), "quiet")


def comparison(found: Comparison) -> Iterator[Stack]:
    """The differences, and ∂L/∂h_t by the framework's layer, here, and by the unrolled cell."""
    rows = tuple((_said(name), _said(f"{worst:.1e}")) for name, worst in found.differences)
    pieces: list[Picture] = [
        Rule(f"the same input through {found.framework}"),
        Table(("layer", "largest difference"), rows, right=(1,)),
    ]
    if found.gradients:
        pieces += _gradients(found.gradients)
    pieces += [Words(_said(note), "quiet") for note in found.notes]
    yield Stack(tuple(pieces))


def _gradients(norms: Norms) -> Iterator[Picture]:
    yield Rule(f"‖∂L/∂h‖ at each step of {norms.layer}, L = {norms.loss}")
    columns = zip(norms.fused, norms.unrolled, norms.here, strict=True)
    rows = tuple(
        (_said(str(t + 1)), *(_said(_size(norm)) for norm in row)) for t, row in enumerate(columns)
    )
    yield Table(
        ("step", "its layer's output", "its cell, unrolled", "here"), rows, right=(0, 1, 2, 3)
    )
    blind = int((norms.fused == 0).sum())
    worst = float(np.abs(norms.here - norms.unrolled).max() / max(norms.unrolled.max(), 1e-300))
    yield Words(
        _said(
            f"The layer's own output shows 0 at {blind} of {len(norms.fused)} steps, since what"
            " flows from step to step stays inside it. Here and unrolled agree: relative"
            f" difference {worst:.1e}."
        )
    )


def _size(number: float) -> str:
    return "0" if number == 0 else f"{number:.3e}"
