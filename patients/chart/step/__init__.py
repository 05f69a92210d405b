"""The current step on the chart: its lines by column, the doses so far, what each line rests on."""
