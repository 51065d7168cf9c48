"""What is asked for from Python, by name as the command line takes it: a run, and a comparison.

trace = run("lstm", "latch", [0, 1, 0, 0, -1, 0])
compare(["rnn", "lstm"], "noise:100", forget_bias=[0, 5])

Each is in a file of its own: a run loads no views.
"""
