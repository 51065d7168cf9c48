"""What stands after the recurrent layers, as `--head` says it: `last,fc1,relu,fc2`.

The first word says what is read of the sequence, the others are layers of the file and activations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from lstm_viz.models.parts import OTHER, RECURRENT, Part, activation, other, refuse_widths
from lstm_viz.network.activations import activation as find_activation
from lstm_viz.network.heads import Flatten, Maximum, Mean
from lstm_viz.network.layers import Last, Layer
from lstm_viz.network.recurrent import Recurrent
from lstm_viz.validation.errors import InputError, OptionError
from lstm_viz.validation.names import nearest

TAKEN: dict[str, tuple[str, Callable[[], Layer]]] = {
    "last": ("the last step", Last),
    "mean": ("the mean over the steps", lambda: Mean("mean")),
    "max": ("the maximum over the steps", lambda: Maximum("max")),
    "flatten": ("all steps, concatenated", Flatten),
}
WORDS = (*TAKEN, "states", "each")


def with_head(chosen: list[Part], head: str, parts: Iterable[Part]) -> list[Part]:
    """The chosen parts up to the last recurrent one, and after it what `head` says.

    Raises `OptionError` for a word that is not known, a layer that is not read, widths that do not
    fit, and where it is not said what is read of a sequence, or said twice.
    """
    words = [word.strip() for word in head.split(",") if word.strip()]
    known = {p.name: p for p in parts if p.role != RECURRENT}
    end = max(k for k, p in enumerate(chosen) if p.role == RECURRENT)
    found, recurrent = chosen[:end], chosen[end]
    if words == ["none"]:
        return [*found, recurrent]
    if not words or (recurrent.sequences and words[0] not in WORDS):
        rest = ",".join(words) or "NAME"
        raise OptionError(
            f"--head {head}: first say which outputs of {recurrent.name} are read, such as"
            f" last,{rest} or"
            f" each,{rest} (there are {', '.join(WORDS)})"
        )
    if words[0] == "states":
        recurrent, words = _final_states(recurrent), words[1:]
    behind = _behind(recurrent, words, known)
    if "flatten" not in words and not any(p.role == OTHER and p.name in known for p in behind):
        refuse_widths("--head", [p for p in (recurrent, *behind) if p.outputs is not None])
    return [*found, recurrent, *behind]


def _behind(recurrent: Part, words: list[str], known: dict[str, Part]) -> list[Part]:
    sequence, found = recurrent.sequences, []
    for word in words:
        if word in WORDS:
            if word == "states":
                raise OptionError("--head: states must come first: it reads a recurrent layer")
            if not sequence:
                raise OptionError(
                    f"--head: {word} needs a sequence, but its input is a single vector"
                )
            sequence = word == "each"
            found += [other(word, *TAKEN[word])] if word in TAKEN else []
        else:
            found.append(_layer(word, known))
    return found


def _layer(word: str, known: dict[str, Part]) -> Part:
    """A layer of the file, or an activation."""
    if word not in known:
        return _activation(word, known)
    if not known[word].readable:
        raise OptionError(f"--head: {word} is not a layer that is read ({known[word].what})")
    return known[word]


def is_activation(word: str) -> bool:
    """Whether an activation has this name."""
    try:
        find_activation(word)
    except InputError:
        return False
    return True


def _activation(word: str, known: Iterable[str]) -> Part:
    try:
        find_activation(word)
    except InputError as error:
        if ":" in word:
            raise OptionError(f"--head: {error}") from None
        hint = nearest(word, [*known, *WORDS, "none"])
        raise OptionError(
            f"--head: {word!r} is not a layer of the file or an activation: {hint}"
        ) from None
    return activation(word, word)


def _final_states(part: Part) -> Part:
    """The same layer, handing on each direction's output after its own last step."""

    def build() -> Layer:
        layer = part.build()
        assert isinstance(layer, Recurrent)
        layer.hand_on([(k, way.cell.output) for k, way in enumerate(layer.directions)])
        return layer

    outputs = part.outputs if len(part.cells) == 1 else None  # which depends on the merge
    return replace(part, build=build, sequences=False, outputs=outputs, hands_on="final states")
