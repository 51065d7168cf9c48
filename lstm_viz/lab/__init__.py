"""What is asked for from Python, by name as the command line takes it: a run, and a comparison.

trace = run("lstm", "latch", [0, 1, 0, 0, -1, 0])
compare(["rnn", "lstm"], "noise:100", forget_bias=[0, 5])
"""

from lstm_viz.lab.comparing import compare
from lstm_viz.lab.comparison import Comparison
from lstm_viz.lab.runs import run

__all__ = ["Comparison", "compare", "run"]
