"""Whether a Keras model's recurrent layers are one chain, and what is said where they are not."""

from __future__ import annotations

from lstm_viz.models.keras.config import Configs
from lstm_viz.models.model_file import ModelFile


def as_chain(model: ModelFile, found: Configs) -> None:
    """Say of a model whether its recurrent layers are one chain, and what else it hands out."""
    aside = {layer.name for layer in found.layers if layer.aside}
    model.branched = any(part.name in aside or part.group in aside for part in model.recurrent)
    model.known = not model.branched
    if model.branched:
        model.notes.append("its layers branch: one recurrent layer runs alone, on its own inputs")
    if len(found.outputs) > 1 and not aside:
        last = found.layers[-1].name
        model.notes.append(
            f"the model has {len(found.outputs)} outputs: the network here ends with the first"
            f" that {last} gives"
        )
