"""Problems: a cell, its numbers and what is asked, in one file; and a bank of published ones.

read_problem("gomez")                          a Problem, of the bank or of a file
answers(problem, gradients, loss)              what is asked, taken from its run
"""

from lstm_viz.problems.answers import Answer, answers
from lstm_viz.problems.problem import Asked, Problem
from lstm_viz.problems.read import BANK, problem_of, read_problem

__all__ = ["BANK", "Answer", "Asked", "Problem", "answers", "problem_of", "read_problem"]
