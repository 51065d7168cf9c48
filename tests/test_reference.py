"""The reference says what the commands say, and help comes at once."""

import re
import subprocess
import sys

import click
import pytest
from program import ROOT, lstm_viz

from lstm_viz.commands.cli import program
from lstm_viz.experiments.one_cell import RANDOM
from lstm_viz.inputs.sequence import NAMED
from lstm_viz.weights.presets import PRESETS
from lstm_viz.weights.starts import STARTS

sys.path.insert(0, str(ROOT / "docs"))
from make_reference import PAGE, reference


def test_the_reference_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == reference(), "run make docs"


def test_the_list_of_commands_says_each_sentence_to_its_end_on_80_columns():
    lines = lstm_viz("--help", width=80).stdout.partition("Commands:")[2].split("\n  ")[1:]
    assert [line.split()[0] for line in lines] == sorted(program.commands)
    assert [line for line in lines if "..." in line or line.rstrip()[-1] not in ".?"] == []


@pytest.mark.parametrize("name", program.commands)
def test_every_command_and_option_is_documented(name):
    page, command = PAGE.read_text(encoding="utf-8"), program.commands[name]
    assert f"## `lstm-viz {name}`" in page
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help
            assert f"`{option.opts[0]}" in page


def test_the_help_names_every_preset_start_and_sequence():
    shown = lstm_viz("step", "--help").stdout
    for name in [*PRESETS, RANDOM, *STARTS, *NAMED]:
        assert name in shown


def test_every_key_of_the_json_is_documented():
    import json

    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    data = json.loads(lstm_viz("step", "--backward", "--json").stdout)
    for key in [*data, *data["edges"][0]]:
        assert f"| `{key}` |" in page


@pytest.mark.parametrize(
    "what",
    [
        "import lstm_viz; dir(lstm_viz)",
        "from lstm_viz.commands.cli import program as p; p(['--help'])",
        *(
            f"from lstm_viz.commands.cli import program as p; p(['{name}', '--help'])"
            for name in program.commands
        ),
    ],
)
def test_neither_the_import_nor_help_loads_numpy_rich_or_matplotlib(what):
    asked = (
        f"import sys\ntry:\n    {what}\nexcept SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'numpy', 'rich', 'matplotlib'}))"
    )
    shown = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True)
    assert shown.stdout.splitlines()[-1] == "[]", shown.stderr


def test_the_readme_shows_what_the_program_draws(tmp_path):
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    asked = re.findall(r"lstm-viz (step .*) --save docs/pictures/(\S+)", recipe)
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(asked) == page.count("docs/pictures/step") == 3
    for options, name in asked:
        assert lstm_viz(*options.split(), "--save", str(tmp_path / name)).exit_code == 0
        kept = ROOT / "docs" / "pictures" / name
        assert (tmp_path / name).read_bytes() == kept.read_bytes(), "run make pictures"


def test_the_commands_and_the_code_of_the_readme_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for room in ("train.drawn", "step_picture", "gradients"):  # a film in full size takes long
        monkeypatch.setattr(f"lstm_viz.commands.{room}.SLIDE", (640, 360))
    monkeypatch.setattr("lstm_viz.commands.train.drawn.save_films.__defaults__", ((10, 2),))
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^lstm-viz (.*?) +#", page, flags=re.M)
    assert len(commands) >= 5
    for command in commands:
        result = lstm_viz(*command.partition(" >")[0].split())
        assert result.exit_code == 0 or "needs ffmpeg" in result.stderr, command
    exec(page.split("```python")[1].split("```")[0], {})


def test_every_room_stands_in_the_architecture():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    package = ROOT / "lstm_viz"
    rooms = [f"{folder.parent.name}/" for folder in package.glob("*/__init__.py")]
    rooms += [file.name for file in package.glob("*.py") if not file.name.startswith("__")]
    assert [room for room in rooms if f"`{room}`" not in page] == []


def test_the_program_alone_shows_its_help():
    assert "step" in lstm_viz().stdout
    assert lstm_viz().exit_code == 0


@pytest.mark.parametrize("name", program.commands)
def test_a_help_text_says_bounds_as_a_person_says_them(name):
    shown = lstm_viz(name, "--help").stdout
    assert "<=x" not in shown
    assert "x<=" not in shown
    assert "000000" not in shown
