"""How the reader's weights are made: `python -m training.reader --help`."""
