"""Every lesson asks a question, shows something, and asserts what it claims."""

import ast
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "lessons"
LESSONS = sorted(FOLDER.glob("[0-9]*.py"))
every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)


def tree(lesson):
    return ast.parse(lesson.read_text(encoding="utf-8"))


def without_asserts(code):
    class Striker(ast.NodeTransformer):
        def visit_Assert(self, node):
            return ast.copy_location(ast.Pass(), node)

    return Striker().visit(code)


def printed(code, capsys):
    exec(compile(code, "lesson", "exec"), {"__name__": "__main__"})
    return capsys.readouterr().out.strip()


def test_there_are_lessons():
    assert LESSONS


@every_lesson
def test_a_lesson_asks_one_question_and_the_index_lists_it(lesson):
    question = ast.get_docstring(tree(lesson))
    assert question.endswith("?")
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"| [{lesson.name}]({lesson.name}) | {' '.join(question.split())} |" in index


@every_lesson
def test_a_lesson_runs_and_asserts_what_it_claims_but_shows_it_without(lesson, capsys):
    assert [node for node in ast.walk(tree(lesson)) if isinstance(node, ast.Assert)]
    shown = printed(tree(lesson), capsys)
    assert shown
    assert printed(without_asserts(tree(lesson)), capsys) == shown
