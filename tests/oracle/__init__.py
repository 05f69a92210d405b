"""The grades worked out a second time, as plain lookups, by someone who had not read the engine.

Nothing here imports `grading.rules`: the tables come from the texts alone. Where the texts leave
a reading open, docs/validation.md says which was taken.
"""
