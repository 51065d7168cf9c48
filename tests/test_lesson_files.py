"""`lstm-viz lesson` into files and pipes, its rehearsal, and what is wrong with a script, said."""

import json
import re
from base64 import b64decode

import pytest
from a_lesson import TEXT, runs, write_lesson
from program import ROOT, lstm_viz

from lstm_viz import compare, run
from lstm_viz.lessons import ask, remember, show, state
from lstm_viz.lessons.read import folder, read_lesson, read_lessons
from lstm_viz.lessons.run import Run
from lstm_viz.lessons.stage import Shown
from lstm_viz.pictures.kinds import Rule, Stack, Table, Wiring, Words
from lstm_viz.views.lesson.text import text


@pytest.fixture(autouse=True)
def state_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def lesson(tmp_path):
    return write_lesson(tmp_path)


def saved(lesson, ending):
    path = lesson.parent / f"out.{ending}"
    done = lstm_viz("lesson", str(lesson), "--save", str(path))
    assert (done.exit_code, done.stderr) == (0, f"saved {path}\n")
    return path


# ---------------------------------------------------------------------------- printed


def test_the_list_has_number_minutes_and_question_and_what_was_done():
    lessons = read_lessons()
    state.finished(lessons[0].slug)
    rows = lstm_viz("lesson").stdout.splitlines()
    for each in lessons:
        (row,) = [row for row in rows if each.question in row]
        assert row.split()[:2] == [f"{each.number}", f"{each.notes.minutes}"]
        assert ("✓" in row) == (each is lessons[0])
    total = sum(each.notes.minutes for each in lessons)
    assert f"{len(lessons)} lessons, {total} minutes" in rows[0]


def test_a_lesson_is_found_by_its_number_and_its_name(lesson):
    first = read_lessons()[0]
    by_number = lstm_viz("lesson", f"{first.number:02}").stdout
    assert by_number == lstm_viz("lesson", first.slug).stdout
    assert first.question in by_number.replace("\n", " ")


def test_into_a_pipe_a_lesson_is_text_with_its_answers_and_its_picture(lesson):
    shown = lstm_viz("lesson", str(lesson)).stdout
    for wanted in ("left: 0.125", "Of one there is 0.125 left, {as it is}.", "✓  2  an eighth"):
        assert wanted in shown
    assert "[tanh]" in shown
    assert "An eighth is left." in shown
    assert "Say it slowly" not in shown
    assert "left: 0.125" not in lstm_viz("lesson", str(lesson), "--at", "3.4").stdout


def test_as_a_script_it_prints_the_answer_and_the_sentence(lesson, capsys):
    exec(compile(lesson.read_text(), "lesson", "exec"), {"__name__": "__main__"})
    printed = capsys.readouterr().out
    assert printed == (
        "left: 0.125\nWhat is left?\n  1  a half\n  2  an eighth\n→ 2: 0.5³\nAn eighth is left.\n"
    )


# ---------------------------------------------------------------------------- files


def test_a_notebook_is_valid_and_holds_its_outputs(lesson):
    found = json.loads(saved(lesson, "ipynb").read_text(encoding="utf-8"))
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in found["cells"]]
    assert len(ids) == len(set(ids)) == 8
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", each) for each in ids)
    assert found["cells"][1]["outputs"][0]["text"] == "left: 0.125\n"
    assert found["cells"][2]["source"].endswith("0.125 left, {as it is}.")
    image = found["cells"][4]["outputs"][0]["data"]["image/png"]
    assert b64decode(image).startswith(b"\x89PNG")
    assert "step 2 of 6" in found["cells"][5]["outputs"][0]["text"]


def test_a_notebook_asks_where_a_file_of_the_lessons_is(lesson):
    shipping = TEXT.replace("step --weights latch", "cells alice.txt,betty.txt")
    write_lesson(lesson.parent, shipping)
    found = json.loads(saved(lesson, "ipynb").read_text(encoding="utf-8"))
    assert found["cells"][5]["source"] == (
        "from lstm_viz.lessons import shipped\n\n"
        """!lstm-viz cells "{shipped('alice.txt')},{shipped('betty.txt')}\""""
    )


def test_a_page_has_neither_script_nor_network_and_hides_the_answer(lesson):
    page = saved(lesson, "html").read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|src=\"(?!data:)|url\(|https?://", page)
    assert "<details><summary>answer</summary><p>2: 0.5³</p></details>" in page
    assert "<h1>One half</h1>" in page
    assert "data:image/svg+xml;base64," in page
    assert "<pre>left = 0.5**3" not in page
    assert "Say it slowly" not in page


def test_markdown_is_one_file_with_its_picture_in_characters(lesson):
    written = saved(lesson, "md").read_text(encoding="utf-8")
    assert written.startswith("*3. How fast does one half forget?*\n\n# One half\n")
    assert written.count("```") % 2 == 0
    assert "[tanh]" in written
    assert "$ lstm-viz step --weights latch\nlstm" in written


def test_a_handout_has_pages_of_paper(lesson):
    long = TEXT.replace("print(", "\n".join(f"row_{k} = {k}" for k in range(60)) + "\nprint(")
    written = saved(write_lesson(lesson.parent, long), "pdf").read_bytes()
    assert written.startswith(b"%PDF")
    assert written.count(b"/Type /Page\n") + written.count(b"/Type /Page ") > 1


def test_what_cannot_be_saved_is_said_before_anything_runs(lesson, tmp_path):
    for path in ("out.doc", "out", str(tmp_path / "no" / "out.md")):
        done = lstm_viz("lesson", str(lesson), "--save", path)
        assert done.exit_code == 3
        assert done.stderr.startswith(f"lstm-viz lesson: {path}: ")
    assert runs(tmp_path) == 0


# ---------------------------------------------------------------------------- the rehearsal


def test_the_rehearsal_says_in_one_line_what_is_ready(lesson):
    done = lstm_viz("lesson", str(lesson), "--check")
    assert done.exit_code == 0
    rows = done.stdout.splitlines()
    assert [row.split()[0] for row in rows] == ["✓"] * 5
    assert "8 pieces, 1 command" in rows[-1]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("--weights latch", "--weights latches", "lstm-viz step --weights latches: "),
        ("assert left == 0.125", "assert left == 0.25", "AssertionError: this does not hold"),
        ("{left:.3f}", "{left:.3q}", "line 30: ValueError"),
        ("{left} is left", "{it} is left", "NameError"),
    ],
)
def test_the_rehearsal_says_what_is_not(lesson, before, after, said):
    write_lesson(lesson.parent, TEXT.replace(before, after))
    done = lstm_viz("lesson", str(lesson), "--check", width=200)
    assert done.exit_code == 3
    assert done.stderr == "lstm-viz lesson: 1 of these is not ready\n"
    assert done.stdout.splitlines()[-1].startswith("✗  3")
    assert said in " ".join(done.stdout.split())


# ---------------------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (["99"], 3, "99"),
        (["no-such-lesson"], 3, "no-such-lesson"),
        (["missing.py"], 3, "missing.py: No such file"),
        (["LESSON", "--at", "3.9"], 2, "--at 3.9: the pieces of this lesson are 3.1 to 3.8"),
        (["LESSON", "--at", "2.1"], 2, "the pieces of this lesson are 3.1 to 3.8"),
        (["LESSON", "--at", "3.0"], 2, "the pieces of this lesson are 3.1 to 3.8"),
        (["--save", "a.md"], 2, "--save needs a lesson"),
        (["LESSON", "--check", "--save", "a.md"], 2, "give only one of them"),
        (["LESSON", "--notes"], 2, "leave out the name"),
        (["--notes"], 3, "--notes needs a terminal"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_one_line(lesson, asked, code, said):
    done = lstm_viz("lesson", *(str(lesson) if each == "LESSON" else each for each in asked))
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("forget?", "forget.", "line 1: a lesson begins with its question"),
        ("# %%", "# %", "a lesson needs a cell"),
        ("# The smallest numbers.", "smallest = 1", "line 6: a cell of text holds comments only"),
        ('tags=["live"]', "tags=[live]", "tags are written as"),
        ('[markdown] tags=["notes"]', 'tags=["notes"]', "a cell of code cannot be 'notes'"),
    ],
)
def test_a_script_that_is_no_lesson_is_refused_with_its_line(lesson, before, after, said):
    write_lesson(lesson.parent, TEXT.replace(before, after))
    done = lstm_viz("lesson", str(lesson))
    assert (done.exit_code, done.stdout) == (3, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_question_without_its_answer_and_a_sentence_that_is_false_are_refused():
    with pytest.raises(ValueError, match="answer 2 is none of the 2 choices"):
        ask("What?", ["a", "b"], 2, "so")
    with pytest.raises(ValueError, match="answer 0 is none of the 1 choices"):
        ask("What?", ["a"], 0, "so")
    with pytest.raises(AssertionError, match="this does not hold in this run: All is well"):
        remember("All is well.", holds=False)


# ---------------------------------------------------------------------------- parts


def test_a_trace_gradients_a_figure_and_a_comparison_are_shown_as_their_pictures():
    trace = run("lstm", "latch")
    assert isinstance(Shown(trace, (), {"t": 0}).picture(), Stack | Wiring)
    drawn = trace.figure("f", theme="dark")
    asked = Shown(trace, ("f",), {"theme": "dark"}).picture()
    assert str(Shown(drawn).picture()) == str(asked)
    assert Shown(drawn).figure() is drawn
    assert isinstance(Shown(compare(["rnn"], [1, 0, 1])).picture(), Stack)
    assert show(trace) is None


def test_text_has_headings_lists_code_and_tables():
    source = "# A\n\nb **c** `d`\ne\n\n* one\n  more\n* two\n\n## F\n1. g\n\n    h = 1\n"
    source += "\n|i|j|\n|-|-|\n|k|l|"
    found = [each for each in text(source) if each != Words(())]
    kinds = [type(each) for each in found]
    assert kinds == [Words, Words, Table, Rule, Table, Words, Table]
    plain = str(found)
    assert "b c d e" in plain
    assert "one more" in plain
    assert "    h = 1" in plain
    assert found[-1].heads == ("i", "j")


def test_braces_backslashes_and_quotes_of_a_text_stay_as_they_are(tmp_path):
    source = '"""Is it?"""\n\n# %%\nx = {"a": 1.5}\n\n# %% [markdown]\n'
    source += '# {{b}} \\sigma """c""" {x["a"]:.2f} "'
    path = tmp_path / "01_text.py"
    path.write_text(source)
    assert Run(read_lesson(path)).at(1).text == '{b} \\sigma """c""" 1.50 "'


def test_no_cell_is_run_twice(lesson, tmp_path):
    played = Run(read_lesson(lesson))
    played.at(7)
    played.at(0)
    played.whole()
    assert runs(tmp_path) == 1


def test_the_probes_of_the_notes_are_read_in_pairs(lesson):
    probes = "# Probe:\n# Q: One\n#   line?\n# A: Yes.\n# Q: Two?\n# A: No,\n#   not at all.\n"
    write_lesson(lesson.parent, TEXT.replace("# Goes wrong:", probes + "# Goes wrong:"))
    notes = read_lesson(lesson).notes
    assert notes.probes[0] == ("One line?", "Yes.")
    assert notes.minutes == 7
    assert notes.all_of("Ask") == ("What is left?", "Why?")


def test_keys_of_the_second_terminal_come_once_and_in_order():
    number, keys = state.steered(None)
    assert keys == []
    state.steer("space")
    state.steer("left")
    number, keys = state.steered(number)
    assert keys == ["space", "left"]
    assert state.steered(number) == (number, [])
    assert state.steered(None) == (number, [])  # a lecture that begins now gets none of them


def test_a_broken_state_file_is_as_none():
    where = state.state_folder()
    where.mkdir(parents=True)
    for name in (state.NOW, state.STEERED, state.DONE):
        (where / name).write_text('{"done": 1, "number": "a"')
    assert (state.where(), state.done(), state.steered(3)) == (None, frozenset(), (0, []))
    (where / state.NOW).write_text('{"piece": 1}')
    assert state.where() is None


def test_the_scripts_are_found_in_a_checkout():
    assert folder() == ROOT / "lessons"
