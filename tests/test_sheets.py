"""Sheets with each student's own numbers, and their grading: points, mistakes, what is refused."""

import csv
import json
from itertools import pairwise

import numpy as np
import pytest
from program import lstm_viz

from lstm_viz.commands.grading import read_forms
from lstm_viz.exercises import drawn, judge, read_exercise
from lstm_viz.exercises.grading import UNKNOWN, grade
from lstm_viz.exercises.numbers import answers_of
from lstm_viz.exercises.page import given_of
from lstm_viz.exercises.sheets import Sheet, form_of, sheets_of, text_of
from lstm_viz.exercises.tables import TIMES, distinct, separated, table_of
from lstm_viz.validation.errors import InputError

NAMES = [f"s{k:03}" for k in range(40)]
LESSONS = range(1, 17)


def numbers(name, count=12):
    return [drawn(read_exercise(name), seed + 500) for seed in range(count)]


def read_rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def form(sheet, **given):
    """A form with some answers of the first question."""
    lines = [f"{name.replace('_', '@')} = {value}" for name, value in given.items()]
    return f"student = {sheet.student}\nlesson = {sheet.lesson}\n[1]\n" + "\n".join(lines)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_solved_form_has_all_points_and_an_empty_one_none(lesson):
    sheets = sheets_of(lesson, NAMES[:3], "salt")
    solved = grade(sheets, {s.student: form_of(s, solved=True) for s in sheets})
    assert [r.points for r in solved.results] == [solved.of] * 3
    empty = grade(sheets, {s.student: form_of(s) for s in sheets})
    assert [r.points for r in empty.results] == [0] * 3
    assert empty.mistakes() == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_numbers_of_no_two_of_500_students_are_alike(lesson, monkeypatch):
    monkeypatch.setattr("lstm_viz.exercises.sheets.TRIES", 1)  # which draw it is does not matter
    sheets = sheets_of(lesson, [f"s{k:03}" for k in range(500)], "a")
    numbers = {numbers_of(sheet) for sheet in sheets}
    assert len(numbers) == 500


def numbers_of(sheet):
    """What a sheet gives to compute with, without the order of choices."""
    own = [q for q in sheet.questions if q.kind == "number"]
    return "".join(f"{q.given}{given_of(q)}" for q in own)


@pytest.mark.parametrize("lesson", [3, 7])
def test_no_two_of_a_class_are_alike_and_a_sheet_is_found_again(lesson):
    names = [f"s{k:03}" for k in range(60)]
    pages = {s.student: text_of(s).replace(s.student, "") for s in sheets_of(lesson, names, "a")}
    assert len(set(pages.values())) == len(names)
    again = sheets_of(lesson, names[::-1], "a")
    assert {s.student: text_of(s).replace(s.student, "") for s in again} == pages
    other = [text_of(s).replace(s.student, "") for s in sheets_of(lesson, names, "b")]
    assert other != list(pages.values())


@pytest.mark.parametrize("name", ["02-1-one-step", "05-1-eight-gradients", "13-1-gru-step"])
def test_computed_at_once_is_computed_one_by_one(name):
    exercises = numbers(name)
    table = table_of(exercises)
    own = [np.concatenate([v.ravel() for v in answers_of(e).values()]) for e in exercises]
    assert np.allclose(table.truth, own, rtol=0, atol=1e-13)


LOSS_BY_HAND = """
title = "Loss by hand"
lesson = 6
kind = "number"
question = "Compute the loss, its gradients, and count the parameters."
cell = "rnn"
weights = { W = 0.7, U = 0.4, b = 0.3 }
input = [0.9, -0.5, 0.8]
target = [0.2, 0.1, 0.6]
loss_at = "all"
ask = ["h", "loss", "dW", "dU@2", "dU@3", "parameters"]
hints = ["one", "two", "three"]
why = "so"
misconception = 13
own = { weights = [-1.5, 1.5, 0.1], input = [-1, 1, 0.1], target = [-1, 1, 0.1] }
"""


def test_a_loss_a_count_and_what_a_step_adds_have_mistakes_by_name(tmp_path):
    path = tmp_path / "loss.toml"
    path.write_text(LOSS_BY_HAND)
    (exercise,) = numbers(str(path), 1)
    table, found = table_of([exercise]), 0
    own = np.concatenate([values.ravel() for values in answers_of(exercise).values()])
    assert np.allclose(table.truth[0], own, rtol=0, atol=1e-13)
    ends = np.cumsum([0, *(size for _, size in table.names)])
    for mistake, rows in table.mistakes.items():
        if (np.abs(rows[0] - table.truth[0]) > TIMES * table.tolerance[0]).any():
            parts = [rows[0][a:b] for a, b in pairwise(ends)]
            lines = zip(table.names, parts, strict=True)
            text = "\n".join(
                f"{n} = {', '.join(f'{v:.9f}' for v in part)}" for (n, _), part in lines
            )
            assert mistake in judge(exercise, text).mistakes
            found += 1
    assert found > 30
    assert {"the half of the loss forgotten", "the biases forgotten"} <= set(table.mistakes)


@pytest.mark.parametrize("name", ["02-1-one-step", "05-1-eight-gradients", "06-2-logistic-rnn"])
def test_a_named_mistake_is_what_the_search_finds(name):
    """`judge` looks for mistakes in another way, one exercise at a time."""
    (exercise,) = numbers(name, 1)
    table, found = table_of([exercise]), 0
    for mistake, rows in list(table.mistakes.items())[::25]:
        if (np.abs(rows[0] - table.truth[0]) > TIMES * table.tolerance[0]).any():
            given = zip(table.names, rows[0], strict=True)
            text = "\n".join(f"{n} = {value:.9f}" for (n, _), value in given)
            named = judge(exercise, text).mistakes
            assert mistake in named or len(named) > 2, (mistake, named)
            found += 1
    assert found


@pytest.mark.parametrize("name", ["02-1-one-step", "13-1-gru-step", "09-1-half-life-of-a-gate"])
def test_on_a_sheet_every_named_mistake_is_told_from_what_is_right(name):
    lesson = int(name[:2])
    sheets = sheets_of(lesson, NAMES, "salt")
    questions = [next(q for q in s.questions if q.name == name) for s in sheets]
    table = table_of(questions)
    near = separated(questions, table)
    assert (near < 1000).all()
    plain = numbers(name, len(NAMES))
    assert near.mean() < separated(plain, table_of(plain)).mean() or near.max() == 0


def test_of_the_named_mistakes_nineteen_in_twenty_are_named_and_none_is_passed():
    sheets = sheets_of(2, NAMES[:10], "salt")
    table = table_of([s.questions[0] for s in sheets])
    tried = named = 0
    for mistake, rows in list(table.mistakes.items())[::3]:  # with ten students' numbers each
        texts = {}
        for sheet, row in zip(sheets, rows, strict=True):
            pairs = zip(table.names, row, strict=True)
            texts[sheet.student] = form(sheet, **{n: f"{v:.3f}" for (n, _), v in pairs})
        same = np.abs(rows - table.truth).max(axis=1) < 1e-9  # of one unit, U and its transpose
        for result in (r for r, s in zip(grade(sheets, texts).results, same, strict=True) if not s):
            tried += 1
            named += any(mistake == each for each in result.answers[0].mistakes)
            assert result.answers[0].points < result.answers[0].of
    assert tried > 300
    assert named / tried >= 0.95


def test_the_class_is_told_its_mistakes():
    sheets = sheets_of(2, NAMES, "salt")
    table = table_of([s.questions[0] for s in sheets])
    texts = {}
    for k, sheet in enumerate(sheets):
        row = table.mistakes["no tanh on the output"][k] if k < 7 else table.truth[k]
        pairs = zip(table.names, row, strict=True)
        texts[sheet.student] = form(sheet, **{n: f"{v:.3f}" for (n, _), v in pairs})
    graded = grade(sheets, texts)
    count, of, question, name = graded.mistakes()[0]
    assert (count, of, question) == (7, 40, 1)
    assert name == "no tanh on the output"


def test_a_number_of_no_known_mistake_is_wrong_and_has_no_name():
    (sheet,) = sheets_of(2, ["ada"])
    (result,) = grade([sheet], {"ada": form(sheet, i_1=99)}).results
    assert (result.points, result.answers[0].mistakes) == (0, (UNKNOWN,))


def test_many_sheets_are_graded_at_once():
    sheets = sheets_of(2, [f"s{k:04}" for k in range(100)], "salt")
    texts = {s.student: form_of(s, solved=k % 2 > 0) for k, s in enumerate(sheets)}
    table = table_of([s.questions[0] for s in sheets[::2]])
    for sheet, row in zip(sheets[::2], table.mistakes["no tanh on the output"], strict=True):
        pairs = zip(table.names, row, strict=True)
        texts[sheet.student] = form(sheet, **{n: f"{v:.3f}" for (n, _), v in pairs})
    graded = grade(sheets, texts)
    assert graded.of * len(sheets) == 1_000


HOSTILE = {
    "student = s001\nlesson = 2": "student = s001: s000 is expected",
    "student = s000\nlesson = 3": "lesson = 3: 2 is expected",
    "": "write student = s000",
    "import os": "write student = and your answer",
    "x" * 70_000: "too many for an answer",
}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
def test_a_form_that_is_none_is_refused_in_one_line(text):
    import re

    sheets = sheets_of(2, ["s000", "s001"])
    (result,) = grade(sheets, {"s000": text}).results
    assert re.search(HOSTILE[text], result.refused)
    assert "\n" not in result.refused
    assert result.points == 0


@pytest.mark.parametrize("value", ["__import__('os')", "nan", "1e999", "9**9**9**9", "1 2", "[[["])
def test_what_is_no_number_is_said_and_has_no_points(value):
    (sheet,) = sheets_of(2, ["ada"])
    (result,) = grade([sheet], {"ada": form(sheet, i_1=value)}).results
    assert result.points == 0
    assert result.answers[0].error.startswith("line 4: i@1: ")


def test_a_number_that_cannot_be_read_costs_its_own_point_only():
    (sheet,) = sheets_of(2, ["ada"])
    table = table_of([sheet.questions[0]])
    right = {n: f"{v:.3f}" for (n, _), v in zip(table.names, table.truth[0], strict=True)}
    (result,) = grade([sheet], {"ada": form(sheet, **right | {"i@1": "0,98"})}).results
    answer = result.answers[0]
    assert (answer.points, answer.mistakes) == (answer.of - 1, ())
    assert answer.error == "line 4: i@1: write 0.98, with a point"


def test_other_capitals_are_read_and_a_name_that_is_not_asked_costs_nothing():
    (sheet,) = sheets_of(2, ["ada"])
    table = table_of([sheet.questions[0]])
    right = {n: f"{v:.3f}" for (n, _), v in zip(table.names, table.truth[0], strict=True)}
    lines = form(sheet, **right).replace("i@1 =", "I@1 =").replace("[1]\n", "[1]\nquite = 3\n")
    (result,) = grade([sheet], {"ada": lines}).results
    answer = result.answers[0]
    assert (answer.points, answer.mistakes) == (answer.of, ())
    assert "'quite' is not asked" in answer.error


def test_a_question_that_is_none_is_passed_over_and_told():
    (sheet,) = sheets_of(7, ["ada"])
    text = form_of(sheet, solved=True)
    (result,) = grade([sheet], {"ada": text + "\n[9]\nafter_10 = 0.9\n"}).results
    line = len(text.splitlines()) + 2
    assert result.notes == (f"line {line}: [9] is not a question: it is passed over",)
    assert (result.refused, result.points) == ("", grade([sheet], {"ada": text}).of)


@pytest.mark.parametrize("said", ["student : Ada", "STUDENT = ADA", "Student：ada"])
def test_colons_and_other_capitals_are_read_above_the_questions_and_below(said):
    (sheet,) = sheets_of(2, ["ada"])
    text = form_of(sheet, solved=True).replace("student = ada", said).replace("i@1 =", "i@1:")
    (result,) = grade([sheet], {"ada": text.replace("lesson = 2", "Lesson: 02")}).results
    assert (result.refused, result.notes) == ("", ())
    assert result.points == grade([sheet], {"ada": text}).of


def test_numbers_of_another_salt_or_version_are_refused_and_not_graded():
    sheets = sheets_of(2, ["ada", "bob"], "autumn")
    texts = {s.student: form_of(s, solved=True) for s in sheets}
    with pytest.raises(
        InputError,
        match="no form has the numbers that this --salt gives: use the salt of the sheets",
    ):
        grade(sheets_of(2, ["ada", "bob"], "spring"), texts)
    other = texts["ada"].replace("numbers = ", "numbers = 9")
    wrong, right = grade(sheets, {**texts, "ada": other}).results
    assert "drawn by another version" in wrong.refused
    assert (wrong.points, right.refused) == (0, "")
    unmarked = texts["ada"].replace(f"numbers = {sheets[0].mark}", "")
    (result,) = grade(sheets[:1], {"ada": unmarked}).results
    assert "the line 'numbers = ...' is missing" in result.notes[0]
    assert result.points == grade(sheets, texts).of


# Where this fails, the same seed gives other numbers: raise DRAWS, and write down the new ones.
DRAWN = {
    1: ("2-ab6d5c", "2-d79a57"),
    2: ("2-048ff6", "2-02ebdd"),
    3: ("2-0f1a1e", "2-15e4b6"),
    4: ("2-35f940", "2-3fb64c"),
    5: ("2-d67d2f", "2-5f4975"),
    6: ("2-59d5bc", "2-d117c1"),
    7: ("2-837a12", "2-4a0fbd"),
    8: ("2-8a512d", "2-c0a554"),
    9: ("2-0ec930", "2-c47f9e"),
    10: ("2-6f5579", "2-d83e96"),
    11: ("2-151b01", "2-4cf996"),
    12: ("2-dab3f4", "2-40ccdb"),
    13: ("2-85ab5b", "2-c9250a"),
    14: ("2-97913c", "2-068dcc"),
    15: ("2-f89220", "2-b933b4"),
    16: ("2-410802", "2-c795af"),
}


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_seed_gives_the_numbers_of_its_version(lesson):
    (sheet,) = sheets_of(lesson, ["ada"], "salt")
    own = next((q for q in sheet.questions if q.kind == "number" and q.own), None)
    practised = distinct(read_exercise(own.name), 2024) if own else None
    mark = Sheet(lesson, "", (practised,)).mark if practised else ""
    assert (sheet.mark, mark) == DRAWN[lesson]


def test_a_form_in_utf16_is_read(tmp_path):
    (tmp_path / "ada.txt").write_text("student = ada\n", encoding="utf-16")
    assert read_forms(str(tmp_path)) == {"ada": "student = ada\n"}


def test_a_question_that_is_there_twice_costs_its_own_points_only():
    (sheet,) = sheets_of(7, ["ada"])
    text = form_of(sheet, solved=True)
    (whole,) = grade([sheet], {"ada": text}).results
    (result,) = grade([sheet], {"ada": text + "\n[1]\nafter_10 = 0.9\n"}).results
    line = len(text.splitlines()) + 2
    assert (result.refused, result.answers[0].points) == ("", 0)
    assert result.answers[0].error == f"line {line}: [1] is there twice"
    assert result.points == whole.points - whole.answers[0].points > 0


def test_the_whole_loop_with_the_program(tmp_path):
    roster, folder = tmp_path / "names.csv", tmp_path / "sheets"
    roster.write_text("name,student\nAda,a1\nBob,b2\nCy,c3\n")
    given = ("--roster", str(roster), "--salt", "S")
    key = str(tmp_path / "key.csv")
    made = lstm_viz("sheet", "2", *given, "--save", str(folder), "--as", "md", "--key", key)
    assert made.exit_code == 0
    alone = lstm_viz("sheet", "2", *given, "--student", "b2").stdout
    assert alone == (folder / "b2.md").read_text()
    keys = {(r["student"], r["name"]): r["answer"] for r in read_rows(key)}
    answers = tmp_path / "answers"
    answers.mkdir()
    filled = (folder / "a1.txt").read_text().replace("i@1 =", f"i@1 = {keys['a1', 'i@1']}")
    (answers / "a1.txt").write_text(filled)
    (answers / "b2.txt").write_bytes(b"\xff\xfe\x00")
    (answers / "zz.txt").write_text(filled)
    points = str(tmp_path / "points.csv")
    graded = lstm_viz("grade", str(answers), *given, "--save", points)
    assert graded.exit_code == 0
    assert "   1  a1" in graded.stdout
    assert "not handed in: 1" in graded.stdout
    assert graded.stderr.splitlines() == [
        "b2.txt: this is not a text (it is not UTF-8): save it as UTF-8",
        "zz.txt: 'zz' is not in the roster",
    ]
    rows = {r["student"]: r["points"] for r in read_rows(points)}
    assert rows == {"a1": "1", "b2": "0", "c3": "0"}
    wrong = lstm_viz("grade", str(answers), *given[:2], "--salt", "other")
    assert wrong.exit_code == 0  # b2 is refused for another reason, so that all are told one by one
    assert "a1.txt: line 3: numbers = " in wrong.stderr
    data = json.loads(lstm_viz("grade", str(answers), *given, "--json").stdout)
    assert data["missing"] == ["c3"]
    assert [each["student"] for each in data["students"]] == ["a1", "b2"]


@pytest.mark.parametrize("ending", ["pdf", "md", "html", "txt"])
def test_a_sheet_is_saved_in_each_format(tmp_path, ending):
    path = tmp_path / f"sheet.{ending}"
    assert lstm_viz("sheet", "7", "--student", "a1", "--save", str(path)).exit_code == 0
    content = path.read_bytes()
    assert content.startswith(b"%PDF") if ending == "pdf" else b"a1" in content


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("sheet", "99", "--student", "a"), 2, "there are lessons 1 to 16"),
        (("sheet", "7"), 2, "whose sheet?"),
        (("sheet", "7", "--student", "../a"), 3, "letters, digits"),
        (("sheet", "7", "--student", "a", "--save", "a.docx"), 2, "does not end in one of"),
        (("sheet", "7", "--roster", "none.csv", "--save", "x"), 3, "none.csv"),
        (("grade", "nowhere", "--roster", "none.csv"), 3, "none.csv"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(arguments, code, said):
    result = lstm_viz(*arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("names", [["s1", "S1"], ["b", "s1", "S1"], ["s1", "s1"]])
def test_a_student_who_is_there_twice_is_told_in_one_line_in_any_capitals(
    names, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.csv").write_text("student\n" + "\n".join(names))
    shown = lstm_viz("sheet", "7", "--roster", "names.csv", "--save", "out")
    told = "lstm-viz sheet: S1: this student is there twice\n".replace("S1", names[-1])
    assert (shown.exit_code, shown.stderr) == (3, told)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("salt", ["autumn", "spring"])
@pytest.mark.parametrize("whose", [("--student", "b", "--save", "out/b.txt"), ("--save", "out")])
def test_a_form_that_is_filled_in_is_not_written_over(whose, salt, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.csv").write_text("student\na\nb\n")
    roster = ("--roster", "names.csv")
    make = ("sheet", "7", *roster, "--as", "md", "--salt")
    assert lstm_viz(*make, "autumn", "--save", "out").exit_code == 0
    again = lstm_viz(*make, "spring", "--save", "out")
    assert (again.exit_code, again.stderr) == (0, "")  # an empty one is nobody's work
    form = tmp_path / "out" / "b.txt"
    form.write_text(filled := form.read_text().replace("steps =", "steps = 6.58"))
    before = {path: path.read_bytes() for path in form.parent.iterdir()}
    shown = lstm_viz("sheet", "7", *roster, "--salt", salt, *whose)
    assert (shown.exit_code, shown.stdout) == (3, "")
    assert shown.stderr.count("\n") == 1
    assert "b.txt: this form is filled in, and is not written over" in shown.stderr
    assert form.read_text() == filled
    assert {path: path.read_bytes() for path in form.parent.iterdir()} == before


def graded_one(lesson, question, change):
    """What comes of one question whose right answer is changed."""
    (sheet,) = sheets_of(lesson, ["a"], "salt")
    whole = form_of(sheet, solved=True)
    before, part = whole.split(f"[{question}]")
    part, *after = part.split("\n[")
    changed = change(part)
    assert changed != part
    text = "\n[".join([before + f"[{question}]" + changed, *after])
    return grade([sheet], {"a": text}).results[0].answers[question - 1]


SWAPPED = [
    (2, 2, "i = sigmoid(z_i)", "i = sigmoid(z_f) ", "i"),
    (2, 2, "h = o * tanh(c)", "h = o * c", "no tanh on the output"),
    (13, 2, "+ r * (U_n @ h_prev", "+ (U_n @ h_prev", "the reset gate forgotten"),
]


@pytest.mark.parametrize(("lesson", "question", "right", "wrong", "name"), SWAPPED)
def test_the_mistake_in_equations_is_named_as_it_is_while_practising(
    lesson, question, right, wrong, name
):
    given = graded_one(lesson, question, lambda part: part.replace(right, wrong))
    assert (given.points, given.error) == (0, "")
    assert given.mistakes != (UNKNOWN,)
    assert any(name in each for each in given.mistakes)


UNREAD = [
    (2, 2, "tanh(z_g)", "thanh(z_g)", "unknown function 'thanh'"),
    (2, 3, "answer = ", "answer = (z) or ", "is not one of a, b, c, d"),
    (1, 2, "u = 1", "u = one", "is not a number"),
    (2, 2, "tanh(z_g)", "____", "still open: line "),
]


@pytest.mark.parametrize(("lesson", "question", "right", "wrong", "why"), UNREAD)
def test_an_answer_that_cannot_be_read_is_told_with_its_line_whatever_its_kind(
    lesson, question, right, wrong, why
):
    given = graded_one(lesson, question, lambda part: part.replace(right, wrong))
    assert (given.points, given.mistakes) == (0, ())
    assert "line " in given.error
    assert why in given.error
