"""Both back ends draw all that a picture can say: of every kind, every field, every choice."""

import re
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from samples import GRADIENT, LINE, by_field, samples

from lstm_viz.figure.frames import canvas_of
from lstm_viz.figure.layout import Drawing
from lstm_viz.figure.style import math
from lstm_viz.pictures import kinds
from lstm_viz.pictures.alt_text import describe
from lstm_viz.pictures.kinds import (
    Arithmetic,
    Bar,
    Bars,
    Curve,
    Curves,
    Grid,
    Stack,
    Sweep,
    Text,
    Value,
)
from lstm_viz.pictures.numerals import numeral
from lstm_viz.terminal import Paper, lines

FIELDS = {name: pictures for name, *pictures in by_field()}
PICTURES = samples() | {name: changed for name, (_, changed) in FIELDS.items()}

# What one back end leaves out, and where else it says it.
NOT_IN_A_TERMINAL = {
    "Node.opening": "a gate's number stands at the gate",
    "Node.room": "of a node alone it moves nothing: tests/test_wires_stay.py",
    "Node.shape=dot": "a gate is drawn as the product that it is",
    "Node.shape=bar": "its brackets are as wide as the wires that come in",
    "Wire.value": "numbers stand at nodes",
    "Wire.trunk": "lines of characters lie on each other anyway",
    "Wiring.full": "lines of characters have one width",
    "Wiring.low": "lines of characters have one width",
}
NOT_IN_A_FIGURE = {
    "Words.typed": "it is said of characters",
    "Words.rows": "a page is laid out once for all of its frames",
    **dict.fromkeys(
        (
            *("Arithmetic.room", "Sweep.room", "Bars.room", "Bars.notes", "Grid.room"),
            *("Line.room", "Node.room"),
        ),
        "columns stay where they are on a page",
    ),
    **dict.fromkeys(("Sweep.low", "Sweep.high"), "a page has the numbers, a screen bars too"),
    "Grid.paired": "a page has room for every row",
    "Stack.in_step": "time is one axis in any stack",
}


def in_terminal(picture):
    return [row.runs for row in lines(picture, Paper(100, colours=True))]


def in_figure(picture):
    canvas = canvas_of(Drawing(picture, dpi=60))
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_and_every_choice_is_seen_in_both(name):
    without, with_it = FIELDS[name]
    names = {name, name.partition("=")[0]}
    rows = in_terminal(without) != in_terminal(with_it)
    pixels = not np.array_equal(in_figure(without), in_figure(with_it))
    assert rows is not bool(names & NOT_IN_A_TERMINAL.keys())
    assert pixels is not bool(names & NOT_IN_A_FIGURE.keys())


@pytest.mark.parametrize("length", [2, 30, 90, 100, 700])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_time_is_one_axis_in_a_stack_that_is_in_step(width, length):
    names = Text("rnn"), Text("a line of another name")
    for t in (0, length // 3, length - 1):
        only = np.where(np.arange(length) == t, 1.0, np.nan)
        strip = Grid((), np.ones((1, length)), names[:1], lit=(t, t), shown="heights")
        curve = Curves((), np.arange(1, length + 1), (Curve(names[1], only),), low=0, high=2)
        rows = [row.plain for row in lines(Stack((strip, curve), in_step=True), Paper(width))]
        columns = [k for k, letter in enumerate(rows[0]) if letter == "█"]
        (dot,) = [k for row in rows[1:] for k, c in enumerate(row) if "\u2800" < c <= "\u28ff"]
        assert dot in columns or (length > width - 32 and not columns), rows
        drawing = Drawing(Stack((strip, curve), in_step=True))
        first, second = (axes for axes in drawing.figure.axes if axes.get_label() != "scale")
        places = [a.transData.transform((x, 0))[0] for a, x in ((first, t), (second, t + 1))]
        assert places[0] == pytest.approx(places[1])


def test_between_a_curve_and_the_longest_note_there_is_a_space():
    values = np.full(90, 0.9)
    curve = Curve(Text("rnn radius 0.5"), values, note=numeral(3.906e-18))
    picture = Curves((), np.arange(1, 91), (curve,), low=0, high=1, from_right=True)
    rows = [row.plain for row in lines(picture, Paper(80))]
    (row,) = (row for row in rows if "3.906e-18" in row)
    assert re.search(r"3\.906e-18 +[⠁-⣿]", row), rows


@pytest.mark.parametrize("length", [24, 40, 100, 150, 500])
@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_steps_take_all_the_columns_there_are_or_six_each(width, length):
    strip = Grid((), np.ones((1, length)), (Text("x"),), high=1)
    row, _ = lines(Stack((strip,), in_step=True), Paper(width))
    assert row.plain.count("@") == min(width - len("x  "), 6 * length)


@pytest.mark.parametrize("width", [60, 100, 170])
@pytest.mark.parametrize("length", [40, 100, 900])
def test_numbers_over_many_steps_are_round_and_stand_over_their_step(width, length):
    names = tuple(str(t + 1) for t in range(length))
    for now in (0, length // 2, length - 1):
        here = np.where(np.arange(length) == now, 1.0, np.nan)
        strip = Grid((), here[None], (Text("x"),), names, high=1, chosen=(-1, now))
        head, row, _ = lines(Stack((strip,), in_step=True), Paper(width))
        found = {int(m[0]): m.start() for m in re.finditer(r"(?<!\[)\b\d+\b(?!\])", head.plain)}
        label, at = f"[{now + 1}]", row.plain.index("@")
        assert head.plain.index(label) in range(at - len(label) + 1, at + 1)
        apart = [b - a for a, b in pairwise(n for n in found if n > 1)]
        assert all(each % min(apart) == 0 for each in apart), head.plain
        size = (width - len("x  ")) / length
        if length in found:  # the last one ends where its step does
            found[length] += len(str(length)) - 1
        away = [abs((at - len("x  ")) / size - (n - 1)) for n, at in found.items()]
        assert max(away, default=0.0) <= max(1.0, 1.5 / size), head.plain


@pytest.mark.parametrize("count", [2, 6, 8, 12])
def test_no_two_areas_are_drawn_alike_without_colour(count):
    parts = tuple(Curve(Text(f"{k} to {k + 9}"), np.ones(5)) for k in range(count))
    rows = [row.plain for row in lines(kinds.Areas((), np.arange(5), parts), Paper(60))]
    fills = [row.split()[-4] for row in rows if " to " in row]
    assert len(set(fills)) == count


# ---------------------------------------------------------------------------- words and numbers


def said(thing):
    """All texts and numbers that a picture says, as pieces."""
    match thing:
        case Text() | Value():
            yield thing
        case str():
            yield Text(thing)
        case float():
            yield Value(thing)
        case tuple():
            for each in thing:
                yield from said(each)
        case kinds.Wiring(title=title, nodes=nodes):  # a number stands once its turn has come
            yield from said(title)
            yield from said(
                tuple(n if n.turn <= thing.lit else replace(n, value=None) for n in nodes)
            )
        case kinds.Node(label=label, value=value):  # a step on the way has no name
            if label.text and value is not None:
                yield Value(value, "node")
            yield from said(thing.symbol if thing.shape in ("box", "dot") else "")
        case kinds.Share(absent=True):
            return
        case _ if is_dataclass(thing):
            for name in SAID.get(type(thing), [field.name for field in fields(thing)]):
                yield from said(getattr(thing, name))


# Of what is drawn and not only written: the fields that are written all the same.
SAID = {
    kinds.Words: ["text"],
    kinds.Arithmetic: ["lines"],
    kinds.Sweep: ["gradients"],
    kinds.Bars: ["title", "bars"],
    kinds.Line: ["name", "title", "symbols", "numbers", "result"],
    kinds.Share: ["source", "symbols", "numbers", "value"],
    kinds.Bar: ["name", "value", "note"],
    kinds.Grid: ["title", "rows", "column_title"],
    kinds.Curve: ["name", "note"],
    kinds.Curves: ["title", "curves", "x_title", "y_title"],
    kinds.Areas: ["title", "parts", "x_title", "y_title"],
    kinds.Landscape: ["title", "ways", "x_title", "y_title"],
    kinds.Way: ["name"],
}


def written(pieces, figure):
    """The words that stand for pieces, as a back end writes them."""
    for piece in pieces:
        if isinstance(piece, Value):
            number = numeral(piece.value, 3 if figure and piece.of == "node" else 4)
            yield number.replace("-", "−") if figure else number
        elif piece.of and figure:
            yield math(piece.text)
        else:
            yield from piece.text.split()


def text_in_terminal(picture):
    return "\n".join(row.plain for row in lines(picture, Paper(100)))


def text_in_figure(picture):
    figure = Drawing(picture).figure
    parts = [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
    return "\n".join(part.get_text() for part in parts if part.get_visible())


@pytest.mark.parametrize("name", [n for n in PICTURES if ".chosen" not in n and ".hidden" not in n])
def test_every_word_and_number_stands_in_both(name):
    pieces = list(said(PICTURES[name]))
    for text, figure in ((text_in_terminal, False), (text_in_figure, True)):
        whole = text(PICTURES[name])
        assert [word for word in written(pieces, figure) if word not in whole] == []


HIDDEN = {
    "a line": lambda hidden: Arithmetic((replace(LINE, result=0.987, hidden=hidden),)),
    "the chosen line": lambda hidden: Arithmetic(
        (replace(LINE, result=0.987, hidden=hidden, low=0.0, high=1.0),), chosen=0
    ),
    "a gradient": lambda hidden: Sweep((replace(GRADIENT, gradient=0.987, hidden=hidden),)),
    "the chosen gradient": lambda hidden: Sweep(
        (replace(GRADIENT, gradient=0.987, hidden=hidden),), chosen=0
    ),
    "a bar": lambda hidden: Bars((), (Bar(Text("f"), 0.987, hidden=hidden),)),
}


@pytest.mark.parametrize("text", [text_in_terminal, text_in_figure, describe])
@pytest.mark.parametrize("what", HIDDEN)
def test_what_is_hidden_is_a_question_mark(what, text):
    shown, hidden = text(HIDDEN[what](False)), text(HIDDEN[what](True))
    assert "0.987" in shown
    assert "?" not in shown
    assert "0.987" not in hidden
    assert "?" in hidden
    assert "0.375" not in hidden


@pytest.mark.parametrize("text", [text_in_terminal, text_in_figure])
def test_the_chosen_one_alone_has_its_numbers_and_its_shares(text):
    other = replace(LINE, numbers=(Value(0.111),)), replace(LINE, numbers=(Value(0.222),))
    sums = [
        replace(GRADIENT, shares=(replace(s, value=v),))
        for v, s in zip((0.111, 0.222), GRADIENT.shares, strict=True)
    ]
    for picture in (Arithmetic(other), Sweep(tuple(sums))):
        none, second = text(picture), text(replace(picture, chosen=1))
        assert "0.111" in none
        assert "0.111" not in second
        assert "0.222" in second
        assert "▸" in second
        assert "▸" not in none
