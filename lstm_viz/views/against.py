"""Do two models compute the same, and where is the first number that differs?

One frame: layer by layer the largest difference, the first number, and what would make them agree.
"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_viz.experiments.compare_models import TwoModels
from lstm_viz.models.against import Against, Pair, Place
from lstm_viz.pictures.kinds import Expression, Picture, Stack, Table, Text, Title, Words
from lstm_viz.validation.numbers import brief

HEADS = ("layer", "in the other", "largest difference", "")
WEIGHTS = 12  # names that are told


def against(both: TwoModels) -> Iterator[Stack]:
    """The table, and in sentences what it comes to."""
    found, first = both.found, both.first
    facts = (("against", _said(both.other)), ("input", _said(first.sequence.what)))
    pieces: list[Picture] = [Title(str(first.options.model.model), "", facts)]
    pieces.append(Table(HEADS, tuple(map(_row, found.pairs)), right=(2,)))
    pieces += [Words(_said(line), "strong") for line in _sentences(found)]
    pieces += [Words(_said(note), "quiet") for note in (*found.notes, *both.notes)]
    yield Stack(tuple(pieces))


def _said(words: str) -> Expression:
    return (Text(words),)


def _row(pair: Pair) -> tuple[Expression, ...]:
    size = "another size" if pair.largest is None else f"{pair.largest:.1e}"
    names = _said(pair.layer), _said(pair.other)
    return *names, _said(size), _said("differs" if pair.differs else "agrees")


def _sentences(found: Against) -> Iterator[str]:
    if found.agree:
        yield f"Both compute the same, to within {found.tolerance:.0e} of the largest number."
        return
    if found.first is None:
        yield from _without_a_place(found)
        return
    yield _first(found.first)
    if found.weights:
        more = ", …" if len(found.weights) > WEIGHTS else ""
        yield f"Its parameters that differ: {', '.join(found.weights[:WEIGHTS])}{more}."
    elif found.first.quantity != "x":
        yield "All its parameters are equal: they are used differently."
    for words in found.suspicions:
        yield f"They would agree after {words} in the other."


def _without_a_place(found: Against) -> Iterator[str]:
    layers = [pair for pair in found.pairs[:-1] if pair.differs]
    if layers:
        yield f"{layers[0].layer} and {layers[0].other} have nothing in common to compare."
    else:
        yield "The recurrent layers agree: the difference comes after them."


def _first(place: Place) -> str:
    where = f"{place.layer}, step {place.step + 1}: {place.quantity}[{place.unit}]"
    here, there = brief(place.here), brief(place.there)
    said = f"The first different number is {where}: {here} here, {there} there."
    if place.quantity == "x":
        return f"{said} So the layers before {place.layer} differ."
    return said
