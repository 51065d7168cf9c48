"""Places in a tree: what stands there, and the tree with something else in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lstm_viz.equations.tree import Call, Operation, Tree, children, rebuild, substitute


def places(tree: Tree) -> Iterator[tuple[Tree, Callable[[Tree], Tree]]]:
    """Each sub-tree, and the whole tree as a function of what stands in its place."""
    yield tree, lambda new: new
    for k, child in enumerate(children(tree)):
        for found, put in places(child):
            yield found, _put_below(tree, k, put)


def _put_below(tree: Tree, k: int, put: Callable[[Tree], Tree]) -> Callable[[Tree], Tree]:
    parts = children(tree)
    return lambda new: rebuild(tree, (*parts[:k], put(new), *parts[k + 1 :]))


def exchanged(tree: Tree, one: Tree, other: Tree) -> Tree:
    """Each of two sub-trees in the place of the other."""
    if tree == one:
        return other
    if tree == other:
        return one
    return rebuild(tree, tuple(exchanged(child, one, other) for child in children(tree)))


def without_functions(tree: Tree, of: Tree) -> Tree:
    """The tree without the functions around one name."""
    if isinstance(tree, Call) and tree.arguments == (of,):
        return of
    return rebuild(tree, tuple(without_functions(child, of) for child in children(tree)))


def in_products(tree: Tree, old: Tree, new: Tree) -> Tree:
    """The tree with one sub-tree for another wherever a matrix multiplies it."""
    match tree:
        case Operation("@", left, right):
            return Operation("@", left, substitute(right, {old: new}))
    return rebuild(tree, tuple(in_products(child, old, new) for child in children(tree)))
