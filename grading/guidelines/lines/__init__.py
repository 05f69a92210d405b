"""The management options, one module for each toxicity; each line beside its source."""
