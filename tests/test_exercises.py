"""The author's gate, for every exercise; and what verdicts say of right and odd answers."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from test_plain_english import wrong_turns

from lstm_viz import InputError
from lstm_viz.equations.functions import FUNCTIONS
from lstm_viz.equations.text import equation_text
from lstm_viz.exercises import EXERCISES, drawn, judge, page_of, read_exercise
from lstm_viz.exercises.by_hand import first_apart
from lstm_viz.exercises.exercise import HINTS
from lstm_viz.exercises.lines import named_values
from lstm_viz.exercises.misconceptions import MISCONCEPTIONS
from lstm_viz.exercises.numbers import _expressed, _run, agree, answers_of
from lstm_viz.exercises.page import solution_of
from lstm_viz.exercises.tables import distinct, table_of
from lstm_viz.measures.edits import forward_edits
from lstm_viz.measures.edits_back import backward_edits
from lstm_viz.measures.mistaken import Asked, Runs

BANK = {name: read_exercise(name) for name in EXERCISES}
OF = {
    kind: [n for n, e in BANK.items() if e.kind in kind.split()]
    for kind in ("number", "choice", "weights", "cell bug", "numpy")
}
LESSONS = range(1, 17)


def told(verdict):
    return " ".join(map(str, verdict.said))


# ---------------------------------------------------------------------------- the gate


def test_there_are_three_exercises_for_each_of_the_sixteen_lessons():
    assert len(BANK) >= 48
    assert all(sum(e.lesson == lesson for e in BANK.values()) >= 3 for lesson in LESSONS)
    assert all(name.startswith(f"{e.lesson:02}-") for name, e in BANK.items())


@pytest.mark.parametrize("name", BANK)
def test_every_exercise_is_open_at_first_and_its_solution_passes(name):
    exercise = BANK[name]
    verdict = judge(exercise, page_of(exercise))
    assert (verdict.right, verdict.finished) == (False, False)
    assert judge(exercise, page_of(exercise, solved=True)).right


@pytest.mark.parametrize("name", BANK)
def test_every_exercise_has_three_hints_a_reason_and_a_misconception(name):
    exercise = BANK[name]
    assert len(exercise.hints) == HINTS
    assert "smaller case" in exercise.hints[-1]
    assert exercise.misconception in MISCONCEPTIONS
    said = (exercise.title, exercise.question, exercise.why, *exercise.hints)
    assert [text for text in said if wrong_turns(text)] == []


@pytest.mark.parametrize("name", OF["number"])
def test_the_students_file_does_not_hold_the_numbers_that_are_asked_for(name):
    exercise = BANK[name]
    page = page_of(exercise)
    lines = solution_of(exercise).splitlines()
    numbers = {n for line in lines for n in re.findall(r"\d+\.\d{3,}", line)}
    assert [n for n in numbers if n in page] == []


@pytest.mark.parametrize("name", [n for n in OF["number"] if BANK[n].wrong])
def test_each_mistake_of_an_exercise_of_numbers_is_named(name):
    exercise = BANK[name]
    right = answers_of(exercise)
    for mistake, written in exercise.wrong.items():
        values = _expressed(exercise, written)
        assert not any(agree(exercise, n, values[n], right[n]) for n in values)
        rounded = {n: np.array([float(f"{v[0]:.8g}")]) for n, v in values.items()}
        verdict = judge(exercise, named_values(rounded))
        assert mistake in verdict.mistakes
        assert mistake in told(verdict)


@pytest.mark.parametrize("name", OF["number"])
def test_no_mistake_of_a_cell_is_taken_for_right(name):
    exercise = BANK[name]
    draws = [exercise, *(distinct(exercise, seed) for seed in (1, 7, 2024123))]
    assert table_of(draws).passing().tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("name", OF["number"])
def test_what_is_right_is_known_to_the_digits_that_are_asked_for(name):
    exercise = BANK[name]
    for asked, right in answers_of(exercise).items():
        within = exercise.tolerance(asked)
        named = 0.1 if within.share else 0.006
        assert within.most <= (named if exercise.within else 2 * 10.0**-exercise.digits)
        assert agree(exercise, asked, right + 0.99 * within.of(right), right)
        for off in (-1.05, 1.05):
            wrong = right + off * (within.of(right) if within.most else 1)
            assert not agree(exercise, asked, wrong, right)


@pytest.mark.parametrize("name", [n for n in OF["number"] if BANK[n].own and BANK[n].given])
def test_the_answers_for_the_number_next_to_a_given_one_are_not_right(name):
    exercise = BANK[name]
    right = answers_of(exercise)
    for given, (low, high, apart) in exercise.own.items():
        for start in (low, exercise.given[given], high - apart):
            here = replace(exercise, given={**exercise.given, given: start})
            there = replace(exercise, given={**exercise.given, given: start + apart})
            one, other = answers_of(here), answers_of(there)
            same = all(np.allclose(other[n], one[n]) for n in right)  # an answer may be theirs, too
            assert same or not all(agree(here, n, other[n], one[n]) for n in right), given


def test_a_gate_that_holds_for_31_steps_is_not_right_where_40_are_asked():
    bias, half = BANK["09-2-choose-the-bias"], BANK["15-1-two-biases"]
    assert "gate = 0.978 is not" in told(judge(bias, "gate = 0.978"))
    assert judge(bias, "gate = 0.9828\nbias = 4.0455").right
    assert "gate = 0.873 is not" in told(judge(half, "gate = 0.873"))
    assert judge(half, "gate = 0.881\nsteps = 5.47").right


@pytest.mark.parametrize("name", BANK)
def test_a_hint_writes_functions_as_an_answer_may(name):
    written = re.findall(r"(?<![.\w])([a-z]\w+)\(|\b(sigma)\b", " ".join(BANK[name].hints))
    assert {"".join(each) for each in written} <= set(FUNCTIONS)


@pytest.mark.parametrize("name", OF["choice"])
def test_each_wrong_choice_is_told_why(name):
    exercise = BANK[name]
    for letter, (_, why) in exercise.choices.items():
        verdict = judge(exercise, f"answer = {letter}")
        assert verdict.right == (letter == exercise.answer)
        assert verdict.right or (why and why in told(verdict))


@pytest.mark.parametrize("name", [n for n in OF["weights"] if BANK[n].wrong])
def test_each_mistake_of_weights_by_hand_is_named(name):
    exercise = BANK[name]
    for mistake, written in exercise.wrong.items():
        values = {n: np.reshape(v, exercise.solution[n].shape) for n, v in written.items()}
        assert first_apart(exercise, values)
        assert mistake in judge(exercise, named_values(values)).mistakes


@pytest.mark.parametrize("name", OF["cell bug"])
def test_the_bug_and_each_mistake_of_a_text_are_named(name):
    exercise = BANK[name]
    texts = {m: str(w["equations"]) for m, w in exercise.wrong.items()}
    assert all(m in judge(exercise, text).mistakes for m, text in texts.items())
    missed, seen = [], 0
    written = [e for e in forward_edits(exercise.cell) if ".T" not in e.text]  # a text has no U.T
    named = [e for e in written if e.name and not (e.forgets or e.ignores)]
    for edit in named[::3]:
        verdict = judge(exercise, "\n".join(map(equation_text, edit.equations)))
        seen += not verdict.right
        if not verdict.right and not {edit.name, *texts} & set(verdict.mistakes):
            missed.append((edit.name, told(verdict)))
    assert len(missed) <= seen / 20, missed


@pytest.mark.parametrize(("name", "value"), [("05-2-backward-equations", "c_t"),
                                             ("10-3-all-the-ways", "c_old")])  # fmt: skip
def test_a_slope_taken_at_the_wrong_value_is_named_by_that_value(name, value):
    text = page_of(BANK[name], True)
    wrong = text.replace(f"(1 - tanh({value}) ** 2)", f"(1 - {value} ** 2)")
    assert judge(BANK[name], wrong).mistakes == (f"no tanh on {value}",)


@pytest.mark.parametrize("name", [n for n in OF["number"] if BANK[n].problem])
def test_nineteen_in_twenty_mistakes_of_the_cell_are_named_by_the_numbers_asked_for(name):
    exercise = BANK[name]
    right = answers_of(exercise)
    missed, seen = [], 0
    for edit, given in _mistaken(exercise):
        if all(agree(exercise, n, given[n], right[n]) for n in right):
            continue
        verdict = judge(exercise, named_values(given))
        assert not verdict.right
        seen += 1
        if edit.name not in verdict.mistakes:
            missed.append((edit.name, verdict.mistakes))
    assert seen
    assert len(missed) <= seen / 20, missed


def _mistaken(exercise):
    """What is handed in by whoever makes each of some mistakes, three digits and more."""
    problem = exercise.problem
    gradients, _ = _run(problem)
    asked = {a.written: a for a in problem.asked if a.name not in ("loss", "parameters")}
    output = problem.cell.output

    def seeds(values):
        found = np.zeros_like(values[output])
        apart = values[output] - (0 if problem.target is None else problem.target)
        found[-1] = 1 if problem.target is None else apart[-1]
        return {output: found}

    given = [Asked(a.name, a.step + 1, np.zeros(1), a.written) for a in asked.values()
             if a.weight and a.step is not None]  # fmt: skip
    back = backward_edits(problem.cell) if any(a.gradient for a in asked.values()) else ()
    edits = [e for e in (*forward_edits(problem.cell), *back) if e.name]
    for edit in edits[:: max(1, len(edits) // 25)]:
        runs = Runs(gradients.trace, seeds, given, 0.0)
        runs.wanted = {*problem.cell.names, *problem.cell.parameters}
        values = None if edit.edges else runs._forward(edit)
        if edit.edges:
            values = runs.truth | runs._back(edit, edit.edges, runs.truth)
        elif values is not None and back:
            from lstm_viz.equations.derivative import derive

            values |= runs._back(edit, derive(edit.equations), values)
        if values is None:
            continue
        found = {}
        for written, each in answers_of(exercise).items():
            one = asked.get(written)
            if one is None:
                found[written] = each
                continue
            whole = values.get(written)
            if whole is None:
                whole = values[("d" if one.gradient else "") + one.name]
                whole = whole if one.step is None else whole[one.step]
            found[written] = np.round(whole, 5)
        yield edit, found


@pytest.mark.parametrize("name", [n for n, e in BANK.items() if e.own])
def test_an_exercise_with_numbers_of_ones_own_is_another_one_and_its_solution_passes(name):
    exercise = BANK[name]
    pages = {page_of(drawn(exercise, seed)) for seed in range(20)}
    assert len(pages) > 10
    assert page_of(drawn(exercise, 7)) == page_of(drawn(exercise, 7))
    for seed in range(20):
        own = drawn(exercise, seed)
        assert judge(own, page_of(own, solved=True)).right
    assert not judge(drawn(exercise, 1), page_of(drawn(exercise, 2), solved=True)).right


# ---------------------------------------------------------------------------- verdicts


def test_what_is_equal_in_effect_is_right():
    exercise = BANK["02-2-the-equations"]
    text = solution_of(exercise)
    assert judge(exercise, text.replace("f * c_prev + i * g", "i*g + c_prev*f")).right
    assert judge(exercise, text.replace("sigmoid(z_f)", "1 / (1 + exp(-z_f))")).right
    assert judge(exercise, text.replace("= o * tanh(c)", "= o * (2 * sigmoid(2 * c) - 1)")).right
    parity = BANK["01-3-parity"]
    other = "W = 2; 2\nU = 2; 2\nb = -1, -3\nV = 1, -1"
    assert judge(parity, other).right


def test_answers_rounded_on_the_way_are_right_and_arithmetic_is_read():
    exercise = BANK["01-1-repeated-sum"]
    assert judge(exercise, "h@1 = 0.8 * 2\nh@2 = 0.8 * -0.5 + 0.5*1.6\nh@3 = 1.0015").right
    assert not judge(exercise, "h@1 = 1.6\nh@2 = 0.4\nh@3 = 1.003").right


@pytest.mark.parametrize("written", ["sigmoid(0.3)", "sigma(0.3)", "σ(0.3)", "1 / (1 + exp(-0.3))"])
def test_sigmoid_may_be_written_as_by_hand(written):
    said = judge(BANK["15-1-two-biases"], f"gate = {written.replace('0.3', '(1.2 + 0.8)')}").said
    assert "1 of 2 are filled in, and right." in str(said[0])


@pytest.mark.parametrize("written", ["ln(99)", "log(99)", "-ln(1 / 99)"])
def test_the_logarithm_may_be_written_as_by_hand(written):
    said = judge(BANK["12-1-chrono"], f"bias = {written}").said
    assert "1 of 3 are filled in, and right." in str(said[0])


@pytest.mark.parametrize("written", ["σ(z_f)", "sigma(z_f)"])
def test_sigmoid_may_be_written_as_by_hand_in_equations_too(written):
    exercise = BANK["02-2-the-equations"]
    text = page_of(exercise, solved=True)
    assert judge(exercise, text.replace("sigmoid(z_f)", written)).right
    assert not judge(exercise, text.replace("sigmoid(z_f)", written.replace("f", "i"))).right


@pytest.mark.parametrize("factor", [-1, 2])
def test_the_loss_taken_wrongly_has_a_name(factor):
    exercise = BANK["05-1-eight-gradients"]
    right = answers_of(exercise)
    wrong = {name: factor * array for name, array in right.items()}
    (name,) = judge(exercise, named_values(wrong)).mistakes
    assert name.endswith("of the loss's gradient")
    assert ("sign" in name) == (factor < 0)


def test_a_mistake_that_explains_only_the_first_wrong_number_is_not_said_to_give_them_all():
    exercise = BANK["02-1-one-step"]
    trace = _run(exercise.problem)[0].trace
    wrong = float(trace["o"][0, 0] * trace["c"][0, 0])
    verdict = judge(exercise, f"c@1 = {trace['c'][0, 0]}\nh@1 = {wrong}\nc@2 = 77")
    assert verdict.mistakes == ()
    assert str(verdict.said[2]).endswith("This explains some of them: no tanh on the output.")
    assert str(verdict.said[0]).startswith("h@1 = ")
    assert str(verdict.said[1]) == "Right: c@1."


def test_a_verdict_never_says_what_is_right():
    exercise = BANK["02-1-one-step"]
    right = re.findall(r"0\.\d{3}", solution_of(exercise))
    said = told(judge(exercise, "\n".join(f"{n} = 0.1" for n in answers_of(exercise))))
    assert [n for n in right if n in said] == []


def test_a_quick_verdict_leaves_the_search_to_the_next():
    exercise = BANK["02-1-one-step"]
    quick = judge(exercise, "c@1 = 0.75", quick=True)
    assert (quick.right, quick.mistakes) == (False, ())
    assert told(quick) == "c@1 = 0.75 is not what comes out. Looking for the mistake."


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("02-1-one-step", "h@3 = 1", "line 1: 'h@3' is not asked: did you mean 'h@2'?"),
        ("02-1-one-step", "\nh@1 1", "line 2: write i@1 = and your answer"),
        ("02-1-one-step", "h@1 = 1\nh@1 = 2", "line 2: h@1 is given twice"),
        ("02-1-one-step", "h@1 = nan", "line 1: h@1: 'nan': nan is not a number"),
        ("02-1-one-step", "h@1 = 1e999", "line 1: h@1: '1e999' is not a number, nor arithmetic"),
        ("02-1-one-step", "h@1 = 1/0", "line 1: h@1: '1/0'"),
        ("02-1-one-step", "h@1 = 9**9**9**9", "line 1: h@1: '9**9**9**9'"),
        ("02-1-one-step", "h@1 = 1, 2", "line 1: h@1: write 1 number, not 2"),
        ("02-1-one-step", "h@1 = __import__('os')", "is not a number, nor arithmetic"),
        ("02-1-one-step", "h@1 = " + "(" * 500, "is too long for a number"),
        ("02-3-what-is-kept", "answer = e", "line 1: 'e' is not one of a, b, c, d"),
        ("02-2-the-equations", "h = tanh(", "line 1: this is not an equation"),
        ("02-2-the-equations", "h = q_x", "No line computes c."),
        ("02-2-the-equations", "c = c_prev\nh = k_x * c", "k_x is not given"),
        ("01-3-parity", "W = 1\nU = 1;1\nb = 1,1\nV = 1,1", "line 1: W: write 2 numbers, not 1"),
        ("02-1-one-step", "x" * 70000, "more than 65,536 characters"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(name, text, said):
    verdict = judge(BANK[name], text)
    assert not verdict.right
    assert said in told(verdict)
    assert "\n" not in told(verdict)


# ---------------------------------------------------------------------------- functions

STEP = BANK["02-4-lstm-in-numpy"]
GOOD = STEP.solution["text"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("g = np.tanh(", "g = sigmoid(", "sigmoid in place of tanh on the candidate"),
        ("return h, c", "return h", "It returns 1 arrays; wanted are h, c."),
        ("return h, c", "return h[:1], c", "h has shape (1,); it should have (3,)."),
        ("c = f", "while True: pass\n    c = f", "It was stopped after 1 seconds."),
        ("c = f", "raise SystemExit\n    c = f", "Line 13: SystemExit"),
        ("c = f", "c = ff", "Line 13: NameError: name 'ff' is not defined"),
        ("c = f", "c ==== f", "Line 13: SyntaxError"),
        ("c = f", "import os; os._exit(3)\n    c = f", "It ended without returning anything."),
        ("c = f", "a = np.ones((10**6, 10**6))\n    c = f", "Line 13:"),
        ("return h, c", "return h * np.nan, c", "h is the first to differ"),
    ],
)
def test_what_a_function_does_is_said(before, after, said, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lstm_viz.exercises.functions.SECONDS", 1.0 if "while" in after else 20.0)
    verdict = judge(STEP, GOOD.replace(before, after))
    assert not verdict.right
    assert said in told(verdict)


def test_what_a_function_prints_is_not_its_answer():
    assert judge(STEP, GOOD.replace("    c = f", "    print('{}')\n    c = f")).right


def test_the_first_quantity_to_differ_is_the_first_in_the_equations():
    exercise = BANK["02-4-lstm-in-numpy"]
    verdict = judge(exercise, page_of(exercise, True).replace("c = f *", "c = 0.5 * f *"))
    assert str(verdict.said[0]) == "c is the first to differ."


def test_the_students_own_line_is_not_said_to_be_the_mistake():
    exercise = BANK["06-3-find-the-bug"]
    line = "d_all = d_h - d_h_next"
    verdict = judge(exercise, page_of(exercise, True).replace("d_all = d_h + d_h_next", line))
    assert not verdict.right
    assert not any("the line" in each for each in verdict.mistakes)


def test_two_arrays_that_are_returned_in_the_other_order_are_told_so():
    exercise = BANK["02-4-lstm-in-numpy"]
    text = exercise.solution["text"]
    verdict = judge(exercise, text.replace("return h, c", "return c, h"))
    assert verdict.mistakes == ("h and c are returned in the other order.",)
    signed = judge(exercise, text.replace("np.exp(-z)", "np.exp(z)"))
    assert "the sign inside of sigmoid on every gate" in signed.mistakes


@pytest.mark.parametrize("name", BANK)
def test_a_solution_can_be_copied_line_by_line(name):
    exercise = BANK[name]
    solution = solution_of(exercise)
    assert max(map(len, solution.splitlines())) <= 78
    assert judge(exercise, solution).right


def test_the_transpose_that_is_missing_is_named():
    exercise = BANK["14-4-backward-in-numpy"]
    text = exercise.solution["text"]
    verdict = judge(exercise, text.replace("U_f.T @", "U_f @"))
    assert "U_f in place of its transpose in dh_prev" in verdict.mistakes
    forgotten = judge(exercise, text.replace(" + dc_next", ""))
    assert "dc_next forgotten" in forgotten.mistakes


# ---------------------------------------------------------------------------- files of one's own

OWN = """\
title = "A leak"
lesson = 3
kind = "number"
question = "A memory of 1 loses half at each step. What is left after three?"
equations = "h = 0.5 * h_prev + x"
input = [1, 0, 0, 0]
ask = ["h@4"]
hints = ["What is left after one?", "Half of the half.", "A smaller case: after two, 0.25."]
why = "Each step multiplies."
misconception = 6
"""


def test_an_exercise_of_ones_own_takes_ten_lines(tmp_path):
    assert len(OWN.splitlines()) == 10
    file = tmp_path / "leak.toml"
    file.write_text(OWN)
    exercise = read_exercise(str(file))
    assert judge(exercise, "h@4 = 0.125").right
    assert not judge(exercise, "h@4 = 0.25").right


def test_a_problem_of_the_bank_can_be_an_exercise(tmp_path):
    file = tmp_path / "gomez.toml"
    lines = [
        line for line in OWN.splitlines() if line.split()[0] not in ("equations", "input", "ask")
    ]
    file.write_text("\n".join([*lines, 'problem = "gomez"']))
    exercise = read_exercise(str(file))
    assert judge(exercise, page_of(exercise, solved=True)).right
    assert "db_f =" in page_of(exercise)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('kind = "number"', 'kind = "riddle"', "kind: write one of number, choice"),
        ("misconception = 6", "misconception = 99", "misconception: write a number from 1 to 26"),
        ("hints = [", 'hints = ["one",', "hints: write 3 texts"),
        ("ask = ", "aks = ", "unknown key 'aks': did you mean 'ask'?"),
        ('title = "A leak"', "", "title: it is missing"),
        ("lesson = 3", 'lesson = "three"', "lesson: write a number from 1 to 99"),
        ('ask = ["h@4"]', 'ask = ["h@9"]', "ask: 'h@9': the input has 4 steps"),
        ("h = 0.5 * h_prev", "h = 0.5 * ", "equations, line 1"),
        ("misconception = 6", "misconception = 6\nwithin = -1", "within: write how far off"),
        ("misconception = 6", "misconception = 6\n[own]\ninput = [3, 1, 1]", "own: input: write"),
        ("misconception = 6", "misconception = 6\nwithin = { g = 1 }", "within: 'g' is not asked"),
    ],
)
def test_what_is_wrong_with_an_exercise_file_is_said_in_one_line(before, after, said, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(OWN.replace(before, after))
    with pytest.raises((InputError, ValueError), match=re.escape(said)) as raised:
        read_exercise(str(file))
    assert "own.toml" in str(raised.value)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('left = "100 * (1', 'lift = "100 * (1', "wrong: f used as 1 - f: 'lift' is not asked"),
        ("(1 - f) ** n", "(1 - f) ** m", "wrong: f used as 1 - f: left: '100 * (1 - f) ** m'"),
    ],
)
def test_what_is_wrong_with_a_mistake_of_an_exercise_is_said(before, after, said, tmp_path):
    heads = [line for line in OWN.splitlines() if not line.startswith(("equ", "inp", "ask"))]
    more = PAGE.split("```toml\n")[2].split("```")[0]
    file = tmp_path / "own.toml"
    file.write_text("\n".join([*heads, more]))
    assert judge(read_exercise(str(file)), "left = 12.1577").right
    file.write_text("\n".join([*heads, more.replace(before, after)]))
    with pytest.raises(InputError, match=re.escape(said)):
        read_exercise(str(file))


PAGE = (Path(__file__).parents[1] / "docs" / "exercises.md").read_text(encoding="utf-8")


def test_the_page_for_authors_shows_an_exercise_that_works_and_every_misconception(tmp_path):
    assert OWN in PAGE
    code = PAGE.split("```python\n")[1].split("```")[0]
    exec(code, {})
    assert all(f"| {k} | {what} |" in PAGE for k, what in MISCONCEPTIONS.items())


def test_an_operand_that_is_missing_is_told_in_words():
    exercise = BANK["06-3-find-the-bug"]
    text = page_of(exercise, True).replace("d_all = d_h + d_h_next", "d_all = d_h_next")
    assert judge(exercise, text).mistakes == ("d_h left out of d_all",)
