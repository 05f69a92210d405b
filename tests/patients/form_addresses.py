"""The address of every form that stores something, from the URL patterns."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse

from patients import door
from patients.drafts.urls import urlpatterns as draft_patterns
from patients.models import Course, Dose, Event, LabResult, User
from patients.rounds.handover.acts import hand_over, write_note
from patients.rounds.handover.writing_down import content_of
from patients.rounds.urls import urlpatterns as round_patterns
from patients.urls import urlpatterns as patient_patterns
from tests.patients.entering import NOW, page
from tests.patients.rounds.round_rows import away, left_out, planned_visit
from tests.storing import AssessmentAt

urlpatterns = [*patient_patterns, *round_patterns, *draft_patterns]
STORES_NOTHING = {"board", "board_rows", "find", "closed", "rules", "rules_compare", "products"}
STORES_NOTHING |= {
    "agreement",
    "agreement_csv",
    "prevention",
    "chart",
    "chart_list",
    "chart_entry",
    "entry_show",
    "compare",
    "handwriting",
    "panels",
    "chart_figure",
    "handover",
    "handover_show",
    "call",
    "round_report",
    "round_report_csv",
    "round_messages",
    "rounds",
    "at_home",
    "home_calendar",
    "drafts",
    "draft_key",
    "wristband",
    "wristband_of_another",
}
PARTS = {"assessment_preview", "lab_check", "dose_check", "correction_check"}
PARTS |= {"draft_keep", "draft_discard"}
PAGES = [pattern.name for pattern in urlpatterns if pattern.name not in STORES_NOTHING]


def addresses_of_forms(
    course: Course, nurse: User, physician: User, assessment_at: AssessmentAt
) -> dict[str, str]:
    """The address of each page that stores something, or shows what would be stored."""
    row = assessment_at(60)
    run = Dose(course=course, given_at=NOW, agent="norepinephrine")
    result = LabResult(course=course, collected_at=NOW, analyte="crp", value=12, unit="mg/L")
    event = Event(course=course, happened_at=NOW, kind="icu_in")
    door.enter(course, [row, run, result, event], by=nurse)
    note = write_note(course, "asks for her glasses", by=nurse, uid=uuid.uuid4())
    written = content_of(course.ward, NOW)
    handed = hand_over(course.ward, written, to=physician, by=nurse, uid=uuid.uuid4())
    without_course = {
        "admit": reverse("admit"),
        "draft_keep": reverse("draft_keep"),
        "draft_discard": reverse("draft_discard"),
        "handover_give": reverse("handover_give", args=[course.ward_id]),
        "round_settings": reverse("round_settings", args=[course.ward_id]),
        "handover_accept": reverse("handover_accept", args=[handed.uid]),
    }
    more: dict[str, dict[str, Any]] = {
        "assessment_correct": {"row_uid": row.uid},
        "dose_correct": {"row_uid": run.uid},
        "lab_correct": {"row_uid": result.uid},
        "event_correct": {"row_uid": event.uid},
        "correction_check": {"kind": "doses", "row_uid": run.uid},
        "dose_stop": {"row_uid": run.uid},
        "run_rate": {"row_uid": run.uid},
        "run_start": {"agent": "vasopressin"},
        "decide_on_sign": {"sign": "hypotension"},
        "final_grade": {"toxicity": "crs"},
        "strike_out": {"kind": "assessments", "row_uid": row.uid},
        "handover_note_withdraw": {"note_uid": note.uid},
        "not_done": {"clock": "labs"},
        "not_done_withdraw": {
            "clock": "labs",
            "omission_uid": left_out(course, "labs", by=nurse).uid,
        },
        "pause_end": {"pause_uid": (pause_uid := away(course, by=nurse).uid)},
        "pause_withdraw": {"pause_uid": pause_uid},
        "contact_done": {"contact_uid": (contact_uid := planned_visit(course, by=nurse).uid)},
        "contact_withdraw": {"contact_uid": contact_uid},
    }
    return {
        name: without_course.get(name) or page(name, course, **more.get(name, {}))
        for name in map(str, PAGES)
    }
