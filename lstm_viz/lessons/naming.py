"""What a piece is called where it is listed: its title, its question, or how its text begins."""

from __future__ import annotations

import ast

from lstm_viz.lessons.read import Piece


def heading(piece: Piece) -> str:
    """The title of a piece; else what it asks; else the first line of a text; else nothing."""
    if piece.title:
        return piece.title
    if piece.kind == "ask":
        return _asked(piece.source)
    first = next((line for line in piece.source.splitlines() if line.strip("# ")), "")
    return first.lstrip("# ") if piece.kind == "text" else ""


def _asked(source: str) -> str:
    """The question of a call of `ask`, without running it: … stands for what is filled in."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return ""
    for node in nodes:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ask" and node.args:
            written = node.args[0]
            parts = written.values if isinstance(written, ast.JoinedStr) else [written]
            return "".join(
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts
            )
    return ""
