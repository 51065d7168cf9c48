"""A cell's equations as LaTeX."""

from __future__ import annotations

from unicodedata import name as unicode_name
from unicodedata import normalize

from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.recurrence import Recurrence
from lstm_viz.equations.text import Printer, number_text, strength
from lstm_viz.equations.tree import PREVIOUS, Call, Number, Operation, Tree, names_in

_ACCENTS = {"\u0303": "tilde", "\u0302": "hat", "\u0304": "bar"}
_GREEK = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau
    upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
"""


_ESCAPED = {
    **{c: "\\" + c for c in "{}$&#%_"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def _letter(letter: str) -> str:
    """`alpha` and `α` → \\alpha, `C̃` → \\tilde{C}, `gate` → \\mathrm{gate}."""
    bare, accent = (parts := normalize("NFD", letter))[:1], parts[1:]
    if accent in _ACCENTS:
        return rf"\{_ACCENTS[accent]}{{{bare}}}"
    greek = (
        unicode_name(letter).split()[-1].lower()
        if len(letter) == 1 and "α" <= letter <= "ω"
        else letter
    )
    if greek in _GREEK.split():
        return "\\" + greek
    return rf"\mathrm{{{letter}}}" if len(letter) > 1 and letter[0] != "\\" else letter


def latex(cell: Recurrence) -> str:
    """The equations forward and backward as two aligned displays, for a document with amsmath.

    c₋ is c_{t-1}, ⊙ the product element by element, δv the gradient ∂L/∂v.
    """
    tex = _Latex(cell)
    backward = [
        rf"{tex.name('d' + e.target)} &\mathrel{{+}}= {tex.write(e.term)}" for e in cell.backward
    ]
    meaning = [r"\delta v &= \frac{\partial L}{\partial v} && \text{for every } v"]
    displays = displayed(cell), _aligned(meaning + backward)
    return "\n".join(f"\\[\n{each}\n\\]" for each in displays)


def displayed(cell: Recurrence) -> str:
    """The equations of a step in one aligned block, with their titles; for a display of its own."""
    tex = _Latex(cell)
    lines = (
        rf"{tex.name(e.target)} &= {tex.write(e.tree)} {_said(e.title)}" for e in cell.equations
    )
    return _aligned([line.rstrip() for line in lines])


def _aligned(lines: list[str]) -> str:
    body = " \\\\\n  ".join(lines)
    return "\n".join([r"\begin{aligned}", f"  {body}", r"\end{aligned}"])


def _said(words: str) -> str:
    return rf"&& \text{{{''.join(_ESCAPED.get(c, c) for c in words)}}}" if words else ""


class _Latex(Printer):
    parentheses, transposed = (r"\left(", r"\right)"), r"^{\top}"

    def __init__(self, cell: Recurrence) -> None:
        self.names, self.known = cell.names, {*cell.names, *cell.parameters}

    def bare(self, tree: Tree) -> str:
        match tree:
            case Operation("/", left, right):
                return rf"\frac{{{self.write(left)}}}{{{self.write(right)}}}"
            case Operation("**", left, right):
                base = self.write(left, 6 if isinstance(left, Call) else 5)
                return f"{base}^{{{self.write(right)}}}"
        return super().bare(tree)

    @staticmethod
    def strength(tree: Tree) -> int:
        return 4 if isinstance(tree, Operation) and tree.operator == "/" else strength(tree)

    @staticmethod
    def number(value: float) -> str:
        digits, _, power = number_text(value).partition("e")
        return rf"{digits} \cdot 10^{{{int(power)}}}" if power else digits

    def sign(self, tree: Operation) -> str:
        if tree.operator in "+-":
            return tree.operator
        if tree.operator == "@":
            return r"\,"
        if isinstance(tree.right, Number):
            return r"\cdot"
        return r"\odot" if names_in(tree.left) and names_in(tree.right) else r"\,"

    def call(self, function: str, arguments: tuple[Tree, ...]) -> str:
        written, name = [self.write(each) for each in arguments], function.replace("_", r"\_")
        plain = rf"\operatorname{{{name}}}({', '.join(written)})"
        return FUNCTIONS[function].latex.format(*written) or plain

    def name(self, name: str) -> str:
        """`W_i` → W_{i}, `z_i` → z_{i,t}, `c_prev` → c_{t-1}, `dc` → δ c_{t}."""
        if name not in self.known and name[0] == "d" and name[1:] in self.known:
            return r"\delta " + self.name(name[1:])
        time: list[str] = []
        if name in self.names:
            late = name.endswith(PREVIOUS)
            name, time = (name.removesuffix(PREVIOUS), ["t-1"]) if late else (name, ["t"])
        letter, *below = [part for part in name.split("_") if part] or [r"\_"]
        letter, below = _letter(letter), below + time
        return f"{letter}_{{{','.join(below)}}}" if below else letter
