"""The forms of the bedside: one module per page, over the fields of `fields` and `asking`."""
