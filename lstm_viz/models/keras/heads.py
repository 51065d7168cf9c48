"""What Keras models have after a recurrent layer that makes one vector of its steps.

Keras' maximum, a slice and what is written as `keras.ops` know of no padding: every step counts.
"""

from __future__ import annotations

from typing import Any

from lstm_viz.models.keras.config import Config
from lstm_viz.models.parts import Part, other, unread
from lstm_viz.network.heads import AllSteps, Flatten, Maximum, Mean, Step
from lstm_viz.network.layers import Dropout

POOLING = {
    "GlobalMaxPooling1D": Maximum,
    "GlobalMaxPool1D": Maximum,
    "GlobalAveragePooling1D": Mean,
    "GlobalAvgPool1D": Mean,
}
OPERATIONS = {"Max": Maximum, "Amax": Maximum, "Mean": Mean}  # of keras.ops
SLICES = ("GetItem", "SlicingOpLambda")
WORDS = {Maximum: "the maximum over the steps", Mean: "the mean over the steps"}
KINDS = (*POOLING, *OPERATIONS, *SLICES, "Flatten")


def head(config: Config, sequence: bool) -> Part:
    """The part of such a layer; `sequence` says whether steps come in, or one vector."""
    if config.kind == "Flatten":
        if not sequence:
            return other(
                config.name, "flatten: the vector is unchanged", lambda: Dropout(0.0, config.name)
            )
        return other(config.name, "all steps, concatenated", lambda: Flatten(config.name))
    if config.kind in SLICES:
        return _slice(config, sequence)
    kind = POOLING.get(config.kind) or OPERATIONS[config.kind]
    options = config.options
    axis = options.get("axis", 1)
    odd = options.get("keepdims") or options.get("data_format", "channels_last") != "channels_last"
    if odd or axis not in (1, [1]) or not sequence:
        return unread(config.name, f"{config.kind} not over the steps")
    return other(config.name, WORDS[kind], lambda: kind(config.name))


def forgets_padding(config: Config) -> bool:
    """Whether every step counts for a layer, padded or not."""
    return config.kind in (*OPERATIONS, *SLICES, "Conv1D", "GlobalMaxPooling1D", "GlobalMaxPool1D")


def every_step(config: Config) -> Part:
    """The part in front of such a layer, where there may be padding."""
    what = f"from here on padded steps count: Keras' {config.kind} ignores the mask"
    return other(f"{config.name}.all", what, lambda: AllSteps(f"{config.name}.all"))


def _slice(config: Config, sequence: bool) -> Part:
    """`x[:, index]` of a sequence, with whole slices around."""
    places = _places(config)
    if sequence and len(places) in (2, 3) and _whole(places[0]) and all(map(_whole, places[2:])):
        index = places[1]
        if type(index) is int:
            said = "the last step" if index == -1 else f"the step at position {index}"
            return other(config.name, said, lambda: Step(index, config.name))
    return unread(config.name, "a slice other than x[:, number]")


def _places(config: Config) -> list[Any]:
    """What stands between the brackets: Keras 3's second argument, or Keras 2's `slice_spec`."""
    given = config.calls[0].arguments if config.calls else None
    if isinstance(given, dict):
        given = [None, given.get("slice_spec")]
    found = given[1] if isinstance(given, list | tuple) and len(given) == 2 else None
    return list(found) if isinstance(found, list | tuple) else []


def _whole(place: Any) -> bool:
    """Whether this is `:`."""
    if not isinstance(place, dict):
        return False
    place = place.get("config", place)
    return {"start", "stop", "step"} <= set(place) and not any(
        place[name] is not None for name in ("start", "stop", "step")
    )
