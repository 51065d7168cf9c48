"""Problems: a cell, its numbers and what is asked, in one file; and a bank of published ones.

read_problem("gomez")                          a Problem, of the bank or of a file
answers(problem, gradients, loss)              what is asked, taken from its run
landscape(problem)                             its gradient over two weights
descent(problem, rate=0.1, clip=0.5)           where gradient descent goes there
"""

from lstm_viz.problems.answers import Answer, answers
from lstm_viz.problems.landscape import Descent, Landscape, descent, landscape
from lstm_viz.problems.problem import Asked, Problem
from lstm_viz.problems.read import BANK, problem_of, read_problem

__all__ = [
    "BANK", "Answer", "Asked", "Descent", "Landscape", "Problem", "answers", "descent", "landscape",
    "problem_of", "read_problem",
]  # fmt: skip
