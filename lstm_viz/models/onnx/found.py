"""The parts of a graph in order, as a model file has them."""

from __future__ import annotations

from lstm_viz.models.onnx.chain import Chain
from lstm_viz.models.onnx.nodes import recurrent
from lstm_viz.models.parts import Part

MOST = 6  # names in one sentence


def found(chain: Chain) -> tuple[list[Part], bool, list[str]]:
    """The layers in order; whether they are all in one chain; and what is to be said of it.

    Recurrent nodes that stand elsewhere follow, each alone.
    """
    chosen = chain.chosen
    links = list(chosen.link.all())[::-1] if chosen is not None and chosen.link else []
    parts = [link.part for link in links]
    taken = {id(link.source) for link in links if link.source}
    places = [k for k, source in enumerate(chain.sources) if id(source) in taken]
    if len(places) == len(chain.sources):
        return parts, True, []
    others = {
        k: recurrent(source.node, True) for k, source in enumerate(chain.sources) if k not in places
    }
    here = min(places, default=0)
    first = [part for k, part in others.items() if k < here]
    parts = [*first, *parts, *(part for k, part in others.items() if k >= here)]
    names = [part.name for part in parts if part.cells]
    listed = ", ".join(names[:MOST]) + (", …" if len(names) > MOST else "")
    note = f"{listed} are not in sequence: choose one by its name (--layer)"
    return parts, False, [note]
