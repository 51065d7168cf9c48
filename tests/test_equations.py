"""Texts of equations: read, written back, and refused with the line, a caret and a way out."""

import sys
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import texts

from lstm_viz import CELLS, Cell, EquationError, InputError, read_cell
from lstm_viz.equations.parse import parse
from lstm_viz.equations.text import equation_text, text


def refusal(written):
    """What is said of a text that is no cell."""
    with pytest.raises(EquationError) as caught:
        Cell("wrong", written)
    return caught.value


@pytest.mark.parametrize(
    ("line", "at", "way_out"),
    [
        ("h = tahn(x)", "tahn", "did you mean 'tanh'?"),
        ("h = zzz(x)", "zzz", "known are sigmoid, tanh"),
        ("h = clip(x)", "clip", "write clip(v, lo, hi)"),
        ("h = tanh(x, v=1)", "tanh", "known functions are allowed here"),
        ("h = tanh(*x)", "*x", "known functions are allowed here"),
        ("h = x + k", "k", "a parameter has a _ in its name, such as b_k"),
        ("h = W * x", "W", "W is a matrix: write W @ v; a vector is named with _, such as W_1"),
        ("h = x + HH", "HH", "or is one of w, u, v, b, α, β …"),
        ("h = x + tanh", "tanh", "write tanh(v)"),
        ("h = W @ x + h_prve", "h_prve", "did you mean h_prev?"),
        ("h = W @ x + d_prev", "d_prev", "add a line d = …"),
        ("h = W @ x + x_prev", "x_prev", "add a line such as k = x"),
        ("h = W @ x + h", "h", "did you mean h_prev?"),
        ("x = W @ h_prev", "x", "x is the input"),
        ("loss = W @ x", "loss", "use another name here"),
        ("h_prev = W @ x", "h_prev", "h_prev is the previous h"),
        ("tanh = W @ x", "tanh", "tanh is a function"),
        ("h = W @ x + W", "W", "it needs an @ after it"),
        ("h = x @ b", "x", "or * to multiply element by element"),
        ("h = (W @ U) @ x", "(W @ U)", "one matrix left of @: A @ (B @ v)"),
        ("h = tanh(b) @ x", "tanh", "the name of one matrix"),
        ("h = W @ 2", "W @ 2", "not a number"),
        ("h = x // 2", "x", "write /"),
        ("h = x ^ 2", "x", "write **"),
        ("h = x % 2", "x", "% is not supported"),
        ("h = x > 2", "x", "use maximum, minimum, clip or step"),
        ("h = x if x else x", "x", "use maximum, minimum, clip or step"),
        ("h = x and x", "x", "only names, numbers"),
        ("h = not x", "not", "only names, numbers"),
        ("h = ~x", "~", "only names, numbers"),
        ("h = +x", "+", "only names, numbers"),
        ("h = x.T", "x", "use plain names such as W_i"),
        ("h = W[0] @ x", "W", "give each part its own name"),
        ("h = [x]", "[", "a list is only allowed right of a matrix"),
        ("h = [x, b]", "[", "write W @ [h_prev, x]"),
        ("h = W @ [h_prev, 1]", "[", "write a bias, + b"),
        ("h = W @ [x, x]", "[", "two parts have the same name"),
        ("h = W [h_prev, x]", "W", "write W @ [h_prev, x]"),
        ("h = W @ [h_prev; x]", "", "write a comma"),
        ("h = W @ [h_prev, x] + W @ x", "W @ x", "W already multiplies a stack"),
        ("h = W @ [h_prev, x] + W_x * x", "[", "W_x, the columns of W for x, is used here too"),
        ("h = W x", "", "write + - * / or @ between two names"),
        ("h = W × x", "", "write * for element by element, @ for a matrix"),
        ("h = W @ x'", "", "a prime is not supported"),
        ("h = W.dot(x)", "W", "write W @ v"),
        ("h = W @ x_t", "x_t", "x is written x, without _t"),
        ("h = W @ x + h_t", "h_t", "h is written h, without _t"),
        ("h = x, x", "x", "one value per line"),
        ("h = (k := x)", "k :=", "one value per line"),
        ("h = lambda: x", "lambda", "lambda is not supported"),
        ("h = (lambda: x)()", "(lambda", "known functions are allowed here"),
        ("h = f'{x}'", "f'", "only names, numbers"),
        ("h = 'x'", "'x'", "only names, numbers"),
        ("h = b'x'", "b'x'", "only names, numbers"),
        ("h = True", "True", "only names, numbers"),
        ("h = None", "None", "only names, numbers"),
        ("h = ...", "...", "only names, numbers"),
        ("h = 2j * x", "2j", "only names, numbers"),
        ("h = {x: 1}", "{", "only names, numbers"),
        ("h = [x for x in x]", "[", "only names, numbers"),
        ("h = await x", "await", "only names, numbers"),
        ("h = (yield x)", "yield", "only names, numbers"),
        ("h = x; k = x", "h", "one equation per line"),
        ("h += x", "h", "one equation per line"),
        ("h: int = x", "h", "one equation per line"),
        ("h = k = x", "h", "write one plain name left of ="),
        ("h, k = x", "h", "write one plain name left of ="),
        ("h.k = x", "h", "write one plain name left of ="),
        ("h[0] = x", "h", "write one plain name left of ="),
        ("import os", "import", "one equation per line"),
        ("del x", "del", "one equation per line"),
        ("tanh(x)", "tanh", "one equation per line"),
        ("h tanh(x)", "tanh", "write name = expression"),
        ("h = tanh(x", "(", "this is not an equation"),
        ("h = x +", "", "this is not an equation"),
        ("h = x * 1e999", "1e999", "too large"),
        ("h = x / 0", "x", "divides by zero"),
        ("h = x / (1 - 1)", "x", "divides by zero"),
        ("h = x + 1e300 * 1e300", "1e300", "not a finite number"),
        ("h = x * (0 - 8) ** 0.5", "(0 - 8)", "not a finite number"),
        ("h = 0 ** x", "0 **", "a base above zero"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_refused_with_a_caret_under_the_place_and_a_way_out(line, at, way_out):
    error = refusal(f"k_1 = W_1 @ x\n{line}\n")
    first, source, caret = str(error).splitlines()
    assert first.startswith("line 2: ")
    assert way_out in first
    assert source.strip() == line
    assert caret.strip() == "^"
    assert caret.index("^") - 4 == error.column
    if at:
        assert line[error.column :].startswith(at) or line[: error.column + 1].endswith(at[0])


def test_a_name_that_already_has_a_value_is_refused_with_its_line():
    error = refusal("h = W @ x\nk = h\nh = k")
    assert (error.line, "line 1" in str(error)) == (3, True)


def test_a_name_used_before_its_line_is_refused_with_that_line():
    assert "used before its line (line 2): did you mean k_prev?" in str(refusal("h = k\nk = x"))


def test_a_name_that_would_hide_a_gradient_is_refused():
    assert "hide the gradient of c" in str(refusal("c = W @ x\ndc = c * 2"))


def test_the_caret_stands_under_the_letter_also_after_letters_of_two_bytes():
    error = refusal("h = é_1 * ü_2 + k")
    assert "h = é_1 * ü_2 + k"[error.column] == "k"


def test_a_long_line_is_shown_short_and_the_caret_stays_below_it():
    _, source, caret = str(refusal("h = " + "x + " * 200 + "k")).splitlines()
    assert len(source) <= 110
    assert len(caret) <= 110


@pytest.mark.parametrize(
    "hostile",
    [
        "h = " + "(" * 3000 + "x" + ")" * 3000,
        "h = " + "-" * 1900 + "x",
        "h = " + "tanh(" * 300 + "x" + ")" * 300,
        "h = " + " + ".join(["x"] * 480),
        "h = " + "x ** " * 300 + "x",
        "h = 9 ** 9 ** 9 ** 9 ** 9 * x",
        "h = " + "9" * 1900 + " * x",
        "h = 0x" + "f" * 1900 + " * x",
        "h = 1" + "_000" * 400 + " * x",
        "h = __import__('os').system('touch hacked')",
        "h = ().__class__.__bases__[0].__subclasses__()",
        "h = open('hacked', 'w')",
        "h = eval('x')",
        "h = x\x00",
        "h = x\x1b[31m",
        "h = \ud800_1 * x",
        "h = x # \ud800",
        "\ufeffh = x",
        "h = x" * 100_000,
        "h = x\n" * 100_000,
        "",
        "   \n\t\n# only words\n",
        "h",
        "=",
        "= x",
        "h =",
        "h = x \\",
        'h = """',
        "h = x\n  + 2",
        "if x: h = x",
        "def h(x): return x",
        "match x:\n case _: h = x",
        "\N{MATHEMATICAL BOLD SMALL H} = \N{MATHEMATICAL BOLD SMALL X} @",
    ],
    ids=lambda each: ascii(each[:24]),
)  # fmt: skip
def test_a_hostile_text_is_refused_and_nothing_is_executed(hostile, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refusal(hostile).message
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=60) | st.text("hx_prevWb=+-*/@()[].,:#0123456789e \n", max_size=60))
def test_any_text_is_a_cell_or_refused_in_words(written):
    with suppress(EquationError):
        assert Cell("any", written).equations


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_that_is_written_and_read_again_is_the_same(name):
    equations = CELLS[name].equations
    again = parse("\n".join(map(equation_text, equations)))
    assert [(e.target, e.tree) for e in again] == [(e.target, e.tree) for e in equations]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(texts(same_rows=False))
def test_any_text_that_is_written_and_read_again_is_the_same(written):
    equations = parse(written)
    again = parse("\n".join(map(equation_text, equations)))
    assert [(e.target, e.tree) for e in again] == [(e.target, e.tree) for e in equations]


@pytest.mark.parametrize(
    "written",
    ["a - (b - c)", "(a + b) * c", "a / (b / c)", "(-a) ** 2", "-a ** 2",
     "a ** -b", "(a ** b) ** c", "a ** b ** c", "a * b / c", "a * (b / c)",
     "(W @ a) * b", "W @ (a * b)", "a - -b", "-(a + b)", "W @ (U @ a)", "tanh(a + b) ** 2",
     "1e-06 * a", "0.1 * a", "a * (W @ b)"],
)  # fmt: skip
def test_a_text_is_written_with_the_parentheses_that_it_needs(written):
    assert text(parse(f"h = {written}")[0].tree) == written


def test_deep_recursion_elsewhere_does_not_matter():
    def deep(levels):
        return deep(levels - 1) if levels else refusal("h = (" + "x + (" * 30 + "k" + ")" * 31)

    assert deep(sys.getrecursionlimit() // 3).message


def test_words_behind_an_equation_are_its_name_and_meaning():
    (equation,) = parse("c = W @ x   # cell state: the memory: all of it")
    assert (equation.title, equation.meaning) == ("cell state", "the memory: all of it")


def test_shapes_that_follow_from_the_text_are_solved():
    cell = Cell("projected", "m = W_m @ x + U_m @ h_prev\nh = P_h @ tanh(m)")
    assert cell.parameters == {"W_m": ("H", "I"), "U_m": ("H", "P"), "P_h": ("P", "H")}
    assert cell.shapes(2, 3, {"P": 5})["P_h"] == (5, 3)


def test_an_input_used_element_by_element_needs_as_many_units():
    with pytest.raises(InputError, match="as many input features as hidden units"):
        Cell("sum", "h = h_prev + x").start(inputs=2, hidden=3)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_file_is_read_with_any_line_ending_and_byte_order_mark(tmp_path, ending):
    path = tmp_path / "mine.txt"
    path.write_bytes(b"\xef\xbb\xbf" + ending.join(["# me, 2024", "k = W @ x", "h = k"]).encode())
    cell = read_cell(str(path))
    assert (cell.name, cell.source, cell.quantities) == ("mine", "me, 2024", ("k", "h"))


def test_a_file_of_wide_characters_is_read(tmp_path):
    (tmp_path / "mine.txt").write_bytes("h = é_1 * x".encode("utf-16"))
    assert read_cell(str(tmp_path / "mine.txt")).parameters == {"é_1": ("H",)}


def test_a_file_that_is_no_cell_is_named(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text("h = foo(x)")
    with pytest.raises(EquationError, match=r"mine\.txt, line 1: unknown function"):
        read_cell(str(path))


@pytest.mark.parametrize("written", ["h = 1if x else 2", "h = 0xfor x", "h = .5or x", r"h = '\d'"])
def test_what_python_would_warn_of_is_refused_without_touching_warnings(written, monkeypatch):
    with monkeypatch.context() as patch:
        patch.delattr("warnings.catch_warnings")
        assert refusal(written).message


# ---------------------------------------------------------------------------- textbooks


def read(text):
    """The equations of a text, as they are written back."""
    return [equation_text(equation) for equation in Cell("textbook", text).equations]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("h = σ(W @ x) ⊙ h_prev", "h = sigmoid(W @ x) * h_prev"),
        ("h = f_1 ∘ h_prev − x", "h = f_1 * h_prev - x"),
        ("h = tanh(W · x + u · h_prev)", "h = tanh(W @ x + u * h_prev)"),
        ("h = tanh(dot(W, x) + b)", "h = tanh(W @ x + b)"),
        ("h = np.tanh(np.dot(W, x))", "h = tanh(W @ x)"),
        ("hₜ = tanh(W @ xₜ + U @ hₜ₋₁)", "h = tanh(W @ x + U @ h_prev)"),
        ("h_{t} = tanh(W @ x_{t} + U @ h_{t-1})", "h = tanh(W @ x + U @ h_prev)"),
        ("h = W @ [h_prev, x]", "h = W_h @ h_prev + W_x @ x"),
        ("h = W_f @ concat(h_prev, x)", "h = W_fh @ h_prev + W_fx @ x"),
        ("h = W @ np.concatenate([h_prev, x])", "h = W_h @ h_prev + W_x @ x"),
        ("z = [x, h_prev]\nh = tanh(W @ z)", "h = tanh(W_x @ x + W_h @ h_prev)"),
        ("r = σ(b_r)\nh = W @ [r * h_prev, x]", "h = W_h @ (r * h_prev) + W_x @ x"),
    ],
)
def test_textbook_notation_is_read(written, meant):
    assert read(written)[-1] == meant


OLAH = """
f_t = σ(W_f · [h_{t-1}, x_t] + b_f)
i_t = σ(W_i · [h_{t-1}, x_t] + b_i)
C̃_t = tanh(W_C · [h_{t-1}, x_t] + b_C)
C_t = f_t * C_{t-1} + i_t * C̃_t
o_t = σ(W_o · [h_{t-1}, x_t] + b_o)
h_t = o_t * tanh(C_t)   # of C_t
"""


def test_the_equations_of_a_famous_page_are_read_as_they_stand_there():
    assert read(OLAH)[3:] == [
        "C = f * C_prev + i * C̃",
        "o = sigmoid(W_oh @ h_prev + W_ox @ x + b_o)",
        "h = o * tanh(C)",
    ]
    assert Cell("olah", OLAH).equations[-1].title == "of C_t"


def test_a_parameter_may_end_in_t():
    text = "t = σ(W_t @ x + b_t)\nh = t * h_{t-1}"
    assert set(Cell("highway", text).parameters) == {"W_t", "b_t"}


def test_a_comment_keeps_its_signs():
    assert Cell("c", "h = W @ x  # σ: ⊙ and hₜ₋₁").equations[0].meaning == "⊙ and hₜ₋₁"


@pytest.mark.parametrize("name", ["w", "u", "v", "b", "α", "λ"])
def test_a_letter_of_the_textbooks_is_a_parameter(name):
    assert Cell("letter", f"h = {name} * x + h_prev").parameters == {name: ("H",)}


@pytest.mark.parametrize("name", ["f", "o", "g", "k", "n"])
def test_a_letter_of_a_gate_is_no_parameter_since_its_line_may_be_missing(name):
    assert f"{name} is not defined" in str(refusal(f"h = {name} * x + h_prev"))


def test_h_is_the_size_of_the_most_quantities():
    most = "s = tanh(W @ x + U @ s_prev)\nr = s * s\nh = tanh(A @ r)\n"
    assert Cell("most", most).parameters == {"W": ("H", "I"), "U": ("H", "H"), "A": ("P", "H")}
