"""The author's gate, for every exercise; and what verdicts say of right and odd answers."""

import re

import numpy as np
import pytest
from test_plain_english import wrong_turns

from lstm_viz.equations.text import equation_text
from lstm_viz.exercises import EXERCISES, drawn, judge, page_of, read_exercise
from lstm_viz.exercises.by_hand import first_apart
from lstm_viz.exercises.exercise import HINTS
from lstm_viz.exercises.lines import named_values
from lstm_viz.exercises.misconceptions import MISCONCEPTIONS
from lstm_viz.exercises.numbers import _expressed, _run, answers_of, tolerance_of
from lstm_viz.exercises.page import solution_of
from lstm_viz.measures.edits import forward_edits
from lstm_viz.measures.edits_back import backward_edits
from lstm_viz.measures.mistaken import Runs

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
        assert any(_differs(exercise, values[n], right[n]) for n in values)
        rounded = {n: np.array([float(f"{v[0]:.8g}")]) for n, v in values.items()}
        verdict = judge(exercise, named_values(rounded))
        assert mistake in verdict.mistakes
        assert mistake in told(verdict)


def _differs(exercise, one, other):
    return (np.abs(one - other) > tolerance_of(exercise, other)).any()


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
    named = [e for e in forward_edits(exercise.cell) if e.name and not e.forgets]
    for edit in named[::3]:
        verdict = judge(exercise, "\n".join(map(equation_text, edit.equations)))
        seen += not verdict.right
        if not verdict.right and not {edit.name, *texts} & set(verdict.mistakes):
            missed.append((edit.name, told(verdict)))
    assert len(missed) <= seen / 20, missed


@pytest.mark.parametrize("name", [n for n in OF["number"] if BANK[n].problem])
def test_nineteen_in_twenty_mistakes_of_the_cell_are_named_by_the_numbers_asked_for(name):
    exercise = BANK[name]
    right = answers_of(exercise)
    missed, seen = [], 0
    for edit, given in _mistaken(exercise):
        if not any(_differs(exercise, given[n], right[n]) for n in right):
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
    asked = {a.written: a for a in problem.asked if not (a.weight and a.step is not None)}
    output = problem.cell.output
    seeds = {output: np.zeros_like(gradients.trace[output])}
    apart = gradients.trace[output] - (0 if problem.target is None else problem.target)
    seeds[output][-1] = 1 if problem.target is None else apart[-1]
    back = backward_edits(problem.cell) if any(a.gradient for a in asked.values()) else ()
    edits = [e for e in (*forward_edits(problem.cell), *back) if e.name]
    for edit in edits[:: max(1, len(edits) // 25)]:
        runs = Runs(gradients.trace, seeds, [], 0.0)
        values = None if edit.edges else runs._forward(edit)
        if edit.edges:
            values = runs.truth | runs._back(edit.edges, runs.truth)
        elif values is not None and back:
            from lstm_viz.equations.derivative import derive

            values |= runs._back(derive(edit.equations), values, edit.forgets)
        if values is None:
            continue
        found = {}
        for written, each in answers_of(exercise).items():
            one = asked.get(written)
            if one is None:
                found[written] = each
                continue
            whole = values[("d" if one.gradient else "") + one.name]
            found[written] = np.round(whole if one.step is None else whole[one.step], 5)
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
