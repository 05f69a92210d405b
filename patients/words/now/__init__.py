"""How a patient stands now, in words: how long at this grade, what runs, a death."""
