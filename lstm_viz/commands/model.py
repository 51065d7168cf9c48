"""What `lstm-viz model FILE` does: list what is in the file, and compare with its framework."""

from __future__ import annotations

import numpy as np

from lstm_viz.commands.speaking import language
from lstm_viz.models import ModelFile, read_model
from lstm_viz.models.chain import Chain
from lstm_viz.terminal import open_console, show
from lstm_viz.validation.errors import InputError
from lstm_viz.views import model as view

TRIED = 1 << 22  # numbers: so many are read to see whether they can be; more are only listed


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
    chain, unsaid = _chain(model, layer, head)
    show(view.listing(model, chain, language(), unsaid), open_console(), say=language())
    if unsaid and (verify or not model.recurrent):
        raise InputError(unsaid)
    if verify:
        from lstm_viz.models.verify import compare

        network = model.network(layer, head)
        with np.errstate(all="ignore"):
            found = compare(model, network)
        show(view.comparison(found, language()), open_console(), say=language())
        if found.apart:
            raise SystemExit(1)


def _chain(model: ModelFile, layer: str | None, head: str | None) -> tuple[Chain | None, str]:
    """What runs; or, where nothing was asked for, why that is not plain."""
    try:
        chain = model.chain(layer, head)
        if model.count <= TRIED:
            model.network(layer, head)
    except InputError as error:
        if layer is not None or head is not None:
            raise
        return None, str(error)
    return chain, ""
