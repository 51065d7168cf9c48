"""Every lesson asks a question, shows something, and asserts what it claims."""

import ast
import re
import shlex
import subprocess
import sys
import time
from functools import cache

import pytest
from program import ROOT, lstm_viz

from lstm_viz.commands.lesson.frame import screen
from lstm_viz.commands.lesson.lecture import Lecture
from lstm_viz.lessons.read import read_lesson
from lstm_viz.lessons.run import LessonError, Run
from lstm_viz.terminal.paper import Paper
from lstm_viz.validation.errors import InputError

FOLDER = ROOT / "lessons"
LESSONS = sorted(FOLDER.glob("[0-9]*_*.py"))
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
ROOMS = ("learning", "lessons", "measures", "problems")
PUBLIC = {"lstm_viz", *(f"lstm_viz.{room}" for room in ROOMS)}


SECONDS = {}  # of computing, by the lessons that were played


@cache
def played(path):
    start, run = time.process_time(), Run(read_lesson(path))
    pieces = run.whole()
    SECONDS[path] = time.process_time() - start
    return run, pieces


def calls(path, name):
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [n for n in tree if isinstance(n, ast.Call) and getattr(n.func, "id", "") == name]


def test_there_are_lessons():
    assert LESSONS


@every_lesson
def test_the_index_lists_a_lesson_by_its_question(path):
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"| [{path.name}]({path.name}) | {read_lesson(path).question} |" in index


@every_lesson
def test_a_lesson_runs_as_a_plain_script(path):
    done = subprocess.run([sys.executable, path], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


@every_lesson
def test_every_piece_runs_and_every_number_in_its_text_is_filled_in(path):
    run, pieces = played(path)
    for piece, what in zip(run.lesson.pieces, pieces, strict=True):
        assert what.text or what.printed or what.told or piece.kind in ("code", "live")
    for cell in run.lesson.cells:
        assert run.filled(cell)


@every_lesson
def test_a_lesson_claims_something_and_asserts_it(path):
    pieces = played(path)[1]
    asserts = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Assert)]
    assert asserts
    ((sentence,),) = [each.remembered for each in pieces if each.remembered]
    assert sentence.sentence.strip().endswith(".")
    (call,) = calls(path, "remember")
    (holds,) = [k.value for k in call.keywords if k.arg == "holds"]
    assert not isinstance(holds, ast.Constant), "holds is computed from the run"


@every_lesson
def test_no_answer_to_the_class_is_written_by_hand(path):
    for call in calls(path, "ask"):
        (answer,) = [k.value for k in call.keywords if k.arg == "answer"]
        assert not isinstance(answer, ast.Constant), f"line {call.lineno}: computed from the run"


@every_lesson
def test_a_lesson_knows_public_names_only(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "lstm_viz":
            assert node.module in PUBLIC, f"line {node.lineno}"


@every_lesson
def test_code_on_screen_uses_no_name_that_only_hidden_code_defines(path):
    hidden, seen = set(), set()
    for piece in read_lesson(path).pieces:
        if piece.kind in ("ask", "code"):
            nodes = list(ast.walk(ast.parse(piece.source)))
            names = [n for n in nodes if isinstance(n, ast.Name)]
            used = {n.id for n in names}
            defined = {n.id for n in names if isinstance(n.ctx, ast.Store)}
            defined |= {n.asname or n.name for n in nodes if isinstance(n, ast.alias)}
            defined |= {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
            if piece.silent:
                hidden |= defined
            else:
                seen |= defined
                assert not used & hidden - seen, f"line {piece.line}"


@every_lesson
def test_the_lecturers_notes_are_complete(path):
    lesson = read_lesson(path)
    at = [cell.kind for cell in lesson.cells]
    assert at[:2] == ["text", "notes"]
    assert lesson.cells[0].source.startswith("# ")
    assert 5 <= lesson.notes.minutes <= 30
    assert len(lesson.notes.all_of("Source")) == 1
    assert len(lesson.notes.all_of("Ask")) == 2
    assert lesson.notes.all_of("Goes wrong")
    assert len(lesson.notes.probes) == 10


@every_lesson
def test_a_lesson_ends_with_three_questions_to_take_home(path):
    last = read_lesson(path).pieces[-1].source
    assert last.startswith("## To take home\n")
    assert re.findall(r"^(\d)\. ", last, re.M) == ["1", "2", "3"]


COMMANDS = [(p.stem, c) for p in LESSONS for piece in read_lesson(p).pieces for c in piece.commands]


@pytest.mark.parametrize(("lesson", "command"), COMMANDS, ids=lambda text: str(text))
def test_every_command_of_a_lesson_runs(lesson, command, monkeypatch):
    monkeypatch.chdir(FOLDER)
    program, *asked = shlex.split(command)
    done = lstm_viz(*asked)
    assert (program, done.exit_code, done.stderr) == ("lstm-viz", 0, "")
    assert done.stdout.strip()


@every_lesson
def test_a_live_cell_holds_commands_only(path):
    for piece in read_lesson(path).pieces:
        if piece.kind == "live":
            assert len(piece.commands) == len(piece.source.splitlines()) > 0, f"line {piece.line}"


def test_a_claim_that_does_not_hold_stops_the_lesson(tmp_path):
    path = tmp_path / "01_false.py"
    path.write_text(
        '"""Is it so?"""\n\n# %%\nfrom lstm_viz.lessons import remember\n\n'
        'remember("It is.", holds=1 > 2)\n'
    )
    with pytest.raises(LessonError, match=r"01_false.py, line 6: .*It is\."):
        Run(read_lesson(path)).whole()


SIZES = [(80, 24), (85, 32), (100, 30)]  # the second is a projector's of 1024 × 768


@pytest.mark.parametrize("size", SIZES, ids=str)
@every_lesson
def test_every_piece_fits_the_screen_and_going_back_runs_nothing_again(path, size):
    run, _ = played(path)
    lecture = Lecture(run.lesson)
    lecture.run, paper = run, Paper(size[0], height=size[1], colours=True)
    there = list(walked(lecture, paper, "space"))
    assert {place.piece for place in there} == set(range(len(run.lesson.pieces)))
    lecture.ended, lecture.run = False, OnlyPlayed(run)
    back = list(walked(lecture, paper, "left"))
    assert back[-1].piece == 0
    assert {place.piece for place in back} == {place.piece for place in there}


def walked(lecture, paper, key):
    """Every place that a key leads to, its screen looked at."""
    before = None
    while before != lecture.place and not lecture.ended:
        rows = screen(lecture, paper, 0)
        assert len(rows) == paper.height
        assert {row.width for row in rows} == {paper.width}
        assert any(row.plain.strip() for row in rows[3:-1])
        room, shown = lecture.paper, [row for page in lecture.pages() for row in page]
        assert max(row.width for row in shown) <= room.width, "something is cut off"
        assert max(map(len, lecture.pages())) <= room.height
        assert len(lecture.pages()) == 1, "it needs a second page"
        before = lecture.place
        yield before
        lecture.press(key)
        lecture.wanted = None


class OnlyPlayed:
    """A run that gives what has been played, and runs nothing."""

    def __init__(self, run):
        self.at, self.runs_code = run._played.__getitem__, run.runs_code


def test_all_lessons_together_run_in_a_minute():
    for path in LESSONS:
        played(path)
    assert sum(SECONDS[path] for path in LESSONS) < 60


def test_the_example_of_adding_is_written_as_the_lessons_are():
    page = (ROOT / "docs" / "adding.md").read_text(encoding="utf-8").partition("## A lesson\n")[2]
    block = page.partition("```python\n")[2].partition("\n```")[0]
    kinds = {"[markdown]", 'tags=["notes"]', 'tags=["ask"]', 'tags=["live"]'}
    assert all(kind in block for kind in kinds)


def section(heading):
    page = (ROOT / "docs" / "lecturing.md").read_text(encoding="utf-8")
    return page.partition(f"## {heading}")[2].partition("\n## ")[0]


def planned(lesson):
    """The minutes of each part, as the lecturer's plan has them."""
    text = " ".join(lesson.notes.text.split())
    plan = text.partition("Plan: ")[2].partition(" Ask: ")[0]
    return {m[2]: int(m[1]) for m in re.finditer(r"(\d+) min ([^;.]+)[;.]", plan)}


@every_lesson
def test_the_parts_of_the_plan_in_the_notes_add_up_to_its_minutes(path):
    lesson = read_lesson(path)
    assert sum(planned(lesson).values()) == lesson.notes.minutes


@pytest.mark.parametrize(("heading", "most", "all_of_it"), [("Three", 95, 285), ("Four", 70, 280)])
def test_the_lectures_have_every_lesson_once_and_end_in_time(heading, most, all_of_it):
    rows = re.findall(
        r"\| ([\d, ]+) \| ([\d +]+) = (\d+) \|", section(f"{heading} lectures of {most}")
    )
    minutes = {}
    for numbers, parts, total in rows:
        found = [int(each) for each in parts.split("+")]
        assert sum(found) == int(total) <= most
        minutes |= dict(zip(map(int, numbers.split(",")), found, strict=True))
    assert sum(len(numbers.split(",")) for numbers, _, _ in rows) == len(minutes) == 16
    own = {lesson.number: lesson.notes.minutes for lesson in map(read_lesson, LESSONS)}
    shorter = {n: own[n] - minutes[n] for n in own if own[n] != minutes[n]}
    assert shorter == ({} if heading == "Three" else {11: 5})
    assert (sum(minutes.values()), sum(own.values())) == (all_of_it, 285)


def test_what_the_shorter_lecture_leaves_out_is_there_and_takes_as_long_as_said():
    said = " ".join(section("Four lectures").split())
    lesson = read_lesson(LESSONS[10])
    before, at, first, last = map(
        int,
        re.search(
            r"after 11\.(\d+) type `g`, (\d+) and Enter\. That leaves out 11\.(\d+) to 11\.(\d+)",
            said,
        ).groups(),
    )
    assert (before + 1, at - 1) == (first, last)
    kinds = [piece.kind for piece in lesson.pieces[first - 1 : last]]
    assert kinds[0] == "ask"
    assert kinds.count("ask") == 2
    assert lesson.pieces[at - 1].kind == "live"
    parts = planned(lesson)
    for words in (
        "how much of a loss's gradient is left 20 steps back in the RNN",
        "where in a piece a loss stands",
    ):
        (minutes,) = [n for part, n in parts.items() if words in part]
        assert f"{words} ({minutes} minutes)" in said


def test_the_guest_spot_fills_twenty_minutes():
    seven, two = (read_lesson(LESSONS[k]).notes.minutes for k in (6, 1))
    said = " ".join(section("A guest spot of 20 minutes").split())
    assert f"Lesson 7, if the class knows what a gradient is: it takes {seven} minutes" in said
    more = re.search(rf"lesson 2, which takes {two}, and (\d+) minutes more", said)
    assert seven == two + int(more[1]) == 20


def test_the_projectors_have_room_for_every_piece():
    from matplotlib import font_manager, ft2font

    font = ft2font.FT2Font(font_manager.findfont("DejaVu Sans Mono"))
    wide, high = (n / font.units_per_EM for n in (font.max_advance_width, font.height))
    rows = re.findall(
        r"\| (\d+) × (\d+) \| (\d+) pixels, or (\d+) points at 96 dpi \| (\d+) × (\d+) \|",
        section("The projector"),
    )
    assert len(rows) == 3
    for width, height, pixels, points, columns, lines in (map(int, row) for row in rows):
        assert points == pixels * 72 / 96
        assert columns == int(width / (pixels * wide)) >= 80
        assert lines == int(height / (pixels * high)) >= 24 + 3  # a title bar, a menu, tabs


def test_a_sentence_that_breaks_before_a_number_and_a_dot_is_refused(tmp_path):
    path = tmp_path / "01_list.py"
    good = "# There are 30.\n#\n# 1. One.\n#    And more.\n# 2. Two.\n#\n#     7. code\n"
    head = '"""Is it so?"""\n\n# %% [markdown]\n'
    path.write_text(head + good)
    assert read_lesson(path).pieces
    for bad in ("# There are\n# 30. So it is.\n", good + "# and\n# 7. That is all.\n"):
        path.write_text(head + bad)
        line = len((head + bad).splitlines())
        with pytest.raises(InputError, match=rf"01_list.py, line {line}: '\d+\.' would begin"):
            read_lesson(path)
