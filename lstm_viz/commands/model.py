"""What `lstm-viz model FILE` does: list what is in the file, and compare with its framework."""

from __future__ import annotations

import numpy as np

from lstm_viz.models import ModelFile, read_model
from lstm_viz.terminal import open_console, show
from lstm_viz.views import model as view


def run_model_command(
    file: str,
    layer: str | None,
    head: str | None,
    nonlinearity: str | None,
    verify: bool,
) -> None:
    """`lstm-viz model`: the parts, what is not read, and what was taken for granted.

    Ends with exit code 1 where `verify` finds that the framework computes something else.
    """
    model = read_model(file, nonlinearity)
    known = model.network(layer, head) if model.recurrent and _single(model, layer) else None
    console = open_console()
    show(view.listing(model, known), console)
    if verify or not model.recurrent:
        network = known or model.network(layer, head)  # which says what is wrong
    if verify:
        from lstm_viz.models.verify import compare

        with np.errstate(all="ignore"):
            found = compare(model, network)
        show(view.comparison(found), console)
        if found.apart:
            raise SystemExit(1)


def _single(model: ModelFile, layer: str | None) -> bool:
    """Whether it is plain which layers make the network, so that the notes can be shown."""
    from lstm_viz.validation.errors import InputError

    try:
        model.network(layer)
    except InputError:
        if layer is not None:
            raise
        return False
    return True
