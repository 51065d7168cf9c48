"""Exercises: one readable file each, what the student is given, and the verdict on what was given.

exercise = read_exercise("02-1-one-step")     of the bank, or a .toml file
own = drawn(exercise, seed)                   the same with other numbers
page_of(own), page_of(own, solved=True)       the student's file, blank and filled in
judge(own, text).right                        and what is to be said of it
"""

from lstm_viz.exercises.draw import drawn
from lstm_viz.exercises.exercise import Exercise, Said, Verdict
from lstm_viz.exercises.judge import judge
from lstm_viz.exercises.page import page_of
from lstm_viz.exercises.read import EXERCISES, read_exercise

__all__ = [
    "EXERCISES",
    "Exercise",
    "Said",
    "Verdict",
    "drawn",
    "judge",
    "page_of",
    "read_exercise",
]
