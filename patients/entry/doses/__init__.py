"""The forms of doses and of runs: given, started, changed, ended."""
