"""`python -m lstm_viz` is `lstm-viz`."""

from lstm_viz.commands.cli import main

if __name__ == "__main__":
    main()
