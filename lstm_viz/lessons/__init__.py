"""What the scripts of the lessons call, and what reads and runs these scripts.

from lstm_viz.lessons import ask, remember, shipped, show

The scripts themselves are in `lessons/` at the top of the project, and are installed as
`lstm_viz.lessons.scripts`.
"""

from __future__ import annotations

from lstm_viz.lessons.read import shipped
from lstm_viz.lessons.stage import ask, remember, show

__all__ = ["ask", "remember", "shipped", "show"]
