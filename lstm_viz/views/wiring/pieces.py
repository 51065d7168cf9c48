"""A graph of nodes and links: what stands where, without the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lstm_viz.equations.tree import Tree
from lstm_viz.pictures.kinds import Shape


@dataclass(frozen=True)
class Piece:
    """A node without its numbers: what it does, and how its value and gradient are computed."""

    key: str
    shape: Shape
    symbol: str
    value: Tree
    gradient: Tree
    gate: Tree | None = None

    @property
    def is_quantity(self) -> bool:
        return "." not in self.key


@dataclass(frozen=True)
class Link:
    """A wire without its numbers; `of` is the quantity whose kind it takes, `mark` what is done
    with its number where that is not done with every other: ÷ for a divisor."""

    start: str
    end: str
    value: Tree
    gradient: Tree
    of: str
    mark: str = ""


@dataclass(frozen=True)
class Graph:
    """Nodes and wires of a cell, and where they are drawn."""

    parts: Mapping[str, Piece]
    links: tuple[Link, ...]
    places: Mapping[str, tuple[float, float]]
    routes: Mapping[tuple[str, str], tuple[tuple[tuple[float, float], ...], int]]
    turns: Mapping[str, int]
    turns_back: Mapping[str, int]
