"""What is in a model's file, and does it compute here what its framework computes?

`listing` yields one frame: the layers with their cells, shapes and parameters, what is not read,
and what was taken for granted. `comparison` yields one frame: the largest difference layer by
layer, and three gradients of one loss.
"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_viz.models.chain import Chain
from lstm_viz.models.comparison import Comparison, Norms
from lstm_viz.models.model_file import ModelFile
from lstm_viz.models.parts import Part
from lstm_viz.pictures.kinds import Expression, Picture, Rule, Stack, Table, Text, Title, Words
from lstm_viz.pictures.language import ENGLISH, Language

MOST = 40  # rows of a table
TOLD = 10  # tensors that are not read


def listing(
    model: ModelFile, chain: Chain | None, say: Language = ENGLISH, unsaid: str = ""
) -> Iterator[Stack]:
    """The parts of a file, and the chain that runs; or, in words, what must be said first."""
    what = say("{n} parameters read").format(n=f"{model.count:,}")
    pieces: list[Picture] = [
        Title(model.path, what, ((say("format"), _said(say.sentence(model.format))),))
    ]
    if model.parts:
        pieces.append(Words(()))
        heads = tuple(say(word) for word in ("layer", "numbers", "cell", "what it is"))
        rows = tuple(_row(part, say) for part in model.parts[:MOST])
        pieces.append(Table(heads, rows, right=(1,)))
    if len(model.parts) > MOST:
        more = str(len(model.parts) - MOST)
        pieces.append(Words(say.phrase("… and {n} more", n=more), "quiet"))
    pieces += _ignored(model, say)
    if chain is not None:
        pieces.append(Rule(say("runs as")))
        pieces.append(Words(_said(" → ".join(map(say.sentence, chain.words)))))
        pieces += [Words(_said(say.sentence(note)), "quiet") for note in chain.notes]
    elif model.recurrent:
        pieces.append(Words(_said(say.sentence(unsaid.removeprefix(f"{model.path}: "))), "strong"))
    yield Stack(tuple(pieces))


def _said(words: str) -> Expression:
    return (Text(words),)


def _row(part: Part, say: Language) -> tuple[Expression, ...]:
    cells = ", ".join(dict.fromkeys(cell.name for cell in part.cells))
    shapes = ", ".join("×".join(map(str, shape)) for _, shape in part.shapes)
    what = say.sentence(part.what) + (f"{say(': ')}{shapes}" if shapes else "")
    return _said(part.name), _said(f"{part.count:,}"), _said(cells), _said(what)


def _ignored(model: ModelFile, say: Language) -> Iterator[Picture]:
    ignored = model.ignored
    if not ignored:
        return
    yield Rule(say("not read"))
    for name in ignored[:TOLD]:
        yield Words(_said(f"{name} {tuple(model.tensors[name].shape)}"), "quiet")
    if len(ignored) > TOLD:
        more = str(len(ignored) - TOLD)
        yield Words(say.phrase("… and {n} more tensors", n=more), "quiet")


def comparison(found: Comparison, say: Language = ENGLISH) -> Iterator[Stack]:
    """The differences, and ∂L/∂h_t by the framework's layer, here, and by the unrolled cell."""
    rows = tuple((_said(name), _said(f"{worst:.1e}")) for name, worst in found.differences)
    pieces: list[Picture] = [
        Rule(say("the same input through {framework}").format(framework=found.framework)),
        Table((say("layer"), say("largest difference")), rows, right=(1,)),
    ]
    if found.gradients:
        pieces += _gradients(found.gradients, say)
    pieces.append(_verdict(found, say))
    pieces += [
        Words(_said(say.sentence(note)), "quiet") for note in (*found.not_compared, *found.notes)
    ]
    yield Stack(tuple(pieces))


def _verdict(found: Comparison, say: Language) -> Words:
    if found.apart:
        names = ", ".join(found.apart)
        return Words(say.phrase("They do not agree: {names}.", names=names), "strong")
    tolerance = f"{found.tolerance:.0e}"
    return Words(say.phrase("Everything compared agrees within {tolerance}.", tolerance=tolerance))


def _gradients(norms: Norms, say: Language) -> Iterator[Picture]:
    words = say("‖∂L/∂h‖ at each step of {layer}, L = {loss}")
    yield Rule(words.format(layer=norms.layer, loss=say.sentence(norms.loss)))
    heads = (say("step"), say("its layer's output"), say("its cell, unrolled"), say("here"))
    columns = zip(norms.fused, norms.unrolled, norms.here, strict=True)
    rows = tuple(
        (_said(str(t)), *(_said(_size(each)) for each in sizes))
        for t, sizes in enumerate(columns, 1)
    )
    yield Table(heads, rows, right=(0, 1, 2, 3))
    if norms.blind:
        words = (
            "The layer's own output has gradient 0 at {blind} of {steps} steps: what flows from"
            " step to step stays inside the layer."
        )
        yield Words(say.phrase(words, blind=str(norms.blind), steps=str(len(rows))))
    apart = f"{norms.apart:.1e}"
    yield Words(say.phrase("Here and unrolled: relative difference {apart}.", apart=apart))


def _size(number: float) -> str:
    return "0" if number == 0 else f"{number:.3e}"
