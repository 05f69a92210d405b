"""The lists by which an app that is added to Cartox takes part. `settings.py` imports them."""

# Functions called at every regrade (patients/regrading/hooks.py)

CARTOX_IN_TRANSACTION = ["patients.rounds.hook.after_regrade"]
"""Dotted paths called under the course's lock at every regrade; an error undoes the save."""
CARTOX_AFTER_COMMIT: list[str] = []
"""Dotted paths called after the commit of every regrade; an error is logged."""
CARTOX_STALE_ROWS = ["patients.rounds.hook.rows_are_stale"]
"""Dotted paths that tell `manage.py regrade` whose rows of a hook are missing or stale."""

# Parts that other apps add to the pages: dotted paths, each list in the order on the page

CARTOX_BOARD_COLUMNS = [
    "patients.board.columns.BED_COLUMN",
    "patients.board.columns.PATIENT_COLUMN",
    "patients.board.columns.DAY_COLUMN",
    "patients.board.columns.GRADES_COLUMN",
    "patients.board.columns.VITALS_COLUMN",
    "patients.board.columns.NEURO_SCORE_COLUMN",
    "patients.rounds.pages.board_column.ROUND_COLUMN",
    "patients.rounds.pages.board_column.CALL_COLUMN",
    "patients.board.columns.TREATMENT_COLUMN",
    "patients.drafts.board_column.DRAFT_COLUMN",
]
"""The columns of the board (patients/board/columns.py)."""
CARTOX_CHART_SECTIONS = [
    "patients.rounds.call_pages.chart_section.CALL",
    "patients.chart.sections.HEADLINE",
    "patients.chart.sections.DECISIONS",
    "patients.chart.sections.STEP",
    "patients.rounds.pages.chart_strip.DUE_STRIP",
    "patients.chart.sections.TIMELINE",
    "patients.chart.handwriting.samples.HANDWRITING",
    "patients.chart.sections.SIDE_BY_SIDE",
    "patients.chart.sections.DOSES",
    "patients.rounds.handover.chart_notes.HANDOVER_NOTES",
    "patients.chart.sections.EVENTS",
    "patients.chart.sections.ADJUDICATIONS",
    "patients.chart.sections.STEP_MARKS",
    "patients.rounds.call_pages.chart_section.CALLS",
    "patients.chart.sections.ENTRIES",
    "patients.chart.sections.PANELS",
    "patients.chart.sections.LABORATORY",
]
"""The sections of the chart (patients/chart/sections.py)."""
CARTOX_FORM_CALLS = ["patients.rounds.calls.who_to_call.sentences"]
"""The functions that say while typing who is to be called (patients/entry/form_calls.py)."""
CARTOX_USUAL_PANEL = "patients.rounds.ward_settings.usual_panel_of_ward"
"""The function that gives what a ward reports (patients/entry/laboratory/usual_panel.py)."""
CARTOX_CHART_LISTS = ["patients.rounds.call_pages.chart_section.CALL_LIST"]
"""Further lists of the chart, each with pages of its own (patients/chart/lists.py)."""
CARTOX_SAVED_PANEL = [
    "patients.forms.saved.entry_and_grades",
    "patients.forms.saved.name_where_another_is_similar",
    "patients.entry.corrections.saved_acts.correct_or_strike_out",
    "patients.rounds.call_pages.saved_panel.call_to_tell",
    "patients.rounds.pages.next_due.lead_to_next_patient",
]
"""The functions that write the panel after a save (patients/forms/saved.py)."""
CARTOX_CHECKS_BEFORE_CLOSING = [
    "patients.admission.closing_checks.infusion_still_planned",
    "patients.admission.closing_checks.death_without_event",
    "patients.admission.closing_checks.entries_after_closing",
    "patients.rounds.calls.closing_check.call_still_open",
]
"""The checks before a course is closed (patients/admission/closing_checks.py)."""
CARTOX_OPEN_BEFORE_CLOSING = [
    "patients.admission.still_open.grades_now",
    "patients.admission.still_open.what_runs",
    "patients.rounds.calls.closing_check.call_not_closed",
    "patients.rounds.calls.closing_check.overdue_parts",
    "patients.drafts.shown.drafts_waiting",
]
"""The functions that name what is open before it is closed (patients/admission/still_open.py)."""
CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "patients.drafts.shown.draft_offers",
]
"""Functions of a request that give every template what it may ask for."""
