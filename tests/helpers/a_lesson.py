"""A small lesson with a piece of every kind, and that counts how often it was run."""

from __future__ import annotations

from pathlib import Path

TEXT = '''"""How fast does one half forget?"""

# %% [markdown]
# # One half
#
# The smallest numbers.

# %% [markdown] tags=["notes"]
# Minutes: 7
# Source: Nobody, Nothing, 2000
#
# Say it slowly. {left} is left.
#
# Ask: What is left?
# Ask: Why?
# Goes wrong: They are in a hurry.

# %% the sum
from pathlib import Path

from lstm_viz import run
from lstm_viz.lessons import ask, remember, show

with Path(COUNTS).open("a") as file:
    file.write("x")
left = 0.5**3
print("left:", left)

# %% [markdown]
# ## What came of it
#
# Of one there is {left:.3f} left, {{as it is}}.

# %% tags=["ask"]
ask("What is left?", ["a half", "an eighth"], answer=[0.5, 0.125].index(left), because="0.5³")

# %% the picture
show(run("lstm", "latch"), t=0)

# %% tags=["live"]
# $ lstm-viz step --weights latch

# %% the sentence
assert left == 0.125
remember("An eighth is left.", holds=left == 0.125)

# %% [markdown]
# ## To take home
#
# 1. One?
# 2. Two?
# 3. Three?
'''


def write_lesson(folder: Path, text: str = TEXT) -> Path:
    """The lesson as a file; `runs` beside it gets a letter each time its code is run."""
    path = folder / "03_one_half.py"
    path.write_text(text.replace("COUNTS", repr(str(folder / "runs"))), encoding="utf-8")
    return path


def runs(folder: Path) -> int:
    """How often its code was run."""
    counts = folder / "runs"
    return len(counts.read_text(encoding="utf-8")) if counts.exists() else 0
