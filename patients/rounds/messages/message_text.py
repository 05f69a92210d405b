"""What a message about a call says: where, what, since when, who answers by when, and a link.

No name, MRN or birth date leaves unless the site allows it. What somebody may have typed, the
bed and the causes, is searched for names and MRN besides.
"""

from __future__ import annotations

import re

from django.urls import reverse

from patients.models import Course, Patient
from patients.rounds.messages.site_messages import SiteMessages
from patients.rounds.rules.calls import Call
from patients.words import wording

AGAIN = "This may have reached you before."
SHORTEST_HIDDEN = 2
HIDDEN = "…"


def text_of(course: Course, call: Call, step: int, site: SiteMessages) -> str:
    """The message for one step of the climb; its first line is the subject of a mail."""
    patient, zone, asked = course.patient, course.zone, call.policy[step]
    named = [f"{patient.display_name}, MRN {patient.mrn}"] if site.names_patients else []
    bed = _allowed(course.bed, patient, site) or "not recorded"
    causes = [
        f"{_allowed(cause.text, patient, site)}, since "
        f"{wording.short_date_and_time(cause.since, zone)}"
        for cause in call.causes
    ]
    by = wording.short_date_and_time(call.step_ends()[max(step, call.from_step)], zone)
    lines = [
        f"Call: {course.ward.name}, bed {bed}",
        *named,
        *causes,
        f"To be answered by {by}: {', '.join(filter(None, (asked.who, asked.contact)))}",
        site.base_url + reverse("chart", args=[course.uid]),
    ]
    return "\n".join(lines)


def _allowed(text: str, patient: Patient, site: SiteMessages) -> str:
    """The text without the patient's names and MRN, where these do not leave."""
    if site.names_patients:
        return text
    names = [*patient.family_name.split(), *patient.given_name.split(), patient.mrn]
    hidden = [re.escape(name) for name in names if len(name) >= SHORTEST_HIDDEN]
    if not hidden:
        return text
    return re.sub(rf"\b(?:{'|'.join(hidden)})\b", HIDDEN, text, flags=re.IGNORECASE)
