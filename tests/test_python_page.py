"""docs/python.md: its twelve snippets run, one after the other as a reader runs them."""

import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^## \d+\. (.*?)$.*?^```python\n(.*?)^```$", PAGE, flags=re.M | re.S)


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """What stands after all snippets, run in a folder of their own."""
    there, names = tmp_path_factory.mktemp("page"), {}
    with pytest.MonkeyPatch.context() as patched, matplotlib.rc_context():
        patched.chdir(there)
        for room in ("step_picture", "gradients"):  # a film in full size takes long
            patched.setattr(f"lstm_viz.commands.{room}.SLIDE", (640, 360))
        matplotlib.use("agg")
        for title, code in SNIPPETS:
            exec(compile(code, title, "exec"), names)
    return names | {"there": there}


def test_there_are_twelve_and_the_readme_leads_to_them():
    assert len(SNIPPETS) == PAGE.count("```python") == 12
    assert "docs/python.md" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_all_of_them_run_and_leave_their_files(known):
    files = {each.name for each in known["there"].iterdir()}
    assert files == {"gates.png", "run.gif", "back.html", "run.json", "flow.html"}


def test_the_numbers_that_it_names_are_true(known):
    from lstm_viz import run

    assert f"{run('lstm', 'latch', [0, 1, 0, 0, -1, 0])['f'][4, 0]:.3f}" == "0.034"
    assert f"{known['gradients']['c'][0, 0]:.3f}" == "0.042"
    assert f"{known['without']['c'][0, 0]:.0e}" == "2e-08"
    assert known["trace"]["f"].shape == known["forgot"]["f"].shape
    np.testing.assert_allclose(sum(known["shares"].values()), known["gradients"]["c"], atol=1e-15)
    assert known["held"]["f"].mean() > 0.9
    assert known["left"].get_title() == "three gates of unit 3"
    assert len(known["left"].lines) == 3
    assert known["right"].images


def test_what_it_says_of_errors_is_what_is_said(known):
    with pytest.raises(ValueError, match=r"^'ff' is not recorded: did you mean 'f'\?$"):
        known["trace"]["ff"]
    with pytest.raises(ValueError, match="there are steps 0 to 5"):
        known["trace"].figure(t=99)
