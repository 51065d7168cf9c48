"""A picture in another language: every word of it that a catalogue has, through `sentence`."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from lstm_viz.pictures.kinds import Text
from lstm_viz.pictures.language import ENGLISH, Language

Kind = TypeVar("Kind")
WORDS = ("text", "name", "what", "title", "heads", "note", "x_title", "y_title", "column_title")


def translated(picture: Kind, say: Language) -> Kind:
    """The same picture in the language; numbers, and names that no catalogue has, as they are."""
    return picture if say is ENGLISH else _in(picture, say)


def _in(part: Any, say: Language, words: bool = False) -> Any:
    if isinstance(part, str):
        return say.sentence(part) if words else part
    if isinstance(part, tuple) and not hasattr(part, "_fields"):
        return tuple(_in(each, say, words) for each in part)
    if isinstance(part, Text):
        return Text(say.sentence(part.text), part.of)
    if not is_dataclass(part) or isinstance(part, type):
        return part
    known = {each.name: getattr(part, each.name) for each in fields(part) if each.init}
    return replace(part, **{k: _in(v, say, k in WORDS or k == "facts") for k, v in known.items()})
