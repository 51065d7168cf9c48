"""The reference says what the commands say, and help comes at once."""

import subprocess
import sys

import click
import pytest
from program import ROOT, lstm_viz

from lstm_viz.choices import RANDOM
from lstm_viz.cli import program
from lstm_viz.presets import PRESETS
from lstm_viz.sequences import NAMED
from lstm_viz.starts import STARTS

sys.path.insert(0, str(ROOT / "docs"))
from make_reference import PAGE, reference


def test_the_reference_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == reference(), "run make docs"


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
        "from lstm_viz.cli import program; program.main(['--help'], standalone_mode=False)",
        "from lstm_viz.cli import program; program.main(['step', '--help'], standalone_mode=False)",
    ],
)
def test_neither_the_import_nor_help_loads_numpy_rich_or_matplotlib(what):
    asked = (
        f"import sys\ntry:\n    {what}\nexcept SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'numpy', 'rich', 'matplotlib'}))"
    )
    shown = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True)
    assert shown.stdout.splitlines()[-1] == "[]", shown.stderr


def test_the_program_alone_shows_its_help():
    assert "step" in lstm_viz().stdout
    assert lstm_viz().exit_code == 0
